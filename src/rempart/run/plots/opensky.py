"""States of aircraft as recorded by The OpenSky Network, each taken as a plot of its place.

Two layouts of JSON are read: a list of lists of records with `timestamp` [ms], `latitude`,
`longitude` [deg] and `altitude` [ft], one list an aircraft; and the answer of the network's own
interface, `{"time": …, "states": [[…], …]}`, in which heights are metres. Its CSV files of state
vectors are tables as any other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from rempart.base.units import UNITS
from rempart.run.plots.cleaning import clean
from rempart.run.plots.files import number_or_nan
from rempart.run.plots.placing import local_places, middle
from rempart.run.plots.record import PlotRecord, rows_of, take

ERROR = 100.0
"""[m] Times are whole seconds, so a place may be half a second old or more: 100 m in flight."""
_FOOT = UNITS["length"]["ft"]
_STATE = {"target": 0, "time": 3, "contact": 4, "lon": 5, "lat": 6, "barometric": 7, "geometric": 13}
"""Places in a state vector of the network's interface."""
_State = tuple[float, str, float, float, float]


def is_opensky(content: Any) -> bool:
    """The content is one of the two layouts."""
    if isinstance(content, dict):
        return isinstance(content.get("states"), list)
    record = _first_record(content)
    return isinstance(record, dict) and {"timestamp", "icao24", "latitude", "longitude"} <= set(record)


def opensky_plots(content: Any) -> PlotRecord:
    """Plots of the states of a JSON file; states without a place are counted and left out."""
    states = list(_states(content) if isinstance(content, dict) else _records(content))
    table = np.array([(s[0], *s[2:]) for s in states], dtype=float).reshape(-1, 4)
    names: dict[str, int] = {}
    owner = np.array([names.setdefault(state[1], len(names)) for state in states], np.int64)
    lat, lon, height = np.radians(table[:, 1]), np.radians(table[:, 2]), table[:, 3]
    frame = middle(lat, lon)
    good = table[np.isfinite(table[:, 0]), 0]
    start = float(np.floor(good.min())) if len(good) else 0.0
    value = np.full((len(table), 4), np.nan)
    if frame is not None:
        value[:, :3] = local_places(lat, lon, height, frame)
    rows = rows_of(table[:, 0] - start, value, owner=owner, error=np.full((len(table), 4), ERROR))
    is_stale = _repeats(table, owner)
    kept = clean([take(rows, ~is_stale)])
    return PlotRecord(
        kept.rows,
        ("transponder",),
        tuple(names),
        frame=frame,
        start=start,
        out_of_order=kept.out_of_order,
        refused=kept.refused | ({"stale": int(is_stale.sum())} if is_stale.any() else {}),
    )


def _repeats(table: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Rows at the same place as the one before of the same aircraft: it has not reported since."""
    order = np.lexsort((table[:, 0], owner))
    same = (np.diff(table[order, 1:3], axis=0) == 0.0).all(axis=1) & (np.diff(owner[order]) == 0)
    found = np.zeros(len(table), dtype=bool)
    found[order[1:][same]] = True
    return found


def _records(content: list[Any]) -> Iterator[_State]:
    for record in (one for part in content for one in (part if isinstance(part, list) else [part])):
        if isinstance(record, dict):
            yield (
                number_or_nan(record.get("timestamp")) / 1000.0,
                str(record.get("icao24")),
                number_or_nan(record.get("latitude")),
                number_or_nan(record.get("longitude")),
                number_or_nan(record.get("altitude")) * _FOOT,
            )


def _states(content: dict[str, Any]) -> Iterator[_State]:
    for state in content["states"]:
        if not isinstance(state, list) or len(state) <= _STATE["barometric"]:
            yield math.nan, "", math.nan, math.nan, math.nan
            continue
        told = {name: number_or_nan(state[i]) for name, i in _STATE.items() if i < len(state)}
        time = told["time"] if math.isfinite(told["time"]) else told["contact"]
        geometric = told.get("geometric", math.nan)
        height = geometric if math.isfinite(geometric) else told["barometric"]
        yield time, str(state[0]), told["lat"], told["lon"], height


def _first_record(content: Any) -> Any:
    first = content[0] if isinstance(content, list) and content else None
    return first[0] if isinstance(first, list) and first else first
