"""What the page of this vignette says: each rung of the proposal closes another gap, and only one."""

import math
from itertools import pairwise

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 150
RUNGS = (
    "iraq_2020_nothing",
    "iraq_2020_pantsir_only",
    "iraq_2020_pantsir_tor",
    "iraq_2020_pantsir_tor_buk",
    "iraq_2020_proposal",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return [run(load_scenario(name), TRIALS, 1, out=folder) for name in RUNGS]


def test_without_a_weapon_all_arrives_and_no_round_is_fired(played):
    told = played[0].summary
    assert told.leakage.value == 1.0
    assert told.measures["shots"].value == 0.0
    assert set(told.leak_causes) <= {"no_weapon_in_envelope", "masked", "identity_held", "no_firm_track"}


def test_every_rung_leaks_less_than_the_one_below(played):
    for lower, upper in pairwise(played):
        told = compare(upper, lower).leakage
        assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)


def test_pantsir_stops_what_flies_and_nothing_that_falls(played):
    told = played[1].summary.by_class
    assert told["ballistic-missile"].value == 1.0
    assert all(told[name].value < 0.15 for name in ("cruise-missile", "small-drone", "strike-aircraft"))


@pytest.mark.parametrize(
    ("rung", "vehicle_class", "least"),
    [(2, "small-drone", 0.06), (3, "strike-aircraft", 0.02), (4, "ballistic-missile", 0.3)],
)
def test_a_rung_closes_the_gap_of_its_class(played, rung, vehicle_class, least):
    told = compare(played[rung], played[rung - 1]).by_class[vehicle_class]
    assert told.difference.value > max(least, 4.0 * told.deviation / math.sqrt(TRIALS))


def test_cruise_missiles_leak_alike_on_all_rungs(played):
    shares = [results.summary.by_class["cruise-missile"].value for results in played[1:]]
    assert max(shares) - min(shares) < 0.03


def test_only_the_s_400_shoots_down_ballistic_missiles(played):
    assert all(results.summary.by_class["ballistic-missile"].value == 1.0 for results in played[:4])
    assert played[4].summary.by_class["ballistic-missile"].high < 0.7
    kills = {system: used.value for system, used in played[4].summary.kills_by_system.items()}
    assert kills["s-400"] > 0.6 * sum(kills.values())


def test_the_proposal_spends_several_times_as_much(played):
    spent = [results.summary.measures["spent"].value for results in played[1:]]
    assert spent == sorted(spent)
    assert spent[-1] > 5.0 * spent[0]
