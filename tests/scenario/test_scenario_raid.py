"""Groups of the raid: releases, elevations, and starts on a second day."""

from __future__ import annotations

import math

import pytest

from rempart.base.errors import ScenarioError
from rempart.scenario.loading import load_scenario, scenario_yaml

GOOD = """\
rempart: 1
title: Carriers and rockets
assets: {town: {at: [33.25, 44.40]}}
defence: {batteries: {north: {system: tor-m2, at: [33.30, 44.40]}}}
raid:
  strike: {threat: strike-aircraft, count: 3, from: [35, 43], to: town, height: 4 km amsl,
           releases: {threat: cruise-missile, count: 2, distance: 60 km, height: 100 m agl}}
  rockets: {threat: rocket-107mm, from: [33.30, 44.40], to: town, elevation: 40 deg, start: 26 h}
duration: 30 h
"""


def _file(folder, text):
    path = folder / "raid.yaml"
    path.write_text(text)
    return path


def test_releases_and_elevation_are_read(tmp_path):
    scenario = load_scenario(_file(tmp_path, GOOD))
    releases = scenario.raid["strike"].releases
    assert (releases.threat, releases.count, releases.distance) == ("cruise-missile", 2, 60e3)
    assert scenario.raid["rockets"].elevation == pytest.approx(math.radians(40.0))
    assert scenario.raid["rockets"].start.low == 26 * 3600.0
    assert scenario.duration == 30 * 3600.0
    again = load_scenario(_file(tmp_path, scenario_yaml(scenario)))
    assert again.to_dict() == scenario.to_dict()


def test_a_carrier_counts_by_its_weapons(tmp_path):
    scenario = load_scenario(_file(tmp_path, GOOD))
    assert scenario.raid["strike"].n_threats == 6
    assert scenario.n_threats == 7


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("distance: 60 km", "distance: 600 km", ":7: raid.strike.releases", "lies before the start"),
        ("distance: 60 km, ", "", ":7: raid.strike.releases.distance", "missing"),
        (", height: 100 m agl", "", ":7: raid.strike.releases.height", "missing"),
        ("threat: cruise-missile,", "threat: rocket-107mm,", ":7: raid.strike.releases", "takes no height"),
        ("threat: cruise-missile,", "threat: s-400,", ":7: raid.strike.releases.threat", "air-defence"),
        ("count: 2", "count: 0", ":7: raid.strike.releases.count", "0"),
        ("height: 4 km amsl", "height: 4 km amsl, elevation: 30 deg", ":6: raid.strike.elevation", "level"),
        ("elevation: 40 deg", "elevation: 89 deg", ":8: raid.rockets.elevation", "out of range"),
        ("elevation: 40 deg", "releases: {threat: rocket-122mm, distance: 1 km}", ":8: raid.rockets", "no"),
        ("duration: 30 h", "duration: 200 h", ":9: duration", "out of range"),
    ],
)  # fmt: skip
def test_each_fault_is_told_where_it_stands(tmp_path, old, new, where, found):
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_file(tmp_path, GOOD.replace(old, new)))
    assert any(where in fault.where and found in fault.found for fault in caught.value.faults), caught.value
