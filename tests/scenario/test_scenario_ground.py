"""What stands and marches on the ground: assets, convoys, batteries, links; each key good and bad."""

from __future__ import annotations

import pytest

from rempart.base.errors import ScenarioError
from rempart.scenario.loading import amend_scenario, build_scenario, load_scenario, scenario_yaml

GOOD = """\
rempart: 1
title: A convoy and its escort
area: {visibility: 8 km, light: night, ground: flat}
assets:
  convoy: {march: {route: [[33.30, 44.40], [33.50, 44.10]], speed: 40 km/h, start: 5 min}, vehicles: {t-90: 4, truck: 6}}
  radar: {battery: far, part: sensors, lost_when_hit: 0.8}
  town: {at: [33.25, 44.40], value: 3}
defence:
  command: {topology: autonomous, links: {cue: {from: far, to: close, delay: 10 s}}}
  batteries:
    close: {system: pantsir-s1, escorts: convoy, reloads: 3}
    far: {system: buk-m3, at: [33.60, 44.30], reloads: 0, emission: cued, registration: {azimuth: 9 mrad}}
    mobile: {system: tor-m2, march: {route: [[33.0, 44.0], [33.2, 44.2]], speed: 20 km/h}}
  policy: {assignment: least-cost}
raid:
  drones: {threat: small-attack-drone, from: [35, 43], to: convoy, height: 300 m agl}
"""  # noqa: E501


@pytest.fixture
def scenario(tmp_path):
    return load_scenario(_file(tmp_path, GOOD))


def _file(folder, text):
    path = folder / "ground.yaml"
    path.write_text(text)
    return path


def test_all_keys_are_read(scenario):
    convoy, radar = scenario.assets["convoy"], scenario.assets["radar"]
    assert convoy.march.speed == pytest.approx(40 / 3.6)
    assert convoy.march.start == 300.0
    assert dict(convoy.vehicles) == {"t-90": 4, "truck": 6}
    assert (radar.battery, radar.part, radar.lost_when_hit) == ("far", "sensors", 0.8)
    link = scenario.defence.command.links["cue"]
    assert (link.giver, link.to, link.delay) == ("far", "close", 10.0)
    assert [battery.reloads for battery in scenario.defence.batteries.values()] == [3, 0, None]
    assert (scenario.area.visibility, scenario.area.light) == (8000.0, "night")
    far, close = scenario.defence.batteries["far"], scenario.defence.batteries["close"]
    assert (scenario.area.ground, far.emission, close.emission) == ("flat", "cued", "on")
    assert (far.registration.range, far.registration.azimuth) == (0.0, pytest.approx(0.009))
    assert scenario.defence.policy.assignment == "least-cost"


def test_defaults_are_a_clear_day(tmp_path):
    area = load_scenario(
        _file(tmp_path, GOOD.replace("area: {visibility: 8 km, light: night, ground: flat}\n", ""))
    ).area
    assert (area.visibility, area.light, area.ground) == (15_000.0, "day", "rough")


def test_what_is_resolved_loads_again(scenario, tmp_path):
    again = load_scenario(_file(tmp_path, scenario_yaml(scenario)))
    assert again.to_dict() == scenario.to_dict()
    assert again.digest == scenario.digest


def test_escorts_and_batteries_stand_where_their_hosts_do(scenario):
    route = scenario.assets["convoy"].march.route
    batteries = scenario.defence.batteries
    assert scenario.places_of(batteries["close"]) == route
    assert scenario.march_of(batteries["close"]) is scenario.assets["convoy"].march
    assert scenario.places_of(scenario.assets["radar"]) == (batteries["far"].at,)
    assert scenario.march_of(scenario.assets["radar"]) is None
    assert scenario.places_of(batteries["mobile"]) == batteries["mobile"].march.route


def test_an_asset_can_be_the_escort_of_another(scenario):
    guarded = amend_scenario(scenario, {"assets": {"guard": {"battery": "close"}}})
    assert guarded.march_of(guarded.assets["guard"]) == scenario.assets["convoy"].march


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("town: {at: [33.25, 44.40], ", "town: {", ":7: assets.town", "not said once"),
        ("town: {at: [33.25, 44.40], ", "town: {at: [33.2, 44.4], battery: far, ", ":7: assets.town", "once"),
        ("battery: far", "battery: fat", ":6: assets.radar.battery", "no battery is called 'fat'"),
        ("far: {system: buk-m3,", "far: {system: buk-m3, count: 2,", ":6: assets.radar.battery", "2 copies"),
        ("town: {at", "eyes: {battery: far}\n  town: {at", ":5: assets", "both stand for the sensors"),
        ("value: 3", "part: units", ":7: assets.town", "part without a battery"),
        ("value: 3", "lost_when_hit: 0.5", ":7: assets.town", "without a battery"),
        ("lost_when_hit: 0.8", "lost_when_hit: 1.5", ":6: assets.radar.lost_when_hit", "1.5"),
        ("t-90: 4", "t-91: 4", ":5: assets.convoy.vehicles.t-91", "no system 't-91'"),
        ("t-90: 4", "pantsir-s1: 4", ":5: assets.convoy.vehicles", "is an air-defence system"),
        ("t-90: 4", "t-90: 0", ":5: assets.convoy.vehicles.t-90", "0"),
        ("speed: 40 km/h", "speed: 140 km/h", ":5: assets.convoy.vehicles", "cannot march at 140 km/h"),
        ("speed: 40 km/h", "speed: 400 km/h", ":5: assets.convoy.march.speed", "out of range"),
        ("[33.30, 44.40], ", "", ":5: assets.convoy.march.route", "1"),
        ("[33.30, 44.40], ", "[33.50, 44.10], ", ":5: assets.convoy.march.route", "twice in a row"),
        ("start: 5 min", "start: 8000 h", ":5: assets.convoy.march.start", "out of range"),
        ("autonomous", "centralised", ":9: defence.command.links", "all batteries share one air picture"),
        ("from: far", "from: fer", ":9: defence.command.links.cue.from", "no battery is called 'fer'"),
        ("to: close", "to: far", ":9: defence.command.links.cue.to", "linked with itself"),
        ("links: {", "links: {two: {from: far, to: close}, ", ":9: defence.command.links", "two links lead"),
        ("delay: 10 s", "delay: 10", ":9: defence.command.links.cue.delay", "no unit"),
        ("escorts: convoy", "escorts: town", ":11: defence.batteries.close.escorts", "does not march"),
        ("escorts: convoy", "escorts: toad", ":11: defence.batteries.close.escorts", "no asset is called"),
        (", escorts: convoy", "", ":11: defence.batteries.close", "not said once"),
        ("at: [33.60, 44.30]", "at: [33.6, 44.3], escorts: convoy", ":12: defence.batteries.far", "once"),
        ("reloads: 3", "reloads: -1", ":11: defence.batteries.close.reloads", "-1"),
        ("least-cost", "cheapest", ":14: defence.policy.assignment", "'cheapest'"),
        ("light: night", "light: dusk", ":3: area.light", "'dusk'"),
        ("ground: flat", "ground: mud", ":3: area.ground", "'mud'"),
        ("emission: cued", "emission: off", ":12: defence.batteries.far.emission", "'off'"),
        ("azimuth: 9 mrad", "azimuth: 9", ":12: defence.batteries.far.registration.azimuth", "no unit"),
        ("azimuth: 9 mrad", "azimuth: 20 deg", ":12: defence.batteries.far.registration.azimuth", "range"),
        ("visibility: 8 km", "visibility: 0 km", ":3: area.visibility", "out of range"),
    ],
)  # fmt: skip
def test_each_fault_is_told_where_it_stands(tmp_path, old, new, where, found):
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_file(tmp_path, GOOD.replace(old, new)))
    assert any(where in fault.where and found in fault.found for fault in caught.value.faults), caught.value


def test_the_origin_does_not_hang_on_a_march_alone():
    """It is the middle of all corners of all assets, so that the frame lies among them."""
    values = {
        "rempart": 1,
        "title": "One convoy",
        "assets": {"convoy": {"march": {"route": [[33.0, 44.0], [34.0, 44.0]], "speed": "30 km/h"}}},
        "defence": {"batteries": {"a": {"system": "tor-m2", "at": [33.0, 44.0]}}},
        "raid": {
            "d": {"threat": "small-attack-drone", "from": [35, 43], "to": "convoy", "height": "1 km amsl"}
        },
    }
    origin = build_scenario(values).origin
    assert (origin.lat_deg, origin.lon_deg) == (pytest.approx(33.5, abs=1e-6), pytest.approx(44.0))
