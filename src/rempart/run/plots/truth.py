"""Where targets truly were: paths in time, for measuring tracks against them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST_GAP = 60.0
"""[s] Between two places that are further apart in time nothing is said."""


@dataclass(frozen=True)
class Truth:
    """Places of targets, in the order of target and time."""

    time: np.ndarray
    """(n,) [s] as the plots count it"""
    owner: np.ndarray
    """(n,) number of the target"""
    position: np.ndarray
    """(n, 3) east, north, up [m] in the frame of the plots; up NaN where it is not known"""
    names: tuple[str, ...]


def truth_of(time: np.ndarray, owner: np.ndarray, position: np.ndarray, names: tuple[str, ...]) -> Truth:
    """Truth in order, without rows that say nothing and without repetitions of a target's time."""
    good = np.isfinite(time) & np.isfinite(position[:, :2]).all(axis=1) & (owner >= 0)
    order = np.flatnonzero(good)[np.lexsort((time[good], owner[good]))]
    again = np.flatnonzero((np.diff(time[order]) == 0.0) & (np.diff(owner[order]) == 0)) + 1
    order = np.delete(order, again)
    return Truth(time[order], owner[order], position[order], names)


def truth_at(truth: Truth, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Frame, target, position and velocity at each of the times at which a target's place is known.

    Between two known places a target goes straight; before its first, after its last and in gaps
    longer than `LONGEST_GAP` it is not there.
    """
    parts = [_path_at(truth, owner, times) for owner in np.unique(truth.owner)]
    if not parts:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros((0, 3)), np.zeros((0, 3))
    frame, owner, position, velocity = (np.concatenate(column) for column in zip(*parts, strict=True))
    return frame, owner, position, velocity


def _path_at(truth: Truth, owner: int, times: np.ndarray) -> tuple[np.ndarray, ...]:
    own = truth.owner == owner
    known, place = truth.time[own], truth.position[own]
    after = np.clip(np.searchsorted(known, times), 1, max(len(known) - 1, 1))
    if len(known) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 3)), np.zeros((0, 3))
    gap = known[after] - known[after - 1]
    is_known = (times >= known[0]) & (times <= known[-1]) & (gap <= LONGEST_GAP)
    frame = np.flatnonzero(is_known)
    after, gap = after[frame], gap[frame]
    share = ((times[frame] - known[after - 1]) / gap)[:, np.newaxis]
    step = place[after] - place[after - 1]
    return frame, np.full(len(frame), owner), place[after - 1] + share * step, step / gap[:, np.newaxis]
