"""Variance split into luck and ignorance: samples of the figures crossed with trials of the dice."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rempart.analysis.estimates import CONFIDENCE, SHARE, Estimate, mean_over_trials


@dataclass(frozen=True)
class Split:
    """What one raid's leakage varies by, as standard deviations, and what of the variance is ignorance.

    `noise` is the standard deviation that luck leaves in the mean of one sample's trials, apart
    from what all samples share: so much of the spread of the samples is not ignorance.
    """

    mean: Estimate
    luck: Estimate
    ignorance: Estimate
    ignorance_share: Estimate
    noise: float


def split_variance(values: np.ndarray) -> Split:
    """Luck and ignorance of a figure that each sample's trials give.

    Parameters
    ----------
    values : (n_samples, n_trials) array
        From 0 to 1. Trial j has the same dice in every sample.

    Returns
    -------
    Split
        The mean is that of all values; no standard deviation is negative, and the share of
        ignorance lies in [0, 1] (not a number where nothing varies).

    Source
    ------
    Searle, Casella & McCulloch, Variance Components (1992), ch. 4: two-way crossed, random effects,
    one value a cell, by analysis of variance. Intervals by leaving out one sample at a time (Efron &
    Stein, Ann. Stat. 9 (1981) 586).

    Limits
    ------
    With few samples the intervals are rough. A negative estimate of the variance of ignorance, which
    chance may give where there is none, counts as zero.
    """
    spread = _components(values)
    without = [_components(np.delete(values, row, axis=0)) for row in range(len(values))]
    luck, ignorance, share = (
        _jackknifed(spread[part], np.array([other[part] for other in without]), bounds)
        for part, bounds in enumerate(((0.0, math.inf), (0.0, math.inf), SHARE))
    )
    return Split(_mean(values), luck, ignorance, share, math.sqrt(_squares(values)[2] / values.shape[1]))


def _components(values: np.ndarray) -> tuple[float, float, float]:
    """Standard deviations by luck and by ignorance, and the share of ignorance in the variance."""
    between, _, rest = _squares(values)
    luck = float(values.var(axis=1, ddof=1).mean())
    ignorance = max((between - rest) / values.shape[1], 0.0)
    total = luck + ignorance
    return math.sqrt(luck), math.sqrt(ignorance), ignorance / total if total > 1e-18 else math.nan


def _squares(values: np.ndarray) -> tuple[float, float, float]:
    """Mean squares of samples, of trials, and of what is left."""
    n_samples, n_trials = values.shape
    rows, columns = values.mean(axis=1), values.mean(axis=0)
    rest = values - rows[:, None] - columns + values.mean()
    return (
        n_trials * float(rows.var(ddof=1)),
        n_samples * float(columns.var(ddof=1)),
        float((rest**2).sum()) / ((n_samples - 1) * (n_trials - 1)),
    )


def _mean(values: np.ndarray) -> Estimate:
    """Mean over samples and trials; each sample and each trial is drawn anew in another loop."""
    n_samples, n_trials = values.shape
    between, across, rest = _squares(values)
    variance = max(between + across - rest, rest) / values.size
    if variance <= 1e-18:
        return mean_over_trials(values.mean(axis=0), bounds=SHARE)
    value, half = float(values.mean()), _student(min(n_samples, n_trials) - 1) * math.sqrt(variance)
    low, high = max(value - half, 0.0), min(value + half, 1.0)
    return Estimate(value, low, high, n_samples, "1", "mean over samples and trials")


def _jackknifed(value: float, without: np.ndarray, bounds: tuple[float, float]) -> Estimate:
    n = len(without)
    if not (math.isfinite(value) and np.isfinite(without).all()):
        return Estimate(value, *bounds, n, "1", "no interval")
    error = math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    half = _student(n - 1) * error
    return Estimate(value, max(value - half, bounds[0]), min(value + half, bounds[1]), n, "1", "jackknife")


def _student(degrees_of_freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, 0.5 + CONFIDENCE / 2))
