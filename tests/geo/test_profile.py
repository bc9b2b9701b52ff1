"""What is seen along one ray, in cases that can be drawn on a napkin."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rempart.geo.horizon import horizon_range
from rempart.geo.profile import SKY, bend, height_on_slope, slope_to, visible_profile

RADIUS = 8.5e6


def seen(ground, step, antenna, curvature=0.0):
    out = np.empty(len(ground))
    visible_profile(np.asarray(ground, dtype=float), np.arange(len(ground)) * step, antenna, curvature, out)
    return out


def test_flat_earth_bends_nothing():
    assert bend(1234.0, 0.0) == (1234.0, 0.0)
    assert bend(0.0, 1 / RADIUS) == (0.0, 0.0)


def test_bend_is_a_point_of_the_circle():
    along, below = bend(300e3, 1 / RADIUS)
    assert math.hypot(along, RADIUS - below) == pytest.approx(RADIUS)
    assert along == pytest.approx(RADIUS * math.sin(300e3 / RADIUS))


@pytest.mark.parametrize("curvature", [0.0, 1 / RADIUS])
def test_slope_and_height_undo_each_other(curvature):
    along, below = bend(120e3, curvature)
    slope = slope_to(3000.0, 40.0, along, below, curvature)
    assert height_on_slope(slope, 40.0, along, below, curvature) == pytest.approx(3000.0)


def test_a_wall_casts_its_shadow():
    ground = np.zeros(9)
    ground[2] = 100.0
    visible = seen(ground, 1000.0, 20.0)
    assert visible.tolist() == pytest.approx([0, 0, 100, 140, 180, 220, 260, 300, 340])


def test_a_slope_that_faces_the_antenna_is_seen_and_its_back_is_not():
    assert seen([0.0, 100.0, 300.0, 200.0], 1000.0, 10.0).tolist() == pytest.approx([0, 100, 300, 445])


def test_a_sheer_cliff_hides_everything_behind_it():
    ground = np.zeros(400)
    ground[1] = 1e6
    assert seen(ground, 1000.0, 10.0, 1 / RADIUS)[-1] == SKY


def test_smooth_earth_hides_what_is_below_the_horizon():
    visible = seen(np.zeros(401), 500.0, 20.0, 1 / RADIUS)
    edge = horizon_range(20.0, RADIUS)
    assert visible[int(edge / 500.0)] < 0.01
    assert horizon_range(visible[-1], RADIUS) == pytest.approx(200e3 - edge, rel=1e-4)


def test_one_sample_is_its_own_ground():
    assert seen([7.0], 500.0, 10.0).tolist() == [7.0]
