"""Where tracks fly: along published corridors, and out of a threatened sector.

Limits: a leg is a straight line in the plane of the scenario's frame; the great circle between the same
ends strays from it by some 60 m where a leg of 300 km passes 200 km from the origin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import lean_kernel

CORRIDOR = np.dtype(
    [
        ("first", "i8"),  # row of the points where the corridor begins
        ("count", "i8"),  # points; one leg fewer
        ("half_width", "f8"),  # [m]
        ("low", "f8"),  # [m above the scenario's origin]
        ("high", "f8"),  # [m above the scenario's origin]
        ("both_ways", "i8"),  # 1: flown from either end
    ],
    align=True,
)
"""One published corridor."""

HEADING_TOLERANCE = math.radians(20.0)
"""A track whose heading is off the leg's by no more flies along it (grade D)."""


class Corridor(NamedTuple):
    """One published corridor, as it is told to aircraft."""

    points: np.ndarray
    """(n, 3) [m] corners of its middle line, two or more; east, north, up"""
    half_width: float
    """[m]"""
    low: float
    """[m above the scenario's origin]"""
    high: float
    """[m above the scenario's origin]"""
    both_ways: bool


def corridor_tables(corridors: Sequence[Corridor]) -> tuple[np.recarray, np.ndarray]:
    """Rows of `CORRIDOR`, and the points (n, 3) of all their legs, one corridor after another."""
    rows = np.zeros(len(corridors), CORRIDOR).view(np.recarray)
    first = 0
    for index, corridor in enumerate(corridors):
        points, *figures = corridor
        rows[index] = (first, len(points), *figures)
        first += len(points)
    return rows, np.concatenate([np.zeros((0, 3)), *(corridor.points for corridor in corridors)])


@lean_kernel
def corridor_shown(corridors, points, position, velocity, height, doubt):
    """Whether a track flies along a published corridor, as a piece of evidence.

    Parameters
    ----------
    corridors : (n_corridors,) of `CORRIDOR`
    points : (n, 3) array
        Corners of all corridors [m].
    position, velocity : (east, north, up)
        [m], [m/s].
    height : float
        Above the scenario's origin [m].
    doubt : Doubt
        How far off all this may be; whatever it may be is taken in the track's favour.

    Returns
    -------
    int
        1 where it is between the corridor's heights, within half its width of a leg, and heads along that
        leg; 0 elsewhere; -1 where no corridor is published.
    """
    for corridor in range(corridors.shape[0]):
        low, high = corridors.low[corridor] - doubt.height, corridors.high[corridor] + doubt.height
        if low <= height <= high and _is_along(corridors, corridor, points, position, velocity, doubt):
            return 1
    return 0 if corridors.shape[0] > 0 else -1


@lean_kernel
def _is_along(corridors, corridor, points, position, velocity, doubt):
    first, reach = corridors.first[corridor], corridors.half_width[corridor] + doubt.ground
    both_ways = corridors.both_ways[corridor] == 1
    for row in range(first, first + corridors.count[corridor] - 1):
        is_near = _distance(points, row, position) <= reach
        if is_near and _heads_along(points, row, velocity, both_ways, doubt.speed):
            return True
    return False


@lean_kernel
def _distance(points, row, position):
    """Ground distance [m] from a leg, or from its nearer end beyond it."""
    along_x, along_y = points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]
    x, y = position[0] - points[row, 0], position[1] - points[row, 1]
    length_2 = along_x * along_x + along_y * along_y
    share = min(max((x * along_x + y * along_y) / length_2, 0.0), 1.0) if length_2 > 0.0 else 0.0
    return math.hypot(x - share * along_x, y - share * along_y)


@lean_kernel
def _heads_along(points, row, velocity, both_ways, margin):
    along_x, along_y = points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]
    along = velocity[0] * along_x + velocity[1] * along_y
    across = abs(velocity[0] * along_y - velocity[1] * along_x)
    if both_ways:
        along = abs(along)
    margin *= math.hypot(along_x, along_y)
    return along > 0.0 and across <= math.tan(HEADING_TOLERANCE) * along + margin


@lean_kernel
def sector_shown(position, start, width):
    """Whether a track came from the threatened sector, as a piece of evidence.

    Parameters
    ----------
    position : (east, north, up)
        Where the track became firm [m].
    start, width : float
        Azimuth of the sector's first edge, and from there clockwise to its other [rad].

    Returns
    -------
    int
        1 inside, 0 outside, -1 where the width is 0: no sector is threatened.
    """
    if width <= 0.0:
        return -1
    beyond = (math.atan2(position[0], position[1]) - start) % (2.0 * math.pi)
    return 1 if beyond <= width else 0
