"""The fire units' part of a trial: commit, launch, intercept, assess, and fire again or let go."""

from __future__ import annotations

import math

from rempart.base.dice import dice_key, uniform
from rempart.base.kernel import inlined_kernel, inner_kernel, lean_kernel
from rempart.engine.agenda import cancel, schedule
from rempart.engine.decision import (
    LAUNCH_TOLERANCE,
    NEAR_REVIEW,
    can_engage,
    decide,
    estimate_of,
    is_out_of_action,
    obstacle_of,
    offer_of,
    recall_waiting,
    stand_of,
)
from rempart.engine.jamming import jammed_pd, may_be_jammed, switch_jammer
from rempart.engine.log import note, note_at
from rempart.engine.pictures import keep_track, release_track
from rempart.engine.purposes import ASSESSMENT, KILL
from rempart.engine.state import DECLARED_KILLED, DISMISSED, ENDED, FIRM, FLYING, OPEN, WAITING_TO_START
from rempart.engine.tracks import forget_track, group_of, holds_track, note_first
from rempart.engine.truth import (
    arrival_time,
    height_over,
    look_pd,
    moving_share,
    place_of,
    separation,
    true_position,
)
from rempart.engine.turning import start_following
from rempart.events.kinds import (
    ABORTED,
    ASSESSED,
    ASSIGNED,
    INTERCEPT_KILL,
    INTERCEPT_MISS,
    LAUNCH,
    NOT_RELEASED_EVENT,
    RELOADED,
)
from rempart.events.outcomes import KILLED, NOT_RELEASED
from rempart.physics.intercept import tabulated_flight_time
from rempart.picture.tracker import track_position

N_HOMING_STEPS = 60
"""Steps of the search for the true meeting, at most; a target slower than the round takes a few."""
HOMING_TOLERANCE = 1e-3
"""[s]"""
MOST_SHOTS = 4096
"""Draws kept for one track."""


@inner_kernel
def consider(world, state, case, now):
    """Decide about a track: commit the best weapon, or wait."""
    if state.cases.weapon[case] >= 0 or state.cases.settled[case] != OPEN:
        return
    if not holds_track(world, state, case, now):
        return
    weapon, offer = decide(world, state, case, now)
    if weapon < 0:
        return
    if state.trial.asks[0] == 1:
        state.trial.asked[0] = case
        state.trial.proposed[0] = weapon
    else:
        commit(world, state, case, weapon, offer, now)


@lean_kernel
def answer(world, state, weapon):
    """Settle the decision at which `advance` stopped: commit this weapon to the track, or none (-1).

    Returns
    -------
    bool
        False, and nothing has changed, if that weapon cannot be committed now: no free channel or
        ready round, no sight of the target, no meeting within its reach, or another group's. A
        track that is refused comes up again while it can be engaged.
    """
    case, now = state.trial.asked[0], state.trial.clock[0]
    if weapon < 0:
        state.trial.asked[0] = -1
        schedule(state.agenda, state.slots.decide + case, now + NEAR_REVIEW)
        return True
    unit = world.weapons.unit[weapon]
    vehicle, group = state.cases.vehicle[case], group_of(world, case)
    has_had_its_turn = state.salvos[case, unit] >= world.policy.max_salvos
    is_barred = has_had_its_turn or obstacle_of(world, state, unit, weapon) != 0
    if is_barred or world.units.group[unit] != group or not can_engage(world, state, unit, vehicle, now):
        return False
    delay = 0.0 if world.perfect.assignment else world.units.reaction[unit]
    estimate, stand = estimate_of(world, state, case, now), stand_of(world, unit, now + delay)
    offer = offer_of(world, estimate, weapon, delay, stand)
    if offer.launch_delay - delay > LAUNCH_TOLERANCE:
        return False
    state.trial.asked[0] = -1
    commit(world, state, case, weapon, offer, now)
    return True


@inner_kernel
def commit(world, state, case, weapon, offer, now):
    """Give a track to a fire unit: one channel is taken, and the launch is due."""
    vehicle, unit = state.cases.vehicle[case], world.weapons.unit[weapon]
    state.cases.weapon[case] = weapon
    state.cases.target[case] = vehicle
    state.cases.is_waiting[case] = 0
    state.busy[unit] += 1
    keep_track(state.tracker, case)
    start_following(world, state, world.units.group[unit], now)
    note_first(state.flights.first_assigned, vehicle, now)
    note(state, now, ASSIGNED, vehicle, weapon, now + offer.meeting.time)
    schedule(state.agenda, state.slots.engage + case, now + max(offer.launch_delay, 0.0))


@inlined_kernel
def is_launch_due(state, case):
    """Whether a weapon is committed to the case and has still to be launched."""
    return state.cases.weapon[case] >= 0 and state.cases.n_shots[case] == state.cases.n_assessed[case]


@inner_kernel
def launch(world, state, case, now):
    """Fire a salvo, if the track still permits it; else give the engagement up and think again."""
    cases = state.cases
    weapon, vehicle = cases.weapon[case], cases.vehicle[case]
    if not _may_launch(world, state, case, weapon, now):
        note(state, now, ABORTED, vehicle, weapon, 0.0)
        if vehicle < 0:
            cases.settled[case] = DISMISSED
        _release(world, state, case, now)
        if state.cases.status[case] != 0:
            schedule(state.agenda, state.slots.decide + case, now + 1.0)
        return
    n_rounds = min(world.policy.salvo, state.magazines.left[weapon])
    cases.target[case] = vehicle
    cases.n_salvos[case] += 1
    cases.launched_at[case] = now
    state.salvos[case, world.weapons.unit[weapon]] += 1
    note_first(state.flights.first_launch, vehicle, now)
    for shot in range(n_rounds):
        _fire_round(world, state, case, shot, now + shot * world.weapons.interval[weapon])
    is_reloaded = world.weapons.reload_time[weapon] < math.inf and state.magazines.stock[weapon] != 0
    if state.magazines.left[weapon] == 0 and is_reloaded:
        schedule(state.agenda, state.slots.reload + weapon, now + world.weapons.reload_time[weapon])


@inner_kernel
def _may_launch(world, state, case, weapon, now):
    if state.magazines.left[weapon] <= 0 or not holds_track(world, state, case, now):
        return False
    vehicle, unit = state.cases.vehicle[case], world.weapons.unit[weapon]
    if not can_engage(world, state, unit, vehicle, now):
        return False
    estimate, stand = estimate_of(world, state, case, now), stand_of(world, unit, now)
    return offer_of(world, estimate, weapon, 0.0, stand).launch_delay < math.inf


@inner_kernel
def _fire_round(world, state, case, shot, time):
    cases = state.cases
    weapon, vehicle = cases.weapon[case], cases.target[case]
    state.magazines.left[weapon] -= 1
    state.magazines.fired[weapon] += 1
    cases.n_shots[case] += 1
    cases.in_flight[case] += 1
    meeting = true_meeting_time(world, state, case, time)
    if vehicle >= 0:
        state.flights.shots[vehicle] += 1
        note(state, time, LAUNCH, vehicle, weapon, meeting if meeting < math.inf else -1.0)
    else:
        note_at(state, (time, -1.0), LAUNCH, vehicle, weapon, track_position(state.tracks, case, time))
    spent = time + world.flight_time[weapon, world.flight_time.shape[1] - 1]
    slot = state.slots.arrive + case * world.policy.salvo + shot
    schedule(state.agenda, slot, min(meeting, spent))


@inner_kernel
def true_meeting_time(world, state, case, launch_time):
    """When an interceptor launched at a time really meets its target [s]; infinite if it falls short.

    It falls short where the meeting would lie beyond its reach or after the target's arrival.
    """
    weapon, vehicle = state.cases.weapon[case], state.cases.target[case]
    if vehicle < 0:
        return math.inf
    site = firing_place(world, state, case)
    reach = world.weapons.range_max[weapon]
    table = world.flight_time[weapon]
    end = arrival_time(world, state, vehicle)
    low, high, time = launch_time, math.inf, launch_time
    for _ in range(N_HOMING_STEPS):
        distance = separation(true_position(world, state, vehicle, time), site)
        needed, _slope = tabulated_flight_time(distance, reach, table)
        late = launch_time + needed - time
        if abs(late) < HOMING_TOLERANCE:
            break
        if late > 0.0:
            low = time
        else:
            high = time
        if low >= end:
            return math.inf
        guess = min(time + late, end)
        time = guess if low < guess < high else 0.5 * (low + high)
    if time - launch_time > table[table.shape[0] - 1] * (1.0 + 1e-6):
        return math.inf
    return time


@inlined_kernel
def firing_place(world, state, case):
    """Where the fire unit was when it began to fire its latest salvo at a case (east, north, up [m])."""
    unit = world.weapons.unit[state.cases.weapon[case]]
    return place_of(world, world.units, unit, state.cases.launched_at[case])


@inner_kernel
def arrive(world, state, case, now):
    """An interceptor comes to its target, or to the end of its flight; the last of a salvo is assessed."""
    cases = state.cases
    weapon, vehicle = cases.weapon[case], cases.target[case]
    pk = pk_now(world, state, case, now)
    shot = cases.n_shots[case] - cases.in_flight[case]
    is_kill = pk > 0.0 and _shot_draw(world, state, case, KILL, shot) < pk
    note(state, now, INTERCEPT_KILL if is_kill else INTERCEPT_MISS, vehicle, weapon, pk)
    if is_kill:
        end_flight(world, state, vehicle, KILLED, now)
        state.flights.killer[vehicle] = weapon
        _strand_load(world, state, vehicle, now)
    cases.in_flight[case] -= 1
    if cases.in_flight[case] == 0:
        wait = 0.0 if world.perfect.assessment else world.policy.assessment_time
        schedule(state.agenda, state.slots.engage + case, now + wait)


@inner_kernel
def pk_now(world, state, case, now):
    """Kill probability of a round that arrives now.

    Zero if its target is gone or hidden, or truly out of the weapon's reach, floor or ceiling, or if what
    guides it is out of action. Less if its fire unit was on the move when it fired.
    """
    weapon, vehicle = state.cases.weapon[case], state.cases.target[case]
    if vehicle < 0 or state.flights.status[vehicle] != FLYING:
        return 0.0
    unit = world.weapons.unit[weapon]
    sensor = world.units.sensor[unit]
    if sensor >= 0 and not is_guided(world, state, unit, vehicle, now):
        return 0.0
    site = firing_place(world, state, case)
    place = true_position(world, state, vehicle, now)
    distance = separation(place, site)
    table = world.pk[weapon, world.vehicles.vehicle_class[vehicle]]
    share = distance / world.weapons.range_max[weapon]
    height = height_over(world, place, site)
    is_level = world.weapons.height_min[weapon] <= height <= world.weapons.height_max[weapon]
    if share > 1.0 + 1e-6 or not is_level:
        return 0.0
    cell = min(int(share * table.shape[0]), table.shape[0] - 1)
    return table[cell] * moving_share(world, unit, state.cases.launched_at[case])


@inlined_kernel
def is_guided(world, state, unit, vehicle, now):
    """Whether a fire unit whose sensor guides its rounds is in action, and that sensor sees the vehicle."""
    sensor = world.units.sensor[unit]
    if is_out_of_action(world, state, unit):
        return False
    if may_be_jammed(world, state, sensor):
        return jammed_pd(world, state, sensor, vehicle, now) > 0.0
    return look_pd(world, state, sensor, vehicle, now) > 0.0


@inner_kernel
def end_flight(world, state, vehicle, outcome, now):
    """A vehicle leaves the sky."""
    state.flights.status[vehicle] = ENDED
    state.flights.outcome[vehicle] = outcome
    state.flights.ended[vehicle] = now
    cancel(state.agenda, state.slots.flight + vehicle)
    switch_jammer(world, state, vehicle, False)
    if world.vehicles.is_hostile[vehicle] == 1:
        state.trial.n_unsettled[0] -= 1


@inner_kernel
def close_cases(world, state, vehicle, now):
    """All see that a leaker has struck: nothing more is decided about it or launched at it."""
    for group in range(world.groups.shape[0]):
        first = group * world.n_slots
        for case in range(first, first + state.n_used[group]):
            if state.cases.vehicle[case] == vehicle:
                _close_case(world, state, case, now)


@inner_kernel
def _close_case(world, state, case, now):
    if state.cases.status[case] == FIRM:
        forget_track(world, state, case)
    if is_launch_due(state, case):
        schedule(state.agenda, state.slots.engage + case, now)


@inner_kernel
def _strand_load(world, state, carrier, now):
    """What a vehicle that was shot down has not let go is lost with it, and what that carries in turn."""
    place = true_position(world, state, carrier, now)
    # A carrier stands before what it carries, so one pass finds the whole chain.
    for vehicle in range(carrier + 1, world.vehicles.shape[0]):
        parent = world.vehicles.parent[vehicle]
        if parent < 0 or state.flights.status[vehicle] != WAITING_TO_START:
            continue
        if parent == carrier or state.flights.outcome[parent] == NOT_RELEASED:
            end_flight(world, state, vehicle, NOT_RELEASED, now)
            note_at(state, (now, float(parent)), NOT_RELEASED_EVENT, vehicle, -1, place)


@inner_kernel
def assess(world, state, case, now):
    """Declare the result of a salvo, free the channel, and fire again, let go, or look on."""
    cases = state.cases
    vehicle = cases.target[case]
    is_dead = vehicle >= 0 and state.flights.outcome[vehicle] == KILLED
    declared = _declared_killed(world, state, case, is_dead)
    cases.n_assessed[case] = cases.n_shots[case]
    note(state, now, ASSESSED, vehicle, cases.weapon[case], 1.0 if declared else 0.0)
    _release(world, state, case, now)
    if declared:
        cases.settled[case] = DECLARED_KILLED
        cases.settled_at[case] = now
    else:
        schedule(state.agenda, state.slots.decide + case, now)


@inner_kernel
def _declared_killed(world, state, case, is_dead):
    if world.perfect.assessment:
        return is_dead
    draw = _shot_draw(world, state, case, ASSESSMENT, state.cases.n_salvos[case])
    return draw < world.policy.p_kill_seen if is_dead else draw >= world.policy.p_miss_seen


@inlined_kernel
def _shot_draw(world, state, case, purpose, count):
    """A draw about the weapon of a case and its target; `count` tells apart the draws of one track."""
    entity = world.weapons.entity[state.cases.weapon[case]]
    if state.cases.target[case] >= 0:
        entity ^= world.vehicles.entity[state.cases.target[case]]
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity, purpose)
    # Where association is known, a target has one track a group, and its number is 0.
    return uniform(key, count + MOST_SHOTS * state.cases.ident[case])


@inner_kernel
def _release(world, state, case, now):
    cases = state.cases
    unit = world.weapons.unit[cases.weapon[case]]
    cases.weapon[case] = -1
    state.busy[unit] -= 1
    release_track(state.tracker, world.units.group[unit], case)
    recall_waiting(world, state, world.units.group[unit], now)


@inner_kernel
def reload(world, state, weapon, now):
    """A magazine is loaded again, with as many rounds as it takes and the reserve still holds."""
    magazine = state.magazines[weapon]
    rounds = world.weapons.rounds[weapon]
    if magazine.stock >= 0:
        rounds = min(rounds, magazine.stock)
        magazine.stock -= rounds
    magazine.left = rounds
    note(state, now, RELOADED, -1, weapon, float(rounds))
    recall_waiting(world, state, world.units.group[world.weapons.unit[weapon]], now)
