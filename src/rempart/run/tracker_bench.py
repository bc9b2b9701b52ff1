"""How fast and how good the multi-target tracker is, beside Stone Soup on the same plots.

Crossing targets, nine plots in ten seen, false plots among them. Both trackers have the same models,
errors and gates, and rules of start and end as near to each other as they allow; ours also asks a
new track for a score (`least_score`), for which Stone Soup's initiator has no like. Times are processor
time of one thread, of tracking alone:
neither import nor compilation nor the making of the plots counts.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rempart.base.errors import RempartError
from rempart.base.files import cache_folder
from rempart.picture.bank import new_tracker
from rempart.picture.multitarget import new_history, track_plots, track_scans
from rempart.picture.plots import Plots, Scans, scans_all_round
from rempart.picture.settings import TrackerSettings, constant_velocity, model_set, tracker_settings

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "stonesoup_bench.py"
INTERPRETER = "REMPART_STONESOUP_PYTHON"
"""Variable that names the interpreter of an environment with Stone Soup."""

CASES = {"gnn_20": 60, "gnn_100": 30, "gnn_300": 12, "jpda_20": 60, "jpda_100": 30}
"""Case → scans; few enough that Stone Soup takes some minutes for all."""
REPEATS = 5
"""Runs of our own tracker, of which the median counts."""
SCAN_TIME, PD, ERROR, NOISE, FASTEST = 2.0, 0.9, 20.0, 1.0, 600.0
MOST_TRACKS = 1024
GATE_CHANCE, N_HITS, N_LOOKS, MOST_MISSES = 0.999, 3, 5, 5
SPACING = 1000.0
"""The area is as large as if targets stood on a square grid of this spacing [m]."""
CLUTTER_PER_TARGET = 0.5
CUTOFF, ORDER = 200.0, 2.0
"""Of GOSPA: [m], power."""
SETTLED_SCANS = 5
"""Scans at the start that GOSPA leaves out, while tracks form."""


class Scene(NamedTuple):
    """Plots of one case, and where the targets truly were at each scan."""

    plots: Plots
    scans: Scans
    truth: list[np.ndarray]
    clutter: float
    """False plots per scan and m²."""


def tracker_figures() -> dict[str, float]:
    """Measure the tracker, and Stone Soup where its environment is there.

    Returns
    -------
    dict
        For each case of `CASES`: `.detections_per_second`, `.gospa` [m, mean over scans], `.scans`,
        `.detections`; with Stone Soup `.stonesoup_detections_per_second`, `.stonesoup_gospa` and
        `.speedup`.
    """
    interpreter = stonesoup_interpreter()
    figures: dict[str, float] = {}
    for case, n_scans in CASES.items():
        association, n_targets = case.split("_")
        scene = crossing_scene(int(n_targets), n_scans)
        settings = bench_settings(association)
        figures |= {f"{case}.{name}": value for name, value in own_figures(scene, settings).items()}
        if interpreter is not None:
            other = stonesoup_figures(scene, association, interpreter)
            figures |= {f"{case}.stonesoup_{name}": value for name, value in other.items()}
            own, theirs = f"{case}.detections_per_second", f"{case}.stonesoup_detections_per_second"
            figures[f"{case}.speedup"] = figures[own] / figures[theirs]
    return figures


def tracker_note() -> str:
    """What the figures are compared with, or what to do so that they are."""
    if stonesoup_interpreter() is not None:
        return "compared with Stone Soup 1.9.1 on the same plots"
    folder = cache_folder("stonesoup")
    return (
        "Stone Soup is not here, so nothing is compared. From a checkout of the sources: "
        f"python tools/stonesoup_bench.py --make {folder}"
    )


def stonesoup_interpreter() -> Path | None:
    """The interpreter that can run Stone Soup, if there is one."""
    named = os.environ.get(INTERPRETER)
    path = Path(named) if named else cache_folder("stonesoup") / "bin" / "python"
    return path if path.is_file() and SCRIPT.is_file() else None


def bench_settings(association: str) -> TrackerSettings:
    """The tracker as both sides are set."""
    return tracker_settings(
        model_set(constant_velocity(NOISE)),
        association=association,
        gate_chance=GATE_CHANCE,
        n_hits=N_HITS,
        n_looks=N_LOOKS,
        most_misses=MOST_MISSES,
        fastest=FASTEST,
        most_tracks=MOST_TRACKS,
    )


def crossing_scene(n_targets: int, n_scans: int, seed: int = 1) -> Scene:
    """Targets that fly straight through one area in all directions, with false plots over it."""
    dice = np.random.default_rng(seed)
    side = SPACING * np.sqrt(n_targets)
    place = dice.uniform(-side / 2, side / 2, (n_targets, 2))
    heading, speed = dice.uniform(0.0, 2 * np.pi, n_targets), dice.uniform(100.0, 300.0, n_targets)
    velocity = speed[:, None] * np.column_stack([np.sin(heading), np.cos(heading)])
    times = SCAN_TIME * np.arange(n_scans)
    truth = [place + velocity * (moment - times[-1] / 2) for moment in times]
    low, high = np.min(truth, axis=(0, 1)), np.max(truth, axis=(0, 1))
    found = [_look(dice, here, low, high) for here in truth]
    counts = [len(plots) for plots in found]
    n_plots = sum(counts)
    clutter = CLUTTER_PER_TARGET * n_targets / float(np.prod(high - low))
    plots = Plots(
        time=np.repeat(times, counts),
        value=np.column_stack([np.concatenate(found), np.full((n_plots, 2), np.nan)]),
        error=np.full((n_plots, 4), ERROR),
        clutter=np.full(n_plots, clutter),
    )
    return Scene(plots, scans_all_round(times, np.array(counts), PD), truth, clutter)


def _look(dice: np.random.Generator, here: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Plots of one scan, true and false, in no order."""
    seen = here[dice.random(len(here)) < PD]
    false = dice.uniform(low, high, (dice.poisson(CLUTTER_PER_TARGET * len(here)), 2))
    plots = np.concatenate([seen + dice.normal(0.0, ERROR, seen.shape), false])
    dice.shuffle(plots)
    return plots


def own_figures(scene: Scene, settings: TrackerSettings) -> dict[str, float]:
    """Speed and error of our tracker on a scene."""
    history, _ = track_plots(scene.plots, scene.scans, settings)
    seconds = [tracking_time(scene, settings) for _ in range(REPEATS)]
    places = [history.mean[history.scan == scan, :2] for scan in range(len(scene.truth))]
    n_plots = len(scene.plots.time)
    return {
        "detections_per_second": n_plots / float(np.median(seconds)),
        "gospa": mean_gospa(scene.truth, places),
        "scans": float(len(scene.truth)),
        "detections": float(n_plots),
    }


def tracking_time(scene: Scene, settings: TrackerSettings) -> float:
    """Processor time [s] of tracking a scene with memory that is already there."""
    tracker = new_tracker(settings)
    n_rows = settings.most_tracks * (len(scene.truth) + 1)
    history = new_history(n_rows, len(settings.models.kind))
    begun = time.process_time()
    track_scans(tracker, scene.plots, scene.scans, settings, history, 0)
    return time.process_time() - begun


def stonesoup_figures(scene: Scene, association: str, interpreter: Path) -> dict[str, float]:
    """Speed and error of Stone Soup on a scene.

    Raises
    ------
    RempartError
        If it fails.
    """
    settings = bench_settings(association)
    with tempfile.TemporaryDirectory(prefix="rempart-bench-") as name:
        asked, answered = Path(name) / "scene.npz", Path(name) / "tracks.npz"
        np.savez(
            asked, place=scene.plots.value[:, :2], time=scene.scans.time, count=scene.scans.count,
            noise=NOISE, error=ERROR, pd=PD, clutter=scene.clutter, gate=settings.gates[2],
            gate_chance=GATE_CHANCE, first_speed=FASTEST / 2, n_hits=N_HITS, n_looks=N_LOOKS,
            most_misses=MOST_MISSES, association=association,
        )  # fmt: skip
        done = subprocess.run(
            [str(interpreter), str(SCRIPT), str(asked), str(answered)],
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RempartError(f"Stone Soup failed: {done.stderr.strip()[-2000:]}")
        answer = dict(np.load(answered))
    places = np.split(answer["place"], np.cumsum(answer["count"])[:-1])
    return {
        "detections_per_second": len(scene.plots.time) / float(answer["seconds"]),
        "gospa": mean_gospa(scene.truth, places),
    }


def mean_gospa(truth: list[np.ndarray], places: list[np.ndarray]) -> float:
    """Mean GOSPA [m] over the scans after the first ones."""
    scans = range(SETTLED_SCANS, len(truth))
    return float(np.mean([gospa(truth[scan], places[scan]) for scan in scans]))


def gospa(truth: np.ndarray, places: np.ndarray) -> float:
    """Generalised optimal sub-pattern assignment distance [m], α = 2.

    Source
    ------
    Rahmathullah, García-Fernández & Svensson, Generalized optimal sub-pattern assignment metric
    (FUSION 2017).
    """
    from scipy.optimize import linear_sum_assignment

    full = CUTOFF**ORDER
    distance = np.linalg.norm(truth[:, None] - places[None], axis=2)
    cost = np.minimum(distance, CUTOFF) ** ORDER
    paid = cost[linear_sum_assignment(cost)]
    paired = paid[paid < full]
    unpaired = len(truth) + len(places) - 2 * len(paired)
    return float((paired.sum() + 0.5 * full * unpaired) ** (1.0 / ORDER))
