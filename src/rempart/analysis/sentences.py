"""The report's sentences: each picture and the page itself say in words what they show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from rempart.analysis.estimates import Estimate
from rempart.analysis.summary import Summary
from rempart.analysis.timeline import Timeline
from rempart.analysis.wording import (
    estimate_interval,
    fixed,
    number,
    percent,
    plural,
    whole_percentages,
    words,
)
from rempart.events.outcomes import CAUSES

_REASONS = {
    "never_in_coverage": "no radar reached its route",
    "masked": "terrain or the horizon hid it",
    "not_detected": "no look detected it",
    "no_firm_track": "its track was never confirmed",
    "identity_held": "it was not declared hostile in time",
    "not_engaged_by_rule": "the weapons control status forbade fire",
    "no_weapon_in_envelope": "no weapon could reach it",
    "detected_too_late": "the track came too late for any weapon",
    "channels_saturated": "every fire unit in reach was busy with other tracks",
    "magazine_empty": "the magazines in reach were empty",
    "knocked_out": "what could have engaged it had been put out of action",
    "shot_and_missed": "every round fired at it missed",
    "kill_wrongly_assessed": "it was taken for dead after a miss",
    "taken_for_another": "it was taken for another that had been declared dead",
    "jammed": "jamming hid it until it was too late",
}


def class_name(name: str) -> str:
    """A vehicle class in the plural, with a capital: `small-drone` → `Small drones`."""
    told = name.replace("-", " ").replace("_", " ")
    return told if told.endswith("aircraft") else told + "s"


def headline(summary: Summary) -> str:
    """The answer in one sentence."""
    threats = summary.chain["threats"].value
    if not threats:
        return "There was no threat, so nothing could leak."
    if not summary.cause_counts:
        raids = f"every one of {_raids(summary)}" if summary.trials > 1 else "the one raid simulated"
        return f"Nothing leaked: none of {plural(threats, 'threat')} reached its aim in {raids}."
    raids = f"averaged over {_raids(summary)}" if summary.trials > 1 else "in the one raid simulated"
    return (
        f"{percent(summary.leakage.value)} of the raid leaks: {fixed(summary.measures['leakers'].value, 1)} "
        f"of {number(threats)} threats, {raids}."
    )


def support(summary: Summary) -> str:
    """What stands behind the answer: interval, assets, chief cause, best and worst class."""
    parts = []
    if summary.trials > 1:
        parts.append(f"The 95 % interval is {estimate_interval(summary.leakage)}.")
    parts.append(_assets_sentence(summary))
    if summary.cause_counts:
        cause, share = next(iter(summary.leak_causes.items()))
        parts.append(f"The chief cause, with {percent(share, 0)} of leakers: {_REASONS[cause]}.")
    parts.append(classes_sentence(summary.by_class))
    return " ".join(part for part in parts if part)


def chain_sentence(chain: Mapping[str, Estimate]) -> str:
    """Where in the kill chain most threats are lost."""
    stages = list(chain)
    losses = {after: chain[before].value - chain[after].value for before, after in pairwise(stages)}
    killed, threats = chain["killed"].value, chain["threats"].value
    told = f"Of {number(threats)} threats in a raid, {fixed(killed, 1)} are shot down"
    worst = max(losses, key=lambda stage: losses[stage], default="killed")
    if losses[worst] < 0.05:
        return f"{told}; none is lost on the way."
    return f"{told}; the greatest loss is {_LOST_AT[worst]} ({fixed(losses[worst], 1)})."


def causes_sentence(summary: Summary) -> str:
    """What the first causes come to."""
    if not summary.cause_counts:
        return "No threat leaked, so there is no cause to show."
    shares = whole_percentages(summary.cause_counts)
    first = list(shares)[:2]
    told = " and ".join(f"“{words(cause)}”" for cause in first)
    verb = "accounts" if len(first) == 1 else "account"
    return f"“{told[1].upper()}{told[2:]} {verb} for {fixed(sum(shares[c] for c in first), 1)} % of leakers."


def classes_sentence(by_class: Mapping[str, Estimate]) -> str:
    """Which class leaks most and which least."""
    known = {name: e for name, e in by_class.items() if not math.isnan(e.value)}
    if not known:
        return ""
    most, least = max(known, key=lambda n: known[n].value), min(known, key=lambda n: known[n].value)
    if len(known) == 1 or known[most].value == known[least].value:
        lead = f"{class_name(most)} leak" if len(known) == 1 else "All classes leak"
        return f"{lead[0].upper()}{lead[1:]} at {percent(known[most].value, 0)}."
    name = class_name(most)
    return (
        f"{name[0].upper()}{name[1:]} leak most ({percent(known[most].value, 0)}), "
        f"{class_name(least)} least ({percent(known[least].value, 0)})."
    )


def histogram_sentence(summary: Summary) -> str:
    """The range of outcomes of single raids."""
    leakers = summary.leakers_per_trial
    if summary.trials == 1:
        return f"The one raid had {plural(float(leakers[0]), 'leaker')}."
    low, high = np.quantile(leakers, [0.05, 0.95], method="inverted_cdf")
    if leakers.min() == leakers.max():
        return f"Every raid had {plural(float(low), 'leaker')}."
    span = f"{number(float(low))} and {number(float(high))}"
    return f"Luck alone moves a raid between {span} leakers (9 raids in 10)."


def batteries_sentence(summary: Summary) -> str:
    """Who shoots down most, and who runs lowest on rounds."""
    if not summary.batteries:
        return "The defence has no battery."
    best = max(summary.batteries, key=lambda use: use.kills.value)
    if not best.kills.value > 0:
        return "No battery shot anything down."
    told = f"{best.battery} shoots down most ({fixed(best.kills.value, 1)} a raid)"
    used = [
        (weapon.fired.value / weapon.loaded, use.battery, weapon.weapon)
        for use in summary.batteries
        for weapon in use.weapons
        if weapon.loaded > 0
    ]
    if not used:
        return told + "."
    share, battery, weapon = max(used)
    if share > 1:
        return f"{told}; {battery} has to reload, firing {percent(share, 0)} of its ready {weapon}."
    return (
        f"{told}; {battery} comes nearest to its last {weapon} ({percent(share, 0)} of ready rounds fired)."
    )


def timeline_sentence(drawn: Timeline, leakers: int, shots: int) -> str:
    """What one trial was like."""
    shown = "" if drawn.shown == drawn.threats else f" Shown are {drawn.shown} of them, every leaker first."
    return (
        f"Trial {drawn.trial}: {leakers} of {plural(drawn.threats, 'threat')} leak, "
        f"{plural(shots, 'round')} are fired.{shown}"
    )


def civil_sentence(summary: Summary) -> str:
    """Civil aircraft fired at, with what zero events still allow."""
    if not summary.n_traffic:
        return "No civil traffic was in the scenario."
    chance = summary.measures["p_civil_engaged"]
    if summary.trials == 1:
        told = "no civil aircraft was" if not chance.value else "civil aircraft were"
        return f"In the one raid {told} fired at."
    if not chance.value:
        return (
            f"No civil aircraft was fired at in {_raids(summary)} "
            f"with {plural(summary.n_traffic, 'flight')} each; "
            f"the chance per raid may still be as high as {percent(chance.high)}."
        )
    killed = summary.measures["civil_killed"].value
    lost = f"{fixed(killed, 2)} of {number(summary.n_traffic)} flights a raid are" if killed else "none was"
    interval = estimate_interval(chance)
    return f"In {percent(chance.value)} of raids ({interval}) a civil aircraft is fired at; {lost} shot down."


def grades_sentence(grades: Mapping[str, int]) -> str:
    """How much of the answer rests on assumption."""
    total = sum(grades.values())
    if not total:
        return "The run kept no table of its assumptions."
    weak = grades.get("D", 0)
    share = percent(weak / total, 0)
    return f"{number(total)} figures went into this run; {share} of them are assumptions (grade D)."


def cause_meanings(summary: Summary) -> list[tuple[str, str, str, str]]:
    """Rows of the table of causes: cause, share, leakers, meaning."""
    shares = whole_percentages(summary.cause_counts)
    return [
        (words(cause), f"{fixed(shares[cause], 1)} %", number(count), CAUSES[cause])
        for cause, count in summary.cause_counts.items()
    ]


_LOST_AT = {
    "in coverage": "of those no radar could see",
    "detected": "before detection",
    "firm track": "before a firm track",
    "identified": "before identification",
    "assigned": "for want of a fire unit",
    "launched at": "between assignment and launch",
    "killed": "after rounds were fired at them",
}


def _raids(summary: Summary) -> str:
    return plural(summary.trials, "simulated raid")


def _assets_sentence(summary: Summary) -> str:
    untouched = summary.measures["p_no_asset_hit"]
    if not summary.assets or summary.trials < 2 or not summary.cause_counts:
        return ""
    if untouched.value == 0:
        return "No raid left every asset untouched."
    return f"In {percent(untouched.value)} of raids no asset is hit."
