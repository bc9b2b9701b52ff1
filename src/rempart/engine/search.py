"""The radars' part of a trial: what comes into view, each look round, and the tracks it feeds."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.dice import normal_triple, uniform
from rempart.base.kernel import inlined_kernel, lean_kernel
from rempart.engine.agenda import cancel, schedule
from rempart.engine.log import note, note_at
from rempart.engine.state import DECLARED_KILLED, FIRM, FLYING, NO_TRACK, OPEN, TENTATIVE
from rempart.engine.truth import site_of, true_position
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


@lean_kernel
def expect_entries(world, state, vehicle, takeoff):
    """Enter in the agenda when a vehicle that takes off will come into each sensor's view."""
    variant = state.flights.variant[vehicle]
    n_vehicles = world.vehicles.shape[0]
    for sensor in range(world.sensors.shape[0]):
        if world.views.count[sensor, vehicle, variant] > 0 and world.sensors.turn[sensor] < math.inf:
            first = world.views.first[sensor, vehicle, variant]
            slot = state.slots.entry + sensor * n_vehicles + vehicle
            schedule(state.agenda, slot, takeoff + first * world.vehicles.step[vehicle])


@lean_kernel
def enter_view(world, state, sensor, vehicle, now):
    """Add a vehicle to what a sensor looks at, and set the sensor turning if it was idle."""
    searches, in_view = state.searches, state.in_view
    variant = state.flights.variant[vehicle]
    place = searches.n_in_view[sensor]
    searches.n_in_view[sensor] = place + 1
    first = world.views.first[sensor, vehicle, variant]
    in_view.vehicle[sensor, place] = vehicle
    in_view.shift[sensor, place] = world.views.start[sensor, vehicle, variant] - first
    in_view.last[sensor, place] = first + world.views.count[sensor, vehicle, variant] - 1
    if place == 0:
        turn = world.sensors.turn[sensor]
        look = max(int(math.ceil((now - searches.phase[sensor]) / turn)), 0)
        searches.look[sensor] = look
        schedule(state.agenda, state.slots.turn + sensor, searches.phase[sensor] + look * turn)


@lean_kernel
def look_round(world, state, sensor, now):
    """One turn of a sensor: one look at every vehicle in view, and the next turn."""
    searches, in_view, flights = state.searches, state.in_view, state.flights
    look = searches.look[sensor]
    detection_key = searches.detection_key[sensor]
    n_looks = 0
    place = 0
    while place < searches.n_in_view[sensor]:
        vehicle = in_view.vehicle[sensor, place]
        sample = int((now - flights.takeoff[vehicle]) / world.vehicles.step[vehicle])
        if sample > in_view.last[sensor, place] or flights.status[vehicle] != FLYING:
            _leave_view(searches, in_view, sensor, place)
            continue
        pd = np.float64(world.pd[in_view.shift[sensor, place] + sample])
        place += 1
        if pd > 0.0:
            n_looks += 1
            draw = uniform(detection_key ^ world.vehicles.entity[vehicle], look)
            is_hit = draw < pd or world.perfect.detection
            register_look(world, state, sensor, vehicle, now, is_hit)
    state.trial.looks[0] += n_looks
    searches.look[sensor] = look + 1
    slot = state.slots.turn + sensor
    if searches.n_in_view[sensor] > 0:
        schedule(state.agenda, slot, searches.phase[sensor] + (look + 1) * world.sensors.turn[sensor])
    else:
        cancel(state.agenda, slot)


@inlined_kernel
def _leave_view(searches, in_view, sensor, place):
    last = searches.n_in_view[sensor] - 1
    searches.n_in_view[sensor] = last
    in_view.vehicle[sensor, place] = in_view.vehicle[sensor, last]
    in_view.shift[sensor, place] = in_view.shift[sensor, last]
    in_view.last[sensor, place] = in_view.last[sensor, last]


@inlined_kernel
def register_look(world, state, sensor, vehicle, now, is_hit):
    """Enter a look in the group's track of the vehicle; a hit brings a plot."""
    case = world.sensors.group[sensor] * world.vehicles.shape[0] + vehicle
    status = state.cases.status[case]
    if not is_hit and status != TENTATIVE:
        return
    if status == FIRM and now - state.tracks[case, TIME] > world.policy.drop_time:
        drop_track(world, state, case, now)
    bit = 1 if is_hit else 0
    register = shifted_register(state.cases.register[case], bit, world.policy.m_of_n_looks)
    state.cases.register[case] = register
    if is_hit:
        _take_plot(world, state, sensor, vehicle, case, now)
        if state.cases.settled[case] == DECLARED_KILLED:
            _doubt_kill(world, state, case, now)
    elif register == 0:
        state.cases.status[case] = NO_TRACK


@lean_kernel
def _doubt_kill(world, state, case, now):
    """A track that is still fed long after its kill was declared is taken up again."""
    if now - state.cases.settled_at[case] > world.policy.drop_time:
        state.cases.settled[case] = OPEN
        if state.cases.status[case] == FIRM:
            schedule(state.agenda, state.slots.decide + case, now)


@inlined_kernel
def _take_plot(world, state, sensor, vehicle, case, now):
    key = state.searches.noise_key[sensor] ^ world.vehicles.entity[vehicle]
    plot, variance = measured_position(
        true_position(world, state, vehicle, now), site_of(world.sensors, sensor),
        world.sensors.range_error[sensor], world.sensors.angle_error[sensor],
        normal_triple(key, state.searches.look[sensor]),
    )
    state.trial.detections[0] += 1
    if state.cases.status[case] == NO_TRACK:
        state.cases.status[case] = TENTATIVE
        state.cases.n_plots[case] = 1
        start_track(state.tracks, case, now, plot, variance)
    else:
        state.cases.n_plots[case] += 1
        state.trial.updates[0] += 1
        update_track(state.tracks, case, now, plot, variance)
    if math.isnan(state.flights.first_detected[vehicle]):
        state.flights.first_detected[vehicle] = now
    if state.log.shape[0] > 0:
        is_firm = 1.0 if state.cases.status[case] == FIRM else 0.0
        note_at(state, (now, is_firm), PLOT, vehicle, sensor, plot)
    if state.cases.status[case] == TENTATIVE:
        _confirm_track(world, state, vehicle, case, now)


@lean_kernel
def _confirm_track(world, state, vehicle, case, now):
    policy = world.policy
    confirmed = is_confirmed(state.cases.register[case], policy.m_of_n_hits, policy.m_of_n_looks)
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


@lean_kernel
def drop_track(world, state, case, now):
    """Forget a track that has gone too long without a plot, and all that was concluded about it."""
    n_vehicles = world.vehicles.shape[0]
    age = now - state.tracks[case, TIME]
    note(state, now, TRACK_DROPPED, case % n_vehicles, case // n_vehicles, age)
    state.cases.status[case] = NO_TRACK
    state.cases.register[case] = 0
    state.cases.is_waiting[case] = 0
    cancel(state.agenda, state.slots.identify + case)
    cancel(state.agenda, state.slots.decide + case)


@lean_kernel
def holds_track(world, state, case, now):
    """Whether the group still holds a firm track of the case; drops it if it has gone stale."""
    if state.cases.status[case] != FIRM:
        return False
    if now - state.tracks[case, TIME] > world.policy.drop_time:
        drop_track(world, state, case, now)
        return False
    return True
