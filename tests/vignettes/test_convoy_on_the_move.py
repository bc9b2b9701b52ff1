"""What the page of this vignette says: moving and night cost the escort, and Igla-S needs to be told."""

import math

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import replay
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 100
NAMES = {
    "march": "convoy_on_the_move",
    "halt": "convoy_on_the_move_halted",
    "night": "convoy_on_the_move_halted_at_night",
    "igla": "convoy_on_the_move_halted_igla_only",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {key: run(load_scenario(name), TRIALS, 1, out=folder) for key, name in NAMES.items()}


def test_more_get_through_on_the_march_than_at_the_halt(played):
    told = compare(played["march"], played["halt"]).leakage
    assert told.difference.value < -4.0 * told.deviation / math.sqrt(TRIALS)
    assert told.a.value > 1.5 * told.b.value


def test_moving_costs_more_than_night(played):
    told = compare(played["march"], played["night"]).leakage
    assert told.difference.value < -4.0 * told.deviation / math.sqrt(TRIALS)


def test_pantsir_fires_on_the_move_and_runs_out_of_missiles(played):
    assert _fired(played["march"], "guns.57e6") > 20.0
    assert _fired(played["march"], "guns.2a38m") > _fired(played["halt"], "guns.2a38m")


def test_igla_fires_by_day_at_the_halt_and_never_on_the_move_or_by_night(played):
    assert _fired(played["halt"], "teams.9m342") > 1.0
    assert _fired(played["march"], "teams.9m342") == 0.0
    assert _fired(played["night"], "teams.9m342") == 0.0


def test_igla_teams_that_nobody_tells_stop_next_to_nothing(played):
    told = played["igla"].summary
    assert told.leakage.value > 0.95
    assert _fired(played["igla"], "teams.9m342") < 0.5 * _fired(played["halt"], "teams.9m342")
    assert {"no_firm_track", "not_detected"} & set(told.leak_causes)


def test_pantsir_misses_more_often_from_the_move(played):
    kills = {key: played[key].summary.kills_by_system["pantsir-s1"].value for key in ("march", "halt")}
    assert kills["march"] < kills["halt"]


def test_the_convoy_and_its_escort_drive(played):
    moved = replay(played["march"], 0)
    assert all(place.way is not None for place in (*moved.assets, *moved.sites))
    stood = replay(played["halt"], 0)
    assert all(place.way is None for place in (*stood.assets, *stood.sites))


def _fired(results, weapon):
    return results.summary.measures[f"rounds.{weapon}"].value
