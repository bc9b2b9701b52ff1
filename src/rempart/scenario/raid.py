"""What flies: the groups of the raid and the neutral traffic."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from rempart.base.units import Height
from rempart.scenario.fields import MAX_COUNT, Aircraft, Count, Part, Threat, Waypoint, surroundings
from rempart.scenario.quantities import Interval, Level, Place, Quantity, Span, refusal
from rempart.scenario.routes import check_route
from rempart.scenario.surroundings import BALLISTIC

Flight = TypeVar("Flight")
StartTimes = Annotated[Interval, Span("time", "min", 0, 1440, "0..5 min")]
FlightHeight = Annotated[Height, Level("length", "m", 0, 40_000, "300 m agl")]
Jitter = Annotated[float, Quantity("length", "km", 0, 200, "5 km")]
Speed = Annotated[float, Quantity("speed", "m/s", 5, 3000, "50 m/s")]
FlightRate = Annotated[float, Field(strict=True, gt=0.0, le=1000.0)]


def _starts_in_play(start: Interval, info: ValidationInfo) -> Interval:
    around = surroundings(info)
    if around and start.low >= around.duration:
        raise refusal(
            f"the start at {start.low:g} s comes after the end", f"before {around.duration:g} s (duration)"
        )
    return start


Start = Annotated[StartTimes, AfterValidator(_starts_in_play)]
AT_ONCE = Interval(0.0, 0.0)


class Group(Part):
    """Like threats that fly the same way to the same aim."""

    threat: Threat
    """Name of an air vehicle in the catalogue."""
    count: Count = 1
    """Number of threats."""
    departure: Waypoint = Field(alias="from")
    """Where they enter."""
    to: str
    """Name of the asset they aim at."""
    via: tuple[Waypoint, ...] = Field(default=(), max_length=100, validate_default=True)
    """Waypoints between, in order of flight."""
    height: FlightHeight | None = Field(default=None, validate_default=True)
    """Height of flight; required, except for ballistic threats, whose arc is the catalogue's."""
    start: Start = AT_ONCE
    """Each threat enters at a random time of this interval."""
    spread: Jitter = 0.0
    """Sideways jitter of each route, one standard deviation; the aim stays."""
    speed: Speed | None = None
    """Ground speed; default: the catalogue's."""

    @field_validator("to")
    @classmethod
    def _aim_exists(cls, to: str, info: ValidationInfo) -> str:
        around = surroundings(info)
        return around.check_target(to) if around else to

    @field_validator("via")
    @classmethod
    def _route_leads_there(cls, via: tuple[Place, ...], info: ValidationInfo) -> tuple[Place, ...]:
        around = surroundings(info)
        aim = around.targets.get(info.data.get("to", "")) if around else None
        check_route([place for place in (info.data.get("departure"), *via, aim) if place is not None])
        return via

    @field_validator("via", "height", "speed")
    @classmethod
    def _flies_level(cls, value: Flight, info: ValidationInfo) -> Flight:
        around, threat = surroundings(info), info.data.get("threat")
        if around is None or threat is None:
            return value
        is_ballistic = around.nature(threat) == BALLISTIC
        if is_ballistic and value:
            raise refusal(
                f"a ballistic threat takes no {info.field_name}",
                "from, to, start and spread",
                "Its arc comes from the catalogue; remove the key.",
            )
        if info.field_name == "height" and value is None and not is_ballistic:
            raise refusal("the height of flight is missing", "a height such as '300 m agl' or '6 km amsl'")
        return value


class Airway(Part):
    """Neutral aircraft on one route."""

    aircraft: Aircraft
    """Name of an air vehicle in the catalogue."""
    count: Count | None = None
    """Number of flights; or give `per_hour`."""
    per_hour: FlightRate | None = None
    """Flights per hour over the interval `start`; their number is rounded to the nearest whole."""
    route: tuple[Waypoint, ...] = Field(min_length=2, max_length=100)
    """Waypoints in order of flight."""
    height: FlightHeight
    """Height of flight."""
    start: Start = Field(default=AT_ONCE, validate_default=True)
    """Each flight enters at a random time of this interval."""
    spread: Jitter = 0.0
    """Sideways jitter of each route, one standard deviation."""
    speed: Speed | None = None
    """Ground speed; default: the catalogue's."""

    @field_validator("route")
    @classmethod
    def _route_moves(cls, route: tuple[Place, ...]) -> tuple[Place, ...]:
        check_route(list(route))
        return route

    @field_validator("start")
    @classmethod
    def _some_fly(cls, start: Interval, info: ValidationInfo) -> Interval:
        count, per_hour = info.data.get("count"), info.data.get("per_hour")
        if "count" not in info.data or "per_hour" not in info.data:
            return start
        if (count is None) == (per_hour is None):
            raise refusal("the number of flights is not said once", "either `count` or `per_hour`")
        if per_hour and not 1 <= _flights(per_hour, start) <= MAX_COUNT:
            raise refusal(
                f"{per_hour:g} per hour over this interval is {_flights(per_hour, start)} flights",
                f"1 to {MAX_COUNT} flights",
                "Widen `start`, such as '0..60 min'.",
            )
        return start

    @property
    def n_flights(self) -> int:
        """Number of aircraft, whichever way it was written."""
        return self.count if self.count is not None else _flights(self.per_hour or 0.0, self.start)


def _flights(per_hour: float, start: Interval) -> int:
    return round(per_hour * (start.high - start.low) / 3600.0)
