"""Tuples that kernels hand on by address: what comes back is what went in, and nothing is kept."""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import pytest

from rempart.base.kernel import (
    IS_PLAIN,
    by_address,
    inner_kernel,
    kernel,
    laid_out,
    lean_kernel,
    woven_kernel,
)


@by_address
class Shelf(NamedTuple):
    weights: np.ndarray
    grid: np.ndarray


@by_address
class House(NamedTuple):
    number: int
    shelf: Shelf
    height: float
    is_open: bool
    attic: Shelf | None


def house(n=3, attic=None, is_open=True):
    shelf = Shelf(np.arange(float(n)), np.arange(6).reshape(2, 3))
    return House(7, shelf, 2.5, is_open, attic)


@inner_kernel
def _first_weight(shelf):
    if shelf is None:
        return -1.0
    return shelf.weights[0]


@lean_kernel
def told(place, out):
    out[0], out[1], out[2] = place.number, place.height, place.shelf.weights.sum()
    out[3], out[4] = place.shelf.grid[1, 2], 1.0 if place.is_open else 0.0
    out[5] = _first_weight(place.attic)


def test_fields_are_those_of_the_tuple():
    out = np.zeros(6)
    told(house(), out)
    assert list(out) == [7.0, 2.5, 3.0, 5.0, 1.0, -1.0]


def test_a_tuple_in_a_tuple_may_be_there_or_not():
    out = np.zeros(6)
    told(house(attic=Shelf(np.array([4.0, 5.0]), np.zeros((1, 1), int)), is_open=False), out)
    assert list(out[4:]) == [0.0, 4.0]


@lean_kernel
def load_shelf(place, weight):
    for k in range(len(place.shelf.weights)):
        place.shelf.weights[k] += weight


def test_what_is_written_to_its_arrays_stays():
    place = house()
    load_shelf(place, 10.0)
    load_shelf(place, 1.0)
    assert list(place.shelf.weights) == [11.0, 12.0, 13.0]


def test_arrays_of_any_order_and_step_are_read_as_they_lie():
    out = np.zeros(6)
    place = house()
    told(place._replace(shelf=Shelf(np.arange(9.0)[::3], np.asfortranarray(place.shelf.grid))), out)
    assert list(out[2:4]) == [9.0, 5.0]


@kernel
def counted(place):
    return place.shelf.weights + place.height


@pytest.mark.skipif(IS_PLAIN, reason="plain Python counts its own references")
def test_nothing_is_kept_of_what_was_handed_in():
    place = house()
    before = sys.getrefcount(place.shelf.weights), sys.getrefcount(place.shelf.grid), sys.getrefcount(place)
    for _ in range(5):
        assert list(counted(place)) == [2.5, 3.5, 4.5]
    after = sys.getrefcount(place.shelf.weights), sys.getrefcount(place.shelf.grid), sys.getrefcount(place)
    assert after == before


def test_a_field_that_is_not_there_is_an_error():
    @lean_kernel
    def cellar(place):
        return place.cellar

    with pytest.raises(AttributeError if IS_PLAIN else Exception, match="cellar"):
        cellar(house())


def shelf_view(shelf, row):
    return Shelf(shelf.weights[row:], shelf.grid[row : row + 1])


_woven = woven_kernel(shelf_view)


@woven_kernel
def view_of(place, row):
    return laid_out(House(row, _woven(place.shelf, row), place.height, place.is_open, place.attic))


@inner_kernel
def _read(place):
    return place.shelf.weights[0] * 1000.0 + place.shelf.grid[0, 0] * 10.0 + place.number


@lean_kernel
def read_rows(place, out):
    for row in range(2):
        view = view_of(place, row)
        # Read here, where the next view is laid out in the same memory, and by another kernel.
        out[row, 0] = view.shelf.weights[0] * 1000.0 + view.shelf.grid[0, 0] * 10.0 + view.number
        out[row, 1] = _read(view)


def test_what_a_kernel_lays_out_in_a_loop_is_new_in_each_round():
    out = np.zeros((2, 2))
    read_rows(house(), out)
    assert out.tolist() == [[0.0, 0.0], [1031.0, 1031.0]]
