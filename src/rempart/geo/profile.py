"""What can be seen along one ray over the ground: exact straight lines over the effective sphere.

A place on the ray is its distance along the sphere's surface and its height above the sphere. The
sphere has the effective radius of `horizon`, so rays are straight. `curvature` is 1 / radius [1/m];
0 gives a flat earth. Slopes are tangents of elevation as seen from the antenna.
"""

from __future__ import annotations

import math

from rempart.base.kernel import kernel

SKY = 1e7
"""[m]; stands for `no height is high enough`"""


@kernel
def bend(distance, curvature):
    """How far [m] a point of the sphere lies along, and below, the horizontal through the start."""
    angle = distance * curvature
    if angle == 0.0:
        return distance, 0.0
    half = math.sin(0.5 * angle)
    return math.sin(angle) / curvature, 2.0 * half * half / curvature


@kernel
def slope_to(height, antenna, along, below, curvature):
    """Slope at which an antenna sees a height above the point of the sphere given by `bend`."""
    return (height * (1.0 - curvature * below) - antenna - below) / (along * (1.0 + curvature * height))


@kernel
def height_on_slope(slope, antenna, along, below, curvature):
    """Height [m] at which a line of sight passes over a point of the sphere; undoes `slope_to`."""
    shrink = 1.0 - curvature * (below + slope * along)
    if shrink < 1e-6:
        return SKY
    return min((antenna + below + slope * along) / shrink, SKY)


@kernel
def visible_profile(ground, distances, antenna, curvature, out):
    """Lowest visible height over each sample of a ray.

    Parameters
    ----------
    ground : ndarray (n,)
        Ground heights [m].
    distances : ndarray (n,)
        Where they are [m], rising from 0 at the antenna.
    antenna : float
        Height [m] of the antenna, from the same level as the ground heights.
    curvature : float
        [1/m]; 0 for a flat earth.
    out : ndarray (n,)
        Filled with heights [m]: never below the ground, and where nothing stands in between, the
        ground. Raising any ground never lowers any of them; raising the antenna never raises any
        but its own.

    Source
    ------
    Running maximum of the slope of all samples before; similar triangles over a sphere.
    """
    out[0] = ground[0]
    steepest = -1e30
    for j in range(1, len(ground)):
        along, below = bend(distances[j], curvature)
        line = height_on_slope(steepest, antenna, along, below, curvature)
        out[j] = max(ground[j], line)
        steepest = max(steepest, slope_to(ground[j], antenna, along, below, curvature))
