"""The answer over the catalogue's ranges: how leakage spreads with the figures, and which of them matter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rempart.analysis.estimates import SHARE, Estimate, mean_over_trials
from rempart.analysis.importance import Importance, importance, samples_to_tell
from rempart.analysis.variance import Split, split_variance
from rempart.analysis.wording import estimate_text, fixed, number, percent, plural, words
from rempart.events.vehicle_classes import CLASS_NAMES

if TYPE_CHECKING:
    from rempart.run.outer_loop import Ranges

ALL = "all threats"
MODERATE = 0.4
"""Rank correlation for which the answer says how many samples would tell it: a sixth of the variance."""


@dataclass(frozen=True)
class Band:
    """How expected leakage spreads over the samples."""

    low: float
    """5 % of the samples lie below"""
    median: float
    high: float
    """5 % of the samples lie above"""
    least: float
    most: float

    def to_json(self) -> dict[str, float]:
        """Quantiles and extremes."""
        told = {"p05": self.low, "median": self.median, "p95": self.high}
        return {**told, "least": self.least, "most": self.most}


@dataclass(frozen=True)
class Weight:
    """What one figure of a system does to leakage, and how far to trust the figure."""

    system: str
    path: str
    value: str
    grade: str
    citation: str
    sources: tuple[str, ...]
    threats: str
    """whose leakage: a class of threat, or all"""
    correlation: Estimate
    points: float
    """by how much the figure's doubt alone moves the leakage of the raid, one standard deviation"""
    p: float
    is_told: bool

    @property
    def label(self) -> str:
        """The figure as people read it."""
        path = self.path
        for part in ("sensors.", "fire_unit.", "weapons."):
            path = path.removeprefix(part)
        return f"{self.system} · {words(path).replace('.', ' · ')}"

    def to_json(self) -> dict[str, Any]:
        """The figure, its weight and its standing."""
        return {
            "system": self.system,
            "path": self.path,
            "value": self.value,
            "grade": self.grade,
            "citation": self.citation,
            "sources": list(self.sources),
            "threats": self.threats,
            "rank_correlation": self.correlation.to_json(),
            "moves_leakage": self.points if self.is_told else None,
            "p": self.p,
            "is_told": self.is_told,
        }


@dataclass(frozen=True)
class Spread:
    """Leakage of all threats, or of those of one class, over the samples."""

    nominal: Estimate
    split: Split
    band: Band
    expected: np.ndarray
    """mean leakage of each sample"""
    weights: tuple[Weight, ...]
    """of every figure, the strongest first"""

    def to_json(self) -> dict[str, Any]:
        """Estimates, band and the strongest figure."""
        return {
            "leakage": self.split.mean.to_json(),
            "leakage_nominal": self.nominal.to_json(),
            "luck": self.split.luck.to_json(),
            "ignorance": self.split.ignorance.to_json(),
            "ignorance_share": self.split.ignorance_share.to_json(),
            "band": self.band.to_json(),
            "strongest": self.weights[0].to_json(),
        }


@dataclass(frozen=True)
class RangesSummary:
    """The answers of one outer loop."""

    version: str
    scenario: str
    title: str
    question: str
    digest: str
    seed: int
    asked: int
    trials: int
    left_out: dict[int, str]
    total: Spread
    by_class: dict[str, Spread]
    chance: float
    is_partial: bool

    @property
    def played(self) -> int:
        """Samples that could be played."""
        return len(self.total.expected)

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        band, told = self.total.band, self.total.split.mean
        return (
            f"Over the ranges of {plural(len(self.total.weights), 'figure')}, {estimate_text(told)} of the "
            f"raid leaks through; expected leakage is {fixed(100 * band.low, 1)} to {percent(band.high)} "
            f"in nine samples of ten."
        )

    @property
    def support(self) -> str:
        """What is luck, what is ignorance, and what follows."""
        split = self.total.split
        if math.isnan(split.ignorance_share.value):
            return "Leakage is the same in every trial of every sample: neither luck nor figures matter here."
        share = estimate_text(split.ignorance_share)
        points = f"{_points(split.ignorance)} percentage points by ignorance, {_points(split.luck)} by luck"
        return (
            f"With every figure at its nominal it is {estimate_text(self.total.nominal)}. One raid's leakage "
            f"has a standard deviation of {points}; ignorance makes {share} of the variance.{self._remedy()}"
        )

    @property
    def ranking(self) -> tuple[Weight, ...]:
        """Every figure once: those that are told, by what they move, then the others by correlation."""
        first: dict[tuple[str, str], Weight] = {}
        for spread in (self.total, *self.by_class.values()):
            for weight in filter(lambda one: one.is_told, spread.weights):
                first.setdefault((weight.system, weight.path), weight)
        told = sorted(first.values(), key=lambda one: -one.points)
        untold = [one for one in self.total.weights if (one.system, one.path) not in first]
        return (*told, *untold)

    @property
    def advice(self) -> str:
        """Which figures to look up first, as far as so many samples tell."""
        told = [weight for weight in self.ranking if weight.is_told]
        reach = (
            f"Among {plural(len(self.ranking), 'figure')} in {plural(self.played, 'sample')}, chance alone "
            f"may bring the strongest to a rank correlation of {fixed(self.chance, 2)}"
        )
        if told:
            names = ", ".join(f"{weight.label} ({_of(weight)})" for weight in told[:3])
            more = f" and {number(len(told) - 3)} more" if len(told) > 3 else ""
            return f"Look up first: {names}{more}. {reach}; these go farther."
        if self.chance <= MODERATE:
            return f"No single figure is told apart from chance. {reach}."
        families = len(self.by_class) + 1 if len(self.by_class) > 1 else 1
        needed = samples_to_tell(MODERATE, len(self.ranking), families)
        return (
            f"No single figure is told apart from chance. {reach}; about {number(needed)} samples would "
            f"bring that down to {fixed(MODERATE, 1)}."
        )

    @property
    def coverage(self) -> str:
        """How much of what is believed the samples' extremes bracket."""
        n, band = self.played, self.total.band
        chance = 1.0 - n * 0.9 ** (n - 1) + (n - 1) * 0.9**n
        return (
            f"The least and the most of {plural(n, 'sample')}, {fixed(100 * band.least, 1)} and "
            f"{percent(band.most)}, bracket nine tenths of what the ranges allow with a confidence of "
            f"{percent(chance, 0)}. Of this spread, a standard deviation of "
            f"{fixed(100 * self.total.split.noise, 1)} percentage points is luck left over in "
            f"{plural(self.trials, 'trial')} a sample."
        )

    @property
    def gaps(self) -> str:
        """What was left out, and why; empty if nothing was."""
        if not self.left_out:
            return ""
        reason = next(iter(self.left_out.values()))
        return (
            f"{plural(len(self.left_out), 'sample')} of {number(self.asked)} could not be: figures "
            f"contradict each other there (such as {reason})."
        )

    def to_json(self, seconds: float | None = None) -> dict[str, Any]:
        """The object that `ranges --json` prints."""
        total = self.total.to_json()
        return {
            "rempart": self.version,
            "scenario": self.scenario,
            "digest": self.digest,
            "seed": self.seed,
            "samples": self.asked,
            "played": self.played,
            "trials": self.trials,
            "measures": {name: total[name] for name in total if name not in ("band", "strongest")},
            "band": total["band"],
            "by_class": {name: spread.to_json() for name, spread in self.by_class.items()},
            "figures": [weight.to_json() for weight in self.ranking],
            "correlation": "partial rank" if self.is_partial else "rank",
            "chance": self.chance,
            "left_out": {str(sample): why for sample, why in self.left_out.items()},
            "seconds": seconds,
        }

    def _remedy(self) -> str:
        share = self.total.split.ignorance_share
        if share.low > 0.5:
            return " More trials would not make it surer; better figures would."
        if share.high < 0.5:
            return " A single raid is more a matter of luck than of the figures."
        return ""


def summarise_ranges(found: Ranges) -> RangesSummary:
    """The answers of an outer loop.

    Returns
    -------
    RangesSummary
        The same for the same samples, in whatever order or on however many threads they were played.
    """
    told = found.manifest["scenario"]
    classes = sorted(name for name, n in zip(CLASS_NAMES, found.threats, strict=True) if n)
    families = len(classes) + 1 if len(classes) > 1 else 1
    total, overall = _spread(found, ALL, families)
    return RangesSummary(
        version=str(found.manifest["rempart"]),
        scenario=str(told["name"]),
        title=str(told["title"] or told["name"]),
        question=str(told["question"] or ""),
        digest=str(found.manifest["digest"]),
        seed=int(found.manifest["seed"]),
        asked=int(found.manifest["samples"]),
        trials=int(found.manifest["trials"]),
        left_out=dict(found.left_out),
        total=total,
        by_class={name: _spread(found, name, families)[0] for name in classes},
        chance=overall.chance,
        is_partial=overall.is_partial,
    )


def _spread(found: Ranges, name: str, families: int) -> tuple[Spread, Importance]:
    """Leakage of the threats of a class, or of all."""
    chosen = np.array([name in (ALL, one) for one in CLASS_NAMES])
    threats = max(int(found.threats[chosen].sum()), 1)
    leakage = found.leakers[:, :, chosen].sum(axis=2) / threats
    nominal = found.nominal[:, chosen].sum(axis=1) / threats
    expected = leakage.mean(axis=1)
    weighed = importance(found.values, expected, int(found.manifest["seed"]), families)
    moved = float(expected.std(ddof=1)) * threats / max(int(found.threats.sum()), 1)
    spread = Spread(
        mean_over_trials(nominal, bounds=SHARE),
        split_variance(leakage),
        _band(expected),
        expected,
        _weights(found, name, weighed, moved),
    )
    return spread, weighed


def _band(expected: np.ndarray) -> Band:
    low, median, high = (float(one) for one in np.quantile(expected, [0.05, 0.5, 0.95]))
    return Band(low, median, high, float(expected.min()), float(expected.max()))


def _weights(found: Ranges, name: str, weighed: Importance, moved: float) -> tuple[Weight, ...]:
    rows = [
        Weight(
            doubt.system,
            doubt.path,
            doubt.figure.written,
            doubt.figure.grade,
            doubt.figure.citation,
            doubt.figure.sources,
            name,
            correlation,
            abs(float(plain)) * moved,
            float(p),
            bool(is_told),
        )
        for doubt, correlation, plain, p, is_told in zip(
            found.doubts, weighed.correlation, weighed.plain, weighed.p, weighed.is_told, strict=True
        )
    ]
    return tuple(sorted(rows, key=lambda row: -abs(row.correlation.value)))


def _of(weight: Weight) -> str:
    """Whose leakage a figure moves, and by how much."""
    whose = "" if weight.threats == ALL else f"by way of {weight.threats}, "
    return f"{whose}± {fixed(100 * weight.points, 1)} points"


def _points(deviation: Estimate) -> str:
    return fixed(100 * deviation.value, 1)
