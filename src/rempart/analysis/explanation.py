"""Why it leaked: causes with their typical story, one trial's leakers, one threat's dated chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from rempart.analysis.chronicle import Step, event_steps, ledger_steps
from rempart.analysis.records import Records, Results, read_records
from rempart.analysis.summary import cause_counts
from rempart.analysis.wording import duration, moment, number, percent, plural, whole_percentages, words
from rempart.base.errors import Fault, RempartError
from rempart.events.outcomes import CAUSES, OUTCOMES

_LINKS: dict[str, str] = {
    "never_in_coverage": "detection",
    "masked": "detection",
    "not_detected": "detection",
    "no_firm_track": "tracking",
    "identity_held": "identification",
    "channels_saturated": "assignment",
    "detected_too_late": "assignment",
    "kill_wrongly_assessed": "assessment",
    "taken_for_another": "tracking",
    "jammed": "detection",
}
_NO_LINK: dict[str, str] = {
    "not_engaged_by_rule": "the weapons control status is a decision of the scenario, not a link; "
    "change `defence.policy.weapons` and compare",
    "no_weapon_in_envelope": "reach is a property of the weapons; change the laydown and compare",
    "magazine_empty": "ready rounds are a property of the batteries; add fire units and compare",
    "knocked_out": "what is put out of action is a loss of the defence, not a link; defend it, or double it, "
    "and compare",
    "shot_and_missed": "kill probability is a property of the rounds; change the salvo and compare",
}


@dataclass(frozen=True)
class CauseStory:
    """One cause: how many leakers it had, what they were, and one of them that is typical."""

    cause: str
    meaning: str
    leakers: int
    share: float
    story: str
    trial: int
    threat: str


@dataclass(frozen=True)
class RunExplanation:
    """Why a run leaked; `worst_trial` and `median_trial` are trial numbers."""

    trials: int
    leakers: int
    causes: tuple[CauseStory, ...]
    worst_trial: int
    worst_leakers: int
    median_trial: int
    median_leakers: int

    def lines(self) -> list[str]:
        """The explanation as lines of text."""
        if not self.causes:
            return [f"No threat leaked in {plural(self.trials, 'trial')}."]
        text = [f"{plural(self.leakers, 'leaker')} in {plural(self.trials, 'trial')}, by cause:"]
        shares = whole_percentages({told.cause: told.leakers for told in self.causes})
        for told in self.causes:
            share = percent(shares[told.cause] / 100)
            text.append(f"{share:>8}  {words(told.cause)}: {told.meaning}. {told.story}")
        text.append(f"Worst trial: {self.worst_trial} ({plural(self.worst_leakers, 'leaker')}).")
        text.append(f"Median trial: {self.median_trial} ({plural(self.median_leakers, 'leaker')}).")
        return text

    def to_json(self) -> dict[str, Any]:
        """The explanation as one object."""
        return {
            "trials": self.trials,
            "leakers": self.leakers,
            "causes": [vars(told) for told in self.causes],
            "worst_trial": {"trial": self.worst_trial, "leakers": self.worst_leakers},
            "median_trial": {"trial": self.median_trial, "leakers": self.median_leakers},
        }


@dataclass(frozen=True)
class TrialExplanation:
    """The leakers of one trial, each with its cause, in order of time."""

    trial: int
    threats: int
    leakers: tuple[tuple[str, float, str, str], ...]

    def lines(self) -> list[str]:
        """The explanation as lines of text."""
        text = [
            f"Trial {self.trial}: {number(len(self.leakers))} of {plural(self.threats, 'threat')} leaked."
        ]
        for threat, time, asset, cause in self.leakers:
            text.append(f"{moment(time)}  {threat} reached {asset or 'its aim'}: {CAUSES.get(cause, cause)}.")
        return text

    def to_json(self) -> dict[str, Any]:
        """The explanation as one object."""
        keys = ("threat", "time", "asset", "cause")
        leakers = [dict(zip(keys, row, strict=True)) for row in self.leakers]
        return {"trial": self.trial, "threats": self.threats, "leakers": leakers}


@dataclass(frozen=True)
class ThreatExplanation:
    """What happened to one threat in one trial, dated, and why it ended as it did."""

    trial: int
    threat: str
    system: str
    vehicle_class: str
    steps: tuple[Step, ...]
    outcome: str
    cause: str | None
    conclusion: str

    def lines(self) -> list[str]:
        """The explanation as lines of text."""
        kinds = ", ".join(dict.fromkeys((words(self.vehicle_class), self.system)))
        head = f"Trial {self.trial}, {self.threat} ({kinds})"
        return [head, *(f"{moment(step.time)}  {step.text}" for step in self.steps), self.conclusion]

    def to_json(self) -> dict[str, Any]:
        """The explanation as one object."""
        kept = {name: value for name, value in vars(self).items() if name != "steps"}
        return kept | {"steps": [vars(step) for step in self.steps]}


def explain(
    results: Results,
    trial: int | None = None,
    threat: str | None = None,
    events: Sequence[Mapping[str, Any]] = (),
) -> RunExplanation | TrialExplanation | ThreatExplanation:
    """Why it leaked: of the whole run, of one trial, or of one threat in one trial.

    Parameters
    ----------
    results : Results
    trial : int, optional
        Number of the trial; with a threat alone, the first trial in which it leaked.
    threat : str, optional
        Name of the vehicle.
    events : sequence of mappings, optional
        The trial's event log (time, kind, vehicle, actor, value), to be told in full.

    Raises
    ------
    RempartError
        If there is no such trial or vehicle; near names are given.
    """
    records = read_records(results)
    if threat is None:
        return (
            _run_explanation(records)
            if trial is None
            else _trial_explanation(records, _place_of(records, trial))
        )
    vehicle = _known_vehicle(records, threat)
    place = _first_leak(records, vehicle) if trial is None else _place_of(records, trial)
    return _threat_explanation(records, place, vehicle, events)


def link_of(cause: str) -> str | None:
    """The link of the chain that, made perfect, would have ruled this cause out; None if there is none.

    Raises
    ------
    RempartError
        If there is no such cause.
    """
    name = cause.replace("-", "_").replace(" ", "_")
    if name not in CAUSES:
        near = get_close_matches(name, CAUSES, n=3)
        allowed = " or ".join(near) if near else ", ".join(CAUSES)
        raise RempartError(Fault("cause", f"{cause!r} is not a cause", allowed))
    return _LINKS.get(name)


def why_no_link(cause: str) -> str:
    """For a cause without a link: what it is instead, and what to do."""
    return _NO_LINK.get(cause.replace("-", "_").replace(" ", "_"), "")


def worst_trial(records: Records) -> int:
    """Number of the trial with most leakers (then most value lost, then the first)."""
    leakers = records.per_trial(records.is_leaker)
    return int(records.trials[np.lexsort((records.trials, -records.measure("value_lost"), -leakers))[0]])


def median_trial(records: Records) -> int:
    """Number of the trial in the middle when trials are put in order of leakers."""
    order = np.lexsort((records.trials, records.per_trial(records.is_leaker)))
    return int(records.trials[order[(len(order) - 1) // 2]])


def cause_story(records: Records, cause: str) -> CauseStory:
    """What the leakers of one cause have in common, and the one nearest to their medians."""
    rows = np.flatnonzero(records.is_leaker & records.cause.is_(cause))
    typical = rows[_nearest_to_median(records, rows)]
    return CauseStory(
        cause=cause,
        meaning=CAUSES[cause],
        leakers=len(rows),
        share=len(rows) / int(records.is_leaker.sum()),
        story=_story(records, rows),
        trial=int(records.trials[records.trial[typical]]),
        threat=str(records.vehicle.of(int(typical))),
    )


def _run_explanation(records: Records) -> RunExplanation:
    leakers = records.per_trial(records.is_leaker)
    worst, median = worst_trial(records), median_trial(records)
    return RunExplanation(
        trials=records.n_trials,
        leakers=int(leakers.sum()),
        causes=tuple(cause_story(records, cause) for cause in cause_counts(records)),
        worst_trial=worst,
        worst_leakers=int(leakers[_place_of(records, worst)]),
        median_trial=median,
        median_leakers=int(leakers[_place_of(records, median)]),
    )


def _trial_explanation(records: Records, place: int) -> TrialExplanation:
    here = records.trial == place
    rows = np.flatnonzero(here & records.is_leaker)
    ordered = rows[np.argsort(records.times["ended"][rows], kind="stable")].tolist()
    leakers = tuple(
        (
            str(records.vehicle.of(row)),
            float(records.times["ended"][row]),
            records.asset.of(row) or "",
            records.cause.of(row) or "",
        )
        for row in ordered
    )
    return TrialExplanation(int(records.trials[place]), int((here & records.is_threat).sum()), leakers)


def _threat_explanation(
    records: Records, place: int, vehicle: str, events: Sequence[Mapping[str, Any]]
) -> ThreatExplanation:
    row = int(np.flatnonzero((records.trial == place) & records.vehicle.is_(vehicle))[0])
    own = [event for event in events if event.get("vehicle") == vehicle]
    outcome, cause = str(records.outcome.of(row)), records.cause.of(row)
    return ThreatExplanation(
        trial=int(records.trials[place]),
        threat=vehicle,
        system=records.system.of(row) or "",
        vehicle_class=records.vehicle_class.of(row) or "",
        steps=event_steps(own) if own else ledger_steps(records, row),
        outcome=outcome,
        cause=cause,
        conclusion=_conclusion(records, row, outcome, cause),
    )


def _conclusion(records: Records, row: int, outcome: str, cause: str | None) -> str:
    if outcome != "leaked":
        by = records.killer.of(row)
        return f"Outcome: {OUTCOMES.get(outcome, outcome)}{f' by {by}' if by else ''}."
    link = _LINKS.get(cause or "")
    told = f"Leaked, cause {words(cause or 'unknown')}: {CAUSES.get(cause or '', 'not known')}."
    if link:
        return f"{told} `--what-if {cause}` plays the run again with perfect {link}."
    return told


def _nearest_to_median(records: Records, rows: np.ndarray) -> int:
    """Leakers are compared by the times of their chain, counted back from the end."""
    chain = np.stack([records.times["ended"][rows] - times[rows] for times in records.times.values()])
    shape = np.where(np.isfinite(chain), chain, 0.0)
    gap = np.abs(shape - np.median(shape, axis=1, keepdims=True)).sum(axis=0)
    return int(np.argmin(gap))


def _story(records: Records, rows: np.ndarray) -> str:
    codes = records.vehicle_class.code[rows]
    common = int(np.bincount(codes[codes >= 0]).argmax())
    share = float((codes == common).mean())
    name = words(records.vehicle_class.names[common]).replace("-", " ")
    who = f"All were of class {name}" if share == 1 else f"{percent(share, 0)} were of class {name}"
    seen = records.times["ended"][rows] - records.times["first_detected"][rows]
    seen = seen[np.isfinite(seen)]
    if not seen.size:
        return f"{who}; none was ever detected."
    text = f"{who}; typically first detected {duration(float(np.median(seen)))} before the end"
    shots = float(np.mean(records.shots[rows]))
    return f"{text}, {number(round(shots, 1), 2)} rounds fired at each." if shots > 0 else f"{text}."


def _place_of(records: Records, trial: int) -> int:
    place = int(np.searchsorted(records.trials, trial))
    if place < records.n_trials and records.trials[place] == trial:
        return place
    held = f"trials {records.trials[0]} to {records.trials[-1]}" if records.n_trials else "no trial"
    raise RempartError(Fault("trial", f"there is no trial {trial}", held))


def _known_vehicle(records: Records, threat: str) -> str:
    names = records.vehicle.names
    if threat in names:
        return threat
    near = get_close_matches(threat, names, n=3, cutoff=0.4)
    shown = ", ".join(near or names[:5])
    raise RempartError(
        Fault("threat", f"no vehicle is called {threat!r}", f"the run's vehicles, such as {shown}")
    )


def _first_leak(records: Records, vehicle: str) -> int:
    rows = np.flatnonzero(records.vehicle.is_(vehicle))
    leaks = rows[records.is_leaker[rows]]
    return int(records.trial[leaks[0] if leaks.size else rows[0]])
