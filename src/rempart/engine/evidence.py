"""What a group learns of whose a track is: it asks, looks where and how it flies, and hears the others."""

from __future__ import annotations

import math

from rempart.base.dice import dice_key, normal_triple, uniform
from rempart.base.kernel import inner_kernel
from rempart.engine.purposes import CROSS_SECTION, REPLY
from rempart.engine.state import FIRM
from rempart.engine.tracks import entity_of, group_of
from rempart.engine.truth import separation, true_position, true_velocity
from rempart.engine.world import KNOWN
from rempart.events.identities import HOSTILE, NEUTRAL
from rempart.geo.frames import height_above
from rempart.picture.classification import CROSS_SECTION_ERROR_DB, civil_flight_shown
from rempart.picture.corridors import corridor_shown
from rempart.picture.doubt import Doubt, doubt_of
from rempart.picture.identity import Evidence, hostile_chance, identity_from_chance, majority
from rempart.picture.tracker import track_position, track_velocity

FALSE_CROSS_SECTION = 0.1
"""What a track of false plots is taken for [m²] (grade D)."""
SAME_TRACK = 3000.0
"""Tracks of two groups that are closer than this may be of one target [m]."""


@inner_kernel
def concluded_identity(world, state, case, now):
    """Identity that a group declares of a track after one more interrogation."""
    vehicle = state.cases.vehicle[case]
    if world.perfect.identification:
        return HOSTILE if vehicle >= 0 and world.vehicles.is_hostile[vehicle] == 1 else NEUTRAL
    _interrogate(world, state, case)
    # What others hear is what the group has seen itself, so that no declaration comes back to its source.
    identity = _identity(world, state, case, now, -1)
    if identity != state.cases.own_identity[case]:
        state.cases.own_identity[case] = identity
        state.cases.declared_at[case] = now
    declared = _declared_by_others(world, state, case, now)
    return identity if declared < 0 else _identity(world, state, case, now, declared)


@inner_kernel
def _interrogate(world, state, case):
    vehicle, attempt = state.cases.vehicle[case], state.cases.n_interrogations[case]
    state.cases.n_interrogations[case] = attempt + 1
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity_of(world, state, case), REPLY)
    works = vehicle >= 0 and state.flights.replies[vehicle] == 1
    if uniform(key, attempt) < (world.policy.p_reply if works else world.identity.false_reply):
        state.cases.n_replies[case] += 1


@inner_kernel
def _identity(world, state, case, now, declared):
    cases, vehicle = state.cases, state.cases.vehicle[case]
    corridor, speed = _conduct_of_flight(world, state, case, now)
    evidence = Evidence(
        cases.n_interrogations[case],
        cases.n_replies[case],
        state.flights.conforms[vehicle] if vehicle >= 0 else 0,
        corridor,
        speed,
        cases.origin[case],
        declared,
    )
    return identity_from_chance(hostile_chance(evidence, world.identity), world.identity.decisive)


@inner_kernel
def _conduct_of_flight(world, state, case, now):
    """Whether it flies along a corridor, and as civil traffic does."""
    net = world.identity
    if net.corridor_shown == 0.0 and net.speed_shown == 0.0:
        return -1, -1
    position, velocity, height = motion_of(world, state, case, now)
    doubt = Doubt(0.0, 0.0, 0.0, 0.0) if world.perfect.tracking else doubt_of(state.tracks, case, now)
    corridor = corridor_shown(world.corridors, world.corridor_points, position, velocity, height, doubt)
    return corridor, civil_flight_shown(velocity, height, sized_up(world, state, case), doubt)


@inner_kernel
def _declared_by_others(world, state, case, now):
    group = group_of(world, case)
    n_hostile, n_neutral = 0, 0
    for other in range(world.groups.shape[0]):
        delay = world.declaration_delay[other, group]
        theirs = -1 if delay == math.inf else _same_track(world, state, case, other, now)
        if theirs >= 0 and state.cases.declared_at[theirs] + delay <= now:
            n_hostile += 1 if state.cases.own_identity[theirs] == HOSTILE else 0
            n_neutral += 1 if state.cases.own_identity[theirs] == NEUTRAL else 0
    return majority(n_hostile, n_neutral)


@inner_kernel
def _same_track(world, state, case, group, now):
    """The firm track of another group that is taken to be of the same target, -1 if there is none."""
    first = group * world.n_slots
    if world.policy.association == KNOWN:
        theirs = first + case % world.n_slots
        return theirs if state.cases.status[theirs] == FIRM else -1
    here, nearest, best = track_position(state.tracks, case, now), SAME_TRACK, -1
    for theirs in range(first, first + state.n_used[group]):
        if state.cases.status[theirs] == FIRM:
            gap = separation(here, track_position(state.tracks, theirs, now))
            if gap < nearest:
                nearest, best = gap, theirs
    return best


@inner_kernel
def motion_of(world, state, case, now):
    """Position and velocity that a group believes of a track, and its height above the origin [m]."""
    vehicle = state.cases.vehicle[case]
    if world.perfect.tracking:
        position = true_position(world, state, vehicle, now)
        velocity = true_velocity(world, state, vehicle, now)
    else:
        position = track_position(state.tracks, case, now)
        velocity = track_velocity(state.tracks, case)
    return position, velocity, height_above(position[0], position[1], position[2], world.earth_radius)


@inner_kernel
def sized_up(world, state, case):
    """A group's estimate of the mean radar cross-section of what it tracks [m²]; one a trial and vehicle.

    Not a number for a group without weapons, by whose names the draw goes.
    """
    group, vehicle = group_of(world, case), state.cases.vehicle[case]
    unit = world.groups.first_unit[group]
    if unit >= world.groups.end_unit[group]:
        return math.nan
    # A group goes by the name of its first weapon, so that its draw does not depend on its place.
    weapon = world.units.first_weapon[unit]
    entity = entity_of(world, state, case) ^ world.weapons.entity[weapon]
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity, CROSS_SECTION)
    error, _, _ = normal_triple(key, 0)
    mean = world.vehicles.rcs[vehicle] if vehicle >= 0 else FALSE_CROSS_SECTION
    return mean * 10.0 ** (0.1 * CROSS_SECTION_ERROR_DB * error)
