"""Whether a list of waypoints makes a route."""

from __future__ import annotations

import math
from itertools import pairwise

from rempart.scenario.quantities import Place, refusal

_EARTH_RADIUS = 6_371_000.0


def check_route(places: list[Place]) -> None:
    """Refuse a route that stands still, or whose waypoints are plainly in the wrong order.

    A route that is half as long again as the same one with its inner waypoints reversed runs
    back and forth: the list was written from the aim outwards.
    """
    for here, there in pairwise(places):
        if here == there:
            raise refusal(
                f"the route passes {here} twice in a row", "waypoints that differ from the one before"
            )
    if len(places) < 4:
        return
    reverse = [places[0], *places[-2:0:-1], places[-1]]
    as_written, reversed_ = route_length(places), route_length(reverse)
    if as_written > 1.5 * reversed_:
        raise refusal(
            f"the waypoints run back and forth ({as_written / 1e3:.0f} km)",
            "waypoints in order of flight",
            f"In reverse order the route is {reversed_ / 1e3:.0f} km.",
        )


def route_length(places: list[Place]) -> float:
    """Length of a route [m] along great circles."""
    return sum(_distance(here, there) for here, there in pairwise(places))


def _distance(here: Place, there: Place) -> float:
    half_lat, half_lon = (there.lat - here.lat) / 2, (there.lon - here.lon) / 2
    root = math.sin(half_lat) ** 2 + math.cos(here.lat) * math.cos(there.lat) * math.sin(half_lon) ** 2
    return 2 * _EARTH_RADIUS * math.asin(min(1.0, math.sqrt(root)))
