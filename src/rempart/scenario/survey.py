"""Looks up what a scenario names outside itself, as far as a faulty scenario lets it be read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from rempart.base.errors import Fault, RempartError
from rempart.scenario.fields import DURATION
from rempart.scenario.quantities import Place, read_place
from rempart.scenario.surroundings import AIR_DEFENCE, BALLISTIC, LEVEL, Surroundings

if TYPE_CHECKING:
    from rempart.catalog.document import Entry

Nature = Callable[[str], str]


def survey(root: Entry, known_systems: Mapping[str, str] | None) -> tuple[Surroundings, list[Fault]]:
    """The surroundings of a scenario, and the faults of those that could not be read."""
    faults: list[Fault] = []
    if known_systems is None:
        systems, nature = _catalogue(root, faults)
    else:
        systems, nature = tuple(known_systems), known_systems.__getitem__
    terrain = _terrain(_child(_child(root, "area"), "terrain"), faults)
    around = Surroundings(systems, nature, terrain, _targets(root), _duration(_child(root, "duration")))
    return around, faults


def plain(entry: Entry) -> Any:
    """The bare values of an entry and all within."""
    if isinstance(entry.value, dict):
        return {key: plain(part) for key, part in entry.value.items()}
    if isinstance(entry.value, list):
        return [plain(part) for part in entry.value]
    return entry.value


def _catalogue(root: Entry, faults: list[Fault]) -> tuple[tuple[str, ...], Nature]:
    from rempart.catalog.library import list_systems, load_system

    entry = _child(root, "catalogue")
    listed = entry.value if entry is not None and isinstance(entry.value, list) else []
    folders = tuple(one.value for one in listed if isinstance(one.value, str))
    try:
        names = list_systems(folders)
    except RempartError as error:
        faults += _retold(error, entry or root, "catalogue")
        folders, names = (), list_systems()
    return names, lambda name: _nature(load_system(name, folders))


def _nature(system: Any) -> str:
    if system.kind == AIR_DEFENCE:
        return AIR_DEFENCE
    return BALLISTIC if system.trajectory == BALLISTIC else LEVEL


def _terrain(entry: Entry | None, faults: list[Fault]) -> Any:
    if entry is None or not isinstance(entry.value, str):
        return None
    from rempart.geo.store import load_terrain

    try:
        return load_terrain(entry.value)
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
    assets = _child(root, "assets")
    entries = assets.value if assets is not None and isinstance(assets.value, dict) else {}
    return {name: _place(_child(asset, "at")) for name, asset in entries.items()}


def _place(entry: Entry | None) -> Place | None:
    try:
        return read_place(plain(entry)) if entry else None
    except PydanticCustomError:
        return None


def _duration(entry: Entry | None) -> float:
    try:
        return float(DURATION.read(entry.value)) if entry else math.inf
    except PydanticCustomError:
        return math.inf


def _child(entry: Entry | None, key: str) -> Entry | None:
    return entry.value.get(key) if entry is not None and isinstance(entry.value, dict) else None
