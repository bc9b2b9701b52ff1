"""The raid and the traffic: one vehicle at a time, with the prepared variants of its route.

Each vehicle gets `N_VARIANTS` realisations of its route, shifted sideways by normal draws that
depend on its name alone; a trial draws one of them, and a start time. Decision 0002 says why.
A weapon that is released on the way has one variant for each of its carrier's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rempart.base.dice import dice_key, entity_hash, normal_triple
from rempart.base.kernel import lean_kernel
from rempart.base.units import Height
from rempart.catalog.systems import AirVehicle
from rempart.engine.purposes import ROUTE_JITTER
from rempart.geo.geodesic import destination, inverse
from rempart.geo.terrain import Posts, Terrain, ground_at
from rempart.physics.ballistic import Arc, ballistic_arc, quadrant_apogee, sample_arc
from rempart.physics.flight import (
    EARTH_RADIUS,
    dive_onto,
    fly_over,
    great_circle_angle,
    great_circle_point,
    leg_ends,
    sample_route,
)
from rempart.run.aiming import aim_of
from rempart.scenario.model import Scenario
from rempart.scenario.raid import Group
from rempart.scenario.recording.schedule import RecordedFlight
from rempart.scenario.traffic import Airway, recorded_flights

N_VARIANTS = 8
SAMPLE_PATH = 250.0
"""Wanted distance between samples of a route [m]."""
SHORTEST_STEP, LONGEST_STEP = 0.2, 5.0
"""Bounds on the time between samples [s]."""
STEEPEST_CLIMB = math.radians(10.0)
"""Climb and descent of a vehicle that follows the ground."""
DIVE_ANGLE = math.radians(20.0)
"""Last dive of a drone or cruise missile onto its aim."""
LOWEST_CLEARANCE = 50.0
"""A vehicle on a height above sea level still stays this far above the ground [m]."""
RELEASE_INTERVAL = 5.0
"""Between the weapons that one carrier lets go [s]."""
DIVING_CLASSES = ("small-drone", "cruise-missile")

Corner = tuple[float, float]
"""Latitude and longitude [rad]."""


@dataclass(frozen=True)
class Flightplan:
    """One vehicle: who it is, when it may start, and the corners of its route [rad]."""

    name: str
    group: str
    system: AirVehicle
    is_hostile: bool
    asset: str | None
    """aimed at; None for traffic and for a carrier that turns back"""
    earliest: float
    latest: float
    corners: tuple[Corner, ...]
    height: Height | None
    spread: float
    speed: float | None
    elevation: float | None = None
    """[rad] of the launch of a ballistic threat, in place of the catalogue's apogee"""
    turns_at: float | None = None
    """[m] of way left to the last corner where a carrier turns back"""
    carrier: Flightplan | None = None
    """that lets it go"""
    lead: float = 0.0
    """[s] before its carrier turns back that it is let go"""
    track: RecordedFlight | None = None
    """flown as it was recorded, in place of a route"""


def flightplans(scenario: Scenario, systems: dict[str, AirVehicle]) -> Iterator[Flightplan]:
    """Every vehicle of the raid, then of the traffic, in order of group names; weapons follow carriers."""
    for name, group in scenario.raid.items():
        corners = (*_corners(group.departure, *group.via), aim_of(scenario, group, systems))
        for index in range(group.count):
            threat = _threat(f"{name}-{index + 1}", name, group, corners, systems)
            yield threat
            yield from _weapons(threat, group, systems)
    for name, airway in scenario.traffic.items():
        if airway.recorded:
            yield from _recorded(name, airway, systems, scenario)
        else:
            yield from _stream(name, airway, systems)


def _corners(*places: Any) -> tuple[Corner, ...]:
    return tuple((place.lat, place.lon) for place in places)


def _threat(
    name: str, group_name: str, group: Group, corners: tuple[Corner, ...], systems: dict[str, AirVehicle]
) -> Flightplan:
    system = systems[group.threat]
    return Flightplan(
        name,
        group_name,
        system,
        True,
        None if group.releases else group.to,
        group.start.low,
        group.start.high,
        corners,
        group.height,
        group.spread,
        None if system.speed is None else group.speed or system.speed.value,
        group.elevation,
        group.releases.distance if group.releases else None,
    )


def _weapons(carrier: Flightplan, group: Group, systems: dict[str, AirVehicle]) -> Iterator[Flightplan]:
    releases = group.releases
    if releases is None:
        return
    for index in range(releases.count):
        system = systems[releases.threat]
        yield replace(
            carrier,
            name=f"{carrier.name}-weapon-{index + 1}",
            system=system,
            asset=group.to,
            height=releases.height,
            speed=system.speed.value if system.speed else None,
            turns_at=None,
            carrier=carrier,
            lead=(releases.count - 1 - index) * RELEASE_INTERVAL,
        )


def _stream(name: str, airway: Airway, systems: dict[str, AirVehicle]) -> Iterator[Flightplan]:
    system = systems[airway.aircraft]
    for index, (route, height, start) in enumerate(airway.entrances()):
        yield Flightplan(
            f"{name}-{index + 1}",
            name,
            system,
            False,
            None,
            start.low,
            start.high,
            _corners(*route),
            height,
            airway.spread,
            airway.speed or (system.speed.value if system.speed else None),
        )


def _recorded(
    name: str, airway: Airway, systems: dict[str, AirVehicle], scenario: Scenario
) -> Iterator[Flightplan]:
    for flight in recorded_flights(airway, scenario.duration or math.inf):
        yield Flightplan(
            f"{name}-{flight.name}",
            name,
            systems[airway.aircraft],
            False,
            None,
            flight.start,
            flight.start,
            tuple((float(flight.lat[end]), float(flight.lon[end])) for end in (0, -1)),
            None,
            0.0,
            None,
            track=flight,
        )


def sampled_variants(plan: Flightplan, terrain: Terrain) -> tuple[list[np.ndarray], float]:
    """Variants of a vehicle's route.

    Returns
    -------
    variants : list of (n_samples, 3) arrays
        Latitude, longitude [rad], height [m] at uniform times.
    step : float
        Time between samples [s], the same for all variants; a variant that is a little longer
        than another is flown a little faster than the last whole step allows (half a step over the
        whole route: 1 % on 12 km).

    Raises
    ------
    ValueError
        If the route is impossible for the vehicle.
    """
    if plan.track is not None:
        path, step = _recorded_route(plan.track, terrain)
        return [path] * N_VARIANTS, step
    ways = [_way(plan, variant, terrain) for variant in range(N_VARIANTS)]
    if plan.system.trajectory == "ballistic":
        return _ballistic_variants(plan, ways, terrain)
    return [_level_route(plan, way, terrain) for way in ways], _step(plan)


def release_time(plan: Flightplan, variant: int) -> float:
    """When a weapon is let go on a variant of its carrier's route [s after the carrier's start].

    The last one goes where the carrier turns back, the others before; none before the carrier starts.
    """
    assert plan.carrier is not None
    n_out, _ = _outward(plan.carrier, variant)
    return max(n_out * _step(plan.carrier) - plan.lead, 0.0)


def _step(plan: Flightplan) -> float:
    """Time between samples of a level route [s]."""
    return min(max(SAMPLE_PATH / float(plan.speed or 0.0), SHORTEST_STEP), LONGEST_STEP)


@dataclass(frozen=True)
class _Way:
    """Corners of one variant [rad], and what of it another flight or its turning back settles."""

    corners: np.ndarray
    start_height: float | None = None
    n_steps: int | None = None


def _way(plan: Flightplan, variant: int, terrain: Terrain) -> _Way:
    if plan.carrier is not None:
        return _way_from_carrier(plan, variant, terrain)
    if plan.turns_at is not None:
        n_out, outward = _outward(plan, variant)
        return _Way(np.concatenate([outward, outward[-2::-1]]), n_steps=2 * n_out)
    return _Way(np.array(shifted_corners(plan, variant)))


def _outward(plan: Flightplan, variant: int) -> tuple[int, np.ndarray]:
    """Whole steps of a carrier's way to where it turns back, and the corners of that way."""
    corners = np.array(shifted_corners(plan, variant))
    length = leg_ends(corners[:, 0], corners[:, 1])[-1] - float(plan.turns_at or 0.0)
    if length <= 0.0:
        raise ValueError("the point of release lies before its start")
    outward, _ = _cut(corners, length)
    return max(1, round(length / (float(plan.speed or 0.0) * _step(plan)))), outward


def _cut(corners: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """A route cut in two at a distance [m] from its start: the corners of both parts."""
    ends = leg_ends(corners[:, 0], corners[:, 1])
    leg = min(int(np.searchsorted(ends, distance, side="right")), len(ends) - 1)
    share = (distance - ends[leg - 1]) / max(ends[leg] - ends[leg - 1], 1e-9)
    angle = (ends[leg] - ends[leg - 1]) / EARTH_RADIUS
    place = great_circle_point(tuple(corners[leg - 1]), tuple(corners[leg]), angle, share)
    return np.vstack([corners[:leg], place]), np.vstack([place, corners[leg:]])


def _way_from_carrier(plan: Flightplan, variant: int, terrain: Terrain) -> _Way:
    """From the place of release along the rest of its carrier's route to the aim."""
    carrier = plan.carrier
    assert carrier is not None
    path = _level_route(carrier, _way(carrier, variant, terrain), terrain)
    row = release_time(plan, variant) / _step(carrier)
    lat, lon, height = (np.interp(row, np.arange(len(path)), path[:, axis]) for axis in range(3))
    corners = np.array(shifted_corners(carrier, variant))
    n_out, outward = _outward(carrier, variant)
    flown = leg_ends(outward[:, 0], outward[:, 1])[-1] * row / n_out
    _, rest = _cut(corners, flown)
    return _Way(np.vstack([(lat, lon), rest[1:]]), float(height))


def _level_route(plan: Flightplan, way: _Way, terrain: Terrain) -> np.ndarray:
    corners, speed = way.corners, float(plan.speed or 0.0)
    length = leg_ends(corners[:, 0], corners[:, 1])[-1]
    n_steps = way.n_steps or max(2, round(length / (speed * _step(plan))))
    lat, lon, distance = sample_route(corners[:, 0], corners[:, 1], speed, length / (speed * n_steps))
    ground = np.empty(len(lat))
    _ground_under(terrain.heights, terrain.posts, lat, lon, ground)
    return np.column_stack([lat, lon, _heights(plan, way, ground, distance)])


def _recorded_route(track: RecordedFlight, terrain: Terrain) -> tuple[np.ndarray, float]:
    """Samples of a recorded flight, nowhere below the ground, and the time between them [s]."""
    speed = leg_ends(track.lat, track.lon)[-1] / track.duration
    path, step = track.sampled(min(max(SAMPLE_PATH / max(speed, 1.0), SHORTEST_STEP), LONGEST_STEP))
    ground = np.empty(len(path))
    lat, lon = np.ascontiguousarray(path[:, 0]), np.ascontiguousarray(path[:, 1])
    _ground_under(terrain.heights, terrain.posts, lat, lon, ground)
    path[:, 2] = np.maximum(path[:, 2], ground)
    return path, step


def _heights(plan: Flightplan, way: _Way, ground: np.ndarray, distance: np.ndarray) -> np.ndarray:
    height = plan.height
    assert height is not None
    wanted = ground + height.value if height.reference == "agl" else np.full(len(ground), height.value)
    floor = np.maximum(wanted, ground + min(height.value, LOWEST_CLEARANCE))
    if way.start_height is not None:
        floor[0] = way.start_height
    flown = fly_over(floor, distance, STEEPEST_CLIMB)
    if way.start_height is not None:
        climbed = way.start_height + math.tan(STEEPEST_CLIMB) * distance
        flown = np.maximum(np.minimum(flown, climbed), np.where(distance > 0.0, ground, way.start_height))
    if plan.system.vehicle_class in DIVING_CLASSES and plan.is_hostile and plan.turns_at is None:
        flown = dive_onto(flown, ground, distance, DIVE_ANGLE)
    return flown


@lean_kernel
def _ground_under(
    heights: np.ndarray, posts: Posts, lat: np.ndarray, lon: np.ndarray, out: np.ndarray
) -> None:
    for sample in range(lat.shape[0]):
        out[sample] = ground_at(heights, posts, lat[sample], lon[sample])


def _ballistic_variants(
    plan: Flightplan, ways: list[_Way], terrain: Terrain
) -> tuple[list[np.ndarray], float]:
    ends = [_ends(way, terrain) for way in ways]
    arcs = [_arc(plan, start, end) for start, end in ends]
    mean_time = float(np.mean([arc.flight_time for arc in arcs]))
    n_steps = max(2, math.ceil(mean_time / SHORTEST_STEP / 2.0))
    variants = [
        sample_arc(start, end, arc, arc.flight_time / n_steps)[: n_steps + 1]
        for (start, end), arc in zip(ends, arcs, strict=True)
    ]
    return variants, mean_time / n_steps


Ends = tuple[tuple[float, float, float], tuple[float, float, float]]


def _ends(way: _Way, terrain: Terrain) -> Ends:
    (lat, lon), (lat_to, lon_to) = (tuple(map(float, way.corners[place])) for place in (0, -1))
    height = terrain.ground_at(lat, lon) if way.start_height is None else way.start_height
    return (lat, lon, height), (lat_to, lon_to, terrain.ground_at(lat_to, lon_to))


def _arc(plan: Flightplan, start: tuple[float, float, float], end: tuple[float, float, float]) -> Arc:
    """By the elevation of the launch, by the catalogue's apogee, or by the least energy."""
    if plan.elevation is None:
        return ballistic_arc(start, end, plan.system.apogee.value if plan.system.apogee else None)
    distance = EARTH_RADIUS * great_circle_angle(start[0], start[1], end[0], end[1])
    return ballistic_arc(start, end, max(start[2], end[2]) + quadrant_apogee(distance, plan.elevation))


def shifted_corners(plan: Flightplan, variant: int) -> list[Corner]:
    """Corners of one variant: shifted to the side by a normal draw; a threat's aim stays.

    A threat's start and turning points are shifted one by one; an aircraft in traffic keeps to
    one parallel of its airway, but for the corner of a sharp bend, which is shifted square to the
    next leg.
    """
    key = np.uint64(dice_key(0, variant, entity_hash(plan.name), ROUTE_JITTER))
    corners = list(plan.corners)
    last = len(corners) - 1 if plan.is_hostile else len(corners)
    for index in range(last):
        here = plan.corners[index]
        before, after = (
            (here, plan.corners[index + 1]) if index < len(corners) - 1 else (plan.corners[index - 1], here)
        )
        _, course = inverse(*before, *after)
        draw = normal_triple(key, index if plan.is_hostile else 0)[0]
        corners[index] = destination(*here, course + math.pi / 2.0, draw * plan.spread)
    return corners
