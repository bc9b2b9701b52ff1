"""The sensors' part of a trial: what comes into view, each look round, and the tracks it feeds."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.dice import normal_triple, uniform
from rempart.base.kernel import inlined_kernel, inner_kernel, woven_kernel
from rempart.doctrine.roe import may_engage
from rempart.engine.agenda import cancel, schedule
from rempart.engine.log import note, note_at
from rempart.engine.state import DECLARED_KILLED, FIRM, FLYING, NO_TRACK, OPEN, TENTATIVE
from rempart.engine.truth import look_pd, place_of, span_in_view, true_position
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
        first, last = span_in_view(world, sensor, vehicle, variant)
        if last >= 0 and world.sensors.turn[sensor] < math.inf:
            slot = state.slots.entry + sensor * n_vehicles + vehicle
            schedule(state.agenda, slot, takeoff + first * world.vehicles.step[vehicle])


@inner_kernel
def enter_view(world, state, sensor, vehicle, now):
    """Add a vehicle to what a sensor looks at, and set the sensor turning if it was idle."""
    search, variant = state.searches[sensor], state.flights.variant[vehicle]
    view = world.views[world.sensors.first_eye[sensor], vehicle, variant]
    _, last = span_in_view(world, sensor, vehicle, variant)
    place = search.n_in_view
    search.n_in_view = place + 1
    entry = state.in_view[sensor, place]
    entry.vehicle = vehicle
    entry.shift = view.start - view.first
    entry.last = last
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
    if world.sensors.march[sensor] < 0:
        n_looks = cast_looks(world.pd, state.flights, search, view, now)
    else:
        n_looks = cast_looks_on_the_march(world, state, sensor, now)
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


@inner_kernel
def cast_looks_on_the_march(world, state, sensor, now):
    """The same for a sensor whose view changes as it goes: each look is through its eye of now."""
    search, view = state.searches[sensor], state.in_view[sensor]
    n_looks, place = 0, 0
    while place < search.n_in_view:
        entry = view[place]
        vehicle = entry.vehicle
        sample = int((now - entry.takeoff) / entry.step)
        if sample > entry.last or state.flights.status[vehicle] != FLYING:
            search.n_in_view -= 1
            _move_entry(view[search.n_in_view], entry)
            continue
        place += 1
        chance = look_pd(world, state, sensor, vehicle, now)
        if chance > 0.0:
            view.looked[n_looks] = vehicle
            view.is_hit[n_looks] = 1 if uniform(entry.key, search.look) < chance else 0
            n_looks += 1
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
    """Enter a look in the sensor's register of the vehicle; a hit brings a plot to every group it feeds."""
    radar = world.sensors[sensor]
    number = radar.group * world.vehicles.shape[0] + vehicle
    if state.cases.status[number] == FIRM:
        if is_hit:
            holds_track(world, state, number, now)
        elif radar.end_feed - radar.first_feed == 1:
            return
    bit = 1 if is_hit else 0
    register = shifted_register(state.registers[sensor, vehicle], bit, world.policy.m_of_n_looks)
    state.registers[sensor, vehicle] = register
    if is_hit:
        _take_plot(world, state, sensor, vehicle, number, now)


@woven_kernel
def _take_plot(world, state, sensor, vehicle, number, now):
    radar, search = world.sensors[sensor], state.searches[sensor]
    report = measured_position(
        true_position(world, state, vehicle, now),
        place_of(world, world.sensors, sensor, now),
        radar.range_error,
        radar.angle_error,
        radar.elevation_error,
        normal_triple(search.noise_key ^ world.vehicles.entity[vehicle], search.look),
    )
    state.trial.detections[0] += 1
    if math.isnan(state.flights.first_detected[vehicle]):
        state.flights.first_detected[vehicle] = now
    _update_case(world, state, number, now, report)
    if state.log.shape[0] > 0:
        is_firm = 1.0 if state.cases.status[number] == FIRM else 0.0
        note_at(state, (now, is_firm), PLOT, vehicle, sensor, report[0])
    _follow_up(world, state, sensor, vehicle, number, now, 0.0)
    for feed in range(radar.first_feed + 1, radar.end_feed):
        _feed_group(world, state, sensor, vehicle, feed, now, report)


@inner_kernel
def _feed_group(world, state, sensor, vehicle, feed, now, report):
    """Give a plot to a group that the sensor does not belong to."""
    number = world.feeds.group[feed] * world.vehicles.shape[0] + vehicle
    holds_track(world, state, number, now)
    _update_case(world, state, number, now, report)
    _follow_up(world, state, sensor, vehicle, number, now, world.feeds.delay[feed])


@woven_kernel
def _update_case(world, state, number, now, report):
    case = state.cases[number]
    is_lost = case.status == TENTATIVE and now - state.tracks[number, TIME] > world.policy.drop_time
    if case.status == NO_TRACK or is_lost:
        case.status = TENTATIVE
        case.n_plots = 1
        start_track(state.tracks, number, now, report[0], report[1])
    else:
        case.n_plots += 1
        state.trial.updates[0] += 1
        update_track(state.tracks, number, now, report[0], report[1])


@woven_kernel
def _follow_up(world, state, sensor, vehicle, number, now, delay):
    """What follows from a plot: a firm track, or doubt of a kill; both `delay` [s] later than at home."""
    case = state.cases[number]
    if case.status == TENTATIVE:
        register = state.registers[sensor, vehicle]
        policy = world.policy
        is_firm = is_confirmed(register, policy.m_of_n_hits, policy.m_of_n_looks)
        if is_firm or world.perfect.tracking:
            _confirm_track(world, state, number, now, delay)
    if case.settled == DECLARED_KILLED:
        _doubt_kill(world, state, number, now, delay)


@inner_kernel
def _confirm_track(world, state, case, now, delay):
    n_vehicles = world.vehicles.shape[0]
    vehicle, group = case % n_vehicles, case // n_vehicles
    state.cases.status[case] = FIRM
    state.cases.identity[case] = 0
    if math.isnan(state.flights.first_firm[vehicle]):
        state.flights.first_firm[vehicle] = now
    position = track_position(state.tracks, case, now)
    note_at(state, (now, float(state.cases.n_plots[case])), TRACK_FIRM, vehicle, group, position)
    link = 0.0 if world.perfect.communication else world.policy.link_delay + delay
    wait = 0.0 if world.perfect.identification else world.policy.identification_time
    schedule(state.agenda, state.slots.identify + case, now + link + wait)


@inner_kernel
def _doubt_kill(world, state, case, now, delay):
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
    n_vehicles = world.vehicles.shape[0]
    age = now - state.tracks[case, TIME]
    note(state, now, TRACK_DROPPED, case % n_vehicles, case // n_vehicles, age)
    forget_track(world, state, case)


@inner_kernel
def forget_track(world, state, case):
    """A group no longer has a track of the case, and nothing more is decided about it."""
    n_vehicles = world.vehicles.shape[0]
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
