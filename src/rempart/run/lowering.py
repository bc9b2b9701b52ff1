"""Scenario meets engine: names become indices, text becomes SI, terrain becomes look tables."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rempart.catalog.library import load_system
from rempart.catalog.systems import AirVehicle, System, figures_of
from rempart.doctrine.assignment import RULE_NAMES
from rempart.engine.decision import LOCK_PD
from rempart.engine.world import IN_REACH_OF_WEAPON, Perfect, Policy, World
from rempart.events.identities import WEAPONS_CONTROL_NAMES
from rempart.geo.frames import mean_radius
from rempart.geo.store import load_terrain
from rempart.geo.terrain import Terrain
from rempart.run.air_picture import association_of, picture_tables
from rempart.run.armament import areas_by_class
from rempart.run.flightpaths import Flightplan, flightplans
from rempart.run.frame import Frame
from rempart.run.identification import (
    declaration_delays,
    identity_beliefs,
    published_corridors,
    threat_sector,
)
from rempart.run.laydown import Laydown, placed_defence
from rempart.run.naming import Names
from rempart.run.order_of_battle import (
    Arms,
    Ground,
    Marches,
    armed_units,
    asset_table,
    detection_tables,
    fighting_posts,
    group_table,
    groups_of,
    has_one_picture,
    sensor_tables,
    track_link_table,
)
from rempart.run.raid import last_arrival, raid_tables
from rempart.run.stands import sensed
from rempart.run.visibility import Armament, Seen, weapon_reaches
from rempart.scenario.model import Scenario

AFTER_LAST_ARRIVAL = 600.0
"""A scenario without a duration ends this long after its last flight would arrive [s]."""


class Costs(NamedTuple):
    """Prices [USD]; not a number where the catalogue has none."""

    weapons: np.ndarray
    """(n_weapons,) of one round or burst"""
    vehicles: np.ndarray
    """(n_vehicles,)"""


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
    costs: Costs

    @cached_property
    def world_digest(self) -> str:
        """32 hexadecimal digits of every number in the world."""
        digest = hashlib.blake2b(digest_size=16)
        for part in _leaves(self.world):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def _leaves(part: Any) -> Iterator[Any]:
    """The arrays and numbers of nested tuples, in order; what is not there (None) has no bytes to tell."""
    if isinstance(part, tuple):
        for inner in part:
            yield from _leaves(inner)
    elif part is not None:
        yield part


def lower(scenario: Scenario, systems: Mapping[str, Any] | None = None) -> Lowered:
    """Everything of a scenario that is the same in every trial.

    Parameters
    ----------
    scenario : Scenario
    systems : mapping, optional
        Catalogue name → entry, for every name of `systems_used`, to play with other figures than
        the catalogue's.

    Raises
    ------
    ScenarioError
        If a threat's route is impossible for it.
    """
    systems = dict(systems or systems_used(scenario))
    terrain = load_terrain(scenario.area.terrain)
    origin = scenario.origin
    frame = Frame(origin.lat, origin.lon, terrain.ground_at(origin.lat, origin.lon))
    plans = list(flightplans(scenario, systems))
    raid = raid_tables(scenario, plans, terrain, frame)
    laydown = placed_defence(scenario, systems)
    sensing = sensed(scenario.area, laydown, raid.paths, terrain, frame)
    ground, marches = Ground(frame, terrain), Marches()
    arms = armed_units(scenario, laydown, ground, marches, areas_by_class([plan.system for plan in plans]))
    sensors, feeds, masks = sensor_tables(scenario, laydown, sensing, arms, marches)
    sensors.first_table, pd_over_snr = detection_tables(laydown, sensing)
    assets = asset_table(scenario, ground, marches)
    ways, way_positions = marches.tables()
    corridors, corridor_points = published_corridors(scenario, terrain, frame)
    track_links = track_link_table(scenario)
    picture = picture_tables(scenario, len(raid.vehicles), sensors, feeds, track_links)
    world = World(
        positions=raid.positions,
        routes=raid.routes,
        vehicles=raid.vehicles,
        sensors=sensors,
        pd=sensing.seen.pd,
        snr=sensing.seen.snr,
        pd_over_snr=pd_over_snr,
        feeds=feeds,
        views=sensing.seen.views,
        masks=masks,
        units=arms.units,
        weapons=arms.weapons,
        pk=arms.pk,
        flight_time=arms.flight_time,
        assets=assets,
        marches=ways,
        march_positions=way_positions,
        groups=group_table(scenario, arms.units),
        corridors=corridors,
        corridor_points=corridor_points,
        declaration_delay=declaration_delays(scenario, groups_of(scenario)),
        identity=identity_beliefs(scenario),
        n_slots=picture.n_slots,
        tracker=picture.tracker,
        policy=_policy(scenario),
        perfect=Perfect(*(link in scenario.perfect for link in Perfect._fields)),
        earth_radius=mean_radius(frame.lat),
        origin_height=frame.height,
        duration=scenario.duration or last_arrival(raid) + AFTER_LAST_ARRIVAL,
        runs_to_end=scenario.duration is not None,
        track_links=track_links,
    )
    _mark_reach(world, arms, sensing.seen)
    names = _names(scenario, plans, laydown, arms.labels)
    place = (frame.lat, frame.lon, frame.height)
    costs = Costs(arms.costs, np.array([_cost(plan.system) for plan in plans]))
    return Lowered(scenario, world, names, *place, terrain, laydown, _figure_rows(systems), costs)


def systems_used(scenario: Scenario) -> dict[str, Any]:
    """Catalogue name → entry, for every system that the scenario names, in order of names."""
    named = {battery.system for battery in scenario.defence.batteries.values()}
    named |= {airway.aircraft for airway in scenario.traffic.values()}
    for group in scenario.raid.values():
        named |= {group.threat} | ({group.releases.threat} if group.releases else set())
    for asset in scenario.assets.values():
        named |= set(asset.vehicles)
    return {name: load_system(name, scenario.catalogue) for name in sorted(named)}


def _mark_reach(world: World, arms: Arms, seen: Seen) -> None:
    """Fill in what each route offers the defence."""
    routes, vehicles = world.routes, world.vehicles
    routes.reachable[:] = seen.reach
    posts = fighting_posts(arms, world.sensors, world.march_positions, world.marches)
    lock_pd = 0.0 if world.perfect.detection else LOCK_PD
    armament = Armament(posts.units, posts.weapons, posts.pk, world.earth_radius, lock_pd)
    for vehicle in range(len(vehicles)):
        for variant in range(routes.shape[1]):
            route = routes[vehicle, variant]
            path = world.positions[route.first : route.first + route.count]
            if weapon_reaches(
                path,
                vehicles.step[vehicle],
                vehicles.vehicle_class[vehicle],
                seen.views[:, vehicle, variant],
                seen.pd,
                armament,
            ):
                routes.reachable[vehicle, variant] |= IN_REACH_OF_WEAPON


def _cost(system: AirVehicle) -> float:
    return system.cost.value if system.cost else math.nan


def _policy(scenario: Scenario) -> Policy:
    command, policy = scenario.defence.command, scenario.defence.policy
    sector_start, sector_width = threat_sector(scenario)
    waits = policy.salvo == "shoot-look-shoot"
    return Policy(
        weapons_control=WEAPONS_CONTROL_NAMES.index(policy.weapons),
        salvo=policy.rounds if waits else policy.rounds * policy.salvos,
        max_salvos=policy.salvos if waits else 1,
        assignment=RULE_NAMES.index(policy.assignment),
        association=association_of(scenario),
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
        sector_start=sector_start,
        sector_width=sector_width,
    )


def _names(
    scenario: Scenario, plans: list[Flightplan], laydown: Laydown, weapons: list[tuple[str, int, str]]
) -> Names:
    return Names(
        vehicles=tuple(plan.name for plan in plans),
        vehicle_groups=tuple(plan.group for plan in plans),
        vehicle_systems=tuple(plan.system.name for plan in plans),
        assets=tuple(scenario.assets),
        sensors=tuple(placed.name for placed in laydown.sensors),
        groups=("command",) if has_one_picture(scenario) else tuple(scenario.defence.batteries),
        units=tuple(unit.name for unit in laydown.units),
        unit_batteries=tuple(unit.battery for unit in laydown.units),
        unit_systems=tuple(unit.system.name for unit in laydown.units),
        weapons=tuple(label for label, _, _ in weapons),
        weapon_units=tuple(unit for _, unit, _ in weapons),
        weapon_kinds=tuple(kind for _, _, kind in weapons),
    )


def _figure_rows(systems: dict[str, System]) -> tuple[dict[str, Any], ...]:
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
