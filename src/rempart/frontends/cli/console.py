"""What the command line says: answers on standard output, everything else on standard error."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from rempart.base.errors import Fault, RempartError, StoreError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_PLAIN = {"\u00a0": " ", "\u202f": " ", "−": "-", "–": "-", "─": "-", "…": ".", "█": "#", "×": "x"}
"""Signs of an answer → one that every terminal has."""


def write_any_sign() -> None:
    """Make standard output and error write a plain sign for one that their encoding lacks."""
    codecs.register_error("plain", _plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")


def _plain_signs(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign, "?") for sign in lacking), error.end


def console(on_error: bool = False) -> Console:
    """A console on standard output, or on standard error; text is shown as it is, never as markup."""
    from rich.console import Console

    return Console(stderr=on_error, markup=False, highlight=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Show parts of an answer, one below the other; plain text is never broken into lines."""
    output = console()
    with _standard_output():
        for part in parts:
            output.print(part, soft_wrap=isinstance(part, str))


def show_json(answer: Any) -> None:
    """Write one JSON object, and nothing else, on standard output."""
    is_unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
    with _standard_output():
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=not is_unicode, allow_nan=False))


@contextmanager
def _standard_output() -> Iterator[None]:
    """A full disk behind standard output is a fault; a reader that has gone is none of ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        found = f"cannot be written ({error.strerror or error})"
        raise StoreError(Fault("standard output", found, "a place with room")) from error


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
