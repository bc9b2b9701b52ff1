"""Horizon geometry by its own definitions."""

from __future__ import annotations

import math

import pytest

from rempart.geo.horizon import (
    REFRACTION,
    earth_bulge,
    effective_radius,
    elevation_of,
    height_at_range,
    horizon_dip,
    horizon_range,
    mutual_horizon_range,
    range_to_height,
)

RADIUS = REFRACTION * 6371e3


def test_gradient_of_four_thirds():
    assert effective_radius(6371e3, -1 / (4 * 6371e3)) == pytest.approx(RADIUS)
    assert effective_radius(6371e3, 0.0) == 6371e3


def test_the_two_conventions_differ_by_11_metres_at_300_km():
    other = effective_radius(6371e3, -39e-9)
    four_thirds = height_at_range(300e3, math.radians(0.5), 10.0, RADIUS)
    assert height_at_range(300e3, math.radians(0.5), 10.0, other) - four_thirds == pytest.approx(
        10.8, abs=0.1
    )


def test_horizon_is_where_the_ray_is_tangent():
    arc = horizon_range(30.0, RADIUS)
    assert (RADIUS + 30.0) * math.cos(arc / RADIUS) == pytest.approx(RADIUS, abs=1e-6)
    assert horizon_dip(30.0, RADIUS) == pytest.approx(arc / RADIUS)
    assert horizon_range(30.0, RADIUS) == pytest.approx(4.12e3 * math.sqrt(30.0), rel=2e-3)


def test_nothing_is_seen_from_the_ground_or_below():
    assert horizon_range(0.0, RADIUS) == 0.0
    assert horizon_range(-5.0, RADIUS) == 0.0


def test_mutual_horizon_is_symmetric():
    assert mutual_horizon_range(10.0, 100.0, RADIUS) == mutual_horizon_range(100.0, 10.0, RADIUS)


def test_a_grazing_ray_touches_the_ground():
    slant = math.sqrt((RADIUS + 30.0) ** 2 - RADIUS**2)
    assert height_at_range(slant, -horizon_dip(30.0, RADIUS), 30.0, RADIUS) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("elevation_deg", [-0.2, 0.0, 0.5, 5.0, 60.0, 90.0])
def test_inverses_of_height_at_range(elevation_deg):
    elevation = math.radians(elevation_deg)
    height = height_at_range(80e3, elevation, 500.0, RADIUS)
    assert elevation_of(80e3, height, 500.0, RADIUS) == pytest.approx(elevation, abs=1e-7)
    assert range_to_height(elevation, height, 500.0, RADIUS) == pytest.approx(80e3, rel=1e-9)


def test_a_ray_that_never_gets_there_has_no_range():
    assert math.isnan(range_to_height(0.1, 10.0, 500.0, RADIUS))
    assert math.isnan(range_to_height(-0.001, 400.0, 500.0, RADIUS))
    first_crossing = range_to_height(-0.01, 400.0, 500.0, RADIUS)
    assert 10e3 < first_crossing < 11e3
    assert height_at_range(first_crossing, -0.01, 500.0, RADIUS) == pytest.approx(400.0)


def test_too_short_a_range_looks_straight_up_or_down():
    assert elevation_of(10.0, 1000.0, 0.0, RADIUS) == pytest.approx(math.pi / 2)
    assert elevation_of(10.0, 0.0, 1000.0, RADIUS) == pytest.approx(-math.pi / 2)


def test_bulge_is_greatest_half_way():
    assert (
        earth_bulge(25e3, 25e3, RADIUS)
        > earth_bulge(10e3, 40e3, RADIUS)
        > earth_bulge(0.0, 50e3, RADIUS)
        == 0.0
    )
