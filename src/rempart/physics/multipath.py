"""Lobes over flat ground: what the ground reflects adds to the direct ray, or cancels it."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import lean_kernel
from rempart.geo.horizon import REFRACTION
from rempart.physics.propagation import SPEED_OF_LIGHT, two_ray_factor

ROUGHNESS = 0.1
"""Height of the unevenness of flat ground, one standard deviation [m]: a dry lake, a calm sea (grade D)."""
DEEPEST_NULL = 1e-4
"""What is left of an echo in the deepest null; ground is never as even as that (grade D)."""
SMALLEST = 1e-3
"""[m] ends nearer than this to each other have their reflection in the middle."""


class FlatGround(NamedTuple):
    """A radar over flat ground."""

    frequency: float
    """[Hz]; 0: the ground reflects nothing that matters"""
    antenna: float
    """[m] height above the ground"""
    beamwidth: float
    """[rad] of the beam that follows the target in elevation; infinite: a fan"""
    radius: float
    """[m] of the earth"""


@lean_kernel
def lobing_gain(ground, height, ground_range):
    """Echo over what it would be in free space, there and back: the fourth power of the pattern factor.

    Parameters
    ----------
    ground : FlatGround
    height : float
        Of the target above the ground [m].
    ground_range : float
        [m] along the ground.

    Returns
    -------
    float
        From `DEEPEST_NULL` to 16; 1 without reflecting ground.

    Source
    ------
    Two rays over a round earth of 4/3 its radius: point of reflection, and heights over the plane that
    touches the earth there, L. V. Blake, Radar Range-Performance Analysis. Reflection -1 as at grazing
    incidence, less what roughness scatters, exp(-2 (2π σ sin ψ / λ)²): P. Beckmann & A. Spizzichino, The
    Scattering of Electromagnetic Waves from Rough Surfaces. A Gaussian beam that points at the target lights
    the point of reflection less.

    Limits
    ------
    One reflecting plane all round; no spreading of the reflected ray by the round earth, which would soften
    the nulls near the horizon, and no diffraction beyond it.
    """
    if ground.frequency <= 0.0:
        return 1.0
    radius = REFRACTION * ground.radius
    near, far = reflection_split(ground.antenna, height, ground_range, radius)
    antenna = max(ground.antenna - near * near / (2.0 * radius), 0.0)
    target = max(height - far * far / (2.0 * radius), 0.0)
    grazing = math.atan2(antenna + target, max(ground_range, 1.0))
    rough = 2.0 * math.pi * ROUGHNESS * math.sin(grazing) * ground.frequency / SPEED_OF_LIGHT
    apart = grazing + math.atan2(target - antenna, max(ground_range, 1.0))
    beam = math.exp(-2.0 * math.log(2.0) * (apart / ground.beamwidth) ** 2)
    reflection = -math.exp(-2.0 * rough * rough) * beam
    factor = two_ray_factor(ground.frequency, antenna, target, ground_range, reflection)
    return max(factor**4, DEEPEST_NULL)


@lean_kernel
def reflection_split(height, height_to, ground_range, radius):
    """Ways along the ground [m] from the two ends to the point of reflection on a sphere.

    Parameters
    ----------
    height, height_to, ground_range, radius : float [m]

    Returns
    -------
    (near, far)
        They add up to `ground_range`; in the middle for equal heights.

    Source
    ------
    Closed solution of the cubic for the point where both angles are equal: L. V. Blake, Radar
    Range-Performance Analysis.
    """
    half = 0.5 * ground_range
    scale = 2.0 / math.sqrt(3.0) * math.sqrt(radius * (height + height_to) + half * half)
    if scale <= SMALLEST:
        return half, half
    place = 2.0 * radius * ground_range * (height_to - height) / scale**3
    near = half - scale * math.sin(math.asin(min(max(place, -1.0), 1.0)) / 3.0)
    near = min(max(near, 0.0), ground_range)
    return near, ground_range - near
