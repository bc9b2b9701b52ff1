"""What stands and moves on the ground, as tables of the world: assets, sensors, fire units, weapons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from rempart.base.dice import entity_hash
from rempart.catalog.systems import Radar, Weapon
from rempart.engine.world import (
    ASSET,
    FEED,
    FUSIONS,
    GROUP,
    KNOWN,
    MARCH,
    N_RANGE_BINS,
    N_SNR,
    SENSOR,
    TRACK_LINK,
    UNIT,
    WEAPON,
    records,
)
from rempart.events.vehicle_classes import N_CLASSES
from rempart.geo.terrain import Terrain
from rempart.run.air_picture import association_of
from rempart.run.armament import flight_times, pk_by_class, ready_rounds, shot_cost
from rempart.run.frame import Frame
from rempart.run.laydown import Laydown, PlacedSensor, PlacedUnit
from rempart.run.marches import Way, way_of
from rempart.run.reporting import reported
from rempart.run.sensing import guiding_masks
from rempart.run.stands import Sensing
from rempart.scenario.defence import Battery, Link
from rempart.scenario.model import Scenario

N_FLUCTUATIONS = 5
"""Fluctuation cases, one row of `World.pd_over_snr` each."""


class Ground(NamedTuple):
    """What places on the ground need to become positions in the frame."""

    frame: Frame
    terrain: Terrain

    def place(self, lat: float, lon: float) -> np.ndarray:
        """East, north, up [m] of the ground at a place [rad]."""
        return self.frame.place(lat, lon, self.terrain.ground_at(lat, lon))

    def along(self, way: Way) -> np.ndarray:
        """East, north, up (n, 3) [m] of the ground along a way."""
        return np.array([self.place(lat, lon) for lat, lon in zip(way.lat, way.lon, strict=True)])


class Marches:
    """Collects the ways of all that moves."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, float, float]] = []
        self._positions: list[np.ndarray] = []

    def add(self, way: Way | None, positions: np.ndarray) -> int:
        """Index of a new march; -1 for what stands still."""
        if way is None:
            return -1
        first = sum(map(len, self._positions))
        self._rows.append((first, len(positions), way.start, way.step))
        self._positions.append(positions)
        return len(self._rows) - 1

    def tables(self) -> tuple[np.recarray, np.ndarray]:
        """`World.marches` and `World.march_positions`."""
        marches = records(MARCH, len(self._rows))
        marches[:] = self._rows
        return marches, np.concatenate([np.zeros((0, 3)), *self._positions])


def groups_of(scenario: Scenario) -> dict[str, int]:
    """Battery → group: one group for all, or one for each battery where they fight apart."""
    batteries = list(scenario.defence.batteries)
    return {name: 0 if has_one_picture(scenario) else index for index, name in enumerate(batteries)}


def has_one_picture(scenario: Scenario) -> bool:
    """Whether all batteries share one air picture and one commander."""
    return scenario.defence.command.topology == "centralised" or "communication" in scenario.perfect


def asset_table(scenario: Scenario, ground: Ground, marches: Marches) -> np.recarray:
    """All assets; one on the march is entered at the beginning of its way."""
    assets = records(ASSET, len(scenario.assets))
    for index, asset in enumerate(scenario.assets.values()):
        march = scenario.march_of(asset)
        way = way_of(march) if march else None
        if way:
            places = ground.along(way)
        else:
            (at,) = scenario.places_of(asset)
            places = ground.place(at.lat, at.lon)[None]
        p_lost = asset.lost_when_hit if asset.battery else 0.0
        assets[index] = (*places[0], asset.value, marches.add(way, places), p_lost)
    return assets


def _stakes(scenario: Scenario, part: str) -> dict[str, int]:
    """Battery → the asset whose loss puts its sensors or its units out of action."""
    return {
        asset.battery: index
        for index, asset in enumerate(scenario.assets.values())
        if asset.battery and asset.part in ("all", part)
    }


class Arms(NamedTuple):
    """Fire units and weapons with their tables and names."""

    units: np.recarray
    weapons: np.recarray
    pk: np.ndarray
    flight_time: np.ndarray
    costs: np.ndarray
    """(n_weapons,) [USD] of one round; not a number where unknown"""
    labels: list[tuple[str, int, str]]
    """name, fire unit and kind of each weapon"""


def armed_units(
    scenario: Scenario, laydown: Laydown, ground: Ground, marches: Marches, areas: dict[str, float]
) -> Arms:
    """All fire units with their weapons."""
    guide = {placed.name: index for index, placed in enumerate(laydown.sensors)}
    groups, stakes = groups_of(scenario), _stakes(scenario, "units")
    units = records(UNIT, len(laydown.units))
    rows: list[tuple[Any, ...]] = []
    pk, times, labels, costs = [], [], [], []
    for index, unit in enumerate(laydown.units):
        armed = unit.system.fire_unit
        assert armed is not None
        places = ground.along(unit.way) if unit.way else ground.place(unit.lat, unit.lon)[None]
        units[index] = (
            *places[0],
            groups[unit.battery],
            unit.channels,
            armed.reaction_time.value,
            guide[unit.sensor],
            marches.add(unit.way, places),
            pk_while_moving(unit),
            stakes.get(unit.battery, -1),
            len(rows),
            len(rows) + len(armed.weapons),
            max(weapon.range_max.value for weapon in armed.weapons.values()),
            max(flight_times(weapon)[-1] for weapon in armed.weapons.values()),
        )
        for kind, weapon in armed.weapons.items():
            label = f"{unit.name}/{kind}"
            reloads = scenario.defence.batteries[unit.battery].reloads
            rows.append(_weapon_row(index, label, weapon, reloads))
            pk.append(pk_by_class(weapon, areas))
            times.append(flight_times(weapon))
            costs.append(shot_cost(weapon))
            labels.append((label, index, kind))
    weapons = records(WEAPON, len(rows))
    weapons[:] = rows
    known = np.array(costs, dtype=float)
    weapons.cost = np.where(np.isnan(known), np.nanmax(known, initial=0.0), known)
    return Arms(
        units,
        weapons,
        np.array(pk).reshape(-1, N_CLASSES, N_RANGE_BINS),
        np.array(times).reshape(-1, N_RANGE_BINS + 1),
        known,
        labels,
    )


def _weapon_row(unit: int, label: str, weapon: Weapon, reloads: int | None) -> tuple[Any, ...]:
    rounds = ready_rounds(weapon)
    return (
        unit,
        weapon.range_min.value,
        weapon.range_max.value,
        weapon.height_min.value,
        weapon.height_max.value,
        weapon.target_speed_max.value,
        rounds,
        weapon.reload_time.value,
        -1 if reloads is None else reloads * rounds,
        weapon.interval.value,
        0.0,
        entity_hash(label),
    )


def pk_while_moving(unit: PlacedUnit) -> float:
    """Kill probability of a round fired on the march as a part of that of one fired at the halt.

    Returns
    -------
    float
        Zero for a fire unit that must halt to fire, or that marches too fast for it.
    """
    if unit.way is None:
        return 1.0
    drive = unit.system.fire_unit.on_the_move if unit.system.fire_unit else None
    if drive is None or unit.way.speed > drive.speed.value * (1.0 + 1e-9):
        return 0.0
    return float(drive.pk_factor.value)


def sensor_tables(
    scenario: Scenario, laydown: Laydown, sensing: Sensing, arms: Arms, marches: Marches
) -> tuple[np.recarray, np.recarray, np.ndarray]:
    """`World.sensors`, `World.feeds` and `World.masks`."""
    masks, steps, first_mask = guiding_masks(laydown, sensing.masks_by_sensor(), arms.weapons, arms.units)
    groups, stakes = groups_of(scenario), _stakes(scenario, "sensors")
    sensors = records(SENSOR, len(laydown.sensors))
    feeds: list[tuple[int, float, float, int]] = []
    for index, placed in enumerate(laydown.sensors):
        places = np.array([eye.place for eye in sensing.eyes_of(index)])
        mask, first_feed = first_mask.get(placed.name, 0), len(feeds)
        feeds += _fed(scenario, placed, groups)
        fields = _coverage(placed) | reported(placed.sensor, math.isfinite(placed.turn))
        fields |= _bearing(scenario.defence.batteries[placed.battery], placed) | {
            "x": places[0, 0], "y": places[0, 1], "z": places[0, 2],
            "turn": placed.turn,
            "group": groups[placed.battery],
            "first_feed": first_feed, "end_feed": len(feeds),
            "first_eye": sensing.first_eye[index], "n_eyes": len(places),
            "mask": mask, "mask_step": steps[mask],
            "march": marches.add(placed.way, places),
            "asset": stakes.get(placed.battery, -1),
            "entity": entity_hash(placed.name),
        }  # fmt: skip
        for name, value in fields.items():
            sensors[name][index] = value
    table = records(FEED, len(feeds))
    table[:] = feeds
    return sensors, table, masks


def _coverage(placed: PlacedSensor) -> dict[str, float]:
    sensor = placed.sensor
    return {
        "range_min": sensor.minimum_range.value,
        "range_max": sensor.instrumented_range.value,
        "elevation_min": sensor.elevation_min.value,
        "elevation_max": sensor.elevation_max.value,
        "facing": placed.facing,
        "half_sector": 0.5 * sensor.sector.value,
    }


def _bearing(battery: Battery, placed: PlacedSensor) -> dict[str, float]:
    """How a sensor is aligned, and whether it may radiate; only radars do."""
    return {
        "range_bias": battery.registration.range,
        "azimuth_bias": battery.registration.azimuth,
        "is_silent": int(battery.emission == "cued" and isinstance(placed.sensor, Radar)),
    }


def detection_tables(laydown: Laydown, sensing: Sensing) -> tuple[np.ndarray, np.ndarray]:
    """`World.sensors.first_table` and `World.pd_over_snr`.

    Radars of one false-alarm probability share their five rows; rows of fluctuation cases that nothing in
    the scenario has are zero.
    """
    first: dict[float, int] = {}
    rows: list[np.ndarray] = []
    of_sensor = np.full(len(laydown.sensors), -1)
    for index, (placed, tables) in enumerate(zip(laydown.sensors, sensing.tables, strict=True)):
        if not isinstance(placed.sensor, Radar):
            continue
        pfa = placed.sensor.false_alarm.value
        if pfa not in first:
            first[pfa] = len(rows)
            rows += [tables.get(swerling, np.zeros(N_SNR)) for swerling in range(N_FLUCTUATIONS)]
        of_sensor[index] = first[pfa]
    return of_sensor, np.array(rows, np.float32).reshape(-1, N_SNR)


def _fed(
    scenario: Scenario, placed: PlacedSensor, groups: dict[str, int]
) -> list[tuple[int, float, float, int]]:
    """Rows of `FEED` of a sensor: the groups that get its plots, its own first."""
    fed = [(groups[placed.battery], 0.0, 0.0, 0)]
    for name, link in _links(scenario).items():
        if link.giver == placed.battery and not _carries_tracks(scenario, link):
            fed.append((groups[link.to], link.delay, link.loss, int(entity_hash(f"{name}/{placed.name}"))))
    return fed


def track_link_table(scenario: Scenario) -> np.recarray:
    """`World.track_links`."""
    groups = groups_of(scenario)
    rows = [
        (
            groups[link.giver],
            groups[link.to],
            link.delay,
            link.loss,
            link.every or 0.0,
            FUSIONS.index(link.rule),
            int(entity_hash(name)),
        )
        for name, link in _links(scenario).items()
        if _carries_tracks(scenario, link)
    ]
    table = records(TRACK_LINK, len(rows))
    table[:] = rows
    return table


def _links(scenario: Scenario) -> Mapping[str, Link]:
    return {} if has_one_picture(scenario) else scenario.defence.command.links


def _carries_tracks(scenario: Scenario, link: Link) -> bool:
    """Whether a link carries tracks; where tracking is perfect, a plot is all that there is to know."""
    return link.gives == "tracks" and association_of(scenario) != KNOWN


def group_table(scenario: Scenario, units: np.recarray) -> np.recarray:
    """All groups, those without a fire unit too."""
    groups = records(GROUP, max(groups_of(scenario).values()) + 1)
    for group in range(len(groups)):
        members = np.flatnonzero(units.group == group)
        if members.size:
            groups[group] = (members[0], members[-1] + 1)
    return groups


def fighting_posts(
    arms: Arms, sensors: np.recarray, march_positions: np.ndarray, marches: np.recarray
) -> Arms:
    """The fire units at each place from which they can fire, their `sensor` being the eye of that place.

    One that must halt to fire fires from the two ends of its way only.
    """
    posts: list[np.void] = []
    weapons: list[np.void] = []
    rows: list[int] = []
    for unit in arms.units:
        n_eyes = int(sensors.n_eyes[unit.sensor])
        last = int(marches.count[unit.march]) - 1 if unit.march >= 0 else 0
        for stretch in range(last + 1) if unit.pk_moving > 0.0 else sorted({0, last}):
            post = unit.copy()
            if unit.march >= 0:
                place = march_positions[marches.first[unit.march] + stretch]
                post.x, post.y, post.z = place
            post.sensor = sensors.first_eye[unit.sensor] + min(stretch, n_eyes - 1)
            for weapon in range(unit.first_weapon, unit.end_weapon):
                armed = arms.weapons[weapon].copy()
                armed.unit = len(posts)
                weapons.append(armed)
                rows.append(weapon)
            posts.append(post)
    units_, weapons_ = records(UNIT, len(posts)), records(WEAPON, len(weapons))
    for table, content in ((units_, posts), (weapons_, weapons)):
        for place, row in enumerate(content):
            table[place] = row
    return arms._replace(units=units_, weapons=weapons_, pk=arms.pk[rows])
