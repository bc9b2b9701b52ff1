"""What moves on the ground: convoys, and batteries on the march."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from rempart.scenario.fields import LONGEST, Part, Site
from rempart.scenario.quantities import Place, Quantity
from rempart.scenario.routes import check_route

ROAD_SPEED = Quantity("speed", "km/h", 1, 150, "40 km/h")
RoadSpeed = Annotated[float, ROAD_SPEED]
Departure = Annotated[float, Quantity("time", "min", 0, LONGEST, "20 min")]


class March(Part):
    """A way along the ground at constant speed; it stands still before and after."""

    route: tuple[Site, ...] = Field(min_length=2, max_length=100)
    """Places in order of the march, at least two."""
    speed: RoadSpeed
    """Speed on the way."""
    start: Departure = 0.0
    """When it sets off."""

    @field_validator("route")
    @classmethod
    def _leads_on(cls, route: tuple[Place, ...]) -> tuple[Place, ...]:
        check_route(list(route))
        return route
