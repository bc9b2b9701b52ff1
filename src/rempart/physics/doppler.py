"""What a moving-target filter leaves of an echo: slow and crossing targets fade with the ground."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import lean_kernel

ROTOR_SHARE = 0.1
"""Part of a helicopter's echo that comes off its rotor, which never stands still (grade D)."""


class Doppler(NamedTuple):
    """The moving-target filter of one radar."""

    least_speed: float
    """[m/s] radial speed at which half the echo's power is left; 0: there is no filter"""
    blind_speed: float
    """[m/s] first radial speed at which the filter is blind again; infinite: none"""


NO_FILTER = Doppler(0.0, math.inf)


@lean_kernel
def doppler_response(doppler, rate):
    """Part of an echo's power that passes the filter.

    Parameters
    ----------
    doppler : Doppler
    rate : float
        Range rate [m/s].

    Returns
    -------
    float
        In [0, 1]: 0 for what stands still or moves at a multiple of the blind speed, 1/2 at the least speed,
        the same for coming and going; rises up to half the blind speed.

    Source
    ------
    A pulse canceller's response repeats with the blind speed λ × repetition rate / 2 as |sin(π v / v_blind)|,
    and a double canceller's power near a null goes with the fourth power of the speed: M. A. Richards,
    Fundamentals of Radar Signal Processing, section 5.2; M. I. Skolnik, Introduction to Radar Systems,
    chapter 3. The shape 1 / (1 + (v₀/v)⁴) has that null and is flat beyond it.

    Limits
    ------
    The same at every range and height, whether there is clutter or not; how strong the ground is plays no
    part.
    """
    if doppler.least_speed <= 0.0:
        return 1.0
    speed = abs(rate)
    if doppler.blind_speed < math.inf:
        speed = doppler.blind_speed / math.pi * abs(math.sin(math.pi * speed / doppler.blind_speed))
    strength = (speed / doppler.least_speed) ** 4
    return strength / (1.0 + strength)


@lean_kernel
def range_rate(offset, velocity):
    """Rate [m/s] at which a target's distance grows.

    Parameters
    ----------
    offset, velocity : (x, y, z)
        Target's place from the sensor [m] and its velocity [m/s].
    """
    distance = math.sqrt(offset[0] * offset[0] + offset[1] * offset[1] + offset[2] * offset[2])
    dot = offset[0] * velocity[0] + offset[1] * velocity[1] + offset[2] * velocity[2]
    return dot / max(distance, 1.0)
