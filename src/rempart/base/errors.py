"""Errors for the person who made them: where, what was found, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, told so that it can be mended without reading the source.

    `where` names the file, the line and the path inside it; `found` quotes the input;
    `allowed` says what would be right; `remedy` says what to do (may be empty).
    """

    where: str
    found: str
    allowed: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}; allowed: {self.allowed}"
        return f"{text}. {self.remedy}" if self.remedy else text


class RempartError(Exception):
    """Base of every error that a front end may show; carries one or more faults."""

    def __init__(self, faults: Fault | Sequence[Fault] | str) -> None:
        if isinstance(faults, str):
            self.faults: tuple[Fault, ...] = ()
            super().__init__(faults)
            return
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ScenarioError(RempartError):
    """The scenario, or a file that it names, cannot be used as it stands."""


class CatalogError(RempartError):
    """A catalogue file breaks the catalogue's rules, or a system is not in it."""


class StoreError(RempartError):
    """Results, caches or terrain cannot be read or written."""


class ExportError(RempartError):
    """A replay or an export cannot be made from what was given."""
