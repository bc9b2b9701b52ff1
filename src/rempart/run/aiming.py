"""Where the threats of a group aim: at a place, or at where a convoy will be when they come."""

from __future__ import annotations

from itertools import pairwise

from rempart.catalog.systems import AirVehicle
from rempart.physics.ballistic import ballistic_arc
from rempart.physics.flight import EARTH_RADIUS, great_circle_angle
from rempart.run.marches import place_at, way_of
from rempart.scenario.model import Scenario
from rempart.scenario.raid import Group

N_TRIES = 30
"""A convoy is far slower than what flies at it, so each try is far better than the one before."""

Corner = tuple[float, float]
"""Latitude and longitude [rad]."""


def aim_of(scenario: Scenario, group: Group, systems: dict[str, AirVehicle]) -> Corner:
    """Place that the threats of a group fly to.

    Returns
    -------
    tuple of float
        Where the asset stands; for one on the march, where it is when a threat arrives that enters
        in the middle of the group's interval and flies straight along its waypoints.

    Limits
    ------
    A threat that enters earlier or later still flies to this place, and counts as arrived there,
    though the convoy is then as far from it as it goes in half the interval.
    """
    asset = scenario.assets[group.to]
    march = scenario.march_of(asset)
    if march is None:
        (place,) = scenario.places_of(asset)
        return place.lat, place.lon
    way = way_of(march)
    start = 0.5 * (group.start.low + group.start.high)
    begun = tuple((place.lat, place.lon) for place in (group.departure, *group.via))
    aim = place_at(way, start)
    for _ in range(N_TRIES):
        aim = place_at(way, start + _time_to_aim((*begun, aim), group, systems))
    return aim


def _time_to_aim(corners: tuple[Corner, ...], group: Group, systems: dict[str, AirVehicle]) -> float:
    """Time [s] from a threat's start to its arrival, or to that of the weapon that it carries."""
    length = sum(EARTH_RADIUS * great_circle_angle(*here, *there) for here, there in pairwise(corners))
    system = systems[group.threat]
    if system.speed is None:
        return _arc_time(corners, system)
    speed = group.speed or system.speed.value
    if group.releases is None:
        return length / speed
    weapon = systems[group.releases.threat]
    carried = max(length - group.releases.distance, 0.0) / speed
    if weapon.speed is None:
        return carried + _arc_time(corners, weapon) * group.releases.distance / length
    return carried + min(group.releases.distance, length) / weapon.speed.value


def _arc_time(corners: tuple[Corner, ...], system: AirVehicle) -> float:
    apogee = system.apogee.value if system.apogee else None
    return ballistic_arc((*corners[0], 0.0), (*corners[-1], 0.0), apogee).flight_time
