"""The outer loop: the ranges of a scenario's figures are sampled, and each sample plays the same trials.

What a sample leaves is kept as soon as it is there, so an interrupted loop goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import Fault, RempartError, ScenarioError
from rempart.base.files import cache_folder, write_atomically
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.run.campaign import LARGEST_SEED, Progress
from rempart.run.ignorance import (
    Doubt,
    Systems,
    contradictions,
    doubts_of,
    latin_hypercube,
    systems_with,
    values_at,
    watched,
)
from rempart.run.results import MARKING

FEWEST_SAMPLES, FEWEST_TRIALS = 4, 2
"""With less, neither ignorance nor luck has a variance that could be told."""
AT_ONCE = 8
"""Samples in work at the same time at most: each holds a world of its own in memory."""
_BLOCK = 25
"""Trials played into one ledger."""


class SamplesStopped(KeyboardInterrupt):
    """An outer loop stopped by the user; the same call goes on from what is kept in `folder`."""

    def __init__(self, folder: Path, kept: int, asked: int) -> None:
        super().__init__(
            f"stopped; {kept} of {asked} samples are kept in {folder}, "
            "and the same command goes on from there"
        )
        self.folder, self.kept, self.asked = folder, kept, asked


@dataclass(frozen=True, eq=False)
class Ranges:
    """What came of the outer loop. Arrays over samples hold only those that could be played."""

    folder: Path
    manifest: Mapping[str, Any]
    doubts: tuple[Doubt, ...]
    samples: np.ndarray
    """(n,) numbers of the samples that were played"""
    values: np.ndarray
    """(n, n_doubts) values [SI] of the figures"""
    leakers: np.ndarray
    """(n, n_trials, n_classes) leakers by class"""
    nominal: np.ndarray
    """(n_trials, n_classes) leakers by class with every figure at its nominal"""
    threats: np.ndarray
    """(n_classes,) threats with an aim by class, in each trial"""
    left_out: Mapping[int, str]
    """samples that could not be played → why not"""


def play_ranges(
    scenario: Any,
    samples: int = 32,
    trials: int = 50,
    seed: int = 1,
    out: Path | str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Ranges:
    """Play a scenario with its figures sampled over their ranges, each sample with the same dice.

    Parameters
    ----------
    scenario : Scenario
    samples : int
        Samples of all ranges together.
    trials : int
        Trials of each sample.
    seed : int
        Of the samples and of the dice.
    out : path, optional
        Folder in which the folder of the samples is made; the user's cache by default.
    threads : int, optional
        Samples in work at the same time, 8 at most; all cores by default.
    progress : callable, optional
        Told (samples done, samples asked for, mean leakage so far).

    Returns
    -------
    Ranges
        The same for any number of threads, interrupted or not. A sample whose figures contradict
        each other is left out, and its place is not filled.

    Raises
    ------
    RempartError
        If no figure of the scenario has a range, or too few samples can be played.
    SamplesStopped
        On Ctrl-C, once the samples in hand are finished and kept.
    """
    _check(samples, trials, seed, threads)
    from rempart.run.lowering import systems_used

    loop = _Loop(scenario, systems_used(scenario), samples, trials, seed, out)
    done: list[np.ndarray | str] = []
    try:
        with contextlib.closing(loop.outcomes(threads or os.cpu_count() or 1)) as outcomes:
            for outcome in outcomes:
                done.append(outcome)
                if progress:
                    progress(len(done), samples, _leakage(done, loop.threats))
    except KeyboardInterrupt:
        kept = len(list(loop.folder.glob("samples/[0-9]*.npy")))
        raise SamplesStopped(loop.folder, min(kept, samples), samples) from None
    return _gathered(loop, done)


class _Loop:
    """The design of one outer loop, and how each of its samples is played."""

    def __init__(
        self, scenario: Any, systems: Systems, samples: int, trials: int, seed: int, out: Path | str | None
    ) -> None:
        self.scenario, self.systems, self.trials, self.seed = scenario, systems, trials, seed
        lowered, self.doubts = _nominal(scenario, systems)
        self.threats = _threats_by_class(lowered.world).sum(axis=0)
        self.values = values_at(self.doubts, latin_hypercube(self.doubts, samples, seed))
        self.manifest = _description(self, lowered)
        self.folder = _folder(out, self.manifest)
        write_atomically(
            self.folder / "ranges.json", json.dumps(self.manifest, indent=1, ensure_ascii=False) + "\n"
        )
        self.nominal = self._played("nominal", lambda: lowered)

    def outcomes(self, threads: int) -> Generator[np.ndarray | str, None, None]:
        """What each sample leaves, in their order: leakers (trials, classes), or why it is left out."""
        with ThreadPoolExecutor(min(threads, AT_ONCE), thread_name_prefix="rempart-samples") as pool:
            try:
                yield from pool.map(self._outcome, range(len(self.values)))
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _outcome(self, sample: int) -> np.ndarray | str:
        from rempart.run.lowering import lower

        systems = systems_with(self.systems, self.doubts, self.values[sample])
        for fault in contradictions(systems):
            return fault
        try:
            return self._played(f"{sample:05d}", lambda: lower(self.scenario, systems))
        except ScenarioError as error:
            return str(error).splitlines()[0]

    def _played(self, name: str, lowered: Any) -> np.ndarray:
        """The kept leakers of a sample, or those of its world, which is then made and played."""
        path = self.folder / "samples" / f"{name}.npy"
        kept = _read(path, len(self.threats))
        if kept is None or len(kept) < self.trials:
            kept = _leakers(lowered().world, self.seed, self.trials)
            content = io.BytesIO()
            np.save(content, kept)
            write_atomically(path, content.getvalue())
        return kept[: self.trials]


def _nominal(scenario: Any, systems: Systems) -> tuple[Any, tuple[Doubt, ...]]:
    """The world of the nominal figures, and the doubts that have a part in it.

    A figure that the scenario overrides everywhere, or that nothing computes with, is never read.
    """
    from rempart.run.lowering import lower

    seen: set[str] = set()
    lowered = lower(scenario, watched(systems, seen.add))
    doubts = tuple(doubt for doubt in doubts_of(systems) if doubt.name in seen)
    if not doubts:
        raise RempartError(
            Fault(
                scenario.name,
                "none of the figures that it uses has a range",
                "a scenario with at least one figure that has low and high",
                "Play it with `rempart run`.",
            )
        )
    return lowered, doubts


def _leakers(world: Any, seed: int, trials: int) -> np.ndarray:
    """Leakers (trials, classes) of the first trials in a world."""
    from rempart.engine.play import new_ledger, new_state, play_trials
    from rempart.events.outcomes import LEAKED

    classes, state = _threats_by_class(world), new_state(world)
    found = np.zeros((trials, classes.shape[1]), np.int32)
    for first in range(0, trials, _BLOCK):
        count = min(_BLOCK, trials - first)
        ledger, tally = new_ledger(world, count)
        play_trials(world, state, seed, first, ledger, tally)
        found[first : first + count] = (ledger.codes[:, 0] == LEAKED).reshape(count, -1) @ classes
    return found


def _threats_by_class(world: Any) -> np.ndarray:
    """(vehicles, classes) 1 where a threat with an aim is of a class."""
    vehicles = world.vehicles
    is_threat = (vehicles.is_hostile == 1) & (vehicles.asset >= 0)
    of_class = vehicles.vehicle_class[:, None] == np.arange(len(CLASS_NAMES))
    return (is_threat[:, None] & of_class).astype(np.int32)


def _gathered(loop: _Loop, done: list[np.ndarray | str]) -> Ranges:
    left_out = {sample: one for sample, one in enumerate(done) if isinstance(one, str)}
    played = np.array([sample for sample in range(len(done)) if sample not in left_out], dtype=np.int64)
    if len(played) < FEWEST_SAMPLES:
        raise RempartError(
            Fault(
                loop.scenario.name,
                f"{len(played)} of {len(done)} samples can be played ({next(iter(left_out.values()))})",
                f"{FEWEST_SAMPLES} samples whose figures do not contradict each other",
                "Narrow the ranges in a catalogue folder of your own, or ask for more samples.",
            )
        )
    leakers = np.stack([one for one in done if not isinstance(one, str)])
    found = Ranges(
        loop.folder,
        {**loop.manifest, "trials": loop.trials, "complete": True},
        loop.doubts,
        played,
        loop.values[played],
        leakers,
        loop.nominal,
        loop.threats,
        left_out,
    )
    _write(found, len(done))
    return found


def _write(found: Ranges, asked: int) -> None:
    """Write the table of samples, one row each, then the manifest that says it is complete."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = np.full((asked, 1 + len(found.doubts)), np.nan)
    rows[found.samples, 0] = found.leakers.sum(axis=2).mean(axis=1) / max(found.threats.sum(), 1)
    rows[found.samples, 1:] = found.values
    names = ["leakage", *(doubt.name for doubt in found.doubts)]
    columns = {name: pa.array(column, from_pandas=True) for name, column in zip(names, rows.T, strict=True)}
    content = io.BytesIO()
    pq.write_table(pa.table({"sample": np.arange(asked), **columns}), content)
    write_atomically(found.folder / "samples.parquet", content.getvalue())
    manifest = {**found.manifest, "left_out": {str(key): why for key, why in found.left_out.items()}}
    write_atomically(found.folder / "ranges.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def _description(loop: _Loop, lowered: Any) -> dict[str, Any]:
    from rempart.base.kernel import kernel_digest

    scenario = loop.scenario
    figures = [
        {
            "system": doubt.system,
            "path": doubt.path,
            "value": doubt.figure.written,
            "low": doubt.figure.low,
            "high": doubt.figure.high,
            "grade": doubt.figure.grade,
            "citation": doubt.figure.citation,
            "sources": list(doubt.figure.sources),
        }
        for doubt in loop.doubts
    ]
    parts = [scenario.digest, lowered.world_digest, kernel_digest(), str(loop.seed), str(len(loop.values))]
    parts += [f"{row['system']}.{row['path']} {row['low']!r} {row['high']!r}" for row in figures]
    return {
        "rempart": version("rempart"),
        "marking": MARKING,
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "question": scenario.question,
            "digest": scenario.digest,
        },
        "digest": hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest(),
        "seed": loop.seed,
        "samples": len(loop.values),
        "trials": 0,
        "complete": False,
        "figures": figures,
    }


def _folder(out: Path | str | None, manifest: Mapping[str, Any]) -> Path:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", manifest["scenario"]["name"])[:60].strip("-") or "scenario"
    parent = cache_folder("ranges") if out is None else Path(out).expanduser()
    return parent / f"{name}-ranges-{manifest['digest'][:12]}"


def _read(path: Path, n_classes: int) -> np.ndarray | None:
    """Leakers kept in a file; None if there is none or it is damaged."""
    try:
        kept = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = isinstance(kept, np.ndarray) and kept.dtype == np.int32 and kept.ndim == 2
    return kept if fits and kept.shape[1] == n_classes else None


def _leakage(done: list[np.ndarray | str], threats: np.ndarray) -> float:
    played = [one.sum() / len(one) for one in done if not isinstance(one, str)]
    return float(np.mean(played)) / max(int(threats.sum()), 1) if played else 0.0


def _check(samples: int, trials: int, seed: int, threads: int | None) -> None:
    least = {"samples": (samples, FEWEST_SAMPLES), "trials": (trials, FEWEST_TRIALS)}
    least |= {"threads": (threads, 1)} if threads is not None else {}
    faults = [
        Fault(name, str(found), f"a whole number of at least {fewest}")
        for name, (found, fewest) in least.items()
        if found < fewest
    ]
    if not 0 <= seed <= LARGEST_SEED:
        faults.append(Fault("seed", str(seed), f"a whole number from 0 to {LARGEST_SEED}"))
    if faults:
        raise RempartError(faults)
