"""What the page of this vignette says: ridges take time from the defence; guns make up for some of it."""

import math

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 100
NAMES = {
    "pantsir": "helicopters_pop_up",
    "tor": "helicopters_pop_up_tor",
    "igla": "helicopters_pop_up_igla",
}
SINGLE = """
based_on: {name}
title: A single vehicle that fires three salvos at a track
defence: {{batteries: {{close: {{fire_units: 1}}}}, policy: {{salvos: 3}}}}
"""


@pytest.fixture(scope="module")
def hills(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hills")
    return {key: run(load_scenario(name), TRIALS, 1, out=folder) for key, name in NAMES.items()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    return {
        key: run(load_scenario(f"{name}_on_a_plain"), TRIALS, 1, out=folder) for key, name in NAMES.items()
    }


@pytest.mark.parametrize("system", ["pantsir", "tor"])
def test_more_arrive_behind_ridges(hills, plain, system):
    told = compare(plain[system], hills[system]).leakage
    assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)


@pytest.mark.parametrize("system", ["pantsir", "tor"])
def test_ridges_leave_less_than_half_of_the_time(hills, plain, system):
    times = [played[system].summary.spans["first detection to end"].median for played in (hills, plain)]
    assert times[0] < 60.0
    assert times[0] < 0.5 * times[1]


def test_guns_fight_behind_ridges_and_hardly_on_the_plain(hills, plain):
    bursts = [played["pantsir"].summary.measures["rounds.close.2a38m"].value for played in (hills, plain)]
    assert bursts[0] > 1.0
    assert bursts[1] < 0.3 * bursts[0]


def test_tor_has_nothing_behind_its_missile_and_loses_more_by_ridges(hills):
    told = compare(hills["pantsir"], hills["tor"]).leakage
    assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)


def test_far_shots_cost_more_rounds(hills, plain):
    rounds = [played["pantsir"].summary.measures["rounds.close.57e6"].value for played in (hills, plain)]
    assert rounds[1] > 1.3 * rounds[0]


def test_a_single_pantsir_wastes_its_missiles_on_the_plain(tmp_path):
    leakage = []
    for name in ("helicopters_pop_up", "helicopters_pop_up_on_a_plain"):
        path = tmp_path / f"single_{name}.yaml"
        path.write_text(SINGLE.format(name=name), encoding="utf-8")
        told = run(load_scenario(path), TRIALS, 1, out=tmp_path / "results").summary
        leakage.append(told.leakage)
    assert leakage[1].low > leakage[0].high


def test_igla_teams_are_bound_by_their_eyes_and_not_by_the_ground(hills, plain):
    for played in (hills, plain):
        told = played["igla"].summary
        assert told.leakage.value > 0.9
        assert told.leak_causes["no_firm_track"] > 0.3
    assert abs(compare(hills["igla"], plain["igla"]).leakage.difference.value) < 0.03
