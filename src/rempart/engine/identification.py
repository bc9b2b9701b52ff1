"""Identity of a firm track: interrogation, conduct, and how large it looks."""

from __future__ import annotations

from rempart.base.dice import dice_key, normal_triple, uniform
from rempart.base.kernel import inner_kernel
from rempart.doctrine.roe import may_engage
from rempart.engine.agenda import schedule
from rempart.engine.log import note
from rempart.engine.purposes import CROSS_SECTION, REPLY
from rempart.engine.state import CLEARED_TO_FIRE
from rempart.engine.tracks import entity_of, group_of, holds_track, mark_flight, note_first
from rempart.events.identities import HOSTILE, NEUTRAL, UNKNOWN
from rempart.events.kinds import IDENTIFIED
from rempart.picture.classification import CROSS_SECTION_ERROR_DB
from rempart.picture.identity import identity_from

INTERROGATION_INTERVAL = 10.0
"""Between interrogations of a track whose identity stays unknown [s]."""
FALSE_CROSS_SECTION = 0.1
"""What a track of false plots is taken for [m²] (grade D)."""


@inner_kernel
def identify(world, state, case, now):
    """Interrogate a firm track, declare its identity, and go on to the decision if fire is allowed."""
    if not holds_track(world, state, case, now):
        return
    vehicle, group = state.cases.vehicle[case], group_of(world, case)
    identity = _concluded_identity(world, state, case)
    state.cases.identity[case] = identity
    if identity != UNKNOWN:
        note_first(state.flights.identified, vehicle, now)
    note(state, now, IDENTIFIED, vehicle, group, float(identity))
    if identity == UNKNOWN:
        schedule(state.agenda, state.slots.identify + case, now + INTERROGATION_INTERVAL)
    if may_engage(identity, world.policy.weapons_control):
        mark_flight(state, vehicle, CLEARED_TO_FIRE)
        wait = 0.0 if world.perfect.assignment else world.policy.decision_time
        is_free = state.cases.weapon[case] < 0 and state.agenda.place[state.slots.decide + case] < 0
        if is_free and world.groups.first_unit[group] < world.groups.end_unit[group]:
            state.cases.cross_section[case] = _sized_up(world, state, group, case)
            schedule(state.agenda, state.slots.decide + case, now + wait)


@inner_kernel
def _sized_up(world, state, group, case):
    """A group's estimate of the mean radar cross-section of what it tracks [m²]; one a trial and vehicle."""
    # A group goes by the name of its first weapon, so that its draw does not depend on its place.
    weapon = world.units.first_weapon[world.groups.first_unit[group]]
    entity = entity_of(world, state, case) ^ world.weapons.entity[weapon]
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity, CROSS_SECTION)
    error, _, _ = normal_triple(key, 0)
    vehicle = state.cases.vehicle[case]
    mean = world.vehicles.rcs[vehicle] if vehicle >= 0 else FALSE_CROSS_SECTION
    return mean * 10.0 ** (0.1 * CROSS_SECTION_ERROR_DB * error)


@inner_kernel
def _concluded_identity(world, state, case):
    vehicle = state.cases.vehicle[case]
    if world.perfect.identification:
        return HOSTILE if vehicle >= 0 and world.vehicles.is_hostile[vehicle] == 1 else NEUTRAL
    attempt = state.cases.n_interrogations[case]
    state.cases.n_interrogations[case] = attempt + 1
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity_of(world, state, case), REPLY)
    received = uniform(key, attempt) < world.policy.p_reply
    if vehicle >= 0 and received and state.flights.replies[vehicle] == 1:
        state.cases.has_replied[case] = 1
    conforms = vehicle >= 0 and state.flights.conforms[vehicle] == 1
    return identity_from(state.cases.has_replied[case] == 1, conforms)
