"""One track per target: initiation by hits among looks, Kalman update, coasting, dropping.

A track is one row of `TRACK_SIZE` numbers in an array of tracks: time of the last update, position,
velocity, and for each axis the variances of position and velocity and their covariance. The axes
east, north and up are filtered apart, each as nearly constant velocity driven by white acceleration.

Source: Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and Navigation
(2001), ch. 5 and 6.
Limits: correlation between axes is left out, which costs some accuracy far from a radar at 45°.
Which plot belongs to which target is taken as known; association works on the same rows.
"""

from __future__ import annotations

from rempart.base.kernel import inlined_kernel, lean_kernel

TRACK_SIZE = 16
TIME, POSITION, VELOCITY, VAR_POSITION, COVARIANCE, VAR_VELOCITY = 0, 1, 4, 7, 10, 13
"""Columns of a track row; all but TIME are the first of three (east, north, up)."""

ACCELERATION_DENSITY = 20.0
"""Power of the white acceleration that drives every axis [m²/s³]."""
FIRST_SPEED_VARIANCE = 400.0**2
"""Variance of each velocity component before the second plot [(m/s)²]."""


@lean_kernel
def is_confirmed(register, n_hits, n_looks):
    """Whether at least `n_hits` of the last `n_looks` looks were hits.

    `register` holds the looks as bits, the newest in bit 0.
    """
    hits = 0
    for look in range(n_looks):
        hits += (register >> look) & 1
    return hits >= n_hits


@inlined_kernel
def shifted_register(register, is_hit, n_looks):
    """The register of looks after one more look; it remembers the last `n_looks`."""
    return ((register << 1) | is_hit) & ((1 << n_looks) - 1)


@inlined_kernel
def start_track(tracks, row, time, plot, variance):
    """Fill a track row from its first plot: known place, unknown velocity."""
    tracks[row, TIME] = time
    for axis in range(3):
        tracks[row, POSITION + axis] = plot[axis]
        tracks[row, VELOCITY + axis] = 0.0
        tracks[row, VAR_POSITION + axis] = variance[axis]
        tracks[row, COVARIANCE + axis] = 0.0
        tracks[row, VAR_VELOCITY + axis] = FIRST_SPEED_VARIANCE


@inlined_kernel
def predicted_variances(interval, var_position, covariance, var_velocity):
    """Variances of one axis after `interval` seconds without a plot.

    Returns
    -------
    var_position, covariance, var_velocity
        var_position never shrinks while covariance >= 0.
    """
    noise = ACCELERATION_DENSITY * interval
    grown = var_position + interval * (2.0 * covariance + interval * var_velocity)
    return (
        grown + noise * interval * interval / 3.0,
        covariance + interval * var_velocity + 0.5 * noise * interval,
        var_velocity + noise,
    )


@inlined_kernel
def update_track(tracks, row, time, plot, variance):
    """Carry a track to `time` and correct it with a plot.

    The variance of its position afterwards never exceeds the plot's.
    """
    interval = time - tracks[row, TIME]
    tracks[row, TIME] = time
    _correct_axis(tracks[row], 0, interval, plot[0], variance[0])
    _correct_axis(tracks[row], 1, interval, plot[1], variance[1])
    _correct_axis(tracks[row], 2, interval, plot[2], variance[2])


@inlined_kernel
def _correct_axis(track, axis, interval, plot, variance):
    prior_pp, prior_pv, prior_vv = predicted_variances(
        interval, track[VAR_POSITION + axis], track[COVARIANCE + axis], track[VAR_VELOCITY + axis]
    )
    predicted = track[POSITION + axis] + interval * track[VELOCITY + axis]
    innovation = plot - predicted
    weight = 1.0 / (prior_pp + variance)
    gain_position, gain_velocity = prior_pp * weight, prior_pv * weight
    track[POSITION + axis] = predicted + gain_position * innovation
    track[VELOCITY + axis] += gain_velocity * innovation
    track[VAR_POSITION + axis] = (1.0 - gain_position) * prior_pp
    track[COVARIANCE + axis] = (1.0 - gain_position) * prior_pv
    track[VAR_VELOCITY + axis] = prior_vv - gain_velocity * prior_pv


@lean_kernel
def track_position(tracks, row, time):
    """Where the track is believed to be at `time` (east, north, up [m]), carried at constant velocity."""
    interval = time - tracks[row, TIME]
    return (
        tracks[row, POSITION] + interval * tracks[row, VELOCITY],
        tracks[row, POSITION + 1] + interval * tracks[row, VELOCITY + 1],
        tracks[row, POSITION + 2] + interval * tracks[row, VELOCITY + 2],
    )


@lean_kernel
def track_velocity(tracks, row):
    """The track's velocity (east, north, up [m/s])."""
    return tracks[row, VELOCITY], tracks[row, VELOCITY + 1], tracks[row, VELOCITY + 2]
