"""Answers as tables for the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rempart.analysis.air_picture import picture_sentence
from rempart.analysis.sentences import civil_sentence
from rempart.analysis.wording import (
    estimate_interval,
    estimate_text,
    estimate_value,
    in_millions,
    number,
    whole_percentages,
    words,
)
from rempart.catalog.figures import GRADES
from rempart.events.outcomes import CAUSES

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from rempart.analysis.comparison import Comparison, Difference
    from rempart.analysis.estimates import Estimate
    from rempart.analysis.summary import Summary

COSTS_AND_LOSSES: dict[str, str] = {
    "spent": "cost of rounds fired, million USD",
    "cost_per_kill": "the same per kill, million USD",
    "destroyed": "cost of what is shot down, million USD",
    "readiness": "rounds left",
    "sensors_lost": "own sensors lost",
    "units_lost": "own fire units lost",
    "carriers_killed": "carriers shot down",
    "not_released": "threats lost with their carrier",
}
"""Measures that a run has only where they can be told, and how a table names them."""
PICTURE_MISTAKES: dict[str, str] = {
    "unresolved": "detections of two as one",
    "swaps": "tracks that went on with another",
    "duals": "second tracks of one vehicle",
    "false_tracks": "tracks of nothing",
    "shots_at_nothing": "rounds fired at nothing",
}
"""As `COSTS_AND_LOSSES`, for what the air picture took for something else."""
_BAR_WIDTH = 20
_GRADE_STYLES = {"A": "bold green", "B": "green", "C": "yellow", "D": "red"}


def table(title: str, columns: Mapping[str, str], rows: Iterable[Iterable[str | Text]]) -> Table:
    """A table; `columns` maps a heading to `left` or `right`."""
    made = Table(title=f"\n{title}" if title else None, title_justify="left", title_style="bold")
    made.box, made.show_edge, made.pad_edge = SIMPLE_HEAD, False, False
    for heading, side in columns.items():
        made.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made


def bar(share: float) -> str:
    """A share as a bar of blocks."""
    return "█" * round(_BAR_WIDTH * share)


def answer(summary: Summary, places: Mapping[str, Path]) -> Iterator[RenderableType]:
    """What came of a run, part by part; `places` says where things were written."""
    yield Text(summary.title, style="bold")
    if summary.question:
        yield Text(summary.question, style="italic")
    yield Padding(headline(summary), (1, 0, 0, 0))
    yield leakage_table(summary)
    if summary.cause_counts:
        yield causes_table(summary.cause_counts)
    yield rounds_table(summary)
    for title, labels in (
        ("Costs and losses, per raid", COSTS_AND_LOSSES),
        ("Mistakes of the air picture, per raid", PICTURE_MISTAKES),
    ):
        if labels.keys() & summary.measures.keys():
            yield measures_table(title, labels, summary)
    yield assets_table(summary)
    yield Text(f"\n{civil_sentence(summary)}\n")
    if sentence := picture_sentence(summary.measures):
        yield Text(f"{sentence}\n")
    for name, place in places.items():
        yield f"{name:9}{place}"


def headline(summary: Summary) -> Text:
    """The answer in one line."""
    played = f" of the raid leaks through; {number(summary.trials)} trials, seed {summary.seed}"
    return Text.assemble((estimate_text(summary.leakage), "bold"), played)


def estimate_cells(estimate: Estimate) -> tuple[str, str]:
    """Value and interval of an estimate, for two columns; money in millions."""
    told = in_millions(estimate)
    return estimate_value(told), estimate_interval(told)


def leakage_table(summary: Summary) -> Table:
    """Leakage by class of threat, and of all."""
    rows = [(name, *estimate_cells(share)) for name, share in summary.by_class.items()]
    rows.append(("all threats", *estimate_cells(summary.leakage)))
    columns = {"Class": "left", "Leakage": "right", "95 % interval": "left"}
    return table("Who leaks", columns, rows)


def causes_table(counts: Mapping[str, int]) -> Table:
    """Why threats leaked; the shares add up to 100 %."""
    shares = whole_percentages(counts)
    rows = [
        (words(cause), f"{share:.1f} %", bar(share / 100), CAUSES[cause]) for cause, share in shares.items()
    ]
    columns = {"Cause": "left", "Share": "right", "": "left", "Meaning": "left"}
    made = table("Why they leak", columns, rows)
    made.columns[2].no_wrap = True
    made.add_section()
    made.add_row("all leakers", f"{sum(shares.values()):.1f} %")
    return made


def rounds_table(summary: Summary) -> Table:
    """Rounds that each system spent, and what it shot down, per raid."""
    rows = [
        (system, *estimate_cells(rounds), *estimate_cells(summary.kills_by_system[system]))
        for system, rounds in summary.rounds_by_system.items()
    ]
    columns = {
        "System": "left",
        "Rounds": "right",
        "95 % interval": "left",
        "Kills": "right",
        "95 % interval ": "left",
    }
    return table("What it costs, per raid", columns, rows)


def measures_table(title: str, labels: Mapping[str, str], summary: Summary) -> Table:
    """The means of some measures, as far as they are told."""
    rows = [
        (label, *estimate_cells(summary.measures[name]))
        for name, label in labels.items()
        if name in summary.measures
    ]
    return table(title, {"": "left", "Mean": "right", "95 % interval": "left"}, rows)


def assets_table(summary: Summary) -> Table:
    """How often each defended asset was hit."""
    rows = [(fate.asset, *estimate_cells(fate.p_hit), *estimate_cells(fate.hits)) for fate in summary.assets]
    columns = {
        "Asset": "left",
        "Hit at all": "right",
        "95 % interval": "left",
        "Hits": "right",
        "95 % interval ": "left",
    }
    return table("What is hit, per raid", columns, rows)


def bench_table(answer: Mapping[str, Any]) -> Table:
    """Figures of a benchmark."""
    rows = [(words(name), number(float(value), 4)) for name, value in answer["figures"].items()]
    machine = answer["machine"]
    title = f"{answer['bench']} on {machine['cores']} × {machine['processor']}"
    return table(title, {"Figure": "left", "Value": "right"}, rows)


def comparison_parts(comparison: Comparison) -> Iterator[RenderableType]:
    """Two runs side by side, the verdict first."""
    yield Text(comparison.verdict, style="bold")
    for remark in comparison.notes:
        yield Text(remark, style="italic")
    yield Text(f"\nA  {comparison.title_a}\nB  {comparison.title_b}")
    yield differences_table("Per raid", comparison.measures)
    yield differences_table("Leakage by class", comparison.by_class)
    if comparison.causes:
        yield differences_table("Leakers per raid, by cause", comparison.causes)
    yield Text("\n* told: the 95 % interval of B − A leaves zero out", style="dim")


def differences_table(title: str, differences: Mapping[str, Difference]) -> Table:
    """Figures of A and B, and B minus A with its interval; a difference that is told is marked."""
    rows = [
        (
            (COSTS_AND_LOSSES | PICTURE_MISTAKES).get(name, words(name)),
            estimate_cells(told.a)[0],
            estimate_cells(told.b)[0],
            *estimate_cells(told.difference),
            "*" if told.is_told else "",
        )
        for name, told in differences.items()
    ]
    columns = {
        "": "left",
        "A": "right",
        "B": "right",
        "B − A": "right",
        "95 % interval": "left",
        "told": "left",
    }
    return table(title, columns, rows)


def sheet_parts(sheet: Mapping[str, Any]) -> Iterator[RenderableType]:
    """A data sheet: what the system is, then a table of figures for each of its parts."""
    yield Text(f"{sheet['title']} ({sheet['name']}, {sheet['kind']})", style="bold")
    yield Text(sheet["summary"])
    yield Text("\n".join(fact_lines(sheet["facts"])), style="dim")
    columns = {"Figure": "left", "Value": "left", "Grade": "left", "Sources": "left", "Note": "left"}
    for section in dict.fromkeys(row["section"] for row in sheet["figures"]):
        figures = [row for row in sheet["figures"] if row["section"] == section]
        yield table(section, columns, [cells for row in figures for cells in figure_rows(row)])
    meanings = [f"{grade} {meaning}" for grade, meaning in GRADES.items()]
    yield Text(f"Grades: {'; '.join(meanings)}; ? the citation was not opened", style="dim")


def figure_rows(row: Mapping[str, Any]) -> Iterator[tuple[str | Text, ...]]:
    """One figure of a data sheet, and beneath it what others say of it."""
    yield figure_cells(row, row["label"])
    for other in row["alternatives"]:
        yield figure_cells(other, "  claimed" if other["is_claim"] else "  also")


def figure_cells(row: Mapping[str, Any], label: str) -> tuple[str | Text, ...]:
    """What is known of a figure; a mark tells a citation that was not opened."""
    grade = row["grade"] + ("?" if row["citation"] == "unchecked" else "")
    coloured = Text(grade, style=_GRADE_STYLES[row["grade"]])
    return label, row["written"], coloured, ", ".join(row["sources"]), row["note"] or row["derived"]


def fact_lines(facts: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """What is said in words, one line for each part of the system."""
    told: dict[str, list[str]] = {}
    for fact in facts:
        if fact["text"]:
            told.setdefault(fact["section"], []).append(f"{fact['label']} {fact['text']}")
    for section, texts in told.items():
        yield f"{section}: {', '.join(texts)}".removeprefix(": ")
