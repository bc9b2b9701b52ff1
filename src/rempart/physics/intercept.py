"""Where and when an interceptor meets a moving target.

All times count from now; the origin is the launcher. A target moves in a straight line, or in a
parabola when it has a downward acceleration. An interceptor is nothing but a table of times of
flight over range, so any public speed and reach will do, and nothing of guidance is modelled.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import lean_kernel

_MAX_STEPS = 48
_TOLERANCE = 1e-6
_LEAST_STEP = 0.05
_FASTER = 0.999
_STANDSTILL = 1e-12
"""Square of the speed below which a target stands still [m²/s²]."""
_NEVER = math.inf


class Motion(NamedTuple):
    """Motion of a target as seen from a launcher: east, north, up [m], [m/s], [m/s²]."""

    x: float
    y: float
    z: float
    vx: float
    vy: float
    vz: float
    fall: float
    """downward acceleration [m/s²]; 0 for a straight line"""


class Intercept(NamedTuple):
    """A meeting of interceptor and target, as seen from the launcher."""

    time: float
    """[s] from now; infinite if there is none"""
    range: float
    """[m]; infinite if there is none"""
    z: float
    """[m] up"""


@lean_kernel
def flight_time(distance, reach, speed_max, boost_time, end_fraction):
    """Time of flight [s] of an interceptor to a slant range.

    Constant acceleration from rest to `speed_max` in `boost_time`; after that the speed falls
    linearly with the path flown, to `end_fraction` of `speed_max` at `reach`.

    Parameters
    ----------
    distance, reach : float [m]
    speed_max : float [m/s]
    boost_time : float [s]
        Shortened where the boost would cover more than half of the reach.
    end_fraction : float
        0 < `end_fraction` <= 1.

    Returns
    -------
    float
        Rises strictly with `distance`; never below `distance / speed_max`.

    Source
    ------
    Closed form of dv/ds = constant, after the constant-acceleration boost.

    Limits
    ------
    One curve for all heights and directions; coarse on purpose. Boost time and end fraction are
    assumptions (grade D) where no figure is published.
    """
    boost = min(boost_time, reach / speed_max)
    boost_path = 0.5 * speed_max * boost
    if distance <= boost_path:
        return math.sqrt(2.0 * max(distance, 0.0) * boost / speed_max)
    path = distance - boost_path
    loss = min((1.0 - end_fraction) * path / (reach - boost_path), 0.999999)
    if loss < 1e-9:
        return boost + path / speed_max
    return boost - path / speed_max * math.log1p(-loss) / loss


def flight_time_table(
    reach: float, speed_max: float, boost_time: float, end_fraction: float, n_bins: int
) -> np.ndarray:
    """Times of flight at the edges of `n_bins` uniform bins of range from 0 to `reach`.

    Returns
    -------
    ndarray (n_bins + 1,) [s]
        Rises strictly, from 0.
    """
    edges = np.linspace(0.0, reach, n_bins + 1)
    return np.array([flight_time(edge, reach, speed_max, boost_time, end_fraction) for edge in edges])


@lean_kernel
def tabulated_flight_time(distance, reach, table):
    """Time of flight and its slope over range, by linear interpolation in a table.

    Beyond `reach` the last bin is drawn on, so that a search may pass through.

    Returns
    -------
    tuple of float
        Time [s] and slope [s/m].
    """
    n_bins = table.shape[0] - 1
    place = distance / reach * n_bins
    edge = min(int(place), n_bins - 1)
    step = table[edge + 1] - table[edge]
    return table[edge] + (place - edge) * step, step * n_bins / reach


@lean_kernel
def advanced(motion, time):
    """The same motion, seen `time` seconds later."""
    return Motion(
        motion.x + motion.vx * time,
        motion.y + motion.vy * time,
        motion.z + (motion.vz - 0.5 * motion.fall * time) * time,
        motion.vx,
        motion.vy,
        motion.vz - motion.fall * time,
        motion.fall,
    )


@lean_kernel
def slant_range(motion):
    """Distance [m] between launcher and target now."""
    return math.sqrt(motion.x * motion.x + motion.y * motion.y + motion.z * motion.z)


@lean_kernel
def range_product(motion):
    """Range times its rate of change [m²/s]; negative while the target comes closer."""
    return motion.x * motion.vx + motion.y * motion.vy + motion.z * motion.vz


@lean_kernel
def squared_speed(motion):
    """Square of the target's speed [m²/s²]."""
    return motion.vx * motion.vx + motion.vy * motion.vy + motion.vz * motion.vz


@lean_kernel
def closest_approach_time(motion):
    """Time [s] of the least distance from the launcher on the straight path; 0 if it recedes.

    `fall` is ignored.
    """
    speed2 = squared_speed(motion)
    if speed2 < _STANDSTILL:
        return 0.0
    return max(0.0, -range_product(motion) / speed2)


@lean_kernel
def entry_time(motion, radius):
    """Earliest time [s] at which the target is within `radius` of the launcher.

    Returns
    -------
    float
        0 if it is inside now, infinite if it never comes inside. For a straight path exact; rises
        or stays when the radius shrinks.

    Limits
    ------
    With `fall`, the straight-line answer is corrected until it stands still; a target that now
    recedes and would fall back is not foreseen.
    """
    if slant_range(motion) <= radius:
        return 0.0
    time = 0.0
    for _ in range(_MAX_STEPS):
        now = advanced(motion, time)
        product = range_product(now)
        speed2 = squared_speed(now)
        if speed2 < _STANDSTILL:
            return _NEVER
        separation = slant_range(now)
        excess = (separation - radius) * (separation + radius)
        inside = product * product - speed2 * excess
        step = (-product - math.sqrt(max(inside, 0.0))) / speed2
        time += step
        if not time >= 0.0:
            return _NEVER
        if abs(step) < _TOLERANCE or motion.fall == 0.0:
            return time if inside >= 0.0 else _NEVER
    return _NEVER


@lean_kernel
def descent_time(motion, height):
    """Earliest time [s] at which the target is at or below `height` [m] over the launcher.

    Returns
    -------
    float
        0 if it is below now, infinite if it never comes down.
    """
    above = motion.z - height
    if above <= 0.0:
        return 0.0
    if motion.fall > 0.0:
        root = math.sqrt(motion.vz * motion.vz + 2.0 * motion.fall * above)
        return (motion.vz + root) / motion.fall
    return above / -motion.vz if motion.vz < 0.0 else _NEVER


@lean_kernel
def intercept(motion, delay, not_before, reach, table):
    """Earliest possible intercept.

    Parameters
    ----------
    motion : Motion
    delay : float [s]
        From now to launch at the earliest; a later launch is allowed.
    not_before : float [s]
        No intercept is wanted earlier, for instance because the target is still too high.
    reach : float [m]
    table : ndarray (n_bins + 1,) [s]
        From `flight_time_table`.

    Returns
    -------
    Intercept
        Lies on the target's path, within `reach`, and `time - delay` is never less than the time
        of flight to it. Infinite time and range if there is none.

    Limits
    ------
    With `fall`, a target that outruns the interceptor now and would fall back is not foreseen.
    """
    time = _arrival_time(motion, delay, max(delay, not_before), reach, table)
    distance = slant_range(advanced(motion, time)) if time < _NEVER else _NEVER
    if reach < distance < _NEVER:
        entry = entry_time(motion, reach)
        time = entry if entry >= time else _NEVER
        distance = reach
    if time == _NEVER:
        return Intercept(_NEVER, _NEVER, 0.0)
    return Intercept(time, distance, advanced(motion, time).z)


@lean_kernel
def _arrival_time(motion, delay, start, reach, table):
    """Earliest time from `start` at which an interceptor can be where the target is, reach or not.

    The lateness of the interceptor is convex in time but for the boost, so Newton's steps come
    from below to the first root; a bracket catches the rest. While the interceptor gains speed,
    steps are only as long as the fastest closing allows: a target that outruns it now may not
    a moment later.
    """
    low, high, time = start, _NEVER, start
    for _ in range(_MAX_STEPS):
        now = advanced(motion, time)
        distance = slant_range(now)
        needed, slope = tabulated_flight_time(distance, reach, table)
        late = needed - (time - delay)
        if abs(late) < _TOLERANCE or (late < 0.0 and time == start):
            return time
        rate = slope * range_product(now) / max(distance, 1.0) - 1.0
        if late < 0.0:
            high = time
        elif high == _NEVER and _is_gaining_speed(distance, reach, table):
            fastest = 1.0 + slope * math.sqrt(squared_speed(now))
            rate = -min(fastest, late / _LEAST_STEP)
            low = time
        elif high == _NEVER and rate >= 0.0:
            return _NEVER
        else:
            low = time
        time -= late / rate
        if not low < time < high:
            time = 0.5 * (low + high)
    return time if high < _NEVER else _NEVER


@lean_kernel
def _is_gaining_speed(distance, reach, table):
    """Whether the next bin of range will be flown faster than the one that holds `distance`."""
    edge = int(distance / reach * (table.shape[0] - 1))
    if edge + 2 >= table.shape[0]:
        return False
    return table[edge + 2] - table[edge + 1] < _FASTER * (table[edge + 1] - table[edge])
