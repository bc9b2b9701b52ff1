"""Where stations that only listen find what radiates: the crossing of two bearings."""

from __future__ import annotations

import math

from rempart.base.kernel import lean_kernel


@lean_kernel
def triangulation_errors(distance, baseline, bearing_error):
    """Errors of a place found by two bearings.

    Parameters
    ----------
    distance : float
        [m] from the middle between the stations.
    baseline : float
        [m] between them, seen broadside.
    bearing_error : float
        Standard deviation of one bearing [rad].

    Returns
    -------
    (range_sigma, azimuth_sigma)
        [m] and [rad]; far away √2 σ R²/b and σ/√2, so that the range is told worse with the square
        of the distance. Nearer than half the baseline as at half the baseline.

    Source
    ------
    First-order propagation of two independent bearing errors, both stations at √(R² + b²/4): D. J. Torrieri,
    Statistical theory of passive location systems, IEEE Trans. AES-20 (1984) 183.

    Limits
    ------
    The target stands broadside to the baseline; a site of three or more stations has such a pair for most
    bearings. Level ground, no error of the stations' own places or clocks.
    """
    distance = max(distance, 0.5 * baseline)
    slant = distance * distance + 0.25 * baseline * baseline
    range_sigma = math.sqrt(2.0) * slant * bearing_error / baseline
    return range_sigma, slant * bearing_error / (math.sqrt(2.0) * distance * distance)
