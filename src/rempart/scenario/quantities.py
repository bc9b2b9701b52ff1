"""Types of YAML values that carry a unit or a place: read into SI, written back exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from rempart.base.units import UNITS, Height, allowed_units, parse_height, parse_interval, parse_quantity

_NUMBER = r"[-+−]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
_MAX_LENGTH = 60


class Interval(NamedTuple):
    """From `low` to `high`, both in SI."""

    low: float
    high: float


class Place(NamedTuple):
    """A point on the WGS-84 ellipsoid, as written: degrees north, degrees east."""

    lat_deg: float
    lon_deg: float

    @property
    def lat(self) -> float:
        """Geodetic latitude [rad]."""
        return math.radians(self.lat_deg)

    @property
    def lon(self) -> float:
        """Longitude [rad]."""
        return math.radians(self.lon_deg)

    def __str__(self) -> str:
        return f"[{self.lat_deg:g}, {self.lon_deg:g}]"


def refusal(found: str, allowed: str, remedy: str = "") -> PydanticCustomError:
    """A pydantic error that carries the three parts of a `Fault`."""
    return PydanticCustomError("fault", "{found}", {"found": found, "allowed": allowed, "remedy": remedy})


@dataclass(frozen=True)
class Quantity:
    """A number with a unit, held in SI. `low` and `high` are its bounds in `unit`."""

    dimension: str
    unit: str
    low: float
    high: float
    example: str

    def read(self, text: object) -> Any:
        """SI value of a text such as `5 s`; a bare number is refused."""
        try:
            value = parse_quantity(_brief(text), self.dimension)
        except ValueError as error:
            raise refusal(_first_clause(error), self.allowed) from error
        self.check(value, text)
        return value

    def write(self, value: Any) -> str:
        """Text that reads back as exactly this value."""
        return written(value, self.dimension, self.unit)

    def check(self, value: float, text: object) -> None:
        """Refuse a value outside the bounds."""
        factor = UNITS[self.dimension][self.unit]
        if not self.low * factor <= value <= self.high * factor:
            raise refusal(f"{text!r} is out of range", self.allowed)

    @property
    def allowed(self) -> str:
        """What may be written, as a phrase."""
        bounds = f"from {self.low:g} to {self.high:g} {self.unit}"
        return f"text such as '{self.example}', {bounds} (units: {allowed_units(self.dimension)})"

    @property
    def pattern(self) -> str:
        """Regular expression of the text."""
        units = "|".join(UNITS[self.dimension])
        return rf"^\s*{_NUMBER}\s*({units})\s*$"

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": self.pattern,
            "examples": [self.example],
            "x-dimension": self.dimension,
            "x-unit": self.unit,
            "x-bounds": [self.low, self.high],
        }


class Span(Quantity):
    """An interval such as `0..5 min`, held in SI; a plain quantity gives two equal bounds."""

    def read(self, text: object) -> Interval:
        """SI bounds of the text."""
        if isinstance(text, Interval):
            return text
        try:
            low, high = parse_interval(_brief(text), self.dimension)
        except ValueError as error:
            raise refusal(_first_clause(error), self.allowed) from error
        self.check(low, text)
        self.check(high, text)
        return Interval(low, high)

    def write(self, value: Interval) -> str:
        """Text that reads back as exactly these bounds."""
        if value.low == value.high:
            return written(value.low, self.dimension, self.unit)
        for unit in (self.unit, _si_unit(self.dimension)):
            low, high = (
                _number(value.low, UNITS[self.dimension][unit]),
                _number(value.high, UNITS[self.dimension][unit]),
            )
            if low and high:
                break
        return f"{low}..{high} {unit}"

    @property
    def pattern(self) -> str:
        """Regular expression of the text."""
        units = "|".join(UNITS[self.dimension])
        return rf"^\s*{_NUMBER}(\s*\.\.\s*{_NUMBER})?\s*({units})\s*$"


class Level(Quantity):
    """A height such as `300 m agl` (above ground) or `10 km amsl` (above mean sea level)."""

    def read(self, text: object) -> Height:
        """The height [m] and what it is measured from."""
        try:
            height = parse_height(_brief(text))
        except ValueError as error:
            raise refusal(_first_clause(error), self.allowed) from error
        self.check(height.value, text)
        return height

    def write(self, value: Height) -> str:
        """Text that reads back as exactly this height."""
        return f"{written(value.value, self.dimension, self.unit)} {value.reference}"

    @property
    def allowed(self) -> str:
        """What may be written, as a phrase."""
        return f"{super().allowed}, ending in 'agl' (above ground) or 'amsl' (above mean sea level)"

    @property
    def pattern(self) -> str:
        """Regular expression of the text."""
        return super().pattern[:-1] + r"(agl|amsl)\s*$"


def written(value: float, dimension: str, unit: str) -> str:
    """The value with its unit, with as few digits as read back to exactly the same number.

    Falls back on the SI unit where no decimal in `unit` meets the value.
    """
    for choice in (unit, _si_unit(dimension)):
        number = _number(value, UNITS[dimension][choice])
        if number:
            break
    return f"{number} {choice}"


def _si_unit(dimension: str) -> str:
    units = UNITS[dimension]
    return next((unit for unit, factor in units.items() if factor == 1.0), next(iter(units)))


def _number(value: float, factor: float) -> str:
    scaled = value / factor
    for digits in (6, 12, 15, 17):
        text = f"{scaled:.{digits}g}"
        if float(text) * factor == value:
            return text
    neighbours = (math.nextafter(scaled, -math.inf), math.nextafter(scaled, math.inf))
    return next((repr(near) for near in neighbours if near * factor == value), "")


def _brief(text: object) -> object:
    """The text, unless it is far too long for a quantity; patterns are slow on such texts."""
    if isinstance(text, str) and len(text) > _MAX_LENGTH:
        raise ValueError(f"{text[:_MAX_LENGTH]!r}… is far too long")
    return text


def _first_clause(error: ValueError) -> str:
    return str(error).split(";")[0]


def read_place(value: object) -> Place:
    """A place from `[lat, lon]` in degrees, latitude first."""
    allowed = "[latitude, longitude] in degrees, such as [33.25, 44.35]"
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(_is_number(part) for part in value):
        raise refusal(f"{value!r} is not a place", allowed)
    lat, lon = float(value[0]), float(value[1])
    if not -90.0 <= lat <= 90.0:
        swapped = (
            "Latitude comes first: are the two swapped?" if -90.0 <= lon <= 90.0 and abs(lat) <= 180.0 else ""
        )
        raise refusal(f"latitude {lat:g} does not exist", "a latitude from -90 to 90 degrees", swapped)
    if not -180.0 <= lon <= 180.0:
        raise refusal(f"longitude {lon:g} does not exist", "a longitude from -180 to 180 degrees")
    return Place(lat, lon)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


Position = Annotated[
    Place,
    PlainValidator(read_place),
    PlainSerializer(list, return_type=list),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "examples": [[33.25, 44.35]],
            "x-unit": "deg",
            "prefixItems": [
                {"type": "number", "minimum": -90, "maximum": 90},
                {"type": "number", "minimum": -180, "maximum": 180},
            ],
        }
    ),
]
"""`[lat, lon]` in degrees: the one place where a bare number stands for an angle."""
