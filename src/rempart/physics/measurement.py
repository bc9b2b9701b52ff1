"""What a sensor reports of a target it has detected: the truth with the sensor's errors."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import inlined_kernel, lean_kernel

LEAST_SHARE, MOST_SHARE = 1.0 / 3.0, 1.5
"""Bounds of `error_share`: what no signal betters, and what a plot at the threshold has (grade D)."""
USUAL_HEIGHT, HEIGHT_SPREAD = 5_000.0, 4_000.0
"""[m] above the sensor: height that a plot without height is put at, and how far it may be off, one standard
deviation (grade D: flights from the ground to 13 km lie within two)."""
EARTH_RADIUS = 6_371_000.0


class ReportErrors(NamedTuple):
    """Errors of one report; `inf` where a sensor does not tell."""

    range_sigma: float
    """[m]"""
    azimuth_sigma: float
    """[rad]"""
    elevation_sigma: float
    """[rad]"""
    rate_sigma: float
    """[m/s]"""
    range_bias: float
    """[m], the same for all reports of a sensor"""
    azimuth_bias: float
    """[rad], likewise"""


@lean_kernel
def error_share(snr, error_snr):
    """Error of a report as a part of the error that is published for the sensor.

    Parameters
    ----------
    snr : float
        Signal-to-noise power ratio of the look.
    error_snr : float
        Ratio at which the published errors hold; 0 for a sensor whose errors are always the same.

    Returns
    -------
    float
        Never rises with `snr`; 1 at `error_snr`; within `LEAST_SHARE` and `MOST_SHARE`.

    Source
    ------
    Errors of range, angle and Doppler go with 1/√(2 S/N): M. I. Skolnik, Introduction to Radar Systems,
    on the extraction of information; M. A. Richards, Fundamentals of Radar Signal Processing, chapter 7.
    """
    if error_snr <= 0.0:
        return 1.0
    if snr <= 0.0:
        return MOST_SHARE
    return min(max(math.sqrt(error_snr / snr), LEAST_SHARE), MOST_SHARE)


@inlined_kernel
def polar_report(truth, velocity, sensor, errors, draws):
    """Range, azimuth, elevation and range rate that a sensor reports.

    Parameters
    ----------
    truth, velocity, sensor : (x, y, z)
        Place [m] and velocity [m/s] of the target, place of the sensor [m]: east, north, up of one frame.
    errors : ReportErrors
    draws : (g1, g2, g3, g4)
        Independent standard normal draws.

    Returns
    -------
    (range, azimuth, elevation, rate)
        [m], [rad clockwise from the frame's north, 0 to 2π], [rad above the frame's plane], [m/s, positive
        when receding]; NaN for what the sensor does not tell. Without errors, the truth.

    Limits
    ------
    The azimuth's error does not grow with elevation. A range is never below zero.
    """
    dx, dy, dz = truth[0] - sensor[0], truth[1] - sensor[1], truth[2] - sensor[2]
    distance = max(math.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    reported = max(distance + errors.range_bias + errors.range_sigma * draws[0], 0.0)
    azimuth = (math.atan2(dx, dy) + errors.azimuth_bias + errors.azimuth_sigma * draws[1]) % (2.0 * math.pi)
    elevation, rate = math.nan, math.nan
    if errors.elevation_sigma < math.inf:
        elevation = math.asin(min(max(dz / distance, -1.0), 1.0)) + errors.elevation_sigma * draws[2]
    if errors.rate_sigma < math.inf:
        rate = (dx * velocity[0] + dy * velocity[1] + dz * velocity[2]) / distance
        rate += errors.rate_sigma * draws[3]
    return reported, azimuth, elevation, rate


@inlined_kernel
def measured_position(truth, sensor, range_error, angle_error, elevation_error, draws):
    """Position report of one detection, and its variance along each axis.

    Parameters
    ----------
    truth, sensor : (x, y, z)
        Positions [m].
    range_error : float
        Standard deviation [m].
    angle_error, elevation_error : float
        Standard deviations of azimuth and of elevation [rad]; an infinite `elevation_error` means that
        the sensor tells no height, and the report is then put at a usual one.
    draws : (g1, g2, g3)
        Independent standard normal draws: along the line of sight, in azimuth, in elevation.

    Returns
    -------
    (x, y, z), (var_x, var_y, var_z)
        The report [m] and its variances [m²]; for a sensor that tells height they add up to
        range_error² + (r × angle_error)² + (r × elevation_error)².

    Limits
    ------
    Small angles: errors across the line of sight are tangential, without curvature bias.
    """
    dx, dy, dz = truth[0] - sensor[0], truth[1] - sensor[1], truth[2] - sensor[2]
    distance = max(math.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    across = math.sqrt(dx * dx + dy * dy)
    east, north = (dx / across, dy / across) if across > 0.0 else (0.0, 1.0)
    if elevation_error == math.inf:
        slant = distance + range_error * draws[0]
        turn = angle_error * draws[1]
        heading = (
            east * math.cos(turn) + north * math.sin(turn),
            north * math.cos(turn) - east * math.sin(turn),
        )
        return _on_usual_height(sensor, slant, heading, range_error, angle_error)
    level, rise = across / distance, dz / distance
    along, side, lift = range_error, distance * angle_error, distance * elevation_error
    plot = (
        truth[0] + along * draws[0] * level * east + side * draws[1] * north - lift * draws[2] * rise * east,
        truth[1] + along * draws[0] * level * north - side * draws[1] * east - lift * draws[2] * rise * north,
        truth[2] + along * draws[0] * rise + lift * draws[2] * level,
    )
    radial = along * along * level * level + lift * lift * rise * rise
    return plot, (
        radial * east * east + side * side * north * north,
        radial * north * north + side * side * east * east,
        along * along * rise * rise + lift * lift * level * level,
    )


@inlined_kernel
def _on_usual_height(sensor, slant, heading, range_error, angle_error):
    """Position report without height, and its variances; see `measured_position`.

    The report keeps its slant range and its heading (east, north) and stands `USUAL_HEIGHT` above the sensor
    over a round earth, no higher than half the range; what that may be wrong by is in the variances.
    """
    slant = max(slant, 1.0)
    height, spread = min(USUAL_HEIGHT, 0.5 * slant), min(HEIGHT_SPREAD, slant)
    ground = math.sqrt(slant * slant - height * height)
    east, north = heading
    # The frame's plane touches the earth at its origin and not at the sensor.
    drop = ground * (2.0 * (sensor[0] * east + sensor[1] * north) + ground) / (2.0 * EARTH_RADIUS)
    along = range_error * range_error + (spread * height / ground) ** 2
    side = (ground * angle_error) ** 2
    plot = (sensor[0] + ground * east, sensor[1] + ground * north, sensor[2] + height - drop)
    return plot, (
        along * east * east + side * north * north,
        along * north * north + side * east * east,
        spread * spread,
    )
