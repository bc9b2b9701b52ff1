"""The sources that figures cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from rempart.catalog.form import Rule, Text, choice


@dataclass(frozen=True, kw_only=True)
class Source:
    """One entry of `bibliography.yaml`."""

    title: Text
    publisher: Text
    year: Annotated[int | None, Rule("whole", (1900, 2100))] = None
    address: Text
    """web address, ISBN, or what else finds it"""
    kind: Annotated[str, choice("publication", "simulation", "own")]
    """`simulation`: another simulation's data; `own`: this project's assumption"""
    access: Annotated[str, choice("seen", "recalled", "own")]
    """`seen`: it was read; `recalled`: named from general knowledge and not opened"""
