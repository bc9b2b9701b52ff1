"""Data sheets: a system and all its figures as plain rows, ready for a table, JSON or a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from rempart.catalog.figures import GRADES, Figure
from rempart.catalog.systems import AirDefenceSystem, System, figures_of

_SECTION = re.compile(r"(sensors\.[^.]+|fire_unit\.weapons\.[^.]+|fire_unit|battery|background)\.")

Row = dict[str, Any]


def data_sheet(system: System) -> Row:
    """Everything that is known of a system.

    Returns
    -------
    dict
        `name`, `title`, `kind`, `summary`; `facts`: what is said in words; `figures`: one
        `figure_row` for each figure, in the order of the form; `grades`: how many have which grade.
    """
    rows = [figure_row(path, figure, system) for path, figure in figures_of(system)]
    return {
        "name": system.name,
        "title": system.title,
        "kind": system.kind,
        "summary": system.summary,
        "facts": list(_facts(system)),
        "figures": rows,
        "grades": {grade: sum(row["grade"] == grade for row in rows) for grade in GRADES},
    }


def figure_row(path: str, figure: Figure, system: System) -> Row:
    """One figure as plain data; `written` is how the file has it, `value`, `low`, `high` are SI."""
    section = _section_path(path)
    return {
        "system": system.name,
        "path": path,
        "section": _title(system, section),
        "label": path.removeprefix(f"{section}.").replace(".", " ").replace("_", " "),
        **_plain(figure),
        "alternatives": [_plain(alternative) for alternative in figure.alternatives],
    }


def weakest_figures(systems: Iterable[System]) -> list[Row]:
    """All figures of some systems, the least trustworthy first: worst grade, then widest range."""
    rows = [figure_row(path, figure, system) for system in systems for path, figure in figures_of(system)]
    return sorted(rows, key=_weakness, reverse=True)


def _weakness(row: Row) -> tuple[str, float]:
    """Grade, and how many times the range exceeds the nominal."""
    scale = abs(row["value"]) or 1.0
    return row["grade"], (row["high"] - row["low"]) / scale


def _plain(figure: Figure) -> Row:
    row = {item.name: getattr(figure, item.name) for item in fields(figure)}
    return {**row, "sources": list(figure.sources), "alternatives": []}


def _section_path(path: str) -> str:
    match = _SECTION.match(path)
    return match[1] if match else ""


def _title(system: Any, section: str) -> str:
    """The title of the part that a section is about."""
    part = system
    for key in filter(None, section.split(".")):
        part = part[key] if isinstance(part, dict) else getattr(part, key)
    return getattr(part, "title", section.capitalize())


def _facts(system: System) -> Iterable[Row]:
    """The words and plain numbers of a system: kinds, roles, composition, fluctuation cases."""
    for section, part in _parts(system):
        told_above = ("name", "title", "summary") if section else ("name", "title", "summary", "kind")
        for key, value in vars(part).items():
            if isinstance(value, (str, int, tuple)) and key not in told_above:
                text = ", ".join(value) if isinstance(value, tuple) else str(value)
                yield {"section": _title(system, section), "label": key.replace("_", " "), "text": text}


def _parts(system: System) -> Iterable[tuple[str, Any]]:
    """A system and its parts, by the paths of their sections."""
    yield "", system
    if not isinstance(system, AirDefenceSystem):
        return
    for name, sensor in system.sensors.items():
        yield f"sensors.{name}", sensor
    if system.fire_unit:
        yield "fire_unit", system.fire_unit
        for name, weapon in system.fire_unit.weapons.items():
            yield f"fire_unit.weapons.{name}", weapon
    yield "battery", system.battery
