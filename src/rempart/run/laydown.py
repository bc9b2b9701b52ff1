"""Where the defence stands: batteries, their copies, fire units and sensors, placed on the ground."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rempart.catalog.systems import AirDefenceSystem, Sensor
from rempart.geo.geodesic import destination
from rempart.run.marches import Way, beside, way_of
from rempart.scenario.defence import Battery
from rempart.scenario.model import Scenario


@dataclass(frozen=True)
class PlacedSensor:
    """One sensor on its site [rad]."""

    name: str
    sensor: Sensor
    lat: float
    lon: float
    facing: float
    turn: float
    """[s] between looks; infinite if it only guides"""
    battery: str
    way: Way | None = None
    """how it moves; its site is then the beginning"""


@dataclass(frozen=True)
class PlacedUnit:
    """One fire unit on its site [rad]."""

    name: str
    system: AirDefenceSystem
    lat: float
    lon: float
    channels: int
    sensor: str
    """name of the placed sensor that guides for it"""
    battery: str
    way: Way | None = None
    """how it moves; its site is then the beginning"""


@dataclass(frozen=True)
class Laydown:
    """All sensors and fire units; the units of a battery are consecutive."""

    sensors: tuple[PlacedSensor, ...]
    units: tuple[PlacedUnit, ...]


class Post(NamedTuple):
    """A place on the ground [rad], which may move."""

    lat: float
    lon: float
    way: Way | None


def placed_defence(scenario: Scenario, systems: dict[str, AirDefenceSystem]) -> Laydown:
    """Place every battery of a scenario, in order of their names."""
    sensors: list[PlacedSensor] = []
    units: list[PlacedUnit] = []
    for name, battery in scenario.defence.batteries.items():
        system = systems[battery.system]
        for copy, post in _ring(name, _post(scenario, battery), battery.count, battery.spread, battery):
            sensors += [
                _placed(name, f"{copy}/{one}", system, battery, post) for one in system.battery.sensors
            ]
            for unit, unit_post in _ring(
                copy, post, _n_units(battery, system), battery.fire_unit_spread, battery
            ):
                own = _unit_sensors(system)
                sensors += [_placed(name, f"{unit}/{one}", system, battery, unit_post) for one in own]
                units.append(_unit(name, copy, unit, system, battery, unit_post))
    return Laydown(tuple(sensors), tuple(units))


def _post(scenario: Scenario, battery: Battery) -> Post:
    march = scenario.march_of(battery)
    if march is None:
        (place,) = scenario.places_of(battery)
        return Post(place.lat, place.lon, None)
    way = way_of(march)
    return Post(float(way.lat[0]), float(way.lon[0]), way)


def _n_units(battery: Battery, system: AirDefenceSystem) -> int:
    if system.battery.fire_units is None:
        return 0
    return battery.fire_units or int(system.battery.fire_units.value)


def _ring(name: str, post: Post, count: int, radius: float, battery: Battery) -> Iterator[tuple[str, Post]]:
    """Places evenly round a ring, the first where the battery faces; a single one stands in the middle."""
    if count == 1:
        yield name, post
        return
    for index in range(count):
        azimuth = battery.facing + 2.0 * math.pi * index / count
        way = beside(post.way, azimuth, radius) if post.way else None
        yield f"{name}-{index + 1}", Post(*destination(post.lat, post.lon, azimuth, radius), way)


def _unit(
    name: str, copy: str, unit: str, system: AirDefenceSystem, battery: Battery, post: Post
) -> PlacedUnit:
    armed = system.fire_unit
    assert armed is not None  # a system without one has no number of them
    guide = copy if armed.sensor in system.battery.sensors else unit
    channels = battery.channels or int(armed.channels.value)
    return PlacedUnit(unit, system, post.lat, post.lon, channels, f"{guide}/{armed.sensor}", name, post.way)


def _unit_sensors(system: AirDefenceSystem) -> list[str]:
    """Sensors that each fire unit brings along, the guiding one among them unless the battery has it."""
    assert system.fire_unit is not None
    names, guide = list(system.fire_unit.sensors), system.fire_unit.sensor
    if guide not in system.battery.sensors and guide not in names:
        names.append(guide)
    return names


def _placed(name: str, label: str, system: AirDefenceSystem, battery: Battery, post: Post) -> PlacedSensor:
    sensor = system.sensors[label.rsplit("/", 1)[1]]
    turn = math.inf
    if sensor.role != "engagement" and sensor.turn is not None:
        turn = battery.turn or sensor.turn.value
    return PlacedSensor(label, sensor, post.lat, post.lon, battery.facing, turn, name, post.way)
