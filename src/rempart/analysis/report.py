"""The report: one HTML file that answers the scenario's question and needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rempart.analysis import charts, sentences
from rempart.analysis.air_picture import MEANINGS, picture_sentence
from rempart.analysis.estimates import Estimate
from rempart.analysis.explanation import cause_story, median_trial
from rempart.analysis.laydown import MapInput
from rempart.analysis.map import draw_map
from rempart.analysis.page import rendered_page
from rempart.analysis.records import Records, Results, read_records
from rempart.analysis.summary import STAGES, Summary, summarise
from rempart.analysis.timeline import timeline
from rempart.analysis.wording import (
    NOTHING,
    duration,
    estimate_interval,
    estimate_value,
    fixed,
    in_millions,
    number,
    percent,
    whole_percentages,
    words,
)
from rempart.base.files import write_atomically

GRADES = {
    "A": "official",
    "B": "reputable secondary source",
    "C": "estimate, or contested",
    "D": "assumption",
}
_MOST_GROUPS = 12


def write_report(
    results: Results,
    path: Path | str,
    map_input: MapInput | None = None,
    events: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write the report of a run as one self-contained HTML file.

    Parameters
    ----------
    results : Results
    path : Path
        The file; written whole or not at all.
    map_input : MapInput, optional
        What the map shows; without it the report has no map.
    events : sequence of mappings, optional
        Event log of the trial that `median_trial` names; with it the timeline shows every shot.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    return write_atomically(Path(path), report_html(results, map_input, events))


def report_html(
    results: Results, map_input: MapInput | None = None, events: Sequence[Mapping[str, Any]] = ()
) -> str:
    """The report as text."""
    records = read_records(results)
    summary = summarise(results, records)
    return rendered_page("report.html", **_content(records, summary, results.manifest, map_input, events))


def report_trial(results: Results) -> int:
    """Number of the trial that the report's timeline shows."""
    return median_trial(read_records(results))


def _content(
    records: Records,
    summary: Summary,
    manifest: Mapping[str, Any],
    map_input: MapInput | None,
    events: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "version": summary.version,
        "title": summary.title,
        "question": summary.question,
        "value_lost": summary.measures["value_lost"],
        "headline": sentences.headline(summary),
        "support": sentences.support(summary),
        "tiles": _tiles(summary),
        "map": _map(map_input),
        "panels": _panels(summary),
        "air_picture": _air_picture(summary),
        "batteries": _batteries(summary),
        "systems": _system_rows(summary),
        "assets": _asset_rows(summary, map_input),
        "civil": sentences.civil_sentence(summary),
        "stories": _stories(records, summary),
        "timeline": _timeline(records, manifest, events),
        "spans": _span_rows(summary),
        "assumptions": _assumptions(manifest),
        "provenance": _provenance(summary, manifest),
        "marking": str(manifest.get("marking", "SIMULATED - EXERCISE")),
    }


_MORE_TILES = {
    "spent": ("Cost of rounds fired", "million US dollars per raid"),
    "destroyed": ("Cost of what is shot down", "million US dollars per raid"),
    "readiness": ("Rounds left", "share of all rounds, ready and in reserve"),
    "sensors_lost": ("Sensors lost", "per raid"),
    "units_lost": ("Fire units lost", "per raid"),
    "false_tracks": ("Tracks of nothing", "firm ones per raid"),
    "swaps": ("Tracks swapped", "firm ones that went on with another vehicle, per raid"),
    "duals": ("Double tracks", "firm beside another of the same vehicle, per raid"),
    "shots_at_nothing": ("Rounds fired at nothing", "per raid"),
    "not_released": ("Weapons never let go", "threats per raid lost with their carrier"),
}
"""Measures that are shown where they were told."""


def _tiles(summary: Summary) -> list[dict[str, str]]:
    measures = summary.measures
    return [
        _tile("Leakage", measures["leakage"], "leakers / threats, mean of raids"),
        _tile("No asset hit", measures["p_no_asset_hit"], "share of raids (Wilson)"),
        _tile("Rounds per kill", measures["rounds_per_kill"], "ratio of totals, raids as clusters"),
        _civil_tile(summary),
        *(_tile(name, measures[key], note) for key, (name, note) in _MORE_TILES.items() if key in measures),
    ]


def _tile(name: str, told: Estimate, note: str) -> dict[str, str]:
    estimate = in_millions(told)
    value = fixed(estimate.value, 2) if estimate.unit == "rounds" else estimate_value(estimate)
    is_told = estimate.n > 1 and not np.isnan(estimate.value)
    interval = f"95 % interval {estimate_interval(estimate)}" if is_told else "no interval"
    return {"name": name, "value": value, "interval": interval, "note": note}


def _civil_tile(summary: Summary) -> dict[str, str]:
    name = "Civil aircraft wrongly engaged"
    if not summary.n_traffic:
        return {"name": name, "value": "–", "interval": "no civil traffic in the scenario", "note": ""}
    note = f"aircraft per raid, of {number(summary.n_traffic)}"
    return _tile(name, summary.measures["civil_engaged"], note)


def _map(source: MapInput | None) -> dict[str, Any] | None:
    if source is None:
        return None
    drawn = draw_map(source)
    rows = [
        (site.name, site.system, _reach(site.reach), *_degrees(site.lat, site.lon)) for site in source.sites
    ]
    return {
        "markup": drawn.markup,
        "unnamed": drawn.unnamed,
        "sites": rows,
        "heights": [coverage.label for coverage in source.coverage],
    }


def _reach(reach: float) -> str:
    return f"{number(reach / 1000)} km" if reach else "no weapon"


def _degrees(lat: float, lon: float) -> tuple[str, str]:
    return fixed(float(np.degrees(lat)), 2) + "°", fixed(float(np.degrees(lon)), 2) + "°"


def _panels(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "sentence": sentences.chain_sentence(summary.chain),
            "about": "Mean number of threats in a raid that were lost at each stage of the kill chain.",
            "chart": charts.waterfall(summary.chain),
            "heads": ("Stage", "What it takes", "Threats per raid", "95 % interval"),
            "rows": _chain_rows(summary),
        },
        {
            "sentence": sentences.causes_sentence(summary),
            "about": "Each leaker has exactly one cause; the shares add up to 100.0 %.",
            "chart": _causes_chart(summary),
            "heads": ("Cause", "Share", "Leakers", "Meaning"),
            "rows": sentences.cause_meanings(summary),
        },
        {
            "sentence": sentences.classes_sentence(summary.by_class) or "There was no threat.",
            "about": "Leakage with "
            "95 % interval over raids, by class of threat (dark) and by raid group (pale).",
            "chart": charts.leakage_bars(_leakage_rows(summary)),
            "heads": ("Raid group", "Leakage", "95 % interval"),
            "rows": _estimate_rows(summary.by_group),
        },
        {
            "sentence": sentences.histogram_sentence(summary),
            "about": "Number of raids by number of leakers.",
            "chart": charts.histogram(summary.leakers_per_trial, summary.chain["threats"].value),
            "heads": ("Leakers", "Raids"),
            "rows": _histogram_rows(summary),
        },
    ]


def _air_picture(summary: Summary) -> dict[str, Any] | None:
    sentence = picture_sentence(summary.measures)
    if not sentence:
        return None
    rows = [
        (_named(name, estimate.unit), estimate_value(estimate), estimate_interval(estimate), MEANINGS[name])
        for name in MEANINGS
        if (estimate := summary.measures.get(name)) is not None
    ]
    return {"sentence": sentence, "rows": rows, "commands": _command_rows(summary)}


def _command_rows(summary: Summary) -> list[tuple[str, ...]]:
    measures, head = summary.measures, "completeness."
    commands = [name[len(head) :] for name in measures if name.startswith(head)]
    return [
        (command, *(_told_of(measures.get(f"{name}.{command}")) for name in _COMMAND_MEASURES))
        for command in commands
    ]


_COMMAND_MEASURES = ("completeness", "spuriousness", "position_error")


def _named(measure: str, unit: str) -> str:
    """A measure of the air picture with its unit, where the value does not carry one."""
    name = words(measure).replace("gospa", "GOSPA").replace("nees", "NEES")
    return f"{name} [{unit}]" if unit in ("m", "m/s", "s", "changes/h") else name


def _told_of(estimate: Estimate | None) -> str:
    return f"{estimate_value(estimate)} ({estimate_interval(estimate)})" if estimate else NOTHING


def _causes_chart(summary: Summary) -> str:
    shares = whole_percentages(summary.cause_counts)
    return charts.cause_bars(shares, summary.cause_counts) if shares else ""


def _chain_rows(summary: Summary) -> list[tuple[str, ...]]:
    return [
        (name, STAGES[name], fixed(e.value, 1), estimate_interval(e)) for name, e in summary.chain.items()
    ]


def _leakage_rows(summary: Summary) -> list[tuple[str, str, Estimate]]:
    rows = [("all", "all threats", summary.leakage)]
    rows += [("class", sentences.class_name(name), share) for name, share in summary.by_class.items()]
    groups = list(summary.by_group.items())[:_MOST_GROUPS]
    return rows + [("group", words(name), share) for name, share in groups if len(groups) > 1]


def _estimate_rows(estimates: Mapping[str, Estimate]) -> list[tuple[str, ...]]:
    return [(name, estimate_value(e), estimate_interval(e)) for name, e in estimates.items()]


def _histogram_rows(summary: Summary) -> list[tuple[str, ...]]:
    values, counts = np.unique(summary.leakers_per_trial, return_counts=True)
    return [(number(float(v)), number(int(c))) for v, c in zip(values, counts, strict=True)]


def _batteries(summary: Summary) -> dict[str, Any]:
    return {
        "sentence": sentences.batteries_sentence(summary),
        "chart": charts.battery_bars(summary.batteries),
    }


def _system_rows(summary: Summary) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for system, fired in summary.rounds_by_system.items():
        kills = summary.kills_by_system[system]
        rows.append(
            (
                system,
                fixed(fired.value, 1),
                estimate_interval(fired),
                fixed(kills.value, 1),
                estimate_interval(kills),
            )
        )
    return rows


def _asset_rows(summary: Summary, source: MapInput | None) -> list[tuple[str, ...]]:
    values = {asset.name: number(asset.value) for asset in source.assets} if source else {}
    return [
        (
            fate.asset,
            values.get(fate.asset, "–"),
            percent(fate.p_hit.value),
            estimate_interval(fate.p_hit),
            fixed(fate.hits.value, 2),
            estimate_interval(fate.hits),
        )
        for fate in summary.assets
    ]


def _stories(records: Records, summary: Summary) -> list[tuple[str, str, str]]:
    stories = [cause_story(records, cause) for cause in summary.cause_counts]
    return [(words(told.cause), told.story, f"trial {told.trial}, {told.threat}") for told in stories]


def _timeline(
    records: Records, manifest: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    if not records.n_trials or not records.is_threat.any():
        return None
    trial = median_trial(records)
    drawn = timeline(records, trial, events, _weapon_batteries(manifest))
    here = records.trials[records.trial] == trial
    leakers, shots = int((here & records.is_leaker).sum()), int(records.shots[here].sum())
    return {"markup": drawn.markup, "sentence": sentences.timeline_sentence(drawn, leakers, shots)}


def _weapon_batteries(manifest: Mapping[str, Any]) -> dict[str, str]:
    names = manifest.get("names", {})
    batteries = names.get("unit_batteries", ())
    pairs = zip(names.get("weapons", ()), names.get("weapon_units", ()), strict=False)
    return {weapon: batteries[unit] for weapon, unit in pairs if unit < len(batteries)}


def _span_rows(summary: Summary) -> list[tuple[str, ...]]:
    return [
        (
            name,
            duration(spread.median),
            f"{duration(spread.low)} to {duration(spread.high)}",
            number(spread.n),
        )
        for name, spread in summary.spans.items()
    ]


def _assumptions(manifest: Mapping[str, Any]) -> dict[str, Any]:
    figures = sorted(manifest.get("figures", ()), key=lambda row: (str(row["system"]), str(row["path"])))
    counts = {grade: sum(row["grade"] == grade for row in figures) for grade in GRADES}
    grades = {grade: count for grade, count in counts.items() if count}
    return {
        "sentence": sentences.grades_sentence(grades),
        "chart": charts.grade_bar(grades) if grades else "",
        "grades": [(grade, GRADES[grade]) for grade in grades],
        "rows": [_figure_row(row) for row in figures],
    }


def _figure_row(row: Mapping[str, Any]) -> dict[str, str]:
    sources = row.get("sources", ())
    told = sources if isinstance(sources, str) else ", ".join(str(source) for source in sources)
    value = str(row.get("value", ""))
    unit = str(row.get("unit", ""))
    if unit not in ("", "1", "count") and f" {unit}" not in value:
        value = f"{value} {unit}"
    return {
        "system": str(row["system"]),
        "figure": words(str(row["path"])).replace(".", " · "),
        "value": value,
        "grade": str(row["grade"]),
        "citation": str(row.get("citation", "")),
        "sources": told,
    }


def _provenance(summary: Summary, manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    versions = ", ".join(f"{name} {told}" for name, told in dict(manifest.get("versions", {})).items())
    rows = [
        ("Rempart", summary.version),
        ("Scenario", f"{summary.scenario} ({manifest.get('scenario', {}).get('digest', '')})"),
        ("Run digest", summary.digest),
        ("World digest", str(manifest.get("world_digest", ""))),
        ("Engine digest", str(manifest.get("engine_digest", ""))),
        ("Libraries", versions),
        ("Seed", str(summary.seed)),
        (
            "Trials",
            number(summary.trials) + ("" if manifest.get("complete", True) else " (stopped before the end)"),
        ),
    ]
    return [(name, told) for name, told in rows if told]
