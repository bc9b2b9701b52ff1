"""The raid and the traffic: one vehicle at a time, with the prepared variants of its route.

Each vehicle gets `N_VARIANTS` realisations of its route, shifted sideways by normal draws that
depend on its name alone; a trial draws one of them, and a start time. Decision 0002 says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rempart.base.dice import dice_key, entity_hash, normal_triple
from rempart.base.kernel import lean_kernel
from rempart.base.units import Height
from rempart.catalog.systems import AirVehicle
from rempart.engine.purposes import ROUTE_JITTER
from rempart.geo.geodesic import destination, inverse
from rempart.geo.terrain import Posts, Terrain, ground_at
from rempart.physics.ballistic import ballistic_arc, sample_arc
from rempart.physics.flight import dive_onto, fly_over, leg_ends, sample_route
from rempart.scenario.model import Scenario

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
DIVING_CLASSES = ("small-drone", "cruise-missile")


@dataclass(frozen=True)
class Flightplan:
    """One vehicle: who it is, when it may start, and the corners of its route [rad]."""

    name: str
    group: str
    system: AirVehicle
    is_hostile: bool
    asset: str | None
    earliest: float
    latest: float
    corners: tuple[tuple[float, float], ...]
    height: Height | None
    spread: float
    speed: float | None


def flightplans(scenario: Scenario, systems: dict[str, AirVehicle]) -> Iterator[Flightplan]:
    """Every vehicle of the raid, then of the traffic, in order of group names."""
    for name, group in scenario.raid.items():
        aim = scenario.assets[group.to].at
        places = (group.departure, *group.via, aim)
        corners = tuple((place.lat, place.lon) for place in places)
        system = systems[group.threat]
        speed = None if system.speed is None else group.speed or system.speed.value
        for index in range(group.count):
            yield Flightplan(
                f"{name}-{index + 1}",
                name,
                system,
                True,
                group.to,
                group.start.low,
                group.start.high,
                corners,
                group.height,
                group.spread,
                speed,
            )
    for name, airway in scenario.traffic.items():
        corners = tuple((place.lat, place.lon) for place in airway.route)
        system = systems[airway.aircraft]
        speed = airway.speed or (system.speed.value if system.speed else None)
        for index in range(airway.n_flights):
            yield Flightplan(
                f"{name}-{index + 1}",
                name,
                system,
                False,
                None,
                airway.start.low,
                airway.start.high,
                corners,
                airway.height,
                airway.spread,
                speed,
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
    """
    if plan.system.trajectory == "ballistic":
        return _ballistic_variants(plan, terrain)
    speed = float(plan.speed or 0.0)
    step = min(max(SAMPLE_PATH / speed, SHORTEST_STEP), LONGEST_STEP)
    return [_level_route(plan, terrain, variant, speed, step) for variant in range(N_VARIANTS)], step


def _level_route(plan: Flightplan, terrain: Terrain, variant: int, speed: float, step: float) -> np.ndarray:
    corners = np.array(shifted_corners(plan, variant))
    length = leg_ends(corners[:, 0], corners[:, 1])[-1]
    n_steps = max(2, round(length / (speed * step)))
    lat, lon, distance = sample_route(corners[:, 0], corners[:, 1], speed, length / (speed * n_steps))
    ground = np.empty(len(lat))
    _ground_under(terrain.heights, terrain.posts, lat, lon, ground)
    height = plan.height
    assert height is not None
    wanted = ground + height.value if height.reference == "agl" else np.full(len(ground), height.value)
    flown = fly_over(
        np.maximum(wanted, ground + min(height.value, LOWEST_CLEARANCE)), distance, STEEPEST_CLIMB
    )
    if plan.system.vehicle_class in DIVING_CLASSES and plan.is_hostile:
        flown = dive_onto(flown, ground, distance, DIVE_ANGLE)
    return np.column_stack([lat, lon, flown])


@lean_kernel
def _ground_under(
    heights: np.ndarray, posts: Posts, lat: np.ndarray, lon: np.ndarray, out: np.ndarray
) -> None:
    for sample in range(lat.shape[0]):
        out[sample] = ground_at(heights, posts, lat[sample], lon[sample])


def _ballistic_variants(plan: Flightplan, terrain: Terrain) -> tuple[list[np.ndarray], float]:
    apogee = plan.system.apogee.value if plan.system.apogee else None
    ends = [shifted_corners(plan, variant) for variant in range(N_VARIANTS)]
    on_ground = [
        [(lat, lon, terrain.ground_at(lat, lon)) for lat, lon in (corners[0], corners[-1])]
        for corners in ends
    ]
    arcs = [ballistic_arc(start, end, apogee) for start, end in on_ground]
    mean_time = float(np.mean([arc.flight_time for arc in arcs]))
    n_steps = max(2, math.ceil(mean_time / SHORTEST_STEP / 2.0))
    variants = [
        sample_arc(start, end, arc, arc.flight_time / n_steps)[: n_steps + 1]
        for (start, end), arc in zip(on_ground, arcs, strict=True)
    ]
    return variants, mean_time / n_steps


def shifted_corners(plan: Flightplan, variant: int) -> list[tuple[float, float]]:
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
