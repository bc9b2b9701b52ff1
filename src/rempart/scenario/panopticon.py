"""Laydowns of Panopticon AI as scenarios, with a list of all that did not carry over.

Source
------
Panopticon's own description of its data model: heights in feet, speeds in knots, waypoints as
latitude and longitude in degrees.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from rempart.base.errors import Fault, ScenarioError
from rempart.scenario.quantities import Place

MAX_BYTES = 20_000_000
MAX_UNITS = 2_000
NEAR = 50_000.0
"""A route that ends within this distance of an asset leads to it [m]."""

EXACT = {
    "s-400": "s-400",
    "s-400 triumf": "s-400",
    "s-300pmu-1": "s-300-pmu1",
    "s-300pmu-2": "s-300-pmu2",
    "buk-m3": "buk-m3",
    "tor-m2": "tor-m2",
    "pantsir-s1": "pantsir-s1",
    "mim-104 patriot": "patriot",
    "f-16": "f-16",
    "f-16c": "f-16",
    "f-16 fighting falcon": "f-16",
    "su-25": "su-25",
    "mq-9": "mq-9",
    "mq-9 reaper": "mq-9",
}
"""Class in Panopticon, in small letters → the same system in the catalogue."""

STAND_INS = {
    "sam": ("generic-radar-site", "a class without figures"),
    **dict.fromkeys(
        ("a-10 thunderbolt ii", "a-10c thunderbolt ii", "f-4 phantom ii", "f-14 tomcat", "f-15 eagle"),
        ("strike-aircraft", "with the figures of its class"),
    ),
    **dict.fromkeys(
        ("f/a-18 hornet", "su-27", "su-30", "su-34"), ("strike-aircraft", "with the figures of its class")
    ),
    **dict.fromkeys(
        ("f-22 raptor", "f-35a lightning ii"),
        ("strike-aircraft", "with a radar cross-section far above that of a low-observable aircraft"),
    ),
}
"""Class in Panopticon, in small letters → the entry that stands in for it, and what is to be said of that."""


class Omission(NamedTuple):
    """Something that did not carry over, or not as it was."""

    what: str
    why: str


@dataclass(frozen=True)
class Laydown:
    """A scenario's values made of a laydown."""

    values: dict[str, Any]
    omissions: tuple[Omission, ...]


@dataclass
class _Import:
    """The laydown being read, and what has been made of it so far."""

    file: str
    given: Mapping[str, Any]
    own_names: Mapping[str, str]
    omissions: list[Omission] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    """assets by name"""
    asset_of: dict[str, str] = field(default_factory=dict)
    """id of a unit → asset"""

    def leave(self, what: str, why: str) -> None:
        self.omissions.append(Omission(what, why))

    def units(self, kind: str, sides: set[str]) -> Iterator[dict[str, Any]]:
        """The units of a kind and of some sides that have a place on earth."""
        for unit in _dicts(self.given.get(kind)):
            if not sides & _owner(unit):
                continue
            if _place(unit.get("latitude"), unit.get("longitude")) is None:
                self.leave(_called(unit), "it has no place on earth")
                continue
            yield unit

    def system(self, unit: Mapping[str, Any]) -> str | None:
        """The catalogue's name for a unit's class, if it has one."""
        kind = str(unit.get("className", "")).strip()
        name = self.own_names.get(kind) or EXACT.get(kind.lower())
        if name is None and kind.lower() in STAND_INS:
            name, remark = STAND_INS[kind.lower()]
            self.leave(f"class of {_called(unit)}", f"{name} stands in for it: {remark}")
        if name is None:
            self.leave(_called(unit), "no entry of the catalogue stands for its class")
        return name


def import_laydown(
    path: Path, side: str | None = None, own_names: Mapping[str, str] | None = None
) -> Laydown:
    """The scenario of a Panopticon file.

    Parameters
    ----------
    path : Path
    side : str, optional
        Name of the side that defends; by default the player's if it has anything to defend, else
        the one that has most.
    own_names : mapping, optional
        Class in Panopticon → name in the catalogue, before the tables of this module.

    Raises
    ------
    ScenarioError
        If the file is no such laydown, or leaves nothing to defend, nothing to defend with or no raid.
    """
    whole = _read(path)
    work = _Import(str(path), whole["currentScenario"], own_names or {})
    friend, foes = _sides(whole, side, work)
    _assets(work, friend)
    batteries = _batteries(work, friend)
    raid = _raid(work, friend, foes)
    for found, allowed in (
        (work.places, "an airbase, facility or ship of the side that defends"),
        (batteries, "a facility of the side that defends whose class the catalogue has"),
        (raid, "an aircraft in the air, of a hostile side, whose class the catalogue has"),
    ):
        if not found:
            why = "; ".join(f"{what}: {why}" for what, why in work.omissions[:5])
            raise _refused(path, f"leaves too little for a scenario{f' ({why})' if why else ''}", allowed)
    _leave_the_rest(work, friend, foes)
    values = {
        "rempart": 1,
        "title": _text(work.given.get("name"))[:200] or path.stem,
        "question": "How does this laydown, imported from Panopticon AI, hold against its own raid?",
        **_duration(work),
        "area": {"terrain": "flat"},
        "assets": {name: {"at": list(place), "class": "military"} for name, place in work.places.items()},
        "defence": {"batteries": batteries},
        "raid": raid,
    }
    return Laydown(values, tuple(dict.fromkeys(work.omissions)))


def laydown_yaml(laydown: Laydown, source: str) -> str:
    """The scenario as a YAML file that opens with what did not carry over."""
    import yaml

    lines = [f"Imported from Panopticon AI ({_text(source)}). What did not carry over, or not as it was:"]
    lines += [f"- {what}: {why}" for what, why in laydown.omissions] or ["- nothing was left out"]
    body = yaml.safe_dump(
        laydown.values, sort_keys=False, default_flow_style=None, allow_unicode=True, width=110
    )
    return "".join(f"# {line}\n" for line in lines) + body


def _read(path: Path) -> dict[str, Any]:
    allowed = "a scenario saved by Panopticon AI: JSON with `currentScenario`, its sides and units"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(path, f"holds {path.stat().st_size} bytes", f"up to {MAX_BYTES} bytes")
        whole = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise _refused(path, f"cannot be read ({why[:200]})", allowed) from error
    given = whole.get("currentScenario") if isinstance(whole, dict) else None
    if not isinstance(given, dict) or not isinstance(given.get("sides"), list):
        raise _refused(path, "is not a laydown of Panopticon", allowed)
    kinds = ("aircraft", "facilities", "airbases", "ships")
    n_units = sum(len(_dicts(given.get(kind))) for kind in kinds)
    if n_units > MAX_UNITS:
        raise _refused(path, f"holds {n_units} units", f"up to {MAX_UNITS} units")
    return dict(whole)


def _sides(whole: Mapping[str, Any], wanted: str | None, work: _Import) -> tuple[set[str], set[str]]:
    """Names and ids of the side that defends, and those of its foes."""
    sides = [side for side in _dicts(work.given["sides"]) if _keys(side)]
    names = ", ".join(_text(side.get("name")) for side in sides) or "none"
    if len(sides) < 2:
        raise _refused(work.file, f"has {len(sides)} sides", "two sides or more")
    if wanted is None:
        friend = max(sides, key=lambda side: _standing(work.given, side, whole.get("currentSideId")))
    else:
        chosen = [side for side in sides if wanted in _keys(side)]
        if not chosen:
            raise _refused(work.file, f"has no side {wanted!r}", names)
        friend = chosen[0]
    relations = work.given.get("relationships")
    hostiles = relations.get("hostiles") if isinstance(relations, dict) else None
    listed = hostiles.get(str(friend.get("id"))) if isinstance(hostiles, dict) else None
    others = [side for side in sides if side is not friend]
    foes = [side for side in others if isinstance(listed, list) and side.get("id") in listed] or others
    for side in others:
        if side not in foes:
            work.leave(f"side {_text(side.get('name'))}", "it is not hostile to the side that defends")
    return _keys(friend), set().union(*map(_keys, foes))


def _standing(given: Mapping[str, Any], side: Mapping[str, Any], player: Any) -> tuple[bool, int]:
    """How well a side is fit to defend: the player's first, if there is anything to defend."""
    owned = [
        unit
        for kind in ("facilities", "airbases", "ships")
        for unit in _dicts(given.get(kind))
        if _keys(side) & _owner(unit)
    ]
    return bool(owned) and side.get("id") == player, len(owned)


def _keys(side: Mapping[str, Any]) -> set[str]:
    return {key for key in (side.get("id"), side.get("name")) if isinstance(key, str) and key}


def _owner(unit: Mapping[str, Any]) -> set[str]:
    return {key for key in (unit.get("sideId"), unit.get("sideName")) if isinstance(key, str)}


def _assets(work: _Import, friend: set[str]) -> None:
    """Airbases, ships and what is aimed at are worth defending; else every facility."""
    aimed_at = _targets(work.given)
    for kind in ("airbases", "ships", "facilities"):
        for unit in work.units(kind, friend):
            if kind == "facilities" and str(unit.get("id")) not in aimed_at:
                continue
            _add_asset(work, unit)
            if kind == "ships":
                work.leave(_called(unit), "it became an asset that stands still and does not shoot")
            if _dicts(unit.get("aircraft")):
                work.leave(f"aircraft on {_called(unit)}", "the defence has no aircraft")
    if not work.places:
        for unit in work.units("facilities", friend):
            _add_asset(work, unit)


def _add_asset(work: _Import, unit: Mapping[str, Any]) -> None:
    name = _name(unit, work.places)
    work.places[name] = _at(unit)
    work.asset_of[str(unit.get("id"))] = name


def _targets(given: Mapping[str, Any]) -> set[str]:
    """Ids of all units that an aircraft or a mission aims at."""
    own = [unit.get("targetId") for unit in _dicts(given.get("aircraft"))]
    lists = [mission.get("assignedTargetIds") for mission in _dicts(given.get("missions"))]
    return {
        str(one) for one in [*own, *(one for some in lists if isinstance(some, list) for one in some)] if one
    }


def _batteries(work: _Import, friend: set[str]) -> dict[str, Any]:
    batteries: dict[str, Any] = {}
    for unit in work.units("facilities", friend):
        system = work.system(unit)
        if system:
            batteries[_name(unit, batteries)] = {"system": system, "at": list(_at(unit))}
    if batteries:
        work.leave("range and weapons of facilities", "reach, rounds and pk are those of the catalogue")
    return batteries


def _raid(work: _Import, friend: set[str], foes: set[str]) -> dict[str, Any]:
    raid: dict[str, Any] = {}
    if not work.places:
        return raid
    for unit in work.units("aircraft", foes):
        height = _number(unit.get("altitude"))
        if height is None or not 0.0 <= height <= 100_000.0:
            work.leave(_called(unit), "its altitude cannot be")
            continue
        system = work.system(unit)
        if system:
            raid[_name(unit, raid)] = {
                "threat": system,
                **_route(work, unit),
                "height": f"{height:g} ft amsl",
                **_speed(work, unit),
            }
    return raid


def _route(work: _Import, unit: Mapping[str, Any]) -> dict[str, Any]:
    """Where an aircraft comes from, by way of what, and to which asset."""
    start, places = _at(unit), _waypoints(unit)
    aim = _aim(work, unit)
    if aim is None:
        end = places[-1] if places else start
        aim = min(work.places, key=lambda name: _distance(end, work.places[name]))
        work.leave(f"aim of {_called(unit)}", f"it has none: the asset nearest its way, {aim}, was taken")
    target = work.places[aim]
    if places and _distance(places[-1], target) < NEAR:
        places = places[:-1]
    route = _without_repeats([start, *places, target])
    if len(route) < 2:
        route = [Place(start.lat_deg, start.lon_deg + 0.1), target]
        work.leave(f"place of {_called(unit)}", "it stands on its aim, and was moved 0.1 degrees east")
    via = (
        {"via": [list(place) for place in route[1:-1]]}
        if len(route) > 2 and _leads(work, unit, route)
        else {}
    )
    return {"from": list(route[0]), **via, "to": aim}


def _leads(work: _Import, unit: Mapping[str, Any], route: list[Place]) -> bool:
    from pydantic_core import PydanticCustomError

    from rempart.scenario.routes import check_route

    try:
        check_route(route)
    except PydanticCustomError as error:
        work.leave(f"waypoints of {_called(unit)}", error.message())
        return False
    return True


def _aim(work: _Import, unit: Mapping[str, Any]) -> str | None:
    """The asset that a unit's own target or its strike mission names."""
    targets = [unit.get("targetId")]
    for mission in _dicts(work.given.get("missions")):
        members, aims = mission.get("assignedUnitIds"), mission.get("assignedTargetIds")
        if isinstance(members, list) and isinstance(aims, list) and unit.get("id") in members:
            targets += aims
    return next((work.asset_of[str(one)] for one in targets if str(one) in work.asset_of), None)


def _speed(work: _Import, unit: Mapping[str, Any]) -> dict[str, str]:
    speed = _number(unit.get("speed"))
    if speed is not None and 20.0 <= speed <= 5_000.0:
        return {"speed": f"{speed:g} kt"}
    work.leave(f"speed of {_called(unit)}", "it cannot be: the catalogue's counts")
    return {}


def _duration(work: _Import) -> dict[str, str]:
    duration = _number(work.given.get("duration"))
    if duration is not None and 60.0 <= duration <= 86_400.0:
        return {"duration": f"{duration / 60.0:.12g} min"}
    work.leave("duration", "it is missing or cannot be: play ends when everything is decided")
    return {}


def _leave_the_rest(work: _Import, friend: set[str], foes: set[str]) -> None:
    """Say what of a laydown has no counterpart."""
    given = work.given
    for unit in _dicts(given.get("aircraft")):
        if friend & _owner(unit):
            work.leave(_called(unit), "the defence has no aircraft")
    for kind, why in (
        ("facilities", "the raid's own ground forces play no part"),
        ("ships", "the raid's own ships play no part"),
        ("airbases", "the raid's own bases play no part, and aircraft on the ground do not take off"),
    ):
        for unit in work.units(kind, foes):
            work.leave(_called(unit), why)
    for key, why in (
        ("weapons", "weapons already in flight have no counterpart"),
        ("missions", "patrols have no counterpart; of a strike only the target is taken"),
        ("referencePoints", "reference points have no counterpart"),
        ("doctrine", "the defence follows `defence.policy`; aircraft of the raid fly their route"),
    ):
        if given.get(key):
            work.leave(key, why)
    work.leave("fuel, weapons and home base of aircraft", "a threat flies its route to its aim")


def _waypoints(unit: Mapping[str, Any]) -> list[Place]:
    route = unit.get("route")
    pairs = (
        [pair for pair in route if isinstance(pair, list) and len(pair) == 2]
        if isinstance(route, list)
        else []
    )
    places = [_place(*pair) for pair in pairs[:90]]
    return [place for place in places if place is not None]


def _without_repeats(places: list[Place]) -> list[Place]:
    return [place for index, place in enumerate(places) if not index or place != places[index - 1]]


def _at(unit: Mapping[str, Any]) -> Place:
    place = _place(unit.get("latitude"), unit.get("longitude"))
    assert place is not None  # `units` gives no other
    return place


def _place(latitude: Any, longitude: Any) -> Place | None:
    lat, lon = _number(latitude), _number(longitude)
    if lat is None or lon is None or abs(lat) > 90.0 or abs(lon) > 180.0:
        return None
    return Place(round(lat, 5), round(lon, 5))


def _distance(here: Place, there: Place) -> float:
    from rempart.geo.geodesic import inverse

    return inverse(here.lat, here.lon, there.lat, there.lon)[0]


def _number(value: Any) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _name(unit: Mapping[str, Any], taken: Mapping[str, Any]) -> str:
    """A unit's name as a key that is not taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", _text(unit.get("name")).lower()).strip("-")[:32].strip("-") or "unit"
    stem = stem if stem[0].isalpha() else f"unit-{stem}"
    number = 1
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _called(unit: Mapping[str, Any]) -> str:
    return f"{_text(unit.get('name')) or 'a unit'} ({_text(unit.get('className')) or 'no class'})"


def _text(value: Any) -> str:
    """Text on one line, with nothing in it that a terminal or YAML would act on."""
    plain = "".join(sign if sign.isprintable() else " " for sign in value) if isinstance(value, str) else ""
    return " ".join(plain.split())[:100]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _refused(where: Path | str, found: str, allowed: str) -> ScenarioError:
    return ScenarioError(Fault(str(where), found, allowed))
