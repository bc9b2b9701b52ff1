"""Identity of a firm track: interrogation, conduct, and how large it looks."""

from __future__ import annotations

from rempart.base.kernel import inner_kernel
from rempart.doctrine.roe import may_engage
from rempart.engine.agenda import schedule
from rempart.engine.evidence import concluded_identity, sized_up
from rempart.engine.log import note
from rempart.engine.state import CLEARED_TO_FIRE
from rempart.engine.tracks import group_of, holds_track, mark_flight, note_first
from rempart.engine.turning import start_following
from rempart.events.identities import HOSTILE, UNKNOWN
from rempart.events.kinds import IDENTIFIED

INTERROGATION_INTERVAL = 10.0
"""Between interrogations of a track whose identity stays unknown [s]."""


@inner_kernel
def identify(world, state, case, now):
    """Interrogate a firm track, declare its identity, and go on to the decision if fire is allowed."""
    if not holds_track(world, state, case, now):
        return
    vehicle, group = state.cases.vehicle[case], group_of(world, case)
    identity = concluded_identity(world, state, case, now)
    state.cases.identity[case] = identity
    if identity != UNKNOWN:
        note_first(state.flights.identified, vehicle, now)
    note(state, now, IDENTIFIED, vehicle, group, float(identity))
    if identity == HOSTILE:
        start_following(world, state, group, now)
    if identity == UNKNOWN:
        schedule(state.agenda, state.slots.identify + case, now + INTERROGATION_INTERVAL)
    if may_engage(identity, world.policy.weapons_control):
        mark_flight(state, vehicle, CLEARED_TO_FIRE)
        wait = 0.0 if world.perfect.assignment else world.policy.decision_time
        is_free = state.cases.weapon[case] < 0 and state.agenda.place[state.slots.decide + case] < 0
        if is_free and world.groups.first_unit[group] < world.groups.end_unit[group]:
            state.cases.cross_section[case] = sized_up(world, state, case)
            schedule(state.agenda, state.slots.decide + case, now + wait)
