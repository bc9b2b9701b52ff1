"""Units as people write them at the edge, turned into SI and radians for the inside."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_DEGREE = math.pi / 180.0

UNITS: dict[str, dict[str, float]] = {
    "length": {"m": 1.0, "km": 1e3, "ft": 0.3048, "nmi": 1852.0, "mi": 1609.344},
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "kt": 1852 / 3600, "mph": 1609.344 / 3600},
    "time": {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0},
    "angle": {"rad": 1.0, "mrad": 1e-3, "deg": _DEGREE},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "rain": {"mm/h": 1e-3 / 3600},
    "firing rate": {"rounds/min": 1 / 60, "rounds/s": 1.0},
    "area": {"m2": 1.0, "cm2": 1e-4},
    "acceleration": {"m/s2": 1.0, "g": 9.80665},
    "mass": {"kg": 1.0, "t": 1e3},
    "power": {"W": 1.0, "kW": 1e3},
    "decibel": {"dB": 1.0},
    "temperature": {"K": 1.0},
    "extinction": {"1/m": 1.0, "1/km": 1e-3},
    "money": {"USD": 1.0, "kUSD": 1e3, "MUSD": 1e6},
}
"""Dimension → unit → factor to SI (decibel values stay decibels, money is in US dollars)."""

DECIBEL_AREA = "dBsm"
"""Radar cross-section in decibels over one square metre; becomes square metres inside."""

_NUMBER = r"[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"^\s*({_NUMBER})\s*([A-Za-z/0-9%]*)\s*$")
_INTERVAL = re.compile(rf"^\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([A-Za-z/0-9]*)\s*$")
_HEIGHT = re.compile(r"^(.*?)\s*\b(agl|amsl)\s*$")


@dataclass(frozen=True)
class Height:
    """A height and what it is measured from: `agl` (ground) or `amsl` (mean sea level)."""

    value: float
    reference: str


def allowed_units(dimension: str) -> str:
    """The units of a dimension, as a phrase for messages."""
    names = list(UNITS[dimension])
    if dimension == "area":
        names.append(DECIBEL_AREA)
    return ", ".join(names)


def parse_quantity(text: object, dimension: str) -> float:
    """SI value of a text such as `120 km`.

    Raises
    ------
    ValueError
        With a message that says what was found and which units are allowed.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} has no unit; write it as text with one of: {allowed_units(dimension)}")
    match = _QUANTITY.match(text)
    if not match:
        raise ValueError(f"{text!r} is not a number with a unit of {dimension} ({allowed_units(dimension)})")
    return _to_si(match[1], match[2], dimension, text)


def parse_interval(text: object, dimension: str) -> tuple[float, float]:
    """SI bounds of a text such as `0..5 min`; a plain quantity gives two equal bounds."""
    match = _INTERVAL.match(text) if isinstance(text, str) else None
    if not match:
        value = parse_quantity(text, dimension)
        return value, value
    low = _to_si(match[1], match[3], dimension, text)
    high = _to_si(match[2], match[3], dimension, text)
    if high < low:
        raise ValueError(f"{text!r} runs backwards; the lower bound comes first")
    return low, high


def parse_height(text: object) -> Height:
    """A height such as `300 m agl` or `10 km amsl`; without a reference it is an error."""
    match = _HEIGHT.match(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(
            f"{text!r} does not say what the height is measured from; end it with 'agl' or 'amsl'"
        )
    return Height(parse_quantity(match[1], "length"), match[2])


def _some(dimension: str) -> str:
    return f"{'an' if dimension[0] in 'aeiou' else 'a'} {dimension}"


def _to_si(number: str, unit: str, dimension: str, text: object) -> float:
    value = float(number.replace("−", "-"))
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a finite number")
    if dimension == "area" and unit == DECIBEL_AREA:
        return 10.0 ** (value / 10.0)
    factors = UNITS[dimension]
    if unit in factors:
        return value * factors[unit]
    if not unit:
        raise ValueError(f"{text!r} has no unit; use one of: {allowed_units(dimension)}")
    owner = next((name for name, units in UNITS.items() if unit in units), None)
    if owner is None and unit != DECIBEL_AREA:
        raise ValueError(f"{text!r} has the unknown unit {unit!r}; use one of: {allowed_units(dimension)}")
    is_not = f"{text!r} is {_some(owner or 'area')}, not {_some(dimension)}"
    raise ValueError(f"{is_not}; use one of: {allowed_units(dimension)}")
