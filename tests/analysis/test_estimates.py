"""Estimates: intervals by hand, their laws, and that none is ever falsely sharp."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.analysis.estimates import (
    chance_unseen,
    mean_over_trials,
    proportion,
    ratio_over_trials,
    trials_needed,
    trials_to_tell,
)
from rempart.base.errors import RempartError

SHARES = st.lists(st.floats(0, 1), min_size=2, max_size=30)


def test_the_mean_has_students_interval():
    found = mean_over_trials([0.1, 0.2, 0.3, 0.4])
    half = 3.182446305284263 * math.sqrt(0.05 / 3) / 2  # t(0.975, 3 degrees of freedom)
    assert found.value == pytest.approx(0.25)
    assert (found.low, found.high) == pytest.approx((0.25 - half, 0.25 + half))
    assert found.n == 4


def test_threats_of_one_trial_are_not_counted_as_independent():
    clustered = np.repeat([0.0, 1.0], 10)
    assert mean_over_trials(clustered).high > proportion(600, 1200).high


def test_equal_trials_leave_room_for_what_was_not_seen():
    none = mean_over_trials(np.zeros(200), bounds=(0.0, 1.0))
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(1 - 0.05 ** (1 / 200))
    middle = mean_over_trials(np.full(50, 0.4), bounds=(0.0, 1.0))
    assert middle.low < 0.4 < middle.high
    assert mean_over_trials(np.full(50, 7.0)).high == pytest.approx(7.0 + chance_unseen(50))


def test_one_trial_gives_no_interval():
    found = mean_over_trials([3.0], "rounds", (0.0, math.inf))
    assert found.to_json() == {"value": 3.0, "low": 0.0, "high": None, "n": 1, "unit": "rounds"}


def test_a_ratio_is_that_of_the_totals_with_trials_as_clusters():
    shots, kills = np.array([4.0, 6.0, 9.0]), np.array([2.0, 4.0, 4.0])
    found = ratio_over_trials(shots, kills, "rounds")
    residual = (shots - 1.9 * kills) / kills.mean()
    half = 4.302652729911275 * residual.std(ddof=1) / math.sqrt(3)
    assert found.value == pytest.approx(1.9)
    assert found.high - found.value == pytest.approx(half)


def test_a_ratio_without_denominator_is_undefined():
    found = ratio_over_trials(np.ones(3), np.zeros(3), "rounds", (0.0, math.inf))
    assert found.to_json()["value"] is None


def test_an_unknown_interval_is_refused():
    with pytest.raises(RempartError, match="wilson, jeffreys, clopper-pearson"):
        proportion(1, 10, method="wald")


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30), st.floats(-50, 50))
def test_a_constant_shifts_the_mean_and_its_interval(values, constant):
    plain = mean_over_trials(values, bounds=(-100.0, 100.0))
    moved = mean_over_trials(np.array(values) + constant, bounds=(-100.0 + constant, 100.0 + constant))
    for name in ("value", "low", "high"):
        assert getattr(moved, name) == pytest.approx(getattr(plain, name) + constant, abs=1e-6)


@settings(deadline=None)  # the first call imports scipy
@given(SHARES)
def test_a_mean_of_shares_stays_a_share_and_its_interval_is_never_of_zero_width(values):
    found = mean_over_trials(values, bounds=(0.0, 1.0))
    assert 0.0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1.0
    assert found.high > found.low


@settings(deadline=None)  # the first call imports scipy
@given(SHARES)
def test_a_ratio_over_equal_denominators_is_the_mean(values):
    mean = mean_over_trials(values, bounds=(0.0, 1.0))
    ratio = ratio_over_trials(np.array(values), np.ones(len(values)), bounds=(0.0, 1.0))
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((mean.value, mean.low, mean.high), abs=1e-9)


@settings(deadline=None)  # the first call imports scipy
@given(st.integers(1, 500), st.data(), st.sampled_from(["wilson", "jeffreys", "clopper-pearson"]))
def test_a_proportion_lies_in_its_interval(n, data, method):
    successes = data.draw(st.integers(0, n))
    found = proportion(successes, n, method)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.high > found.low


def test_students_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(3)
    n = 2000
    covered = sum(
        found.low <= 0.2 <= found.high
        for found in (mean_over_trials(rng.binomial(60, 0.2, 100) / 60) for _ in range(n))
    )
    assert abs(covered / n - 0.95) < 4 * math.sqrt(0.95 * 0.05 / n)


def test_more_trials_are_needed_for_a_narrower_interval_and_a_smaller_difference():
    assert trials_needed(0.5, 0.03) == 1068
    assert trials_to_tell(0.1, 0.01) == pytest.approx((2.8016 * 10) ** 2, abs=1.0)
    assert trials_to_tell(0.1, 0.02) < trials_to_tell(0.1, 0.01)
