"""The map's window and rings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.analysis.projection import EARTH_RADIUS, Bounds, Window, ring, window_around

IRAQ = Bounds(*(math.radians(edge) for edge in (30.0, 40.0, 37.0, 48.0)))


@given(st.floats(-1.3, 1.3), st.floats(-3, 3), st.floats(1e3, 4e5))
def test_every_point_of_a_ring_lies_at_its_radius(lat, lon, radius):
    for there, across in ring(lat, lon, radius, 12):
        half = math.sin((there - lat) / 2) ** 2
        half += math.cos(lat) * math.cos(there) * math.sin((across - lon) / 2) ** 2
        assert 2 * EARTH_RADIUS * math.asin(math.sqrt(half)) == pytest.approx(radius, rel=1e-4)


def test_corners_fall_on_the_frame():
    window = Window(IRAQ, 10.0, 20.0, 600.0)
    assert window.place(IRAQ.north, IRAQ.west) == pytest.approx((10.0, 20.0))
    assert window.place(IRAQ.south, IRAQ.east) == pytest.approx((610.0, 20.0 + window.height))
    assert window.latitudes(500)[0] == pytest.approx(IRAQ.north, abs=2e-4)


def test_small_shapes_keep_their_form_and_scale():
    window = Window(IRAQ, 0.0, 0.0, 1000.0)
    lat, lon = math.radians(33.5), math.radians(44.0)
    places = [window.place(*point) for point in ring(lat, lon, 20e3, 4)]
    wide, high = places[1][0] - places[3][0], places[2][1] - places[0][1]
    assert wide == pytest.approx(high, rel=5e-3)
    assert wide == pytest.approx(40e3 * window.metre, rel=5e-3)


def test_a_window_around_points_holds_them():
    points = [(0.58, 0.77), (0.59, 0.775), (0.581, 0.79)]
    bounds = window_around(points, 5e3, 1.2)
    assert all(bounds.holds(*point) for point in points)
    alone = window_around(points[:1], 20e3, 1.0)
    assert (alone.north - alone.south) * EARTH_RADIUS == pytest.approx(20e3)
