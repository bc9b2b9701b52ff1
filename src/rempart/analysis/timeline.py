"""One trial as a timeline: shots on top, one row per threat below."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rempart.analysis.charts import FULL
from rempart.analysis.records import MOMENTS, Records
from rempart.analysis.svg import (
    BLUE,
    CORAL,
    GREY,
    INK,
    LINE,
    MID_BLUE,
    MUTED,
    PALE_BLUE,
    PAPER,
    TEAL,
    Picture,
    path_of,
    shortened,
    text_width,
    ticks,
)
from rempart.analysis.wording import moment, number, plural, words

_LEFT, _RIGHT = 168.0, 24.0
_MOST_ROWS = 120


@dataclass(frozen=True)
class Shot:
    """One round: when and from which battery it was fired, and whether it killed (None: not told)."""

    time: float
    battery: str
    is_kill: bool | None


@dataclass(frozen=True)
class Timeline:
    """The picture of one trial, with what it leaves out."""

    markup: str
    trial: int
    threats: int
    shown: int


def timeline(
    records: Records,
    trial: int,
    events: Sequence[Mapping[str, Any]] = (),
    batteries: Mapping[str, str] | None = None,
) -> Timeline:
    """Draw a trial; with its event log every shot and every take-off is known.

    Parameters
    ----------
    records : Records
    trial : int
        Its number.
    events : sequence of mappings
        The trial's event log (time, kind, vehicle, actor, value).
    batteries : mapping
        Weapon label → battery, for the rows of shots.
    """
    place = int(np.searchsorted(records.trials, trial))
    every = np.flatnonzero((records.trial == place) & records.is_threat)
    rows = _chosen(records, every)
    takeoffs = {str(e["vehicle"]): float(e["time"]) for e in events if e["kind"] == "takeoff"}
    shots = _shots(events, batteries or {}) if events else _first_shots(records, every)
    lanes = sorted({shot.battery for shot in shots})
    latest = max(
        [float(np.nanmax(records.times["ended"][rows], initial=0.0)), *(s.time for s in shots), 60.0]
    )
    top = 30.0 + 18.0 * max(len(lanes), 1)
    height = 13.0 if len(rows) <= 80 else 10.0
    classes = sorted({int(c) for c in records.vehicle_class.code[rows]})
    bottom = top + 26 + height * len(rows) + 22 * len(classes)
    picture = Picture(FULL, bottom + 52)
    x = _time_scale(latest)
    _grid(picture, x, latest, bottom)
    _shot_lanes(picture, x, shots, lanes)
    _threat_rows(picture, x, (records, rows, takeoffs), top + 18, height)
    _legend(picture, bottom + 44, bool(events))
    return Timeline(
        picture.markup("timeline", f"Timeline of trial {trial}", _told(records, every, trial)),
        trial,
        len(every),
        len(rows),
    )


def _time_scale(latest: float) -> Callable[[float], float]:
    return lambda time: _LEFT + time / latest * (FULL - _RIGHT - _LEFT)


def _chosen(records: Records, rows: np.ndarray) -> np.ndarray:
    """By class, then by first sight; of a great raid every leaker and an even choice of the rest."""
    if len(rows) > _MOST_ROWS:
        leakers, others = rows[records.is_leaker[rows]], rows[~records.is_leaker[rows]]
        leakers = leakers[np.linspace(0, len(leakers) - 1, min(len(leakers), _MOST_ROWS)).astype(int)]
        room = _MOST_ROWS - len(leakers)
        others = others[np.linspace(0, len(others) - 1, min(len(others), room)).astype(int)]
        rows = np.concatenate([leakers, others])
    ended = records.times["ended"][rows]
    seen = np.fmin(records.times["first_detected"][rows], ended)
    return rows[np.lexsort((seen, records.vehicle_class.code[rows]))]


def _shots(events: Sequence[Mapping[str, Any]], batteries: Mapping[str, str]) -> list[Shot]:
    """A round's result is the next intercept by the same weapon at the same vehicle."""
    results: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    for event in events:
        if event["kind"] in ("intercept_kill", "intercept_miss"):
            key = str(event["actor"]), str(event["vehicle"])
            results.setdefault(key, []).append((float(event["time"]), event["kind"] == "intercept_kill"))
    shots = []
    for event in events:
        if event["kind"] == "launch":
            weapon = str(event["actor"])
            told = results.get((weapon, str(event["vehicle"])), [])
            is_kill = any(kill and abs(time - float(event["value"])) < 0.5 for time, kill in told)
            shots.append(Shot(float(event["time"]), batteries.get(weapon, weapon), is_kill))
    return shots


def _first_shots(records: Records, rows: np.ndarray) -> list[Shot]:
    times = records.times["first_launch"][rows]
    return [Shot(float(time), "first shots", None) for time in times[np.isfinite(times)]]


def _grid(picture: Picture, x: Callable[[float], float], latest: float, bottom: float) -> None:
    for minute in ticks(0.0, latest / 60.0, 9):
        place = x(60.0 * minute)
        picture.line(place, 18, place, bottom)
        picture.text(place, 12, moment(60.0 * minute), "middle", fill=MUTED, font_size=11)
        picture.text(place, bottom + 15, moment(60.0 * minute), "middle", fill=MUTED, font_size=11)


def _shot_lanes(
    picture: Picture, x: Callable[[float], float], shots: Sequence[Shot], lanes: Sequence[str]
) -> None:
    for lane, battery in enumerate(lanes):
        y = 24.0 + 18 * lane
        total = sum(shot.battery == battery for shot in shots)
        label = shortened(battery, 11.5, _LEFT - 56)
        picture.text(_LEFT - 34, y + 12, label, "end", font_size=11.5)
        picture.text(_LEFT - 8, y + 12, number(total), "end", fill=MUTED, font_size=11)
        picture.line(_LEFT, y + 14, FULL - _RIGHT, y + 14)
    for shot in shots:
        y = 24.0 + 18 * lanes.index(shot.battery)
        colour = {True: TEAL, False: GREY, None: BLUE}[shot.is_kill]
        tall = 12.0 if shot.is_kill is not False else 7.0
        picture.line(x(shot.time), y + 14, x(shot.time), y + 14 - tall, colour, stroke_width=1.6)


def _threat_rows(
    picture: Picture,
    x: Callable[[float], float],
    data: tuple[Records, np.ndarray, Mapping[str, float]],
    y: float,
    height: float,
) -> None:
    records, rows, takeoffs = data
    current = None
    for row in rows:
        vehicle_class = records.vehicle_class.of(row)
        if vehicle_class != current:
            current = vehicle_class
            members = rows[records.vehicle_class.code[rows] == records.vehicle_class.code[row]]
            lost = int(records.is_leaker[members].sum())
            y += 22
            name = words(current or "").replace("-", " ")
            told = f"{number(lost)} of {number(len(members))} leaked"
            picture.text(_LEFT - 8, y - 6, name, "end", font_weight=700)
            colour = CORAL if lost else TEAL
            picture.text(
                _LEFT + 6,
                y - 6,
                told,
                fill=colour,
                font_size=11,
                font_weight=600,
                stroke=PAPER,
                stroke_width=4,
                paint_order="stroke",
            )
            picture.line(12, y - 1, FULL - _RIGHT, y - 1)
        name = str(records.vehicle.of(row))
        if height >= 10:
            label = shortened(name, height - 3, _LEFT - 24)
            picture.text(_LEFT - 8, y + height - 3, label, "end", fill=MUTED, font_size=height - 3)
        _threat_bar(picture, x, (records, int(row), takeoffs.get(name, math.nan)), y, height)
        y += height


def _threat_bar(
    picture: Picture,
    x: Callable[[float], float],
    threat: tuple[Records, int, float],
    y: float,
    height: float,
) -> None:
    records, row, takeoff = threat
    detected, firm, _, assigned, launched, ended = (float(records.times[name][row]) for name in MOMENTS)
    middle, thick = y + height / 2, height - 5
    end = ended if math.isfinite(ended) else max(t for t in (detected, takeoff, 0.0) if math.isfinite(t))
    unseen = detected if math.isfinite(detected) else end
    if math.isfinite(takeoff):
        picture.line(x(takeoff), middle, x(unseen), middle, GREY, stroke_dasharray="2 3")
    for begin, colour in ((detected, PALE_BLUE), (firm, MID_BLUE), (launched, BLUE)):
        if math.isfinite(begin):
            picture.rect(x(begin), y + 2.5, max(x(end) - x(begin), 0.5), thick, colour)
    if math.isfinite(assigned):
        picture.line(x(assigned), y + 1, x(assigned), y + height - 1, INK, stroke_width=1.4)
    _end_mark(picture, x(end), middle, str(records.outcome.of(row)))


def _end_mark(picture: Picture, x: float, y: float, outcome: str) -> None:
    if outcome == "leaked":
        triangle = path_of([(x - 5, y + 4.5), (x + 5, y + 4.5), (x, y - 5)], is_closed=True)
        picture.add("path", d=triangle, fill=CORAL, stroke=PAPER, stroke_width=1)
    elif outcome == "killed":
        picture.add("circle", cx=x, cy=y, r=4, fill=TEAL, stroke=PAPER, stroke_width=1)
    else:
        picture.add("circle", cx=x, cy=y, r=3.5, fill=PAPER, stroke=GREY, stroke_width=1.5)


def _legend(picture: Picture, y: float, has_events: bool) -> None:
    x = 12.0
    items = [("detected", PALE_BLUE), ("firm track", MID_BLUE), ("under fire", BLUE)]
    for label, colour in items:
        picture.rect(x, y - 9, 20, 9, colour)
        picture.text(x + 26, y, label, font_size=11.5)
        x += 40 + text_width(label, 11.5)
    picture.line(x + 4, y - 11, x + 4, y + 1, INK, stroke_width=1.4)
    picture.text(x + 12, y, "first assignment", font_size=11.5)
    x += 34 + text_width("first assignment", 11.5)
    for label, outcome in (("killed", "killed"), ("leaked", "leaked"), ("still flying", "airborne")):
        _end_mark(picture, x, y - 4.5, outcome)
        picture.text(x + 10, y, label, font_size=11.5)
        x += 30 + text_width(label, 11.5)
    shots = (
        "shots: tall green = kill, short grey = miss"
        if has_events
        else "blue ticks on top: first shot at each threat"
    )
    picture.text(FULL - _RIGHT, y, shots, "end", fill=MUTED, font_size=11.5)
    picture.line(12, y - 20, FULL - _RIGHT, y - 22, LINE)


def _told(records: Records, rows: np.ndarray, trial: int) -> str:
    leaked, killed = int(records.is_leaker[rows].sum()), int(records.is_killed[rows].sum())
    return (
        f"Trial {trial}: of {plural(len(rows), 'threat')}, {killed} were shot down and {leaked} leaked; "
        "each row runs from first detection to the end of one threat."
    )
