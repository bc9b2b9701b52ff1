"""Estimates with honest intervals: a value never travels without its uncertainty.

The trial is the independent unit. Threats of one trial share a defence, its magazines and its
channels, so they are *not* independent: a share of threats is the mean (or ratio) of per-trial
figures, and only events that happen once per trial are proportions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rempart.base.errors import RempartError

CONFIDENCE = 0.95
UNBOUNDED = (-math.inf, math.inf)
SHARE = (0.0, 1.0)


@dataclass(frozen=True)
class Estimate:
    """A value, the bounds of its 95 % interval, the number of trials behind it, and how it was got.

    `unit` is "1" for a share. A bound that the data cannot give is infinite; a value that does not
    exist (rounds per kill without a kill) is not a number; both become null in `to_json`.
    """

    value: float
    low: float
    high: float
    n: int
    unit: str = "1"
    method: str = ""

    def to_json(self) -> dict[str, float | int | str | None]:
        """The five figures of the `--json` object."""
        return {
            "value": _finite(self.value),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "n": self.n,
            "unit": self.unit,
        }


def proportion(
    successes: int, n: int, method: str = "wilson", confidence: float = CONFIDENCE, unit: str = "1"
) -> Estimate:
    """Share of `n` independent trials in which something happened.

    Parameters
    ----------
    successes, n : int
    method : str
        `wilson`, `jeffreys` or `clopper-pearson`.

    Returns
    -------
    Estimate
        0 <= low <= value <= high <= 1; never of zero width.

    Source
    ------
    Wilson, J. Am. Stat. Assoc. 22 (1927) 209; Clopper & Pearson, Biometrika 26 (1934) 404;
    Brown, Cai & DasGupta, Stat. Sci. 16 (2001) 101.
    """
    if method not in _INTERVALS:
        raise RempartError(f"no interval is called {method!r}; allowed: {', '.join(_INTERVALS)}")
    if n == 0:
        return Estimate(math.nan, 0.0, 1.0, 0, unit, method)
    low, high = _INTERVALS[method](successes, n, 1.0 - confidence)
    return Estimate(successes / n, float(low), float(high), n, unit, method)


def mean_over_trials(
    values: Sequence[float] | np.ndarray, unit: str = "1", bounds: tuple[float, float] = UNBOUNDED
) -> Estimate:
    """Mean of one figure per trial, with Student's t interval cut at what is possible.

    Parameters
    ----------
    values : (n_trials,) array
    bounds : (float, float)
        Least and greatest value that a trial can have; used when all trials are equal.

    Returns
    -------
    Estimate
        Of positive width; adding a constant to every trial and bound shifts all three figures by it.
    """
    data = np.asarray(values, dtype=np.float64)
    return _estimate(float(data.mean()) if data.size else math.nan, data, unit, bounds, "mean over trials")


def ratio_over_trials(
    numerators: np.ndarray,
    denominators: np.ndarray,
    unit: str = "1",
    bounds: tuple[float, float] = UNBOUNDED,
) -> Estimate:
    """Sum of one per-trial figure over the sum of another, trials as clusters (delta method).

    Parameters
    ----------
    numerators, denominators : (n_trials,) array

    Returns
    -------
    Estimate
        Equal to the mean over trials of the numerator when every denominator is 1.

    Source
    ------
    Cochran, Sampling Techniques (1977), section 6.3, linearised ratio estimator.
    """
    top = np.asarray(numerators, dtype=np.float64)
    bottom = np.asarray(denominators, dtype=np.float64)
    total = float(bottom.sum())
    if total == 0.0:
        return Estimate(math.nan, bounds[0], bounds[1], len(top), unit, "ratio over trials")
    value = float(top.sum()) / total
    linear = value + (top - value * bottom) / (total / len(bottom))
    return _estimate(value, linear, unit, bounds, "ratio over trials")


def chance_unseen(n: int, confidence: float = CONFIDENCE) -> float:
    """Greatest chance per trial of something that none of `n` trials showed: about 3 / n.

    Returns
    -------
    float
        p with (1 - p)^n = 1 - confidence; falls with n.

    Source
    ------
    Hanley & Lippman-Hand, J. Am. Med. Assoc. 249 (1983) 1743, "rule of three".
    """
    return 1.0 - (1.0 - confidence) ** (1.0 / n)


def trials_needed(deviation: float, half_width: float, confidence: float = CONFIDENCE) -> int:
    """Trials for an interval of ± `half_width` when one trial has this standard deviation."""
    return max(2, math.ceil((_normal_quantile(confidence) * deviation / half_width) ** 2))


def trials_to_tell(deviation: float, difference: float, power: float = 0.8) -> int:
    """Paired trials after which a true difference is told apart from none with this chance."""
    return max(
        2, math.ceil(((_normal_quantile(CONFIDENCE) + _one_sided(power)) * deviation / difference) ** 2)
    )


def difference_told(deviation: float, n: int, power: float = 0.8) -> float:
    """Smallest true difference that `n` paired trials tell apart from none with this chance."""
    return (_normal_quantile(CONFIDENCE) + _one_sided(power)) * deviation / math.sqrt(n)


def _estimate(
    value: float, data: np.ndarray, unit: str, bounds: tuple[float, float], method: str
) -> Estimate:
    n = len(data)
    if n == 0:
        return Estimate(math.nan, bounds[0], bounds[1], 0, unit, method)
    if n == 1:
        return Estimate(value, bounds[0], bounds[1], 1, unit, "one trial gives no interval")
    spread = float(data.std(ddof=1))
    if spread <= 1e-12 * max(1.0, abs(value)):
        low, high = _bounds_of_equal(value, n, bounds)
        return Estimate(value, low, high, n, unit, "all trials equal: rule of three")
    half = _student_quantile(n - 1) * spread / math.sqrt(n)
    return Estimate(value, max(bounds[0], value - half), min(bounds[1], value + half), n, unit, method)


def _bounds_of_equal(value: float, n: int, bounds: tuple[float, float]) -> tuple[float, float]:
    """A trial not yet seen may lie anywhere within the bounds; without bounds, one unit away."""
    chance = chance_unseen(n)
    below = value - bounds[0] if math.isfinite(bounds[0]) else 1.0
    above = bounds[1] - value if math.isfinite(bounds[1]) else 1.0
    return value - chance * below, value + chance * above


def _wilson(successes: int, n: int, alpha: float) -> tuple[float, float]:
    z = _normal_quantile(1.0 - alpha)
    p = successes / n
    centre = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return low, high


def _jeffreys(successes: int, n: int, alpha: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    a, b = successes + 0.5, n - successes + 0.5
    low = 0.0 if successes == 0 else betaincinv(a, b, alpha / 2)
    high = 1.0 if successes == n else betaincinv(a, b, 1 - alpha / 2)
    return low, high


def _clopper_pearson(successes: int, n: int, alpha: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    low = 0.0 if successes == 0 else betaincinv(successes, n - successes + 1, alpha / 2)
    high = 1.0 if successes == n else betaincinv(successes + 1, n - successes, 1 - alpha / 2)
    return low, high


_INTERVALS = {"wilson": _wilson, "jeffreys": _jeffreys, "clopper-pearson": _clopper_pearson}


def _normal_quantile(confidence: float) -> float:
    return _one_sided(0.5 + confidence / 2)


def _one_sided(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(level)


def _student_quantile(degrees_of_freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, 0.5 + CONFIDENCE / 2))


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
