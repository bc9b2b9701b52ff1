"""The tangent frame against an independent library, and a name for each thing in a world."""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest

from rempart.run.frame import Frame

ORIGIN = (math.radians(33.3), math.radians(44.4), 34.0)


def test_the_origin_is_the_zero_of_its_frame():
    np.testing.assert_allclose(Frame(*ORIGIN).place(*ORIGIN), np.zeros(3), atol=1e-8)


def test_places_agree_with_pymap3d():
    dice = np.random.default_rng(3)
    lat = ORIGIN[0] + dice.uniform(-0.07, 0.07, 200)
    lon = ORIGIN[1] + dice.uniform(-0.07, 0.07, 200)
    height = dice.uniform(-100.0, 90e3, 200)
    expected = pymap3d.geodetic2enu(lat, lon, height, *ORIGIN, deg=False)
    np.testing.assert_allclose(Frame(*ORIGIN).place(lat, lon, height), np.column_stack(expected), atol=1e-5)


def test_one_place_is_a_row_of_many():
    frame = Frame(*ORIGIN)
    one = frame.place(0.58, 0.77, 500.0)
    many = frame.place([0.58, 0.59], [0.77, 0.78], [500.0, 0.0])
    assert one.shape == (3,)
    assert many.shape == (2, 3)
    np.testing.assert_array_equal(many[0], one)


@pytest.mark.parametrize("axis", [0, 1])
def test_axes_point_east_and_north(axis):
    step = np.zeros(2)
    step[1 - axis] = 1e-5
    place = Frame(*ORIGIN).place(ORIGIN[0] + step[0], ORIGIN[1] + step[1], ORIGIN[2])
    assert int(np.argmax(place)) == axis
    assert place[axis] > 50.0
