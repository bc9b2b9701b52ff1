"""What the page of this vignette says: one burst for one rocket, two without a look; fourteen saturate."""

import math

import numpy as np
import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
NAME = "al_asad_rockets_2021_06_20"
TRIALS = 200
TRIALS_TOLD = 8
TAILS = {
    "one": "",
    "without looking": "_without_looking",
    "three": "_three",
    "fourteen": "_fourteen",
    "grad": "_grad",
}
SWIFT = """
based_on: {name}
title: Permission to fire given beforehand
defence: {{command: {{decision_time: 0 s}}, policy: {{identification: {{time: 0 s}}}}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def played(folder):
    return {key: run(load_scenario(NAME + tail), TRIALS, 1, out=folder) for key, tail in TAILS.items()}


def test_one_burst_is_all_that_fits_and_it_mostly_misses(played):
    summary = played["one"].summary
    assert summary.measures["rounds.guns.m61a1"].value < 1.1
    assert summary.leakage.low > 0.6
    assert summary.leak_causes["shot_and_missed"] > 0.9


def test_a_second_burst_without_a_look_stops_more_than_twice_as_many(played):
    told = compare(played["one"], played["without looking"])
    leakage = told.leakage
    assert leakage.difference.value < -4.0 * leakage.deviation / math.sqrt(TRIALS)
    assert 1.0 - leakage.b.value > 2.0 * (1.0 - leakage.a.value)


def test_quicker_decisions_gain_nothing(played, folder):
    path = folder / "swift.yaml"
    path.write_text(SWIFT.format(name=NAME), encoding="utf-8")
    told = compare(played["one"], run(load_scenario(path), TRIALS, 1, out=folder))
    assert abs(told.leakage.difference.value) < 0.05


def test_fourteen_find_the_guns_busy(played):
    one, three, fourteen = (played[key].summary for key in ("one", "three", "fourteen"))
    assert "channels_saturated" not in one.leak_causes
    assert three.leak_causes["channels_saturated"] > 0.25
    assert fourteen.leak_causes["channels_saturated"] > 0.75
    assert fourteen.leakage.low > one.leakage.high
    assert 0.4 < fourteen.measures["killed"].value < 1.5


def test_a_larger_rocket_fares_about_the_same(played):
    assert abs(played["grad"].summary.leakage.value - played["one"].summary.leakage.value) < 0.2


def test_the_clock_of_one_rocket(played):
    times = {kind: [] for kind in ("track_firm", "identified", "assigned", "launch")}
    for trial in range(TRIALS_TOLD):
        for event in trial_events(played["one"], trial, frozenset({"plot"})):
            if event.kind in times:
                times[event.kind].append(event.time)
    firm, known, laid, burst = (np.median(times[kind]) for kind in times)
    assert 3.0 < firm < 8.0
    assert known == pytest.approx(firm + 4.0, abs=0.5)
    assert laid - known > 10.0
    assert 26.0 < burst < 32.0
