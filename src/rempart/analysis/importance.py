"""Which uncertain figures matter: rank correlation with the outcome, told apart from chance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.analysis.estimates import CONFIDENCE, Estimate

SPARE_SAMPLES = 12
"""So many samples more than figures are needed before each is weighed with the others held fixed."""
N_SHUFFLES = 2000


class Importance(NamedTuple):
    """The weight of each figure; arrays are over figures."""

    correlation: tuple[Estimate, ...]
    """rank correlation with the outcome, partial if `is_partial`; positive: more of it, more leaks"""
    plain: np.ndarray
    """rank correlation with the others left as they are"""
    p: np.ndarray
    """how often the strongest of all figures is as strong as this one by chance alone"""
    chance: float
    """correlation up to which the strongest of all figures may get by chance alone"""
    is_partial: bool

    @property
    def is_told(self) -> np.ndarray:
        """Whether a figure is told apart from chance, all figures looked at."""
        return self.p < 1.0 - CONFIDENCE


def importance(values: np.ndarray, outcome: np.ndarray, seed: int = 1, families: int = 1) -> Importance:
    """Rank correlation of each figure with an outcome.

    Parameters
    ----------
    values : (n_samples, n_figures) array
    outcome : (n_samples,) array
    seed : int
        Of the shuffles that say what chance alone would give.
    families : int
        Outcomes that are looked at in the same way; chance has so many tries more (Bonferroni).

    Returns
    -------
    Importance
        Correlations lie in [-1, 1] and do not change where a figure or the outcome is put through a
        rising function. Of loops in which no figure matters, at most one in twenty tells any.

    Source
    ------
    Spearman, Am. J. Psychol. 15 (1904) 72; partial: Iman & Conover, Commun. Stat. A 9 (1980) 1749;
    intervals: Bonett & Wright, Psychometrika 65 (2000) 23; the greatest of many under shuffles:
    Westfall & Young, Resampling-Based Multiple Testing (1993).

    Limits
    ------
    Ranks see what rises or falls; a figure whose middle is best goes unseen, and so does one that
    matters only together with another. Without the partial form, figures that happen to go together
    in the samples share what either does.
    """
    from scipy.stats import rankdata

    n_samples, n_figures = values.shape
    is_partial = n_samples >= n_figures + SPARE_SAMPLES
    ranks = _centred(rankdata(values, axis=0))
    target = _centred(rankdata(outcome))
    basis = np.linalg.pinv(ranks) if is_partial else ranks.T
    directions = _of_unit_length(basis)
    rest = np.eye(n_samples) - ranks @ basis if is_partial else None
    found = _correlations(directions, target[:, None], rest)[:, 0]
    plain = _correlations(_of_unit_length(ranks.T), target[:, None], None)[:, 0]
    rng = np.random.default_rng(seed)
    shuffled = np.stack([rng.permutation(target) for _ in range(N_SHUFFLES)], axis=1)
    strongest = np.abs(_correlations(directions, shuffled, rest)).max(axis=0)
    reached = (strongest[None, :] >= np.abs(found)[:, None] - 1e-12).sum(axis=1)
    freedom = n_samples - 3 - (n_figures - 1 if is_partial else 0)
    return Importance(
        tuple(_interval(float(one), freedom, n_samples) for one in found),
        plain,
        np.minimum(families * (1 + reached) / (1 + N_SHUFFLES), 1.0),
        float(np.quantile(strongest, 1.0 - (1.0 - CONFIDENCE) / families)),
        is_partial,
    )


def samples_to_tell(correlation: float, n_figures: int, families: int = 1) -> int:
    """Samples at which chance alone would reach no more than this correlation, about."""
    from scipy.special import ndtri

    reached = float(ndtri(1.0 - 0.5 * (1.0 - CONFIDENCE) / (n_figures * families)))
    return 3 + math.ceil((reached / math.atanh(correlation)) ** 2)


def _correlations(directions: np.ndarray, targets: np.ndarray, rest: np.ndarray | None) -> np.ndarray:
    """(n_figures, n_targets): each target along each direction, against all of it or what is left."""
    along = directions @ targets
    if rest is None:
        length = np.sqrt((targets**2).sum(axis=0))
    else:
        length = np.sqrt(((rest @ targets) ** 2).sum(axis=0) + along**2)
    return np.divide(along, length, out=np.zeros_like(along), where=length > 1e-9)


def _centred(ranks: np.ndarray) -> np.ndarray:
    return np.asarray(ranks - ranks.mean(axis=0), dtype=np.float64)


def _of_unit_length(rows: np.ndarray) -> np.ndarray:
    length = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-12)


def _interval(correlation: float, freedom: int, n_samples: int) -> Estimate:
    from scipy.special import ndtri

    if freedom < 1:
        return Estimate(correlation, -1.0, 1.0, n_samples, "rank", "too few samples for an interval")
    # Ranks cannot tell a correlation from one half a step of Spearman's away from it.
    most = 1.0 - 6.0 / (n_samples * (n_samples**2 - 1))
    inner = min(max(correlation, -most), most)
    half = float(ndtri(0.5 + CONFIDENCE / 2)) * math.sqrt((1.0 + inner**2 / 2.0) / freedom)
    low = min(math.tanh(math.atanh(inner) - half), correlation)
    high = max(math.tanh(math.atanh(inner) + half), correlation)
    return Estimate(correlation, low, high, n_samples, "rank", "Fisher's transformation")
