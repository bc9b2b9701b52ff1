"""How far apart two sets of points are: OSPA and GOSPA, with what is located, missed and false."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.errors import Fault, RempartError


class Gospa(NamedTuple):
    """Distance between truth and tracks at one time, and what it is made of (see `gospa`)."""

    distance: float
    """[m]"""
    localisation: float
    """sum over the pairs of their distance to the power of the order"""
    missed: float
    """share of the truths without a track, in the same power"""
    false: float
    """share of the tracks without a truth, in the same power"""
    pairs: np.ndarray
    """(n, 2) rows of truth and track that belong together"""


def ospa(truth: np.ndarray, tracks: np.ndarray, cutoff: float, order: float = 1.0) -> float:
    """Optimal sub-pattern assignment distance [m] of two sets of points.

    Parameters
    ----------
    truth, tracks : ndarray
        Positions [m] (n_truth, d) and (n_tracks, d).
    cutoff : float
        Distance [m] beyond which two points do not belong together.
    order : float
        Power in which errors are averaged, at least 1.

    Returns
    -------
    float
        From 0 to the cutoff; a metric: symmetric, 0 only for equal sets, and no way round is shorter.

    Source
    ------
    D. Schuhmacher, B.-T. Vo and B.-N. Vo, IEEE Trans. Signal Processing 56 (8), 2008, eq. 3.
    """
    _check(cutoff, order)
    n_truth, n_tracks = len(truth), len(tracks)
    if not n_truth or not n_tracks:
        return 0.0 if n_truth == n_tracks else float(cutoff)
    *_, costs = _assigned(truth, tracks, cutoff, order)
    total = costs.sum() + cutoff**order * abs(n_truth - n_tracks)
    return float((total / max(n_truth, n_tracks)) ** (1.0 / order))


def gospa(truth: np.ndarray, tracks: np.ndarray, cutoff: float, order: float = 1.0) -> Gospa:
    """Generalised optimal sub-pattern assignment distance (α = 2) of two sets of points.

    Parameters
    ----------
    truth, tracks : ndarray
        Positions [m] (n_truth, d) and (n_tracks, d).
    cutoff : float
        Distance [m] beyond which two points do not belong together.
    order : float
        Power in which errors are added, at least 1.

    Returns
    -------
    Gospa
        localisation + missed + false = distance to the power of the order. Each missed truth and
        each false track costs half the cutoff in that power.

    Source
    ------
    A. S. Rahmathullah, A. F. Garcia-Fernandez and L. Svensson, FUSION 2017, proposition 1.
    """
    _check(cutoff, order)
    rows, columns, costs = _assigned(truth, tracks, cutoff, order)
    is_pair = costs < cutoff**order
    each = 0.5 * cutoff**order
    localisation = float(costs[is_pair].sum())
    missed = each * float(len(truth) - is_pair.sum())
    false = each * float(len(tracks) - is_pair.sum())
    pairs = np.column_stack((rows[is_pair], columns[is_pair]))
    return Gospa((localisation + missed + false) ** (1.0 / order), localisation, missed, false, pairs)


def _assigned(
    truth: np.ndarray, tracks: np.ndarray, cutoff: float, order: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and cut-off costs of the cheapest assignment of one set to the other."""
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    if not len(truth) or not len(tracks):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    cost = np.minimum(cdist(truth, tracks), cutoff) ** order
    rows, columns = linear_sum_assignment(cost)
    return rows, columns, cost[rows, columns]


def _check(cutoff: float, order: float) -> None:
    if not (math.isfinite(cutoff) and cutoff > 0.0):
        raise RempartError(Fault("cutoff", f"is {cutoff}", "a distance above 0 m"))
    if not (math.isfinite(order) and order >= 1.0):
        raise RempartError(Fault("order", f"is {order}", "a number of 1 or more"))
