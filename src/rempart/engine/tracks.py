"""A group's tracks: what follows when one is confirmed, fed after a declared kill, lost or taken for dead."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.doctrine.roe import may_engage
from rempart.engine.agenda import cancel, schedule
from rempart.engine.emission import cue_group
from rempart.engine.log import note, note_at
from rempart.engine.pictures import delete_track
from rempart.engine.state import FIRM, NO_TRACK, OPEN
from rempart.engine.world import KNOWN
from rempart.events.kinds import TRACK_DROPPED, TRACK_FIRM
from rempart.picture.corridors import sector_shown
from rempart.picture.tracker import TIME, track_position

FALSE_TRACK = np.uint64(0x6661_6C73_6500_0000)
"""What the hashes of tracks of false plots are made from."""


@inlined_kernel
def group_of(world, case):
    """The group to which a case belongs."""
    return case // world.n_slots


@inlined_kernel
def entity_of(world, state, case):
    """Hash for the dice of what a case tracks: the vehicle's, or that of a false track of this number."""
    vehicle = state.cases.vehicle[case]
    if vehicle >= 0:
        return world.vehicles.entity[vehicle]
    return FALSE_TRACK ^ np.uint64(state.cases.ident[case])


@inlined_kernel
def mark_flight(state, vehicle, marks):
    """Add marks to a flight; a false track has none to mark."""
    if vehicle >= 0:
        state.flights.marks[vehicle] |= marks


@inlined_kernel
def note_first(times, vehicle, now):
    """Enter when something first befell a vehicle, in one column of times of its flight."""
    if vehicle >= 0 and math.isnan(times[vehicle]):
        times[vehicle] = now


@inner_kernel
def confirm_track(world, state, case, now, delay):
    """A tentative track becomes firm; its group hears of it `delay` [s] later than at home."""
    vehicle = state.cases.vehicle[case]
    state.cases.status[case] = FIRM
    state.cases.identity[case] = 0
    state.cases.own_identity[case] = 0
    note_first(state.flights.first_firm, vehicle, now)
    position, policy = track_position(state.tracks, case, now), world.policy
    state.cases.origin[case] = sector_shown(position, policy.sector_start, policy.sector_width)
    note_at(
        state,
        (now, float(state.cases.n_plots[case])),
        TRACK_FIRM,
        vehicle,
        group_of(world, case),
        position,
    )
    link = 0.0 if world.perfect.communication else world.policy.link_delay + delay
    wait = 0.0 if world.perfect.identification else world.policy.identification_time
    schedule(state.agenda, state.slots.identify + case, now + link + wait)
    cue_group(world, state, group_of(world, case), vehicle, now + link)


@inner_kernel
def doubt_kill(world, state, case, now, delay):
    """A track that is still fed long after its kill was declared is taken up again."""
    if now - state.cases.settled_at[case] > world.policy.drop_time:
        state.cases.settled[case] = OPEN
        is_identified = state.agenda.place[state.slots.identify + case] < 0
        is_fair_game = may_engage(state.cases.identity[case], world.policy.weapons_control)
        if state.cases.status[case] == FIRM and is_identified and is_fair_game:
            link = 0.0 if world.perfect.communication else delay
            schedule(state.agenda, state.slots.decide + case, now + link)


@inner_kernel
def drop_track(world, state, case, now):
    """Drop a track that has gone too long without a plot, and all that was concluded about it."""
    age = now - state.tracks[case, TIME]
    note(state, now, TRACK_DROPPED, state.cases.vehicle[case], group_of(world, case), age)
    forget_track(world, state, case)


@inner_kernel
def forget_track(world, state, case):
    """A group gives its track of the case up, and decides nothing more about it."""
    delete_track(state.tracker, group_of(world, case), case)
    forget_case(world, state, case)


@inner_kernel
def forget_case(world, state, case):
    """A group no longer has a track of the case, and nothing more is decided about it."""
    state.cases.status[case] = NO_TRACK
    if world.policy.association == KNOWN:
        for sensor in range(world.sensors.shape[0]):
            if world.sensors.group[sensor] == group_of(world, case):
                state.registers[sensor, case % world.n_slots] = 0
    state.cases.is_waiting[case] = 0
    cancel(state.agenda, state.slots.identify + case)
    cancel(state.agenda, state.slots.decide + case)


@inner_kernel
def holds_track(world, state, case, now):
    """Whether the group still holds a firm track of the case; drops it if it has gone stale."""
    if state.cases.status[case] != FIRM:
        return False
    if now - state.tracks[case, TIME] > world.policy.drop_time:
        drop_track(world, state, case, now)
        return False
    return True
