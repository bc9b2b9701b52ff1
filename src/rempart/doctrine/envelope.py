"""Whether a predicted intercept lies where a weapon may be used."""

from __future__ import annotations

from rempart.base.kernel import lean_kernel


@lean_kernel
def is_in_envelope(weapons, weapon, distance, height):
    """Whether distance from the fire unit [m] and height above it [m] are inside a weapon's limits.

    `weapons` is any NamedTuple with range_min, range_max, height_min and height_max arrays.
    """
    return (
        weapons.range_min[weapon] <= distance <= weapons.range_max[weapon]
        and weapons.height_min[weapon] <= height <= weapons.height_max[weapon]
    )
