"""`rempart run`: play a scenario many times and say how the defence held."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rempart.frontends.cli.options import (
    DEFAULT_SEED,
    DEFAULT_TRIALS,
    Json,
    Out,
    Scenario,
    Seed,
    Threads,
    Trials,
    UntilWidth,
    examples,
)

if TYPE_CHECKING:
    from rempart.run.results import Results

EXAMPLES = examples(
    "rempart run my_scenario.yaml",
    "rempart run my_scenario.yaml --trials 2000 --report answer.html",
    "rempart run my_scenario.yaml --trials 100000 --until-width 0.01",
    "rempart run my_scenario.yaml --out results --json",
)

Report = Annotated[
    Path | None, typer.Option("--report", help="Write an HTML report to this file: one file, no network.")
]


def run(
    scenario: Scenario,
    trials: Trials = DEFAULT_TRIALS,
    seed: Seed = DEFAULT_SEED,
    until_width: UntilWidth = None,
    out: Out = None,
    threads: Threads = None,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Play a scenario many times and say how the defence held, with intervals.

    Results are kept: the same command answers at once, more trials add to what is there, and
    after Ctrl-C it goes on where it stopped.
    """
    from rempart.scenario.loading import load_scenario

    asked = load_scenario(scenario)
    start = perf_counter()
    results = play(asked, trials, seed, out=out, threads=threads, until_width=until_width)
    show_answer(results, perf_counter() - start, report, as_json)


def play(scenario: Any, trials: int, seed: int, **options: Any) -> Results:
    """Run a campaign under a progress bar."""
    from rempart.frontends.cli.progress import trial_progress

    with trial_progress(scenario.name) as progress:
        from rempart.run.campaign import run as run_campaign

        return run_campaign(scenario, trials, seed, progress=progress, **options)


def show_answer(results: Results, seconds: float, report: Path | None, as_json: bool) -> None:
    """Show the summary of a campaign, and write its report where one is wanted."""
    from rempart.analysis.summary import summarise
    from rempart.frontends.cli.console import show, show_json

    summary = summarise(results)
    places = {"Results": results.folder}
    if report is not None:
        places["Report"] = write_report_of(results, report)
    if as_json:
        show_json(summary.to_json(seconds))
        return
    from rempart.frontends.cli.tables import answer

    show(*answer(summary, places))


def write_report_of(results: Results, path: Path) -> Path:
    """Write the HTML report of a campaign, with every shot of the trial that its timeline shows."""
    from rempart.analysis.mapping import world_map
    from rempart.analysis.report import report_trial, write_report
    from rempart.frontends.cli.log import event_log

    events = event_log(results, report_trial(results), without=frozenset({"plot"}))
    return write_report(results, path.resolve(), world_map(results.lowered), events)
