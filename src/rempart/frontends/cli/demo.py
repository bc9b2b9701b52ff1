"""`rempart demo`: the main job on the built-in scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rempart.frontends.cli.options import (
    DEFAULT_SEED,
    DEFAULT_TRIALS,
    Json,
    Out,
    Seed,
    Threads,
    Trials,
    UntilWidth,
    examples,
)
from rempart.frontends.cli.run import run

DEMO = "iraq_2020_proposal"
EXAMPLES = examples(
    "rempart demo",
    "rempart demo --trials 1000 --seed 7",
    "rempart demo --json > answer.json",
)

Report = Annotated[Path, typer.Option("--report", help="The HTML report to write: one file, no network.")]


def demo(
    trials: Trials = DEFAULT_TRIALS,
    seed: Seed = DEFAULT_SEED,
    until_width: UntilWidth = None,
    out: Out = None,
    threads: Threads = None,
    report: Report = Path("rempart-demo.html"),
    as_json: Json = False,
) -> None:
    """Play the built-in scenario and say how the defence held: the shortest way to an answer.

    Would the air defence offered to Iraq in January 2020 have protected central Iraq against a
    mixed raid? Positions are hypothetical; figures are public ones, with grades.
    """
    run(DEMO, trials, seed, until_width, out, threads, report, as_json)
