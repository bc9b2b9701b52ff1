"""Geodesics at the edge (PROJ) and the fast series used inside kernels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rempart.geo.geodesic import destination, inverse, points_between
from rempart.geo.rays import LEG, leg_at, point_on_leg, point_on_ray, ray_from

BAGHDAD = (math.radians(33.3), math.radians(44.4))
BASRA = (math.radians(30.5), math.radians(47.8))


def test_destination_undoes_inverse():
    distance, azimuth = inverse(*BAGHDAD, *BASRA)
    assert destination(*BAGHDAD, azimuth, distance) == pytest.approx(BASRA, abs=1e-14)
    assert 0.0 <= azimuth < 2 * math.pi


def test_azimuth_of_the_west_is_positive():
    assert inverse(0.0, 0.0, 0.0, -0.1)[1] == pytest.approx(1.5 * math.pi)


def test_points_between_are_even_and_keep_their_ends():
    points = points_between(*BAGHDAD, *BASRA, 5)
    gaps = [inverse(*points[i], *points[i + 1])[0] for i in range(4)]
    assert points.shape == (5, 2)
    assert tuple(points[0]) == BAGHDAD
    assert tuple(points[-1]) == BASRA
    assert gaps == pytest.approx([gaps[0]] * 4, rel=1e-9)


def test_two_points_are_just_the_ends():
    assert points_between(*BAGHDAD, *BASRA, 2).tolist() == [list(BAGHDAD), list(BASRA)]


@pytest.mark.parametrize("distance", [0.0, 1.0, 1e3, 400e3, 5000e3])
def test_ray_stays_within_5_cm_of_the_geodesic(distance):
    for lat in np.radians([-89.0, -33.0, 0.0, 33.3, 60.0, 85.0]):
        for azimuth in np.radians(np.arange(0.0, 360.0, 22.5)):
            found = point_on_ray(ray_from(lat, 0.77, azimuth), distance)
            assert inverse(*found, *destination(lat, 0.77, azimuth, distance))[0] < 0.05


def test_ray_leaves_the_pole_and_crosses_the_date_line():
    for start in [(math.pi / 2, 0.4), (0.5, math.pi - 1e-4)]:
        found = point_on_ray(ray_from(*start, 1.1), 300e3)
        assert inverse(*found, *destination(*start, 1.1, 300e3))[0] < 0.05


def test_a_leg_keeps_close_to_its_ray():
    for lat in np.radians([-85.0, 0.0, 33.3, 85.0]):
        for azimuth in np.radians(np.arange(0.0, 360.0, 45.0)):
            ray = ray_from(lat, math.pi - 1e-4, azimuth)
            for distance in (0.0, 0.5 * LEG, 7.3 * LEG):
                found = point_on_leg(leg_at(ray, distance), distance)
                assert inverse(*found, *point_on_ray(ray, distance))[0] < 0.3
