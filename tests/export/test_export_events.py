"""Event logs: rows in names, the same in both forms."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from rempart.export.events import EVENT_COLUMNS, events_csv, events_json_lines


def test_json_lines_are_one_object_an_event(replay):
    rows = [json.loads(line) for line in events_json_lines(replay).splitlines()]
    assert len(rows) == 8
    assert all(list(row) == list(EVENT_COLUMNS) for row in rows)
    assert rows[3] == {
        "time": 44.0, "kind": "identified", "vehicle": "drones-1", "actor": "command", "value": None,
        "detail": "hostile", "longitude_deg": 44.3, "latitude_deg": 33.7, "height": 280.0,
        "marking": "SIMULATED - EXERCISE",
    }  # fmt: skip
    assert (rows[6]["vehicle"], rows[6]["height"]) == (None, None)


def test_carriers_and_losses_are_told_by_name(marching):
    rows = [json.loads(line) for line in events_json_lines(marching).splitlines()]
    told = {row["kind"]: (row["vehicle"], row["actor"], row["detail"]) for row in rows}
    assert told["released"] == ("drones-1", None, "airway-1")
    assert told["not_released"] == ("bomb-1", None, "drones-1")
    assert told["sensor_lost"] == told["unit_lost"] == ("missiles-1", "north-1", None)


@pytest.mark.parametrize("name", ["replay", "marching"])
def test_csv_says_the_same(name, request):
    replay = request.getfixturevalue(name)
    rows = list(csv.DictReader(io.StringIO(events_csv(replay))))
    told = [json.loads(line) for line in events_json_lines(replay).splitlines()]
    assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in told] == rows


def test_every_column_is_documented():
    page = (Path(__file__).parents[2] / "docs/guide/replay.md").read_text(encoding="utf-8")
    for name in EVENT_COLUMNS:
        assert f"| `{name}` |" in page, name
