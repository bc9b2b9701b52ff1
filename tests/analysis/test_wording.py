"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.analysis.estimates import Estimate
from rempart.analysis.wording import (
    duration,
    estimate_text,
    estimate_value,
    moment,
    number,
    percent,
    plural,
    whole_percentages,
)

COUNTS = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 5000), max_size=12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.012345, "0.0123"),
        (12.345, "12.3"),
        (1234567, "1\u202f234\u202f567"),
        (-3.2, "−3.20"),
        (0.0, "0"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (40.0, "40"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_times_and_shares():
    assert (moment(754.4), moment(-5), moment(math.nan)) == ("T+12:34", "T−00:05", "–")
    assert (duration(4.21), duration(75), duration(300)) == ("4.2\u00a0s", "75\u00a0s", "5.0\u00a0min")
    assert percent(0.1843) == "18.4\u00a0%"
    assert percent(-0.00001) == "0.0\u00a0%"
    assert (plural(1, "raid"), plural(2, "raid")) == ("1\u00a0raid", "2\u00a0raids")


def test_an_estimate_shows_the_digits_that_its_interval_supports():
    assert estimate_value(Estimate(2.18579, 2.163, 2.208, 200, "rounds")) == "2.19"
    assert estimate_value(Estimate(104.645, 103.5, 105.8, 200, "rounds")) == "105"
    share = estimate_text(Estimate(0.184, 0.176, 0.192, 200))
    assert share == "18.4\u00a0% (95\u00a0% interval 17.6 to 19.2\u00a0%)"
    assert estimate_text(Estimate(0.2, 0.0, 1.0, 1)) == "20.0\u00a0% (one trial, no interval)"
    assert estimate_text(Estimate(math.nan, 0.0, math.inf, 5, "rounds")) == "– (undefined)"


@given(COUNTS)
def test_rounded_percentages_still_add_up(counts):
    shares = whole_percentages(counts)
    total = sum(counts.values())
    if not total:
        assert shares == {}
        return
    assert sum(round(10 * share) for share in shares.values()) == 1000
    assert all(abs(shares[name] - 100 * n / total) < 0.1 + 1e-9 for name, n in counts.items())
