"""What a part of a catalogue file may hold: annotations that a `Reader` follows.

A part is a frozen dataclass; each annotation says how its key is read, so the class is at once
the type that callers see and the form that files fill in. A field with a default may be left out.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from rempart.catalog.figures import Figure
from rempart.events.vehicle_classes import CLASS_NAMES


class Rule(NamedTuple):
    """How a key is read: the name of a `Reader` method, and its further arguments."""

    kind: str
    arguments: tuple[Any, ...] = ()


Text = Annotated[str, Rule("text")]
Names = Annotated[tuple[str, ...], Rule("names")]

Length = Annotated[Figure, Rule("figure", ("length",))]
Speed = Annotated[Figure, Rule("figure", ("speed",))]
Time = Annotated[Figure, Rule("figure", ("time",))]
Angle = Annotated[Figure, Rule("figure", ("angle",))]
Area = Annotated[Figure, Rule("figure", ("area",))]
Frequency = Annotated[Figure, Rule("figure", ("frequency",))]
FiringRate = Annotated[Figure, Rule("figure", ("firing rate",))]
Money = Annotated[Figure, Rule("figure", ("money",))]
Power = Annotated[Figure, Rule("figure", ("power",))]
Decibel = Annotated[Figure, Rule("figure", ("decibel",))]
Extinction = Annotated[Figure, Rule("figure", ("extinction",))]
Probability = Annotated[Figure, Rule("figure", ("probability",))]
Fraction = Annotated[Figure, Rule("figure", ("fraction",))]
Count = Annotated[Figure, Rule("figure", ("count",))]

ProbabilityByClass = Annotated[dict[str, Figure], Rule("figures", ("probability", CLASS_NAMES))]
LengthByClass = Annotated[dict[str, Figure], Rule("figures", ("length", CLASS_NAMES))]
CountByClass = Annotated[dict[str, Figure], Rule("figures", ("count", CLASS_NAMES))]

Background = Annotated[dict[str, Figure], Rule("background")]
"""Figures of any dimension, named freely: what is known besides, and what others derive from."""

Swerling = Annotated[int, Rule("whole", (0, 4))]
"""Fluctuation case: a modelling choice, not a figure."""
Dimensions = Annotated[int, Rule("whole", (2, 3))]
"""Whether a radar tells height: a kind of radar, not a figure."""


def choice(*words: str) -> Rule:
    """One of a few words."""
    return Rule("choice", words)


def part(form: type) -> Rule:
    """A part with a form of its own."""
    return Rule("part", (form,))


def variants(key: str, **forms: type) -> Rule:
    """Parts by name, each in the form that the value of its `key` chooses."""
    return Rule("variants", (key, forms))
