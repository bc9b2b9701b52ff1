"""Where things truly are, and what a sensor can truly see of them: readings of the world's tables."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.geo.frames import height_above


@inlined_kernel
def place_of(world, table, row, time):
    """Place (east, north, up [m]) of a sensor, fire unit or asset: on its march, or where it stands."""
    march = table.march[row]
    if march < 0:
        return table.x[row], table.y[row], table.z[row]
    return march_place(world.marches, world.march_positions, march, time)


@inner_kernel
def march_place(marches, ways, march, time):
    """Place (east, north, up [m]) on a march; clamped to its first and last row."""
    row, next_row, share = _march_stretch(marches, march, time)
    return (
        ways[row, 0] + share * (ways[next_row, 0] - ways[row, 0]),
        ways[row, 1] + share * (ways[next_row, 1] - ways[row, 1]),
        ways[row, 2] + share * (ways[next_row, 2] - ways[row, 2]),
    )


@inner_kernel
def is_moving(marches, ways, march, time):
    """Whether it marches at a time: it is under way, and between two rows of different place."""
    rows = (time - marches.start[march]) / marches.step[march]
    if rows < 0.0 or rows >= marches.count[march] - 1:
        return False
    row, next_row, _ = _march_stretch(marches, march, time)
    return (
        ways[row, 0] != ways[next_row, 0]
        or ways[row, 1] != ways[next_row, 1]
        or ways[row, 2] != ways[next_row, 2]
    )


@inner_kernel
def _march_stretch(marches, march, time):
    """Rows of `march_positions` on either side of a time, and the share of the way between them."""
    last = marches.count[march] - 1
    rows = min(max((time - marches.start[march]) / marches.step[march], 0.0), float(last))
    before = int(rows)
    first = marches.first[march]
    return first + before, first + min(before + 1, last), rows - before


@inlined_kernel
def moving_share(world, unit, time):
    """Kill probability of a round that a fire unit launches at a time, over that at a halt."""
    march = world.units.march[unit]
    if march < 0 or not is_moving(world.marches, world.march_positions, march, time):
        return 1.0
    return world.units.pk_moving[unit]


@inlined_kernel
def eye_of(world, sensor, time):
    """Row of `World.views` that a sensor looks through at a time: that of the nearest row of its march."""
    first, march = world.sensors.first_eye[sensor], world.sensors.march[sensor]
    if march < 0:
        return first
    rows = (time - world.marches.start[march]) / world.marches.step[march]
    last = world.sensors.n_eyes[sensor] - 1
    return first + int(min(max(rows + 0.5, 0.0), float(last)))


@inlined_kernel
def eye_place(world, sensor, eye):
    """Place (east, north, up [m]) from which a sensor looks through one of its eyes."""
    sensors, ways = world.sensors, world.march_positions
    march = sensors.march[sensor]
    if march < 0:
        return sensors.x[sensor], sensors.y[sensor], sensors.z[sensor]
    row = world.marches.first[march] + eye - sensors.first_eye[sensor]
    return ways[row, 0], ways[row, 1], ways[row, 2]


@inlined_kernel
def separation(a, b):
    """Straight distance between two places [m]."""
    return math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)


@inlined_kernel
def height_over(world, place, site):
    """How much higher a place is than a site [m], each above the round earth."""
    ground = height_above(site[0], site[1], site[2], world.earth_radius)
    return height_above(place[0], place[1], place[2], world.earth_radius) - ground


@inlined_kernel
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


@inlined_kernel
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
def look_row(world, state, sensor, vehicle, time):
    """Row of `World.pd` and `World.snr` for a look by a sensor at a vehicle now; -1 out of sight or reach."""
    eye, variant = eye_of(world, sensor, time), state.flights.variant[vehicle]
    sample = int((time - state.flights.takeoff[vehicle]) / world.vehicles.step[vehicle])
    row = sample - world.views.first[eye, vehicle, variant]
    if row < 0 or row >= world.views.count[eye, vehicle, variant]:
        return -1
    return world.views.start[eye, vehicle, variant] + row


@inlined_kernel
def look_pd(world, state, sensor, vehicle, time):
    """Detection probability of one look by a sensor at a vehicle now; 0 out of sight or reach."""
    row = look_row(world, state, sensor, vehicle, time)
    return 0.0 if row < 0 else np.float64(world.pd[row])


@inlined_kernel
def look_snr(world, state, sensor, vehicle, time):
    """Signal-to-noise power ratio of one look by a sensor at a vehicle now; 0 out of sight or reach."""
    row = look_row(world, state, sensor, vehicle, time)
    return 0.0 if row < 0 else np.float64(world.snr[row])


@inner_kernel
def span_in_view(world, sensor, vehicle, variant):
    """First and last sample of a route that a sensor may see through any of its eyes; last = -1: none."""
    first, last = world.routes.count[vehicle, variant], -1
    first_eye = world.sensors.first_eye[sensor]
    for eye in range(first_eye, first_eye + world.sensors.n_eyes[sensor]):
        count = world.views.count[eye, vehicle, variant]
        if count > 0:
            start = world.views.first[eye, vehicle, variant]
            first, last = min(first, start), max(last, start + count - 1)
    return first, last
