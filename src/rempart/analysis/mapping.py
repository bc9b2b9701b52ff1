"""The map of a scenario: its world, read back into latitudes and longitudes for the report."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rempart.analysis.laydown import Asset, Coverage, MapInput, Point, Route, Site
from rempart.analysis.projection import Bounds
from rempart.analysis.shading import relief_of
from rempart.base.kernel import lean_kernel
from rempart.catalog.systems import Missile, Radar
from rempart.geo.frames import frame_north
from rempart.geo.masking import ground_along, mask_height
from rempart.geo.rays import Ray, point_on_ray, ray_from
from rempart.geo.terrain import Posts
from rempart.run.flightpaths import flightplans, sampled_variants
from rempart.run.frame import Frame
from rempart.run.laydown import PlacedSensor, PlacedUnit
from rempart.run.lowering import Lowered, systems_used
from rempart.run.sensing import sensor_mask
from rempart.scenario.assets import Asset as ScenarioAsset
from rempart.scenario.defence import Battery
from rempart.scenario.model import Scenario

COVERAGE_HEIGHTS = (100.0, 3000.0)
"""Heights above the ground at which coverage is drawn [m]."""
COVERAGE_RCS = 1.0
"""Radar cross-section for which coverage is drawn [m²]."""
N_RAYS = 120
RAY_STEP = 1000.0
"""[m]"""
MARGIN = math.radians(0.35)
"""Around everything that must be on the map [rad]."""
N_ROUTE_POINTS = 40


def world_map(lowered: Lowered) -> MapInput:
    """Map of the defended area: terrain, coverage at two heights, routes, batteries and assets."""
    scenario = lowered.scenario
    routes = _routes(scenario, lowered)
    sites = _sites(scenario, lowered)
    assets = [
        Asset(name, *_first_place(scenario, item), item.value, _made_of(item))
        for name, item in scenario.assets.items()
    ]
    marches = _marches(scenario)
    points = [point for line in (*(route.points for route in routes), *marches) for point in line]
    points += [(site.lat, site.lon) for site in sites] + [(asset.lat, asset.lon) for asset in assets]
    bounds = _bounds(points)
    return MapInput(
        bounds=bounds,
        terrain=relief_of(lowered.terrain, bounds),
        coverage=[_coverage(lowered, height) for height in COVERAGE_HEIGHTS],
        routes=routes,
        sites=sites,
        assets=assets,
        marches=marches,
    )


def _first_place(scenario: Scenario, thing: ScenarioAsset | Battery) -> Point:
    place = scenario.places_of(thing)[0]
    return place.lat, place.lon


def _made_of(asset: ScenarioAsset) -> str:
    return ", ".join(f"{count} {name}" for name, count in asset.vehicles.items())


def _marches(scenario: Scenario) -> list[list[Point]]:
    """The ways of all that marches, each once."""
    things: list[ScenarioAsset | Battery] = [*scenario.assets.values(), *scenario.defence.batteries.values()]
    marches = dict.fromkeys(march.route for thing in things if (march := scenario.march_of(thing)))
    return [[(place.lat, place.lon) for place in route] for route in marches]


def _bounds(points: list[Point]) -> Bounds:
    lats, lons = zip(*points, strict=True)
    return Bounds(min(lats) - MARGIN, min(lons) - MARGIN, max(lats) + MARGIN, max(lons) + MARGIN)


def _routes(scenario: Scenario, lowered: Lowered) -> list[Route]:
    """One line for each group: the planned route of its first vehicle, without jitter."""
    found: dict[str, Route] = {}
    for plan in flightplans(scenario, systems_used(scenario)):
        if plan.group not in found and plan.carrier is None:
            points = plan.corners
            if plan.system.trajectory == "ballistic":
                path = sampled_variants(replace(plan, spread=0.0), lowered.terrain)[0][0]
                drawn = np.linspace(0, len(path) - 1, N_ROUTE_POINTS).astype(int)
                points = tuple((float(lat), float(lon)) for lat, lon, _ in path[drawn])
            found[plan.group] = Route(plan.group, plan.system.vehicle_class, points, plan.is_hostile)
    return list(found.values())


def _sites(scenario: Scenario, lowered: Lowered) -> list[Site]:
    sites = []
    for name, battery in scenario.defence.batteries.items():
        unit = next((unit for unit in lowered.laydown.units if unit.battery == name), None)
        reach = _reach(unit) if unit else 0.0
        sites.append(Site(name, battery.system, *_first_place(scenario, battery), reach))
    return sites


def _reach(unit: PlacedUnit) -> float:
    """Of the fire unit's farthest missile, or gun where it has no missile [m]."""
    assert unit.system.fire_unit is not None
    weapons = unit.system.fire_unit.weapons.values()
    missiles = [weapon for weapon in weapons if isinstance(weapon, Missile)]
    return max(weapon.range_max.value for weapon in missiles or weapons)


def _coverage(lowered: Lowered, height: float) -> Coverage:
    """Where the searching radars see a target of 1 m² at this height above the ground."""
    searching = [
        placed
        for placed in lowered.laydown.sensors
        if math.isfinite(placed.turn) and isinstance(placed.sensor, Radar)
    ]
    written = f"{height:,.0f} m" if height < 1000 else f"{height / 1000:g} km"
    label = f"seen at {written} above ground"
    return Coverage(label, height, [_seen_area(placed, lowered, height) for placed in searching])


def _seen_area(placed: PlacedSensor, lowered: Lowered, height: float) -> list[Point]:
    """Outline of the ground out to the first point on each ray where the target would be hidden.

    That of a radar on the march is where it begins.
    """
    sensor = placed.sensor
    assert isinstance(sensor, Radar)
    ratio = COVERAGE_RCS / sensor.reference_rcs.value
    reach = min(sensor.instrumented_range.value, sensor.reference_range.value * ratio**0.25)
    frame = Frame(lowered.origin_lat, lowered.origin_lon, lowered.origin_height)
    mask = sensor_mask(placed, lowered.terrain, frame)
    distances = np.append(np.arange(0.0, reach, RAY_STEP), reach)
    first_azimuth = frame_north(placed.lat, placed.lon, frame.lat, frame.lon)
    outline, ground = np.empty((N_RAYS, 2)), np.empty_like(distances)
    posts, lowest = (lowered.terrain.heights, lowered.terrain.posts), (mask.height, mask.range_step)
    for index, azimuth in enumerate(np.linspace(0.0, 2.0 * math.pi, N_RAYS, endpoint=False)):
        if not _faces(placed, azimuth):
            outline[index] = placed.lat, placed.lon
            continue
        ray = ray_from(placed.lat, placed.lon, azimuth)
        bearing = azimuth - first_azimuth
        outline[index] = _seen_end(posts, lowest, ray, bearing, height, distances, ground)
    return [(float(lat), float(lon)) for lat, lon in outline]


def _faces(placed: PlacedSensor, azimuth: float) -> bool:
    """Whether a sensor's sector takes in an azimuth [rad]."""
    off_axis = abs(math.remainder(azimuth - placed.facing, 2.0 * math.pi))
    return off_axis <= 0.5 * placed.sensor.sector.value + 1e-9


@lean_kernel
def _seen_end(
    terrain: tuple[np.ndarray, Posts],
    mask: tuple[np.ndarray, float],
    ray: Ray,
    bearing: float,
    height: float,
    distances: np.ndarray,
    ground: np.ndarray,
) -> Point:
    ground_along(terrain[0], terrain[1], ray, distances, ground)
    last = distances.shape[0] - 1
    for index in range(1, distances.shape[0]):
        if ground[index] + height < mask_height(mask[0], mask[1], bearing, distances[index]):
            last = index - 1
            break
    return point_on_ray(ray, distances[last])
