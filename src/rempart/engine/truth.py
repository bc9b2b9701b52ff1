"""Where vehicles truly are, and what a sensor can truly see of them: readings of the world's tables."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.kernel import inlined_kernel, inner_kernel, lean_kernel
from rempart.geo.frames import height_above


@inlined_kernel
def site_of(table, row):
    """Place (east, north, up [m]) of a row of sensors, fire units or assets."""
    return table.x[row], table.y[row], table.z[row]


@inlined_kernel
def separation(a, b):
    """Straight distance between two places [m]."""
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)


@inlined_kernel
def height_over(world, place, site):
    """How much higher a place is than a site [m], each above the round earth."""
    ground = height_above(site[0], site[1], site[2], world.earth_radius)
    return height_above(place[0], place[1], place[2], world.earth_radius) - ground


@lean_kernel
def true_position(world, state, vehicle, time):
    """Position of a flying vehicle (east, north, up [m]); clamped to the ends of its route."""
    variant = state.flights.variant[vehicle]
    sample = max((time - state.flights.takeoff[vehicle]) / world.vehicles.step[vehicle], 0.0)
    before = min(int(sample), world.routes.count[vehicle, variant] - 2)
    share = min(sample - before, 1.0)
    row = world.routes.first[vehicle, variant] + before
    return (
        _between(world.positions, row, 0, share),
        _between(world.positions, row, 1, share),
        _between(world.positions, row, 2, share),
    )


@inlined_kernel
def _between(positions, row, axis, share):
    # Compiled float() leaves a float32 as it is; np.float64 widens in both modes.
    here = np.float64(positions[row, axis])
    return here + share * (np.float64(positions[row + 1, axis]) - here)


@inner_kernel
def true_velocity(world, state, vehicle, time):
    """Velocity of a flying vehicle (east, north, up [m/s]) over the next sample of its route."""
    step = world.vehicles.step[vehicle]
    start = true_position(world, state, vehicle, time)
    end = true_position(world, state, vehicle, time + step)
    return (end[0] - start[0]) / step, (end[1] - start[1]) / step, (end[2] - start[2]) / step


@inlined_kernel
def arrival_time(world, state, vehicle):
    """Time at which a vehicle reaches the end of its route [s]."""
    legs = world.routes.count[vehicle, state.flights.variant[vehicle]] - 1
    return state.flights.takeoff[vehicle] + legs * world.vehicles.step[vehicle]


@inlined_kernel
def look_pd(world, state, sensor, vehicle, time):
    """Detection probability of one look by a sensor at a vehicle now; 0 out of sight or reach."""
    variant = state.flights.variant[vehicle]
    sample = int((time - state.flights.takeoff[vehicle]) / world.vehicles.step[vehicle])
    row = sample - world.views.first[sensor, vehicle, variant]
    if row < 0 or row >= world.views.count[sensor, vehicle, variant]:
        return 0.0
    return np.float64(world.pd[world.views.start[sensor, vehicle, variant] + row])
