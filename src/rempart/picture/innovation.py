"""What a plot tells about an estimate: how far off it is, how likely, and by how much it corrects.

A plot is compared with the plot that the estimate foretells. For a scan of positions that is the
linear Kalman filter; for a polar scan the extended or the unscented filter. A plot may be a little
older or newer than the estimate: it then tells of the place where the track was, or will be, at its
time, along its velocity.

Source: Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and Navigation
(2001), ch. 5 and 10; for plots out of sequence the one-lag form without the correlation of the
noise in between (Bar-Shalom 2002, "algorithm C"), with that noise added to the plot.
Limits: sensors stand still while they measure a range rate; a range without elevation counts as
distance over the ground.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.picture.motion import STATE_SIZE, fill_points
from rempart.picture.plots import POLAR_PLOT

RANGE, AZIMUTH, ELEVATION, RANGE_RATE = 0, 1, 2, 3
N_POINTS = 2 * STATE_SIZE
_LOG_TWO_PI = math.log(2.0 * math.pi)
_NEAREST = 1.0
_LEAST_PIVOT = 1e-60
"""The product of four is still a number."""


@inlined_kernel
def hold_plot(plots, row, scans, scan, pad):
    """Take a plot in hand: fill what `pad` holds of it.

    Returns
    -------
    int
        How many components were measured, the first two always among them.
    """
    value, error, origin = plots.value[row], plots.error[row], scans.origin[scan]
    pad.is_polar, pad.seen, pad.n_columns = scans.kind[scan] == POLAR_PLOT, plots.time[row], 0
    for axis in range(3):
        pad.origin[axis] = origin[axis]
    for column in range(4):
        pad.value[column], pad.error[column] = value[column], error[column]
        if math.isfinite(value[column]) and (column < 3 or pad.is_polar):
            pad.columns[pad.n_columns] = column
            pad.n_columns += 1
    return pad.n_columns


@inner_kernel
def innovate(mean, cover, pad):
    """Compare the plot at hand with an estimate.

    Parameters
    ----------
    mean : array (7,)
    cover : array (7, 7)
        The estimate, holding for `pad.clock`.
    pad : PAD
        Afterwards `innovation`, `root` and `reach` hold what `correct` needs, which uses them up.

    Returns
    -------
    distance : float
        Squared, in standard deviations; not negative.
    log_density : float
        Logarithm of the density of such a plot, over the space of the plot.
    """
    compare(mean, cover, pad)
    distance, log_size = whiten(pad)
    return distance, -0.5 * (distance + log_size + pad.n_columns * _LOG_TWO_PI)


@inlined_kernel
def compare(mean, cover, pad):
    """The first part of `innovate`: innovation, its covariance, and that with the state, not yet whitened."""
    pad.slot = -1
    offset = pad.seen - pad.clock
    if pad.is_polar and pad.is_unscented:
        _compare_points(mean, cover, offset, pad)
    else:
        if pad.is_polar:
            _fill_polar_look(mean, offset, pad)
        else:
            _fill_place_look(mean, offset, pad)
        _compare_slopes(cover, offset != 0.0, pad)
        _add_drift(offset, pad)
    if pad.is_polar:
        pad.innovation[AZIMUTH] = wrapped(pad.innovation[AZIMUTH])
    for entry in range(pad.n_columns):
        pad.root[entry, entry] += pad.error[pad.columns[entry]] ** 2


@inlined_kernel
def correct(mean, cover, pad):
    """Correct an estimate in place with the plot of the last `innovate`.

    Returns
    -------
    None
        No variance grows.
    """
    root = pad.root
    for entry in range(pad.n_columns):
        reach, innovation = pad.reach[entry], pad.innovation[entry]
        for column in range(STATE_SIZE):
            whole = reach[column]
            for before in range(entry):
                whole -= root[entry, before] * pad.reach[before, column]
            reach[column] = whole / root[entry, entry]
        for row in range(STATE_SIZE):
            mean[row] += reach[row] * innovation
            for column in range(STATE_SIZE):
                cover[row, column] -= reach[row] * reach[column]


@inner_kernel
def foretell(state, offset, origin, has_height, out):
    """The polar plot of a state some time before or after; fills `out` (4,)."""
    east = state[0] + offset * state[3] - origin[0]
    north = state[1] + offset * state[4] - origin[1]
    up = state[2] + offset * state[5] - origin[2] if has_height else 0.0
    speed_up = state[5] if has_height else 0.0
    ground = max(math.sqrt(east * east + north * north), _NEAREST)
    distance = math.sqrt(ground * ground + up * up)
    out[RANGE] = distance
    out[AZIMUTH] = math.atan2(east, north)
    out[ELEVATION] = math.atan2(up, ground)
    out[RANGE_RATE] = (east * state[3] + north * state[4] + up * speed_up) / distance


@inner_kernel
def wrapped(angle):
    """The same angle [rad] from -π up to π."""
    return angle - 2.0 * math.pi * math.floor((angle + math.pi) / (2.0 * math.pi))


@inlined_kernel
def _fill_place_look(mean, offset, pad):
    """The place of a state at the plot's time, and its slopes."""
    for axis in range(3):
        pad.predicted[axis] = mean[axis] + offset * mean[axis + 3]
        for column in range(STATE_SIZE):
            pad.look[axis, column] = 0.0
        pad.look[axis, axis] = 1.0
        pad.look[axis, axis + 3] = offset


@inlined_kernel
def _fill_polar_look(mean, offset, pad):
    """The polar plot of a state at the plot's time, and its slopes."""
    origin, has_height = pad.origin, math.isfinite(pad.value[ELEVATION])
    foretell(mean, offset, origin, has_height, pad.predicted)
    distance, rate = pad.predicted[RANGE], pad.predicted[RANGE_RATE]
    upward = 1.0 if has_height else 0.0
    arm = (mean[0] + offset * mean[3] - origin[0], mean[1] + offset * mean[4] - origin[1],
           upward * (mean[2] + offset * mean[5] - origin[2]))  # fmt: skip
    ground = max(math.sqrt(arm[0] * arm[0] + arm[1] * arm[1]), _NEAREST)
    pad.look[:, :] = 0.0
    for axis in range(3):
        pad.look[RANGE, axis] = arm[axis] / distance
        pad.look[RANGE_RATE, axis] = (mean[axis + 3] - rate * arm[axis] / distance) / distance
    pad.look[AZIMUTH, 0], pad.look[AZIMUTH, 1] = arm[1] / ground**2, -arm[0] / ground**2
    pad.look[ELEVATION, 0] = -arm[0] * arm[2] / (ground * distance**2)
    pad.look[ELEVATION, 1] = -arm[1] * arm[2] / (ground * distance**2)
    pad.look[ELEVATION, 2] = upward * ground / distance**2
    pad.look[RANGE_RATE, 2] *= upward
    for column in range(4):
        for axis in range(3):
            pad.look[column, axis + 3] = offset * pad.look[column, axis]
    for axis in range(3):
        pad.look[RANGE_RATE, axis + 3] += arm[axis] / distance


@inlined_kernel
def _compare_slopes(cover, is_offset, pad):
    """Fill innovation, its covariance without the plot's error, and the covariance with the state."""
    for entry in range(pad.n_columns):
        measured = pad.columns[entry]
        look, reach = pad.look[measured], pad.reach[entry]
        pad.innovation[entry] = pad.value[measured] - pad.predicted[measured]
        for column in range(STATE_SIZE):
            reach[column] = (
                look[0] * cover[0, column] + look[1] * cover[1, column] + look[2] * cover[2, column]
            )
        if is_offset or measured == RANGE_RATE:
            for column in range(STATE_SIZE):
                reach[column] += (
                    look[3] * cover[3, column] + look[4] * cover[4, column] + look[5] * cover[5, column]
                )
        for other in range(entry + 1):
            slopes = pad.look[pad.columns[other]]
            total = reach[0] * slopes[0] + reach[1] * slopes[1] + reach[2] * slopes[2]
            if is_offset or pad.columns[other] == RANGE_RATE:
                total += reach[3] * slopes[3] + reach[4] * slopes[4] + reach[5] * slopes[5]
            pad.root[entry, other] = total


@inner_kernel
def _add_drift(offset, pad):
    """Add to the innovation's covariance how far a target may stray from its line in the offset."""
    stray = abs(offset * offset * offset) / 3.0
    if stray == 0.0:
        return
    for entry in range(pad.n_columns):
        for other in range(entry + 1):
            for axis in range(3):
                power = pad.drift[0] if axis < 2 else pad.drift[1]
                slopes = pad.look[pad.columns[entry], axis] * pad.look[pad.columns[other], axis]
                pad.root[entry, other] += stray * power * slopes


@inner_kernel
def _compare_points(mean, cover, offset, pad):
    """As `_compare_slopes` with `_add_drift`, by the points of the unscented transform."""
    stray = abs(offset * offset * offset) / 3.0
    for axis in range(3):
        cover[axis, axis] += stray * (pad.drift[0] if axis < 2 else pad.drift[1])
    fill_points(mean, cover, pad)
    for axis in range(3):
        cover[axis, axis] -= stray * (pad.drift[0] if axis < 2 else pad.drift[1])
    has_height = math.isfinite(pad.value[ELEVATION])
    foretell(mean, offset, pad.origin, has_height, pad.predicted)
    middle = pad.predicted[AZIMUTH]
    for point in range(N_POINTS):
        image = pad.images[point]
        foretell(pad.points[point], offset, pad.origin, has_height, image)
        image[AZIMUTH] = middle + wrapped(image[AZIMUTH] - middle)
    for entry in range(pad.n_columns):
        column = pad.columns[entry]
        pad.predicted[column] = 0.0
        for point in range(N_POINTS):
            pad.predicted[column] += pad.images[point, column] / N_POINTS
        pad.innovation[entry] = pad.value[column] - pad.predicted[column]
    _spread_points(mean, pad)


@inner_kernel
def _spread_points(mean, pad):
    """Covariances of the points' plots with each other and with the points."""
    for entry in range(pad.n_columns):
        column = pad.columns[entry]
        for state in range(STATE_SIZE):
            pad.reach[entry, state] = 0.0
        for other in range(entry + 1):
            pad.root[entry, other] = 0.0
        for point in range(N_POINTS):
            part = (pad.images[point, column] - pad.predicted[column]) / N_POINTS
            for state in range(STATE_SIZE):
                pad.reach[entry, state] += part * (pad.points[point, state] - mean[state])
            for other in range(entry + 1):
                name = pad.columns[other]
                pad.root[entry, other] += part * (pad.images[point, name] - pad.predicted[name])


@inlined_kernel
def whiten(pad):
    """Replace the covariance by its root, and the innovation by the whitened one.

    Returns
    -------
    squared length of the innovation, logarithm of the determinant of the covariance
    """
    root, innovation = pad.root, pad.innovation
    distance, size = 0.0, 1.0
    for row in range(pad.n_columns):
        for k in range(row):
            total = root[row, k]
            for i in range(k):
                total -= root[row, i] * root[k, i]
            root[row, k] = total / root[k, k]
        pivot = root[row, row]
        for k in range(row):
            pivot -= root[row, k] ** 2
            innovation[row] -= root[row, k] * innovation[k]
        pivot = max(pivot, _LEAST_PIVOT)
        root[row, row] = math.sqrt(pivot)
        innovation[row] /= root[row, row]
        distance += innovation[row] ** 2
        size *= pivot
    return distance, math.log(size)
