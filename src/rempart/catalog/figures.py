"""A figure: a number or a range that says its unit, its source and how far to trust it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rempart.base.units import UNITS, allowed_units, parse_quantity

GRADES: dict[str, str] = {
    "A": "official: government, operator or maker, also when a named outlet relays it",
    "B": "reputable secondary source",
    "C": "estimate, contested, or a citation that was not opened",
    "D": "assumption for lack of data",
}
"""Grade → meaning, best first."""

CITATIONS: dict[str, str] = {
    "checked": "at least one of the sources was read",
    "unchecked": "recalled from a named source that was not opened",
    "none": "an assumption; there is nothing to cite",
}
"""State of the citation → meaning."""

DIMENSIONLESS: dict[str, tuple[str, str]] = {
    "probability": ("1", "from 0 to 1"),
    "fraction": ("1", "from 0 to 1"),
    "count": ("count", "a whole number, 0 or more"),
}
"""Dimension without a unit of its own → (what stands as `unit`, which numbers are allowed)."""

_SIGNED = ("angle", "decibel")
_NEVER_ZERO = ("area", "frequency")


@dataclass(frozen=True)
class Figure:
    """One characteristic of a system. Numbers are SI and radians; `written` is how the file has it.

    `value` is the nominal. Where the file gives only a range it is the middle: the geometric mean
    for an area (radar cross-sections are known to an order of magnitude), the midpoint rounded
    down for a count, the midpoint for all else.
    """

    value: float
    low: float
    high: float
    dimension: str
    unit: str
    written: str
    sources: tuple[str, ...]
    grade: str
    citation: str
    note: str = ""
    derived: str = ""
    is_claim: bool = False
    alternatives: tuple[Figure, ...] = ()

    @property
    def is_range(self) -> bool:
        """Whether the figure leaves room: its true value is known only to lie in [low, high]."""
        return self.high > self.low

    @property
    def is_logarithmic(self) -> bool:
        """Whether the range is one of ratios, to be sampled in its logarithm."""
        return self.dimension == "area"


def units_of(dimension: str) -> str:
    """The units a figure of this dimension may have, as a phrase for messages."""
    return DIMENSIONLESS[dimension][0] if dimension in DIMENSIONLESS else allowed_units(dimension)


def dimension_of(unit: str) -> str | None:
    """The dimension that a unit belongs to, None for an unknown unit."""
    named = {"1": "fraction", "count": "count", "dBsm": "area"}
    return named.get(unit) or next((name for name, units in UNITS.items() if unit in units), None)


def to_si(number: float, unit: str, dimension: str) -> float:
    """SI value of a number in `unit`.

    Raises
    ------
    ValueError
        If the unit is not one of the dimension, or the number cannot be of that kind.
    """
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a finite number")
    if dimension in DIMENSIONLESS:
        return _dimensionless(number, unit, dimension)
    if number < 0 and dimension not in _SIGNED and unit != "dBsm":
        raise ValueError(f"{number} {unit} is negative; {dimension} is 0 or more")
    if number == 0 and dimension in _NEVER_ZERO and unit != "dBsm":
        raise ValueError(f"{number} {unit} is no {dimension}; write a number above 0")
    return parse_quantity(f"{number!r} {unit}", dimension)


def nominal(low: float, high: float, dimension: str) -> float:
    """The middle of a range; lies in [low, high]."""
    if low == high:
        return low
    if dimension == "area":
        return math.sqrt(low * high)
    middle = (low + high) / 2
    return float(math.floor(middle)) if dimension == "count" else middle


def _dimensionless(number: float, unit: str, dimension: str) -> float:
    wanted, meaning = DIMENSIONLESS[dimension]
    if unit != wanted:
        raise ValueError(f"the unit {unit!r} is not one of a {dimension}; write {wanted!r}")
    is_whole = dimension != "count" or number == int(number)
    if number < 0 or not is_whole or (dimension != "count" and number > 1):
        raise ValueError(f"{number} is not a {dimension}: {meaning}")
    return float(number)
