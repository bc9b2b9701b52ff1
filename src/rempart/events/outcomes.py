"""How a flight can end, and why a leaker leaked: two closed lists."""

from __future__ import annotations

OUTCOMES: dict[str, str] = {
    "airborne": "still flying when the trial ended",
    "killed": "shot down",
    "leaked": "a threat that reached its aim",
    "departed": "neutral traffic, or a carrier of weapons, that completed its route",
    "not_released": "carried by a vehicle that was shot down before it let go",
}
OUTCOME_NAMES: tuple[str, ...] = tuple(OUTCOMES)
AIRBORNE, KILLED, LEAKED, DEPARTED, NOT_RELEASED = range(len(OUTCOME_NAMES))

CAUSES: dict[str, str] = {
    "never_in_coverage": "no radar reached its route, even with nothing in between",
    "masked": "terrain or the horizon hid it from every radar that would have reached it",
    "not_detected": "radars could see it, but no look detected it",
    "no_firm_track": "it was detected, but never often enough for a firm track",
    "identity_held": "it was tracked, but not declared hostile in time",
    "not_engaged_by_rule": "the weapons control status forbade fire",
    "no_weapon_in_envelope": "no weapon could have reached it anywhere on its route",
    "detected_too_late": "the track came too late for any weapon's reaction and flight time",
    "channels_saturated": "every fire unit in reach was guiding at other tracks",
    "magazine_empty": "every fire unit in reach had fired its ready rounds",
    "knocked_out": "what could have engaged it had been put out of action before",
    "shot_and_missed": "it was shot at, and every round missed",
    "kill_wrongly_assessed": "it was taken for dead after a miss, and let go",
    "taken_for_another": "its plots went to the track of another, which had been shot at and declared dead",
    "jammed": "jamming took the looks of a firm track, or a guiding radar's hold, that fire at it needed",
}
"""Cause → meaning. Each leaker has exactly one; shares over a campaign add up to 1."""
CAUSE_NAMES: tuple[str, ...] = tuple(CAUSES)
NO_CAUSE = -1
(
    NEVER_IN_COVERAGE,
    MASKED,
    NOT_DETECTED,
    NO_FIRM_TRACK,
    IDENTITY_HELD,
    NOT_ENGAGED_BY_RULE,
    NO_WEAPON_IN_ENVELOPE,
    DETECTED_TOO_LATE,
    CHANNELS_SATURATED,
    MAGAZINE_EMPTY,
    KNOCKED_OUT,
    SHOT_AND_MISSED,
    KILL_WRONGLY_ASSESSED,
    TAKEN_FOR_ANOTHER,
    JAMMED,
) = range(len(CAUSE_NAMES))
