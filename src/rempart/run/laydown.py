"""Where the defence stands: batteries, their copies, fire units and sensors, placed on the ground."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rempart.catalog.systems import AirDefenceSystem, Sensor
from rempart.geo.geodesic import destination
from rempart.scenario.defence import Battery
from rempart.scenario.model import Scenario


@dataclass(frozen=True)
class PlacedSensor:
    """One radar on its site [rad]."""

    name: str
    sensor: Sensor
    lat: float
    lon: float
    facing: float
    turn: float
    """[s] between looks; infinite if it only guides"""
    battery: str


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


@dataclass(frozen=True)
class Laydown:
    """All sensors and fire units; the units of a battery are consecutive."""

    sensors: tuple[PlacedSensor, ...]
    units: tuple[PlacedUnit, ...]


def placed_defence(scenario: Scenario, systems: dict[str, AirDefenceSystem]) -> Laydown:
    """Place every battery of a scenario, in order of their names."""
    sensors: list[PlacedSensor] = []
    units: list[PlacedUnit] = []
    for name, battery in scenario.defence.batteries.items():
        system = systems[battery.system]
        for copy, lat, lon in _ring(
            name, battery.at.lat, battery.at.lon, battery.count, battery.spread, battery.facing
        ):
            sensors += _battery_sensors(name, copy, battery, system, lat, lon)
            n_units = battery.fire_units or int(system.battery.fire_units.value)
            for unit, unit_lat, unit_lon in _ring(
                copy, lat, lon, n_units, battery.fire_unit_spread, battery.facing
            ):
                own = _unit_sensors(name, unit, battery, system, unit_lat, unit_lon)
                sensors += own
                guide = copy if system.fire_unit.sensor in system.battery.sensors else unit
                channels = battery.channels or int(system.fire_unit.channels.value)
                units.append(
                    PlacedUnit(
                        unit, system, unit_lat, unit_lon, channels, f"{guide}/{system.fire_unit.sensor}", name
                    )
                )
    return Laydown(tuple(sensors), tuple(units))


def _ring(
    name: str, lat: float, lon: float, count: int, radius: float, facing: float
) -> Iterator[tuple[str, float, float]]:
    """Places evenly round a ring, the first towards `facing`; a single one stands in the middle."""
    if count == 1:
        yield name, lat, lon
        return
    for index in range(count):
        place = destination(lat, lon, facing + 2.0 * math.pi * index / count, radius)
        yield f"{name}-{index + 1}", *place


def _battery_sensors(
    battery_name: str, copy: str, battery: Battery, system: AirDefenceSystem, lat: float, lon: float
) -> list[PlacedSensor]:
    return [
        _placed(battery_name, f"{copy}/{name}", battery, system.sensors[name], lat, lon)
        for name in system.battery.sensors
    ]


def _unit_sensors(
    battery_name: str, unit: str, battery: Battery, system: AirDefenceSystem, lat: float, lon: float
) -> list[PlacedSensor]:
    names = list(system.fire_unit.sensors)
    guide = system.fire_unit.sensor
    if guide not in system.battery.sensors and guide not in names:
        names.append(guide)
    return [
        _placed(battery_name, f"{unit}/{name}", battery, system.sensors[name], lat, lon) for name in names
    ]


def _placed(
    battery_name: str, name: str, battery: Battery, sensor: Sensor, lat: float, lon: float
) -> PlacedSensor:
    turn = math.inf
    if sensor.role != "engagement" and sensor.turn is not None:
        turn = battery.turn or sensor.turn.value
    return PlacedSensor(name, sensor, lat, lon, battery.facing, turn, battery_name)
