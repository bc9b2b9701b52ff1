"""`rempart import`: scenarios of other programs, as scenarios of this one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rempart.base.errors import Fault, ScenarioError
from rempart.frontends.cli.options import Json, examples

app = typer.Typer(no_args_is_help=True, help="Make a scenario of another program's file.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario saved by Panopticon AI (JSON).")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The scenario file (YAML) to write.")]
Side = Annotated[str | None, typer.Option("--side", help="The side that defends; by default the player's.")]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="CLASS=NAME", help="Take this catalogue name for a class; may be repeated."
    ),
]


@app.callback()
def import_() -> None:
    """Make a scenario of another program's file."""


@app.command(
    "panopticon",
    epilog=examples(
        "rempart import panopticon game.json -o game.yaml",
        "rempart import panopticon game.json -o game.yaml --side RED --map SAM=tor-m2",
    ),
)
def panopticon(file: File, out: Out, side: Side = None, mapped: Names = None, as_json: Json = False) -> None:
    """Import a laydown of Panopticon AI, and list what did not carry over and why."""
    from rempart.base.files import write_atomically
    from rempart.frontends.cli.console import show, show_json
    from rempart.scenario.loading import build_scenario
    from rempart.scenario.panopticon import import_laydown, laydown_yaml

    laydown = import_laydown(file, side, dict(map(_pair, mapped or [])))
    scenario = build_scenario(laydown.values, str(file))
    write_atomically(out, laydown_yaml(laydown, file.name))
    if as_json:
        omissions = [omission._asdict() for omission in laydown.omissions]
        show_json({"file": str(out), "digest": scenario.digest, "omissions": omissions})
        return
    from rempart.frontends.cli.tables import table

    show(
        f"{scenario.title}: {len(scenario.assets)} assets, {len(scenario.defence.batteries)} batteries, "
        f"{scenario.n_threats} threats",
        table("Did not carry over, or not as it was", {"What": "left", "Why": "left"}, laydown.omissions),
        f"\nWrote {out}",
    )


def _pair(text: str) -> tuple[str, str]:
    kind, _, name = text.partition("=")
    if not kind.strip() or not name.strip():
        raise ScenarioError(Fault("--map", f"found {text!r}", "CLASS=NAME, such as SAM=tor-m2"))
    return kind.strip(), name.strip()
