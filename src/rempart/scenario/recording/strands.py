"""Which records of one address belong together: jumps, and aircraft that share an address."""

from __future__ import annotations

from collections import deque

import numpy as np

from rempart.scenario.recording.rules import MAX_GAP, MAX_SPEED, POSITION_SLACK

EARTH_RADIUS = 6_371_000.0
LOOK_BACK = 6
"""Records from which the way of a strand is told."""
MAX_STRANDS = 50
"""Strands that a record may continue: those that were continued last."""


def unit_vectors(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Directions (n, 3) of places on the sphere [rad]."""
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def distances(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Distances [m] along the sphere between directions."""
    chord = np.linalg.norm(there - here, axis=-1)
    return np.asarray(2.0 * EARTH_RADIUS * np.arcsin(np.minimum(chord / 2.0, 1.0)))


def strands(time: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Number of the strand of each record: a line of positions that one aircraft can have flown.

    Of the strands that a record can be reached from, it joins the one whose straight continuation
    comes nearest; where there is none it begins a new one.

    Parameters
    ----------
    time : (n,)
        [s], rising.
    direction : (n, 3)
        From `unit_vectors`.

    Returns
    -------
    (n,) int
        Within a strand no step needs more than `MAX_SPEED`, give or take `POSITION_SLACK`.

    Limits
    ------
    Two aircraft of one address that meet on nearly the same course may swap their ways.
    """
    steps = distances(direction[:-1], direction[1:])
    numbers = np.zeros(len(time), np.int64)
    if (steps <= MAX_SPEED * np.diff(time) + POSITION_SLACK).all():
        return numbers
    ends: dict[int, deque[int]] = {}
    n_strands = 0
    for record in range(len(time)):
        number = _continued(time, direction, record, ends)
        if number is None:
            number, n_strands = n_strands, n_strands + 1
        numbers[record] = number
        ends[number] = ends.pop(number, deque(maxlen=LOOK_BACK))
        ends[number].append(record)
        if len(ends) > MAX_STRANDS:
            del ends[next(iter(ends))]
    return numbers


def _continued(
    time: np.ndarray, direction: np.ndarray, record: int, ends: dict[int, deque[int]]
) -> int | None:
    """The strand that a record continues, given the last few records of each."""
    if not ends:
        return None
    earlier, last = np.array([(end[0], end[-1]) for end in ends.values()]).T
    since = time[record] - time[last]
    near = distances(direction[last], direction[record]) <= MAX_SPEED * since + POSITION_SLACK
    can_be = near & (since <= MAX_GAP)
    took = time[last] - time[earlier]
    share = np.where(took > 0.0, since / np.where(took > 0.0, took, 1.0), 0.0)
    expected = direction[last] + (direction[last] - direction[earlier]) * share[:, None]
    away = np.linalg.norm(expected - direction[record], axis=1)
    return list(ends)[int(np.argmin(np.where(can_be, away, np.inf)))] if can_be.any() else None
