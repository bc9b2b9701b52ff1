"""The free flight of a ballistic missile or rocket: an ellipse about the Earth's centre.

Limits: the whole flight is free, from the ground to the ground: no boost phase, no drag (so the
speed at impact is an upper bound, and short-range rockets come out too fast), no rotation of the
Earth, which is a sphere of mean radius. Times are good to a few per cent.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import kernel
from rempart.physics.flight import EARTH_RADIUS, great_circle_angle, great_circle_point

GRAVITATION = 3.986004418e14
"""Gravitational parameter of the Earth [m³/s²] (WGS 84)."""


class Arc(NamedTuple):
    """Half an orbit. Anomalies are angles from the perigee, which lies inside the Earth."""

    semi_major: float
    """[m]"""
    eccentricity: float
    start_anomaly: float
    """true anomaly at launch [rad]"""
    range_angle: float
    """[rad] from launch to impact, at the Earth's centre"""
    flight_time: float
    """[s]"""


@kernel
def least_energy_arc(radius, radius_to, range_angle):
    """The arc between two points that needs the least speed at launch.

    Parameters
    ----------
    radius, radius_to : float [m]
        Of launch and impact, from the Earth's centre.
    range_angle : float [rad]
        0 < `range_angle` < π.

    Returns
    -------
    Arc
        Any other arc between the points has a larger `semi_major`.

    Source
    ------
    The second focus of the least-energy ellipse lies on the chord (R. H. Battin, An Introduction
    to the Mathematics and Methods of Astrodynamics).
    """
    x, y = radius_to * math.cos(range_angle) - radius, radius_to * math.sin(range_angle)
    chord = math.hypot(x, y)
    semi_major = 0.25 * (radius + radius_to + chord)
    share = (2.0 * semi_major - radius) / chord
    focus_x, focus_y = radius + share * x, share * y
    eccentricity = math.hypot(focus_x, focus_y) / (2.0 * semi_major)
    return _arc(semi_major, eccentricity, math.atan2(focus_y, focus_x), range_angle)


@kernel
def apogee_arc(radius, radius_to, range_angle, apogee):
    """The arc between two points with a given greatest radius.

    Parameters
    ----------
    radius, radius_to : float [m]
    range_angle : float [rad]
        0 < `range_angle` < π.
    apogee : float [m]
        From the Earth's centre; above both ends.

    Returns
    -------
    Arc
        Its greatest radius is `apogee`.
    """
    rise, rise_to = apogee / radius - 1.0, apogee / radius_to - 1.0
    low, high = 0.0, range_angle
    for _ in range(80):
        middle = 0.5 * (low + high)
        versine = 2.0 * math.sin(0.5 * middle) ** 2
        versine_to = 2.0 * math.sin(0.5 * (range_angle - middle)) ** 2
        if rise * versine_to > rise_to * versine:
            low = middle
        else:
            high = middle
    angle = 0.5 * (low + high)
    versine = 2.0 * math.sin(0.5 * angle) ** 2
    eccentricity = rise / (rise + versine) if versine > 0.0 else 1.0
    return _arc(apogee / (1.0 + eccentricity), eccentricity, angle, range_angle)


@kernel
def _arc(semi_major, eccentricity, apogee_angle, range_angle):
    """Arc from its ellipse and the angle between launch and apogee."""
    start = math.pi - apogee_angle
    swept = _mean_anomaly(start + range_angle, eccentricity) - _mean_anomaly(start, eccentricity)
    time = swept * math.sqrt(semi_major**3 / GRAVITATION)
    return Arc(semi_major, eccentricity, start, range_angle, time)


@kernel
def _mean_anomaly(anomaly, eccentricity):
    """Mean anomaly [rad] from true anomaly, both counted from the perigee, 0 to 2π."""
    flat = math.sqrt(1.0 - eccentricity * eccentricity)
    eccentric = math.atan2(flat * math.sin(anomaly), eccentricity + math.cos(anomaly))
    eccentric = eccentric % (2.0 * math.pi)
    return eccentric - eccentricity * math.sin(eccentric)


@kernel
def arc_place(arc, time):
    """Place on the arc some time after launch.

    Parameters
    ----------
    arc : Arc
    time : float [s]
        0 to `arc.flight_time`.

    Returns
    -------
    tuple of float
        Angle flown [rad], radius from the Earth's centre [m].
    """
    e = arc.eccentricity
    mean = _mean_anomaly(arc.start_anomaly, e) + time * math.sqrt(GRAVITATION / arc.semi_major**3)
    eccentric = math.pi + (mean - math.pi) / (1.0 + e)
    for _ in range(50):
        step = (eccentric - e * math.sin(eccentric) - mean) / (1.0 - e * math.cos(eccentric))
        eccentric -= step
        if abs(step) < 1e-14:
            break
    flat = math.sqrt(1.0 - e * e)
    anomaly = math.atan2(flat * math.sin(eccentric), math.cos(eccentric) - e) % (2.0 * math.pi)
    return anomaly - arc.start_anomaly, arc.semi_major * (1.0 - e * math.cos(eccentric))


@kernel
def arc_speed(arc, radius):
    """Speed [m/s] where the arc has a radius from the Earth's centre [m].

    Returns
    -------
    float
        Falls with `radius`: the sum of kinetic and potential energy is constant.
    """
    return math.sqrt(GRAVITATION * (2.0 / radius - 1.0 / arc.semi_major))


@kernel
def apogee_height(arc):
    """Greatest height [m] above the Earth's mean radius."""
    return arc.semi_major * (1.0 + arc.eccentricity) - EARTH_RADIUS


@kernel
def quadrant_apogee(distance, quadrant):
    """Greatest height [m] above the launcher of an unguided rocket fired at an elevation.

    Parameters
    ----------
    distance : float [m]
        To impact; short against the Earth's radius.
    quadrant : float [rad]

    Returns
    -------
    float
        A quarter of `distance` times the tangent of `quadrant`.
    """
    return 0.25 * distance * math.tan(quadrant)


def ballistic_arc(
    start: tuple[float, float, float], end: tuple[float, float, float], apogee: float | None = None
) -> Arc:
    """The arc from launch to impact.

    Parameters
    ----------
    start, end : tuple of float
        Latitude [rad], longitude [rad] and height [m].
    apogee : float [m], optional
        Greatest height; the arc of least energy if not given.

    Raises
    ------
    ValueError
        If the ends coincide, or `apogee` is not above both of them.
    """
    angle = float(great_circle_angle(start[0], start[1], end[0], end[1]))
    radius, radius_to = EARTH_RADIUS + start[2], EARTH_RADIUS + end[2]
    if angle == 0.0:
        raise ValueError("launch and impact are at the same place")
    if apogee is None:
        return least_energy_arc(radius, radius_to, angle)
    if apogee <= max(start[2], end[2]):
        raise ValueError(f"an apogee of {apogee:.0f} m is not above launch and impact")
    return apogee_arc(radius, radius_to, angle, EARTH_RADIUS + apogee)


def sample_arc(
    start: tuple[float, float, float], end: tuple[float, float, float], arc: Arc, step: float
) -> np.ndarray:
    """Places of a ballistic flight at uniform times.

    Parameters
    ----------
    start, end : tuple of float
        As given to `ballistic_arc`.
    step : float [s]

    Returns
    -------
    ndarray (n_samples, 3)
        Latitude [rad], longitude [rad], height [m], every `step` seconds; begins at `start` and
        ends exactly at `end`, so that the last step may be shorter.
    """
    n_steps = max(1, math.ceil(arc.flight_time / step - 1e-9))
    times = np.minimum(np.arange(n_steps + 1) * step, arc.flight_time)
    places = np.empty((n_steps + 1, 3))
    _fly(start, end, arc, times, places)
    places[0], places[-1] = start, end
    return places


@kernel
def _fly(start, end, arc, times, out):
    """Fill `out` (n_samples, 3) with latitude, longitude and height at given times."""
    for sample in range(times.shape[0]):
        angle, radius = arc_place(arc, times[sample])
        place = great_circle_point(
            (start[0], start[1]), (end[0], end[1]), arc.range_angle, angle / arc.range_angle
        )
        out[sample, 0], out[sample, 1] = place
        out[sample, 2] = radius - EARTH_RADIUS
