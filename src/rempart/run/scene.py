"""What was where and when in one trial, in names and geodetic coordinates, from its event log."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from rempart.events.identities import IDENTITY_NAMES
from rempart.events.kinds import (
    BLOCKED,
    EVENT_KINDS,
    IDENTIFIED,
    INTERCEPT_KILL,
    INTERCEPT_MISS,
    KIND_NAMES,
    LAUNCH,
    LEAKED_EVENT,
    NOT_RELEASED_EVENT,
    RELEASED,
    TAKEOFF,
    TRACK_SWAPPED,
)
from rempart.events.outcomes import CAUSE_NAMES, LEAKED, OUTCOME_NAMES
from rempart.events.vehicle_classes import CLASS_NAMES

_OF_TWO_VEHICLES = (RELEASED, NOT_RELEASED_EVENT, TRACK_SWAPPED)
"""Kinds of event whose value is a second vehicle: its carrier, or the one whose track it took."""

N_SHOT_SAMPLES = 9
"""Points of an interceptor's straight path. A viewer that joins them along the ground, not through
space, is then at most 12 m off on a path of 200 km."""

SHOT_RESULTS: dict[str, str] = {
    "kill": "it killed its target",
    "miss": "it came to its target and missed, or found it gone",
    "short": "its target was out of its reach, or at its aim, before it could come, or there was none",
    "open": "the trial ended before it came",
}
"""How a shot can end."""


class Point(NamedTuple):
    """A place: latitude and longitude [rad], height [m] above the ellipsoid."""

    lat: float
    lon: float
    height: float


@dataclass(frozen=True, eq=False)
class Path:
    """Places over time; straight, at constant speed, between them."""

    time: np.ndarray
    """(n,) float64 [s], strictly increasing, n ≥ 2"""
    lat: np.ndarray
    """(n,) float64 [rad]"""
    lon: np.ndarray
    """(n,) float64 [rad]"""
    height: np.ndarray
    """(n,) float64 [m] above the ellipsoid"""


@dataclass(frozen=True)
class Flight:
    """One vehicle's flight as it truly was, from its start to its end."""

    name: str
    group: str
    system: str
    vehicle_class: str
    is_hostile: bool
    asset: str | None
    outcome: str
    cause: str | None
    path: Path


@dataclass(frozen=True)
class Shot:
    """One interceptor or burst; `result` is one of `SHOT_RESULTS`."""

    weapon: str
    kind: str
    battery: str
    unit: str
    target: str | None
    """None: the round was fired at a track of nothing"""
    result: str
    path: Path


@dataclass(frozen=True)
class Site:
    """A sensor (`battery` and `system` unknown) or a fire unit, by its `role`."""

    name: str
    role: str
    battery: str | None
    system: str | None
    at: Point
    way: Path | None = None
    """where it is over the whole trial, if it marches; `at` is then where it begins"""


@dataclass(frozen=True)
class Asset:
    """A defended asset."""

    name: str
    value: float
    at: Point
    way: Path | None = None
    """as a site's"""


class Event(NamedTuple):
    """One row of the log.

    `actor` is a sensor, a group, a fire unit or a weapon; `detail` an identity, a cause or a second vehicle.
    """

    time: float
    kind: str
    vehicle: str | None
    actor: str | None
    value: float | None
    detail: str | None
    at: Point | None


class Trial(NamedTuple):
    """One trial as the engine plays it: its world and names, its log and its rows of the ledger."""

    lowered: Any
    log: np.ndarray
    times: np.ndarray
    codes: np.ndarray

    @property
    def end(self) -> float:
        """When it was over [s]."""
        world = self.lowered.world
        last = float(self.log["time"].max(initial=0.0))
        return max(last, float(world.duration)) if world.runs_to_end else last


def flights(trial: Trial) -> Iterator[Flight]:
    """All flights that began."""
    vehicles, names = trial.lowered.world.vehicles, trial.lowered.names
    for vehicle, start in sorted(_starts(trial).items()):
        outcome, cause = trial.codes[vehicle, :2]
        yield Flight(
            name=names.vehicles[vehicle],
            group=names.vehicle_groups[vehicle],
            system=names.vehicle_systems[vehicle],
            vehicle_class=CLASS_NAMES[vehicles.vehicle_class[vehicle]],
            is_hostile=bool(vehicles.is_hostile[vehicle]),
            asset=_named(names.assets, vehicles.asset[vehicle]),
            outcome=OUTCOME_NAMES[outcome],
            cause=_named(CAUSE_NAMES, cause) if outcome == LEAKED else None,
            path=_flown(trial, vehicle, start),
        )


def shots(trial: Trial) -> Iterator[Shot]:
    """All rounds and bursts in order of launch."""
    names, weapons = trial.lowered.names, trial.lowered.world.weapons
    launches = trial.log[trial.log["kind"] == LAUNCH]
    starts, arrivals = _starts(trial), _arrivals(trial, launches)
    for place, launch in enumerate(launches):
        vehicle, weapon, start = int(launch["vehicle"]), int(launch["actor"]), float(launch["time"])
        unit = int(weapons.unit[weapon])
        due = _due(trial, launch)
        site = _places_at(trial.lowered, trial.lowered.world.units[unit], np.array([start]))[0]
        if vehicle >= 0:
            target = _on_route(trial, vehicle, starts[vehicle], np.array([due]))[0]
        else:
            target = np.array([float(launch[axis]) for axis in "xyz"])
        share = min(1.0, float(weapons.range_max[weapon]) / max(math.dist(site, target), 1.0))
        steps = np.linspace(0.0, 1.0, N_SHOT_SAMPLES)
        yield Shot(
            weapon=names.weapons[weapon],
            kind=names.weapon_kinds[weapon],
            battery=names.unit_batteries[unit],
            unit=names.units[unit],
            target=_named(names.vehicles, vehicle),
            result=_result(float(launch["value"]), arrivals.get(place)),
            path=_path(
                trial.lowered, start + steps * (due - start), site + steps[:, None] * share * (target - site)
            ),
        )


def sites(lowered: Any, end: float) -> Iterator[Site]:
    """All sensors and fire units; `end` [s] is that of the trial."""
    names, world = lowered.names, lowered.world
    places = _points(lowered, _positions(world.sensors))
    for name, row, place in zip(names.sensors, world.sensors, places, strict=True):
        yield Site(name, "sensor", None, None, place, _way(lowered, row, end))
    units = zip(names.units, names.unit_batteries, names.unit_systems, strict=True)
    places = _points(lowered, _positions(world.units))
    for (name, battery, system), row, place in zip(units, world.units, places, strict=True):
        yield Site(name, "fire unit", battery, system, place, _way(lowered, row, end))


def assets(lowered: Any, end: float) -> Iterator[Asset]:
    """All defended assets; `end` [s] is that of the trial."""
    rows = lowered.world.assets
    places = _points(lowered, _positions(rows))
    for name, row, place in zip(lowered.names.assets, rows, places, strict=True):
        yield Asset(name, float(row["value"]), place, _way(lowered, row, end))


def _way(lowered: Any, row: np.void, end: float) -> Path | None:
    """Where something on the ground is from second 0 to `end`; None if it stands still."""
    if row["march"] < 0:
        return None
    march = lowered.world.marches[row["march"]]
    times = march["start"] + march["step"] * np.arange(march["count"])
    last = max(end, 1e-3)
    times = np.array([0.0, *times[(times > 0.0) & (times < last)], last])
    return _path(lowered, times, _places_at(lowered, row, times))


def _places_at(lowered: Any, row: np.void, times: np.ndarray) -> np.ndarray:
    """East, north, up (n, 3) [m] of something on the ground at some times [s]."""
    if row["march"] < 0:
        return np.tile([float(row[axis]) for axis in "xyz"], (len(times), 1))
    march = lowered.world.marches[row["march"]]
    nodes = lowered.world.march_positions[march["first"] : march["first"] + march["count"]]
    share = (times - march["start"]) / march["step"]
    return np.stack([np.interp(share, np.arange(len(nodes)), nodes[:, axis]) for axis in range(3)], axis=1)


def events(trial: Trial) -> Iterator[Event]:
    """The whole log in order of time."""
    names = trial.lowered.names
    actors = {
        "sensor": names.sensors,
        "group": names.groups,
        "unit": names.units,
        "weapon": names.weapons,
        "none": (),
    }
    places = _points(trial.lowered, _positions(trial.log))
    for row, place in zip(trial.log, places, strict=True):
        kind = KIND_NAMES[row["kind"]]
        _, actor, meaning = EVENT_KINDS[kind]
        words = names.vehicles if row["kind"] in _OF_TWO_VEHICLES else _words(int(row["kind"]))
        yield Event(
            time=float(row["time"]),
            kind=kind,
            vehicle=_named(names.vehicles, row["vehicle"]),
            actor=_named(actors[actor], row["actor"]),
            value=None if words or meaning == "none" else float(row["value"]),
            detail=_named(words, row["value"]),
            at=None if math.isnan(place.lat) else place,
        )


def _words(kind: int) -> Sequence[str]:
    if kind == IDENTIFIED:
        return IDENTITY_NAMES
    return CAUSE_NAMES if kind in (BLOCKED, LEAKED_EVENT) else ()


def _named(names: Sequence[str], index: float) -> str | None:
    return names[int(index)] if 0 <= index < len(names) else None


def _starts(trial: Trial) -> dict[int, float]:
    begun = trial.log[trial.log["kind"] == TAKEOFF]
    return {int(row["vehicle"]): float(row["time"]) for row in begun}


def _due(trial: Trial, launch: np.void) -> float:
    """When a round meets its target, or the end of its flight if it falls short."""
    start, meeting = float(launch["time"]), float(launch["value"])
    spent = start + float(trial.lowered.world.flight_time[int(launch["actor"]), -1])
    return max(min(meeting, spent) if meeting >= 0.0 else spent, start + 1e-3)


def _arrivals(trial: Trial, launches: np.ndarray) -> dict[int, int]:
    """Kind of arrival by place in `launches`: a weapon's rounds at one target come in the order due."""
    came: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in trial.log[np.isin(trial.log["kind"], (INTERCEPT_MISS, INTERCEPT_KILL))]:
        came[int(row["vehicle"]), int(row["actor"])].append(int(row["kind"]))
    due: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for place, row in enumerate(launches):
        due[int(row["vehicle"]), int(row["actor"])].append((_due(trial, row), place))
    return {
        place: kind
        for pair, rounds in due.items()
        for (_, place), kind in zip(sorted(rounds), came[pair], strict=False)
    }


def _result(meeting: float, arrival: int | None) -> str:
    if arrival is None:
        return "open"
    if arrival == INTERCEPT_KILL:
        return "kill"
    return "short" if meeting < 0.0 else "miss"


def _flown(trial: Trial, vehicle: int, start: float) -> Path:
    world = trial.lowered.world
    step = float(world.vehicles.step[vehicle])
    ended = float(trial.times[vehicle, -1])
    longest = start + step * float(world.routes.count[vehicle, trial.codes[vehicle, -1]] - 1)
    stop = max(min(trial.end, longest) if math.isnan(ended) else ended, start + 1e-3)
    samples = start + step * np.arange(math.floor((stop - start) / step) + 1)
    time = np.append(samples[samples < stop - 0.01], stop)
    return _path(trial.lowered, time, _on_route(trial, vehicle, start, time))


def _on_route(trial: Trial, vehicle: int, start: float, time: np.ndarray) -> np.ndarray:
    """Positions (n, 3) [m] on a vehicle's route, whether it still flies or not."""
    world, variant = trial.lowered.world, trial.codes[vehicle, -1]
    first, count = int(world.routes.first[vehicle, variant]), int(world.routes.count[vehicle, variant])
    nodes = world.positions[first : first + count].astype(np.float64)
    sample = (time - start) / float(world.vehicles.step[vehicle])
    return np.stack([np.interp(sample, np.arange(count), nodes[:, axis]) for axis in range(3)], axis=1)


def _path(lowered: Any, time: np.ndarray, position: np.ndarray) -> Path:
    places = np.array(_points(lowered, position))
    return Path(time, places[:, 0], places[:, 1], places[:, 2])


def _positions(rows: np.ndarray) -> np.ndarray:
    """East, north, up (n, 3) [m] of things that stand still."""
    return np.stack([rows[axis] for axis in "xyz"], axis=1)


def _points(lowered: Any, position: np.ndarray) -> list[Point]:
    from rempart.geo.frames import enu_to_geodetic

    origin = lowered.origin_lat, lowered.origin_lon, lowered.origin_height
    return [Point(*enu_to_geodetic(float(x), float(y), float(z), *origin)) for x, y, z in position]
