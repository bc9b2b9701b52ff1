"""Is a track as wrong as it says it may be? Its squared error, by the truth, over its own covariance.

Source: Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and Navigation (2001),
section 5.4. Limits: where the tracker has several models, the most restless one's noise is added while a
track gets no plots.
"""

from __future__ import annotations

from rempart.base.kernel import inner_kernel
from rempart.picture.motion import STATE_SIZE, TURN_RATE, add_noise, carry_straight, copy_estimate, lower_root
from rempart.picture.tracker import (
    COVARIANCE,
    POSITION,
    TIME,
    VAR_POSITION,
    VAR_VELOCITY,
    VELOCITY,
    predicted_variances,
)


@inner_kernel
def squared_error(tracker, tracks, case, now, truth):
    """Squared error of place and velocity over the covariance that the track claims.

    Parameters
    ----------
    tracker : Tracker or None
        None where association is known: then `tracks` holds the variances, axis by axis.
    tracks : array (n_cases, TRACK_SIZE)
    case : int
    now : float [s]
    truth : (Place, array (3, 7, 7))
        Position and velocity as they are, and scratch.

    Returns
    -------
    float
        Follows chi-square with 6 degrees of freedom for a track that knows its errors.
    """
    place, scratch = truth
    if tracker is not None:
        return _by_spread(tracker.bank.tracks[case], tracker.work.pad.drift, now, place, scratch)
    interval, total = now - tracks[case, TIME], 0.0
    for axis in range(3):
        total += _by_axis(tracks[case], axis, interval, place)
    return total


@inner_kernel
def _by_axis(track, axis, interval, place):
    """The same of one axis, from the variances of its place and speed."""
    pp, pv, vv = predicted_variances(
        interval, track[VAR_POSITION + axis], track[COVARIANCE + axis], track[VAR_VELOCITY + axis]
    )
    speed = track[VELOCITY + axis]
    off = track[POSITION + axis] + interval * speed - place.position[axis]
    fast = speed - place.velocity[axis]
    return (off * off * vv - 2.0 * off * fast * pv + fast * fast * pp) / (pp * vv - pv * pv)


@inner_kernel
def _by_spread(track, drift, now, place, scratch):
    """The same from the covariance over a tracker's models, carried on to now."""
    error, cover, root = scratch[0, 0], scratch[1], scratch[2]
    copy_estimate(track.blend, track.spread, error, cover)
    interval = max(now - track.time, 0.0)
    carry_straight(interval, error, cover)
    add_noise(drift[0], drift[1], interval, cover)
    for axis in range(3):
        error[axis] -= place.position[axis]
        error[axis + 3] -= place.velocity[axis]
    error[TURN_RATE] = 0.0
    for column in range(STATE_SIZE):
        cover[TURN_RATE, column], cover[column, TURN_RATE] = 0.0, 0.0
    cover[TURN_RATE, TURN_RATE] = 1.0
    lower_root(cover, root)
    return _whitened_square(root, error)


@inner_kernel
def _whitened_square(root, error):
    """Sum of squares of an error divided by the lower root of its covariance; overwrites the error."""
    total = 0.0
    for row in range(STATE_SIZE):
        for column in range(row):
            error[row] -= root[row, column] * error[column]
        error[row] = error[row] / root[row, row] if root[row, row] > 0.0 else 0.0
        total += error[row] * error[row]
    return total
