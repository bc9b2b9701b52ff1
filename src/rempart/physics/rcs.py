"""Radar cross-section over aspect, from the values at nose, side and tail."""

from __future__ import annotations

import math

from rempart.base.kernel import kernel


@kernel
def aspect_cosine(position, velocity):
    """Cosine of the aspect angle: 1 seen from ahead, 0 from the side, -1 from behind.

    Parameters
    ----------
    position : tuple or ndarray (3,) [m]
        Of the target, seen from the radar.
    velocity : tuple or ndarray (3,) [m/s]

    Returns
    -------
    float
        In [-1, 1]; 0 if the target stands still.
    """
    product = position[0] * velocity[0] + position[1] * velocity[1] + position[2] * velocity[2]
    distance2 = position[0] ** 2 + position[1] ** 2 + position[2] ** 2
    speed2 = velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2
    scale = math.sqrt(distance2 * speed2)
    return min(1.0, max(-1.0, -product / scale)) if scale > 0.0 else 0.0


@kernel
def rcs_at(nose, side, tail, cosine):
    """Cross-section at an aspect.

    In decibels it goes from nose to side, and from tail to side, with the squared sine of the
    aspect angle: smooth everywhere, and flat at all three.

    Parameters
    ----------
    nose, side, tail : float [m²]
    cosine : float
        From `aspect_cosine`.

    Returns
    -------
    float [m²]
        Between the smallest and the largest of the three; the same on both sides.

    Limits
    ------
    A mean over narrow lobes, which the Swerling case stands for; from above or below the value
    is that of the side. No dependence on frequency or polarisation.
    """
    end = nose if cosine >= 0.0 else tail
    return end * (side / end) ** (1.0 - cosine * cosine)
