"""Who may be engaged, who comes first, and with what: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rempart.doctrine.assignment import (
    CHEAPEST_ROUND,
    EARLIEST,
    LEAST_COST,
    MARGINAL_RETURN,
    NEAREST,
    RULE_NAMES,
    assignment_score,
)
from rempart.doctrine.envelope import is_in_envelope
from rempart.doctrine.evaluation import ENDANGERED_WITHIN, SHORTEST_TIME, approach, evaluate_threat
from rempart.doctrine.roe import may_engage
from rempart.engine.world import ASSET, WEAPON, records
from rempart.events.identities import FREE, HOLD, HOSTILE, NEUTRAL, TIGHT, UNKNOWN


def assets(*rows):
    table = records(ASSET, len(rows))
    table.x, table.y, table.z, table.value = np.array(rows, float).T
    return table


@pytest.mark.parametrize("control", [HOLD, TIGHT, FREE])
@pytest.mark.parametrize("identity", [UNKNOWN, NEUTRAL, HOSTILE])
def test_what_each_status_permits(identity, control):
    permitted = {(HOSTILE, TIGHT), (HOSTILE, FREE), (UNKNOWN, FREE)}
    assert bool(may_engage(identity, control)) == ((identity, control) in permitted)


def test_the_closest_approach_of_a_straight_line():
    time, miss = approach((-10e3, 3e3, 0.0), (200.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert (time, miss) == pytest.approx((50.0, 3e3))
    time, miss = approach((10e3, 3e3, 0.0), (200.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert (time, miss) == pytest.approx((0.0, math.hypot(10e3, 3e3)))
    time, miss = approach((3e3, 4e3, 700.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    assert (time, miss) == pytest.approx((0.0, 5e3))


def test_a_threat_is_ranked_by_value_and_time_to_go():
    track = ((-10e3, 0.0, 0.0), (200.0, 0.0, 0.0))
    priority, time_to_go = evaluate_threat(*track, assets((0.0, 0.0, 0.0, 8.0)))
    assert (priority, time_to_go) == pytest.approx((8.0 / 50.0, 50.0))
    priority, time_to_go = evaluate_threat(*track, assets((0.0, 0.0, 0.0, 8.0), (30e3, 0.0, 0.0, 100.0)))
    assert (priority, time_to_go) == pytest.approx((100.0 / 200.0, 200.0))


def test_a_track_that_passes_wide_endangers_no_asset():
    priority, time_to_go = evaluate_threat(
        (-10e3, 0.0, 0.0), (200.0, 0.0, 0.0), assets((0.0, ENDANGERED_WITHIN + 1.0, 0.0, 1.0))
    )
    assert time_to_go == math.inf
    assert 0.0 < priority < 1.0 / 50.0


def test_urgency_stays_bounded():
    priority, time_to_go = evaluate_threat((-10.0, 0.0, 0.0), (200.0, 0.0, 0.0), assets((0.0, 0.0, 0.0, 1.0)))
    assert priority == pytest.approx(1.0 / SHORTEST_TIME)
    assert time_to_go == pytest.approx(0.05)


def test_without_assets_nothing_is_endangered():
    assert evaluate_threat((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), records(ASSET, 0)) == (0.0, math.inf)


OFFERS = {
    "near": (0.5, 40.0, 5e3, 1.0, 5e5),
    "soon": (0.4, 20.0, 9e3, 1.0, 3e5),
    "sure": (0.9, 50.0, 9e3, 0.5, 9e5),
    "cheap": (0.1, 45.0, 8e3, 1.0, 2e4),
}


@pytest.mark.parametrize(
    ("rule", "best"),
    [(MARGINAL_RETURN, "sure"), (NEAREST, "near"), (EARLIEST, "soon"), (LEAST_COST, "cheap")],
)
def test_each_rule_prefers_what_it_says(rule, best):
    scores = {name: assignment_score(rule, *offer) for name, offer in OFFERS.items()}
    assert max(scores, key=scores.get) == best
    assert rule < len(RULE_NAMES)


def test_the_last_round_is_worth_less():
    full, last = (assignment_score(MARGINAL_RETURN, 0.8, 20.0, 5e3, share, 1e5) for share in (1.0, 0.1))
    assert full == pytest.approx(0.8)
    assert last == pytest.approx(0.8 * 0.55)


def test_the_least_cost_is_that_of_a_kill_and_not_of_a_round():
    merit = [assignment_score(LEAST_COST, pk, 20.0, 5e3, 1.0, cost) for pk, cost in ((0.1, 3e4), (0.8, 1e5))]
    assert merit == pytest.approx([-3e5, -1.25e5])


@pytest.mark.parametrize("cost", [0.0, CHEAPEST_ROUND, 1e6])
def test_of_rounds_of_one_price_the_surer_is_preferred(cost):
    sure, poor = (assignment_score(LEAST_COST, pk, 20.0, 5e3, 1.0, cost) for pk in (0.8, 0.4))
    assert sure > poor


@pytest.mark.parametrize(
    ("distance", "height", "inside"),
    [(5e3, 1e3, True), (1e3, 1e3, True), (999.0, 1e3, False), (2e4, 1e3, True), (20001.0, 1e3, False),
     (5e3, 9.0, False), (5e3, 10.0, True), (5e3, 6e3, True), (5e3, 6001.0, False)],
)  # fmt: skip
def test_the_envelope_holds_its_edges(distance, height, inside):
    weapons = records(WEAPON, 2)
    weapons.range_min[1], weapons.range_max[1] = 1e3, 20e3
    weapons.height_min[1], weapons.height_max[1] = 10.0, 6e3
    assert bool(is_in_envelope(weapons, 1, distance, height)) == inside
