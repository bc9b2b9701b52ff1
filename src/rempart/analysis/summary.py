"""What came of a run: leakage, its causes, the kill chain, rounds, assets, civil traffic, time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rempart.analysis.air_picture import picture_estimates
from rempart.analysis.estimates import (
    SHARE,
    Estimate,
    mean_over_trials,
    proportion,
    ratio_over_trials,
)
from rempart.analysis.records import MOMENTS, Labels, Records, Results, read_records
from rempart.events.outcomes import CAUSE_NAMES

STAGES: dict[str, str] = {
    "threats": "threats of the raid",
    "in coverage": "some radar could have seen it",
    "detected": "at least one look detected it",
    "firm track": "its track was confirmed",
    "identified": "an identity was declared",
    "assigned": "a fire unit was committed to it",
    "launched at": "at least one round was fired at it",
    "killed": "it was shot down",
}
"""Stage of the kill chain → what it takes. Who reached a later stage counts for all before it."""

SPANS: dict[str, tuple[str, str]] = {
    "first detection to firm track": ("first_detected", "first_firm"),
    "firm track to identity": ("first_firm", "identified"),
    "identity to assignment": ("identified", "first_assigned"),
    "assignment to launch": ("first_assigned", "first_launch"),
    "first launch to end": ("first_launch", "ended"),
    "first detection to end": ("first_detected", "ended"),
}
"""Spans of time → the two moments between which they are measured."""


@dataclass(frozen=True)
class Spread:
    """How a quantity varies from threat to threat (not how well its mean is known)."""

    median: float
    low: float
    high: float
    n: int
    unit: str = "s"

    def to_json(self) -> dict[str, float | int | str]:
        """Median, 5 % and 95 % quantiles and count."""
        return {"median": self.median, "p05": self.low, "p95": self.high, "n": self.n, "unit": self.unit}


@dataclass(frozen=True)
class WeaponUse:
    """Rounds that a battery fired of one kind; `loaded` is not a number where it is not known."""

    weapon: str
    fired: Estimate
    low: float
    high: float
    loaded: float


@dataclass(frozen=True)
class BatteryUse:
    """What one battery spent and what it shot down, per raid."""

    battery: str
    system: str
    weapons: tuple[WeaponUse, ...]
    kills: Estimate


@dataclass(frozen=True)
class AssetFate:
    """How often one defended asset was hit."""

    asset: str
    p_hit: Estimate
    hits: Estimate


@dataclass(frozen=True)
class Summary:
    """The answers of one run; every figure an `Estimate`."""

    version: str
    scenario: str
    title: str
    question: str
    digest: str
    seed: int
    trials: int
    measures: dict[str, Estimate]
    by_class: dict[str, Estimate]
    by_group: dict[str, Estimate]
    cause_counts: dict[str, int]
    chain: dict[str, Estimate]
    batteries: tuple[BatteryUse, ...]
    rounds_by_system: dict[str, Estimate]
    kills_by_system: dict[str, Estimate]
    assets: tuple[AssetFate, ...]
    spans: dict[str, Spread]
    leakers_per_trial: np.ndarray
    n_traffic: float

    @property
    def leakage(self) -> Estimate:
        """Leakers over threats."""
        return self.measures["leakage"]

    @property
    def leak_causes(self) -> dict[str, float]:
        """Cause → share of all leakers, greatest first; the shares add up to 1, or there are none."""
        total = sum(self.cause_counts.values())
        return {cause: count / total for cause, count in self.cause_counts.items()}

    def to_json(self, seconds: float | None = None) -> dict[str, Any]:
        """The object that `--json` prints; `seconds` is the time that the run took."""
        return {
            "rempart": self.version,
            "scenario": self.scenario,
            "digest": self.digest,
            "seed": self.seed,
            "trials": self.trials,
            "measures": _to_json(self.measures),
            "leak_causes": self.leak_causes,
            "by_class": _to_json(self.by_class),
            "by_group": _to_json(self.by_group),
            "kill_chain": _to_json(self.chain),
            "times": {name: spread.to_json() for name, spread in self.spans.items()},
            "seconds": seconds,
        }


def summarise(results: Results, records: Records | None = None) -> Summary:
    """The answers of one run.

    Parameters
    ----------
    results : Results
    records : Records, optional
        Its arrays, if they were read before.

    Returns
    -------
    Summary
        Its causes count every leaker once.
    """
    records = records or read_records(results)
    manifest = results.manifest
    told = manifest.get("scenario", {})
    batteries = _battery_uses(records, manifest)
    return Summary(
        version=str(manifest.get("rempart", "")),
        scenario=str(told.get("name", "")),
        title=str(told.get("title") or told.get("name", "")),
        question=str(told.get("question") or ""),
        digest=str(manifest.get("digest", "")),
        seed=int(manifest.get("seed", 0)),
        trials=records.n_trials,
        measures=_measures(records, batteries),
        by_class=leakage_by(records, records.vehicle_class),
        by_group=leakage_by(records, records.group),
        cause_counts=cause_counts(records),
        chain=kill_chain(records),
        batteries=batteries,
        rounds_by_system=_rounds_by_system(records, batteries),
        kills_by_system=_kills_by_system(records, batteries),
        assets=_asset_fates(records),
        spans=_spans(records),
        leakers_per_trial=records.per_trial(records.is_leaker),
        n_traffic=float(records.per_trial(~records.is_hostile).mean()) if records.n_trials else 0.0,
    )


def leakage_by(records: Records, labels: Labels) -> dict[str, Estimate]:
    """Leakage of each kind of threat, kinds in order of name."""
    found = {}
    for name in sorted(labels.names):
        rows = records.is_threat & labels.is_(name)
        if rows.any():
            leakers = records.per_trial(rows & records.is_leaker)
            found[name] = ratio_over_trials(leakers, records.per_trial(rows), bounds=SHARE)
    return found


def cause_counts(records: Records) -> dict[str, int]:
    """Leakers by cause, greatest first; causes without a leaker are left out."""
    counts = {cause: int((records.is_leaker & records.cause.is_(cause)).sum()) for cause in CAUSE_NAMES}
    return {cause: n for cause, n in sorted(counts.items(), key=lambda pair: -pair[1]) if n}


def kill_chain(records: Records) -> dict[str, Estimate]:
    """Threats per raid that reached each stage; never rises along the chain."""
    unseen = records.is_leaker & (records.cause.is_("never_in_coverage") | records.cause.is_("masked"))
    reached = [records.is_threat, records.is_threat & ~unseen]
    reached += [records.is_threat & np.isfinite(records.times[name]) for name in MOMENTS[:5]]
    reached.append(records.is_killed)
    for stage in range(len(reached) - 2, -1, -1):
        reached[stage] = reached[stage] | reached[stage + 1]
    bounds = (0.0, float(records.per_trial(records.is_threat).max(initial=0.0)))
    return {
        name: mean_over_trials(records.per_trial(rows), "threats", bounds)
        for name, rows in zip(STAGES, reached, strict=True)
    }


def _measures(records: Records, batteries: tuple[BatteryUse, ...]) -> dict[str, Estimate]:
    threats = records.per_trial(records.is_threat)
    leakers = records.per_trial(records.is_leaker)
    killed = records.per_trial(records.is_killed)
    all_threats = (0.0, float(threats.max(initial=0.0)))
    all_traffic = (0.0, float(records.per_trial(~records.is_hostile).max(initial=0.0)))
    shots = records.measure("shots")
    engaged = records.measure("civil_engaged")
    measures = {
        "leakage": mean_over_trials(leakers / np.maximum(threats, 1.0), bounds=SHARE),
        "leakers": mean_over_trials(leakers, "threats", all_threats),
        "killed": mean_over_trials(killed, "threats", all_threats),
        "p_no_asset_hit": proportion(int((_assets_hit(records) == 0).sum()), records.n_trials),
        "value_lost": mean_over_trials(records.measure("value_lost"), bounds=SHARE),
        "shots": mean_over_trials(shots, "rounds", (0.0, math.inf)),
        "rounds_per_kill": ratio_over_trials(shots, killed, "rounds", (0.0, math.inf)),
        "civil_engaged": mean_over_trials(engaged, "aircraft", all_traffic),
        "civil_killed": mean_over_trials(records.measure("civil_killed"), "aircraft", all_traffic),
        "p_civil_engaged": proportion(int((engaged > 0).sum()), records.n_trials),
    }
    measures |= _damage_and_cost(records)
    measures |= picture_estimates(records)
    for use in batteries:
        for weapon in use.weapons:
            measures[f"rounds.{use.battery}.{weapon.weapon}"] = weapon.fired
    measures |= {f"rounds_of_system.{name}": e for name, e in _rounds_by_system(records, batteries).items()}
    return measures | {f"p_hit.{fate.asset}": fate.p_hit for fate in _asset_fates(records)}


COUNTED_IF_ANY = {
    "not_released": "threats",
    "carriers_killed": "aircraft",
    "sensors_lost": "sensors",
    "units_lost": "fire units",
    "unresolved": "detections",
    "false_tracks": "tracks",
    "swaps": "tracks",
    "duals": "tracks",
    "shots_at_nothing": "rounds",
}
"""Measures that are told only where they are ever more than zero, and what they count."""


def _damage_and_cost(records: Records) -> dict[str, Estimate]:
    """What the raid put out of action, what both sides lost in money, and what rounds are left.

    Costs and rounds left are told only where every trial knows them.
    """
    found = {}
    for name, unit in COUNTED_IF_ANY.items():
        counts = records.measure(name)
        if counts.any():
            found[name] = mean_over_trials(counts, unit, (0.0, math.inf))
    for name in ("spent", "destroyed"):
        costs = records.measure(name)
        if np.isfinite(costs).all() and costs.any():
            found[name] = mean_over_trials(costs, "USD", (0.0, math.inf))
    if "spent" in found:
        killed = records.per_trial(records.is_killed)
        found["cost_per_kill"] = ratio_over_trials(records.measure("spent"), killed, "USD", (0.0, math.inf))
    readiness = records.measures.get("readiness", np.full(records.n_trials, np.nan))
    if readiness.size and np.isfinite(readiness).all():
        found["readiness"] = mean_over_trials(readiness, bounds=SHARE)
    return found


def _assets_hit(records: Records) -> np.ndarray:
    hits = records.measured("hits.")
    return (
        np.sum([column > 0 for column in hits.values()], axis=0)
        if hits
        else records.per_trial(records.is_leaker)
    )


def _asset_fates(records: Records) -> tuple[AssetFate, ...]:
    most = (0.0, float(records.per_trial(records.is_threat).max(initial=0.0)))
    return tuple(
        AssetFate(
            asset,
            proportion(int((hits > 0).sum()), records.n_trials),
            mean_over_trials(hits, "hits", most),
        )
        for asset, hits in sorted(records.measured("hits.").items())
    )


def _battery_uses(records: Records, manifest: Mapping[str, Any]) -> tuple[BatteryUse, ...]:
    systems = _battery_systems(manifest)
    loaded = manifest.get("loaded", {})
    weapons: dict[str, list[WeaponUse]] = {}
    for name, fired in records.measured("rounds.").items():
        battery, weapon = _battery_and_weapon(name, systems)
        use = _weapon_use(weapon, fired, float(loaded.get(name, math.nan)))
        weapons.setdefault(battery, []).append(use)
    return tuple(
        BatteryUse(battery, systems.get(battery, ""), tuple(uses), _kills(records, [battery]))
        for battery, uses in weapons.items()
    )


def _weapon_use(weapon: str, fired: np.ndarray, loaded: float) -> WeaponUse:
    low, high = (
        np.quantile(fired, [0.05, 0.95], method="inverted_cdf") if fired.size else (math.nan, math.nan)
    )
    bounds = (0.0, math.inf)
    return WeaponUse(weapon, mean_over_trials(fired, "rounds", bounds), float(low), float(high), loaded)


def _kills(records: Records, batteries: list[str]) -> Estimate:
    rows = np.zeros(len(records.trial), bool)
    for battery in batteries:
        rows |= records.killer_battery.is_(battery)
    most = float(records.per_trial(records.is_threat).max(initial=0.0))
    return mean_over_trials(records.per_trial(rows & records.is_killed), "threats", (0.0, most))


def _rounds_by_system(records: Records, batteries: tuple[BatteryUse, ...]) -> dict[str, Estimate]:
    fired: dict[str, np.ndarray] = {}
    for use in batteries:
        for weapon in use.weapons:
            column = records.measures[f"rounds.{use.battery}.{weapon.weapon}"]
            system = use.system or use.battery
            fired[system] = fired.get(system, np.zeros(records.n_trials)) + column
    return {name: mean_over_trials(column, "rounds", (0.0, math.inf)) for name, column in fired.items()}


def _kills_by_system(records: Records, batteries: tuple[BatteryUse, ...]) -> dict[str, Estimate]:
    members: dict[str, list[str]] = {}
    for use in batteries:
        members.setdefault(use.system or use.battery, []).append(use.battery)
    return {system: _kills(records, names) for system, names in members.items()}


def _battery_systems(manifest: Mapping[str, Any]) -> dict[str, str]:
    names = manifest.get("names", {})
    return dict(zip(names.get("unit_batteries", ()), names.get("unit_systems", ()), strict=False))


def _battery_and_weapon(name: str, systems: Mapping[str, str]) -> tuple[str, str]:
    """Battery names may hold dots, so the known ones are tried first, the longest before others."""
    for battery in sorted(systems, key=len, reverse=True):
        if name.startswith(f"{battery}."):
            return battery, name[len(battery) + 1 :]
    battery, _, weapon = name.partition(".")
    return battery, weapon


def _spans(records: Records) -> dict[str, Spread]:
    found = {}
    for name, (begin, end) in SPANS.items():
        spans = (records.times[end] - records.times[begin])[records.is_threat]
        spans = spans[np.isfinite(spans)]
        if spans.size:
            low, median, high = np.quantile(spans, [0.05, 0.5, 0.95])
            found[name] = Spread(float(median), float(low), float(high), int(spans.size))
    return found


def _to_json(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: estimate.to_json() for name, estimate in estimates.items()}
