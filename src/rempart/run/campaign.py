"""The Monte-Carlo campaign: trials in fixed blocks over threads, kept as they finish."""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from rempart.base.errors import Fault, RempartError, StoreError
from rempart.run import store
from rempart.run.results import Results
from rempart.run.tables import Block, ledger_table, measures_table, sensors_table, trial_leakage

BLOCK_TRIALS = 25
"""Trials of one block. Fixed, so that neither threads nor interruptions show in the results."""

LARGEST_SEED = 2**63 - 1

Progress = Callable[[int, int, float], None]
"""Called with (trials done, trials asked for, leakage so far) after each block, in their order."""

Span = tuple[int, int]
"""The first trial of a block and the number of its trials."""


class CampaignStopped(KeyboardInterrupt):
    """A campaign stopped by the user; the same call goes on from what is kept in `folder`."""

    def __init__(self, folder: Path, kept: int, asked: int) -> None:
        super().__init__(
            f"stopped; {kept} of {asked} trials are kept in {folder}, and the same command goes on from there"
        )
        self.folder, self.kept, self.asked = folder, kept, asked


def run(
    scenario: Any,
    trials: int = 200,
    seed: int = 1,
    out: Path | str | None = None,
    threads: int | None = None,
    until_width: float | None = None,
    progress: Progress | None = None,
) -> Results:
    """Play a scenario many times and keep what happened.

    Parameters
    ----------
    scenario : Scenario
    trials : int
        Number of trials; with `until_width`, the largest number.
    seed : int
        Seed of the dice, 0 to 2^63 - 1.
    out : path, optional
        Folder in which the results folder is made; the user's cache by default.
    threads : int, optional
        All cores by default.
    until_width : float, optional
        Stop after the first block at which the 95 % interval of leakage is narrower than this.
    progress : callable, optional
        See `Progress`.

    Returns
    -------
    Results
        The same bytes for any number of threads, interrupted or not. Trials that an earlier run of
        the same scenario, seed and version has left are not played again.

    Raises
    ------
    CampaignStopped
        On Ctrl-C, once the blocks in hand are finished and kept.
    """
    _check(trials, seed, threads, until_width)
    from rempart.run.lowering import lower
    from rempart.scenario.loading import scenario_yaml

    lowered = lower(scenario)
    manifest = store.describe(scenario, lowered, seed)
    folder = store.results_folder(out, manifest)
    past = _past(folder, manifest)
    if past is None:
        store.write_manifest(folder, manifest)
    answer = _Answer(trials, until_width, progress or _silent)
    try:
        if past is not None:
            answer.recall(past.measure("leakage"))
        _play(_Player(lowered, seed, folder), answer, threads or _cores())
        if answer.blocks:
            past = _joined(past, answer.blocks, lowered, Results(folder, manifest, None, None, None, lowered))
            store.write_results(past, scenario_yaml(scenario))
            store.drop_blocks(folder)
    except KeyboardInterrupt:
        n_past = past.n_trials if past else 0
        kept = n_past + store.kept_trials(folder, n_past)
        raise CampaignStopped(folder, min(kept, trials), trials) from None
    assert past is not None  # an answer takes at least one trial
    return replace(past, played=lowered).first(answer.n_needed)


def leakage_width(leakage: np.ndarray) -> float:
    """Width of the 95 % interval of the mean of the trials' leakage, at most 1.

    Student's interval, since trials (not threats) are independent. When all trials are alike it would
    be empty; then a chance that no trial has shown counts (the rule of three, about 3 / trials).
    """
    n_trials = len(leakage)
    if n_trials < 2:
        return 1.0
    mean, deviation = float(np.mean(leakage)), float(np.std(leakage, ddof=1))
    if deviation <= 1e-12:
        return 1.0 - 0.05 ** (1.0 / n_trials)
    from scipy.special import stdtrit

    half = float(stdtrit(n_trials - 1, 0.975)) * deviation / math.sqrt(n_trials)
    return min(mean + half, 1.0) - max(mean - half, 0.0)


@dataclass
class _Answer:
    """What the trials say so far, always in their order, and whether that is enough."""

    asked: int
    width: float | None
    report: Progress
    leakage: np.ndarray = field(default_factory=lambda: np.empty(0))
    blocks: list[Block] = field(default_factory=list)
    n_needed: int = 0

    def recall(self, leakage: np.ndarray) -> None:
        """Take in the trials of an earlier run, as if they had just been played."""
        known = leakage[: self.asked]
        ends = range(BLOCK_TRIALS, len(known) + 1, BLOCK_TRIALS)
        self._settle(known, next((end for end in ends if self._is_narrow(known[:end])), 0))

    def add(self, block: Block, leakage: np.ndarray) -> None:
        """Take in the next block."""
        self.blocks.append(block)
        known = np.concatenate([self.leakage, leakage])
        self._settle(known, len(known) if self._is_narrow(known) else 0)

    def spans(self) -> Iterator[Span]:
        """The blocks still to play; their bounds are multiples of `BLOCK_TRIALS`."""
        first = len(self.leakage)
        while first < self.asked:
            end = min((first // BLOCK_TRIALS + 1) * BLOCK_TRIALS, self.asked)
            yield first, end - first
            first = end

    def _is_narrow(self, leakage: np.ndarray) -> bool:
        return self.width is not None and leakage_width(leakage) < self.width

    def _settle(self, leakage: np.ndarray, n_narrow: int) -> None:
        self.leakage = leakage
        self.n_needed = n_narrow or (self.asked if len(leakage) == self.asked else 0)
        self.report(self.n_needed or len(leakage), self.asked, float(np.mean(leakage)))


class _Player:
    """Plays blocks of trials; every thread that calls it has scratch memory of its own."""

    def __init__(self, lowered: Any, seed: int, folder: Path) -> None:
        self.world, self.seed, self.folder = lowered.world, seed, folder
        self._own = threading.local()

    def __call__(self, span: Span) -> Block:
        from rempart.engine.play import new_ledger, new_state, play_trials

        first, count = span
        ledger, tally = new_ledger(self.world, count)
        block = Block(first, count, *ledger, *tally)
        kept = store.load_block(self.folder, block)
        if kept is not None:
            return kept
        if not hasattr(self._own, "state"):
            self._own.state = new_state(self.world)
        play_trials(self.world, self._own.state, self.seed, first, ledger, tally)
        store.save_block(self.folder, block)
        return block


def _play(player: _Player, answer: _Answer, threads: int) -> None:
    """Play until the answer has what it needs; blocks are taken in their order."""
    if answer.n_needed:
        return
    spans = answer.spans()
    waiting: deque[Future[Block]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="rempart-trials")
    try:
        while not answer.n_needed:
            # A short queue: what is played beyond an early stop is thrown away.
            while len(waiting) <= threads and (span := next(spans, None)):
                waiting.append(pool.submit(player, span))
            block = waiting.popleft().result()
            answer.add(block, trial_leakage(block, player.world))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _joined(past: Results | None, blocks: list[Block], lowered: Any, frame: Results) -> Results:
    """The earlier trials and the new ones as one; `frame` gives all but the tables."""
    names = frame.names
    ledgers = [ledger_table(block, lowered.world, names) for block in blocks]
    measures = [measures_table(block, lowered.world, names, lowered.costs) for block in blocks]
    sensors = [sensors_table(block, names) for block in blocks]
    if past is not None:
        sensors.insert(0, past.sensors)
        ledgers.insert(0, past.ledger)
        measures.insert(0, past.measures)
    manifest = {**frame.manifest, "trials": blocks[-1].first + blocks[-1].count, "complete": True}
    return Results(
        frame.folder,
        manifest,
        pa.concat_tables(ledgers).combine_chunks(),
        pa.concat_tables(measures).combine_chunks(),
        pa.concat_tables(sensors).combine_chunks(),
        frame.played,
    )


def _past(folder: Path, manifest: dict[str, Any]) -> Results | None:
    """What an earlier run has left under the same digest; a damaged folder counts as none."""
    try:
        past = store.open_results(folder)
    except StoreError:
        return None
    return past if past.digest == manifest["digest"] else None


def _check(trials: int, seed: int, threads: int | None, until_width: float | None) -> None:
    faults = []
    if trials < 1:
        faults.append(Fault("trials", str(trials), "a whole number of at least 1"))
    if not 0 <= seed <= LARGEST_SEED:
        faults.append(Fault("seed", str(seed), f"a whole number from 0 to {LARGEST_SEED}"))
    if threads is not None and threads < 1:
        faults.append(Fault("threads", str(threads), "a whole number of at least 1"))
    if until_width is not None and not 0.0 < until_width < math.inf:
        faults.append(Fault("until-width", str(until_width), "a share above 0, such as 0.05"))
    if faults:
        raise RempartError(faults)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _silent(done: int, asked: int, leakage: float) -> None:
    pass
