"""Corridors and the threatened sector: inside, outside, along and across."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.picture.corridors import (
    HEADING_TOLERANCE,
    Corridor,
    corridor_shown,
    corridor_tables,
    sector_shown,
)
from rempart.picture.doubt import NO_DOUBT, Doubt, doubt_of
from rempart.picture.tracker import TRACK_SIZE, start_track, update_track

BEND = np.array([[0.0, 0.0, 0.0], [0.0, 100e3, 0.0], [100e3, 100e3, 0.0]])
NORTH, EAST = (0.0, 240.0, 0.0), (240.0, 0.0, 0.0)
SOUTH = (0.0, -240.0, 0.0)


def bent(both_ways=False):
    """North for 100 km, then east for 100 km; 10 km wide, between 9 and 11 km; a short one before it."""
    short = Corridor(np.array([[-500e3, 0.0, 0.0], [-500e3, 1e3, 0.0]]), 100.0, 0.0, 1.0, False)
    return corridor_tables([short, Corridor(BEND, 5e3, 9e3, 11e3, both_ways)])


@pytest.mark.parametrize(
    ("place", "height", "velocity", "expected"),
    [
        ((0.0, 50e3), 10e3, NORTH, 1),
        ((4.9e3, 50e3), 10e3, NORTH, 1),
        ((5.1e3, 50e3), 10e3, NORTH, 0),
        ((-5.1e3, 50e3), 10e3, NORTH, 0),
        ((0.0, 50e3), 8.9e3, NORTH, 0),
        ((0.0, 50e3), 11.1e3, NORTH, 0),
        ((0.0, 50e3), 10e3, SOUTH, 0),
        ((0.0, 50e3), 10e3, EAST, 0),
        ((50e3, 100e3), 10e3, EAST, 1),
        ((50e3, 100e3), 10e3, NORTH, 0),
        ((0.0, 100e3), 10e3, NORTH, 1),
        ((0.0, 100e3), 10e3, EAST, 1),
        ((0.0, -4.9e3), 10e3, NORTH, 1),
        ((0.0, -5.1e3), 10e3, NORTH, 0),
        ((3.6e3, -3.6e3), 10e3, NORTH, 0),
        ((0.0, 50e3), 10e3, (0.0, 0.0, 0.0), 0),
        ((0.0, 50e3), 10e3, (240 * math.sin(0.34), 240 * math.cos(0.34), -5.0), 1),
        ((0.0, 50e3), 10e3, (240 * math.sin(0.36), 240 * math.cos(0.36), -5.0), 0),
    ],
)
def test_a_track_along_a_bent_corridor(place, height, velocity, expected):
    assert corridor_shown(*bent(), (*place, height), velocity, height, NO_DOUBT) == expected


def test_a_corridor_flown_both_ways_takes_either_heading():
    assert corridor_shown(*bent(True), (0.0, 50e3, 10e3), SOUTH, 10e3, NO_DOUBT) == 1
    assert corridor_shown(*bent(True), (0.0, 50e3, 10e3), EAST, 10e3, NO_DOUBT) == 0


def test_without_corridors_there_is_no_evidence():
    corridors, points = corridor_tables([])
    assert points.shape == (0, 3)
    assert corridor_shown(corridors, points, (0.0, 50e3, 10e3), NORTH, 10e3, NO_DOUBT) == -1


@settings(max_examples=300, deadline=None)
@given(st.floats(-150e3, 150e3), st.floats(-150e3, 150e3), st.floats(8e3, 12e3), st.floats(-math.pi, math.pi))
def test_corridors_agree_with_dense_sampling(x, y, height, heading):
    """Nearness by the nearest of points every 10 m; too near to an edge to tell, nothing is claimed."""
    velocity = (240.0 * math.sin(heading), 240.0 * math.cos(heading), 0.0)
    found = corridor_shown(*bent(), (x, y, height), velocity, height, NO_DOUBT)
    near, doubtful = False, False
    for start, end in pairwise(BEND):
        line = start + np.linspace(0.0, 1.0, 10_001)[:, None] * (end - start)
        distance = np.hypot(line[:, 0] - x, line[:, 1] - y).min()
        course = math.atan2(end[0] - start[0], end[1] - start[1])
        off = abs((heading - course + math.pi) % (2 * math.pi) - math.pi)
        near |= bool(distance <= 5e3 and off <= HEADING_TOLERANCE)
        doubtful |= abs(distance - 5e3) < 10.0 or abs(off - HEADING_TOLERANCE) < 1e-6
    if not doubtful:
        assert found == (1 if near and 9e3 <= height <= 11e3 else 0)


@pytest.mark.parametrize(
    ("azimuth", "expected"), [(300.5, 1), (0.0, 1), (59.5, 1), (60.5, 0), (180.0, 0), (299.5, 0)]
)
def test_a_sector_across_north(azimuth, expected):
    angle = math.radians(azimuth)
    place = (80e3 * math.sin(angle), 80e3 * math.cos(angle), 3e3)
    for turn in (0.0, -2.0 * math.pi):
        assert sector_shown(place, math.radians(300.0) + turn, math.radians(120.0)) == expected


def test_no_sector_is_no_evidence():
    assert sector_shown((1.0, 1.0, 0.0), 0.0, 0.0) == -1


@pytest.mark.parametrize(
    ("place", "height", "velocity", "doubt"),
    [
        ((6e3, 50e3), 10e3, NORTH, Doubt(1100.0, 0.0, 0.0, 0.0)),
        ((0.0, 50e3), 12e3, NORTH, Doubt(0.0, 1100.0, 0.0, 0.0)),
        ((0.0, 50e3), 10e3, (110.0, 240.0, 0.0), Doubt(0.0, 0.0, 30.0, 0.0)),
    ],
)
def test_doubt_counts_in_favour_of_a_track(place, height, velocity, doubt):
    assert corridor_shown(*bent(), (*place, height), velocity, height, NO_DOUBT) == 0
    assert corridor_shown(*bent(), (*place, height), velocity, height, doubt) == 1


def test_doubt_falls_with_plots_and_grows_without_them():
    tracks = np.zeros((1, TRACK_SIZE))
    start_track(tracks, 0, 0.0, (0.0, 0.0, 9e3), (100.0**2, 100.0**2, 500.0**2))
    first = doubt_of(tracks, 0, 0.0)
    for look in range(1, 6):
        update_track(tracks, 0, 4.0 * look, (0.0, 960.0 * look, 9e3), (100.0**2, 100.0**2, 500.0**2))
    held = doubt_of(tracks, 0, 20.0)
    later = doubt_of(tracks, 0, 40.0)
    assert first.ground == pytest.approx(200.0)
    assert first.height == pytest.approx(1000.0)
    assert all(a > b > 0.0 for a, b in zip(first, held, strict=True))
    assert all(a > b for a, b in zip(later, held, strict=True))
