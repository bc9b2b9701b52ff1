"""Batteries, copies, fire units and sensors stand where the scenario says, under names that stay."""

from __future__ import annotations

import math

import pytest

from rempart.catalog.library import load_system
from rempart.geo.geodesic import inverse
from rempart.run.laydown import placed_defence
from scenario_builder import FLAT, scenario_of


def laid_down(**batteries):
    scenario = scenario_of(FLAT, defence__batteries=batteries)
    systems = {battery["system"]: load_system(battery["system"]) for battery in batteries.values()}
    return scenario, placed_defence(scenario, systems)


def polar(centre, place):
    """Distance [m] and azimuth [deg] of a placed thing from a centre [deg]."""
    distance, azimuth = inverse(*map(math.radians, centre), place.lat, place.lon)
    return distance, math.degrees(azimuth)


CENTRE = [33.30, 44.40]


def test_copies_stand_evenly_on_a_ring_the_first_towards_the_facing():
    battery = {
        "system": "tor-m2",
        "at": CENTRE,
        "count": 5,
        "spread": "12 km",
        "facing": "40 deg",
        "fire_units": 1,
    }
    _, laydown = laid_down(inner=battery)
    assert [unit.name for unit in laydown.units] == [f"inner-{k}" for k in range(1, 6)]
    for k, unit in enumerate(laydown.units):
        distance, azimuth = polar(CENTRE, unit)
        assert distance == pytest.approx(12e3, abs=0.01)
        assert azimuth == pytest.approx((40.0 + 72.0 * k) % 360.0, abs=1e-6)
        assert unit.battery == "inner"


def test_fire_units_stand_on_a_ring_of_their_own_around_each_copy():
    battery = {
        "system": "tor-m2", "at": CENTRE, "count": 2, "spread": "20 km", "facing": "90 deg",
        "fire_units": 3, "fire_unit_spread": "4 km",
    }  # fmt: skip
    _, laydown = laid_down(inner=battery)
    names = [f"inner-{copy}-{unit}" for copy in (1, 2) for unit in (1, 2, 3)]
    assert [unit.name for unit in laydown.units] == names
    copies = {f"inner-{k}": k for k in (1, 2)}
    for unit in laydown.units:
        k = copies[unit.name.rsplit("-", 1)[0]]
        east, _ = polar(CENTRE, unit)
        assert abs(east - 20e3) <= 4e3 + 1.0
        assert (unit.lon > math.radians(44.40)) == (k == 1)


def test_a_single_one_stands_in_the_middle_without_a_number():
    _, laydown = laid_down(lone={"system": "generic-radar-site", "at": CENTRE, "spread": "50 km"})
    (unit,), (sensor,) = laydown.units, laydown.sensors
    assert (unit.name, sensor.name) == ("lone", "lone/radar")
    for place in (unit, sensor):
        assert (place.lat, place.lon) == tuple(map(math.radians, CENTRE))


def test_a_battery_sensor_is_shared_by_its_fire_units():
    _, laydown = laid_down(site={"system": "generic-radar-site", "at": CENTRE, "fire_units": 3})
    assert [sensor.name for sensor in laydown.sensors] == ["site/radar"]
    assert {unit.sensor for unit in laydown.units} == {"site/radar"}
    assert polar(CENTRE, laydown.sensors[0])[0] == 0.0


def test_other_guides_belong_to_one_fire_unit_each():
    _, laydown = laid_down(close={"system": "tor-m2", "at": CENTRE, "fire_units": 2})
    assert {sensor.name for sensor in laydown.sensors} == {
        f"close-{k}/{kind}" for k in (1, 2) for kind in ("search", "tracking")
    }
    placed = {sensor.name: sensor for sensor in laydown.sensors}
    for unit in laydown.units:
        guide = placed[unit.sensor]
        assert unit.sensor == f"{unit.name}/tracking"
        assert (guide.lat, guide.lon) == (unit.lat, unit.lon)


def test_a_guide_that_also_searches_is_placed_once():
    _, laydown = laid_down(middle={"system": "buk-m3", "at": CENTRE, "fire_units": 1})
    names = [sensor.name for sensor in laydown.sensors]
    assert sorted(names) == ["middle/9a317m", "middle/9s18m3", "middle/9s36m"]


def test_only_a_radar_that_only_guides_does_not_turn():
    _, laydown = laid_down(close={"system": "tor-m2", "at": CENTRE, "fire_units": 1, "turn": "2.5 s"})
    turns = {sensor.name: sensor.turn for sensor in laydown.sensors}
    assert turns == {"close/search": 2.5, "close/tracking": math.inf}


def test_what_the_scenario_leaves_open_comes_from_the_catalogue():
    _, laydown = laid_down(
        inner={"system": "tor-m2", "at": CENTRE}, middle={"system": "buk-m3", "at": CENTRE}
    )
    for name in ("tor-m2", "buk-m3"):
        system = load_system(name)
        units = [unit for unit in laydown.units if unit.system.name == name]
        assert len(units) == system.battery.fire_units.value
        assert {unit.channels for unit in units} == {int(system.fire_unit.channels.value)}


def test_the_scenario_overrides_channels_and_fire_units():
    _, laydown = laid_down(inner={"system": "tor-m2", "at": CENTRE, "fire_units": 6, "channels": 9})
    assert [unit.channels for unit in laydown.units] == [9] * 6


def test_sensors_face_where_their_battery_faces():
    _, laydown = laid_down(west={"system": "buk-m3", "at": CENTRE, "facing": "270 deg"})
    assert {sensor.facing for sensor in laydown.sensors} == {math.radians(270.0)}


def test_names_are_unique_and_every_guide_exists():
    batteries = {
        "a": {"system": "s-400", "at": CENTRE, "count": 2},
        "b": {"system": "pantsir-s1", "at": CENTRE, "count": 3},
        "c": {"system": "buk-m3", "at": CENTRE},
    }
    _, laydown = laid_down(**batteries)
    sensors = [sensor.name for sensor in laydown.sensors]
    units = [unit.name for unit in laydown.units]
    assert len(set(sensors)) == len(sensors)
    assert len(set(units)) == len(units)
    assert {unit.sensor for unit in laydown.units} <= set(sensors)


def test_another_battery_changes_no_other_place_or_name():
    first = {"m": {"system": "tor-m2", "at": CENTRE, "count": 2}}
    more = {
        **first,
        "a": {"system": "buk-m3", "at": [33.5, 44.1]},
        "z": {"system": "tor-m2", "at": [33.0, 44.0]},
    }
    alone, among = laid_down(**first)[1], laid_down(**more)[1]
    assert tuple(unit for unit in among.units if unit.battery == "m") == alone.units
    assert tuple(sensor for sensor in among.sensors if sensor.battery == "m") == alone.sensors


def test_the_units_of_a_battery_are_consecutive():
    _, laydown = laid_down(**{name: {"system": "tor-m2", "at": CENTRE, "count": 2} for name in "dacb"})
    batteries = [unit.battery for unit in laydown.units]
    assert batteries == sorted(batteries)
