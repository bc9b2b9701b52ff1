"""Playing trials: begin one, advance it from event to event, and write its ledger.

`advance` is the one function that every caller of the engine uses; a trial is a pure function of
(world, seed, trial).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.dice import dice_key, normal_triple, uniform
from rempart.base.kernel import by_address, inner_kernel, lean_kernel
from rempart.engine.agenda import cancel, schedule
from rempart.engine.cause import leak_cause
from rempart.engine.damage import strike
from rempart.engine.emission import radiate
from rempart.engine.engagement import arrive, assess, close_cases, consider, end_flight, launch, reload
from rempart.engine.identification import identify
from rempart.engine.jamming import switch_jammer
from rempart.engine.linking import receive_reports
from rempart.engine.log import note
from rempart.engine.purposes import (
    CONFORMITY,
    DETECTION,
    EMISSION,
    FALSE_PLOT,
    PLOT_ERROR,
    RATE_ERROR,
    REGISTRATION,
    ROUTE,
    TAKEOFF_TIME,
    TRANSPONDER,
    TURN_PHASE,
)
from rempart.engine.scorecard import SCORES, SENSINGS, copy_scores
from rempart.engine.search import enter_view, expect_entries, look_round
from rempart.engine.state import (
    CODES,
    COUNTERS,
    FLYING,
    TIMES,
    WAITING_TO_START,
    State,
    new_state,
    reset_state,
)
from rempart.engine.survey import survey_until
from rempart.engine.truth import arrival_time, true_position
from rempart.engine.turning import keeps_turning
from rempart.engine.world import World
from rempart.events.kinds import DEPARTED_EVENT, EVENT_DTYPE, LEAKED_EVENT, RELEASED, TAKEOFF
from rempart.events.outcomes import DEPARTED, LEAKED, NO_CAUSE

REACHED_TIME, REACHED_END, REACHED_DECISION = range(3)
"""Why `advance` stopped: at the time asked for, because nothing more can happen, or before a weapon
is committed (only where `state.trial.asks` is 1; see `engine.engagement.answer`)."""


@by_address
class Ledger(NamedTuple):
    """One row for each trial and vehicle; row = trial × n_vehicles + vehicle."""

    times: np.ndarray
    """(n_rows, 6) float64 [s], NaN: never; columns are `engine.state.TIMES`"""
    codes: np.ndarray
    """(n_rows, 5) int32; columns are `engine.state.CODES`"""


@by_address
class Tally(NamedTuple):
    """One row for each trial."""

    rounds: np.ndarray
    """(n_trials, n_weapons) int64: rounds fired"""
    counters: np.ndarray
    """(n_trials, n_counters) int64; columns are `engine.state.COUNTERS`"""
    picture: np.ndarray
    """(n_trials, n_groups, n_scores) float64; columns are `engine.scorecard.SCORES`"""
    sensing: np.ndarray
    """(n_trials, n_sensors, n_sensings) int64; columns are `engine.scorecard.SENSINGS`"""


def new_ledger(world: World, n_trials: int) -> tuple[Ledger, Tally]:
    """Room for the results of some trials."""
    n_rows = n_trials * len(world.vehicles)
    return (
        Ledger(np.full((n_rows, len(TIMES)), np.nan), np.zeros((n_rows, len(CODES)), np.int32)),
        Tally(
            np.zeros((n_trials, len(world.weapons)), np.int64),
            np.zeros((n_trials, len(COUNTERS)), np.int64),
            np.zeros((n_trials, len(world.groups), len(SCORES))),
            np.zeros((n_trials, len(world.sensors), len(SENSINGS)), np.int64),
        ),
    )


@inner_kernel
def begin_trial(world, state, seed, trial):
    """Set the state to a trial's first moment: routes and start times drawn, take-offs entered."""
    reset_state(world, state, seed, trial)
    for vehicle in range(world.vehicles.shape[0]):
        _prepare_flight(world, state, vehicle)
    for sensor in range(world.sensors.shape[0]):
        entity, turn = world.sensors.entity[sensor], world.sensors.turn[sensor]
        share = uniform(dice_key(seed, trial, entity, TURN_PHASE), 0)
        state.searches.phase[sensor] = share * turn if turn < math.inf else 0.0
        state.searches.detection_key[sensor] = dice_key(seed, trial, entity, DETECTION)
        state.searches.noise_key[sensor] = dice_key(seed, trial, entity, PLOT_ERROR)
        _misalign(world, state, sensor)
        _switch_on(world, state, sensor)
        if keeps_turning(world, sensor) and state.searches.is_silent[sensor] == 0:
            state.searches.look[sensor] = 0
            schedule(state.agenda, state.slots.turn + sensor, state.searches.phase[sensor])


@inner_kernel
def _misalign(world, state, sensor):
    """Draw the faults that all plots of a sensor share in this trial."""
    entity, search = world.sensors.entity[sensor], state.searches[sensor]
    seed, trial = state.trial.seed[0], state.trial.number[0]
    search.rate_key = dice_key(seed, trial, entity, RATE_ERROR)
    search.false_key = dice_key(seed, trial, entity, FALSE_PLOT)
    faults = normal_triple(dice_key(seed, trial, entity, REGISTRATION), 0)
    search.range_bias = faults[0] * world.sensors.range_bias[sensor]
    search.azimuth_bias = faults[1] * world.sensors.azimuth_bias[sensor]


@inner_kernel
def _switch_on(world, state, sensor):
    """A radar radiates from the start unless it is to be silent."""
    is_silent = world.sensors.is_silent[sensor]
    state.searches.is_silent[sensor] = is_silent
    state.trial.n_silent[0] += is_silent
    state.trial.n_steered[0] += 1 if world.sensors.n_dedicated[sensor] > 0 else 0


@inner_kernel
def _prepare_flight(world, state, vehicle):
    vehicles, flights = world.vehicles, state.flights
    carrier = vehicles.parent[vehicle]
    if carrier >= 0:
        # A carrier stands before what it carries, so its own start is known by now.
        variant = flights.variant[carrier]
        start = flights.takeoff[carrier] + world.routes.release[vehicle, variant]
    else:
        variant = int(_flight_draw(world, state, vehicle, ROUTE) * world.routes.shape[1])
        share = _flight_draw(world, state, vehicle, TAKEOFF_TIME)
        start = vehicles.earliest[vehicle] + share * (vehicles.latest[vehicle] - vehicles.earliest[vehicle])
    works = _flight_draw(world, state, vehicle, TRANSPONDER) < vehicles.p_transponder[vehicle]
    is_ordinary = _flight_draw(world, state, vehicle, CONFORMITY) < vehicles.p_conforms[vehicle]
    chance = vehicles.emits[vehicle]
    is_heard = chance > 0.0 and _flight_draw(world, state, vehicle, EMISSION) < chance
    flights.emits[vehicle] = 1 if is_heard else 0
    flights.variant[vehicle] = variant
    flights.takeoff[vehicle] = start
    flights.replies[vehicle] = 1 if works else 0
    flights.conforms[vehicle] = 1 if is_ordinary else 0
    schedule(state.agenda, state.slots.flight + vehicle, start)


@inner_kernel
def _flight_draw(world, state, vehicle, purpose):
    key = dice_key(state.trial.seed[0], state.trial.number[0], world.vehicles.entity[vehicle], purpose)
    return uniform(key, 0)


@inner_kernel
def advance(world, state, until):
    """Play events in order of time up to `until` [s].

    Returns
    -------
    int
        `REACHED_TIME` if events remain, `REACHED_END` if nothing more can happen, and, where the
        caller wants to be asked, `REACHED_DECISION` until the decision has its `answer`. Advancing
        in several steps gives the same trial as advancing in one.
    """
    agenda = state.agenda
    limit = min(until, world.duration)
    while agenda.size[0] > 0 and agenda.time[0] <= limit and state.trial.asked[0] < 0:
        if state.trial.n_unsettled[0] == 0 and not world.runs_to_end:
            return REACHED_END
        now, slot = agenda.time[0], agenda.slot[0]
        if state.card.desk.next[0] <= now:
            survey_until(world, state, now)
        state.trial.clock[0] = now
        state.trial.events[0] += 1
        _play_event(world, state, slot, now)
    if state.trial.asked[0] >= 0:
        return REACHED_DECISION
    if agenda.size[0] > 0 and (state.trial.n_unsettled[0] > 0 or world.runs_to_end):
        survey_until(world, state, limit)
    if agenda.size[0] == 0 or agenda.time[0] > world.duration:
        return REACHED_END
    return REACHED_TIME


@inner_kernel
def _play_event(world, state, slot, now):
    slots = state.slots
    if slots.turn <= slot < slots.identify or slot >= slots.follow:
        look_round(world, state, slot, now)
        return
    cancel(state.agenda, slot)
    if slot < slots.entry:
        _fly(world, state, slot - slots.flight, now)
    elif slot < slots.turn:
        n_vehicles = world.vehicles.shape[0]
        sensor, vehicle = (slot - slots.entry) // n_vehicles, (slot - slots.entry) % n_vehicles
        if state.flights.status[vehicle] == FLYING and state.searches.is_lost[sensor] == 0:
            enter_view(world, state, sensor, vehicle, now)
    elif slot < slots.decide:
        identify(world, state, slot - slots.identify, now)
    elif slot < slots.engage:
        consider(world, state, slot - slots.decide, now)
    elif slot < slots.arrive:
        _engage(world, state, slot - slots.engage, now)
    elif slot < slots.reload:
        arrive(world, state, (slot - slots.arrive) // world.policy.salvo, now)
    elif slot < slots.report:
        reload(world, state, slot - slots.reload, now)
    elif slot < slots.wake:
        receive_reports(state.dispatches, world, state, slot - slots.report, now)
    else:
        radiate(world, state, slot - slots.wake, now)


@inner_kernel
def _engage(world, state, case, now):
    if state.cases.n_shots[case] > state.cases.n_assessed[case]:
        assess(world, state, case, now)
    else:
        launch(world, state, case, now)


@inner_kernel
def _fly(world, state, vehicle, now):
    flights = state.flights
    if flights.status[vehicle] == WAITING_TO_START:
        flights.status[vehicle] = FLYING
        if world.vehicles.parent[vehicle] >= 0:
            note(state, now, RELEASED, vehicle, -1, float(world.vehicles.parent[vehicle]))
        note(state, now, TAKEOFF, vehicle, -1, float(flights.variant[vehicle]))
        switch_jammer(world, state, vehicle, True)
        expect_entries(world, state, vehicle, now)
        schedule(state.agenda, state.slots.flight + vehicle, arrival_time(world, state, vehicle))
    elif world.vehicles.is_hostile[vehicle] == 1 and world.vehicles.asset[vehicle] >= 0:
        cause = leak_cause(world, state, vehicle)
        end_flight(world, state, vehicle, LEAKED, now)
        state.flights.cause[vehicle] = cause
        note(state, now, LEAKED_EVENT, vehicle, -1, float(cause))
        strike(world, state, vehicle, now)
        close_cases(world, state, vehicle, now)
    else:
        end_flight(world, state, vehicle, DEPARTED, now)
        note(state, now, DEPARTED_EVENT, vehicle, -1, float(NO_CAUSE))


@lean_kernel
def play_trials(world, state, seed, first_trial, ledger, tally):
    """Play consecutive trials to their ends, as many as the tally has rows."""
    n_vehicles = world.vehicles.shape[0]
    for index in range(tally.counters.shape[0]):
        begin_trial(world, state, seed, first_trial + index)
        advance(world, state, math.inf)
        for vehicle in range(n_vehicles):
            _enter_flight(state.flights, vehicle, ledger, index * n_vehicles + vehicle)
        for weapon in range(state.magazines.shape[0]):
            tally.rounds[index, weapon] = state.magazines.fired[weapon]
        tally.counters[index, 0] = state.trial.looks[0]
        tally.counters[index, 1] = state.trial.detections[0]
        tally.counters[index, 2] = state.trial.updates[0]
        tally.counters[index, 3] = state.trial.events[0]
        tally.counters[index, 4] = state.trial.sensors_lost[0]
        tally.counters[index, 5] = state.trial.units_lost[0]
        tally.counters[index, 6] = state.trial.unresolved[0]
        tally.counters[index, 7] = state.trial.false_plots[0]
        tally.counters[index, 8] = state.trial.false_tracks[0]
        tally.counters[index, 9] = state.trial.swaps[0]
        tally.counters[index, 10] = state.trial.duals[0]
        copy_scores(state.card, tally.picture[index], tally.sensing[index])


@lean_kernel
def _enter_flight(flights, vehicle, ledger, row):
    ledger.times[row, 0] = flights.first_detected[vehicle]
    ledger.times[row, 1] = flights.first_firm[vehicle]
    ledger.times[row, 2] = flights.identified[vehicle]
    ledger.times[row, 3] = flights.first_assigned[vehicle]
    ledger.times[row, 4] = flights.first_launch[vehicle]
    ledger.times[row, 5] = flights.ended[vehicle]
    ledger.codes[row, 0] = flights.outcome[vehicle]
    ledger.codes[row, 1] = flights.cause[vehicle]
    ledger.codes[row, 2] = flights.killer[vehicle]
    ledger.codes[row, 3] = flights.shots[vehicle]
    ledger.codes[row, 4] = flights.variant[vehicle]


def play_logged(world: World, seed: int, trial: int) -> tuple[np.ndarray, Ledger, Tally]:
    """Play one trial again with its full event log, bit for bit the same trial.

    Returns
    -------
    events : (n_events,) array of `EVENT_DTYPE`, in order of time
    ledger, tally
        Of this one trial.
    """
    capacity = 4096
    while True:
        state = new_state(world, capacity)
        ledger, tally = new_ledger(world, 1)
        play_trials(world, state, seed, trial, ledger, tally)
        size = int(state.trial.n_logged[0])
        if size <= capacity:
            return _event_table(world, state, size), ledger, tally
        capacity = size


def _event_table(world: World, state: State, size: int) -> np.ndarray:
    rows = state.log[:size]
    events = np.zeros(size, EVENT_DTYPE)
    for column, name in enumerate(EVENT_DTYPE.names or ()):
        events[name] = rows[:, column]
    for event in events:
        if np.isnan(event["x"]) and event["vehicle"] >= 0:
            place = true_position(world, state, int(event["vehicle"]), float(event["time"]))
            event["x"], event["y"], event["z"] = place
    return events[np.argsort(events["time"], kind="stable")]
