"""The radars' part of a trial: what comes into view, each look round, and the tracks it feeds."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.dice import normal_triple, uniform
from rempart.base.kernel import inlined_kernel, inner_kernel, woven_kernel
from rempart.doctrine.roe import may_engage
from rempart.engine.agenda import cancel, schedule
from rempart.engine.log import note, note_at
from rempart.engine.state import DECLARED_KILLED, FIRM, FLYING, NO_TRACK, OPEN, TENTATIVE
from rempart.engine.truth import true_position
from rempart.events.kinds import PLOT, TRACK_DROPPED, TRACK_FIRM
from rempart.physics.measurement import measured_position
from rempart.picture.tracker import (
    TIME,
    is_confirmed,
    shifted_register,
    start_track,
    track_position,
    update_track,
)

LOOK_MARGIN = 1e-9
"""A look closer before the entry than this part of a turn is left to the next turn."""


@inner_kernel
def expect_entries(world, state, vehicle, takeoff):
    """Enter in the agenda when a vehicle that takes off will come into each sensor's view."""
    variant = state.flights.variant[vehicle]
    n_vehicles = world.vehicles.shape[0]
    for sensor in range(world.sensors.shape[0]):
        if world.views.count[sensor, vehicle, variant] > 0 and world.sensors.turn[sensor] < math.inf:
            first = world.views.first[sensor, vehicle, variant]
            slot = state.slots.entry + sensor * n_vehicles + vehicle
            schedule(state.agenda, slot, takeoff + first * world.vehicles.step[vehicle])


@inner_kernel
def enter_view(world, state, sensor, vehicle, now):
    """Add a vehicle to what a sensor looks at, and set the sensor turning if it was idle."""
    search = state.searches[sensor]
    view = world.views[sensor, vehicle, state.flights.variant[vehicle]]
    place = search.n_in_view
    search.n_in_view = place + 1
    entry = state.in_view[sensor, place]
    entry.vehicle = vehicle
    entry.shift = view.start - view.first
    entry.last = view.first + view.count - 1
    entry.takeoff = state.flights.takeoff[vehicle]
    entry.step = world.vehicles.step[vehicle]
    entry.key = search.detection_key ^ world.vehicles.entity[vehicle]
    if place == 0:
        turn = world.sensors.turn[sensor]
        look = max(math.ceil((now - search.phase) / turn + LOOK_MARGIN), 0)
        search.look = look
        schedule(state.agenda, state.slots.turn + sensor, search.phase + look * turn)


@woven_kernel
def look_round(world, state, sensor, now):
    """One turn of a sensor: one look at every vehicle in view, and the next turn."""
    search, view = state.searches[sensor], state.in_view[sensor]
    n_looks = cast_looks(world.pd, state.flights, search, view, now)
    is_sure = world.perfect.detection
    state.trial.looks[0] += n_looks
    for look in range(n_looks):
        register_look(world, state, sensor, view.looked[look], now, is_sure or view.is_hit[look] == 1)
    search.look += 1
    slot = state.slots.turn + sensor
    if search.n_in_view > 0:
        schedule(state.agenda, slot, search.phase + search.look * world.sensors.turn[sensor])
    else:
        cancel(state.agenda, slot)


@inner_kernel
def cast_looks(pd, flights, search, view, now):
    """Roll one turn's looks, apart from what follows from them, so that nothing holds the loop up.

    Vehicles that have left the view are taken off the list. Each look at a vehicle that could be
    seen fills one row of `looked` and `is_hit`, from the first row on.

    Returns
    -------
    int
        Number of looks, at most the number of vehicles in view.
    """
    n_in_view, look = search.n_in_view, search.look
    n_looks = 0
    place = 0
    while place < n_in_view:
        entry = view[place]
        vehicle = entry.vehicle
        sample = int((now - entry.takeoff) / entry.step)
        if sample > entry.last or flights.status[vehicle] != FLYING:
            n_in_view -= 1
            _move_entry(view[n_in_view], entry)
            continue
        place += 1
        chance = np.float64(pd[entry.shift + sample])
        if chance > 0.0:
            view.looked[n_looks] = vehicle
            view.is_hit[n_looks] = 1 if uniform(entry.key, look) < chance else 0
            n_looks += 1
    search.n_in_view = n_in_view
    return n_looks


@inlined_kernel
def _move_entry(source, target):
    target.vehicle = source.vehicle
    target.shift = source.shift
    target.last = source.last
    target.takeoff = source.takeoff
    target.step = source.step
    target.key = source.key


@woven_kernel
def register_look(world, state, sensor, vehicle, now, is_hit):
    """Enter a look in the group's track of the vehicle; a hit brings a plot."""
    number = world.sensors.group[sensor] * world.vehicles.shape[0] + vehicle
    case = state.cases[number]
    if case.status == FIRM:
        if not is_hit:
            return
        holds_track(world, state, number, now)
    bit = 1 if is_hit else 0
    register = shifted_register(state.registers[sensor, vehicle], bit, world.policy.m_of_n_looks)
    state.registers[sensor, vehicle] = register
    if is_hit:
        _take_plot(world, state, sensor, vehicle, number, now)
        if case.settled == DECLARED_KILLED:
            _doubt_kill(world, state, number, now)


@inner_kernel
def _doubt_kill(world, state, case, now):
    """A track that is still fed long after its kill was declared is taken up again."""
    if now - state.cases.settled_at[case] > world.policy.drop_time:
        state.cases.settled[case] = OPEN
        is_identified = state.agenda.place[state.slots.identify + case] < 0
        is_fair_game = may_engage(state.cases.identity[case], world.policy.weapons_control)
        if state.cases.status[case] == FIRM and is_identified and is_fair_game:
            schedule(state.agenda, state.slots.decide + case, now)


@woven_kernel
def _take_plot(world, state, sensor, vehicle, number, now):
    radar, search, case = world.sensors[sensor], state.searches[sensor], state.cases[number]
    plot, variance = measured_position(
        true_position(world, state, vehicle, now),
        (radar.x, radar.y, radar.z),
        radar.range_error,
        radar.angle_error,
        normal_triple(search.noise_key ^ world.vehicles.entity[vehicle], search.look),
    )
    state.trial.detections[0] += 1
    is_lost = case.status == TENTATIVE and now - state.tracks[number, TIME] > world.policy.drop_time
    if case.status == NO_TRACK or is_lost:
        case.status = TENTATIVE
        case.n_plots = 1
        start_track(state.tracks, number, now, plot, variance)
    else:
        case.n_plots += 1
        state.trial.updates[0] += 1
        update_track(state.tracks, number, now, plot, variance)
    if math.isnan(state.flights.first_detected[vehicle]):
        state.flights.first_detected[vehicle] = now
    if state.log.shape[0] > 0:
        is_firm = 1.0 if case.status == FIRM else 0.0
        note_at(state, (now, is_firm), PLOT, vehicle, sensor, plot)
    if case.status == TENTATIVE:
        _confirm_track(world, state, sensor, vehicle, number, now)


@inner_kernel
def _confirm_track(world, state, sensor, vehicle, case, now):
    policy = world.policy
    confirmed = is_confirmed(state.registers[sensor, vehicle], policy.m_of_n_hits, policy.m_of_n_looks)
    if not (confirmed or world.perfect.tracking):
        return
    state.cases.status[case] = FIRM
    state.cases.identity[case] = 0
    if math.isnan(state.flights.first_firm[vehicle]):
        state.flights.first_firm[vehicle] = now
    group = case // world.vehicles.shape[0]
    position = track_position(state.tracks, case, now)
    note_at(state, (now, float(state.cases.n_plots[case])), TRACK_FIRM, vehicle, group, position)
    delay = 0.0 if world.perfect.communication else policy.link_delay
    wait = 0.0 if world.perfect.identification else policy.identification_time
    schedule(state.agenda, state.slots.identify + case, now + delay + wait)


@inner_kernel
def drop_track(world, state, case, now):
    """Forget a track that has gone too long without a plot, and all that was concluded about it."""
    n_vehicles = world.vehicles.shape[0]
    age = now - state.tracks[case, TIME]
    note(state, now, TRACK_DROPPED, case % n_vehicles, case // n_vehicles, age)
    state.cases.status[case] = NO_TRACK
    for sensor in range(world.sensors.shape[0]):
        if world.sensors.group[sensor] == case // n_vehicles:
            state.registers[sensor, case % n_vehicles] = 0
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
