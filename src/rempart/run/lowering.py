"""Scenario meets engine: names become indices, text becomes SI, terrain becomes look tables."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rempart.base.dice import entity_hash
from rempart.base.errors import Fault, ScenarioError
from rempart.catalog.library import load_system
from rempart.catalog.systems import AirDefenceSystem, AirVehicle, figures_of
from rempart.doctrine.assignment import RULE_NAMES
from rempart.engine.decision import LOCK_PD
from rempart.engine.world import (
    ASSET,
    GROUP,
    IN_REACH_OF_WEAPON,
    ROUTE,
    SENSOR,
    UNIT,
    VEHICLE,
    WEAPON,
    Perfect,
    Policy,
    World,
    records,
)
from rempart.events.identities import WEAPONS_CONTROL_NAMES
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.geo.frames import mean_radius
from rempart.geo.mask_map import MaskMap
from rempart.geo.store import load_terrain
from rempart.geo.terrain import Terrain
from rempart.run.armament import areas_by_class, flight_times, pk_by_class, ready_rounds
from rempart.run.flightpaths import N_VARIANTS, Flightplan, flightplans, sampled_variants
from rempart.run.frame import Frame
from rempart.run.laydown import Laydown, placed_defence
from rempart.run.look_cache import digest_of, kept_or_computed
from rempart.run.naming import Names
from rempart.run.sensing import guiding_masks, ready_eye, sensor_mask, snr_tables
from rempart.run.visibility import Armament, Eye, Path, Seen, look_tables, weapon_reaches
from rempart.scenario.model import Scenario

AFTER_LAST_ARRIVAL = 600.0
"""A scenario without a duration ends this long after its last flight would arrive [s]."""


@dataclass(frozen=True)
class Lowered:
    """A scenario ready to be played, and what is needed to speak of it afterwards."""

    scenario: Scenario
    world: World
    names: Names
    origin_lat: float
    origin_lon: float
    origin_height: float
    terrain: Terrain
    laydown: Laydown
    figures: tuple[dict[str, Any], ...]
    """the catalogue figures that the world rests on, as rows for the manifest"""

    @cached_property
    def world_digest(self) -> str:
        """32 hexadecimal digits of every number in the world."""
        digest = hashlib.blake2b(digest_size=16)
        for part in self.world:
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def lower(scenario: Scenario) -> Lowered:
    """Everything of a scenario that is the same in every trial.

    Raises
    ------
    ScenarioError
        If a threat's route is impossible for it.
    """
    systems = systems_used(scenario)
    terrain = load_terrain(scenario.area.terrain)
    origin = scenario.origin
    frame = Frame(origin.lat, origin.lon, terrain.ground_at(origin.lat, origin.lon))
    plans = list(flightplans(scenario, systems))
    laydown = placed_defence(scenario, systems)
    vehicles, routes, positions, paths = _raid(scenario, plans, terrain, frame)
    groups = _group_of_battery(scenario)
    areas = areas_by_class([plan.system for plan in plans])
    units, weapons, pk, times, labels = _armed_units(laydown, frame, terrain, groups, areas)
    sensing = _sensed(scenario, laydown, paths, terrain, frame)
    masks, steps, guides = guiding_masks(laydown, sensing.masks, weapons, units)
    sensors = _sensor_table(laydown, sensing.eyes, groups, guides, steps)
    seen = sensing.seen
    routes.reachable[:] = seen.reach
    lock_pd = 0.0 if "detection" in scenario.perfect else LOCK_PD
    armament = Armament(units, weapons, pk, mean_radius(frame.lat), lock_pd)
    _mark_weapon_reach(routes, vehicles, positions, seen, armament)
    world = World(
        positions=positions,
        routes=routes,
        vehicles=vehicles,
        sensors=sensors,
        pd=seen.pd,
        views=seen.views,
        masks=masks,
        units=units,
        weapons=weapons,
        pk=pk,
        flight_time=times,
        assets=_asset_table(scenario, frame, terrain),
        groups=_group_table(units),
        policy=_policy(scenario),
        perfect=Perfect(*(link in scenario.perfect for link in Perfect._fields)),
        earth_radius=armament.earth_radius,
        origin_height=frame.height,
        duration=scenario.duration or _natural_duration(vehicles, routes),
        runs_to_end=scenario.duration is not None,
    )
    names = _names(scenario, plans, laydown, labels)
    place = (frame.lat, frame.lon, frame.height)
    return Lowered(scenario, world, names, *place, terrain, laydown, _figure_rows(systems))


class Sensing(NamedTuple):
    """The sensors made ready, and what they see."""

    eyes: list[Eye]
    masks: list[MaskMap]
    seen: Seen


def _sensed(
    scenario: Scenario, laydown: Laydown, paths: list[list[Path]], terrain: Terrain, frame: Frame
) -> Sensing:
    masks = [sensor_mask(placed, terrain, frame) for placed in laydown.sensors]
    eyes = [
        ready_eye(placed, mask, terrain, frame, scenario.area.rain)
        for placed, mask in zip(laydown.sensors, masks, strict=True)
    ]
    swerlings = sorted({path.swerling for variants in paths for path in variants})
    tables = [snr_tables(placed, swerlings) for placed in laydown.sensors]
    heights = [mask.height for mask in masks]
    seen = kept_or_computed(
        digest_of([eyes, heights, tables, paths]),
        lambda: look_tables(eyes, heights, tables, paths, os.cpu_count() or 1),
    )
    return Sensing(eyes, masks, seen)


def systems_used(scenario: Scenario) -> dict[str, Any]:
    """Catalogue name → entry, for every system that the scenario names, in order of names."""
    batteries = {battery.system for battery in scenario.defence.batteries.values()}
    threats = {group.threat for group in scenario.raid.values()}
    aircraft = {airway.aircraft for airway in scenario.traffic.values()}
    return {name: load_system(name, scenario.catalogue) for name in sorted(batteries | threats | aircraft)}


def _flown(plan: Flightplan, terrain: Terrain) -> tuple[list[np.ndarray], float]:
    try:
        return sampled_variants(plan, terrain)
    except ValueError as error:
        raise ScenarioError(
            Fault(
                f"raid.{plan.group}",
                f"{plan.system.name} cannot fly this route ({error})",
                "a distance that its apogee allows",
                "Move `from` nearer to or farther from the aim, or choose a threat with another apogee.",
            )
        ) from error


def _path(plan: Flightplan, variant: np.ndarray, frame: Frame) -> Path:
    rcs = plan.system.rcs
    position = frame.place(variant[:, 0], variant[:, 1], variant[:, 2])
    return Path(
        position,
        np.ascontiguousarray(variant[:, 2]),
        np.array([rcs.nose.value, rcs.side.value, rcs.tail.value]),
        int(plan.system.swerling),
    )


def _raid(
    scenario: Scenario, plans: list[Flightplan], terrain: Terrain, frame: Frame
) -> tuple[np.recarray, np.recarray, np.ndarray, list[list[Path]]]:
    """Vehicles, routes and positions of the world, and the paths as sensors see them."""
    vehicles, routes = records(VEHICLE, len(plans)), records(ROUTE, (len(plans), N_VARIANTS))
    assets = list(scenario.assets)
    paths: list[list[Path]] = []
    row = 0
    for index, plan in enumerate(plans):
        variants, step = _flown(plan, terrain)
        paths.append([_path(plan, variant, frame) for variant in variants])
        vehicles[index] = (
            CLASS_NAMES.index(plan.system.vehicle_class),
            int(plan.is_hostile),
            assets.index(plan.asset) if plan.asset else -1,
            plan.earliest,
            plan.latest,
            step,
            plan.system.p_transponder.value,
            plan.system.p_conforms.value,
            entity_hash(plan.name),
        )
        for variant, path in enumerate(paths[-1]):
            routes[index, variant] = (row, len(path.height), 0)
            row += len(path.height)
    positions = np.concatenate([path.position for variants in paths for path in variants])
    return vehicles, routes, positions.astype(np.float32), paths


def _group_of_battery(scenario: Scenario) -> dict[str, int]:
    """One group for all, or one for each battery where they fight apart."""
    batteries = list(scenario.defence.batteries)
    is_shared = scenario.defence.command.topology == "centralised" or "communication" in scenario.perfect
    return {name: 0 if is_shared else index for index, name in enumerate(batteries)}


def _armed_units(
    laydown: Laydown, frame: Frame, terrain: Terrain, groups: dict[str, int], areas: dict[str, float]
) -> tuple[np.recarray, np.recarray, np.ndarray, np.ndarray, list[tuple[str, int, str]]]:
    guide = {placed.name: index for index, placed in enumerate(laydown.sensors)}
    units = records(UNIT, len(laydown.units))
    rows: list[tuple[Any, ...]] = []
    pk, times, names = [], [], []
    for index, unit in enumerate(laydown.units):
        place = frame.place(unit.lat, unit.lon, terrain.ground_at(unit.lat, unit.lon))
        armed = unit.system.fire_unit
        units[index] = (
            *place,
            groups[unit.battery],
            unit.channels,
            armed.reaction_time.value,
            guide[unit.sensor],
            len(rows),
            len(rows) + len(armed.weapons),
            max(weapon.range_max.value for weapon in armed.weapons.values()),
            max(flight_times(weapon)[-1] for weapon in armed.weapons.values()),
        )
        for kind, weapon in armed.weapons.items():
            label = f"{unit.name}/{kind}"
            reload_time = weapon.reload_time.value
            rows.append(
                (
                    index,
                    weapon.range_min.value,
                    weapon.range_max.value,
                    weapon.height_min.value,
                    weapon.height_max.value,
                    weapon.target_speed_max.value,
                    ready_rounds(weapon),
                    reload_time,
                    weapon.interval.value,
                    entity_hash(label),
                )
            )
            pk.append(pk_by_class(weapon, areas))
            times.append(flight_times(weapon))
            names.append((label, index, kind))
    weapons = records(WEAPON, len(rows))
    weapons[:] = rows
    return units, weapons, np.array(pk), np.array(times), names


def _sensor_table(
    laydown: Laydown, eyes: list[Eye], groups: dict[str, int], guides: list[str], mask_steps: np.ndarray
) -> np.recarray:
    sensors = records(SENSOR, len(laydown.sensors))
    for index, (placed, eye) in enumerate(zip(laydown.sensors, eyes, strict=True)):
        mask = guides.index(placed.name) if placed.name in guides else 0
        sensors[index] = (
            *eye.place,
            placed.turn,
            placed.sensor.range_error.value,
            placed.sensor.angle_error.value,
            groups[placed.battery],
            mask,
            mask_steps[mask],
            entity_hash(placed.name),
        )
    return sensors


def _mark_weapon_reach(
    routes: np.recarray, vehicles: np.recarray, positions: np.ndarray, seen: Seen, armament: Armament
) -> None:
    for vehicle in range(len(vehicles)):
        for variant in range(routes.shape[1]):
            route = routes[vehicle, variant]
            path = positions[route.first : route.first + route.count]
            if weapon_reaches(
                path,
                vehicles.step[vehicle],
                vehicles.vehicle_class[vehicle],
                seen.views[:, vehicle, variant],
                seen.pd,
                armament,
            ):
                routes.reachable[vehicle, variant] |= IN_REACH_OF_WEAPON


def _asset_table(scenario: Scenario, frame: Frame, terrain: Terrain) -> np.recarray:
    assets = records(ASSET, len(scenario.assets))
    for index, asset in enumerate(scenario.assets.values()):
        place = frame.place(asset.at.lat, asset.at.lon, terrain.ground_at(asset.at.lat, asset.at.lon))
        assets[index] = (*place, asset.value)
    return assets


def _group_table(units: np.recarray) -> np.recarray:
    n_groups = int(units.group.max()) + 1 if len(units) else 1
    groups = records(GROUP, n_groups)
    for group in range(n_groups):
        members = np.flatnonzero(units.group == group)
        if members.size:
            groups[group] = (members[0], members[-1] + 1)
    return groups


def _policy(scenario: Scenario) -> Policy:
    command, policy = scenario.defence.command, scenario.defence.policy
    waits = policy.salvo == "shoot-look-shoot"
    return Policy(
        weapons_control=WEAPONS_CONTROL_NAMES.index(policy.weapons),
        salvo=policy.rounds if waits else policy.rounds * policy.salvos,
        max_salvos=policy.salvos if waits else 1,
        assignment=RULE_NAMES.index(policy.assignment),
        link_delay=command.link_delay,
        decision_time=command.decision_time,
        assessment_time=policy.assessment.time,
        p_kill_seen=policy.assessment.kill_seen,
        p_miss_seen=policy.assessment.miss_seen,
        m_of_n_hits=policy.track.hits,
        m_of_n_looks=policy.track.looks,
        drop_time=policy.track.drop_after,
        identification_time=policy.identification.time,
        p_reply=policy.identification.reply_seen,
    )


def _natural_duration(vehicles: np.recarray, routes: np.recarray) -> float:
    flights = (routes.count.max(axis=1) - 1) * vehicles.step
    return float(np.max(vehicles.latest + flights, initial=0.0)) + AFTER_LAST_ARRIVAL


def _names(
    scenario: Scenario, plans: list[Flightplan], laydown: Laydown, weapons: list[tuple[str, int, str]]
) -> Names:
    is_shared = scenario.defence.command.topology == "centralised" or "communication" in scenario.perfect
    return Names(
        vehicles=tuple(plan.name for plan in plans),
        vehicle_groups=tuple(plan.group for plan in plans),
        vehicle_systems=tuple(plan.system.name for plan in plans),
        assets=tuple(scenario.assets),
        sensors=tuple(placed.name for placed in laydown.sensors),
        groups=("command",) if is_shared else tuple(scenario.defence.batteries),
        units=tuple(unit.name for unit in laydown.units),
        unit_batteries=tuple(unit.battery for unit in laydown.units),
        unit_systems=tuple(unit.system.name for unit in laydown.units),
        weapons=tuple(label for label, _, _ in weapons),
        weapon_units=tuple(unit for _, unit, _ in weapons),
        weapon_kinds=tuple(kind for _, _, kind in weapons),
    )


def _figure_rows(systems: dict[str, AirDefenceSystem | AirVehicle]) -> tuple[dict[str, Any], ...]:
    rows = []
    for name, system in systems.items():
        for path, figure in figures_of(system):
            if not path.startswith("background"):
                rows.append(
                    {
                        "system": name,
                        "path": path,
                        "value": figure.written,
                        "grade": figure.grade,
                        "citation": figure.citation,
                        "sources": list(figure.sources),
                    }
                )
    return tuple(rows)
