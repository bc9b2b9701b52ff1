"""What a track settles at when plots come at even intervals: gains and variances in closed form.

Source: Kalata, The tracking index (IEEE TAES 1984); Bar-Shalom, Li & Kirubarajan, Estimation with
Applications to Tracking and Navigation (2001), sec. 6.5.
Limits: one axis; an acceleration that is constant between two plots and independent of the last.
"""

from __future__ import annotations

import math

from rempart.base.kernel import kernel


@kernel
def tracking_index(acceleration, interval, error):
    """How far a target may stray between plots against how well they tell its place.

    Parameters
    ----------
    acceleration : float [m/s²]
        Standard deviation.
    interval : float [s]
    error : float [m]
        Standard deviation of a plot.
    """
    return acceleration * interval * interval / error


@kernel
def steady_gains(index):
    """Shares of an innovation by which a settled track corrects place and, per interval, velocity.

    Parameters
    ----------
    index : float
        From `tracking_index`.

    Returns
    -------
    place, velocity : float
        The first is also the variance of place after a plot over that of the plot; both grow with
        the index, from 0 to 1 and to 2.
    """
    damping = 0.25 * (4.0 + index - math.sqrt(8.0 * index + index * index))
    place = 1.0 - damping * damping
    return place, 2.0 * (2.0 - place) - 4.0 * damping


@kernel
def steady_variance(noise, error):
    """Variance before each plot of what strays by `noise` between plots of variance `error`.

    Returns
    -------
    float
        At least `noise`; after a plot it is less by just that.
    """
    return 0.5 * (noise + math.sqrt(noise * noise + 4.0 * noise * error))
