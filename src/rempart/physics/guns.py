"""Kill probability of one burst of a gun."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import kernel

_N_OFFSETS = 64


class Gun(NamedTuple):
    """What decides how a burst fares; the target's presented area is among it."""

    rounds: int
    """in one burst"""
    dispersion: float
    """[rad] one standard deviation and axis, of each round about the burst's mean"""
    aiming_error: float
    """[rad] one standard deviation and axis, of the burst's mean about the target"""
    presented_area: float
    """[m²]"""
    hits_needed: int
    """hits that kill"""


@kernel
def _enough_hits(expected, needed):
    """Chance of at least `needed` hits when `expected` is their Poisson mean."""
    term, fewer = math.exp(-expected), 0.0
    for hits in range(needed):
        fewer += term
        term *= expected / (hits + 1.0)
    return max(0.0, 1.0 - fewer)


@kernel
def burst_pk(distance, gun):
    """Kill probability of one burst.

    Rounds scatter normally about an aim point that is itself off by a normal error common to the
    burst; the target is a normal silhouette with the presented area, so that every round hits at
    the muzzle. Hits are Poisson for each aim point, and the mean over aim points is taken.

    Parameters
    ----------
    distance : float [m]
    gun : Gun

    Returns
    -------
    float
        In [0, 1]; falls with `distance` and `hits_needed`, rises with `presented_area`.

    Source
    ------
    Carleton's diffuse-target form of hit probability (A. R. Washburn & M. Kress, Combat
    Modeling), averaged over the aim error.

    Limits
    ------
    Prediction error of a manoeuvring target belongs into `aiming_error`; all rounds of a burst
    fly the same range.
    """
    silhouette = gun.presented_area / (2.0 * math.pi)
    spread = (gun.dispersion * distance) ** 2 + silhouette
    expected = gun.rounds * silhouette / spread
    steepness = (gun.aiming_error * distance) ** 2 / spread
    total = 0.0
    for offset in range(_N_OFFSETS):
        nearness = ((offset + 0.5) / _N_OFFSETS) ** steepness
        total += _enough_hits(expected * nearness, gun.hits_needed)
    return total / _N_OFFSETS


def burst_pk_table(gun: Gun, reach: float, n_bins: int) -> np.ndarray:
    """Kill probability of one burst at the centres of `n_bins` uniform bins of range to `reach`.

    Returns
    -------
    ndarray (n_bins,)
        Falls.
    """
    centres = (np.arange(n_bins) + 0.5) * (reach / n_bins)
    return np.array([burst_pk(centre, gun) for centre in centres])
