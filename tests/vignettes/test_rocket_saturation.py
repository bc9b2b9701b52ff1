"""What the page of this vignette says: mounts are saturated by how many rockets come at once."""

from itertools import pairwise

import numpy as np
import pytest

from rempart.analysis.answer import run
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS = 200
SIZES = {1: "_1", 2: "_2", 4: "_4", 8: "", 16: "_16"}
OTHERS = ("_one_by_one", "_six_mounts", "_tos_1", "_tos_8", "_tos_24")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    names = (*SIZES.values(), *OTHERS)
    return {name: run(load_scenario(f"rocket_saturation{name}"), TRIALS, 1, out=folder) for name in names}


@pytest.fixture(scope="module")
def played(results):
    return {name: found.summary for name, found in results.items()}


def test_leakage_climbs_with_the_salvo_once_there_is_more_than_one_rocket_a_mount(played):
    ladder = [played[SIZES[n]].leakage for n in (2, 4, 8, 16)]
    assert all(less.high < more.low for less, more in pairwise(ladder))


def test_two_mounts_stop_about_two_of_a_salvo_of_any_size(played):
    for n in (4, 8, 16):
        assert 1.0 < played[SIZES[n]].measures["killed"].value < 2.5


def test_a_lone_rocket_leaks_since_the_one_burst_missed(played):
    for name in ("_1", "_tos_1"):
        assert 0.4 < played[name].leakage.value < 0.65
        assert played[name].leak_causes["shot_and_missed"] > 0.9
        assert played[name].measures["shots"].value < 1.1


def test_most_of_a_large_salvo_is_never_shot_at(played):
    for name in ("", "_16", "_tos_8", "_tos_24"):
        assert played[name].leak_causes["channels_saturated"] > 0.7
    assert played["_2"].leak_causes.get("channels_saturated", 0.0) < 0.1


def test_more_mounts_or_more_time_bring_saturation_to_an_end(played):
    for name in ("_six_mounts", "_one_by_one"):
        assert played[name].leakage.high < played[""].leakage.low - 0.1
        assert played[name].leak_causes["shot_and_missed"] > 0.8


def test_a_mount_is_busy_with_one_rocket_for_some_nine_seconds(results):
    assigned, held = {}, []
    for trial in range(10):
        for event in trial_events(results[""], trial, frozenset({"plot"})):
            if event.kind == "assigned":
                assigned[trial, event.vehicle] = event.time
            if event.kind == "assessed" and (trial, event.vehicle) in assigned:
                held.append(event.time - assigned[trial, event.vehicle])
    assert len(held) > 20
    assert 7.5 < sum(held) / len(held) < 9.5


def test_the_burst_at_a_lone_rocket_kills_four_times_in_ten_and_a_late_one_more_often(results):
    lone, crowded = (np.array(_burst_pk(results[name])) for name in ("_1", ""))
    assert 0.3 < np.median(lone) < 0.5
    assert np.median(crowded) > np.median(lone)


def _burst_pk(campaign):
    arrivals = {"intercept_kill", "intercept_miss"}
    events = (event for trial in range(40) for event in trial_events(campaign, trial, frozenset({"plot"})))
    return [event.value for event in events if event.kind in arrivals]
