"""What the page of this vignette says: valleys beat reach, and what stands at the aim beats valleys."""

import math

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 200
NAMES = {
    "low": "strike_low_level",
    "bare": "strike_low_level_without_pantsir",
    "high": "strike_low_level_at_medium_height",
    "stand-off": "strike_low_level_stand_off",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {key: run(load_scenario(name), TRIALS, 1, out=folder) for key, name in NAMES.items()}


def test_at_medium_height_the_long_range_battery_stops_nearly_all(played):
    told = played["high"].summary
    assert told.leakage.value < 0.1
    assert told.kills_by_system["s-300-pmu1"].value > 7.0


def test_low_it_fires_and_kills_next_to_nothing(played):
    told = played["bare"].summary
    assert told.measures["rounds.long-range.48n6e"].value > 1.0
    assert told.kills_by_system["s-300-pmu1"].value < 0.2
    assert told.leakage.value > 0.75


def test_its_rounds_at_low_flyers_are_lost_with_the_line_of_sight(played):
    lost = [
        event.value
        for trial in range(5)
        for event in trial_events(played["bare"], trial, frozenset({"plot"}))
        if event.kind == "intercept_miss" and event.actor.startswith("long-range")
    ]
    assert len(lost) >= 3
    assert sum(pk == 0.0 for pk in lost) > 0.8 * len(lost)


def test_tracks_in_the_mountains_come_and_go(played):
    dropped = {key: _tracks_dropped(played[key]) for key in ("bare", "high")}
    assert dropped["bare"] > 3.0 * dropped["high"]


def test_a_battery_at_the_aim_more_than_halves_what_leaks(played):
    told = compare(played["low"], played["bare"]).leakage
    assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)
    assert told.a.value < 0.55 * told.b.value


def test_weapons_from_afar_leak_more_and_their_carriers_are_safe(played):
    told = compare(played["low"], played["stand-off"]).leakage
    assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)
    measures = played["stand-off"].summary.measures
    assert "carriers_killed" not in measures or measures["carriers_killed"].value < 0.2


def _tracks_dropped(results):
    return sum(
        event.kind == "track_dropped"
        for trial in range(5)
        for event in trial_events(results, trial, frozenset({"plot"}))
    )
