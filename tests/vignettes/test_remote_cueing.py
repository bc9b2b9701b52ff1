"""What the page of this vignette says: high tracks come earlier, low ones do not, and no more are killed."""

import math

import numpy as np
import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
TRIALS_TOLD = 4
PLACES = ("mosul", "kirkuk", "al-asad")
SLOW = """
based_on: {name}
title: A slow crew
defence: {{command: {{decision_time: 20 s}}, policy: {{identification: {{time: 60 s}}}}}}
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    names = {"cued": "remote_cueing", "alone": "remote_cueing_without_links"}
    return {key: run(load_scenario(name), 100, 1, out=folder) for key, name in names.items()}


@pytest.fixture(scope="module")
def warning(played):
    """Vehicle of a trial → how much earlier [s] its own battery has a firm track by the cue."""
    firm = {key: _firm_tracks(results) for key, results in played.items()}
    return {key: firm["alone"][key] - when for key, when in firm["cued"].items() if key in firm["alone"]}


def test_high_flights_are_known_ten_minutes_earlier(warning):
    for place in PLACES:
        assert np.median(_of_group(warning, f"high-{place}")) > 480.0


def test_low_flights_are_known_no_earlier(warning):
    for place in PLACES:
        assert np.max(np.abs(_of_group(warning, f"low-{place}"))) < 10.0


def test_a_drone_at_middle_height_is_known_earlier_only_where_the_horizon_allows(warning):
    assert np.median(_of_group(warning, "drone-mosul")) > 900.0
    assert np.median(_of_group(warning, "drone-kirkuk")) > 600.0
    assert np.max(_of_group(warning, "drone-al-asad")) < 10.0


def test_no_more_is_shot_down(played):
    told = compare(played["alone"], played["cued"])
    assert abs(told.leakage.difference.value) < 0.03
    assert abs(told.measures["shots"].difference.value) < 0.05 * told.measures["shots"].a.value


def test_a_slow_crew_gains_no_kill_by_the_cue_and_spends_more(tmp_path):
    for name in ("remote_cueing", "remote_cueing_without_links"):
        (tmp_path / f"{name}.yaml").write_text(SLOW.format(name=name), encoding="utf-8")
    cued, alone = (
        run(load_scenario(tmp_path / f"{name}.yaml"), 100, 1, out=tmp_path / "results")
        for name in ("remote_cueing", "remote_cueing_without_links")
    )
    told = compare(alone, cued)
    assert told.leakage.difference.value > -0.02
    shots = told.measures["shots"]
    assert shots.difference.value > 4.0 * shots.deviation / math.sqrt(100)


def test_short_range_batteries_do_the_shooting_and_the_radar_has_nothing_to_shoot(played):
    fired = played["cued"].summary.measures
    assert {name.split(".")[1] for name in fired if name.startswith("rounds.")} == set(PLACES)
    assert all(fired[f"rounds.{place}.57e6"].value > 5.0 for place in PLACES)


def _firm_tracks(results):
    found = {}
    for trial in range(TRIALS_TOLD):
        for event in trial_events(results, trial, frozenset({"plot"})):
            if event.kind == "track_firm" and event.vehicle.rsplit("-", 1)[0].endswith(event.actor):
                found.setdefault((trial, event.vehicle), event.time)
    return found


def _of_group(warning, group):
    gains = [gain for (_, vehicle), gain in warning.items() if vehicle.rsplit("-", 1)[0] == group]
    assert len(gains) >= TRIALS_TOLD - 1
    return gains
