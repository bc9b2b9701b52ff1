"""Tacview: the text format ACMI 2.2, plain or zipped.

Source: Tacview, "Technical reference: ACMI flight recordings 2.2".
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import count, groupby
from typing import NamedTuple

from rempart.export.notation import heading, lon_lat_height, places, provenance, seconds, utc
from rempart.run.replay import Replay
from rempart.run.scene import Asset, Flight, Path, Shot, Site

VEHICLE_TYPES: dict[str, str] = {
    "small-drone": "Light+Air+FixedWing",
    "male-drone": "Medium+Air+FixedWing",
    "cruise-missile": "Weapon+Missile",
    "ballistic-missile": "Heavy+Weapon+Missile",
    "rocket": "Weapon+Rocket",
    "strike-aircraft": "Medium+Air+FixedWing",
    "helicopter": "Air+Rotorcraft",
    "airliner": "Heavy+Air+FixedWing",
}
"""Vehicle class → Tacview's tags."""
SITE_TYPES = {"sensor": "Ground+Static+Sensor", "fire unit": "Ground+Static+AntiAircraft"}
ASSET_TYPE, CONVOY_TYPE = "Ground+Static+Building", "Ground+Vehicle"
SHOT_TYPE = "Light+Weapon+Missile"

DEFENCE, RAID, TRAFFIC = ("Allies", "Blue"), ("Enemies", "Red"), ("Neutral", "Green")
"""Coalition and colour of each side."""

MESSAGES: dict[str, str] = {
    "track_firm": "firm track in",
    "track_dropped": "track dropped by",
    "identified": "identified by",
    "assigned": "assigned to",
    "aborted": "engagement given up by",
    "assessed": "result declared by",
    "released": "let go by",
    "sensor_lost": "puts out of action",
    "unit_lost": "puts out of action",
}
"""Kinds of event that become messages, and how they read."""

_POSITION, _EVENT, _REMOVAL = range(3)

Ids = dict[tuple[str, str], str]
"""(Role, name) → Tacview's number of the object."""


class Line(NamedTuple):
    """One line of the file and where it belongs; within a moment positions come before removals."""

    time: float
    rank: int
    text: str


def acmi_text(replay: Replay) -> str:
    """One trial as an ACMI text: byte order mark, header, then frames in order of time."""
    header = [
        "\ufeffFileType=text/acmi/tacview",
        "FileVersion=2.2",
        f"0,ReferenceTime={utc(0.0)}",
        "0,DataSource=Rempart",
        "0,DataRecorder=Rempart",
        f"0,Title={plain(heading(replay))}",
        f"0,Comments={plain(f'{replay.marking}. {provenance(replay)}')}",
    ]
    lines = sorted(_lines(replay), key=lambda line: (seconds(line.time), line.rank))
    for time, frame in groupby(lines, key=lambda line: seconds(line.time)):
        header.append(f"#{time:.4f}".rstrip("0").rstrip("."))
        header.extend(line.text for line in frame)
    return "\n".join(header) + "\n"


def acmi_zip(replay: Replay) -> bytes:
    """The same in a ZIP archive; equal trials give equal bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        # ZipInfo's default date is fixed; a real one would change the bytes.
        entry = zipfile.ZipInfo(f"trial-{replay.trial}.txt.acmi")
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, acmi_text(replay))
    return content.getvalue()


def plain(text: str) -> str:
    """Text that is safe as a value: no line breaks, bars or backslashes, commas escaped."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).replace("\\", "/").replace("|", "/").replace(",", "\\,")


def _lines(replay: Replay) -> Iterator[Line]:
    numbers = count(1)
    ids: Ids = {}
    for asset in replay.assets:
        kind = ASSET_TYPE if asset.way is None else CONVOY_TYPE
        yield from _ground_lines(f"{next(numbers):x}", asset, kind)
    for site in replay.sites:
        ids[site.role, site.name] = f"{next(numbers):x}"
        kind = SITE_TYPES[site.role]
        kind = kind if site.way is None else kind.replace("Static", "Vehicle")
        yield from _ground_lines(ids[site.role, site.name], site, kind)
    for flight in replay.flights:
        ids["flight", flight.name] = f"{next(numbers):x}"
        yield from _flight_lines(flight, ids["flight", flight.name])
    for shot in replay.shots:
        yield from _shot_lines(shot, f"{next(numbers):x}", ids)
    yield from _messages(replay, ids)


def _ground_lines(number: str, thing: Asset | Site, kind: str) -> Iterator[Line]:
    coalition, colour = DEFENCE
    properties = f",Type={kind},Name={plain(thing.name)},Coalition={coalition},Color={colour}"
    if thing.way is None:
        yield Line(0.0, _POSITION, f"{number},T={_position(lon_lat_height(thing.at))}{properties}")
    else:
        yield from _moving(number, thing.way, properties)


def _moving(number: str, path: Path, properties: str) -> Iterator[Line]:
    for time, place in zip(path.time, places(path), strict=True):
        yield Line(float(time), _POSITION, f"{number},T={_position(place)}{properties}")
        properties = ""


def _position(place: tuple[float, float, float]) -> str:
    return "{:.7f}|{:.7f}|{:.2f}".format(*place)


def _flight_lines(flight: Flight, number: str) -> Iterator[Line]:
    coalition, colour = RAID if flight.is_hostile else TRAFFIC
    properties = (
        f",Type={VEHICLE_TYPES[flight.vehicle_class]},Name={plain(flight.system)},"
        f"CallSign={plain(flight.name)},Group={plain(flight.group)},"
        f"Coalition={coalition},Color={colour}"
    )
    yield from _moving(number, flight.path, properties)
    if flight.outcome == "airborne":
        return
    end = float(flight.path.time[-1])
    if flight.outcome == "killed":
        yield Line(end, _EVENT, f"0,Event=Destroyed|{number}|{plain(flight.name)} shot down")
    else:
        yield Line(end, _EVENT, f"0,Event=LeftArea|{number}|{plain(flight.name)} {flight.outcome}")
    if flight.outcome == "leaked":
        why = f"{flight.name} reached {flight.asset}: {flight.cause}"
        yield Line(end, _EVENT, f"0,Event=Bookmark|{number}|{plain(why)}")
    yield Line(end, _REMOVAL, f"-{number}")


def _shot_lines(shot: Shot, number: str, ids: Ids) -> Iterator[Line]:
    coalition, colour = DEFENCE
    properties = (
        f",Type={SHOT_TYPE},Name={plain(shot.kind)},Parent={ids['fire unit', shot.unit]},"
        f"Coalition={coalition},Color={colour}"
    )
    yield from _moving(number, shot.path, properties)
    if shot.result == "open":
        return
    end = float(shot.path.time[-1])
    outcome = "Kill" if shot.result == "kill" else "Miss"
    target = f"TargetId:{ids['flight', shot.target]}|" if shot.target is not None else ""
    yield Line(
        end,
        _EVENT,
        f"0,Event=Timeout|SourceId:{ids['fire unit', shot.unit]}|AmmoType:{plain(shot.kind)}|AmmoCount:1|"
        f"{target}Outcome:{outcome}",
    )
    yield Line(end, _REMOVAL, f"-{number}")


def _messages(replay: Replay, ids: Ids) -> Iterator[Line]:
    for event in replay.events:
        if event.kind in MESSAGES and event.vehicle is not None:
            text = f"{event.vehicle}: {MESSAGES[event.kind]} {event.actor or event.detail}"
            text = f"{text} as {event.detail}" if event.actor and event.detail else text
            yield Line(event.time, _EVENT, f"0,Event=Message|{ids['flight', event.vehicle]}|{plain(text)}")
