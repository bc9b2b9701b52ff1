"""What the page of this vignette says: weapons control and transponders together protect airliners."""

import math

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 200
NAMES = ("", "_free", "_unanswered", "_free_unanswered")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {name: run(load_scenario(f"civil_corridor{name}"), TRIALS, 1, out=folder) for name in NAMES}


def engaged(results):
    return results.summary.measures["civil_engaged"].value


def test_tight_and_heard_hardly_any_civil_aircraft_is_fired_at(played):
    assert engaged(played[""]) < 0.1


@pytest.mark.parametrize("failure", ["_free", "_unanswered"])
def test_each_failure_alone_costs_civil_aircraft(played, failure):
    told = compare(played[""], played[failure]).measures["civil_engaged"]
    assert told.difference.value > max(0.3, 4.0 * told.deviation / math.sqrt(TRIALS))
    assert told.b.value < 2.0


def test_both_together_cost_more_than_the_sum_of_each(played):
    both = engaged(played["_free_unanswered"])
    assert both > 4.0 * (engaged(played["_free"]) + engaged(played["_unanswered"]))
    assert both > 8.0


def test_under_weapons_free_those_are_fired_at_who_fail_in_one_of_two(played):
    """1 - 0.98 × 0.95 of those in reach: of all in reach, 'free and deaf' fires at every one."""
    in_reach = engaged(played["_free_unanswered"])
    assert 0.04 < engaged(played["_free"]) / in_reach < 0.11


def test_raiders_come_through_tight_because_they_were_never_declared_hostile(played):
    told = compare(played["_free"], played[""]).leakage
    assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)
    assert played[""].summary.leak_causes["identity_held"] > 0.6
    assert 0.01 < played[""].summary.leakage.value < 0.05


def test_hearing_transponders_does_not_help_against_the_raid(played):
    told = compare(played[""], played["_unanswered"]).leakage
    assert abs(told.difference.value) < 0.01


def test_nearly_all_that_are_fired_at_are_shot_down(played):
    measures = played["_free_unanswered"].summary.measures
    assert measures["civil_killed"].value > 0.85 * measures["civil_engaged"].value
