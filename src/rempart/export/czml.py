"""Cesium: one trial as CZML, for any globe that reads it; refers to nothing outside itself.

Source: Analytical Graphics, "CZML Guide" and its schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from rempart.export.notation import heading, lon_lat_height, places, provenance, seconds, utc
from rempart.run.replay import Replay
from rempart.run.scene import Asset, Flight, Path, Shot, Site

SPEED_UP = 10
"""Seconds of the trial for each second of a viewer's clock, at first."""

Packet = dict[str, Any]
Colour = list[int]

RAID: Colour = [214, 69, 65, 255]
TRAFFIC: Colour = [88, 160, 96, 255]
DEFENCE: Colour = [58, 120, 196, 255]
ASSET: Colour = [201, 162, 39, 255]
_OUTLINE: Colour = [20, 24, 31, 255]
_ENDS = {"killed": "shot down", "leaked": "leaked"}


def czml_text(replay: Replay) -> str:
    """One trial as a CZML document."""
    return json.dumps(list(_packets(replay)), separators=(",", ":"), ensure_ascii=False) + "\n"


def _packets(replay: Replay) -> Iterator[Packet]:
    end = max([replay.end, *(float(shot.path.time[-1]) for shot in replay.shots)])
    yield _document(replay, end)
    for asset in replay.assets:
        yield _asset(asset)
    for site in replay.sites:
        yield _site(site)
    for flight in replay.flights:
        yield _flight(flight)
        if flight.outcome in _ENDS:
            yield _end_mark(flight, end)
    for number, shot in enumerate(replay.shots):
        yield _shot(shot, number)


def _document(replay: Replay, end: float) -> Packet:
    return {
        "id": "document",
        "version": "1.0",
        "name": heading(replay),
        "description": escape(f"{replay.marking}. {provenance(replay)}"),
        "clock": {
            "interval": _interval(0.0, end),
            "currentTime": utc(0.0),
            "multiplier": SPEED_UP,
            "range": "CLAMPED",
            "step": "SYSTEM_CLOCK_MULTIPLIER",
        },
    }


def _asset(asset: Asset) -> Packet:
    told = f"Defended asset, value {asset.value:g}"
    return _on_ground(f"asset/{asset.name}", told, asset, ASSET)


def _site(site: Site) -> Packet:
    told = site.role if site.system is None else f"{site.system}, {site.role} of battery {site.battery}"
    return _on_ground(f"site/{site.role}/{site.name}", told, site, DEFENCE)


def _on_ground(id_: str, told: str, thing: Asset | Site, colour: Colour) -> Packet:
    standing = {"position": {"cartographicDegrees": list(lon_lat_height(thing.at))}}
    return {
        "id": id_,
        "name": thing.name,
        "description": escape(told),
        **(standing if thing.way is None else _moving(thing.way, colour, width=2)),
        "point": _dot(colour, 9),
        "label": _label(thing.name),
    }


def _flight(flight: Flight) -> Packet:
    colour = RAID if flight.is_hostile else TRAFFIC
    told = f"{flight.vehicle_class} of {flight.group}: {flight.outcome}"
    told = f"{told} ({flight.cause})" if flight.cause else told
    return {
        "id": f"flight/{flight.name}",
        "name": flight.name,
        "description": escape(told),
        **_moving(flight.path, colour, width=2),
        "point": _dot(colour, 8),
        "label": _label(flight.name),
    }


def _shot(shot: Shot, number: int) -> Packet:
    target = "a false track" if shot.target is None else shot.target
    told = f"{shot.kind} of {shot.battery} at {target}: {shot.result}"
    return {
        "id": f"shot/{number}",
        "name": f"{shot.kind} at {target}",
        "description": escape(told),
        **_moving(shot.path, DEFENCE, width=1),
        "point": _dot(DEFENCE, 5),
    }


def _end_mark(flight: Flight, end: float) -> Packet:
    word = _ENDS[flight.outcome]
    begin = float(flight.path.time[-1])
    return {
        "id": f"end/{flight.name}",
        "name": f"{flight.name} {word}",
        "availability": _interval(begin, max(end, begin + 1.0)),
        "position": {"cartographicDegrees": list(places(flight.path)[-1])},
        "point": _dot(RAID if flight.outcome == "leaked" else DEFENCE, 12, filled=False),
    }


def _moving(path: Path, colour: Colour, width: int) -> Packet:
    samples: list[float] = []
    for time, place in zip(path.time, places(path), strict=True):
        samples += [seconds(float(time)), *place]
    return {
        "availability": _interval(float(path.time[0]), float(path.time[-1])),
        "position": {
            "epoch": utc(0.0),
            "cartographicDegrees": samples,
            "interpolationAlgorithm": "LINEAR",
            "interpolationDegree": 1,
        },
        "path": {
            "leadTime": 0,
            "trailTime": seconds(float(path.time[-1] - path.time[0])),
            "width": width,
            "resolution": 10,
            "material": {"solidColor": {"color": {"rgba": [*colour[:3], 150]}}},
        },
    }


def _dot(colour: Colour, size: int, filled: bool = True) -> Packet:
    return {
        "pixelSize": size,
        "color": {"rgba": colour if filled else [*colour[:3], 0]},
        "outlineColor": {"rgba": _OUTLINE if filled else colour},
        "outlineWidth": 1 if filled else 2,
    }


def _label(text: str) -> Packet:
    return {
        "text": text,
        "font": "12px sans-serif",
        "showBackground": True,
        "backgroundColor": {"rgba": [*_OUTLINE[:3], 160]},
        "horizontalOrigin": "LEFT",
        "pixelOffset": {"cartesian2": [10, 0]},
        "distanceDisplayCondition": {"distanceDisplayCondition": [0, 400000]},
    }


def _interval(begin: float, end: float) -> str:
    return f"{utc(begin)}/{utc(end)}"
