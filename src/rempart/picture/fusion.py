"""Fusion of tracks of two sources: are they the same target, what is its best estimate, is a sensor off?

Plots of several sensors need none of this: merged in time they feed one tracker.

Source: Julier & Uhlmann, A non-divergent estimation algorithm in the presence of unknown
correlations (ACC 1997), for covariance intersection; Bar-Shalom & Li, Multitarget-Multisensor
Tracking (1995), ch. 8.
Limits: two estimates at a time, held at the same instant. The bias of a sensor is a constant shift
of place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

GOLDEN = 0.6180339887498949
ROUNDS = 40


def track_distance(
    mean: np.ndarray, cover: np.ndarray, other_mean: np.ndarray, other_cover: np.ndarray
) -> float:
    """Squared distance of two estimates in standard deviations, their errors taken as independent.

    Parameters
    ----------
    mean, other_mean : array (d,)
    cover, other_cover : array (d, d)

    Returns
    -------
    float
        Follows χ² with d degrees of freedom for the same target; symmetric, not negative.
    """
    gap = np.asarray(mean) - np.asarray(other_mean)
    return float(gap @ np.linalg.solve(np.asarray(cover) + np.asarray(other_cover), gap))


def covariance_intersection(
    mean: np.ndarray, cover: np.ndarray, other_mean: np.ndarray, other_cover: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Fuse two estimates whose errors may be correlated in a way that nobody knows.

    Parameters
    ----------
    mean, other_mean : array (d,)
    cover, other_cover : array (d, d)
        Positive definite.

    Returns
    -------
    weight : float
        Of the first estimate, 0 to 1, the one with the least determinant.
    mean : array (d,)
    cover : array (d, d)
        Its determinant is at most that of either input.
    """
    first, second = np.linalg.inv(cover), np.linalg.inv(other_cover)

    def size(weight: float) -> float:
        return -float(np.linalg.slogdet(weight * first + (1.0 - weight) * second)[1])

    weight = min((0.0, 1.0, _least(size)), key=size)
    fused = np.linalg.inv(weight * first + (1.0 - weight) * second)
    told = weight * first @ np.asarray(mean) + (1.0 - weight) * second @ np.asarray(other_mean)
    return weight, fused @ told, fused


def _least(size: Callable[[float], float]) -> float:
    """Where a function with one valley on 0 to 1 is least, by golden section."""
    low, high = 0.0, 1.0
    for _ in range(ROUNDS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if size(left) < size(right):
            high = right
        else:
            low = left
    return 0.5 * (low + high)


def registration_bias(offsets: np.ndarray, covers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Constant shift between two sensors, from what they say of the same targets.

    Parameters
    ----------
    offsets : array (n, d) [m]
        Place by the first sensor less place by the second, of one target each.
    covers : array (n, d, d) [m²]
        Covariance of each offset.

    Returns
    -------
    bias : array (d,) [m]
        To be taken from the first sensor's places.
    cover : array (d, d) [m²]
        Shrinks with every further target.
    """
    information = np.linalg.inv(np.asarray(covers, dtype=float))
    cover = np.linalg.inv(information.sum(axis=0))
    told = np.einsum("nij,nj->i", information, np.asarray(offsets, dtype=float))
    return cover @ told, cover
