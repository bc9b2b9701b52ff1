"""How far and how high a ray sees over a smooth earth whose radius is enlarged for refraction.

In air whose refractive index falls evenly with height, rays bend down. Drawn over an earth of
radius k R they are straight. Rempart uses k = 4/3 exactly, the long-standing radar convention.
The gradient of -39 N/km that some tools start from gives k = 1.3306 instead; at 300 km range the
two put the same ray at heights 11 m apart. Lengths [m], angles [rad]; heights above the sphere.
"""

from __future__ import annotations

import math

from rempart.base.kernel import kernel

REFRACTION = 4.0 / 3.0
"""k, effective radius over true radius"""


@kernel
def effective_radius(earth_radius, gradient):
    """Radius [m] of the earth over which rays are straight.

    Parameters
    ----------
    earth_radius : float
        [m]
    gradient : float
        Refractive index per metre of height [1/m]; -1/(4 R) gives k = 4/3, 0 the true radius.

    Source
    ------
    ITU-R P.453: 1/(k R) = 1/R + dn/dh.
    """
    return earth_radius / (1.0 + earth_radius * gradient)


@kernel
def horizon_range(height, radius):
    """Distance [m] along the surface to the horizon seen from a height; 0 from the ground."""
    height = max(height, 0.0)
    return radius * math.atan(math.sqrt(height * (2.0 * radius + height)) / radius)


@kernel
def horizon_dip(height, radius):
    """Angle [rad] by which the horizon seen from a height lies below the horizontal."""
    return horizon_range(height, radius) / radius


@kernel
def mutual_horizon_range(height, other_height, radius):
    """Largest distance [m] along the surface at which two heights see each other; symmetric."""
    return horizon_range(height, radius) + horizon_range(other_height, radius)


@kernel
def height_at_range(slant_range, elevation, height, radius):
    """Height [m] reached by a ray that leaves `height` at an elevation, after a slant range.

    Source
    ------
    Law of cosines, rearranged so that short ranges lose no digits.
    """
    start = radius + height
    rise = slant_range * (slant_range + 2.0 * start * math.sin(elevation))
    return height + rise / (math.sqrt(start * start + rise) + start)


@kernel
def elevation_of(slant_range, other_height, height, radius):
    """Elevation [rad] at which `other_height` is seen from `height`; undoes `height_at_range`.

    Limits
    ------
    Clipped to ±π/2 where the slant range is too short to reach that height.
    """
    start = radius + height
    climb = other_height - height
    sine = (climb * (2.0 * start + climb) - slant_range * slant_range) / (2.0 * start * slant_range)
    return math.asin(min(1.0, max(-1.0, sine)))


@kernel
def range_to_height(elevation, other_height, height, radius):
    """Slant range [m] at which a rising ray from `height` reaches a greater height.

    Returns
    -------
    float
        Undoes `height_at_range` in range; NaN where the ray never gets there.
    """
    start = radius + height
    climb = other_height - height
    gain = climb * (2.0 * start + climb)
    along = start * math.sin(elevation)
    inside = along * along + gain
    if inside < 0.0 or (climb < 0.0 and along > 0.0):
        return math.nan
    if climb < 0.0:
        return -along - math.sqrt(inside)
    return gain / (along + math.sqrt(inside)) if along > 0.0 else math.sqrt(inside) - along


@kernel
def earth_bulge(distance, other_distance, radius):
    """Height [m] of the curved earth above the chord, at distances from the chord's two ends.

    Source
    ------
    ITU-R P.530: d1 d2 / (2 k R).

    Limits
    ------
    A parabola for a circle: within 1 part in 1e4 for paths up to 500 km.
    """
    return distance * other_distance / (2.0 * radius)
