"""`rempart schema`: the JSON Schema of a scenario, for editors and other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rempart.frontends.cli.options import examples

EXAMPLES = examples("rempart schema", "rempart schema --out scenario.schema.json")

Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write to this file instead of the screen.")]


def schema(out: Out = None) -> None:
    """Give the JSON Schema of a scenario file; editors use it to complete and check while you type."""
    from rempart.scenario.schema import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    from rempart.base.files import write_atomically

    typer.echo(f"Wrote {write_atomically(out, text)}")
