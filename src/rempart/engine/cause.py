"""Why a leaker leaked: exactly one cause, the first link of the chain that gave way."""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel, lean_kernel
from rempart.engine.decision import obstacle_cause
from rempart.engine.state import (
    CLEARED_TO_FIRE,
    DECLARED_KILLED,
    HOLD_JAMMED,
    SAW_CHANNELS_BUSY,
    SAW_KNOCKED_OUT,
    SAW_MAGAZINE_EMPTY,
)
from rempart.engine.truth import span_in_view
from rempart.engine.world import IN_REACH_OF_SENSOR, IN_REACH_OF_WEAPON, IN_SIGHT_OF_SENSOR
from rempart.events.identities import HOLD
from rempart.events.outcomes import (
    DETECTED_TOO_LATE,
    IDENTITY_HELD,
    JAMMED,
    KILL_WRONGLY_ASSESSED,
    KNOCKED_OUT,
    MASKED,
    NEVER_IN_COVERAGE,
    NO_FIRM_TRACK,
    NO_WEAPON_IN_ENVELOPE,
    NOT_DETECTED,
    NOT_ENGAGED_BY_RULE,
    SHOT_AND_MISSED,
    TAKEN_FOR_ANOTHER,
)


@inner_kernel
def leak_cause(world, state, vehicle):
    """Cause of a leak, walking the chain from detection to the last shot."""
    if state.flights.shots[vehicle] > 0:
        return KILL_WRONGLY_ASSESSED if _is_taken_for_dead(world, state, vehicle) else SHOT_AND_MISSED
    cause = _first_gap(world, state, vehicle)
    is_intact = state.trial.sensors_lost[0] == 0
    return cause if is_intact or not _was_blinded(world, state, vehicle, cause) else KNOCKED_OUT


@inner_kernel
def _first_gap(world, state, vehicle):
    """Cause of a leak without a shot, as if every sensor had been in action."""
    marks, n_jammed = state.flights.marks[vehicle], state.flights.n_jammed[vehicle]
    reachable = world.routes.reachable[vehicle, state.flights.variant[vehicle]]
    if math.isnan(state.flights.first_detected[vehicle]):
        return JAMMED if n_jammed > 0 else _cause_unseen(reachable)
    is_jammed = n_jammed >= world.policy.m_of_n_hits
    if math.isnan(state.flights.first_firm[vehicle]):
        return JAMMED if is_jammed else NO_FIRM_TRACK
    if world.policy.weapons_control == HOLD:
        return NOT_ENGAGED_BY_RULE
    if not marks & CLEARED_TO_FIRE:
        return IDENTITY_HELD
    if not reachable & IN_REACH_OF_WEAPON:
        return NO_WEAPON_IN_ENVELOPE
    if _is_taken_for_dead(world, state, vehicle):
        return TAKEN_FOR_ANOTHER
    is_jammed = is_jammed or marks & HOLD_JAMMED != 0
    obstacles = marks & (SAW_CHANNELS_BUSY | SAW_MAGAZINE_EMPTY | SAW_KNOCKED_OUT)
    if obstacles == 0:
        return JAMMED if is_jammed else DETECTED_TOO_LATE
    return obstacle_cause(obstacles)


@inner_kernel
def _was_blinded(world, state, vehicle, cause):
    """Whether the gap is one of sight, and only sensors out of action had the vehicle in sight."""
    is_undecided = cause == IDENTITY_HELD and math.isnan(state.flights.identified[vehicle])
    if not (is_undecided or cause in (NOT_DETECTED, NO_FIRM_TRACK, DETECTED_TOO_LATE)):
        return False
    variant = state.flights.variant[vehicle]
    was_in_sight = False
    for sensor in range(world.sensors.shape[0]):
        _, last = span_in_view(world, sensor, vehicle, variant)
        if last < 0 or world.sensors.turn[sensor] == math.inf:
            continue
        if state.searches.is_lost[sensor] == 0:
            return False
        end = state.flights.takeoff[vehicle] + last * world.vehicles.step[vehicle]
        was_in_sight = was_in_sight or end >= state.searches.lost_at[sensor]
    return was_in_sight


@inner_kernel
def _is_taken_for_dead(world, state, vehicle):
    for group in range(world.groups.shape[0]):
        first = group * world.n_slots
        for case in range(first, first + state.n_used[group]):
            if state.cases.vehicle[case] == vehicle and state.cases.settled[case] == DECLARED_KILLED:
                return True
    return False


@lean_kernel
def _cause_unseen(reachable):
    if not reachable & IN_REACH_OF_SENSOR:
        return NEVER_IN_COVERAGE
    return NOT_DETECTED if reachable & IN_SIGHT_OF_SENSOR else MASKED
