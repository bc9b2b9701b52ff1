"""The event log of one trial, as explanations and reports read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rempart.run.results import Results


def event_log(results: Results, trial: int, without: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Play one trial again and give its events; a `value` that stands for a name is that name."""
    from rempart.run.replay import trial_events

    events = trial_events(results, trial, without)
    return [{**event._asdict(), "value": event.detail or event.value} for event in events]
