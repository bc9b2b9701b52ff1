"""Arguments and options that several commands share, so that one word means one thing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_TRIALS = 200
DEFAULT_SEED = 1

Trials = Annotated[
    int, typer.Option("--trials", "-n", min=1, help="Number of trials; each plays the whole raid once.")
]
Seed = Annotated[int, typer.Option("--seed", "-s", min=0, help="Seed of the dice. Same seed, same results.")]
UntilWidth = Annotated[
    float | None,
    typer.Option(
        "--until-width",
        min=0.0,
        max=1.0,
        help="Stop before the last trial once the interval of the leakage is narrower than this.",
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="Folder for the results; by default the user's cache.")
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads; by default one for each core.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object and nothing else.")]
Scenario = Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]


def examples(*lines: str) -> str:
    """Examples of a command for the end of its help, one a line."""
    return "\n\n".join(["[bold]Examples[/bold]", *(f"  $ {line}" for line in lines)])
