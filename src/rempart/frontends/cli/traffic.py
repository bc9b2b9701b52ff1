"""`rempart traffic`: recorded air traffic, made ready for scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rempart.frontends.cli.options import Json, examples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

app = typer.Typer(no_args_is_help=True, help="Make recorded air traffic ready for scenarios.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="Recorded states: .csv, .json (.gz) or .parquet.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The Parquet file of flights to write.")]

_ACTIONS = {"drop": "dropped", "mend": "mended", "split": "split off"}


@app.callback()
def traffic() -> None:
    """Make recorded air traffic ready for scenarios."""


@app.command(
    "clean",
    epilog=examples(
        "rempart traffic clean states.csv.gz -o flights.parquet",
        "rempart traffic clean states.json -o flights.parquet --json",
    ),
)
def clean(file: File, out: Out, as_json: Json = False) -> None:
    """Clean recorded aircraft states by stated rules, say what each rule found, and write the flights."""
    from rempart.frontends.cli.console import show, show_json
    from rempart.scenario.recording.flights import load_recording, write_recording

    recording = load_recording(file)
    write_recording(recording, out)
    answer = {**recording.told(), "file": str(out)}
    if as_json:
        show_json(answer)
    else:
        show(*_parts(answer))


def _parts(answer: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rempart.frontends.cli.tables import table

    records = answer["records"]
    yield (
        f"{answer['source']}: {answer['flights']} flights of {answer['aircraft']} aircraft; "
        f"{records['kept']} of {records['read']} records kept"
    )
    rows = [
        (name, _ACTIONS[rule["action"]], str(rule["count"]), rule["meaning"])
        for name, rule in answer["rules"].items()
    ]
    if rows:
        yield table("", {"Rule": "left", "What": "left", "Count": "right", "Meaning": "left"}, rows)
    yield f"\nWrote {answer['file']}"
