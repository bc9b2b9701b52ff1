"""Make the figures of docs/model on the engine from the engine itself: `python docs/figures/make_engine.py`.

The worlds are small ones, built as the tests build theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rempart.doctrine.assignment import MARGINAL_RETURN, assignment_score
from rempart.engine.play import advance, begin_trial, play_logged
from rempart.engine.state import NO_TRACK, new_state
from rempart.engine.truth import true_position
from rempart.events.identities import HOLD
from rempart.events.kinds import KIND_NAMES
from rempart.events.outcomes import LEAKED
from rempart.picture.tracker import VAR_POSITION, predicted_variances, track_position

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "tests"))
from style import write_figures  # noqa: E402

from world_builder import ALL_PERFECT, POLICY, build_world, played, ring  # noqa: E402

MARKS = {
    "plot": ("|", "#9aa5ad", 5), "track_firm": ("s", "#1b4965", 6), "identified": ("D", "#7b6ba8", 6),
    "assigned": (">", "#5a8f29", 7), "launch": ("^", "#ca6702", 7), "intercept_miss": ("x", "#222222", 7),
    "intercept_kill": ("*", "#9b2226", 11), "leaked": ("X", "#9b2226", 9),
}  # fmt: skip


def draw_engine(axes: Axes) -> None:
    """What one trial's events look like, threat by threat."""
    policy = POLICY._replace(decision_time=5.0, link_delay=2.0, identification_time=3.0)
    world = build_world(
        ring(6, 60e3, 3000.0), [(0.0, 0.0, 0.0)] * 6, latest=60.0, pd=0.7, sensor_reach=45e3, channels=1,
        rounds=6, pk=0.6, reach=25e3, policy=policy,
    )  # fmt: skip
    events, _, _ = play_logged(world, 6, 2)
    for name, (marker, colour, size) in MARKS.items():
        rows = events[events["kind"] == KIND_NAMES.index(name)]
        label = name.replace("_", " ")
        axes.plot(rows["time"], rows["vehicle"] + 1, marker, color=colour, ms=size, label=label)
    axes.set(xlabel="time [s]", ylabel="threat", ylim=(0.4, 6.6), yticks=range(1, 7))
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 1.16),
        ncols=8,
        fontsize=7.5,
        handletextpad=0.2,
        columnspacing=1.0,
    )


def tracking_errors(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Root mean square of the true and of the claimed position error of many straight flights."""
    n = 300
    starts = np.c_[np.full(n, 60e3), np.linspace(-8e3, 8e3, n), np.full(n, 5e3)]
    world = build_world(
        starts,
        starts - [50e3, 0.0, 0.0],
        pd=0.95,
        sensor_reach=1e6,
        policy=POLICY._replace(weapons_control=HOLD),
    )
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    true, claimed = [], []
    for now in times:
        advance(world, state, now)
        rows = np.flatnonzero(state.cases.status != NO_TRACK)
        places = np.array([track_position(state.tracks, row, now) for row in rows])
        truth = np.array([true_position(world, state, row, now) for row in rows])
        true.append(np.sqrt(np.mean(np.sum((places - truth) ** 2, axis=1))))
        claimed.append(np.sqrt(np.mean([claimed_variance(state.tracks[row], now) for row in rows])))
    return np.array(true), np.array(claimed)


def claimed_variance(track: np.ndarray, now: float) -> float:
    """Sum of the position variances that a track claims at a time [m²]."""
    parts = (track[VAR_POSITION + k : VAR_POSITION + 9 : 3] for k in range(3))
    return float(sum(predicted_variances(now - track[0], *part)[0] for part in parts))


def draw_tracking(axes: Axes) -> None:
    """True error of tracks of straight flights, against what the tracker claims."""
    times = np.arange(5.0, 160.0, 1.0)
    true, claimed = tracking_errors(times)
    axes.plot(times, claimed, label="claimed by the tracker")
    axes.plot(times, true, label="true, 300 straight flights")
    axes.set(xlabel="time since take-off [s]", ylabel="position error, root mean square [m]")
    axes.set_yscale("log")
    axes.legend(loc="upper right")


def draw_assignment(axes: Axes) -> None:
    """Merit of a weapon over the rounds it has left."""
    share = np.linspace(0.0, 1.0, 50)
    for pk in (0.9, 0.7, 0.5):
        merit = [assignment_score(MARGINAL_RETURN, pk, 20.0, 5e3, left, 1e5) for left in share]
        axes.plot(share, merit, label=f"pk {pk}")
    axes.set(xlabel="ready rounds over loaded rounds", ylabel="merit under marginal return", ylim=(0, 1))
    axes.legend(loc="upper left")


def leakers(pk: float, seed: int) -> np.ndarray:
    """Leakers of 600 trials of a raid of 30."""
    world = build_world(
        ring(30, 100e3, 3000.0), [(0.0, 0.0, 0.0)] * 30, pd=1.0, sensor_reach=1e6, channels=30, rounds=300,
        pk=pk, policy=POLICY._replace(max_salvos=1), perfect=ALL_PERFECT,
    )  # fmt: skip
    return (played(world, 600, seed=seed).outcome == LEAKED).sum(axis=1)


def draw_dice(axes: Axes) -> None:
    """The difference between two defences, with the same dice and with others."""
    better, worse, other = leakers(0.75, 1), leakers(0.70, 1), leakers(0.70, 2)
    edges = np.arange(-14.5, 15.5)
    axes.hist(other - better, edges, color="#9aa5ad", alpha=0.8, label="each with its own dice")
    axes.hist(worse - better, edges, color="#ca6702", alpha=0.8, label="the same dice")
    axes.set(xlabel="leakers of 30 at pk 0.70, less those at pk 0.75, trial by trial", ylabel="trials of 600")
    axes.legend(loc="upper left")


FIGURES: dict[str, Callable[[Axes], None]] = {
    "engine": draw_engine,
    "tracking": draw_tracking,
    "assignment": draw_assignment,
    "dice": draw_dice,
}


if __name__ == "__main__":
    write_figures(FIGURES)
