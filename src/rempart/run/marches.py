"""Ways along the ground: where a convoy or a battery on the march is at any time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.geo.geodesic import destination
from rempart.physics.flight import leg_ends, sample_route
from rempart.scenario.marching import March

STRETCH = 1000.0
"""Wanted length of the stretches of a way [m]; a sensor looks from one place for each."""
MOST_STRETCHES = 60
"""A longer way has longer stretches: each place costs a map of what is visible from it."""


class Way(NamedTuple):
    """Places at uniform times, straight in between; before and after them it stands still."""

    lat: np.ndarray
    """(n,) [rad], n ≥ 2"""
    lon: np.ndarray
    """(n,) [rad]"""
    start: float
    """[s]"""
    step: float
    """[s]"""
    speed: float
    """[m/s]"""


def way_of(march: March) -> Way:
    """The way of a march, in stretches of equal length.

    Limits
    ------
    A corner within a stretch is cut.
    """
    lat = np.array([place.lat for place in march.route])
    lon = np.array([place.lon for place in march.route])
    length = float(leg_ends(lat, lon)[-1])
    n_stretches = min(max(math.ceil(length / STRETCH), 1), MOST_STRETCHES)
    step = length / (march.speed * n_stretches)
    lats, lons, _ = sample_route(lat, lon, march.speed, step)
    return Way(lats, lons, march.start, step, march.speed)


def beside(way: Way, azimuth: float, distance: float) -> Way:
    """The way of something that keeps a distance [m] in a direction [rad] from what moves along `way`."""
    places = [destination(lat, lon, azimuth, distance) for lat, lon in zip(way.lat, way.lon, strict=True)]
    lats, lons = np.array(places).T
    return way._replace(lat=lats, lon=lons)


def place_at(way: Way, time: float) -> tuple[float, float]:
    """Latitude and longitude [rad] at a time [s]."""
    row = np.arange(len(way.lat))
    share = (time - way.start) / way.step
    return float(np.interp(share, row, way.lat)), float(np.interp(share, row, way.lon))
