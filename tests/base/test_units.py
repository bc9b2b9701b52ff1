"""Units as people write them: what is understood, and what each mistake is answered with."""

from __future__ import annotations

import math

import pytest

from rempart.base.units import (
    UNITS,
    Height,
    allowed_units,
    parse_height,
    parse_interval,
    parse_quantity,
)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("120 km", "length", 120e3), ("120km", "length", 120e3), ("  1.5 nmi ", "length", 2778.0),
        ("10 ft", "length", 3.048), ("-3 m", "length", -3.0), ("−3 m", "length", -3.0),
        (".5 km", "length", 500.0),
        ("36 km/h", "speed", 10.0), ("1 kt", "speed", 0.514444444), ("1e3 m/s", "speed", 1000.0),
        ("2 min", "time", 120.0), ("250 ms", "time", 0.25), ("180 deg", "angle", math.pi),
        ("3 mrad", "angle", 0.003), ("3 GHz", "frequency", 3e9), ("3.6 mm/h", "rain", 1e-6),
        ("600 rounds/min", "firing rate", 10.0), ("0 dBsm", "area", 1.0), ("-10 dBsm", "area", 0.1),
        ("50 cm2", "area", 0.005), ("9 g", "acceleration", 88.25985), ("-3 dB", "decibel", -3.0),
    ],
)  # fmt: skip
def test_a_quantity(text, dimension, value):
    assert parse_quantity(text, dimension) == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize(
    ("text", "dimension", "told"),
    [
        (120, "length", "has no unit"), (None, "length", "has no unit"), ("120", "length", "has no unit"),
        ("120 s", "length", "is a time, not a length"), ("3 dBsm", "length", "is an area, not a length"),
        ("10 furlong", "length", "unknown unit 'furlong'"), ("km", "length", "is not a number with a unit"),
        ("1e999 m", "length", "is not a finite number"), ("nan m", "length", "is not a number"),
        ("1 2 m", "length", "is not a number"), ("", "time", "is not a number"),
        ("1 KM", "length", "unknown unit"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_what_is_allowed(text, dimension, told):
    with pytest.raises(ValueError, match=told) as raised:
        parse_quantity(text, dimension)
    if "finite" not in told:
        assert next(iter(UNITS[dimension])) in str(raised.value)


def test_an_interval():
    assert parse_interval("0..5 min", "time") == (0.0, 300.0)
    assert parse_interval("1.5 .. 2.5 km", "length") == (1500.0, 2500.0)
    assert parse_interval("5 min", "time") == (300.0, 300.0)
    with pytest.raises(ValueError, match="runs backwards"):
        parse_interval("5..1 min", "time")
    with pytest.raises(ValueError, match="has no unit"):
        parse_interval("1..5", "time")


def test_a_height_says_what_it_is_measured_from():
    assert parse_height("300 m agl") == Height(300.0, "agl")
    assert parse_height("10 km amsl") == Height(10e3, "amsl")
    for text in ("300 m", "agl", 300, "300 m above ground"):
        with pytest.raises(ValueError):
            parse_height(text)


def test_each_unit_belongs_to_one_dimension():
    names = [unit for units in UNITS.values() for unit in units]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("dimension", UNITS)
def test_what_is_written_can_be_read(dimension):
    for unit, factor in UNITS[dimension].items():
        assert parse_quantity(f"12.5 {unit}", dimension) == pytest.approx(12.5 * factor)
        assert unit in allowed_units(dimension)
