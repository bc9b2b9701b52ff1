"""Frames against pymap3d, at awkward places and against the stated limits."""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest

from rempart.geo.frames import (
    aer_to_enu,
    ecef_to_enu,
    ecef_to_geodetic,
    enu_to_aer,
    enu_to_ecef,
    enu_to_geodetic,
    frame_north,
    geodetic_to_ecef,
    geodetic_to_enu,
    height_above,
    mean_radius,
)

PLACES = [
    (math.radians(lat), math.radians(lon), height)
    for lat in (-90.0, -89.9999999, -45.0, 0.0, 33.3, 89.9999999, 90.0)
    for lon in (-180.0, -0.1, 44.4, 180.0)
    for height in (-400.0, 0.0, 20e3, 1e6)
]
ORIGIN = (math.radians(33.0), math.radians(44.0), 35.0)


@pytest.mark.parametrize("place", PLACES)
def test_ecef_agrees_with_pymap3d(place):
    assert geodetic_to_ecef(*place) == pytest.approx(pymap3d.geodetic2ecef(*place, deg=False), abs=1e-6)


@pytest.mark.parametrize("place", PLACES)
def test_geodetic_comes_back(place):
    lat, lon, height = ecef_to_geodetic(*geodetic_to_ecef(*place))
    assert lat == pytest.approx(place[0], abs=math.radians(1e-9))
    assert height == pytest.approx(place[2], abs=1e-3)
    east = math.remainder(lon - place[1], 2 * math.pi) * math.cos(place[0])
    assert east == pytest.approx(0.0, abs=math.radians(1e-9))


def test_the_earths_centre_gives_numbers_not_an_error():
    assert all(math.isfinite(value) for value in ecef_to_geodetic(0.0, 0.0, 0.0))


@pytest.mark.parametrize("place", PLACES)
def test_enu_agrees_with_pymap3d(place):
    expected = pymap3d.geodetic2enu(*place, *ORIGIN, deg=False)
    assert geodetic_to_enu(*place, *ORIGIN) == pytest.approx(expected, abs=1e-5)


def test_the_origin_is_zero_and_north_is_north():
    assert geodetic_to_enu(*ORIGIN, *ORIGIN) == pytest.approx((0.0, 0.0, 0.0), abs=1e-8)
    east, north, up = geodetic_to_enu(ORIGIN[0] + 1e-3, ORIGIN[1], ORIGIN[2], *ORIGIN)
    assert east == pytest.approx(0.0, abs=1e-6)
    assert north > 6000.0
    assert -4.0 < up < 0.0


def test_enu_round_trip():
    point = (-120e3, 80e3, 9e3)
    assert ecef_to_enu(*enu_to_ecef(*point, *ORIGIN), *ORIGIN) == pytest.approx(point, abs=1e-6)
    assert geodetic_to_enu(*enu_to_geodetic(*point, *ORIGIN), *ORIGIN) == pytest.approx(point, abs=1e-4)


@pytest.mark.parametrize(
    ("point", "azimuth_deg"),
    [((0.0, 1.0, 0.0), 0.0), ((1.0, 0.0, 0.0), 90.0), ((0.0, -1.0, 0.0), 180.0), ((-1.0, 0.0, 0.0), 270.0)],
)
def test_azimuth_runs_clockwise_from_north(point, azimuth_deg):
    assert enu_to_aer(*point) == pytest.approx((math.radians(azimuth_deg), 0.0, 1.0))
    assert aer_to_enu(math.radians(azimuth_deg), 0.0, 1.0) == pytest.approx(point, abs=1e-15)


def test_frame_north_is_meridian_convergence():
    lat, lon, lat0, lon0 = (math.radians(angle) for angle in (33.3, 46.0, 33.0, 44.0))
    start = geodetic_to_enu(lat, lon, 0.0, lat0, lon0, 0.0)
    target = enu_to_geodetic(start[0], start[1] + 100.0, start[2], lat0, lon0, 0.0)
    bearing = enu_to_aer(*geodetic_to_enu(*target, lat, lon, 0.0))[0]
    found = frame_north(lat, lon, lat0, lon0)
    assert math.remainder(bearing - found, 2 * math.pi) == pytest.approx(0.0, abs=1e-9)
    # At a place to the east, meridians lean west, so the frame's north lies east of true north.
    assert found == pytest.approx(math.radians(2.0) * math.sin((lat + lat0) / 2), rel=0.01)
    assert frame_north(lat, lon0, lat0, lon0) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("distance", "allowed"), [(100e3, 3.0), (300e3, 25.0), (500e3, 70.0)])
def test_height_above_keeps_its_stated_limits(distance, allowed):
    worst = 0.0
    for lat0 in np.radians([20.0, 33.0, 45.0, 60.0]):
        for azimuth in np.radians(np.arange(0.0, 360.0, 30.0)):
            for height in (0.0, 20e3):
                x, y = distance * math.sin(azimuth), distance * math.cos(azimuth)
                z = height - distance**2 / 2 / 6.37e6
                exact = enu_to_geodetic(x, y, z, lat0, 0.7, 0.0)[2]
                worst = max(worst, abs(height_above(x, y, z, mean_radius(lat0)) - exact))
    assert 0.5 * allowed < worst < allowed


def test_height_above_overhead_is_exact():
    assert height_above(0.0, 0.0, 12345.0, 6.37e6) == 12345.0
