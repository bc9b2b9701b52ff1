"""Why a leaker leaked: exactly one cause, the first link of the chain that gave way."""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel, lean_kernel
from rempart.engine.state import (
    CLEARED_TO_FIRE,
    DECLARED_KILLED,
    SAW_CHANNELS_BUSY,
    SAW_MAGAZINE_EMPTY,
)
from rempart.engine.world import IN_REACH_OF_SENSOR, IN_REACH_OF_WEAPON, IN_SIGHT_OF_SENSOR
from rempart.events.identities import HOLD
from rempart.events.outcomes import (
    CHANNELS_SATURATED,
    DETECTED_TOO_LATE,
    IDENTITY_HELD,
    KILL_WRONGLY_ASSESSED,
    MAGAZINE_EMPTY,
    MASKED,
    NEVER_IN_COVERAGE,
    NO_FIRM_TRACK,
    NO_WEAPON_IN_ENVELOPE,
    NOT_DETECTED,
    NOT_ENGAGED_BY_RULE,
    SHOT_AND_MISSED,
)


@inner_kernel
def leak_cause(world, state, vehicle):
    """Cause of a leak, walking the chain from detection to the last shot."""
    marks = state.flights.marks[vehicle]
    if state.flights.shots[vehicle] > 0:
        return KILL_WRONGLY_ASSESSED if _is_taken_for_dead(world, state, vehicle) else SHOT_AND_MISSED
    reachable = world.routes.reachable[vehicle, state.flights.variant[vehicle]]
    if math.isnan(state.flights.first_detected[vehicle]):
        return _cause_unseen(reachable)
    if math.isnan(state.flights.first_firm[vehicle]):
        return NO_FIRM_TRACK
    if world.policy.weapons_control == HOLD:
        return NOT_ENGAGED_BY_RULE
    if not marks & CLEARED_TO_FIRE:
        return IDENTITY_HELD
    if not reachable & IN_REACH_OF_WEAPON:
        return NO_WEAPON_IN_ENVELOPE
    if marks & SAW_CHANNELS_BUSY:
        return CHANNELS_SATURATED
    return MAGAZINE_EMPTY if marks & SAW_MAGAZINE_EMPTY else DETECTED_TOO_LATE


@inner_kernel
def _is_taken_for_dead(world, state, vehicle):
    n_vehicles = world.vehicles.shape[0]
    for group in range(world.groups.shape[0]):
        if state.cases.settled[group * n_vehicles + vehicle] == DECLARED_KILLED:
            return True
    return False


@lean_kernel
def _cause_unseen(reachable):
    if not reachable & IN_REACH_OF_SENSOR:
        return NEVER_IN_COVERAGE
    return NOT_DETECTED if reachable & IN_SIGHT_OF_SENSOR else MASKED
