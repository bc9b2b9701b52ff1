"""Comparisons: what pairing gives, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.analysis.comparison import compare, paired
from rempart.base.errors import RempartError


def test_the_difference_is_that_of_the_trials(invent):
    a, b = invent(40), invent(40, better=0.08)
    found = compare(a, b)
    gap = b.measures["leakage"].to_numpy() - a.measures["leakage"].to_numpy()
    assert found.leakage.difference.value == pytest.approx(gap.mean())
    assert found.leakage.variance_ratio > 1.0
    assert found.verdict.startswith("B leaks ")
    assert "percentage points less than A (95 % interval" in found.verdict
    assert "40 paired trials" in found.verdict


def test_what_cannot_be_told_says_what_could(invent):
    verdict = compare(invent(6, seed=1), _seeded(invent(6, seed=2), 1)).verdict
    assert verdict.startswith("No difference in leakage can be told at 6 paired trials")
    assert "trials one of" in verdict


def test_the_same_run_twice_is_no_difference(invent):
    found = compare(invent(10), invent(10))
    assert found.verdict == "A and B leak the same in every one of 10 paired trials."
    assert not found.leakage.is_told
    assert found.leakage.difference.high > 0.0


def test_one_trial_tells_nothing(invent):
    found = compare(invent(1), invent(1, better=0.3))
    assert "run more trials" in found.verdict
    json.dumps(found.to_json(), allow_nan=False)


def test_different_dice_are_refused(invent):
    with pytest.raises(RempartError, match="seeds 1 and 2"):
        compare(invent(5, seed=1), invent(5, seed=2))
    with pytest.raises(RempartError, match="no trial in common"):
        compare(invent(5), invent(5, first_trial=5))


def test_only_common_trials_are_compared_and_that_is_said(invent):
    found = compare(invent(20), invent(12, better=0.1))
    assert found.trials == 12
    assert "A has 20 trials and B has 12" in found.notes[0]
    assert found.leakage.difference.value == pytest.approx(
        compare(invent(12), invent(12, better=0.1)).leakage.difference.value
    )


def test_cause_shifts_add_up_to_the_shift_in_leakers(invent):
    found = compare(invent(30), invent(30, better=0.08))
    shift = sum(told.difference.value for told in found.causes.values())
    assert shift == pytest.approx(found.measures["leakers"].difference.value)


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=20))
def test_exchanging_a_and_b_changes_only_signs(pairs):
    a, b = np.array(pairs).T
    there, back = paired(a, b).difference, paired(b, a).difference
    assert (there.value, there.low, there.high) == pytest.approx(
        (-back.value, -back.high, -back.low), abs=1e-12
    )


def _seeded(results, seed):
    return replace(results, manifest={**results.manifest, "seed": seed})
