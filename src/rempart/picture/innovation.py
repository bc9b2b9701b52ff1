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

from rempart.base.kernel import inner_kernel
from rempart.picture.motion import STATE_SIZE, fill_points
from rempart.picture.plots import POLAR_PLOT

RANGE, AZIMUTH, ELEVATION, RANGE_RATE = 0, 1, 2, 3
N_POINTS = 2 * STATE_SIZE
_LOG_TWO_PI = math.log(2.0 * math.pi)
_NEAREST = 1.0


@inner_kernel
def innovate(mean, cover, plots, row, scans, scan, work):
    """Compare a plot with an estimate.

    Parameters
    ----------
    mean : array (7,)
    cover : array (7, 7)
        The estimate, holding for `work.pad.clock`.
    plots : Plots
    row : int
    scans : Scans
    scan : int
    work : Work
        Afterwards `innovation`, `root` and `reach` hold what `correct` needs.

    Returns
    -------
    distance : float
        Squared, in standard deviations; not negative.
    log_density : float
        Logarithm of the density of such a plot, over the space of the plot.
    n_columns : int
        How many components were measured.
    """
    n_columns = compare(mean, cover, plots, row, scans, scan, work)
    distance, log_size = whiten(n_columns, work)
    return distance, -0.5 * (distance + log_size + n_columns * _LOG_TWO_PI), n_columns


@inner_kernel
def compare(mean, cover, plots, row, scans, scan, work):
    """The first part of `innovate`: innovation, its covariance, and that with the state, not yet whitened."""
    is_polar = scans.kind[scan] == POLAR_PLOT
    value = plots.value[row]
    n_columns = _fill_columns(value, is_polar, work)
    offset = plots.time[row] - work.pad.clock
    if is_polar and work.pad.is_unscented:
        _compare_points(mean, cover, value, offset, scans.origin[scan], n_columns, work)
    else:
        if is_polar:
            _fill_polar_look(mean, offset, scans.origin[scan], math.isfinite(value[ELEVATION]), work)
        else:
            _fill_place_look(mean, offset, work)
        _compare_slopes(cover, value, n_columns, work)
        _add_drift(offset, n_columns, work)
    if is_polar:
        work.pad.innovation[AZIMUTH] = wrapped(work.pad.innovation[AZIMUTH])
    for entry in range(n_columns):
        work.pad.root[entry, entry] += plots.error[row, work.pad.columns[entry]] ** 2
    return n_columns


@inner_kernel
def correct(mean, cover, n_columns, work):
    """Correct an estimate in place with the plot of the last `innovate`.

    Returns
    -------
    None
        No variance grows.
    """
    for row in range(STATE_SIZE):
        for entry in range(n_columns):
            mean[row] += work.pad.reach[entry, row] * work.pad.innovation[entry]
        for column in range(row + 1):
            for entry in range(n_columns):
                cover[row, column] -= work.pad.reach[entry, row] * work.pad.reach[entry, column]
            cover[column, row] = cover[row, column]


@inner_kernel
def _fill_columns(value, is_polar, work):
    """Fill `work.pad.columns` with the measured columns, the first two always among them; their count."""
    n_columns = 0
    for column in range(4):
        if math.isfinite(value[column]) and (column < 3 or is_polar):
            work.pad.columns[n_columns] = column
            n_columns += 1
    return n_columns


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


@inner_kernel
def _fill_place_look(mean, offset, work):
    """The place of a state at the plot's time, and its slopes."""
    for axis in range(3):
        work.pad.predicted[axis] = mean[axis] + offset * mean[axis + 3]
        for column in range(STATE_SIZE):
            work.pad.look[axis, column] = 0.0
        work.pad.look[axis, axis] = 1.0
        work.pad.look[axis, axis + 3] = offset


@inner_kernel
def _fill_polar_look(mean, offset, origin, has_height, work):
    """The polar plot of a state at the plot's time, and its slopes."""
    foretell(mean, offset, origin, has_height, work.pad.predicted)
    distance, rate = work.pad.predicted[RANGE], work.pad.predicted[RANGE_RATE]
    upward = 1.0 if has_height else 0.0
    arm = (mean[0] + offset * mean[3] - origin[0], mean[1] + offset * mean[4] - origin[1],
           upward * (mean[2] + offset * mean[5] - origin[2]))  # fmt: skip
    ground = max(math.sqrt(arm[0] * arm[0] + arm[1] * arm[1]), _NEAREST)
    work.pad.look[:, :] = 0.0
    for axis in range(3):
        work.pad.look[RANGE, axis] = arm[axis] / distance
        work.pad.look[RANGE_RATE, axis] = (mean[axis + 3] - rate * arm[axis] / distance) / distance
    work.pad.look[AZIMUTH, 0], work.pad.look[AZIMUTH, 1] = arm[1] / ground**2, -arm[0] / ground**2
    work.pad.look[ELEVATION, 0] = -arm[0] * arm[2] / (ground * distance**2)
    work.pad.look[ELEVATION, 1] = -arm[1] * arm[2] / (ground * distance**2)
    work.pad.look[ELEVATION, 2] = upward * ground / distance**2
    work.pad.look[RANGE_RATE, 2] *= upward
    for column in range(4):
        for axis in range(3):
            work.pad.look[column, axis + 3] = offset * work.pad.look[column, axis]
    for axis in range(3):
        work.pad.look[RANGE_RATE, axis + 3] += arm[axis] / distance


@inner_kernel
def _compare_slopes(cover, value, n_columns, work):
    """Fill innovation, its covariance without the plot's error, and the covariance with the state."""
    for entry in range(n_columns):
        look = work.pad.look[work.pad.columns[entry]]
        work.pad.innovation[entry] = (
            value[work.pad.columns[entry]] - work.pad.predicted[work.pad.columns[entry]]
        )
        for column in range(STATE_SIZE):
            total = 0.0
            for k in range(6):
                total += look[k] * cover[k, column]
            work.pad.reach[entry, column] = total
        for other in range(entry + 1):
            total = 0.0
            for k in range(6):
                total += work.pad.reach[entry, k] * work.pad.look[work.pad.columns[other], k]
            work.pad.root[entry, other] = total


@inner_kernel
def _add_drift(offset, n_columns, work):
    """Add to the innovation's covariance how far a target may stray from its line in the offset."""
    stray = abs(offset * offset * offset) / 3.0
    if stray == 0.0:
        return
    for entry in range(n_columns):
        for other in range(entry + 1):
            for axis in range(3):
                power = work.pad.drift[0] if axis < 2 else work.pad.drift[1]
                slopes = (
                    work.pad.look[work.pad.columns[entry], axis]
                    * work.pad.look[work.pad.columns[other], axis]
                )
                work.pad.root[entry, other] += stray * power * slopes


@inner_kernel
def _compare_points(mean, cover, value, offset, origin, n_columns, work):
    """As `_compare_slopes` with `_add_drift`, by the points of the unscented transform."""
    stray = abs(offset * offset * offset) / 3.0
    for axis in range(3):
        cover[axis, axis] += stray * (work.pad.drift[0] if axis < 2 else work.pad.drift[1])
    fill_points(mean, cover, work)
    for axis in range(3):
        cover[axis, axis] -= stray * (work.pad.drift[0] if axis < 2 else work.pad.drift[1])
    has_height = math.isfinite(value[ELEVATION])
    foretell(mean, offset, origin, has_height, work.pad.predicted)
    middle = work.pad.predicted[AZIMUTH]
    for point in range(N_POINTS):
        image = work.pad.images[point]
        foretell(work.pad.points[point], offset, origin, has_height, image)
        image[AZIMUTH] = middle + wrapped(image[AZIMUTH] - middle)
    for entry in range(n_columns):
        column = work.pad.columns[entry]
        work.pad.predicted[column] = 0.0
        for point in range(N_POINTS):
            work.pad.predicted[column] += work.pad.images[point, column] / N_POINTS
        work.pad.innovation[entry] = value[column] - work.pad.predicted[column]
    _spread_points(mean, n_columns, work)


@inner_kernel
def _spread_points(mean, n_columns, work):
    """Covariances of the points' plots with each other and with the points."""
    for entry in range(n_columns):
        column = work.pad.columns[entry]
        for state in range(STATE_SIZE):
            work.pad.reach[entry, state] = 0.0
        for other in range(entry + 1):
            work.pad.root[entry, other] = 0.0
        for point in range(N_POINTS):
            part = (work.pad.images[point, column] - work.pad.predicted[column]) / N_POINTS
            for state in range(STATE_SIZE):
                work.pad.reach[entry, state] += part * (work.pad.points[point, state] - mean[state])
            for other in range(entry + 1):
                name = work.pad.columns[other]
                work.pad.root[entry, other] += part * (
                    work.pad.images[point, name] - work.pad.predicted[name]
                )


@inner_kernel
def whiten(n, work):
    """Replace the covariance by its root, innovation and reach by the whitened ones.

    Returns
    -------
    squared length of the innovation, logarithm of the determinant of the covariance
    """
    root, innovation, reach = work.pad.root, work.pad.innovation, work.pad.reach
    distance, log_size = 0.0, 0.0
    for row in range(n):
        for k in range(row):
            total = root[row, k]
            for i in range(k):
                total -= root[row, i] * root[k, i]
            root[row, k] = total / root[k, k]
        pivot = root[row, row]
        for k in range(row):
            pivot -= root[row, k] ** 2
            innovation[row] -= root[row, k] * innovation[k]
            for column in range(STATE_SIZE):
                reach[row, column] -= root[row, k] * reach[k, column]
        root[row, row] = math.sqrt(max(pivot, 1e-300))
        scale = 1.0 / root[row, row]
        innovation[row] *= scale
        for column in range(STATE_SIZE):
            reach[row, column] *= scale
        distance += innovation[row] ** 2
        log_size += 2.0 * math.log(root[row, row])
    return distance, log_size
