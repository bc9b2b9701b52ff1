"""Are errors as large as their claimed covariances say? Normalised squared errors and their band."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Consistency(NamedTuple):
    """Mean normalised squared error beside the band in which it belongs."""

    mean: float
    low: float
    high: float
    n: int
    dimension: int

    @property
    def is_within(self) -> bool:
        """The mean lies in the band: the filter is neither too sure nor too shy."""
        return self.low <= self.mean <= self.high


def normalised_squares(errors: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Squared error over its covariance: NEES of states, NIS of innovations.

    Parameters
    ----------
    errors : ndarray
        (n, d)
    covariances : ndarray
        (n, d, d), symmetric and positive definite.

    Returns
    -------
    ndarray
        (n,); of mean d if the errors are as the covariances say. Unchanged by any change of units.
    """
    solved = np.linalg.solve(covariances, errors[:, :, np.newaxis])[:, :, 0]
    return np.einsum("ij,ij->i", errors, solved)


def consistency(squares: np.ndarray, dimension: int, confidence: float = 0.95) -> Consistency:
    """Mean of independent normalised squares and the two-sided chi-square band of that mean.

    Parameters
    ----------
    squares : ndarray
        (n,) one a run; values of successive times of one run are not independent.
    dimension : int
        Degrees of freedom of each.
    confidence : float
        Share of consistent filters whose mean lies inside the band.

    Source
    ------
    Y. Bar-Shalom, X. R. Li and T. Kirubarajan, Estimation with Applications to Tracking and
    Navigation (2001), section 5.4.
    """
    from scipy.stats import chi2

    n = len(squares)
    if not n:
        return Consistency(np.nan, np.nan, np.nan, 0, dimension)
    tails = (0.5 - 0.5 * confidence, 0.5 + 0.5 * confidence)
    low, high = chi2.ppf(tails, n * dimension) / n
    return Consistency(float(np.mean(squares)), float(low), float(high), n, dimension)
