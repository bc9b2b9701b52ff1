"""What the page of this vignette says: the drone seldom survives, and its height matters little."""

import pytest

from rempart.analysis.answer import run
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
HEIGHTS = ("pantsir_vs_male_drone", "pantsir_vs_male_drone_low", "pantsir_vs_male_drone_high")


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {name: run(load_scenario(name), 200, 1, out=folder).summary for name in HEIGHTS}


def test_the_drone_seldom_survives_at_any_height(played):
    assert all(summary.leakage.high < 0.2 for summary in played.values())
    assert all(summary.kills_by_system["pantsir-s1"].value > 0.8 for summary in played.values())


def test_missiles_do_it_and_guns_cannot_reach_it(played):
    for name in ("pantsir_vs_male_drone", "pantsir_vs_male_drone_high"):
        assert played[name].measures["rounds.vehicle.2a38m"].value == 0.0
        assert played[name].measures["rounds.vehicle.57e6"].value > 1.0


def test_a_kill_takes_fewer_missiles_than_was_reported(played):
    assert all(1.7 < summary.measures["rounds_per_kill"].value < 3.7 for summary in played.values())


def test_it_is_seen_long_before_it_can_be_shot_at(played):
    for summary in played.values():
        assert summary.spans["identity to assignment"].median > 120.0


def test_what_comes_through_was_missed_or_not_declared_hostile(played):
    for summary in played.values():
        causes = set(summary.leak_causes)
        assert "identity_held" in causes
        assert not causes & {"masked", "never_in_coverage", "detected_too_late", "no_firm_track"}
