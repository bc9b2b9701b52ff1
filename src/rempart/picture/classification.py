"""What kind of vehicle a track looks like, from how fast and how high it flies.

Source: speed and height bands of the public characteristics in the catalogue (grade D as a
classifier). Limits: kinematics only; a fast drone low down passes for a cruise missile.
"""

from __future__ import annotations

import math

from rempart.base.kernel import lean_kernel
from rempart.events.vehicle_classes import (
    BALLISTIC_MISSILE,
    CRUISE_MISSILE,
    MALE_DRONE,
    SMALL_DRONE,
    STRIKE_AIRCRAFT,
)

FASTEST_AIRCRAFT = 600.0
"""[m/s]"""
FASTEST_DRONE = 100.0
"""[m/s]"""
HIGHEST_CRUISE = 1500.0
"""[m above the scenario's origin]"""
HIGHEST_SMALL_DRONE = 3000.0
"""[m above the scenario's origin]"""


@lean_kernel
def apparent_class(velocity, height):
    """Vehicle class that a track of this velocity [m/s] and height [m] is taken for."""
    speed = math.sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    if speed > FASTEST_AIRCRAFT:
        return BALLISTIC_MISSILE
    if speed > FASTEST_DRONE:
        return CRUISE_MISSILE if height < HIGHEST_CRUISE else STRIKE_AIRCRAFT
    return SMALL_DRONE if height < HIGHEST_SMALL_DRONE else MALE_DRONE
