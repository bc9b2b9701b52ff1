"""Ways along the ground: uniform in time, standing before and after, and side by side."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from rempart.geo.geodesic import inverse
from rempart.run.marches import MOST_STRETCHES, STRETCH, beside, place_at, way_of
from rempart.scenario.marching import March

ROUTE = [[33.30, 44.40], [33.50, 44.40], [33.50, 44.20]]


def march(**changes):
    return March.model_validate({"route": ROUTE, "speed": "36 km/h", "start": "10 min"} | changes)


def lengths(way):
    places = list(zip(way.lat, way.lon, strict=True))
    return np.array([inverse(*here, *there)[0] for here, there in pairwise(places)])


def test_a_way_is_cut_into_stretches_flown_at_its_speed():
    way = way_of(march())
    assert (way.start, way.speed) == (600.0, pytest.approx(10.0))
    assert lengths(way).max() <= STRETCH * 1.01
    assert way.step * way.speed == pytest.approx(np.median(lengths(way)), rel=0.01)
    np.testing.assert_allclose((way.lat[0], way.lon[0]), np.radians(ROUTE[0]), atol=1e-12)
    np.testing.assert_allclose((way.lat[-1], way.lon[-1]), np.radians(ROUTE[-1]), atol=1e-12)


def test_a_long_way_has_longer_stretches():
    way = way_of(march(route=[[33.0, 44.0], [36.0, 44.0]]))
    assert len(way.lat) == MOST_STRETCHES + 1
    assert lengths(way).max() > 5 * STRETCH


def test_it_stands_still_before_and_after():
    way = way_of(march())
    arrival = way.start + way.step * (len(way.lat) - 1)
    assert place_at(way, 0.0) == place_at(way, way.start) == (way.lat[0], way.lon[0])
    assert place_at(way, arrival + 1e4) == (way.lat[-1], way.lon[-1])


def test_between_rows_it_is_where_its_speed_brings_it():
    way = way_of(march())
    for time in (700.0, 1234.5, 2000.0):
        distance, _ = inverse(way.lat[0], way.lon[0], *place_at(way, time))
        assert distance == pytest.approx(10.0 * (time - 600.0), rel=0.006)


def test_what_moves_beside_keeps_its_distance():
    way = way_of(march())
    other = beside(way, math.radians(90.0), 500.0)
    for here, there in zip(
        zip(way.lat, way.lon, strict=True), zip(other.lat, other.lon, strict=True), strict=True
    ):
        distance, azimuth = inverse(*here, *there)
        assert distance == pytest.approx(500.0, abs=1e-3)
        assert math.degrees(azimuth) == pytest.approx(90.0, abs=1e-6)
    assert (other.start, other.step) == (way.start, way.step)
