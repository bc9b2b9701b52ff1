"""Neutral traffic: streams of flights along an airway, and flights as they were recorded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from rempart.base.errors import RempartError
from rempart.base.units import Height
from rempart.scenario.fields import MAX_COUNT, Aircraft, Count, Part, Waypoint, surroundings
from rempart.scenario.quantities import Interval, Place, Quantity, refusal
from rempart.scenario.raid import AT_ONCE, FlightHeight, Jitter, Speed, Start
from rempart.scenario.routes import check_route

if TYPE_CHECKING:
    from rempart.scenario.recording.flights import Recording
    from rempart.scenario.recording.schedule import Carry, RecordedFlight, Schedule

FlightRate = Annotated[float, Field(strict=True, gt=0.0, le=1000.0)]
Shift = Annotated[float, Quantity("time", "min", -1440, 1440, "10 min")]
Turn = Annotated[float, Quantity("angle", "deg", -360, 360, "30 deg")]
Width = Annotated[float, Quantity("length", "km", 0.1, 200, "20 km")]
Separation = Annotated[float, Quantity("time", "min", 0, 1440, "3 min")]

_OF_A_ROUTE = (
    "count",
    "per_hour",
    "route",
    "height",
    "heights",
    "both_ways",
    "start",
    "separation",
    "spread",
    "speed",
    "published",
    "width",
)
_OF_A_RECORDING = ("recorded", "shift", "move")


class Relocation(Part):
    """Recorded flights carried as one to another place."""

    to: Waypoint
    """Where `from` comes to lie."""
    origin: Waypoint | None = Field(None, alias="from")
    """A place in the recording; default: the middle of all its positions."""
    turn: Turn = 0.0
    """Turn about that place, clockwise."""


class Entrance(NamedTuple):
    """One flight of a stream: its way, its level, and when it may enter."""

    route: tuple[Place, ...]
    height: Height
    start: Interval


class Airway(Part):
    """Neutral aircraft: on one route, or as they were recorded."""

    aircraft: Aircraft
    """Name of an air vehicle in the catalogue."""
    count: Count | None = None
    """Number of flights; or give `per_hour`."""
    per_hour: FlightRate | None = None
    """Flights per hour over the interval `start`; their number is rounded to the nearest whole."""
    route: tuple[Waypoint, ...] = Field(default=(), max_length=100, validate_default=True)
    """Waypoints in order of flight, two or more."""
    height: FlightHeight | None = None
    """Height of flight."""
    heights: tuple[FlightHeight, ...] = Field(default=(), max_length=20)
    """Flight levels, in place of `height`; flights take them in turn."""
    both_ways: bool = Field(default=False, strict=True)
    """Every other flight flies the route from its end; with several levels, on every other one."""
    start: Start = Field(default=AT_ONCE, validate_default=True)
    """Each flight enters at a random time of this interval."""
    separation: Separation = 0.0
    """Least time between the entries of flights that share a way and a level."""
    spread: Jitter = 0.0
    """Sideways jitter of each route, one standard deviation."""
    speed: Speed | None = None
    """Ground speed; default: the catalogue's."""
    published: bool = Field(default=True, strict=True)
    """The defence knows of it: a corridor for the evidence `corridor`."""
    width: Width = 10e3
    """Whole width of the published corridor."""
    recorded: str | None = Field(default=None, min_length=1, max_length=1000)
    """File of recorded flights, in place of a route; a path from this file."""
    shift: Shift = 0.0
    """When the recording begins; what lies before the start of play is cut off."""
    move: Relocation | None = None
    """Carry the recorded flights to another place."""

    @field_validator("route")
    @classmethod
    def _route_moves(cls, route: tuple[Place, ...]) -> tuple[Place, ...]:
        if len(route) == 1:
            raise refusal("holds 1", "at least 2 waypoints")
        check_route(list(route))
        return route

    @field_validator("start")
    @classmethod
    def _some_fly(cls, start: Interval, info: ValidationInfo) -> Interval:
        per_hour = info.data.get("per_hour")
        is_said_twice = info.data.get("count") is not None
        if per_hour and not is_said_twice and not 1 <= _flights(per_hour, start) <= MAX_COUNT:
            raise refusal(
                f"{per_hour:g} per hour over this interval is {_flights(per_hour, start)} flights",
                f"1 to {MAX_COUNT} flights",
                "Widen `start`, such as '0..60 min'.",
            )
        return start

    @field_validator("recorded")
    @classmethod
    def _recording_flies(cls, recorded: str | None, info: ValidationInfo) -> str | None:
        if recorded is None or surroundings(info) is None:
            return recorded
        from rempart.scenario.recording.flights import load_recording

        try:
            n_flights = len(load_recording(recorded).flights)
        except RempartError as error:
            fault = error.faults[0]
            raise refusal(f"{fault.where} {fault.found}", fault.allowed, fault.remedy) from error
        if n_flights > MAX_COUNT:
            raise refusal(f"holds {n_flights} flights", f"up to {MAX_COUNT} flights", "Cut the recording.")
        return recorded

    @model_validator(mode="after")
    def _says_one_thing(self, info: ValidationInfo) -> Self:
        fault = self._mixed() if self.recorded else self._incomplete()
        if fault:
            raise fault
        around = surroundings(info)
        if around and self.recorded and not recorded_flights(self, around.duration):
            raise refusal(
                "no recorded flight is in the air during play",
                "a `shift` that brings some of them into it",
            )
        return self

    def _mixed(self) -> PydanticCustomError | None:
        alien = [key for key in _OF_A_ROUTE if key in self.model_fields_set and self._says(key)]
        if not alien:
            return None
        return refusal(
            f"recorded flights take no {', '.join(alien)}",
            f"aircraft, {', '.join(_OF_A_RECORDING)}",
            "When, where and how high they fly is in the recording.",
        )

    def _incomplete(self) -> PydanticCustomError | None:
        alien = [key for key in ("shift", "move") if key in self.model_fields_set and self._says(key)]
        if alien:
            return refusal(f"{', '.join(alien)} without recorded flights", "`recorded: FILE` beside it")
        if not self.route:
            return refusal("there is no route", "a `route` of waypoints, or `recorded: FILE`")
        if (self.height is None) == (not self.heights):
            return refusal("the height of flight is not said once", "either `height` or `heights`")
        if (self.count is None) == (self.per_hour is None):
            return refusal("the number of flights is not said once", "either `count` or `per_hour`")
        if not self.published and self._says("width"):
            return refusal("there is a `width` of what is not published", "no `width`, or `published: true`")
        if self.separation > self._slot():
            return refusal(
                f"{self.n_flights} flights do not fit into `start` at this separation",
                f"a separation of up to {self._slot():g} s for so many flights",
                "Widen `start`, add `heights`, or lower the number of flights.",
            )
        return None

    def _says(self, key: str) -> bool:
        """Whether a key was given another value than its default, which a resolved scenario writes out."""
        return bool(getattr(self, key) != type(self).model_fields[key].default)

    @property
    def is_published(self) -> bool:
        """Whether it is a corridor that the defence knows of."""
        return self.published and not self.recorded

    @property
    def levels(self) -> tuple[Height, ...]:
        """All levels on which a stream along a route flies."""
        return self.heights or ((self.height,) if self.height else ())

    @property
    def n_flights(self) -> int:
        """Number of aircraft, whichever way it was written."""
        if self.recorded:
            return len(recorded_flights(self))
        return self.count if self.count is not None else _flights(self.per_hour or 0.0, self.start)

    def entrances(self) -> Iterator[Entrance]:
        """Every flight of a stream along a route, in order of its number.

        Without a `separation` each enters at a random time of `start`: given their number, that is
        a Poisson stream. With one, the interval is cut into equal slots, one for each flight of a
        way and level, and each enters at a random time of its slot that leaves the separation to
        the next; where the slot is as long as the separation, the stream is regular.
        """
        taken: Counter[tuple[bool, Height]] = Counter()
        slot = self._slot()
        for index in range(self.n_flights):
            reverse, height = lane = self._lane(index)
            start = self.start
            if self.separation:
                first = start.low + slot * taken[lane]
                start = Interval(first, max(first, first + slot - self.separation))
            taken[lane] += 1
            yield Entrance(self.route[::-1] if reverse else self.route, height, start)

    def _slot(self) -> float:
        """Time for each flight of the way and level that has the most of them [s]."""
        busiest = max(Counter(map(self._lane, range(self.n_flights))).values())
        return (self.start.high - self.start.low) / busiest

    def _lane(self, index: int) -> tuple[bool, Height]:
        """Whether a flight comes from the end of the route, and its level."""
        levels = self.levels
        if not self.both_ways:
            return False, levels[index % len(levels)]
        reverse = index % 2 == 1
        own = levels[int(reverse) :: 2] or levels
        return reverse, own[index // 2 % len(own)]


def _flights(per_hour: float, start: Interval) -> int:
    return round(per_hour * (start.high - start.low) / 3600.0)


def recorded_flights(airway: Airway, until: float = math.inf) -> list[RecordedFlight]:
    """The recorded flights of a stream that are in the air between second 0 of play and `until`.

    Second 0 of play is the start of the recording's first flight, less `shift`.
    """
    return list(_schedule(airway, until).flights)


def declaration(airway: Airway, until: float = math.inf) -> dict[str, Any]:
    """What was done to a recording on its way into play, for the manifest of the results."""
    recording, schedule = _recording(airway), _schedule(airway, until)
    told = {**recording.told(), "shift": airway.shift, "move": None}
    carry = _carry(airway)
    if carry:
        (lat, lon), (to_lat, to_lon) = (tuple(map(math.degrees, place)) for place in carry[:2])
        told["move"] = {"from": [lat, lon], "to": [to_lat, to_lon], "turn": math.degrees(carry.turn)}
    told["played"] = {
        "flights": len(schedule.flights),
        "cut_at_start": schedule.n_cut,
        "outside_of_play": schedule.n_outside,
    }
    return told


def _recording(airway: Airway) -> Recording:
    from rempart.scenario.recording.flights import load_recording

    assert airway.recorded is not None
    return load_recording(airway.recorded)


def _schedule(airway: Airway, until: float) -> Schedule:
    from rempart.scenario.recording.schedule import scheduled

    recording = _recording(airway)
    return scheduled(recording.flights, recording.start - airway.shift, _carry(airway), until)


def _carry(airway: Airway) -> Carry | None:
    from rempart.scenario.recording.schedule import Carry, middle

    move = airway.move
    if move is None:
        return None
    origin = (move.origin.lat, move.origin.lon) if move.origin else middle(_recording(airway).flights)
    return Carry(origin, (move.to.lat, move.to.lon), move.turn)
