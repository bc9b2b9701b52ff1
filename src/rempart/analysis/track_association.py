"""Which track is of which truth, frame by frame: what every measure of tracks starts from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np


class States(NamedTuple):
    """Where several objects were at the frames at which they were there; one row an object and frame."""

    frame: np.ndarray
    """(n,) number of the frame"""
    owner: np.ndarray
    """(n,) number of the object; each at most once a frame"""
    position: np.ndarray
    """(n, d) [m]"""
    velocity: np.ndarray | None = None
    """(n, d) [m/s], if known"""


class Pairs(NamedTuple):
    """Rows of truth and of tracks that belong together."""

    truth: np.ndarray
    track: np.ndarray


def rows_by_frame(states: States, n_frames: int) -> Iterator[np.ndarray]:
    """Rows of each frame, in the order of the frames."""
    order = np.argsort(states.frame, kind="stable")
    edges = np.searchsorted(states.frame[order], np.arange(n_frames + 1))
    for first, end in pairwise(edges.tolist()):
        yield order[first:end]


def nearest_pairs(truth: States, tracks: States, n_frames: int, gate: float) -> Pairs:
    """Each track with the truth that is nearest to it, if within the gate [m].

    Several tracks may share a truth (that is ambiguity); no track has two.
    """
    from scipy.spatial import cKDTree

    found: list[tuple[np.ndarray, np.ndarray]] = []
    frames = zip(rows_by_frame(truth, n_frames), rows_by_frame(tracks, n_frames), strict=True)
    for here, there in frames:
        if not len(here) or not len(there):
            continue
        distance, nearest = cKDTree(truth.position[here]).query(tracks.position[there])
        is_near = distance < gate
        found.append((here[nearest[is_near]], there[is_near]))
    return _joined(found)


def held_pairs(truth: States, tracks: States, n_frames: int, gate: float) -> Pairs:
    """One track for each truth and one truth for each track, kept as long as both stay within the gate.

    What was together in the frame before stays together; the rest is assigned at least total
    distance. So a change of partner means that the track was lost, or went over to another truth.

    Source
    ------
    K. Bernardin and R. Stiefelhagen, EURASIP J. Image and Video Processing, 2008, section 2.1.2.
    """
    found: list[tuple[np.ndarray, np.ndarray]] = []
    partner: dict[int, int] = {}
    frames = zip(rows_by_frame(truth, n_frames), rows_by_frame(tracks, n_frames), strict=True)
    for here, there in frames:
        pairs = _frame_pairs(truth, tracks, (here, there), partner, gate)
        now = dict(zip(truth.owner[pairs[0]].tolist(), tracks.owner[pairs[1]].tolist(), strict=True))
        taken = set(now.values())
        partner = {a: b for a, b in partner.items() if b not in taken} | now
        found.append(pairs)
    return _joined(found)


def _frame_pairs(
    truth: States,
    tracks: States,
    rows: tuple[np.ndarray, np.ndarray],
    partner: dict[int, int],
    gate: float,
) -> tuple[np.ndarray, np.ndarray]:
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    here, there = rows
    distance = cdist(truth.position[here], tracks.position[there])
    # A pair from before costs less than any new one; one beyond the gate more than all others together.
    is_kept = np.array([[partner.get(a) == b for b in tracks.owner[there].tolist()]
                        for a in truth.owner[here].tolist()], dtype=bool).reshape(distance.shape)  # fmt: skip
    far = gate * (1.0 + 2.0 * min(distance.shape, default=0))
    cost = np.where(is_kept, distance - far, distance)
    cost = np.where(distance < gate, cost, far)
    a, b = linear_sum_assignment(cost)
    is_near = distance[a, b] < gate
    return here[a[is_near]], there[b[is_near]]


def _joined(found: list[tuple[np.ndarray, np.ndarray]]) -> Pairs:
    if not found:
        return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    return Pairs(np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found]))
