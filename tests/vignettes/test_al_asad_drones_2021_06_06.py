"""What the page of this vignette says: two drones die at the guns, high or low; the far end is open."""

import numpy as np
import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.run.replay import trial_events
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
NAME = "al_asad_drones_2021_06_06"
TRIALS_TOLD = 8


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    names = {"high": "", "low": "_low", "far end": "_far_end", "without": "_without_c_ram"}
    return {key: run(load_scenario(NAME + tail), 200, 1, out=folder) for key, tail in names.items()}


def test_both_drones_are_mostly_shot_down_by_the_gun(played):
    for key in ("high", "low"):
        summary = played[key].summary
        assert summary.leakage.high < 0.08
        assert summary.measures["p_no_asset_hit"].low > 0.85
        assert 2.0 <= summary.measures["rounds.guns.m61a1"].value < 3.5


def test_flying_lower_lets_no_more_through(played):
    assert abs(compare(played["high"], played["low"]).leakage.difference.value) < 0.03


def test_flying_lower_halves_a_warning_that_is_long_enough(played):
    high, low = (np.median(_warnings(played[key])) for key in ("high", "low"))
    assert 180.0 < high < 300.0
    assert 90.0 < low < 0.6 * high


def test_no_gun_reaches_the_far_end(played):
    summary = played["far end"].summary
    assert summary.leakage.value > 0.99
    assert summary.leak_causes["no_weapon_in_envelope"] > 0.9
    assert summary.measures["shots"].value < 0.02


def test_without_guns_all_come_through_and_nothing_is_fired(played):
    summary = played["without"].summary
    assert summary.leakage.value == 1.0
    assert not summary.rounds_by_system or summary.measures["shots"].value == 0.0


def test_what_comes_through_was_mostly_not_declared_hostile(played):
    causes = played["high"].summary.leak_causes
    assert causes["identity_held"] > 0.5
    assert not set(causes) & {"masked", "never_in_coverage", "detected_too_late", "no_firm_track"}


def _warnings(results):
    """Seconds from a drone's firm track to the first burst at it, of the trials told."""
    found = []
    for trial in range(TRIALS_TOLD):
        firm, fired = {}, {}
        for event in trial_events(results, trial, frozenset({"plot"})):
            if event.kind == "track_firm":
                firm.setdefault(event.vehicle, event.time)
            elif event.kind == "launch":
                fired.setdefault(event.vehicle, event.time)
        found += [fired[drone] - firm[drone] for drone in fired]
    assert len(found) > TRIALS_TOLD
    return found
