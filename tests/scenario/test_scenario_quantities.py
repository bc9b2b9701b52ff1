"""Values with units: read into SI, bounded, and written back to the very same number."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from rempart.base.units import UNITS, Height, parse_quantity
from rempart.scenario.quantities import Interval, Level, Place, Quantity, Span, read_place, written

TIME = Quantity("time", "min", 0, 60, "5 min")
SPAN = Span("time", "min", 0, 60, "0..5 min")
LEVEL = Level("length", "m", 0, 40_000, "300 m agl")


def test_reads_si():
    assert TIME.read("2 min") == 120.0
    assert SPAN.read("0..5 min") == Interval(0.0, 300.0)
    assert SPAN.read("30 s") == Interval(30.0, 30.0)
    assert LEVEL.read("1 km amsl") == Height(1000.0, "amsl")
    assert read_place([33.25, 44]) == Place(33.25, 44.0)
    assert Place(180.0 / math.pi, 0.0).lat == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (TIME, 5),
        (TIME, "5"),
        (TIME, "5 km"),
        (TIME, "61 min"),
        (TIME, "-1 s"),
        (TIME, "1e999 s"),
        (TIME, None),
        (TIME, True),
        (TIME, [1]),
        (TIME, " " * 1_000_000 + "x"),
        (SPAN, "5..0 min"),
        (SPAN, "0..61 min"),
        (LEVEL, "300 m"),
        (LEVEL, 300),
        (LEVEL, "50 km agl"),
        (LEVEL, "300 m asl"),
        (LEVEL, " " * 1_000_000),
    ],
)
def test_refuses(quantity, text):
    with pytest.raises(PydanticCustomError) as caught:
        quantity.read(text)
    assert set(caught.value.context) == {"found", "allowed", "remedy"}
    assert len(caught.value.context["found"]) < 200


@pytest.mark.parametrize(
    "place",
    [[91, 0], [-91, 0], [0, 181], [0], [0, 0, 0], "33, 44", ["33", "44"], [True, 0], None, [math.nan, 0]],
)
def test_refuses_impossible_places(place):
    with pytest.raises(PydanticCustomError):
        read_place(place)


@given(
    st.sampled_from([(dimension, unit) for dimension, units in UNITS.items() for unit in units]),
    st.floats(-1e12, 1e12),
    st.data(),
)
def test_written_text_reads_back_exactly(measure, number, data):
    dimension, preferred = measure
    unit = data.draw(st.sampled_from(list(UNITS[dimension])))
    value = parse_quantity(f"{number!r} {unit}", dimension)
    assert parse_quantity(written(value, dimension, preferred), dimension) == value


@given(st.floats(0, 3600), st.floats(0, 3600))
def test_written_spans_read_back_exactly(one, other):
    interval = Interval(min(one, other), max(one, other))
    assert SPAN.read(SPAN.write(interval)) == interval


def test_writes_what_a_person_would():
    assert TIME.write(3600.0) == "60 min"
    assert SPAN.write(Interval(0.0, 300.0)) == "0..5 min"
    assert SPAN.write(Interval(60.0, 60.0)) == "1 min"
    assert LEVEL.write(Height(300.0, "agl")) == "300 m agl"
