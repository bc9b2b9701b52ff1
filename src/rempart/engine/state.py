"""State: everything that changes during a trial. Arrays, allocated once and reset for each trial.

A *case* is one group's dealings with one track: case = group × n_slots + slot. The track, its identity
and its engagement live under the case's index. Where association is known, slot k is for vehicle k alone;
else a slot is taken by a track that starts and given back when nothing is left of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address, inlined_kernel, inner_kernel, lean_kernel
from rempart.engine.agenda import Agenda, clear_agenda, new_agenda
from rempart.engine.dispatches import Dispatches, clear_dispatches, new_dispatches
from rempart.engine.pictures import empty_pictures
from rempart.engine.scorecard import Scorecard, clear_scorecard, new_scorecard
from rempart.engine.sheet import Sheet, new_sheet
from rempart.engine.world import KNOWN, World, records
from rempart.picture.bank import Tracker, new_pictures
from rempart.picture.tracker import TRACK_SIZE

WAITING_TO_START, FLYING, ENDED = range(3)
"""Flight status."""
NO_TRACK, TENTATIVE, FIRM = range(3)
"""Track status."""
OPEN, DECLARED_KILLED, DISMISSED = range(3)
"""What a group has settled about a case; dismissed: no sensor could hold anything there."""
(CLEARED_TO_FIRE, SAW_CHANNELS_BUSY, SAW_MAGAZINE_EMPTY, SAW_KNOCKED_OUT, HOLD_JAMMED) = (1, 2, 4, 8, 16)
"""Marks of a flight that decide the cause of a leak."""

TIMES = ("first_detected", "first_firm", "identified", "first_assigned", "first_launch", "ended")
"""Times of a flight that the ledger keeps [s], NaN: never."""
CODES = ("outcome", "cause", "killer", "shots", "variant")
"""Codes of a flight that the ledger keeps; -1: none."""
COUNTERS = (
    "looks",
    "detections",
    "updates",
    "events",
    "sensors_lost",
    "units_lost",
    "unresolved",
    "false_plots",
    "false_tracks",
    "swaps",
    "duals",
)
"""What a trial counts."""

FLIGHT = np.dtype(
    [
        ("status", "i8"),
        ("takeoff", "f8"),  # [s]
        ("replies", "i8"),  # 1: its transponder works
        ("conforms", "i8"),  # 1: it behaves as traffic should
        ("emits", "i8"),  # 1: it radiates, so that a direction finder can hear it
        ("n_jammed", "i8"),  # looks that would have detected it but for jamming
        ("marks", "i8"),
        *((name, "f8") for name in TIMES),
        *((name, "i8") for name in CODES),
    ],
    align=True,
)
"""One vehicle in this trial: the truth, and what the ledger will say."""

SEARCH = np.dtype(
    [
        ("phase", "f8"),  # [s] time of look number 0
        ("look", "i8"),  # number of the next look
        ("n_in_view", "i8"),
        ("is_lost", "i8"),  # 1: it is out of action
        ("lost_at", "f8"),  # [s]
        ("is_silent", "i8"),  # 1: it does not radiate yet
        ("cue", "i8"),  # vehicle whose track has it radiate; for the log only
        ("visit", "i8"),  # number of its next dedicated looks
        ("detection_key", "u8"),
        ("noise_key", "u8"),
        ("rate_key", "u8"),
        ("false_key", "u8"),
        ("range_bias", "f8"),  # [m] the fault of all its ranges in this trial
        ("azimuth_bias", "f8"),  # [rad]
    ],
    align=True,
)
"""What one sensor is doing."""

IN_VIEW = np.dtype(
    [
        ("vehicle", "i8"),
        ("shift", "i8"),  # add the route sample to find the row of `World.pd`
        ("last", "i8"),  # last route sample in view
        ("takeoff", "f8"),  # [s] of the vehicle
        ("step", "f8"),  # [s] of its routes
        ("key", "u8"),  # dice of the sensor's looks at it
        ("looked", "i8"),  # a vehicle looked at in this turn; this column and the next
        ("is_hit", "i8"),  # are a list of their own, filled from the first row on
    ],
    align=True,
)
"""One vehicle in one sensor's view; in no order."""

CASE = np.dtype(
    [
        ("vehicle", "i8"),  # whose plots the track has of late, -1: false ones. The truth; for the books only
        ("target", "i8"),  # vehicle at which its rounds in flight were launched, -1: a false track
        ("ident", "i8"),  # number of the track in its group's picture
        ("n_starts", "i8"),  # tracks begun of its vehicle, where association is known
        ("status", "i8"),  # of the group's track
        ("identity", "i8"),
        ("n_plots", "i8"),
        ("n_stray", "i8"),  # plots of late, one after the other, that were not of its vehicle
        ("n_interrogations", "i8"),
        ("n_replies", "i8"),
        ("origin", "i8"),  # 1: it became firm in the threatened sector, 0: elsewhere, -1: there is none
        ("own_identity", "i8"),  # from what the group has seen itself; this the others may hear
        ("declared_at", "f8"),  # [s] since when
        ("cross_section", "f8"),  # [m²] the group's estimate
        ("weapon", "i8"),  # committed to it, -1 if none
        ("in_flight", "i8"),  # interceptors on their way
        ("launched_at", "f8"),  # [s] the latest salvo; its rounds start where the fire unit was then
        ("n_salvos", "i8"),
        ("n_shots", "i8"),  # rounds fired at it
        ("n_assessed", "i8"),  # of those, rounds whose result has been declared
        ("settled", "i8"),
        ("settled_at", "f8"),  # [s]
        ("is_waiting", "i8"),  # 1: wanted a channel or a round and got none
    ],
    align=True,
)
"""One group's dealings with one track."""

MAGAZINE = np.dtype([("left", "i8"), ("fired", "i8"), ("stock", "i8")], align=True)
"""Ready rounds, rounds fired so far, and rounds left in reserve (-1: no end of them)."""

TRIAL = np.dtype(
    [
        ("seed", "i8"),
        ("number", "i8"),
        ("clock", "f8"),  # [s] time of the last event played
        ("n_unsettled", "i8"),  # threats that have not ended
        ("n_jammers", "i8"),  # in flight: the first rows of `State.jammers`
        ("n_silent", "i8"),  # radars that do not radiate yet
        ("n_steered", "i8"),  # radars that can look at single tracks between their turns
        ("n_logged", "i8"),  # event rows wanted so far, also beyond the log's capacity
        ("asks", "i8"),  # 1: stop before each commitment of a weapon and ask the caller
        ("asked", "i8"),  # case that waits for the caller's answer, -1 if none
        ("proposed", "i8"),  # weapon that the doctrine would commit to it
        *((name, "i8") for name in COUNTERS),
    ],
    align=True,
)
"""The trial as a whole: one row."""


FOLLOWED = np.dtype([("case", "i8"), ("wait", "f8")], align=True)
"""A track that a radar would look at between its turns, and how urgent: time to go [s], -1 if engaged."""


@by_address
class Slots(NamedTuple):
    """First slot of each kind of appointment in the agenda."""

    flight: int
    """one a vehicle: its take-off, then its arrival"""
    entry: int
    """one a sensor and vehicle: when the vehicle comes into the sensor's view"""
    turn: int
    """one a sensor: its next look round"""
    identify: int
    """one a case"""
    decide: int
    """one a case"""
    engage: int
    """one a case: launch, then assessment"""
    arrive: int
    """`salvo` a case: arrivals of interceptors"""
    reload: int
    """one a weapon"""
    report: int
    """one a track link: arrival of the oldest report under way"""
    wake: int
    """one a sensor: when it breaks its silence"""
    follow: int
    """one a sensor: its next dedicated looks"""
    end: int


@by_address
class State(NamedTuple):
    """All that changes."""

    slots: Slots
    agenda: Agenda
    flights: np.recarray
    """(n_vehicles,) of `FLIGHT`"""
    searches: np.recarray
    """(n_sensors,) of `SEARCH`"""
    in_view: np.recarray
    """(n_sensors, n_vehicles) of `IN_VIEW`"""
    registers: np.ndarray
    """(n_sensors, n_vehicles) int64: the latest looks of each sensor at each vehicle, as bits"""
    cases: np.recarray
    """(n_cases,) of `CASE`"""
    tracks: np.ndarray
    """(n_cases, TRACK_SIZE) float64: what each group believes of its tracks"""
    jammers: np.ndarray
    """(n_vehicles,) int64: vehicles that jam, in flight; the first `n_jammers` of the trial hold"""
    followed: np.recarray
    """(n_slots,) of `FOLLOWED`: one radar's dedicated looks"""
    tracker: Tracker | None
    """the groups' pictures; none where association is known"""
    sheet: Sheet
    next_sweep: np.ndarray
    """(n_groups,) float64 [s]: when the group's picture is next searched for old tracks"""
    n_used: np.ndarray
    """(n_groups,) int64: cases of each group, its first ones, that have been in use in this trial"""
    salvos: np.ndarray
    """(n_cases, n_units) int64: salvos that each fire unit has fired at the case"""
    busy: np.ndarray
    """(n_units,) int64: channels in use"""
    is_lost: np.ndarray
    """(n_units,) int64: 1 for a fire unit out of action"""
    assets: np.recarray
    """(n_assets,) of `ASSET`, each where it is now"""
    magazines: np.recarray
    """(n_weapons,) of `MAGAZINE`"""
    trial: np.recarray
    """(1,) of `TRIAL`"""
    card: Scorecard
    """how good the pictures are; for the books only"""
    log: np.ndarray
    """(capacity, 8) float64, columns as `events.kinds.EVENT_DTYPE`; capacity 0 keeps no events"""
    dispatches: Dispatches | None
    """reports of tracks under way; none where no group gives tracks"""


def new_slots(world: World) -> Slots:
    """Layout of the agenda for this world."""
    n_sensors, n_vehicles = len(world.sensors), len(world.vehicles)
    n_cases = len(world.groups) * world.n_slots
    sizes = (
        n_vehicles,
        n_sensors * n_vehicles,
        n_sensors,
        n_cases,
        n_cases,
        n_cases,
        n_cases * world.policy.salvo,
        len(world.weapons),
        len(world.track_links),
        n_sensors,
        n_sensors,
    )
    return Slots(*(sum(sizes[:kind]) for kind in range(len(sizes) + 1)))


def new_state(world: World, log_capacity: int = 0) -> State:
    """Memory for one thread to play trials of this world in."""
    n_sensors, n_vehicles = len(world.sensors), len(world.vehicles)
    n_cases = len(world.groups) * world.n_slots
    slots = new_slots(world)
    return State(
        slots=slots,
        agenda=new_agenda(slots.end),
        flights=records(FLIGHT, n_vehicles),
        searches=records(SEARCH, n_sensors),
        in_view=records(IN_VIEW, (n_sensors, n_vehicles)),
        registers=np.zeros((n_sensors, n_vehicles), np.int64),
        cases=records(CASE, n_cases),
        tracks=np.zeros((n_cases, TRACK_SIZE)),
        jammers=np.zeros(n_vehicles, np.int64),
        followed=records(FOLLOWED, world.n_slots),
        tracker=None if world.tracker is None else new_pictures(world.tracker, len(world.groups)),
        sheet=new_sheet(world),
        next_sweep=np.zeros(len(world.groups)),
        n_used=np.full(len(world.groups), world.n_slots, np.int64),
        salvos=np.zeros((n_cases, len(world.units)), np.int64),
        busy=np.zeros(len(world.units), np.int64),
        is_lost=np.zeros(len(world.units), np.int64),
        assets=world.assets.copy(),
        magazines=records(MAGAZINE, len(world.weapons)),
        trial=records(TRIAL, 1),
        card=new_scorecard(world),
        log=np.zeros((log_capacity, 8)),
        dispatches=new_dispatches(world),
    )


@inner_kernel
def reset_state(world, state, seed, trial):
    """Make the state that of a trial's first moment, before anything is entered in the agenda."""
    clear_agenda(state.agenda)
    _clear_cases(world, state)
    _reset_trial(state.trial, seed, trial)
    clear_scorecard(state.card)
    for sensor in range(state.searches.shape[0]):
        state.searches.n_in_view[sensor] = 0
        state.searches.is_lost[sensor] = 0
        state.searches.lost_at[sensor] = math.nan
        for vehicle in range(state.flights.shape[0]):
            state.registers[sensor, vehicle] = 0
    for unit in range(state.busy.shape[0]):
        state.busy[unit] = 0
        state.is_lost[unit] = 0
    for weapon in range(state.magazines.shape[0]):
        state.magazines.left[weapon] = world.weapons.rounds[weapon]
        state.magazines.fired[weapon] = 0
        state.magazines.stock[weapon] = world.weapons.stock[weapon]
    for vehicle in range(state.flights.shape[0]):
        _reset_flight(state.flights, vehicle)
        state.sheet.heard[vehicle] = math.nan
        state.trial.n_unsettled[0] += world.vehicles.is_hostile[vehicle]


@inner_kernel
def _clear_cases(world, state):
    """Empty every case that the former trial has used, and the pictures."""
    is_known = world.policy.association == KNOWN
    clear_dispatches(state.dispatches, world, state.n_used)
    for group in range(world.groups.shape[0]):
        for slot in range(state.n_used[group]):
            reset_case(state, group * world.n_slots + slot, slot if is_known else -1)
        state.n_used[group] = world.n_slots if is_known else 0
        state.next_sweep[group] = 0.0
    empty_pictures(state.tracker)


@lean_kernel
def _reset_trial(trial, seed, number):
    trial.seed[0] = seed
    trial.number[0] = number
    trial.clock[0] = 0.0
    trial.n_unsettled[0] = 0
    trial.n_jammers[0] = 0
    trial.n_silent[0] = 0
    trial.n_steered[0] = 0
    trial.n_logged[0] = 0
    trial.asks[0] = 0
    trial.asked[0] = -1
    trial.proposed[0] = -1
    trial.looks[0] = 0
    trial.detections[0] = 0
    trial.updates[0] = 0
    trial.events[0] = 0
    trial.sensors_lost[0] = 0
    trial.units_lost[0] = 0
    trial.unresolved[0] = 0
    trial.false_plots[0] = 0
    trial.false_tracks[0] = 0
    trial.swaps[0] = 0
    trial.duals[0] = 0


@inlined_kernel
def reset_case(state, case, vehicle):
    """A case without a track; its first plots will be of this vehicle."""
    cases = state.cases
    cases.vehicle[case] = vehicle
    cases.target[case] = vehicle
    cases.ident[case] = 0
    cases.n_starts[case] = 0
    cases.status[case] = NO_TRACK
    cases.identity[case] = 0
    cases.n_plots[case] = 0
    cases.n_stray[case] = 0
    cases.n_interrogations[case] = 0
    cases.n_replies[case] = 0
    cases.origin[case] = -1
    cases.own_identity[case] = 0
    cases.declared_at[case] = 0.0
    cases.cross_section[case] = 0.0
    cases.weapon[case] = -1
    cases.in_flight[case] = 0
    cases.launched_at[case] = 0.0
    cases.n_salvos[case] = 0
    cases.n_shots[case] = 0
    cases.n_assessed[case] = 0
    cases.settled[case] = OPEN
    cases.is_waiting[case] = 0
    for unit in range(state.busy.shape[0]):
        state.salvos[case, unit] = 0


@lean_kernel
def _reset_flight(flights, vehicle):
    flights.status[vehicle] = WAITING_TO_START
    flights.n_jammed[vehicle] = 0
    flights.marks[vehicle] = 0
    flights.first_detected[vehicle] = math.nan
    flights.first_firm[vehicle] = math.nan
    flights.identified[vehicle] = math.nan
    flights.first_assigned[vehicle] = math.nan
    flights.first_launch[vehicle] = math.nan
    flights.ended[vehicle] = math.nan
    flights.outcome[vehicle] = 0
    flights.cause[vehicle] = -1
    flights.killer[vehicle] = -1
    flights.shots[vehicle] = 0
