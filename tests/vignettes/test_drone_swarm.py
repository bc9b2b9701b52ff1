"""What the page of this vignette says: what kills cost, and what the first day leaves for the second."""

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
VARIANTS = (
    "",
    "_least_cost",
    "_pantsir_only",
    "_pantsir_only_least_cost",
    "_tor_only",
    "_guns_only",
    "_without_reloads",
    "_second_day_alone",
)
MISSILES = 12  # that one Pantsir holds


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {name: run(load_scenario(f"drone_swarm{name}"), 100, 1, out=folder) for name in VARIANTS}


@pytest.fixture(scope="module")
def played(results):
    return {name: found.summary for name, found in results.items()}


@pytest.fixture(scope="module")
def launches(results):
    """(when, vehicle, weapon) of the first trials, in order of time."""
    return [
        [
            (event.time, event.vehicle, event.actor)
            for event in trial_events(results[""], trial, frozenset({"plot"}))
            if event.kind == "launch"
        ]
        for trial in range(10)
    ]


def test_the_second_day_leaks_more_and_owes_it_to_the_first(played):
    days = played[""].by_group
    assert days["first-day"].high < days["second-day"].low
    assert days["second-day"].low > 2.0 * played["_second_day_alone"].by_group["second-day"].value


def test_without_a_reload_the_second_day_is_lost_to_empty_magazines(played):
    bare = played["_without_reloads"]
    assert bare.by_group["second-day"].low > 0.75
    assert bare.by_group["first-day"].value == played[""].by_group["first-day"].value
    assert bare.leak_causes["magazine_empty"] > 0.6
    assert bare.measures["readiness"].value < 0.01


def test_missiles_cost_far_more_than_the_drones_and_guns_less(played):
    for name in ("", "_pantsir_only", "_tor_only"):
        measures = played[name].measures
        assert 5.5 < measures["spent"].value / measures["destroyed"].value < 11.5
    guns = played["_guns_only"].measures
    assert 0.1 < guns["spent"].value / guns["destroyed"].value < 0.3
    assert guns["cost_per_kill"].high < 0.02e6


def test_to_prefer_the_cheaper_round_saves_next_to_nothing(results):
    for dear, cheap in (("", "_least_cost"), ("_pantsir_only", "_pantsir_only_least_cost")):
        spent = compare(results[dear], results[cheap]).measures["spent"]
        assert abs(spent.difference.value) < 0.05 * spent.a.value


def test_a_pantsir_fires_its_guns_when_its_missiles_are_gone(launches):
    n_checked = 0
    for trial in launches:
        for unit in ("pantsir-1", "pantsir-2"):
            missiles = [when for when, _, weapon in trial if weapon == f"{unit}/57e6"]
            guns = [when for when, _, weapon in trial if weapon == f"{unit}/2a38m"]
            if guns:
                n_checked += 1
                assert sum(when < guns[0] for when in missiles) in (MISSILES, 2 * MISSILES)
    assert n_checked > 10


def test_no_battery_fires_more_than_its_magazine_and_one_reload(played, launches):
    assert played[""].measures["rounds.pantsir.57e6"].value <= 2 * 2 * MISSILES
    for trial in launches:
        assert sum(weapon.endswith("9m338k") for _, _, weapon in trial) <= 2 * 2 * 16


def test_guns_alone_leak_less_than_four_pantsirs(played):
    assert played["_guns_only"].leakage.high < played["_pantsir_only"].leakage.low


def test_a_tor_kill_takes_one_to_two_missiles(played):
    assert 1.3 < played["_tor_only"].measures["rounds_per_kill"].value < 1.8


def test_tors_that_nobody_tops_up_run_out_with_their_reserve_unused(played):
    tors = played["_tor_only"]
    assert tors.leak_causes["magazine_empty"] > 0.6
    assert tors.by_group["first-day"].value < 0.05 < 0.3 < tors.by_group["second-day"].value
    assert tors.measures["readiness"].value > 0.3
