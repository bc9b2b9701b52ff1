import math

import pytest

from rempart.catalog.figures import dimension_of, nominal, to_si


@pytest.mark.parametrize(
    ("number", "unit", "dimension", "expected"),
    [
        (250, "km", "length", 250_000.0),
        (41000, "ft", "length", 12_496.8),
        (-10, "dBsm", "area", 0.1),
        (0, "dBsm", "area", 1.0),
        (4800, "rounds/min", "firing rate", 80.0),
        (-3, "deg", "angle", -math.pi / 60),
        (0.5, "1", "probability", 0.5),
        (6, "count", "count", 6.0),
        (2.5, "MUSD", "money", 2_500_000.0),
        (80, "kUSD", "money", 80_000.0),
        (0.1, "1/km", "extinction", 1e-4),
    ],
)
def test_numbers_become_si(number, unit, dimension, expected):
    assert to_si(number, unit, dimension) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("number", "unit", "dimension"),
    [
        (1, "km", "time"),
        (1, "furlong", "length"),
        (-1, "km", "length"),
        (0, "m2", "area"),
        (0, "GHz", "frequency"),
        (1.2, "1", "probability"),
        (-0.1, "1", "fraction"),
        (2.5, "count", "count"),
        (0.5, "count", "probability"),
        (3, "1", "count"),
        (math.inf, "km", "length"),
        (math.nan, "1", "probability"),
    ],
)
def test_numbers_of_the_wrong_kind_are_refused(number, unit, dimension):
    with pytest.raises(ValueError):
        to_si(number, unit, dimension)


@pytest.mark.parametrize(
    ("low", "high", "dimension", "expected"),
    [
        (2.0, 4.0, "length", 3.0),
        (0.01, 1.0, "area", 0.1),
        (3.0, 6.0, "count", 4.0),
        (0.2, 0.6, "probability", 0.4),
        (5.0, 5.0, "area", 5.0),
    ],
)
def test_the_nominal_is_the_middle_that_suits_the_dimension(low, high, dimension, expected):
    assert nominal(low, high, dimension) == pytest.approx(expected)


def test_a_unit_tells_its_dimension():
    assert [dimension_of(unit) for unit in ("km", "count", "1", "dBsm", "USD", "1/km", "parsec")] == [
        "length", "count", "fraction", "area", "money", "extinction", None,
    ]  # fmt: skip
