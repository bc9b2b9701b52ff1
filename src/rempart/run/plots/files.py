"""Bytes of a file, compressed or not, up to a limit."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from rempart.base.errors import Fault
from rempart.run.plots.record import PlotError

MOST_BYTES = 1 << 29
"""How much of a file that must be read whole may be unpacked."""


def file_bytes(path: Path) -> bytes:
    """Content of a file; one that ends in `.gz` is unpacked.

    Raises
    ------
    PlotError
        If it cannot be read, or holds more than `MOST_BYTES`.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise PlotError(Fault(str(path), f"cannot be read ({why})", "a file that can be read")) from error
    if len(content) > MOST_BYTES:
        raise PlotError(
            Fault(str(path), f"holds more than {MOST_BYTES >> 20} MB", "a smaller file", "Cut it in parts.")
        )
    return content


def file_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises
    ------
    PlotError
        If it cannot be read or is not JSON.
    """
    try:
        return json.loads(file_bytes(path))
    except (ValueError, RecursionError) as error:
        why = str(error).splitlines()[0][:120]
        raise PlotError(Fault(str(path), f"is not JSON ({why})", "a JSON file")) from error


def number_or_nan(value: Any) -> float:
    """A JSON value as a number; NaN if it is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
