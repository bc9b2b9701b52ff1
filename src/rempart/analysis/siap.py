"""The attributes of a single integrated air picture: complete, clear, continuous and accurate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.analysis.track_association import Pairs, States


class Siap(NamedTuple):
    """Attributes over all frames; NaN where nothing was there to measure."""

    completeness: float
    """share of the truths that have a track; 1 is best"""
    ambiguity: float
    """tracks for each truth that has any; 1 is best"""
    spuriousness: float
    """share of the tracks that are of no truth; 0 is best"""
    position_accuracy: float
    """mean distance [m] of a track from its truth"""
    velocity_accuracy: float
    """mean error [m/s] of a track's velocity"""
    track_change_rate: float
    """changes of track per second [1/s] of truth tracked; 0 is best"""
    longest_segment: float
    """longest time with one track over the truth's life, all truths together; 1 is best"""


class Segment(NamedTuple):
    """One track on one truth without a break; from the first frame to the last."""

    truth: int
    track: int
    first: int
    last: int


def siap(truth: States, tracks: States, times: np.ndarray, pairs: Pairs) -> Siap:
    """Attributes of an air picture against the truth.

    Parameters
    ----------
    truth, tracks : States
    times : ndarray
        Time [s] of each frame (n_frames,), rising.
    pairs : Pairs
        Which track is of which truth; see `nearest_pairs`.

    Source
    ------
    P. Votruba et al., Single Integrated Air Picture (SIAP) Metrics Implementation, SIAP System
    Engineering Task Force, 2001.
    """
    held = len(_distinct(truth.frame[pairs.truth], truth.owner[pairs.truth]))
    on_truth = len(_distinct(tracks.frame[pairs.track], tracks.owner[pairs.track]))
    apart = truth.position[pairs.truth] - tracks.position[pairs.track]
    changes, longest = _continuity(truth, times, segments(truth, tracks, pairs))
    return Siap(
        _ratio(held, len(truth.frame)),
        _ratio(on_truth, held),
        _ratio(len(tracks.frame) - on_truth, len(tracks.frame)),
        _mean_length(apart),
        _velocity_accuracy(truth, tracks, pairs),
        changes,
        longest,
    )


def segments(truth: States, tracks: States, pairs: Pairs) -> list[Segment]:
    """Unbroken stretches of frames in which a track is of a truth, in order of truth, track and time."""
    frame = truth.frame[pairs.truth]
    owner, track = truth.owner[pairs.truth], tracks.owner[pairs.track]
    order = np.lexsort((frame, track, owner))
    rows = np.column_stack((owner, track, frame))[order]
    if not len(rows):
        return []
    step = np.diff(rows, axis=0)
    starts = np.flatnonzero((step[:, :2] != 0).any(axis=1) | (step[:, 2] != 1)) + 1
    return [
        Segment(int(part[0, 0]), int(part[0, 1]), int(part[0, 2]), int(part[-1, 2]))
        for part in np.split(rows, starts)
    ]


def tracks_needed(stretches: list[Segment]) -> int:
    """Least number of changes of hand, plus one, with which tracks cover what they cover of one truth."""
    needed, reached = 0, -1
    while True:
        open_ = [stretch for stretch in stretches if stretch.last > reached]
        if not open_:
            return needed
        start = max(reached + 1, min(stretch.first for stretch in open_))
        reached = max(stretch.last for stretch in open_ if stretch.first <= start)
        needed += 1


def _continuity(truth: States, times: np.ndarray, stretches: list[Segment]) -> tuple[float, float]:
    """Changes of track per second of truth tracked; longest stretches over the truths' lives."""
    changes, tracked, longest, lives = 0, 0.0, 0.0, 0.0
    for owner in np.unique(truth.owner).tolist():
        frames = truth.frame[truth.owner == owner]
        lives += float(times[frames.max()] - times[frames.min()])
        own = [stretch for stretch in stretches if stretch.truth == owner]
        if own:
            changes += tracks_needed(own) - 1
            tracked += _covered(times, own)
            longest += max(float(times[stretch.last] - times[stretch.first]) for stretch in own)
    return _ratio(changes, tracked), _ratio(longest, lives)


def _covered(times: np.ndarray, stretches: list[Segment]) -> float:
    """Time [s] during which at least one of the stretches goes on."""
    total, reached = 0.0, -1
    for stretch in sorted(stretches, key=lambda one: one.first):
        first = max(stretch.first, reached)
        if stretch.last > first:
            total += float(times[stretch.last] - times[first])
            reached = stretch.last
    return total


def _velocity_accuracy(truth: States, tracks: States, pairs: Pairs) -> float:
    if truth.velocity is None or tracks.velocity is None:
        return float("nan")
    return _mean_length(truth.velocity[pairs.truth] - tracks.velocity[pairs.track])


def _mean_length(vectors: np.ndarray) -> float:
    return float(np.linalg.norm(vectors, axis=1).mean()) if len(vectors) else float("nan")


def _distinct(frame: np.ndarray, owner: np.ndarray) -> np.ndarray:
    return np.unique(np.column_stack((frame, owner)), axis=0)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
