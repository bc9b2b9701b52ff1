"""Plain twins of what fills a sheet: sorting by range, merging what is not told apart, counting."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
from scipy import stats

from rempart.engine.reporting import _merge_unresolved, _poisson, _sort_by_range
from rempart.engine.state import new_state
from world_builder import build_world, with_pictures

N = 60
CELLS = (400.0, 0.03, 0.05)


def crowd(n=N, cells=CELLS):
    world = build_world([(60e3, 0.0, 3000.0)] * n, [(0.0, 0.0, 0.0)] * n)
    return with_pictures(world, cells=cells)


def filled_sheet(state, rng, tells_height=True):
    """Echoes in a small part of the sky across north, so that many share cells."""
    sheet = state.sheet
    value = np.c_[
        rng.uniform(10e3, 14e3, N), rng.uniform(-0.1, 0.1, N) % (2 * np.pi), rng.uniform(0, 0.15, N),
        np.full(N, np.nan),
    ]  # fmt: skip
    if not tells_height:
        value[:, 2] = np.nan
    sheet.plots.value[:N], sheet.plots.error[:N] = value, rng.uniform(1.0, 2.0, (N, 4))
    sheet.snr[:N], sheet.vehicle[:N] = rng.uniform(0.1, 50.0, N), np.arange(N)
    return sheet


@pytest.mark.parametrize("n", [1, 2, 3, 17, N])
def test_rows_are_sorted_by_range(n):
    state, rng = new_state(crowd()), np.random.default_rng(n)
    sheet = filled_sheet(state, rng)
    _sort_by_range(sheet, n)
    np.testing.assert_array_equal(sheet.order[:n], np.argsort(sheet.plots.value[:n, 0]))


def test_equal_ranges_are_sorted_all_the_same():
    state = new_state(crowd())
    sheet = filled_sheet(state, np.random.default_rng(1))
    sheet.plots.value[:N, 0] = np.random.default_rng(2).integers(0, 5, N)
    _sort_by_range(sheet, N)
    assert sorted(sheet.order[:N]) == list(range(N))
    assert (np.diff(sheet.plots.value[sheet.order[:N], 0]) >= 0.0).all()


def merged_naively(value, snr, cells):
    """Rows that are left: (owner, strongest echo, place, power), in their order in the sheet."""
    place = [list(row[:3]) for row in value]
    power, owner = list(snr), list(range(len(snr)))
    ranked = sorted(range(len(snr)), key=lambda row: place[row][0])
    for rank, row in enumerate(ranked):
        for other in reversed(ranked[:rank]):
            if place[row][0] - place[other][0] > cells[0]:
                break
            if power[other] > 0.0 and is_same_cell(place[row], place[other], cells):
                if power[row] > power[other]:
                    owner[other] = owner[row]
                place[other] = mean_place(place[other], power[other], place[row], power[row])
                power[other], power[row] = power[other] + power[row], 0.0
                break
    return [(row, owner[row], place[row], power[row]) for row in range(len(snr)) if power[row] > 0.0]


def is_same_cell(one, other, cells):
    turn = abs(cmath.phase(cmath.rect(1.0, one[1] - other[1])))
    upright = math.isinf(cells[2]) or abs(one[2] - other[2]) < cells[2]
    return abs(one[0] - other[0]) < cells[0] and turn < cells[1] and upright


def mean_place(one, power, other, other_power):
    share = other_power / (power + other_power)
    turn = cmath.phase(cmath.rect(1.0, other[1] - one[1]))
    gaps = (other[0] - one[0], turn, other[2] - one[2])
    return [here + share * gap for here, gap in zip(one, gaps, strict=True)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("tells_height", [True, False])
def test_what_is_not_told_apart_is_merged(seed, tells_height):
    cells = CELLS if tells_height else (*CELLS[:2], math.inf)
    world, rng = crowd(cells=cells), np.random.default_rng(seed)
    state = new_state(world)
    sheet = filled_sheet(state, rng, tells_height)
    before, errors, power = sheet.plots.value[:N].copy(), sheet.plots.error[:N].copy(), sheet.snr[:N].copy()
    expected = merged_naively(before, power, cells)
    n_left = _merge_unresolved(world, state, 0, N)
    assert n_left == len(expected) < N
    assert state.trial.unresolved[0] == N - n_left
    for row, (origin, owner, place, total) in enumerate(expected):
        assert sheet.vehicle[row] == owner
        np.testing.assert_allclose(sheet.plots.value[row, 0], place[0])
        assert abs(cmath.phase(cmath.rect(1.0, sheet.plots.value[row, 1] - place[1]))) < 1e-9
        np.testing.assert_allclose(sheet.plots.value[row, 2], place[2])
        assert sheet.snr[row] == pytest.approx(total)
        np.testing.assert_array_equal(sheet.plots.error[row], errors[origin])
    assert sheet.snr[:n_left].sum() == pytest.approx(power.sum())


def test_a_sensor_without_cells_merges_nothing():
    world = crowd(cells=(0.0, 0.0, 0.0))
    state = new_state(world)
    filled_sheet(state, np.random.default_rng(0))
    assert _merge_unresolved(world, state, 0, N) == N
    assert state.trial.unresolved[0] == 0


@pytest.mark.parametrize("mean", [0.01, 0.7, 5.0, 60.0, 200.0])
def test_numbers_of_false_plots_are_poissons(mean):
    for draw in np.random.default_rng(3).uniform(size=500):
        assert _poisson(mean, draw) == stats.poisson.ppf(draw, mean)
    assert _poisson(mean, 0.0) == 0
    assert _poisson(mean, 1.0 - 2.0**-53) < 10 * mean + 30
