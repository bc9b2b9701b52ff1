"""Interval estimates and variance reduction against published figures."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rempart.analysis.comparison import paired
from rempart.analysis.estimates import proportion, trials_needed


@pytest.fixture(scope="module")
def cases(shared):
    rows = json.loads((shared / "reference" / "physics_cases.json").read_text())
    return {row["id"]: row for row in rows if row["topic"] in ("interval_statistics", "variance_reduction")}


@pytest.mark.parametrize(
    ("case", "method"),
    [
        ("wilson-15-148", "wilson"),
        ("wilson-1-29", "wilson"),
        ("clopper-pearson-15-148", "clopper-pearson"),
        ("clopper-pearson-1-29", "clopper-pearson"),
        ("jeffreys-8-10", "jeffreys"),
    ],
)
def test_the_interval_of_a_proportion_is_the_published_one(cases, case, method):
    given, wanted = cases[case]["inputs"], cases[case]["expected"]
    found = proportion(given["successes"], given["trials"], method, given["confidence"])
    assert found.low == pytest.approx(wanted["lower"], abs=cases[case]["tolerance"]["abs"])
    assert found.high == pytest.approx(wanted["upper"], abs=cases[case]["tolerance"]["abs"])


def test_the_sample_size_for_a_half_width_is_the_published_one(cases):
    given = cases["sample-size-prop"]["inputs"]
    deviation = (given["p"] * (1 - given["p"])) ** 0.5
    found = trials_needed(deviation, given["half_width"], given["confidence"])
    assert found == cases["sample-size-prop"]["expected"]["n"]


def test_common_dice_reduce_variance_by_the_published_ratio(cases):
    wanted = cases["crn-u-vs-u2"]["expected"]["ratio"]
    u = (np.arange(20_000) + 0.5) / 20_000  # equally spaced, so the moments are exact to 1e-7
    assert paired(u, u**2).variance_ratio == pytest.approx(wanted, rel=1e-3)
