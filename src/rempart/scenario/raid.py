"""What attacks: the groups of the raid."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from rempart.base.units import Height
from rempart.scenario.fields import LONGEST, Count, Part, Threat, Waypoint, surroundings
from rempart.scenario.quantities import Interval, Level, Place, Quantity, Span, refusal
from rempart.scenario.routes import check_route, route_length
from rempart.scenario.surroundings import BALLISTIC

Flight = TypeVar("Flight")
StartTimes = Annotated[Interval, Span("time", "min", 0, LONGEST, "0..5 min")]
FlightHeight = Annotated[Height, Level("length", "m", 0, 40_000, "300 m agl")]
Jitter = Annotated[float, Quantity("length", "km", 0, 200, "5 km")]
Speed = Annotated[float, Quantity("speed", "m/s", 5, 3000, "50 m/s")]
Standoff = Annotated[float, Quantity("length", "km", 0.1, 3000, "60 km")]
Elevation = Annotated[float, Quantity("angle", "deg", 5, 85, "30 deg")]
Load = Annotated[int, Field(strict=True, ge=1, le=100)]


def _starts_in_play(start: Interval, info: ValidationInfo) -> Interval:
    around = surroundings(info)
    if around and start.low >= around.duration:
        raise refusal(
            f"the start at {start.low:g} s comes after the end", f"before {around.duration:g} s (duration)"
        )
    return start


Start = Annotated[StartTimes, AfterValidator(_starts_in_play)]
AT_ONCE = Interval(0.0, 0.0)


class Releases(Part):
    """Weapons that each threat of a group carries and lets go on its way."""

    threat: Threat
    """Name of an air vehicle in the catalogue: the weapon."""
    count: Load = 1
    """Weapons of each carrier; they go 5 s apart."""
    distance: Standoff
    """Way left to the aim where the last one goes; there the carrier turns back."""
    height: FlightHeight | None = Field(default=None, validate_default=True)
    """The weapon's height of flight; required, except for ballistic ones."""

    @field_validator("height")
    @classmethod
    def _flies_level(cls, height: Height | None, info: ValidationInfo) -> Height | None:
        around, threat = surroundings(info), info.data.get("threat")
        if around and threat:
            _check_height(height, around.nature(threat) == BALLISTIC)
        return height


def _check_height(height: Height | None, is_ballistic: bool) -> None:
    if height is None and not is_ballistic:
        raise refusal("the height of flight is missing", "a height such as '300 m agl' or '6 km amsl'")
    if height is not None and is_ballistic:
        raise refusal(
            "a ballistic threat takes no height",
            "no height",
            "Its arc comes from the catalogue; remove the key.",
        )


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
    elevation: Elevation | None = None
    """Angle at which ballistic threats are launched; default: as the catalogue's apogee wants it."""
    releases: Releases | None = None
    """Weapons that each one lets go at a distance from the aim before it turns back."""

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

    @field_validator("height")
    @classmethod
    def _height_fits(cls, height: Height | None, info: ValidationInfo) -> Height | None:
        around, threat = surroundings(info), info.data.get("threat")
        if around and threat:
            _check_height(height, around.nature(threat) == BALLISTIC)
        return height

    @field_validator("via", "speed", "elevation", "releases")
    @classmethod
    def _suits_the_flight(cls, value: Flight, info: ValidationInfo) -> Flight:
        around, threat = surroundings(info), info.data.get("threat")
        if around is None or threat is None or not value:
            return value
        nature = "ballistic" if around.nature(threat) == BALLISTIC else "level"
        if nature == "ballistic" and info.field_name != "elevation":
            raise refusal(
                f"a ballistic threat takes no {info.field_name}",
                "from, to, start, spread and elevation",
                "Its arc comes from the catalogue; remove the key.",
            )
        if nature == "level" and info.field_name == "elevation":
            raise refusal("a level threat takes no elevation", "a height", "Remove the key.")
        return value

    @field_validator("releases")
    @classmethod
    def _has_room(cls, releases: Releases | None, info: ValidationInfo) -> Releases | None:
        around = surroundings(info)
        aim = around.targets.get(info.data.get("to", "")) if around else None
        places = [info.data.get("departure"), *info.data.get("via", ()), aim]
        if releases is None or None in places:
            return releases
        length = route_length(places)
        if releases.distance >= length:
            raise refusal(
                f"a release {releases.distance / 1e3:g} km before the aim lies before the start",
                f"less than the {length / 1e3:.0f} km of the route",
            )
        return releases

    @property
    def n_threats(self) -> int:
        """Vehicles of the group that have an aim: the weapons, where it carries any."""
        return self.count * (self.releases.count if self.releases else 1)
