"""The dated chain of one vehicle in one trial, from the ledger or, in full, from the event log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rempart.analysis.records import Records
from rempart.analysis.wording import fixed, moment, number, plural, words
from rempart.events.identities import IDENTITY_NAMES
from rempart.events.outcomes import CAUSE_NAMES, CAUSES

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One link of a chain: when [s], what kind of thing, and what happened in words."""

    time: float
    kind: str
    text: str


_LEDGER = (
    ("first_detected", "detected", "first detected"),
    ("first_firm", "track_firm", "track confirmed"),
    ("identified", "identified", "identity declared"),
    ("first_assigned", "assigned", "first fire unit assigned"),
    ("first_launch", "launch", "first round fired"),
)


def ledger_steps(records: Records, row: int) -> tuple[Step, ...]:
    """The chain as the ledger knows it: the first of each kind, then the end."""
    steps = []
    for column, kind, text in _LEDGER:
        time = float(records.times[column][row])
        if np.isfinite(time):
            shots = int(records.shots[row])
            more = f" ({plural(shots, 'round')} in all)" if kind == "launch" else ""
            steps.append(Step(time, kind, text + more))
    steps.sort(key=lambda step: step.time)
    return (*steps, _ledger_end(records, row))


def event_steps(events: Sequence[Event]) -> tuple[Step, ...]:
    """The chain in full; runs of plots, of one identity and of one cause of refusal become one step."""
    steps: list[Step] = []
    ordered = _identities_once(sorted(events, key=lambda event: float(event["time"])))
    start = 0
    while start < len(ordered):
        end = _end_of_run(ordered, start)
        steps.append(_told(ordered[start:end]))
        start = end
    return tuple(steps)


def _identities_once(events: Sequence[Event]) -> list[Event]:
    """The events with each identity told once, and how often and how long a group stood by it."""
    kept: list[Event] = []
    standing: dict[Any, dict[str, Any]] = {}
    for event in events:
        group, kind = event.get("actor"), event["kind"]
        last = standing.get(group)
        if kind == "track_dropped":
            standing.pop(group, None)
        if kind != "identified":
            kept.append(event)
        elif last is not None and last["value"] == event["value"]:
            last.update(times=last["times"] + 1, until=event["time"])
        else:
            standing[group] = {**event, "times": 1}
            kept.append(standing[group])
    return kept


def _ledger_end(records: Records, row: int) -> Step:
    outcome = records.outcome.of(row) or "airborne"
    time = float(records.times["ended"][row])
    if outcome == "killed":
        return Step(time, "intercept_kill", f"shot down by {records.killer.of(row) or 'an unknown weapon'}")
    if outcome == "leaked":
        return Step(time, "leaked", f"reached {records.asset.of(row) or 'its aim'}")
    if outcome == "departed":
        return Step(time, "departed", "completed its route")
    if outcome == "not_released":
        return Step(time, "not_released", "lost with its carrier, which was shot down before it let go")
    return Step(time, "airborne", "still flying when the trial ended")


def _end_of_run(events: Sequence[Event], start: int) -> int:
    first = events[start]
    end = start + 1
    if first["kind"] not in ("plot", "blocked"):
        return end
    while end < len(events) and _is_same(first, events[end]):
        end += 1
    return end


def _is_same(first: Event, other: Event) -> bool:
    if first["kind"] != other["kind"]:
        return False
    return first["kind"] == "plot" or first["value"] == other["value"]


def _told(run: Sequence[Event]) -> Step:
    first = run[0]
    kind = str(first["kind"])
    if kind == "plot":
        text = _plots(run)
    elif kind == "blocked":
        text = _blocked(run)
    else:
        text = _TEXTS.get(kind, _plain)(first)
    return Step(float(first["time"]), kind, text)


def _plots(run: Sequence[Event]) -> str:
    sensors = sorted({str(event["actor"]) for event in run})
    shown = ", ".join(sensors[:3]) + (f" and {number(len(sensors) - 3)} more" if len(sensors) > 3 else "")
    return f"{plural(len(run), 'plot')} by {shown}{_until(run)}"


def _blocked(run: Sequence[Event]) -> str:
    cause = _name(CAUSE_NAMES, run[0]["value"])
    times = f" {plural(len(run), 'time')}{_until(run)}" if len(run) > 1 else ""
    return f"could not be engaged{times}: {CAUSES.get(cause, words(cause))}"


def _until(run: Sequence[Event]) -> str:
    return f" until {moment(float(run[-1]['time']))}" if len(run) > 1 else ""


def _name(names: Sequence[str], value: Any) -> str:
    if isinstance(value, str):
        return value
    index = int(value)
    return names[index] if 0 <= index < len(names) else "unknown"


def _identified(event: Event) -> str:
    told = f"declared {_name(IDENTITY_NAMES, event['value'])}"
    if event["times"] == 1:
        return told
    return f"{told} {plural(event['times'], 'time')} until {moment(float(event['until']))}"


def _launch(event: Event) -> str:
    arrival = float(event["value"])
    arrives = f"arrives at {moment(arrival)}" if arrival >= 0 else "will fall short"
    return f"{event['actor']} fires; the round {arrives}"


def _plain(event: Event) -> str:
    actor = event.get("actor")
    return words(str(event["kind"])) + (f" ({actor})" if actor else "")


_TEXTS: dict[str, Callable[[Event], str]] = {
    "takeoff": lambda event: "enters the scenario",
    "track_firm": lambda event: f"track confirmed after {plural(int(event['value']), 'plot')}",
    "track_dropped": lambda event: f"track dropped, last plot {fixed(float(event['value']), 0)} s old",
    "identified": _identified,
    "assigned": lambda event: (
        f"{event['actor']} assigned; intercept foreseen at {moment(float(event['value']))}"
    ),
    "aborted": lambda event: f"{event['actor']} gives the engagement up before launch",
    "launch": _launch,
    "intercept_miss": lambda event: f"{event['actor']} misses (pk {fixed(float(event['value']), 2)})",
    "intercept_kill": lambda event: f"{event['actor']} kills (pk {fixed(float(event['value']), 2)})",
    "assessed": lambda event: f"assessed as {'killed' if float(event['value']) > 0 else 'still alive'}",
    "leaked": lambda event: "reaches its aim",
    "departed": lambda event: "completes its route",
    "released": lambda event: "let go by its carrier",
    "not_released": lambda event: "lost with its carrier",
    "sensor_lost": lambda event: f"{event['actor']} is put out of action",
    "unit_lost": lambda event: f"{event['actor']} is put out of action",
    "track_swapped": lambda event: (
        f"taken for another by {event['actor']}, which goes on with that one's track"
    ),
    "radiating": lambda event: f"cued by its track, {event['actor']} begins to radiate",
}
