"""What the command line says: answers on standard output, everything else on standard error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from rempart.base.errors import RempartError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def console(on_error: bool = False) -> Console:
    """A console on standard output, or on standard error; text is shown as it is, never as markup."""
    from rich.console import Console

    return Console(stderr=on_error, markup=False, highlight=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Show parts of an answer, one below the other; plain text is never broken into lines."""
    output = console()
    for part in parts:
        output.print(part, soft_wrap=isinstance(part, str))


def show_json(answer: Any) -> None:
    """Write one JSON object, and nothing else, on standard output."""
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False))


def note(text: str) -> None:
    """Say on standard error what is going on."""
    console(on_error=True).print(text, style="dim", soft_wrap=True)


def show_error(error: RempartError) -> None:
    """Show each fault on one line of standard error."""
    output = console(on_error=True)
    for fault in error.faults or (error,):
        output.print("error:", style="bold red", end=" ")
        output.print(" ".join(str(fault).split()), soft_wrap=True)
    if len(error.faults) > 1:
        output.print(f"{len(error.faults)} faults", style="dim")


def show_stop(stop: KeyboardInterrupt) -> None:
    """Show what Ctrl-C left behind, as far as the one who was stopped can tell."""
    text = str(stop) or "stopped"
    console(on_error=True).print(f"{text[0].upper()}{text[1:]}.", soft_wrap=True)
