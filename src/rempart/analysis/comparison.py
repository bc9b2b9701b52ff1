"""Two runs with the same dice, trial by trial: what the change did, and whether that can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rempart.analysis.air_picture import UNITS
from rempart.analysis.estimates import (
    Estimate,
    difference_told,
    mean_over_trials,
    trials_to_tell,
)
from rempart.analysis.records import Records, Results, read_records
from rempart.analysis.wording import fixed, number, words
from rempart.base.errors import Fault, RempartError
from rempart.events.outcomes import CAUSE_NAMES

_COMPARED = {
    "leakage": "1",
    "leakers": "threats",
    "killed": "threats",
    "shots": "rounds",
    "value_lost": "1",
    "civil_engaged": "aircraft",
    "civil_killed": "aircraft",
    "sensors_lost": "sensors",
    "units_lost": "fire units",
    "false_tracks": "tracks",
    "swaps": "tracks",
    "duals": "tracks",
    "shots_at_nothing": "rounds",
    "spent": "USD",
    "destroyed": "USD",
    "readiness": "1",
    **UNITS,
}
_ONLY_IF_TOLD = (
    "sensors_lost",
    "units_lost",
    "false_tracks",
    "swaps",
    "duals",
    "shots_at_nothing",
    "spent",
    "destroyed",
    "readiness",
    *UNITS,
)


@dataclass(frozen=True)
class Difference:
    """One figure in A and in B, and B − A as the mean of the per-trial differences.

    `variance_ratio` says how many times more trials the same interval would have cost without
    common dice; it is not a number where the difference never varies.
    """

    a: Estimate
    b: Estimate
    difference: Estimate
    deviation: float
    variance_ratio: float

    @property
    def is_told(self) -> bool:
        """The 95 % interval of the difference leaves zero out."""
        return self.difference.low > 0.0 or self.difference.high < 0.0

    def to_json(self) -> dict[str, Any]:
        """A, B, B − A and the variance ratio."""
        ratio = self.variance_ratio if np.isfinite(self.variance_ratio) else None
        return {
            "a": self.a.to_json(),
            "b": self.b.to_json(),
            "difference": self.difference.to_json(),
            "variance_ratio": ratio,
        }


@dataclass(frozen=True)
class Comparison:
    """B against A over the same trials; all differences are B − A."""

    version: str
    title_a: str
    title_b: str
    digest_a: str
    digest_b: str
    seed: int
    trials: int
    notes: tuple[str, ...]
    measures: dict[str, Difference]
    by_class: dict[str, Difference]
    causes: dict[str, Difference]

    @property
    def leakage(self) -> Difference:
        """The difference that the verdict is about."""
        return self.measures["leakage"]

    @property
    def verdict(self) -> str:
        """One sentence: what B does to leakage, with interval; or that it cannot be told."""
        told = self.leakage
        if not told.deviation:
            return _same_everywhere(told, self.trials)
        return _told(told, self.trials) if told.is_told else _untold(told, self.trials)

    def to_json(self, seconds: float | None = None) -> dict[str, Any]:
        """The object that `compare --json` prints."""
        return {
            "rempart": self.version,
            "a": {"scenario": self.title_a, "digest": self.digest_a},
            "b": {"scenario": self.title_b, "digest": self.digest_b},
            "seed": self.seed,
            "trials": self.trials,
            "verdict": self.verdict,
            "notes": list(self.notes),
            "measures": {name: told.to_json() for name, told in self.measures.items()},
            "by_class": {name: told.to_json() for name, told in self.by_class.items()},
            "leak_causes": {name: told.to_json() for name, told in self.causes.items()},
            "seconds": seconds,
        }


def compare(a: Results, b: Results) -> Comparison:
    """B against A, paired trial by trial; trials that only one of them has are left out.

    Raises
    ------
    RempartError
        If the seeds differ or no trial is common: the dice would not be the same.
    """
    seed = _common_seed(a, b)
    common, notes = _common_trials(a, b)
    first, second = read_records(a, common), read_records(b, common)
    figures_a, figures_b = _figures(first), _figures(second)
    return Comparison(
        version=str(b.manifest.get("rempart", "")),
        title_a=_title(a),
        title_b=_title(b),
        digest_a=str(a.manifest.get("digest", "")),
        digest_b=str(b.manifest.get("digest", "")),
        seed=seed,
        trials=len(common),
        notes=(*notes, *_remarks(a, b)),
        measures={
            name: paired(figures_a[name], figures_b[name], unit)
            for name, unit in _COMPARED.items()
            if name not in _ONLY_IF_TOLD or _is_told(figures_a[name], figures_b[name])
        },
        by_class=_class_differences(first, second),
        causes=_cause_differences(first, second),
    )


def paired(a: np.ndarray, b: np.ndarray, unit: str = "1") -> Difference:
    """Mean difference B − A of one figure per trial, with Student's t interval on the differences.

    Returns
    -------
    Difference
        Antisymmetric: exchanging A and B changes only signs.

    Source
    ------
    Law, Simulation Modeling and Analysis (2015), section 11.2, common random numbers.
    """
    low, high = (0.0, 1.0) if unit == "1" else (0.0, float(max(a.max(initial=0.0), b.max(initial=0.0), 1.0)))
    gap = b - a
    deviation = float(gap.std(ddof=1)) if len(gap) > 1 else 0.0
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if len(gap) > 1 else 0.0
    return Difference(
        a=mean_over_trials(a, unit, (low, high)),
        b=mean_over_trials(b, unit, (low, high)),
        difference=mean_over_trials(gap, unit, (low - high, high - low)),
        deviation=deviation,
        variance_ratio=apart / deviation**2 if deviation > 0 else float("nan"),
    )


def _figures(records: Records) -> dict[str, np.ndarray]:
    threats = np.maximum(records.per_trial(records.is_threat), 1.0)
    leakers = records.per_trial(records.is_leaker)
    found = {"leakage": leakers / threats, "leakers": leakers, "killed": records.per_trial(records.is_killed)}
    return found | {name: records.measure(name) for name in _COMPARED if name not in found}


def _is_told(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether every trial knows the figure, and any has more than zero of it."""
    return bool(np.isfinite(a).all() and np.isfinite(b).all() and (a.any() or b.any()))


def _class_differences(a: Records, b: Records) -> dict[str, Difference]:
    shares_a, shares_b = _leakage_by_class(a), _leakage_by_class(b)
    return {name: paired(shares_a[name], shares_b[name]) for name in shares_a if name in shares_b}


def _leakage_by_class(records: Records) -> dict[str, np.ndarray]:
    found = {}
    for name in sorted(records.vehicle_class.names):
        rows = records.is_threat & records.vehicle_class.is_(name)
        if rows.any():
            threats = np.maximum(records.per_trial(rows), 1.0)
            found[name] = records.per_trial(rows & records.is_leaker) / threats
    return found


def _cause_differences(a: Records, b: Records) -> dict[str, Difference]:
    found = {}
    for cause in CAUSE_NAMES:
        counts = [r.per_trial(r.is_leaker & r.cause.is_(cause)) for r in (a, b)]
        if counts[0].any() or counts[1].any():
            found[cause] = paired(counts[0], counts[1], "threats")
    return dict(sorted(found.items(), key=lambda pair: -abs(pair[1].difference.value)))


def _common_seed(a: Results, b: Results) -> int:
    seeds = int(a.manifest.get("seed", 0)), int(b.manifest.get("seed", 0))
    if seeds[0] != seeds[1]:
        raise RempartError(
            Fault(
                f"{_title(a)} and {_title(b)}",
                f"seeds {seeds[0]} and {seeds[1]}",
                "two runs with the same seed, so that both are played with the same dice",
                f"Run one of them again with seed {seeds[0]}.",
            )
        )
    return seeds[0]


def _common_trials(a: Results, b: Results) -> tuple[np.ndarray, tuple[str, ...]]:
    first, second = (np.unique(r.measures["trial"].to_numpy()) for r in (a, b))
    common = np.intersect1d(first, second)
    if not common.size:
        raise RempartError(
            Fault(
                f"{_title(a)} and {_title(b)}",
                "no trial in common",
                "runs that share at least one trial number",
                "Run both with the same number of trials.",
            )
        )
    if len(common) == len(first) == len(second):
        return common, ()
    told = f"A has {number(len(first))} trials and B has {number(len(second))}; only the"
    return common, (f"{told} {number(len(common))} that both have are compared.",)


def _remarks(a: Results, b: Results) -> tuple[str, ...]:
    remarks = []
    if a.manifest.get("digest") and a.manifest.get("digest") == b.manifest.get("digest"):
        remarks.append("A and B are the same run.")
    versions = a.manifest.get("rempart"), b.manifest.get("rempart")
    if versions[0] != versions[1]:
        remarks.append(f"A was run with Rempart {versions[0]}, B with {versions[1]}.")
    return tuple(remarks)


def _title(results: Results) -> str:
    told: Mapping[str, Any] = results.manifest.get("scenario", {})
    return str(told.get("title") or told.get("name") or "untitled")


def _points(share: float) -> str:
    return fixed(100 * share, 1)


def _told(told: Difference, trials: int) -> str:
    value, low, high = told.difference.value, told.difference.low, told.difference.high
    if value < 0:
        value, low, high, direction = -value, -high, -low, "less"
    else:
        direction = "more"
    return (
        f"B leaks {_points(value)} percentage points {direction} than A "
        f"(95 % interval {_points(low)} to {_points(high)}, {number(trials)} paired trials)."
    )


def _untold(told: Difference, trials: int) -> str:
    if trials < 2:
        return "One paired trial cannot tell a difference; run more trials."
    seen = max(abs(told.difference.value), 0.01)
    needed = max(trials + 1, trials_to_tell(told.deviation, seen))
    interval = f"{_points(told.difference.low)} to {_points(told.difference.high)}"
    return (
        f"No difference in leakage can be told at {number(trials)} paired trials "
        f"(B − A is {_points(told.difference.value)} percentage points, 95 % interval {interval}); "
        f"they would tell one of {_points(difference_told(told.deviation, trials))} points, and "
        f"{number(needed)} trials one of {_points(seen)} points (4 times in 5)."
    )


def _same_everywhere(told: Difference, trials: int) -> str:
    value = told.difference.value
    if trials < 2:
        return "One paired trial cannot tell a difference; run more trials."
    if value == 0.0:
        return f"A and B leak the same in every one of {number(trials)} paired trials."
    direction = words("less" if value < 0 else "more")
    return (
        f"B leaks {_points(abs(value))} percentage points {direction} than A "
        f"in every one of {number(trials)} paired trials."
    )
