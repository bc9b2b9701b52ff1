"""What the page of this vignette says: one radar is the battery; a picture replaces eyes, not guidance."""

import math

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 150
NAMES = ("radar_loss", "radar_loss_not_struck", "radar_loss_shared", "radar_loss_guarded")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {
        name.removeprefix("radar_loss"): run(load_scenario(name), TRIALS, 1, out=folder) for name in NAMES
    }


def test_while_its_radar_lives_the_battery_stops_all_that_flies(played):
    told = played["_not_struck"].summary.by_group
    assert told["high"].value < 0.05
    assert told["low"].value < 0.06
    assert 0.3 < told["ballistic"].value < 0.65


def test_struck_first_it_fires_nothing_and_only_the_neighbour_is_left(played):
    told = played[""].summary
    assert told.measures["sensors_lost"].value == 1.0
    assert told.measures["rounds.patriot.pac-3"].value == 0.0
    assert told.measures["rounds.patriot.pac-2-gem"].value == 0.0
    assert told.measures["rounds.neighbour.pac-2-gem"].value > 6.0
    assert told.by_group["high"].value < 0.06
    assert told.by_group["low"].value > 0.98
    assert told.by_group["ballistic"].value > 0.98


def test_its_radar_sees_nothing_from_behind_and_nothing_after_the_strike(played):
    for trial in range(5):
        events = list(trial_events(played[""], trial))
        struck = next(event.time for event in events if event.kind == "sensor_lost")
        seen = [event for event in events if event.kind == "plot" and event.actor == "patriot/mpq-65"]
        assert not any(event.vehicle.startswith("first-") for event in seen)
        assert not any(event.time > struck for event in seen)


def test_a_shared_picture_saves_some_low_ones_by_the_shoulder_fired_missiles(played):
    told = compare(played["_shared"], played[""]).by_class["cruise-missile"]
    assert told.difference.value > max(0.08, 4.0 * told.deviation / math.sqrt(TRIALS))
    shared = played["_shared"].summary
    assert shared.by_group["low"].value > 0.7
    assert shared.kills_by_system["igla-s"].value > 0.4
    assert played[""].summary.measures["rounds.teams.9m342"].value < 0.1


def test_it_saves_nothing_that_only_the_battery_could_have_stopped(played):
    shared = played["_shared"].summary
    assert shared.by_group["ballistic"].value > 0.98
    assert shared.measures["rounds.patriot.pac-3"].value == 0.0
    assert shared.leak_causes["knocked_out"] > 0.2


def test_a_guard_at_its_back_saves_the_radar_and_nearly_all_else(played):
    told = played["_guarded"].summary
    assert told.measures["sensors_lost"].value < 0.2
    assert told.by_group["low"].value < 0.12
    assert told.by_group["ballistic"].value < 0.7
    assert told.measures["rounds.guard.57e6"].value > 4.0
