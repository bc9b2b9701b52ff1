"""How far a track may be from where it is, and from how it moves, as far as it says itself."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import lean_kernel
from rempart.picture.tracker import COVARIANCE, TIME, VAR_POSITION, VAR_VELOCITY, predicted_variances

DEVIATIONS = 2.0
"""A track is given the benefit of this many standard deviations."""


class Doubt(NamedTuple):
    """Margins within which a track may lie."""

    ground: float
    """[m] in plan"""
    height: float
    """[m]"""
    speed: float
    """[m/s] in plan"""
    climb: float
    """[m/s]"""


NO_DOUBT = Doubt(0.0, 0.0, 0.0, 0.0)


@lean_kernel
def doubt_of(tracks, row, now):
    """Margins of a track carried on to a time; they grow while it gets no plots."""
    east_place, east_speed = _variances(tracks, row, 0, now)
    north_place, north_speed = _variances(tracks, row, 1, now)
    up_place, up_speed = _variances(tracks, row, 2, now)
    return Doubt(
        DEVIATIONS * math.sqrt(max(east_place, north_place)),
        DEVIATIONS * math.sqrt(up_place),
        DEVIATIONS * math.sqrt(max(east_speed, north_speed)),
        DEVIATIONS * math.sqrt(up_speed),
    )


@lean_kernel
def _variances(tracks, row, axis, now):
    interval = max(now - tracks[row, TIME], 0.0)
    place, _, speed = predicted_variances(
        interval,
        tracks[row, VAR_POSITION + axis],
        tracks[row, COVARIANCE + axis],
        tracks[row, VAR_VELOCITY + axis],
    )
    return max(place, 0.0), max(speed, 0.0)
