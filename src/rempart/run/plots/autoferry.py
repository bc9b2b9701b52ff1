"""Plots and truth of the Autoferry data set: detections of a ferry's sensors, and GNSS of two boats.

Source: Ø. K. Helgesen, K. Vasstein, E. F. Brekke and A. Stahl, Heterogeneous multi-sensor tracking for
an autonomous surface vehicle in a littoral environment, Ocean Engineering 252, 2022 (data CC0).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rempart.run.plots.cleaning import clean
from rempart.run.plots.files import number_or_nan
from rempart.run.plots.record import POSITION, Frame, Look, PlotRecord, Rows, joined

SENSORS = {1: "lidar", 2: "radar", 3: "infrared", 4: "camera"}
ORIGIN = Frame(math.radians(63.4389029083), math.radians(10.39908278), 0.0)
"""Of the fixed frame, as the data set tells it; north and east in it."""
_RANGING = ("lidar", "radar")


def is_autoferry(content: Any) -> bool:
    """The content is a list of sensor frames."""
    return isinstance(content, list) and bool(content) and _has(content[0], "sensorID", "measurement")


def is_autoferry_truth(content: Any) -> bool:
    """The content is a list of lists of targets."""
    first = content[0] if isinstance(content, list) and content else None
    return isinstance(first, list) and bool(first) and _has(first[0], "targetID", "position")


def autoferry_plots(frames: list[Any]) -> PlotRecord:
    """Plots of the sensors that measure range, in the fixed frame; bearings alone are counted and left."""
    times = [number_or_nan(frame.get("time")) for frame in frames if isinstance(frame, dict)]
    start = float(np.floor(min((time for time in times if math.isfinite(time)), default=0.0)))
    names: dict[str, int] = {}
    blocks: list[Rows] = []
    looks: list[Look] = []
    refused = {"bearing_only": 0, "unreadable": 0}
    for frame in frames:
        read = _frame(frame, start)
        if read is None:
            refused["unreadable"] += 1
            continue
        name, look, places = read
        if name not in _RANGING:
            refused["bearing_only"] += places.size
            continue
        sensor = names.setdefault(name, len(names))
        looks.append(Look(look[0], sensor, (look[1], look[2], 0.0)))
        blocks.append(_rows(look[0], sensor, places))
    kept = clean([joined(blocks)])
    total = {name: count for name, count in {**refused, **kept.refused}.items() if count}
    return PlotRecord(
        kept.rows,
        tuple(names),
        frame=ORIGIN,
        start=start,
        looks=tuple(sorted(looks)),
        out_of_order=kept.out_of_order,
        refused=total,
    )


def autoferry_truth(content: list[Any]) -> list[tuple[float, str, float, float]]:
    """Time [s], target, east, north [m] in the fixed frame of every GNSS position."""
    found = []
    for target in (target for frame in content if isinstance(frame, list) for target in frame):
        if _has(target, "targetID", "position", "time") and len(np.atleast_1d(target["position"])) >= 2:
            north, east = (number_or_nan(value) for value in target["position"][:2])
            found.append((number_or_nan(target["time"]), str(target["targetID"]), east, north))
    return found


def _frame(frame: Any, start: float) -> tuple[str, tuple[float, float, float], np.ndarray] | None:
    """Sensor, look (time, east, north of the ship) and east, north (n, 2) of what it saw; None if broken."""
    if not _has(frame, "sensorID", "time", "ownshipPosition", "measurement"):
        return None
    try:
        own = np.asarray(frame["ownshipPosition"], dtype=float).ravel()
        seen = np.asarray(frame["measurement"], dtype=float)
        name = SENSORS[frame["sensorID"]]
    except (TypeError, ValueError, KeyError):
        return None
    time = number_or_nan(frame["time"]) - start
    if len(own) < 2 or not np.isfinite([time, *own[:2]]).all():
        return None
    look = (time, float(own[1]), float(own[0]))
    if name not in _RANGING:
        return name, look, seen.ravel()
    if seen.size % 2:
        return None
    # Two rows, north and east; a lone plot is a flat pair.
    north, east = seen.reshape(2, -1)
    return name, look, np.column_stack((own[1] + east, own[0] + north))


def _rows(time: float, sensor: int, places: np.ndarray) -> Rows:
    n = len(places)
    value, number = np.full((n, 4), np.nan), np.full(n, sensor, np.int64)
    value[:, :2] = places
    kind = np.full(n, POSITION, np.int64)
    return Rows(np.full(n, time), number, kind, value, np.full((n, 4), np.nan), np.full(n, -1, np.int64))


def _has(entry: Any, *keys: str) -> bool:
    return isinstance(entry, dict) and all(key in entry for key in keys)
