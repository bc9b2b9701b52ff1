"""The sensors' part of a trial: what comes into view, each look round, and the looks in between."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.dice import uniform
from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.engine.agenda import cancel, schedule
from rempart.engine.association import associate_turn
from rempart.engine.attribution import register_look
from rempart.engine.dedicated import cast_dedicated
from rempart.engine.jamming import jam_looks
from rempart.engine.linking import send_reports
from rempart.engine.scorecard import LOOKS
from rempart.engine.state import FLYING
from rempart.engine.truth import look_pd, span_in_view
from rempart.engine.turning import keeps_turning, start_turning
from rempart.engine.world import KNOWN


@inner_kernel
def expect_entries(world, state, vehicle, takeoff):
    """Enter in the agenda when a vehicle that takes off will come into each sensor's view.

    A direction finder hears nothing of one that does not radiate.
    """
    variant, is_mute = state.flights.variant[vehicle], state.flights.emits[vehicle] == 0
    n_vehicles = world.vehicles.shape[0]
    for sensor in range(world.sensors.shape[0]):
        if is_mute and world.sensors.baseline[sensor] > 0.0:
            continue
        first, last = span_in_view(world, sensor, vehicle, variant)
        if last >= 0 and world.sensors.turn[sensor] < math.inf:
            slot = state.slots.entry + sensor * n_vehicles + vehicle
            schedule(state.agenda, slot, takeoff + first * world.vehicles.step[vehicle])


@inner_kernel
def enter_view(world, state, sensor, vehicle, now):
    """Add a vehicle to what a sensor looks at, and set the sensor turning if it was idle and radiates."""
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
    if place == 0 and search.is_silent == 0 and not keeps_turning(world, sensor):
        start_turning(world, state, sensor, now)


@inner_kernel
def look_round(world, state, slot, now):
    """One turn of a sensor: one look at every vehicle in view, and the next turn; or its dedicated looks."""
    is_turn = slot < state.slots.follow
    sensor = slot - (state.slots.turn if is_turn else state.slots.follow)
    search, view = state.searches[sensor], state.in_view[sensor]
    number = search.look
    if not is_turn:
        n_looks = cast_dedicated(world, state, sensor, now)
    elif world.sensors.march[sensor] < 0:
        n_looks = cast_looks(world.pd, state.flights, search, view, now)
    else:
        n_looks = cast_looks_on_the_march(world, state, sensor, now)
    if state.trial.n_jammers[0] > 0:
        jam_looks(world, state, sensor, n_looks, now)
    state.trial.looks[0] += n_looks
    state.card.sensing[sensor, LOOKS] += n_looks
    if world.policy.association == KNOWN:
        is_sure = world.perfect.detection
        for look in range(n_looks):
            register_look(world, state, sensor, view.looked[look], now, is_sure or view.is_hit[look] == 1)
    else:
        associate_turn(state.tracker, world, state, sensor, n_looks, now, is_turn)
        send_reports(state.dispatches, world, state, sensor, now)
    if not is_turn:
        search.look = number
        return
    search.look = number + 1
    if search.n_in_view > 0 or keeps_turning(world, sensor):
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
