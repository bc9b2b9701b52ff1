"""`rempart ranges`: what the answer is worth while the figures are known only as ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from rempart.frontends.cli.options import DEFAULT_SEED, Json, Out, Scenario, Seed, Threads, examples

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rempart.analysis.ranges import RangesSummary, Weight

DEFAULT_SAMPLES, DEFAULT_TRIALS = 32, 50
_SHOWN = 10
_SPREAD_COLUMNS = {
    "Class": "left",
    "Nominal": "right",
    "Over the ranges": "right",
    "Nine of ten": "right",
    "Ignorance": "right",
    "95 % interval": "left",
    "Strongest": "left",
}
_FIGURE_COLUMNS = {
    "Figure": "left",
    "Believed": "left",
    "Grade": "left",
    "Leakage of": "left",
    "Correlation": "left",
    "p": "left",
    "Sources": "left",
}
_KEY = (
    "\nCorrelation: of ranks, with its 95 % interval; p: how often chance alone is as strong; "
    "* told apart from chance\n"
)

EXAMPLES = examples(
    "rempart ranges iraq_2020_proposal",
    "rempart ranges my_scenario.yaml --samples 100 --report ranges.html",
    "rempart ranges my_scenario.yaml --samples 200 --trials 25 --json",
)

Samples = Annotated[
    int, typer.Option("--samples", min=4, help="Sets of figures drawn from their ranges together.")
]
Trials = Annotated[int, typer.Option("--trials", "-n", min=2, help="Number of trials of each sample.")]
Report = Annotated[
    Path | None, typer.Option("--report", help="Write an HTML page to this file: one file, no network.")
]


def ranges(
    scenario: Scenario,
    samples: Samples = DEFAULT_SAMPLES,
    trials: Trials = DEFAULT_TRIALS,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Play a scenario over the ranges of its systems' figures, and say which figures to look up first.

    Luck is told apart from ignorance: every sample of the figures is played with the same dice.
    Samples are kept, so after Ctrl-C the same command goes on where it stopped.
    """
    from rempart.analysis.ranges import summarise_ranges
    from rempart.frontends.cli.console import show, show_json
    from rempart.frontends.cli.progress import trial_progress
    from rempart.scenario.loading import load_scenario

    asked = load_scenario(scenario)
    start = perf_counter()
    with trial_progress(f"{asked.name} over its ranges") as progress:
        from rempart.run.outer_loop import play_ranges

        found = play_ranges(asked, samples, trials, seed, out=out, threads=threads, progress=progress)
    summary = summarise_ranges(found)
    places = {"Samples": found.folder}
    if report is not None:
        from rempart.analysis.ranges_page import write_ranges_page

        places["Report"] = write_ranges_page(summary, report.resolve())
    if as_json:
        show_json(summary.to_json(perf_counter() - start))
        return
    show(*_parts(summary, places))


def _parts(summary: RangesSummary, places: Mapping[str, Path]) -> Iterator[RenderableType]:
    from rich.text import Text

    from rempart.analysis.ranges import ALL
    from rempart.analysis.ranges_page import spread_cells
    from rempart.frontends.cli.tables import table

    yield Text(summary.title, style="bold")
    yield Text(f"\n{summary.headline}", style="bold")
    for sentence in filter(None, (summary.support, summary.coverage, summary.gaps)):
        yield Text(sentence)
    spreads = {ALL: summary.total, **summary.by_class}
    yield table("How leakage spreads", _SPREAD_COLUMNS, (spread_cells(*pair) for pair in spreads.items()))
    yield Text(f"\n{summary.advice}")
    shown = map(_weight_row, summary.ranking[:_SHOWN])
    yield table("What to look up first", _FIGURE_COLUMNS, shown)
    yield Text(_KEY, style="dim")
    for name, place in places.items():
        yield f"{name:9}{place}"


def _weight_row(weight: Weight) -> tuple[str, ...]:
    from rempart.analysis.ranges_page import weight_cells

    figure, believed, threats, _, correlation, interval, p, sources = weight_cells(weight)
    return figure, believed, weight.grade, threats, f"{correlation} ({interval})", p, sources
