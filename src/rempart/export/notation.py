"""How places, times and sides are written in every format."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from rempart.run.replay import Replay
from rempart.run.scene import Path, Point

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""Second 0 of every replay. A scenario has no date; formats that ask for one get this."""


def utc(time: float) -> str:
    """A time [s] of the trial as ISO 8601 in UTC, to 0.1 ms."""
    moment = EPOCH + timedelta(microseconds=100 * round(time * 1e4))
    return moment.isoformat().replace("+00:00", "Z")


def seconds(time: float) -> float:
    """A time [s] to 0.1 ms, in which a ballistic missile flies some 0.2 m."""
    return round(time, 4)


def lon_lat_height(point: Point) -> tuple[float, float, float]:
    """Longitude and latitude [deg, to 1e-7, about 1 cm] and height [m, to 1 cm]."""
    return round(math.degrees(point.lon), 7), round(math.degrees(point.lat), 7), round(point.height, 2)


def places(path: Path) -> list[tuple[float, float, float]]:
    """All places of a path, as `lon_lat_height`."""
    return [lon_lat_height(Point(*place)) for place in zip(path.lat, path.lon, path.height, strict=True)]


def heading(replay: Replay) -> str:
    """Title of an export, marked as simulated."""
    return f"{replay.marking}: {replay.title}"


def provenance(replay: Replay) -> str:
    """Which trial of which campaign it is, in a sentence."""
    return f"Trial {replay.trial} of campaign {replay.digest}, seed {replay.seed}. {replay.question}".strip()
