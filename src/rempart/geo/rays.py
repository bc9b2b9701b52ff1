"""Points along a geodesic from one place, fast: a short series on Bessel's auxiliary sphere.

On that sphere the geodesic is a great circle, so a point costs a handful of sines. Terrain masks
need a million of them per radar, and take them from legs, straight in latitude and longitude.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import kernel
from rempart.geo.frames import FLATTENING, SECOND_ECCENTRICITY_2, SEMI_MINOR

LEG = 1000.0
"""[m]"""
_THIRD_FLATTENING = FLATTENING / (2.0 - FLATTENING)


class Ray(NamedTuple):
    """A geodesic by its start, as arcs [rad] on the auxiliary sphere."""

    sine: float
    """of the azimuth where the geodesic crosses the equator"""
    cosine: float
    tau: float
    """arc from the equator to the start, stretched so that it grows evenly with distance"""
    epsilon: float
    """small parameter of the series, at most 0.0017"""
    lon: float
    """longitude of the equator crossing, less the start's share of the series"""


@kernel
def ray_from(lat, lon, azimuth):
    """Geodesic that leaves a position [rad] towards an azimuth [rad]."""
    reduced = math.atan2((1.0 - FLATTENING) * math.sin(lat), math.cos(lat))
    sine = math.sin(azimuth) * math.cos(reduced)
    along, beside = math.cos(reduced) * math.cos(azimuth), math.sin(reduced)
    across = math.sin(azimuth) * beside
    cosine = math.sqrt(math.cos(azimuth) * math.cos(azimuth) + across * across)
    arc = math.atan2(beside, along)
    twice = math.sin(2.0 * arc)
    root = math.sqrt(1.0 + SECOND_ECCENTRICITY_2 * cosine * cosine)
    epsilon = (root - 1.0) / (root + 1.0)
    tau = arc - 0.5 * epsilon * twice - epsilon * epsilon / 16.0 * math.sin(4.0 * arc)
    crossing = lon - math.atan2(sine * beside, along) + _longitude_shift(sine, epsilon, arc, twice)
    return Ray(sine, cosine, tau, epsilon, crossing)


@kernel
def _longitude_shift(sine, epsilon, arc, sine_of_twice_arc):
    """How far longitude on the ellipsoid lags behind the auxiliary sphere."""
    stretch = 1.0 - 0.5 * (1.0 - _THIRD_FLATTENING) * epsilon
    ripple = 0.25 * (1.0 - _THIRD_FLATTENING) * epsilon * sine_of_twice_arc
    return FLATTENING * sine * stretch * (arc + ripple)


@kernel
def point_on_ray(ray, distance):
    """Latitude and longitude [rad] at a distance [m] along a ray.

    Returns
    -------
    lat, lon : float
        At distance 0 the start itself. Longitude is not wrapped: it may lie outside ±π.

    Source
    ------
    F. W. Bessel, Astron. Nachr. 4, 1825, in the form of C. F. F. Karney, J. Geodesy 87, 2013,
    equations 7 to 25, the longest terms.

    Limits
    ------
    Within 5 cm of the exact geodesic up to 5000 km.
    """
    epsilon = ray.epsilon
    tau = ray.tau + distance * (1.0 - epsilon) / (1.0 + 0.25 * epsilon * epsilon) / SEMI_MINOR
    twice, cosine_twice = math.sin(2.0 * tau), math.cos(2.0 * tau)
    arc = tau + epsilon * twice * (0.5 + 0.625 * epsilon * cosine_twice)
    sine, cosine = math.sin(arc), math.cos(arc)
    onward = ray.cosine * cosine
    equatorial = math.sqrt(onward * onward + ray.sine * ray.sine)
    lat = math.atan2(ray.cosine * sine, (1.0 - FLATTENING) * equatorial)
    crossing = math.atan2(ray.sine * sine, cosine)
    return lat, ray.lon + crossing - _longitude_shift(ray.sine, epsilon, arc, 2.0 * sine * cosine)


class Leg(NamedTuple):
    """A piece of a ray, `LEG` long, on which latitude and longitude grow evenly."""

    start: float
    """[m] from the ray's own start"""
    lat: float
    lon: float
    lat_rate: float
    """[rad/m]"""
    lon_rate: float


@kernel
def leg_at(ray, distance):
    """The leg of a ray that holds a distance [m]; legs begin at whole multiples of `LEG`."""
    start = LEG * np.floor(distance / LEG)
    lat, lon = point_on_ray(ray, start)
    next_lat, next_lon = point_on_ray(ray, start + LEG)
    turn = next_lon - lon
    turn -= 2.0 * math.pi * np.rint(turn / (2.0 * math.pi))
    return Leg(start, lat, lon, (next_lat - lat) / LEG, turn / LEG)


@kernel
def point_on_leg(leg, distance):
    """Latitude and longitude [rad] at a distance [m] along the leg's ray.

    Limits
    ------
    Within 0.3 m of `point_on_ray` up to 85 deg of latitude.
    """
    along = distance - leg.start
    return leg.lat + along * leg.lat_rate, leg.lon + along * leg.lon_rate
