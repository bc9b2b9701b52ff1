"""The command `rempart`: its commands, and what a fault or Ctrl-C looks like.

Nothing heavy is imported here or at the top of a command's module, so that `--help` and shell
completion answer at once; a command imports what it needs when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rempart.base.errors import RempartError
from rempart.frontends.cli import (
    bench,
    catalogue,
    compare,
    coverage,
    demo,
    explain,
    importing,
    ranges,
    replay,
    run,
    scenarios,
    schema,
    terrain,
    track,
    traffic,
    validate,
)
from rempart.frontends.cli.console import show_error, show_stop, write_any_sign

FAULT_CODE = 2
STOP_CODE = 130


class Commands(TyperGroup):
    """The group of commands; turns a `RempartError` or Ctrl-C into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except RempartError as error:
            show_error(error)
            raise typer.Exit(FAULT_CODE) from None
        except KeyboardInterrupt as stop:
            show_stop(stop)
            raise typer.Exit(STOP_CODE) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with [bold]rempart demo[/bold]. Every command has examples: rempart COMMAND --help",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"rempart {version('rempart')}")
        raise typer.Exit


@app.callback()
def rempart(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """How well does an air defence hold, why did each leaker leak, and how sure are we?

    Simulation and analysis with public, sourced figures.
    """


def _paragraphs(docstring: str) -> str:
    """The text of a docstring with its line breaks taken out, as the help wraps lines itself."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in docstring.split("\n\n"))


_COMMANDS: tuple[tuple[Callable[..., None], str], ...] = (
    (demo.demo, demo.EXAMPLES),
    (run.run, run.EXAMPLES),
    (compare.compare, compare.EXAMPLES),
    (ranges.ranges, ranges.EXAMPLES),
    (explain.explain, explain.EXAMPLES),
    (replay.replay, replay.EXAMPLES),
    (scenarios.scenarios, scenarios.EXAMPLES),
    (coverage.coverage, coverage.EXAMPLES),
    (track.track, track.EXAMPLES),
    (validate.validate, validate.EXAMPLES),
    (schema.schema, schema.EXAMPLES),
    (bench.bench, bench.EXAMPLES),
)

for _command, _examples in _COMMANDS:
    app.command(_command.__name__, help=_paragraphs(_command.__doc__ or ""), epilog=_examples)(_command)
app.add_typer(catalogue.app, name="catalog")
app.add_typer(terrain.app, name="terrain")
app.add_typer(traffic.app, name="traffic")
app.add_typer(importing.app, name="import")


def main() -> None:
    """Entry point of the command `rempart`."""
    write_any_sign()
    app()
