"""Outlines of marked cells: areas add up, rings turn the right way, and no ring touches itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rempart.geo.outlines import outlines, ring_places
from rempart.geo.terrain import Posts


def area(ring):
    """Signed area on the map, counter-clockwise positive; rows run south."""
    y, x = -np.array(ring, float)[:, 0], np.array(ring, float)[:, 1]
    return 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def test_one_cell():
    assert outlines(np.ones((1, 1), bool)) == [[[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]]]


def test_nothing_marked():
    assert outlines(np.zeros((3, 3), bool)) == []


def test_a_hole_comes_after_its_outline():
    marked = np.ones((3, 3), bool)
    marked[1, 1] = False
    ((outline, hole),) = outlines(marked)
    assert (area(outline), area(hole)) == (9.0, -1.0)


def test_cells_that_touch_at_a_corner_are_apart():
    assert [len(polygon) for polygon in outlines(np.eye(2, dtype=bool))] == [1, 1]


def test_a_hole_that_touches_the_outside_at_a_corner_is_still_a_hole():
    marked = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 0]], bool)
    ((outline, hole),) = outlines(marked)
    assert (area(outline), area(hole)) == (8.0, -1.0)


def test_places_are_the_corners_of_cells():
    posts = Posts(0.5, 0.1, 0.01, 0.02)
    assert ring_places([(0, 0), (2, 1)], posts) == pytest.approx(np.array([[0.505, 0.09], [0.485, 0.11]]))


@given(arrays(bool, st.tuples(st.integers(1, 8), st.integers(1, 8))))
def test_areas_add_up_and_rings_are_simple(marked):
    polygons = outlines(marked)
    assert sum(area(ring) for polygon in polygons for ring in polygon) == marked.sum()
    for polygon in polygons:
        assert area(polygon[0]) > 0
        assert all(area(hole) < 0 for hole in polygon[1:])
        for ring in polygon:
            assert ring[0] == ring[-1]
            assert len(set(ring)) == len(ring) - 1
