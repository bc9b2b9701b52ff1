"""GeoJSON (RFC 7946): laydown as points, flights and interceptors as lines, for maps and GIS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from rempart.export.notation import heading, lon_lat_height, places, provenance, seconds
from rempart.run.replay import Replay
from rempart.run.scene import Asset, Flight, Path, Shot, Site

Position = Sequence[float]
Member = dict[str, Any]


def geojson_text(replay: Replay) -> str:
    """One trial as a feature collection; `kind` tells asset, sensor, fire unit, flight and shot apart."""
    collection = {
        "type": "FeatureCollection",
        "name": heading(replay),
        "marking": replay.marking,
        "description": provenance(replay),
        "features": list(_features(replay)),
    }
    return json.dumps(collection, separators=(",", ":"), ensure_ascii=False) + "\n"


def _features(replay: Replay) -> Iterator[Member]:
    marked = {"marking": replay.marking}
    for asset in replay.assets:
        yield _feature(_ground(asset), kind="asset", name=asset.name, value=asset.value, **marked)
    for site in replay.sites:
        yield _feature(
            _ground(site),
            kind=site.role,
            name=site.name,
            battery=site.battery,
            system=site.system,
            **marked,
        )
    for flight in replay.flights:
        yield _flight(flight, marked)
    for shot in replay.shots:
        yield _shot(shot, marked)


def _ground(thing: Asset | Site) -> Member:
    """A point where it stands, a line where it marches."""
    return _point(lon_lat_height(thing.at)) if thing.way is None else line(places(thing.way))


def _flight(flight: Flight, marked: Member) -> Member:
    return _feature(
        line(places(flight.path)),
        kind="flight",
        name=flight.name,
        group=flight.group,
        system=flight.system,
        vehicle_class=flight.vehicle_class,
        is_hostile=flight.is_hostile,
        asset=flight.asset,
        outcome=flight.outcome,
        cause=flight.cause,
        **_times(flight.path),
        **marked,
    )


def _shot(shot: Shot, marked: Member) -> Member:
    return _feature(
        line(places(shot.path)),
        kind="shot",
        name=shot.kind,
        battery=shot.battery,
        weapon=shot.weapon,
        target=shot.target,
        result=shot.result,
        **_times(shot.path),
        **marked,
    )


def _times(path: Path) -> Member:
    return {
        "start": seconds(float(path.time[0])),
        "end": seconds(float(path.time[-1])),
        "lowest": round(float(path.height.min()), 1),
        "highest": round(float(path.height.max()), 1),
    }


def _feature(geometry: Member, **properties: Any) -> Member:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(position: Position) -> Member:
    return {"type": "Point", "coordinates": list(position)}


def line(positions: Sequence[Position]) -> Member:
    """A line, cut in two wherever it crosses the 180th meridian (RFC 7946, section 3.1.9)."""
    parts: list[list[Position]] = [[positions[0]]]
    for here, there in pairwise(positions):
        if abs(there[0] - here[0]) > 180.0:
            leave, enter = _crossing(here, there)
            parts[-1].append(leave)
            parts.append([enter])
        parts[-1].append(there)
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _crossing(here: Position, there: Position) -> tuple[Position, Position]:
    edge = 180.0 if here[0] > 0.0 else -180.0
    beyond = there[0] + 2.0 * edge
    share = (edge - here[0]) / (beyond - here[0])
    rest = [round(a + share * (b - a), 7) for a, b in zip(here[1:], there[1:], strict=True)]
    return [edge, *rest], [-edge, *rest]
