"""Shortest lines on the WGS-84 ellipsoid, exact to a micrometre (PROJ, C. F. F. Karney 2013).

For the edges: reading scenarios, drawing maps. Angles [rad], lengths [m].
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def inverse(lat1: float, lon1: float, lat2: float, lon2: float) -> tuple[float, float]:
    """Distance [m] between two positions and azimuth [rad, 0 to 2π] of the second from the first."""
    azimuth, _, distance = _ellipsoid().inv(lon1, lat1, lon2, lat2, radians=True)
    return float(distance), float(azimuth) % (2.0 * math.pi)


def destination(lat: float, lon: float, azimuth: float, distance: float) -> tuple[float, float]:
    """Latitude and longitude [rad] reached from a position; undoes `inverse`."""
    lon2, lat2, _ = _ellipsoid().fwd(lon, lat, azimuth, distance, radians=True)
    return float(lat2), float(lon2)


def points_between(lat1: float, lon1: float, lat2: float, lon2: float, n_points: int) -> np.ndarray:
    """Positions evenly spread along the line between two positions, both ends included.

    Parameters
    ----------
    lat1, lon1, lat2, lon2 : float
        [rad]
    n_points : int
        At least 2.

    Returns
    -------
    ndarray (n_points, 2)
        Latitude and longitude [rad]; first and last rows are the two ends.
    """
    inner = _ellipsoid().npts(lon1, lat1, lon2, lat2, n_points - 2, radians=True) if n_points > 2 else []
    lonlat = np.array([(lon1, lat1), *inner, (lon2, lat2)])
    return lonlat[:, ::-1]
