"""OSPA and GOSPA: against Stone Soup's stored answers, enumeration, and their own laws."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.analysis.point_sets import gospa, ospa
from rempart.base.errors import RempartError

STORED = json.loads((Path(__file__).parent / "stonesoup" / "measures.json").read_text())["sets"]


def points(values):
    return np.array(values, dtype=float).reshape(-1, 2)


def arguments(case):
    return points(case["truth"]), points(case["tracks"]), case["cutoff"], case["order"]


@pytest.mark.parametrize("case", STORED)
def test_gospa_is_that_of_stone_soup(case):
    found = gospa(*arguments(case))
    for name in ("distance", "localisation", "missed", "false"):
        assert getattr(found, name) == pytest.approx(case[name], abs=1e-9)


@pytest.mark.parametrize("case", [case for case in STORED if case["order"] == 1])
def test_ospa_is_that_of_stone_soup(case):
    assert ospa(*arguments(case)) == pytest.approx(case["ospa"], abs=1e-9)


def test_ospa_of_order_two_is_never_above_stone_soups():
    """Stone Soup assigns at least distance, not least squared distance, so it may find a longer way."""
    pairs = [(ospa(*arguments(case)), case["ospa"]) for case in STORED if case["order"] == 2]
    found, stored = np.array(pairs).T
    assert (found <= stored + 1e-9).all()
    assert np.isclose(found, stored).mean() > 0.8


def enumerated_gospa(truth, tracks, cutoff, order):
    """Least over all ways to pair some truths with some tracks."""
    slots = [*range(len(tracks)), *([None] * len(truth))]
    best = np.inf
    for way in set(permutations(slots, len(truth))):
        paired = [(a, b) for a, b in enumerate(way) if b is not None]
        alone = len(truth) + len(tracks) - 2 * len(paired)
        apart = sum(np.linalg.norm(truth[a] - tracks[b]) ** order for a, b in paired)
        best = min(best, apart + alone * cutoff**order / 2)
    return best ** (1 / order)


@pytest.mark.parametrize("order", [1, 2])
def test_gospa_is_the_least_of_all_ways(order):
    dice = np.random.default_rng(1)
    for _ in range(15):
        truth, tracks = (dice.uniform(0, 10, (dice.integers(0, 4), 2)) for _ in range(2))
        found = gospa(truth, tracks, 4.0, order).distance
        assert found == pytest.approx(enumerated_gospa(truth, tracks, 4.0, order))


SETS = st.lists(st.tuples(*[st.floats(-50, 50)] * 2), max_size=5).map(points)


@given(SETS, SETS, SETS, st.sampled_from([1.0, 2.0]))
def test_both_are_metrics(a, b, c, order):
    for measure in (lambda x, y: ospa(x, y, 20.0, order), lambda x, y: gospa(x, y, 20.0, order).distance):
        assert measure(a, a) == pytest.approx(0.0, abs=1e-9)
        assert measure(a, b) == pytest.approx(measure(b, a), abs=1e-9)
        assert measure(a, c) <= measure(a, b) + measure(b, c) + 1e-7


@given(SETS, SETS)
def test_the_parts_of_gospa_add_up(a, b):
    found = gospa(a, b, 20.0, 2.0)
    assert found.distance**2 == pytest.approx(found.localisation + found.missed + found.false)
    assert found.missed / 200.0 == pytest.approx(len(a) - len(found.pairs))
    assert found.false / 200.0 == pytest.approx(len(b) - len(found.pairs))


@pytest.mark.parametrize(("cutoff", "order"), [(0.0, 1.0), (float("nan"), 1.0), (1.0, 0.5), (1.0, np.inf)])
def test_nonsense_is_refused(cutoff, order):
    for measure in (ospa, gospa):
        with pytest.raises(RempartError):
            measure(points([]), points([]), cutoff, order)
