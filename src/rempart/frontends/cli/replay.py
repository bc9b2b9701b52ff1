"""`rempart replay`: one trial again, bit for bit, in a format that other programs show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rempart.frontends.cli.options import Run, examples

EXAMPLES = examples(
    "rempart replay results/mine-1a2b3c --trial 17 -o trial17.acmi",
    "rempart replay results/mine-1a2b3c --trial 17 -o trial17.czml",
    "rempart replay results/mine-1a2b3c --trial 17 --format events -o trial17.csv",
)

Trial = Annotated[int, typer.Option("--trial", "-t", min=0, help="Which trial; the first is 0.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="acmi (Tacview), czml (Cesium), geojson or events; by default the file's ending tells.",
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="The file to write.")]


def replay(run: Run, trial: Trial, out: Out, form: Format = None) -> None:
    """Play one trial of a run again, with its full event log, and write it for another program."""
    from rempart.export.recording import record, renderer
    from rempart.run.store import open_results

    renderer(out, form)
    recording = record(open_results(run), trial)
    typer.echo(f"Wrote {recording.write(out, form)}")
