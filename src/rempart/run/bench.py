"""How fast the engine is on the shipped reference case, and what that case really contains."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from statistics import median
from typing import Any

import numpy as np

from rempart.base.dice import uniform
from rempart.base.errors import RempartError
from rempart.base.kernel import lean_kernel
from rempart.engine.play import new_ledger, new_state, play_trials
from rempart.engine.state import COUNTERS, State
from rempart.engine.world import ASSOCIATIONS, KNOWN, World

REFERENCE_CASE = "bench_engine"
"""Name of the shipped scenario."""
SEED = 1
BLOCK_TRIALS, PACE_TRIALS, N_BLOCKS = 20, 4, 9
"""Trials timed at once, and how often; the figures are medians over the blocks."""
CONTENT_TRIALS = 20
"""Trials whose content is counted."""

_CONTENT = ("looks", "detections", "updates", "events")
_FIRST_TRIAL = "from rempart.run.bench import play_first_trial; play_first_trial()"


def engine_figures() -> dict[str, float]:
    """Measure the engine; every figure's name ends with its unit unless it is a plain number.

    Returns
    -------
    dict
        `times_real_time_per_core`: simulated over elapsed time on one thread. `ratio_to_floor`:
        time of whole trials over that of `bare_looks` for as many looks. `first_compile_s` and
        `warm_start_s`: a new process up to the end of its first trial, with an empty and with a
        filled cache. `peak_memory_mb`: of the largest process, the compiling one included.
        `gnn.times_real_time_per_core` and `jpda....`: the same case with the multi-target tracker,
        false and unresolved plots. The others are `case_content`.
    """
    first, warm = start_times()
    world = reference_world()
    content = case_content(world)
    seconds, floor_seconds = trial_times(world)
    looks = content["looks_per_trial"]
    return {
        "times_real_time_per_core": content["simulated_seconds_per_trial"] / seconds,
        "trials_per_second": 1.0 / seconds,
        "looks_per_second": looks / seconds,
        "ratio_to_floor": seconds / floor_seconds,
        "floor_ns_per_look": floor_seconds / looks * 1e9,
        "first_compile_s": first,
        "warm_start_s": warm,
        "peak_memory_mb": _peak_memory() / 1e6,
        **content,
        **{
            f"{name}.times_real_time_per_core": pace_of(reference_world(name))
            for name in ASSOCIATIONS
            if name != ASSOCIATIONS[KNOWN]
        },
    }


def reference_world(association: str = ASSOCIATIONS[KNOWN]) -> World:
    """The world of the reference case, with plots finding their tracks in this way."""
    from rempart.run.lowering import lower
    from rempart.scenario.loading import amend_scenario, load_scenario

    scenario = load_scenario(REFERENCE_CASE)
    if association != ASSOCIATIONS[KNOWN]:
        scenario = amend_scenario(scenario, {"defence": {"policy": {"track": {"association": association}}}})
    world: World = lower(scenario).world
    return world


def pace_of(world: World) -> float:
    """Simulated over elapsed time on one thread; the median over blocks of trials."""
    state = new_state(world)
    ledger, tally = new_ledger(world, PACE_TRIALS)
    play_trials(world, state, SEED, 0, ledger, tally)
    paces = []
    for block in range(N_BLOCKS):
        begun = time.perf_counter()
        play_trials(world, state, SEED, block * PACE_TRIALS, ledger, tally)
        seconds = (time.perf_counter() - begun) / PACE_TRIALS
        clock = world.duration if world.runs_to_end else float(state.trial.clock[0])
        paces.append(clock / seconds)
    return median(paces)


def play_first_trial() -> None:
    """All that a new process does up to its first result: import, load, lower, compile, play."""
    world = reference_world()
    play_trials(world, new_state(world), SEED, 0, *new_ledger(world, 1))


def start_times() -> tuple[float, float]:
    """Elapsed time [s] of a new process that plays one trial: with an empty cache, and once more.

    Raises
    ------
    RempartError
        If the process fails.
    """
    with tempfile.TemporaryDirectory(prefix="rempart-bench-") as folder:
        environment = {**os.environ, "REMPART_CACHE_DIR": folder}
        return _start_time(environment), _start_time(environment)


def _start_time(environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_TRIAL], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RempartError(f"the reference case cannot be played in a new process: {done.stderr.strip()}")
    return time.perf_counter() - begun


def trial_times(world: World) -> tuple[float, float]:
    """Time [s] of one trial, and of the bare loop over as many looks, measured in turns."""
    state = new_state(world)
    ledger, tally = new_ledger(world, BLOCK_TRIALS)
    play_trials(world, state, SEED, 0, ledger, tally)
    bare_looks(world.pd, np.uint64(SEED), 1)
    trials, floors = [], []
    for block in range(N_BLOCKS):
        begun = time.perf_counter()
        play_trials(world, state, SEED, block * BLOCK_TRIALS, ledger, tally)
        played = time.perf_counter()
        bare_looks(world.pd, np.uint64(block), int(tally.counters[:, 0].sum()))
        trials.append(played - begun)
        floors.append(time.perf_counter() - played)
    return median(trials) / BLOCK_TRIALS, median(floors) / BLOCK_TRIALS


@lean_kernel
def bare_looks(pd: np.ndarray, key: np.uint64, n_looks: int) -> int:
    """The least that looks can cost: for each one draw, one reading of the table, one comparison.

    Returns
    -------
    int
        Hits, so that the compiler cannot leave the work out.
    """
    n_hits, row = 0, 0
    for look in range(n_looks):
        if uniform(key, look) < np.float64(pd[row]):
            n_hits += 1
        row += 1
        if row == pd.shape[0]:
            row = 0
    return n_hits


def case_content(world: World) -> dict[str, float]:
    """What the case really contains: means over some trials."""
    state = new_state(world)
    threats = np.flatnonzero(world.vehicles.is_hostile)
    rows = []
    for trial in range(CONTENT_TRIALS):
        ledger, tally = new_ledger(world, 1)
        play_trials(world, state, SEED, trial, ledger, tally)
        air, sight = _minutes(world, state, threats)
        looks, detections, updates, events = tally.counters[0, [COUNTERS.index(name) for name in _CONTENT]]
        shots = ledger.codes[threats, 3].mean()
        clock = world.duration if world.runs_to_end else state.trial.clock[0]
        rows.append((looks, detections, updates, shots, air, sight, events, clock))
    names = ("looks_per_trial", "detections_per_trial", "updates_per_trial", "shots_per_threat",
             "minutes_in_air_per_threat", "minutes_in_sight_per_threat", "events_per_trial",
             "simulated_seconds_per_trial")  # fmt: skip
    means = np.mean(np.array(rows, dtype=float), axis=0)
    return {
        "threats": float(len(threats)),
        "sensors": float(np.isfinite(world.sensors.turn).sum()),
        **dict(zip(names, means.tolist(), strict=True)),
    }


def _minutes(world: World, state: State, threats: Any) -> tuple[float, float]:
    """Mean minutes in the air and in some radar's sight, of the threats of the trial just played."""
    flights = state.flights
    air = sight = 0.0
    for vehicle in threats:
        step = world.vehicles.step[vehicle]
        ended = flights.ended[vehicle]
        end = state.trial.clock[0] if np.isnan(ended) else ended
        flown = max(float(end - flights.takeoff[vehicle]), 0.0)
        seen = _samples_in_sight(world, vehicle, int(flights.variant[vehicle]))
        air += flown
        sight += seen[: int(flown / step)].sum() * step
    return air / len(threats) / 60.0, float(sight) / len(threats) / 60.0


def _samples_in_sight(world: World, vehicle: int, variant: int) -> np.ndarray:
    """Which samples of a route some radar may see."""
    seen = np.zeros(world.routes.count[vehicle, variant], dtype=bool)
    for sensor in np.flatnonzero(np.isfinite(world.sensors.turn)):
        view = world.views[sensor, vehicle, variant]
        rows = world.pd[view.start : view.start + view.count]
        seen[view.first : view.first + view.count] |= rows > 0.0
    return seen


def _peak_memory() -> float:
    """Largest memory [bytes] that this process or one it started has held."""
    import resource

    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return float(peak) * (1.0 if sys.platform == "darwin" else 1024.0)
