"""Flight along waypoints at constant ground speed, at a height that the ground allows.

Legs are great circles of a sphere with the Earth's mean radius, drawn through geodetic
coordinates. Sample k is where the vehicle is `k * step` seconds after it sets off.

Limits: turns have no radius and speed is constant; against the ellipsoid, lengths (and so times)
are off by up to 0.6 %, and a leg of 100 km bends away by less than 100 m.
"""

from __future__ import annotations

import math

import numpy as np

from rempart.base.kernel import kernel

EARTH_RADIUS = 6_371_008.8
"""Mean radius of the Earth [m] (IUGG)."""


@kernel
def great_circle_angle(latitude, longitude, latitude_to, longitude_to):
    """Angle [rad] between two points, seen from the Earth's centre.

    Returns
    -------
    float
        In [0, π]; the same in both directions.
    """
    half_lat = math.sin(0.5 * (latitude_to - latitude))
    half_lon = math.sin(0.5 * (longitude_to - longitude))
    square = half_lat * half_lat + math.cos(latitude) * math.cos(latitude_to) * half_lon * half_lon
    return 2.0 * math.asin(min(1.0, math.sqrt(square)))


@kernel
def great_circle_point(start, end, angle, fraction):
    """Point on the great circle between two points.

    Parameters
    ----------
    start, end : tuple of float [rad]
        Latitude and longitude.
    angle : float [rad]
        From `great_circle_angle`; less than π.
    fraction : float
        0 at `start`, 1 at `end`.

    Returns
    -------
    tuple of float [rad]
        Latitude and longitude; divides `angle` in the ratio of `fraction`.
    """
    if angle == 0.0:
        return start
    before = math.sin((1.0 - fraction) * angle) / math.sin(angle)
    after = math.sin(fraction * angle) / math.sin(angle)
    level, level_to = before * math.cos(start[0]), after * math.cos(end[0])
    x = level * math.cos(start[1]) + level_to * math.cos(end[1])
    y = level * math.sin(start[1]) + level_to * math.sin(end[1])
    z = before * math.sin(start[0]) + after * math.sin(end[0])
    return math.atan2(z, math.hypot(x, y)), math.atan2(y, x)


def leg_ends(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Distance [m] along the route at each waypoint.

    Returns
    -------
    ndarray (n_waypoints,)
        From 0; never falls.
    """
    ends = np.zeros(len(latitude))
    for point in range(1, len(latitude)):
        angle = great_circle_angle(
            latitude[point - 1], longitude[point - 1], latitude[point], longitude[point]
        )
        ends[point] = ends[point - 1] + EARTH_RADIUS * angle
    return ends


def sample_route(
    latitude: np.ndarray, longitude: np.ndarray, speed: float, step: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a vehicle is over the ground, at uniform times.

    Parameters
    ----------
    latitude, longitude : ndarray (n_waypoints,) [rad]
        At least two waypoints.
    speed : float [m/s]
        Over the ground.
    step : float [s]

    Returns
    -------
    latitude, longitude : ndarray (n_samples,) [rad]
    distance : ndarray (n_samples,) [m]
        Along the route. Begins at the first and ends exactly at the last waypoint; steps are
        `speed * step`, but for the last, which is not longer.
    """
    latitude, longitude = np.asarray(latitude, dtype=float), np.asarray(longitude, dtype=float)
    ends = leg_ends(latitude, longitude)
    n_steps = max(1, math.ceil(ends[-1] / (speed * step) - 1e-9))
    distance = np.minimum(np.arange(n_steps + 1) * (speed * step), ends[-1])
    distance[-1] = ends[-1]
    sampled = np.empty((n_steps + 1, 2))
    _place(latitude, longitude, ends, distance, sampled)
    return sampled[:, 0], sampled[:, 1], distance


@kernel
def _place(latitude, longitude, ends, distance, out):
    """Fill `out` (n_samples, 2) with latitude and longitude at rising distances along a route."""
    leg = 0
    for sample in range(distance.shape[0]):
        while leg < ends.shape[0] - 2 and distance[sample] > ends[leg + 1]:
            leg += 1
        length = ends[leg + 1] - ends[leg]
        fraction = (distance[sample] - ends[leg]) / length if length > 0.0 else 0.0
        start = (latitude[leg], longitude[leg])
        end = (latitude[leg + 1], longitude[leg + 1])
        out[sample, 0], out[sample, 1] = great_circle_point(start, end, length / EARTH_RADIUS, fraction)


def fly_over(floor: np.ndarray, distance: np.ndarray, slope_angle: float) -> np.ndarray:
    """Lowest flown heights that stay above a floor with a limited climb and descent angle.

    Parameters
    ----------
    floor : ndarray (n_samples,) [m]
        Ground height plus wanted clearance, or a wanted height above sea level where that is
        higher.
    distance : ndarray (n_samples,) [m]
        Along the route; never falls.
    slope_angle : float [rad]
        Steepest climb and descent, less than π/2.

    Returns
    -------
    ndarray (n_samples,) [m]
        Never below `floor`; never steeper than `slope_angle`; no lower heights obey both.
    """
    heights = np.array(floor, dtype=np.float64)
    _limit_slope(np.asarray(distance, dtype=np.float64), math.tan(slope_angle), heights)
    return heights


def dive_onto(heights: np.ndarray, ground: np.ndarray, distance: np.ndarray, dive_angle: float) -> np.ndarray:
    """The same flight with a last straight dive onto the ground at its end.

    Parameters
    ----------
    heights, ground : ndarray (n_samples,) [m]
    distance : ndarray (n_samples,) [m]
        Along the route; never falls.
    dive_angle : float [rad]
        Less than π/2.

    Returns
    -------
    ndarray (n_samples,) [m]
        Never above `heights` where those clear the ground, never below `ground`; ends on it.
    """
    line = ground[-1] + math.tan(dive_angle) * (distance[-1] - distance)
    return np.asarray(np.maximum(ground, np.minimum(heights, line)))


@kernel
def _limit_slope(distance, slope, out):
    """Raise `out` until its slope is nowhere above `slope`: one pass each way."""
    last = out.shape[0] - 1
    for sample in range(1, last + 1):
        drop = slope * (distance[sample] - distance[sample - 1])
        out[sample] = max(out[sample], out[sample - 1] - drop)
    for sample in range(last - 1, -1, -1):
        drop = slope * (distance[sample + 1] - distance[sample])
        out[sample] = max(out[sample], out[sample + 1] - drop)
