"""Plots of which nobody knows whose they are: a turn's sheet goes to the pictures, and tracks come of it.

The tracker (`rempart.picture.multitarget`) sees plots and nothing else. Which vehicle a track follows is
noted here beside it, for the books: a round must fly at something, and a ledger must say what leaked.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.doctrine.roe import may_engage
from rempart.engine.agenda import schedule
from rempart.engine.dispatches import is_sheet_delivered
from rempart.engine.log import note, note_at
from rempart.engine.reporting import report_dedicated, report_turn
from rempart.engine.state import (
    CLEARED_TO_FIRE,
    DECLARED_KILLED,
    DISMISSED,
    FIRM,
    FLYING,
    NO_TRACK,
    OPEN,
    TENTATIVE,
    reset_case,
)
from rempart.engine.tracks import confirm_track, doubt_kill, forget_case, group_of, mark_flight, note_first
from rempart.events.identities import UNKNOWN
from rempart.events.kinds import PLOT, TRACK_DROPPED, TRACK_SWAPPED
from rempart.picture.bank import LAST_IDENT, N_LIVE, picture_of
from rempart.picture.lifecycle import expire, is_stale
from rempart.picture.multitarget import track_scan
from rempart.picture.tracker import COVARIANCE, POSITION, TIME, VAR_POSITION, VAR_VELOCITY, VELOCITY

SWEEP_INTERVAL = 2.0
"""Between searches of a picture for tracks that are too old [s]."""
STRAY_PLOTS = 3
"""A track of which the latest plots, this many, were not of whom it follows goes on with the last one's
vehicle, or, if that was false, with nobody."""


@inner_kernel
def associate_turn(tracker, world, state, sensor, n_looks, now, is_turn):
    """Report a turn, and bring up to date the picture of every group that gets it.

    Dedicated looks are reported one by one, each as a scan of its own.
    """
    if tracker is not None:
        for scan in range(1 if is_turn else n_looks):
            _associate(world, state, sensor, n_looks if is_turn else -1, scan, now)


@inner_kernel
def _associate(world, state, sensor, n_looks, scan, now):
    if n_looks >= 0:
        n_plots = report_turn(world, state, sensor, n_looks, now)
    else:
        n_plots = report_dedicated(world, state, sensor, scan, now)
    radar, sheet = world.sensors[sensor], state.sheet
    for plot in range(n_plots):
        vehicle = sheet.vehicle[plot]
        if vehicle >= 0:
            note_first(state.flights.first_detected, vehicle, now)
        if state.log.shape[0] > 0:
            _log_plot(state, sensor, plot, now)
    for feed in range(radar.first_feed, radar.end_feed):
        if is_sheet_delivered(world, state, feed, state.searches.look[sensor]):
            _update_picture(world, state, feed, now)


@inner_kernel
def _log_plot(state, sensor, plot, now):
    sheet = state.sheet
    value, origin = sheet.plots.value[plot], sheet.scans.origin[0]
    tilt = value[2] if math.isfinite(value[2]) else 0.0
    ground = value[0] * math.cos(tilt)
    place = (
        origin[0] + ground * math.sin(value[1]),
        origin[1] + ground * math.cos(value[1]),
        origin[2] + value[0] * math.sin(tilt),
    )
    note_at(state, (now, 0.0), PLOT, sheet.vehicle[plot], sensor, place)


@inner_kernel
def _update_picture(world, state, feed, now):
    """Give the sheet to one group's tracker, and take over what became of its tracks."""
    group, delay = world.feeds.group[feed], world.feeds.delay[feed]
    picture, sheet = picture_of(state.tracker, group), state.sheet
    bank, near = picture.bank, picture.table.near
    sweep_picture(picture, world, state, group, now)
    newest = bank.counts[LAST_IDENT]
    n_near = track_scan(picture, sheet.plots, sheet.scans, 0, world.tracker)
    for entry in range(n_near):
        case = near[entry]
        if bank.tracks[case].ident != state.cases.ident[case]:
            _bequeath(state, case, bank.tracks[case].merged_into)
            _lose(world, state, case, now)
        elif bank.tracks[case].plot >= 0:
            vehicle = _owner(sheet, bank.tracks[case].plot, state.cases.vehicle[case], now)
            follow(world, state, bank.tracks[case], case, vehicle, delay, now)
    for entry in range(bank.counts[N_LIVE] - 1, -1, -1):
        case = bank.live[entry]
        if bank.tracks[case].ident <= newest:
            break
        vehicle = sheet.vehicle[bank.tracks[case].plot]
        open_case(world, state, bank.tracks[case], case, vehicle)
        follow(world, state, bank.tracks[case], case, vehicle, delay, now)


@inlined_kernel
def _owner(sheet, plot, former, now):
    """Whose plot a track has: still the former's if its echo is among those merged into the plot."""
    if former >= 0 and sheet.heard[former] == now:
        row = sheet.echo[former]
        if sheet.source[row] == former and sheet.final[row] == plot:
            return former
    return sheet.vehicle[plot]


@inner_kernel
def sweep_picture(picture, world, state, group, now):
    """Search a group's picture, now and then, for tracks that are too old, and forget them."""
    if now >= state.next_sweep[group]:
        state.next_sweep[group] = now + SWEEP_INTERVAL
        _lose_stale(world, state, picture.bank, now)
        expire(picture, now, world.tracker)


@inner_kernel
def _lose_stale(world, state, bank, now):
    """Forget the cases whose tracks the tracker is about to drop for their age."""
    for entry in range(bank.counts[N_LIVE]):
        if is_stale(bank.tracks[bank.live[entry]], world.tracker, now):
            _lose(world, state, bank.live[entry], now)


@inner_kernel
def _lose(world, state, case, now):
    """The tracker has no track of this case any more."""
    if state.cases.status[case] == FIRM:
        age = now - state.tracks[case, TIME]
        note(state, now, TRACK_DROPPED, state.cases.vehicle[case], group_of(world, case), age)
    if state.cases.status[case] != NO_TRACK:
        forget_case(world, state, case)


@inner_kernel
def _bequeath(state, case, heir):
    """What a group has learnt about a track that was merged into another holds for that one.

    Unless it was asked itself. That no sensor could hold anything is no news of one that follows a vehicle.
    """
    if heir < 0:
        return
    one, other = state.cases[case], state.cases[heir]
    if other.identity == UNKNOWN and other.n_interrogations == 0:
        other.identity, other.own_identity = one.identity, one.own_identity
        other.declared_at = one.declared_at
        other.n_interrogations, other.n_replies = one.n_interrogations, one.n_replies
    if other.settled == OPEN and (one.settled == DECLARED_KILLED or other.vehicle < 0):
        other.settled, other.settled_at = one.settled, one.settled_at


@inner_kernel
def open_case(world, state, track, case, vehicle):
    """A track has started from a plot or a report of this vehicle (-1: of nobody)."""
    reset_case(state, case, vehicle)
    state.cases.ident[case], state.cases.status[case] = track.ident, TENTATIVE
    group = group_of(world, case)
    state.n_used[group] = max(state.n_used[group], case - group * world.n_slots + 1)


@inner_kernel
def follow(world, state, track, case, vehicle, delay, now):
    """Note what a plot or a report of this vehicle has brought; what follows comes `delay` [s] later."""
    cases = state.cases
    cases.n_plots[case] += 1
    state.trial.updates[0] += 1
    state.tracks[case, TIME] = track.time
    for axis in range(3):
        state.tracks[case, POSITION + axis] = track.blend[axis]
        state.tracks[case, VELOCITY + axis] = track.blend[3 + axis]
        state.tracks[case, VAR_POSITION + axis] = track.spread[axis, axis]
        state.tracks[case, COVARIANCE + axis] = track.spread[axis, axis + 3]
        state.tracks[case, VAR_VELOCITY + axis] = track.spread[axis + 3, axis + 3]
    _attribute(world, state, case, vehicle, now)
    if cases.status[case] == TENTATIVE and track.is_firm:
        confirm_track(world, state, case, now, delay)
        state.trial.false_tracks[0] += 1 if cases.vehicle[case] < 0 else 0
        state.trial.duals[0] += 1 if _is_dual(world, state, case, now) else 0
    if cases.settled[case] == DECLARED_KILLED:
        doubt_kill(world, state, case, now, delay)


@inner_kernel
def _is_dual(world, state, case, now):
    """Whether another firm track of the group follows the same vehicle."""
    vehicle, first = state.cases.vehicle[case], group_of(world, case) * world.n_slots
    for other in range(first, first + state.n_used[group_of(world, case)]):
        is_held = (
            state.cases.status[other] == FIRM and now - state.tracks[other, TIME] <= world.policy.drop_time
        )
        if is_held and other != case and vehicle >= 0 and state.cases.vehicle[other] == vehicle:
            return True
    return False


@inner_kernel
def _attribute(world, state, case, vehicle, now):
    """Keep the books of whom a track follows, as a plot of this vehicle (-1: of nobody) feeds it."""
    cases, former = state.cases, state.cases.vehicle[case]
    if vehicle == former:
        cases.n_stray[case] = 0
        return
    cases.n_stray[case] += 1
    # Two in one beam lend each other plots all the time; that is no news of whom a track follows.
    is_there = former >= 0 and (vehicle < 0 or state.flights.status[former] == FLYING)
    if is_there and cases.n_stray[case] < STRAY_PLOTS:
        return
    cases.n_stray[case], cases.vehicle[case] = 0, vehicle
    if vehicle < 0:
        return
    if cases.settled[case] == DISMISSED:
        cases.settled[case] = OPEN
    if cases.status[case] != FIRM:
        return
    note_first(state.flights.first_firm, vehicle, now)
    if former >= 0:
        state.trial.swaps[0] += 1
        note(state, now, TRACK_SWAPPED, vehicle, group_of(world, case), float(former))
    if cases.identity[case] != UNKNOWN:
        note_first(state.flights.identified, vehicle, now)
    is_identified = state.agenda.place[state.slots.identify + case] < 0
    if is_identified and may_engage(cases.identity[case], world.policy.weapons_control):
        mark_flight(state, vehicle, CLEARED_TO_FIRE)
        if cases.weapon[case] < 0 and state.agenda.place[state.slots.decide + case] < 0:
            schedule(state.agenda, state.slots.decide + case, now)
