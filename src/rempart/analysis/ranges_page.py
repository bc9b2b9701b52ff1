"""The answer over the ranges as one HTML file that needs no network, in the style of the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rempart.analysis.page import rendered_page
from rempart.analysis.ranges import ALL, RangesSummary, Spread, Weight
from rempart.analysis.ranges_charts import importance_bars, sample_dots, split_bars
from rempart.analysis.wording import NOTHING, estimate_interval, estimate_value, fixed, number, percent
from rempart.base.files import write_atomically


def write_ranges_page(summary: RangesSummary, path: Path | str) -> Path:
    """Write the page; raises `StoreError` if the file cannot be written."""
    return write_atomically(Path(path), ranges_html(summary))


def ranges_html(summary: RangesSummary) -> str:
    """The page as text."""
    return rendered_page("ranges.html", **_content(summary))


def spread_cells(name: str, spread: Spread) -> tuple[str, ...]:
    """One row of the table by class: leakage, its band, luck and ignorance, the strongest figure."""
    strongest = spread.weights[0]
    return (
        name,
        estimate_value(spread.nominal),
        estimate_value(spread.split.mean),
        f"{fixed(100 * spread.band.low, 1)} to {percent(spread.band.high)}",
        estimate_value(spread.split.ignorance_share),
        estimate_interval(spread.split.ignorance_share),
        strongest.label if strongest.is_told else "none told",
    )


def weight_cells(weight: Weight) -> tuple[str, ...]:
    """One row of the table of figures, without its grade."""
    p = "< 0.01" if weight.p < 0.01 else fixed(weight.p, 3)
    return (
        weight.label,
        weight.value,
        weight.threats,
        f"± {fixed(100 * weight.points, 2)}" if weight.is_told else NOTHING,
        fixed(weight.correlation.value, 2),
        f"{fixed(weight.correlation.low, 2)} to {fixed(weight.correlation.high, 2)}",
        p + (" *" if weight.is_told else ""),
        ", ".join(weight.sources),
    )


def _content(summary: RangesSummary) -> dict[str, Any]:
    spreads = {ALL: summary.total, **summary.by_class}
    return {
        "summary": summary,
        "version": summary.version,
        "title": summary.title,
        "question": summary.question,
        "headline": summary.headline,
        "support": summary.support,
        "tiles": _tiles(summary),
        "dots": sample_dots(summary.total),
        "split": split_bars(spreads),
        "bars": importance_bars(summary.ranking, summary.chance),
        "classes": [spread_cells(name, spread) for name, spread in spreads.items()],
        "figures": [(weight.grade, weight_cells(weight)) for weight in summary.ranking],
        "provenance": [
            ("Rempart", summary.version),
            ("Scenario", summary.scenario),
            ("Digest", summary.digest),
            ("Seed", str(summary.seed)),
            ("Samples", f"{number(summary.played)} of {number(summary.asked)}"),
            ("Trials of each", number(summary.trials)),
        ],
    }


def _tiles(summary: RangesSummary) -> list[dict[str, str]]:
    nominal, band, split = summary.total.nominal, summary.total.band, summary.total.split
    share = split.ignorance_share
    spread = f"{fixed(100 * band.low, 1)}–{percent(band.high)}"
    return [
        _tile("Leakage over the ranges", estimate_value(split.mean), _interval(split.mean)),
        _tile("Nine samples of ten", spread, "expected leakage, 5 % to 95 % of samples"),
        _tile("At the nominal figures", estimate_value(nominal), _interval(nominal)),
        _tile("Ignorance", estimate_value(share), f"of the variance; {_interval(share)}"),
    ]


def _tile(name: str, value: str, note: str) -> dict[str, str]:
    return {"name": name, "value": value, "note": note}


def _interval(estimate: Any) -> str:
    return f"95 % interval {estimate_interval(estimate)}"
