"""Looks up what a scenario names outside itself, as far as a faulty scenario lets it be read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from rempart.base.errors import Fault, RempartError
from rempart.scenario.fields import DURATION
from rempart.scenario.marching import ROAD_SPEED
from rempart.scenario.quantities import Place, Quantity, read_place
from rempart.scenario.surroundings import AIR_DEFENCE, BALLISTIC, GROUND, LEVEL, Surroundings

if TYPE_CHECKING:
    from rempart.catalog.document import Entry

Nature = Callable[[str], str]
RoadSpeed = Callable[[str], float | None]


def survey(root: Entry, known_systems: Mapping[str, str] | None) -> tuple[Surroundings, list[Fault]]:
    """The surroundings of a scenario, and the faults of those that could not be read."""
    faults: list[Fault] = []
    if known_systems is None:
        systems, nature, road_speed = _catalogue(root, faults)
    else:
        systems, nature, road_speed = tuple(known_systems), known_systems.__getitem__, _unknown
    around = Surroundings(
        systems=systems,
        nature=nature,
        road_speed=road_speed,
        terrain=_terrain(_child(_child(root, "area"), "terrain"), faults),
        targets=_targets(root),
        convoys=_convoys(root),
        batteries={name: _copies(battery) for name, battery in _batteries(root).items()},
        duration=_duration(_child(root, "duration")),
    )
    return around, faults


def plain(entry: Entry) -> Any:
    """The bare values of an entry and all within."""
    if isinstance(entry.value, dict):
        return {key: plain(part) for key, part in entry.value.items()}
    if isinstance(entry.value, list):
        return [plain(part) for part in entry.value]
    return entry.value


def _catalogue(root: Entry, faults: list[Fault]) -> tuple[tuple[str, ...], Nature, RoadSpeed]:
    from rempart.catalog.library import list_systems, load_system

    entry = _child(root, "catalogue")
    listed = entry.value if entry is not None and isinstance(entry.value, list) else []
    folders = tuple(one.value for one in listed if isinstance(one.value, str))
    try:
        names = list_systems(folders)
    except RempartError as error:
        faults += _retold(error, entry or root, "catalogue")
        folders, names = (), list_systems()
    return (
        names,
        lambda name: _nature(load_system(name, folders)),
        lambda name: _road_speed(load_system(name, folders)),
    )


def _nature(system: Any) -> str:
    if system.kind == AIR_DEFENCE:
        return AIR_DEFENCE
    if system.kind == "ground-vehicle":
        return GROUND
    return BALLISTIC if system.trajectory == BALLISTIC else LEVEL


def _road_speed(system: Any) -> float | None:
    mover = system.fire_unit if system.kind == AIR_DEFENCE else system
    figure = getattr(mover, "road_speed", None)
    return float(figure.value) if figure else None


def _unknown(name: str) -> None:
    return None


def _terrain(entry: Entry | None, faults: list[Fault]) -> Any:
    if entry is None or not isinstance(entry.value, str):
        return None
    from rempart.geo.store import playable_terrain

    try:
        return playable_terrain(entry.value)
    except RempartError as error:
        faults += _retold(error, entry, "area.terrain")
        return None


def _retold(error: RempartError, entry: Entry, path: str) -> list[Fault]:
    """The faults of something that the scenario names, told where it names it."""
    where = f"{entry.where}: {path}"
    if not error.faults:
        return [Fault(where, str(error), "something that can be read")]
    return [Fault(where, f"{one.where}: {one.found}", one.allowed, one.remedy) for one in error.faults]


def _targets(root: Entry) -> dict[str, Place | None]:
    return {name: _site(asset, root) for name, asset in _entries(root, "assets").items()}


def _site(thing: Entry, root: Entry) -> Place | None:
    """Where an asset or a battery is at first: at its place, or where its march or its host begins."""
    host = _named(_batteries(root), _child(thing, "battery")) or thing
    mover = _named(_entries(root, "assets"), _child(host, "escorts")) or host
    route = _child(_child(mover, "march"), "route")
    if route is not None:
        return _place(route.value[0]) if isinstance(route.value, list) and route.value else None
    return _place(_child(mover, "at"))


def _named(entries: dict[str, Entry], name: Entry | None) -> Entry | None:
    return entries.get(name.value) if name is not None and isinstance(name.value, str) else None


def _convoys(root: Entry) -> dict[str, float | None]:
    marches = {name: _child(asset, "march") for name, asset in _entries(root, "assets").items()}
    return {name: _speed(_child(march, "speed")) for name, march in marches.items() if march is not None}


def _batteries(root: Entry) -> dict[str, Entry]:
    defence = _child(root, "defence")
    return _entries(defence, "batteries") if defence is not None else {}


def _copies(battery: Entry) -> int:
    count = _child(battery, "count")
    return count.value if count is not None and isinstance(count.value, int) else 1


def _entries(entry: Entry, key: str) -> dict[str, Entry]:
    part = _child(entry, key)
    return part.value if part is not None and isinstance(part.value, dict) else {}


def _place(entry: Entry | None) -> Place | None:
    try:
        return read_place(plain(entry)) if entry else None
    except PydanticCustomError:
        return None


def _duration(entry: Entry | None) -> float:
    return _read(DURATION, entry, math.inf)


def _speed(entry: Entry | None) -> float | None:
    speed = _read(ROAD_SPEED, entry, math.nan)
    return None if math.isnan(speed) else speed


def _read(quantity: Quantity, entry: Entry | None, otherwise: float) -> float:
    try:
        return float(quantity.read(entry.value)) if entry else otherwise
    except PydanticCustomError:
        return otherwise


def _child(entry: Entry | None, key: str) -> Entry | None:
    return entry.value.get(key) if entry is not None and isinstance(entry.value, dict) else None
