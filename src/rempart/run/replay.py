"""Replay: one trial of a campaign played again, bit for bit, with everything that happened in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rempart.base.errors import ExportError, Fault, StoreError
from rempart.events.kinds import KIND_NAMES
from rempart.run import scene
from rempart.run.results import MARKING, Results
from rempart.run.tables import Block, ledger_table


@dataclass(frozen=True, eq=False)
class Replay:
    """One trial in full: all that a map, a globe or a debriefing tool needs."""

    title: str
    question: str
    digest: str
    """of the campaign"""
    seed: int
    trial: int
    end: float
    """[s]: when the trial was over"""
    origin: scene.Point
    flights: tuple[scene.Flight, ...]
    shots: tuple[scene.Shot, ...]
    sites: tuple[scene.Site, ...]
    assets: tuple[scene.Asset, ...]
    events: tuple[scene.Event, ...]
    marking: str = MARKING


def replay(results: Results, trial: int) -> Replay:
    """Play one trial of a campaign again.

    Parameters
    ----------
    results : Results
    trial : int
        Its number, from 0.

    Returns
    -------
    Replay
        Of bit for bit the same trial: its ledger is compared with the one in the results.

    Raises
    ------
    ExportError
        If the results hold no such trial.
    StoreError
        If the trial comes out differently, because Rempart or the catalogue has changed since.
    """
    played = played_again(results, trial)
    scenario, lowered = results.scenario, played.lowered
    return Replay(
        title=scenario.title,
        question=scenario.question,
        digest=results.digest,
        seed=results.seed,
        trial=trial,
        end=played.end,
        origin=scene.Point(lowered.origin_lat, lowered.origin_lon, lowered.origin_height),
        flights=tuple(scene.flights(played)),
        shots=tuple(scene.shots(played)),
        sites=tuple(scene.sites(lowered, played.end)),
        assets=tuple(scene.assets(lowered, played.end)),
        events=tuple(scene.events(played)),
    )


def trial_events(results: Results, trial: int, without: frozenset[str] = frozenset()) -> list[scene.Event]:
    """Events of one trial played again as by `replay`, but for the kinds that are not wanted."""
    played = played_again(results, trial)
    unwanted = [KIND_NAMES.index(kind) for kind in without]
    kept = played.log[~np.isin(played.log["kind"], unwanted)]
    return list(scene.events(scene.Trial(played.lowered, kept, played.times, played.codes)))


def played_again(results: Results, trial: int) -> scene.Trial:
    """One trial with its log, checked against the ledger in the results; raises as `replay` does."""
    if not 0 <= trial < results.n_trials:
        raise ExportError(
            Fault("trial", f"{trial} is not in {results.folder}", f"a trial from 0 to {results.n_trials - 1}")
        )
    from rempart.engine.play import play_logged

    lowered = results.lowered
    if lowered.world_digest != results.manifest["world_digest"]:
        raise _changed(results, "its scenario means something else by now")
    log, ledger, tally = play_logged(lowered.world, results.seed, trial)
    again = ledger_table(Block(trial, 1, *ledger, *tally), lowered.world, results.names)
    if not again.equals(results.trial(trial)):
        raise _changed(results, f"trial {trial} comes out differently")
    return scene.Trial(lowered, log, *ledger)


def _changed(results: Results, how: str) -> StoreError:
    return StoreError(
        Fault(
            str(results.folder),
            f"cannot be replayed: {how}",
            "results of this very version of Rempart and of its catalogue",
            "Run the campaign again.",
        )
    )
