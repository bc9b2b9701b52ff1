"""The event log of one trial as JSON Lines or CSV: names, not indices; one row an event."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from rempart.export.notation import lon_lat_height
from rempart.run.replay import Replay

EVENT_COLUMNS: dict[str, str] = {
    "time": "[s] from the start of the trial",
    "kind": "what happened",
    "vehicle": "the vehicle that it happened to; null for plots and tracks of nothing",
    "actor": "the sensor, group, fire unit or weapon that did it, or that was lost",
    "value": "a number whose meaning depends on the kind",
    "detail": "the identity declared, the cause of a leak or of a refusal, or the other vehicle",
    "longitude_deg": "where the vehicle was (plot: where the sensor reported it)",
    "latitude_deg": "likewise",
    "height": "[m] above the ellipsoid",
    "marking": "SIMULATED - EXERCISE, in every row",
}
"""Columns of both forms, in order; what does not apply is null or empty."""


def events_json_lines(replay: Replay) -> str:
    """The log as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(replay))


def events_csv(replay: Replay) -> str:
    """The log as CSV with a header line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, EVENT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(replay))
    return text.getvalue()


def _rows(replay: Replay) -> Iterator[dict[str, Any]]:
    for event in replay.events:
        place = (None, None, None) if event.at is None else lon_lat_height(event.at)
        told = (round(event.time, 6), event.kind, event.vehicle, event.actor, event.value, event.detail)
        yield dict(zip(EVENT_COLUMNS, (*told, *place, replay.marking), strict=True))
