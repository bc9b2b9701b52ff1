"""How a target may move: models that carry an estimate and its covariance forward in time.

The state is east, north, up [m], their rates [m/s] and the rate of turn [rad/s, anticlockwise].

Source: Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and Navigation
(2001), ch. 6 and 11; Li & Jilkov, Survey of Maneuvering Target Tracking, part I (IEEE TAES 2003).
Limits: white acceleration of constant power drives every model; a turn is level; the ballistic
model knows gravity over a flat Earth, falling with height, and drag in still air.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address, inlined_kernel, inner_kernel
from rempart.physics.atmosphere import GRAVITY, geopotential_height, standard_air

STATE_SIZE = 7
TURN_RATE = 6
"""Column of the rate of turn."""
CONSTANT_VELOCITY, KNOWN_TURN, ESTIMATED_TURN, BALLISTIC = 0, 1, 2, 3

EARTH_RADIUS = 6_371_000.0
"""[m]"""
LONGEST_STEP = 1.0
"""Of the integration of a ballistic flight [s]."""


@by_address
class Models(NamedTuple):
    """The models of one tracker, each a column."""

    kind: np.ndarray
    """(m,)"""
    noise: np.ndarray
    """(m, 2) power of the white acceleration, level and upright [m²/s³]"""
    rate: np.ndarray
    """(m,) known rate of turn [rad/s]"""
    rate_noise: np.ndarray
    """(m,) power of the white change of an estimated rate of turn [rad²/s³]"""
    rate_spread: np.ndarray
    """(m,) standard deviation of the rate of turn before anything is known [rad/s]"""
    drag: np.ndarray
    """(m,) drag area over mass [m²/kg]"""
    sojourn: np.ndarray
    """(m,) mean time for which a target keeps to the model [s]"""


@inlined_kernel
def copy_estimate(mean, cover, to_mean, to_cover):
    """Copy a mean (7,) and a covariance (7, 7)."""
    for row in range(STATE_SIZE):
        to_mean[row] = mean[row]
        for column in range(STATE_SIZE):
            to_cover[row, column] = cover[row, column]


@inner_kernel
def carry(models, model, interval, mean, cover, work):
    """Carry an estimate forward in place under one model.

    Parameters
    ----------
    models : Models
    model : int
    interval : float [s]
        Not negative.
    mean : array (7,)
    cover : array (7, 7)
    work : Work
        Scratch.

    Returns
    -------
    None
        The trace of `cover` never shrinks for constant velocity with positive covariances.
    """
    kind = models.kind[model]
    if kind == CONSTANT_VELOCITY:
        carry_straight(interval, mean, cover)
    elif kind == BALLISTIC and models.drag[model] <= 0.0:
        _carry_falling(interval, mean, cover, work.pad.vague)
    elif work.pad.is_unscented:
        _carry_points(models, model, interval, mean, cover, work)
    else:
        _carry_linearised(models, model, interval, mean, cover, work)
    add_noise(models.noise[model, 0], models.noise[model, 1], interval, cover)
    if not work.pad.is_straight:
        _settle_rate(models, model, interval, mean, cover)


@inlined_kernel
def carry_straight(interval, mean, cover):
    """Carry an estimate in place along its velocity, without noise."""
    for axis in range(3):
        mean[axis] += interval * mean[axis + 3]
    for axis in range(3):
        for column in range(STATE_SIZE):
            cover[axis, column] += interval * cover[axis + 3, column]
    for axis in range(3):
        for row in range(3, STATE_SIZE):
            cover[row, axis] = cover[axis, row]
        for other in range(axis + 1):
            cover[axis, other] += interval * cover[axis, other + 3]
            cover[other, axis] = cover[axis, other]


@inlined_kernel
def _carry_falling(interval, mean, cover, vague):
    """Carry an estimate in place in free fall without drag; one of a height that nobody knows does not fall.

    How gravity changes with height moves a mean by metres in a minute, and a covariance by less.
    """
    gravity = _gravity(mean[2] + 0.5 * interval * mean[5]) if cover[2, 2] < vague else 0.0
    carry_straight(interval, mean, cover)
    mean[2] -= 0.5 * gravity * interval * interval
    mean[5] -= gravity * interval


@inlined_kernel
def add_noise(level, upright, interval, cover):
    """Add what white acceleration of these powers [m²/s³] does in an interval [s]."""
    for axis in range(3):
        rate = (level if axis < 2 else upright) * interval
        cover[axis, axis] += rate * interval * interval / 3.0
        cover[axis, axis + 3] += 0.5 * rate * interval
        cover[axis + 3, axis] += 0.5 * rate * interval
        cover[axis + 3, axis + 3] += rate


@inner_kernel
def _settle_rate(models, model, interval, mean, cover):
    """The rate of turn after a step: estimated, known, or none with its spread kept for the mixing."""
    if models.kind[model] == ESTIMATED_TURN:
        cover[TURN_RATE, TURN_RATE] += models.rate_noise[model] * interval
        return
    mean[TURN_RATE] = models.rate[model]
    for column in range(STATE_SIZE):
        cover[TURN_RATE, column] = 0.0
        cover[column, TURN_RATE] = 0.0
    cover[TURN_RATE, TURN_RATE] = models.rate_spread[model] ** 2


@inner_kernel
def moved(models, model, interval, state, out):
    """Where a model without noise takes a state; fills `out` (7,)."""
    kind = models.kind[model]
    for column in range(STATE_SIZE):
        out[column] = state[column]
    if kind == BALLISTIC:
        _fall(models.drag[model], interval, out)
        return
    rate = state[TURN_RATE] if kind == ESTIMATED_TURN else models.rate[model]
    along, across = _turn_arms(rate, interval)
    cosine, sine = math.cos(rate * interval), math.sin(rate * interval)
    east, north = state[3], state[4]
    out[0] += along * east - across * north
    out[1] += across * east + along * north
    out[2] += interval * state[5]
    out[3] = cosine * east - sine * north
    out[4] = sine * east + cosine * north


@inner_kernel
def _turn_arms(rate, interval):
    """Distance along and across the first heading [m per m/s] flown in a turn."""
    angle = rate * interval
    if abs(angle) < 1e-6:
        return interval, 0.5 * interval * angle
    return math.sin(angle) / rate, (1.0 - math.cos(angle)) / rate


@inner_kernel
def _turn_arm_slopes(rate, interval):
    """Slopes of `_turn_arms` over the rate of turn."""
    angle = rate * interval
    if abs(angle) < 1e-4:
        return -(interval**2) * angle / 3.0, 0.5 * interval**2
    along, across = _turn_arms(rate, interval)
    return (interval * math.cos(angle) - along) / rate, (interval * math.sin(angle) - across) / rate


@inner_kernel
def _fall(drag, interval, state):
    """Carry a state in free fall with drag, by steps of the midpoint rule."""
    n_steps = max(1, math.ceil(interval / LONGEST_STEP - 1e-9))
    step = interval / n_steps
    for _ in range(n_steps):
        push = _deceleration(drag, state[2], state[3], state[4], state[5])
        half = 0.5 * step
        east, north = state[3] - half * push * state[3], state[4] - half * push * state[4]
        up = state[5] - half * (push * state[5] + _gravity(state[2]))
        height = state[2] + half * state[5]
        push = _deceleration(drag, height, east, north, up)
        state[0] += step * east
        state[1] += step * north
        state[2] += step * up
        state[3] -= step * push * east
        state[4] -= step * push * north
        state[5] -= step * (push * up + _gravity(height))


@inner_kernel
def _gravity(height):
    share = EARTH_RADIUS / (EARTH_RADIUS + height)
    return GRAVITY * share * share


@inner_kernel
def _deceleration(drag, height, east, north, up):
    """Drag over speed [1/s]."""
    if drag <= 0.0:
        return 0.0
    speed = math.sqrt(east * east + north * north + up * up)
    return 0.5 * standard_air(geopotential_height(height)).density * drag * speed


@inner_kernel
def _carry_linearised(models, model, interval, mean, cover, work):
    _fill_slope(models, model, interval, mean, work)
    moved(models, model, interval, mean, work.pad.state)
    for column in range(STATE_SIZE):
        mean[column] = work.pad.state[column]
    _sandwich(work.pad.slope, cover, work.pad.square)


@inner_kernel
def _fill_slope(models, model, interval, mean, work):
    """Fill `work.pad.slope` (7, 7) with the slopes of `moved` at a mean."""
    slope = work.pad.slope
    for row in range(STATE_SIZE):
        for column in range(STATE_SIZE):
            slope[row, column] = 1.0 if row == column else 0.0
    if models.kind[model] == BALLISTIC:
        _differences(models, model, interval, mean, work)
        return
    estimated = models.kind[model] == ESTIMATED_TURN
    rate = mean[TURN_RATE] if estimated else models.rate[model]
    along, across = _turn_arms(rate, interval)
    cosine, sine = math.cos(rate * interval), math.sin(rate * interval)
    slope[0, 3], slope[0, 4], slope[1, 3], slope[1, 4] = along, -across, across, along
    slope[2, 5] = interval
    slope[3, 3], slope[3, 4], slope[4, 3], slope[4, 4] = cosine, -sine, sine, cosine
    if estimated:
        d_along, d_across = _turn_arm_slopes(rate, interval)
        slope[0, 6] = d_along * mean[3] - d_across * mean[4]
        slope[1, 6] = d_across * mean[3] + d_along * mean[4]
        slope[3, 6] = -interval * (sine * mean[3] + cosine * mean[4])
        slope[4, 6] = interval * (cosine * mean[3] - sine * mean[4])


@inner_kernel
def _differences(models, model, interval, mean, work):
    """Slopes of a ballistic step by central differences; of height and the three speeds only."""
    for column in range(2, 6):
        width = 10.0 if column == 2 else 0.1
        kept = mean[column]
        mean[column] = kept + width
        moved(models, model, interval, mean, work.pad.state)
        for row in range(6):
            work.pad.slope[row, column] = work.pad.state[row]
        mean[column] = kept - width
        moved(models, model, interval, mean, work.pad.state)
        for row in range(6):
            work.pad.slope[row, column] = (work.pad.slope[row, column] - work.pad.state[row]) / (2.0 * width)
        mean[column] = kept


@inner_kernel
def _sandwich(slope, cover, square):
    """Replace `cover` by slope × cover × slopeᵀ."""
    for row in range(STATE_SIZE):
        for column in range(STATE_SIZE):
            total = 0.0
            for k in range(STATE_SIZE):
                total += slope[row, k] * cover[k, column]
            square[row, column] = total
    for row in range(STATE_SIZE):
        for column in range(row + 1):
            total = 0.0
            for k in range(STATE_SIZE):
                total += square[row, k] * slope[column, k]
            cover[row, column] = total
            cover[column, row] = total


@inner_kernel
def fill_points(mean, cover, pad):
    """Fill `pad.points` (14, 7) with the points of the unscented transform, all of equal weight.

    Returns
    -------
    None
        Their mean is `mean` and their covariance is `cover`.

    Source
    ------
    Julier & Uhlmann, Unscented Filtering and Nonlinear Estimation (Proc. IEEE 2004), with κ = 0,
    which leaves the middle point out and no weight negative.
    """
    lower_root(cover, pad.square)
    scale = math.sqrt(float(STATE_SIZE))
    for point in range(STATE_SIZE):
        for column in range(STATE_SIZE):
            arm = scale * pad.square[column, point]
            pad.points[point, column] = mean[column] + arm
            pad.points[point + STATE_SIZE, column] = mean[column] - arm


@inner_kernel
def lower_root(cover, out):
    """Lower triangular root of a covariance that may be singular; fills `out`, zeros above."""
    n = cover.shape[0]
    for column in range(n):
        for row in range(n):
            if row < column:
                out[row, column] = 0.0
                continue
            total = cover[row, column]
            for k in range(column):
                total -= out[row, k] * out[column, k]
            if row == column:
                out[row, row] = math.sqrt(max(total, 0.0))
            else:
                out[row, column] = total / out[column, column] if out[column, column] > 1e-12 else 0.0


@inner_kernel
def _carry_points(models, model, interval, mean, cover, work):
    fill_points(mean, cover, work.pad)
    n_points = 2 * STATE_SIZE
    mean[:] = 0.0
    for point in range(n_points):
        moved(models, model, interval, work.pad.points[point], work.pad.state)
        for column in range(STATE_SIZE):
            work.pad.points[point, column] = work.pad.state[column]
            mean[column] += work.pad.state[column] / n_points
    for row in range(STATE_SIZE):
        for column in range(row + 1):
            total = 0.0
            for point in range(n_points):
                offset = work.pad.points[point, row] - mean[row]
                total += offset * (work.pad.points[point, column] - mean[column])
            cover[row, column] = total / n_points
            cover[column, row] = total / n_points
