"""Where a defence sees and reaches: radar and engagement coverage on a grid, at heights of choice."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rempart.base.errors import Fault, ScenarioError
from rempart.base.kernel import lean_kernel
from rempart.base.units import Height
from rempart.catalog.systems import Radar, Weapon
from rempart.doctrine.envelope import is_in_envelope
from rempart.engine.decision import LOCK_PD
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.geo.areas import cell_areas
from rempart.geo.frames import height_above, mean_radius
from rempart.geo.region import Region
from rempart.geo.store import playable_terrain
from rempart.geo.terrain import Posts, Terrain, height_at
from rempart.physics.doppler import NO_FILTER
from rempart.run.frame import Frame
from rempart.run.laydown import Laydown, PlacedUnit, placed_defence
from rempart.run.lowering import systems_used
from rempart.run.sensing import ready_eye, sensor_mask, snr_tables
from rempart.run.visibility import Eye, Path, look_along
from rempart.scenario.model import Scenario

ALTITUDES = tuple(Height(height, "agl") for height in (100.0, 1000.0, 3000.0, 10_000.0))
"""Heights at which coverage is asked for unless told otherwise [m]."""
RCS = 1.0
"""Radar cross-section of the target [m²], the same from all sides."""
SWERLING = 1
SEEN_PD = LOCK_PD
"""A point is seen where one look detects the target at least this often."""
MAX_CELLS = 4_000_000
N_ACROSS = 400
"""Cells along the longer side of a grid whose step was not chosen."""
LEAST_STEP = 50.0
NO_AIR = np.iinfo(np.uint16).max
"""Count of a cell that is not asked for: outside the region or the terrain, or under the ground."""


class Grid(NamedTuple):
    """Cells of latitude and longitude; a cell stands for the point at its middle."""

    posts: Posts
    shape: tuple[int, int]

    @property
    def areas(self) -> np.ndarray:
        """(n_rows, 1) [m²] of one cell in each row."""
        return cell_areas(self.posts, self.shape[0])[:, None]


class Layer(NamedTuple):
    """Coverage at one height: counts (n_rows, n_columns) of uint16; `NO_AIR` where none is asked for."""

    altitude: Height
    seen: np.ndarray
    """searching radars that see the target"""
    engaged: np.ndarray
    """fire units that reach it with a weapon and hold it with the radar that guides for them; 0 where no
    searching radar sees it"""

    @property
    def is_air(self) -> np.ndarray:
        """Cells that are asked for."""
        return self.seen != NO_AIR


@dataclass(frozen=True, eq=False)
class Coverage:
    """What a defence sees and reaches of a target at some heights."""

    scenario: Scenario
    terrain: Terrain
    laydown: Laydown
    region: Region | None
    """none: the box that holds every reach of the defence"""
    grid: Grid
    rcs: float
    layers: tuple[Layer, ...]
    inside: np.ndarray
    """(n_rows, n_columns) bool: cells of the region"""
    is_known: np.ndarray
    """(n_rows, n_columns) bool: those of them that lie on the terrain"""

    @property
    def region_name(self) -> str:
        """Name of the region, or what stands for one."""
        return self.region.name if self.region else "reach of the defence"

    @cached_property
    def batteries(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude [rad] of each battery: as given, or where its first part stands."""
        placed = {one.battery: (one.lat, one.lon) for one in reversed(self.laydown.sensors)}
        placed |= {one.battery: (one.lat, one.lon) for one in reversed(self.laydown.units)}
        given = {
            name: (battery.at.lat, battery.at.lon)
            for name, battery in self.scenario.defence.batteries.items()
            if battery.at is not None
        }
        return {**placed, **given}

    @cached_property
    def n_not_radar(self) -> int:
        """Sensors that are left out because they are no radars."""
        return sum(not isinstance(placed.sensor, Radar) for placed in self.laydown.sensors)


def coverage(
    scenario: Scenario,
    altitudes: Sequence[Height] = ALTITUDES,
    rcs: float = RCS,
    region: Region | None = None,
    step: float | None = None,
) -> Coverage:
    """Radar and engagement coverage of a scenario's defence.

    Parameters
    ----------
    altitudes : sequence of Height
    rcs : float
        [m²] of the target, the same from all sides.
    region : Region, optional
        By default the box that holds every reach of the defence, as far as the terrain goes.
    step : float, optional
        Side of a cell [m]; by default about 1/400 of the longer side of the region.

    Raises
    ------
    ScenarioError
        If the grid would be too large or the region lies off the terrain.
    """
    systems = systems_used(scenario)
    terrain = playable_terrain(scenario.area.terrain)
    laydown = placed_defence(scenario, systems)
    grid = _grid(region.bounds if region else _reach_box(laydown, terrain), step)
    origin = scenario.origin
    frame = Frame(origin.lat, origin.lon, terrain.ground_at(origin.lat, origin.lon))
    inside = region.holds(*grid) if region else np.ones(grid.shape, dtype=bool)
    ground = np.empty(grid.shape)
    _ground_over(terrain.heights, terrain.posts, grid.posts, ground)
    is_known = inside & ~np.isnan(ground)
    if not is_known.any():
        raise _refused("region", "has no cell on the terrain", f"ground of {terrain.name!r}")
    looks = _looks(scenario, laydown, terrain, frame)
    layers = [_layer(altitude, looks, (grid, ground, is_known), frame, rcs) for altitude in altitudes]
    return Coverage(scenario, terrain, laydown, region, grid, rcs, tuple(layers), inside, is_known)


class _Looks(NamedTuple):
    """The radars made ready, and what they guide."""

    radars: dict[str, tuple[Eye, np.ndarray, np.ndarray]]
    """name → eye, mask, detection probability over signal-to-noise ratio"""
    searching: frozenset[str]
    armed: tuple[tuple[np.ndarray, str, Envelope], ...]
    """each fire unit's place in the frame [m], its guiding radar, the limits of its weapons"""


class Envelope(NamedTuple):
    """Limits of the weapons of one fire unit [m]: slant range, and height above the unit."""

    range_min: np.ndarray
    range_max: np.ndarray
    height_min: np.ndarray
    height_max: np.ndarray


def _looks(scenario: Scenario, laydown: Laydown, terrain: Terrain, frame: Frame) -> _Looks:
    radars, searching = {}, set()
    for placed in laydown.sensors:
        if isinstance(placed.sensor, Radar):
            mask = sensor_mask(placed, terrain, frame)
            # A map asks where a target can be seen, not how fast it goes.
            eye = ready_eye(placed, mask, terrain, frame, scenario.area)._replace(doppler=NO_FILTER)
            radars[placed.name] = (eye, mask.height, snr_tables(placed, [SWERLING])[SWERLING])
            if math.isfinite(placed.turn):
                searching.add(placed.name)
    armed = [
        (frame.place(unit.lat, unit.lon, terrain.ground_at(unit.lat, unit.lon)), unit.sensor, _envelope(unit))
        for unit in laydown.units
        if unit.sensor in radars
    ]
    return _Looks(radars, frozenset(searching), tuple(armed))


def _envelope(unit: PlacedUnit) -> Envelope:
    weapons = list(_weapons(unit))
    limits = [[getattr(weapon, name).value for weapon in weapons] for name in Envelope._fields]
    return Envelope(*(np.array(part, dtype=np.float64) for part in limits))


def _weapons(unit: PlacedUnit) -> Sequence[Weapon]:
    return list(unit.system.fire_unit.weapons.values()) if unit.system.fire_unit else []


def _layer(
    altitude: Height,
    looks: _Looks,
    over: tuple[Grid, np.ndarray, np.ndarray],
    frame: Frame,
    rcs: float,
) -> Layer:
    """Coverage at one height over a grid, its ground and its cells on the terrain."""
    grid, ground, is_known = over
    above = ground if altitude.reference == "agl" else np.zeros(grid.shape)
    is_air = is_known & (above + altitude.value >= np.nan_to_num(ground))
    seen, engaged = (np.full(grid.shape, NO_AIR, dtype=np.uint16) for _ in range(2))
    rows, columns = np.nonzero(is_air)
    if len(rows):
        path = _target_at(grid.posts, rows, columns, above[is_air] + altitude.value, frame, rcs)
        held = {name: pd[: len(rows)] for name, pd in _held(looks, path).items()}
        counts = [held[name] for name in sorted(looks.searching)]
        seen[is_air] = np.sum(counts, axis=0, dtype=np.uint16, initial=0)
        reached = _reached(looks, path, held, mean_radius(frame.lat))
        engaged[is_air] = np.where(seen[is_air] > 0, reached, 0)
    return Layer(altitude, seen, engaged)


def _target_at(
    posts: Posts, rows: np.ndarray, columns: np.ndarray, height: np.ndarray, frame: Frame, rcs: float
) -> Path:
    """The target at every cell, as if it flew from one to the next."""
    lat, lon = posts.north - posts.lat_step * rows, posts.west + posts.lon_step * columns
    position = frame.place(lat, lon, height)
    if len(height) == 1:
        position, height = np.repeat(position, 2, axis=0), np.repeat(height, 2)
    return Path(
        position=position,
        height=np.ascontiguousarray(height),
        rcs=np.full(3, rcs),
        swerling=SWERLING,
        area=0.0,
        vehicle_class=CLASS_NAMES.index("strike-aircraft"),
        step=1.0,
        emits=0.0,
    )


def _held(looks: _Looks, path: Path) -> dict[str, np.ndarray]:
    """Radar → where one look is likely enough to detect the target: (n_cells,) of bool."""

    def of(name: str) -> np.ndarray:
        eye, mask, table = looks.radars[name]
        pd, snr = np.empty((2, len(path.height)), np.float32)
        look_along(eye, path, mask, table, pd, snr)
        return pd >= SEEN_PD

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return dict(zip(looks.radars, pool.map(of, looks.radars), strict=True))


def _reached(looks: _Looks, path: Path, held: dict[str, np.ndarray], earth_radius: float) -> np.ndarray:
    count = np.zeros(len(next(iter(held.values()), ())), dtype=np.uint16)
    for place, guide, envelope in looks.armed:
        mark_reached(path.position, held[guide], place, envelope, earth_radius, count)
    return count


@lean_kernel
def mark_reached(
    position: np.ndarray,
    is_held: np.ndarray,
    site: np.ndarray,
    envelope: Envelope,
    earth_radius: float,
    out: np.ndarray,
) -> None:
    """Add 1 wherever a fire unit's guiding radar holds the target inside the limits of some weapon."""
    ground = height_above(site[0], site[1], site[2], earth_radius)
    for sample in range(out.shape[0]):
        if not is_held[sample]:
            continue
        x, y, z = position[sample, 0], position[sample, 1], position[sample, 2]
        distance = math.sqrt((x - site[0]) ** 2 + (y - site[1]) ** 2 + (z - site[2]) ** 2)
        height = height_above(x, y, z, earth_radius) - ground
        for weapon in range(envelope.range_min.shape[0]):
            if is_in_envelope(envelope, weapon, distance, height):
                out[sample] += 1
                break


@lean_kernel
def _ground_over(heights: np.ndarray, posts: Posts, cells: Posts, out: np.ndarray) -> None:
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            lat, lon = cells.north - row * cells.lat_step, cells.west + column * cells.lon_step
            out[row, column] = height_at(heights, posts, lat, lon)


def _reach_box(laydown: Laydown, terrain: Terrain) -> tuple[float, float, float, float]:
    """South, west, north, east [rad] of all that the defence can see or reach, on the terrain."""
    reaches = [(one.lat, one.lon, one.sensor.instrumented_range.value) for one in laydown.sensors]
    for unit in laydown.units:
        reaches += [(unit.lat, unit.lon, weapon.range_max.value) for weapon in _weapons(unit)]
    if not reaches:
        raise _refused("defence", "has no sensor and no weapon", "a defence with at least one battery")
    boxes = np.array([_box(*reach) for reach in reaches])
    (south, west), (north, east) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    edges = terrain.bounds
    # The terrain may be told in another turn of longitude.
    turn = 2.0 * math.pi * round((0.5 * (west + east) - 0.5 * (edges[1] + edges[3])) / (2.0 * math.pi))
    return (
        max(south, edges[0]), max(west, edges[1] + turn), min(north, edges[2]), min(east, edges[3] + turn)
    )  # fmt: skip


def _box(lat: float, lon: float, reach: float) -> tuple[float, float, float, float]:
    up = reach / mean_radius(lat)
    sideways = up / math.cos(min(abs(lat) + up, 1.5))
    return lat - up, lon - sideways, lat + up, lon + sideways


def _grid(box: tuple[float, float, float, float], step: float | None) -> Grid:
    south, west, north, east = box
    radius, middle = mean_radius(0.5 * (south + north)), math.cos(0.5 * (south + north))
    tall, wide = radius * (north - south), radius * middle * (east - west)
    step = step or _round_step(max(tall, wide) / N_ACROSS)
    rows, columns = max(1, math.ceil(tall / step)), max(1, math.ceil(wide / step))
    if rows * columns > MAX_CELLS:
        found = f"makes a grid of {rows:,} × {columns:,} cells"
        raise _refused("step", found, f"up to {MAX_CELLS:,} cells", "Choose a longer step.")
    lat_step, lon_step = (north - south) / rows, (east - west) / columns
    first = float(north - 0.5 * lat_step), float(west + 0.5 * lon_step)
    return Grid(Posts(*first, float(lat_step), float(lon_step)), (rows, columns))


def _round_step(rough: float) -> float:
    """The first of 50, 100, 200, 500, 1000, … m that is not shorter."""
    step = LEAST_STEP
    while step < rough:
        step *= 2.5 if str(int(step)).startswith("2") else 2.0
    return step


def _refused(where: str, found: str, allowed: str, remedy: str = "") -> ScenarioError:
    return ScenarioError(Fault(f"coverage: {where}", found, allowed, remedy))
