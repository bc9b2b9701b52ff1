"""What kind of vehicle a track looks like, from how fast, how high and how steeply it flies, and how
large it looks to the radar.

Source: speeds, heights and radar cross-sections of the public characteristics in the catalogue
(grade D as a classifier). Limits: fixed bands; what lies near the edge of one is often mistaken. An
airliner is taken for an aircraft: whose it is, is the identity's affair.
"""

from __future__ import annotations

import math

from rempart.base.kernel import lean_kernel
from rempart.events.vehicle_classes import (
    BALLISTIC_MISSILE,
    CRUISE_MISSILE,
    HELICOPTER,
    MALE_DRONE,
    ROCKET,
    SMALL_DRONE,
    STRIKE_AIRCRAFT,
)

CROSS_SECTION_ERROR_DB = 3.0
"""One standard deviation of a group's estimate of a mean radar cross-section (grade D)."""

FASTEST_AIRCRAFT, HIGHEST_AIRCRAFT = 600.0, 20_000.0
"""[m/s], [m]: beyond either it is a ballistic missile."""
FASTEST_DRONE = 130.0
"""[m/s]; helicopters are no faster"""
SLOWEST_ROCKET, LEAST_ROCKET_SLOPE, LARGEST_MISSILE = 60.0, 0.25, 1.0
"""[m/s], climb or descent over speed, [m²]: faster, steeper and smaller is a rocket."""
LOW, DRONE_CEILING, HELICOPTER_CEILING = 1500.0, 3000.0, 4000.0
"""[m above the scenario's origin]: cruise missiles, small drones and helicopters stay below."""
SMALLEST_HELICOPTER = 2.9
"""[m²]"""
LARGEST_SMALL_DRONE, LARGEST_HIGH_SMALL_DRONE = 0.7, 0.1
"""[m²] below and above the ceiling of small drones."""
SMALLEST_LOW_AIRCRAFT, SMALLEST_HIGH_AIRCRAFT = 1.2, 0.25
"""[m²] below and above the height of cruise missiles."""
USUAL_CRUISE, SMALLEST_CRUISE_MISSILE = 500.0, 0.14
"""[m above the scenario's origin], [m²]: what is higher and smaller is a rocket near its apogee."""

SLOWEST_CIVIL, FASTEST_CIVIL = 100.0, 290.0
"""[m/s], departures and airliners before a jet stream."""
LOWEST_CIVIL, HIGHEST_CIVIL = 1000.0, 13_500.0
"""[m above the scenario's origin]"""
STEEPEST_CIVIL, SMALLEST_CIVIL = 0.15, 15.0
"""Climb or descent over speed, [m²]: halfway, in decibels, between fighters and airliners."""


@lean_kernel
def apparent_class(velocity, height, cross_section):
    """Vehicle class that a track is taken for; never an airliner.

    Parameters
    ----------
    velocity : (east, north, up)
        [m/s].
    height : float
        Above the scenario's origin [m].
    cross_section : float
        Estimate of the mean radar cross-section [m²].
    """
    speed = math.sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    if speed > FASTEST_AIRCRAFT or height > HIGHEST_AIRCRAFT:
        return BALLISTIC_MISSILE
    is_steep = speed > SLOWEST_ROCKET and abs(velocity[2]) > LEAST_ROCKET_SLOPE * speed
    if is_steep and cross_section < LARGEST_MISSILE:
        return ROCKET
    if speed > FASTEST_DRONE:
        return _fast_class(height, cross_section)
    return _slow_class(height, cross_section)


@lean_kernel
def _fast_class(height, cross_section):
    if height >= LOW:
        return STRIKE_AIRCRAFT if cross_section >= SMALLEST_HIGH_AIRCRAFT else ROCKET
    if cross_section >= SMALLEST_LOW_AIRCRAFT:
        return STRIKE_AIRCRAFT
    is_cruising = height < USUAL_CRUISE or cross_section >= SMALLEST_CRUISE_MISSILE
    return CRUISE_MISSILE if is_cruising else ROCKET


@lean_kernel
def _slow_class(height, cross_section):
    if height < HELICOPTER_CEILING and cross_section >= SMALLEST_HELICOPTER:
        return HELICOPTER
    largest = LARGEST_SMALL_DRONE if height < DRONE_CEILING else LARGEST_HIGH_SMALL_DRONE
    return SMALL_DRONE if cross_section < largest else MALE_DRONE


@lean_kernel
def civil_flight_shown(velocity, height, cross_section, doubt):
    """Whether a track flies as airliners do and is as large, as a piece of evidence: 1 or 0.

    Parameters as for `apparent_class`; a cross-section that is not a number is not held against it.
    Whatever the track may be within its `doubt` (`Doubt`) is taken in its favour.
    """
    speed = math.sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    is_level = abs(velocity[2]) <= STEEPEST_CIVIL * speed + doubt.climb
    is_usual = SLOWEST_CIVIL - doubt.speed <= speed <= FASTEST_CIVIL + doubt.speed
    is_high = LOWEST_CIVIL - doubt.height <= height <= HIGHEST_CIVIL + doubt.height
    return 1 if is_level and is_usual and is_high and not cross_section < SMALLEST_CIVIL else 0
