"""Rules that tie the figures of one system together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rempart.catalog.figures import Figure
from rempart.catalog.systems import (
    AirDefenceSystem,
    AirVehicle,
    DirectionFinder,
    FireUnit,
    Gun,
    Missile,
    Optical,
    Radar,
    Seeker,
    Sensor,
    System,
    Weapon,
    figures_of,
)

_PARENT = re.compile(r"\{([^{}]+)\}")
_ABOVE_ZERO = frozenset(
    {
        "reference_range", "instrumented_range", "turn", "sector", "range_error", "angle_error",
        "channels", "fire_units", "rounds", "range_max", "height_max", "class_range_max", "speed_max",
        "end_speed_fraction", "target_speed_max", "reload_time", "burst_rounds", "firing_rate",
        "dispersion", "hits_needed", "speed", "road_speed", "apogee", "resolution", "view", "least_contrast",
        "lock_range", "head_on", "pk_factor", "cost", "elevation_error", "rate_error", "range_resolution",
        "azimuth_resolution", "elevation_resolution", "least_speed", "blind_speed", "tracks", "every",
        "baseline", "bearing_error", "power", "bandwidth",
    }
)  # fmt: skip
"""Keys whose figures would make no system at zero."""

Broken = tuple[str, str, str]
"""Path of the figure, what was found, what is allowed."""


def broken_rules(system: System) -> Iterator[Broken]:
    """Everything about a system whose figures are each sound that does not fit together."""
    figures = dict(figures_of(system))
    yield from _derivations(figures)
    yield from _zeros(figures)
    if isinstance(system, AirVehicle):
        yield from _flight(system)
    if isinstance(system, AirDefenceSystem):
        yield from _defence(system)


def parents_of(figure: Figure) -> tuple[str, ...]:
    """Paths of the figures that a derived figure says it comes from."""
    return tuple(_PARENT.findall(figure.derived))


def _derivations(figures: dict[str, Figure]) -> Iterator[Broken]:
    for path, figure in figures.items():
        parents = parents_of(figure)
        if figure.derived and not parents:
            yield path, f"derived: {figure.derived!r}", "the paths of its parents in braces"
        for parent in parents:
            if parent not in figures:
                yield path, f"derived from the unknown {parent!r}", "paths of this file's figures"
            elif figure.grade < figures[parent].grade:
                yield path, f"grade {figure.grade}", f"{figures[parent].grade}, as {parent} has, or worse"


def _zeros(figures: dict[str, Figure]) -> Iterator[Broken]:
    for path, figure in figures.items():
        if figure.low <= 0 and not _ABOVE_ZERO.isdisjoint(path.split(".")[-2:]):
            yield path, figure.written, "above 0"


def _flight(vehicle: AirVehicle) -> Iterator[Broken]:
    needed, barred = ("apogee", "speed") if vehicle.trajectory == "ballistic" else ("speed", "apogee")
    if getattr(vehicle, needed) is None:
        yield needed, "missing", f"{needed} for a {vehicle.trajectory} trajectory"
    if getattr(vehicle, barred) is not None:
        yield barred, "a figure that nothing reads", f"no {barred} for a {vehicle.trajectory} trajectory"


def _defence(system: AirDefenceSystem) -> Iterator[Broken]:
    yield from _composition(system)
    for name, sensor in system.sensors.items():
        yield from _sensor(sensor, f"sensors.{name}")
    if system.fire_unit:
        yield from _fire_unit(system, system.fire_unit)


def _composition(system: AirDefenceSystem) -> Iterator[Broken]:
    unit, known = system.fire_unit, ", ".join(system.sensors)
    guides = (unit.sensor,) if unit else ()
    searching = (*unit.sensors, *system.battery.sensors) if unit else system.battery.sensors
    lists = (("fire_unit.sensors", unit.sensors if unit else ()), ("fire_unit.sensor", guides),
             ("battery.sensors", system.battery.sensors))  # fmt: skip
    for path, named in lists:
        for name in named:
            if name not in system.sensors:
                yield path, f"the unknown sensor {name!r}", known
    for name, sensor in system.sensors.items():
        if name not in (*searching, *guides):
            yield f"sensors.{name}", "a sensor that nothing has", "one named in fire_unit or battery"
        if name in guides and sensor.role == "acquisition":
            yield "fire_unit.sensor", f"{name!r} only searches", "a sensor with the role engagement or both"
        if name in searching and sensor.role == "engagement":
            yield f"sensors.{name}.role", "'engagement' in a list of searching sensors", "acquisition or both"
    if unit is None and not system.battery.sensors:
        yield "battery.sensors", "neither a sensor nor a fire unit", "one of the two"
    if (unit is None) != (system.battery.fire_units is None):
        found = "missing" if unit else "given"
        yield "battery.fire_units", found, "a number exactly where there is a fire unit"


def _fire_unit(system: AirDefenceSystem, unit: FireUnit) -> Iterator[Broken]:
    if not unit.weapons:
        yield "fire_unit.weapons", "no weapon", "one or more"
    for name, weapon in unit.weapons.items():
        yield from _weapon(weapon, f"fire_unit.weapons.{name}")
    drive = unit.on_the_move
    if drive and unit.sensor in system.battery.sensors:
        yield "fire_unit.on_the_move", "a fire unit that leaves its guiding sensor", "a sensor of its own"


def _sensor(sensor: Sensor, path: str) -> Iterator[Broken]:
    if (sensor.turn is None) != (sensor.role == "engagement"):
        found = "given" if sensor.turn else "missing"
        yield f"{path}.turn", found, "a turn if it searches, none if it only guides"
    yield from _ascending(sensor, path, ("minimum_range", "instrumented_range"))
    yield from _ascending(sensor, path, ("elevation_min", "elevation_max"))
    if isinstance(sensor, Radar):
        yield from _radar(sensor, path)
    if isinstance(sensor, Optical):
        yield from _optical(sensor, path)
    if isinstance(sensor, Seeker) and sensor.role != "engagement":
        yield f"{path}.role", repr(sensor.role), "engagement for a seeker, which cannot search"
    if isinstance(sensor, DirectionFinder) and sensor.role != "acquisition":
        yield f"{path}.role", repr(sensor.role), "acquisition for a direction finder, which tells no height"


def _radar(radar: Radar, path: str) -> Iterator[Broken]:
    for key in ("reference_pd", "false_alarm"):
        figure = getattr(radar, key)
        if not 0 < figure.low <= figure.high < 1:
            yield f"{path}.{key}", figure.written, "above 0 and below 1"
    if radar.false_alarm.high >= radar.reference_pd.low:
        yield f"{path}.false_alarm", radar.false_alarm.written, "below reference_pd"
    for key in ("elevation_error", "elevation_resolution"):
        figure = getattr(radar, key)
        if figure and radar.dimensions == 2:
            yield f"{path}.{key}", figure.written, "nothing where `dimensions` is 2"
    if radar.blind_speed:
        yield from _filter(radar, radar.blind_speed, path)
    if radar.sidelobe and radar.sidelobe.high >= 0:
        yield f"{path}.sidelobe", radar.sidelobe.written, "below 0 dB"
    if radar.dedicated and radar.role == "engagement":
        yield f"{path}.dedicated", "looks between turns of a radar that does not turn", "a role that searches"


def _filter(radar: Radar, blind_speed: Figure, path: str) -> Iterator[Broken]:
    if radar.least_speed is None:
        yield f"{path}.blind_speed", "given without least_speed", "both, or least_speed alone"
    elif radar.least_speed.high > blind_speed.low / 4:
        # Nearer together, the two notches would leave no speed at which the echo is whole.
        yield f"{path}.blind_speed", blind_speed.written, "at least 4 times least_speed"


def _optical(optical: Optical, path: str) -> Iterator[Broken]:
    yield from _ascending(optical, path, ("least_contrast", "contrast"))
    if optical.role == "both":
        # A look that is cued stays on its target, one that searches sweeps a field: two tables.
        yield f"{path}.role", "'both'", "acquisition or engagement: give the search and the sight one each"


def _weapon(weapon: Weapon, path: str) -> Iterator[Broken]:
    yield from _ascending(weapon, path, ("range_min", "range_max"))
    yield from _ascending(weapon, path, ("height_min", "height_max"))
    if isinstance(weapon, Missile):
        yield from _reach(weapon, path)
    if isinstance(weapon, Gun) and weapon.burst_rounds.value > weapon.rounds.value:
        yield f"{path}.burst_rounds", weapon.burst_rounds.written, "at most the rounds of the magazine"


def _reach(missile: Missile, path: str) -> Iterator[Broken]:
    for name, figure in missile.class_range_max.items():
        if figure.high > missile.range_max.low:
            yield f"{path}.class_range_max.{name}", figure.written, "at most range_max"


def _ascending(part: Any, path: str, keys: tuple[str, str]) -> Iterator[Broken]:
    least, most = getattr(part, keys[0]), getattr(part, keys[1])
    if least.high >= most.low:
        yield f"{path}.{keys[1]}", most.written, f"more than {keys[0]} ({least.written})"
