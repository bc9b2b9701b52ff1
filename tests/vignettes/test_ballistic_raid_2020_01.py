"""What the page of this vignette says: guns stop none, a Patriot that looks the right way about half."""

import math

import numpy as np
import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 200
BASE = "ballistic_raid_2020_01"
NAMES = ("", "_patriot", "_patriot_16", "_patriot_behind", "_patriot_facing_south")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {name: run(load_scenario(BASE + name), TRIALS, 1, out=folder) for name in NAMES}


@pytest.fixture(scope="module")
def events(played):
    """Events of five trials with the Patriot."""
    return [list(trial_events(played["_patriot"], trial)) for trial in range(5)]


def test_guns_fire_no_round_and_stop_none(played):
    told = played[""].summary
    assert told.leakage.value == 1.0
    assert told.measures["shots"].value == 0.0


def test_one_battery_stops_about_half(played):
    assert 0.3 < played["_patriot"].summary.leakage.value < 0.55


def test_both_missiles_of_the_battery_are_fired_and_the_guns_are_not(played):
    rounds = played["_patriot"].summary.measures
    assert rounds["rounds.patriot.pac-3"].value > rounds["rounds.patriot.pac-2-gem"].value > 2.0
    assert rounds["rounds.guns.m61a1"].value == 0.0


def test_a_missile_is_seen_less_than_a_minute_before_it_arrives(events):
    left = []
    for trial in events:
        arrival = {event.vehicle: event.time for event in trial if event.kind == "leaked"}
        firm = {}
        for event in trial:
            if event.kind == "track_firm":
                firm.setdefault(event.vehicle, event.time)
        left += [when - firm[vehicle] for vehicle, when in arrival.items() if vehicle in firm]
    assert len(left) > 10
    assert 15.0 < np.median(left) < 60.0


def test_what_stands_off_the_battery_loses_twice_as_many(played):
    told = played["_patriot"].summary.by_group
    assert told["first"].value > 1.7 * max(told["second"].value, told["third"].value)


def test_farther_back_the_battery_loses_more_at_the_quarters(played):
    found = {name: played[name].summary.by_group["second"].value for name in ("_patriot", "_patriot_behind")}
    assert found["_patriot_behind"] > 1.6 * found["_patriot"]
    told = compare(played["_patriot"], played["_patriot_behind"]).leakage
    assert told.difference.value > 4.0 * told.deviation / math.sqrt(TRIALS)


def test_sixteen_at_once_leak_no_greater_share(played):
    shares = [played[name].summary.leakage.value for name in ("_patriot", "_patriot_16")]
    assert abs(shares[1] - shares[0]) < 0.05
    assert "magazine_empty" not in played["_patriot_16"].summary.leak_causes


def test_a_sector_radar_that_looks_south_sees_them_too_late_to_fire(played):
    told = played["_patriot_facing_south"].summary
    assert told.leakage.value == 1.0
    assert told.measures["shots"].value == 0.0
    for trial in range(5):
        seen = list(trial_events(played["_patriot_facing_south"], trial))
        arrival = {event.vehicle: event.time for event in seen if event.kind == "leaked"}
        plots = [event for event in seen if event.kind == "plot" and event.actor == "patriot/mpq-65"]
        assert len(arrival) == 11
        assert all(arrival[plot.vehicle] - plot.time < 15.0 for plot in plots)


def test_what_falls_steeply_beside_the_battery_is_not_stopped(tmp_path):
    steep = "\n".join(f"  {wave}: {{elevation: 65 deg}}" for wave in ("first", "second", "third"))
    text = f"based_on: {BASE}_patriot\ntitle: From a high arc\nraid:\n{steep}\n"
    (tmp_path / "steep.yaml").write_text(text, encoding="utf-8")
    told = run(load_scenario(tmp_path / "steep.yaml"), 50, 1, out=tmp_path / "results").summary.by_group
    assert told["first"].value > 0.97
    assert told["third"].value > 0.97
    assert told["second"].value < 0.6
