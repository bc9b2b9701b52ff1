"""Types that the parts of a scenario are made of, and `Part`, the base of them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    WrapSerializer,
)

from rempart.scenario.quantities import Place, Position, Quantity
from rempart.scenario.surroundings import AIR_DEFENCE, BALLISTIC, GROUND, LEVEL, Surroundings

MAX_COUNT = 10_000
LONGEST = 7 * 1440
"""A scenario lasts a week at most [min]."""
DURATION = Quantity("time", "min", 0.01, LONGEST, "60 min")

Entry = TypeVar("Entry")
_NAME = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")
Name = Annotated[str, _NAME]
Count = Annotated[int, Field(strict=True, ge=1, le=MAX_COUNT)]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Delay = Annotated[float, Quantity("time", "s", 0, 600, "5 s")]
Azimuth = Annotated[float, Quantity("angle", "deg", -180, 360, "45 deg")]


class Entries(Mapping[str, Entry]):
    """Named entries, immutable and in order of name: the order in a file can change nothing."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = {name: entries[name] for name in sorted(entries)}

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Entries({self._entries!r})"


_AS_DICT = WrapSerializer(lambda entries, handler: handler(dict(entries)))
Named = Annotated[Mapping[Name, Entry], AfterValidator(Entries), _AS_DICT]
OneOrMore = Annotated[Mapping[Name, Entry], Field(min_length=1), AfterValidator(Entries), _AS_DICT]


def surroundings(info: ValidationInfo) -> Surroundings | None:
    """The context of the check, if there is one."""
    return info.context if isinstance(info.context, Surroundings) else None


def _on_ground(place: Place, info: ValidationInfo) -> Place:
    around = surroundings(info)
    return around.check_ground(place) if around else place


def _not_swapped(place: Place, info: ValidationInfo) -> Place:
    around = surroundings(info)
    return around.check_order(place) if around else place


Site = Annotated[Position, AfterValidator(_on_ground)]
Waypoint = Annotated[Position, AfterValidator(_not_swapped)]


def _system(natures: tuple[str, ...], kind: str) -> AfterValidator:
    def check(name: str, info: ValidationInfo) -> str:
        around = surroundings(info)
        return around.check_system(name, natures, kind) if around else name

    return AfterValidator(check)


DefenceSystem = Annotated[str, _system((AIR_DEFENCE,), "an air-defence system of the catalogue")]
Threat = Annotated[str, _system((LEVEL, BALLISTIC), "an air vehicle of the catalogue")]
Aircraft = Annotated[str, _system((LEVEL,), "an aircraft of the catalogue")]
GroundVehicle = Annotated[str, _NAME, _system((GROUND,), "a ground vehicle of the catalogue")]
GroundVehicles = Annotated[Mapping[GroundVehicle, Count], AfterValidator(Entries), _AS_DICT]

_RAIN = Quantity("rain", "mm/h", 0.0, 200.0, "25 mm/h")


def _read_weather(text: object) -> float:
    return 0.0 if text == "clear" else _RAIN.read(text)


Weather = Annotated[
    float,
    PlainValidator(_read_weather),
    PlainSerializer(lambda rain: _RAIN.write(rain) if rain else "clear", return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^clear$|{_RAIN.pattern}",
            "examples": ["clear", "25 mm/h"],
            "x-dimension": "rain",
            "x-unit": "mm/h",
        }
    ),
]


class Part(BaseModel):
    """A part of a scenario: frozen, and no key beyond those it declares."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


def one_of(*keys: str) -> dict[str, Any]:
    """What the JSON schema says of a part that needs exactly one of some keys."""
    return {"oneOf": [{"required": [key]} for key in keys]}
