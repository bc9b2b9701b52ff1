"""What a radar reports of a target it has detected: the true position with the radar's errors."""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel


@inlined_kernel
def measured_position(truth, sensor, range_error, angle_error, draws):
    """Position report of one detection, and its variance along each axis.

    Range and the two angles have independent normal errors, so the error is a vector of standard
    deviation `range_error` along the line of sight and distance × `angle_error` across it.

    Parameters
    ----------
    truth, sensor : (x, y, z)
        Positions [m].
    range_error : float
        Standard deviation [m].
    angle_error : float
        Standard deviation of azimuth and of elevation [rad].
    draws : (g1, g2, g3)
        Independent standard normal draws.

    Returns
    -------
    (x, y, z), (var_x, var_y, var_z)
        The report [m] and its variances [m²]; they add up to range_error² + 2 (r × angle_error)².

    Limits
    ------
    Small angles: errors across the line of sight are tangential, without curvature bias.
    """
    dx, dy, dz = truth[0] - sensor[0], truth[1] - sensor[1], truth[2] - sensor[2]
    distance = max(math.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    ux, uy, uz = dx / distance, dy / distance, dz / distance
    cross_error = distance * angle_error
    along = (range_error - cross_error) * (ux * draws[0] + uy * draws[1] + uz * draws[2])
    across = cross_error * cross_error
    gain = range_error * range_error - across
    plot = (
        truth[0] + cross_error * draws[0] + along * ux,
        truth[1] + cross_error * draws[1] + along * uy,
        truth[2] + cross_error * draws[2] + along * uz,
    )
    return plot, (across + gain * ux * ux, across + gain * uy * uy, across + gain * uz * uz)
