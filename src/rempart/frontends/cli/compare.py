"""`rempart compare`: two defences under the same dice, and which one leaks less."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from rempart.frontends.cli.options import (
    DEFAULT_SEED,
    DEFAULT_TRIALS,
    Json,
    Out,
    Seed,
    Threads,
    Trials,
    examples,
)

if TYPE_CHECKING:
    from rempart.run.results import Results

EXAMPLES = examples(
    "rempart compare iraq_2020_pantsir_only iraq_2020_proposal",
    "rempart compare mine.yaml mine_with_radar.yaml --trials 1000",
    "rempart compare results/mine-1a2b3c results/other-4d5e6f --json",
)

First = Annotated[str, typer.Argument(metavar="A", help="A scenario, or a results folder.")]
Second = Annotated[str, typer.Argument(metavar="B", help="Another one; differences are B minus A.")]


def compare(
    a: First,
    b: Second,
    trials: Trials = DEFAULT_TRIALS,
    seed: Seed = DEFAULT_SEED,
    out: Out = None,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Compare two scenarios trial by trial with the same dice, and give a verdict.

    Common dice take most of the luck out of the difference. Results folders are compared as they
    are; scenarios are played first.
    """
    from rempart.analysis.comparison import compare as compare_results
    from rempart.frontends.cli.console import show, show_json

    start = perf_counter()
    results = [_results(one, trials, seed, out, threads) for one in (a, b)]
    comparison = compare_results(*results)
    if as_json:
        show_json(comparison.to_json(perf_counter() - start))
        return
    from rempart.frontends.cli.tables import comparison_parts

    show(*comparison_parts(comparison))


def _results(name: str, trials: int, seed: int, out: Path | None, threads: int | None) -> Results:
    if Path(name).is_dir():
        from rempart.run.store import open_results

        return open_results(Path(name))
    from rempart.frontends.cli.run import play
    from rempart.scenario.loading import load_scenario

    return play(load_scenario(name), trials, seed, out=out, threads=threads)
