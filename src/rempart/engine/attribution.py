"""Plots whose owner is known: each goes straight to its group's track of the vehicle that it shows.

This is tracking target by target, and fast: nothing is confused, and there are no false plots.
"""

from __future__ import annotations

from rempart.base.dice import normal_triple
from rempart.base.kernel import inner_kernel
from rempart.engine.dispatches import is_sheet_delivered
from rempart.engine.jamming import sensed_snr
from rempart.engine.log import note_at
from rempart.engine.reporting import report_errors
from rempart.engine.scorecard import DETECTIONS
from rempart.engine.state import DECLARED_KILLED, FIRM, NO_TRACK, TENTATIVE
from rempart.engine.tracks import confirm_track, doubt_kill, holds_track, note_first
from rempart.engine.truth import place_of, separation, true_position
from rempart.events.kinds import PLOT
from rempart.physics.measurement import measured_position
from rempart.picture.tracker import TIME, is_confirmed, shifted_register, start_track, update_track


@inner_kernel
def register_look(world, state, sensor, vehicle, now, is_hit):
    """Enter a look in the sensor's register of the vehicle; a hit brings a plot to every group it feeds."""
    radar = world.sensors[sensor]
    number = radar.group * world.n_slots + vehicle
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


@inner_kernel
def _take_plot(world, state, sensor, vehicle, number, now):
    radar, search = world.sensors[sensor], state.searches[sensor]
    truth, place = true_position(world, state, vehicle, now), place_of(world, world.sensors, sensor, now)
    snr = sensed_snr(world, state, sensor, vehicle, now)
    errors = report_errors(radar, search, snr, separation(truth, place))
    report = measured_position(
        truth,
        place,
        errors.range_sigma,
        errors.azimuth_sigma,
        errors.elevation_sigma,
        normal_triple(search.noise_key ^ world.vehicles.entity[vehicle], search.look),
    )
    state.trial.detections[0] += 1
    state.card.sensing[sensor, DETECTIONS] += 1
    note_first(state.flights.first_detected, vehicle, now)
    _update_case(world, state, number, now, report)
    if state.log.shape[0] > 0:
        is_firm = 1.0 if state.cases.status[number] == FIRM else 0.0
        note_at(state, (now, is_firm), PLOT, vehicle, sensor, report[0])
    _follow_up(world, state, sensor, vehicle, number, now, 0.0)
    for feed in range(radar.first_feed + 1, radar.end_feed):
        if is_sheet_delivered(world, state, feed, search.look):
            _feed_group(world, state, sensor, vehicle, feed, now, report)


@inner_kernel
def _feed_group(world, state, sensor, vehicle, feed, now, report):
    """Give a plot to a group that the sensor does not belong to."""
    number = world.feeds.group[feed] * world.n_slots + vehicle
    holds_track(world, state, number, now)
    _update_case(world, state, number, now, report)
    _follow_up(world, state, sensor, vehicle, number, now, world.feeds.delay[feed])


@inner_kernel
def _update_case(world, state, number, now, report):
    case = state.cases[number]
    is_lost = case.status == TENTATIVE and now - state.tracks[number, TIME] > world.policy.drop_time
    if case.status == NO_TRACK or is_lost:
        case.status = TENTATIVE
        case.n_starts += 1
        case.n_plots = 1
        start_track(state.tracks, number, now, report[0], report[1])
    else:
        case.n_plots += 1
        state.trial.updates[0] += 1
        update_track(state.tracks, number, now, report[0], report[1])


@inner_kernel
def _follow_up(world, state, sensor, vehicle, number, now, delay):
    """What follows from a plot: a firm track, or doubt of a kill; both `delay` [s] later than at home."""
    case = state.cases[number]
    if case.status == TENTATIVE:
        register = state.registers[sensor, vehicle]
        policy = world.policy
        is_firm = is_confirmed(register, policy.m_of_n_hits, policy.m_of_n_looks)
        if is_firm or world.perfect.tracking:
            confirm_track(world, state, number, now, delay)
    if case.settled == DECLARED_KILLED:
        doubt_kill(world, state, number, now, delay)
