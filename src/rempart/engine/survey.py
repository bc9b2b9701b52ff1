"""The survey: now and then the picture of every group is compared with the truth, for the books alone.

Nothing that is played depends on it; it rolls no dice that anything else could feel.

Limits: whom a track follows is what the engine has noted of its plots, not an assignment; only GOSPA
assigns. Places and speeds are compared on the ground.
"""

from __future__ import annotations

import math

import numpy as np

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.engine.evidence import motion_of, sized_up
from rempart.engine.pictures import is_in_bank
from rempart.engine.scorecard import (
    CHANGES,
    CLASS_RIGHT,
    CLASS_WRONG,
    FOLLOWING,
    GOSPA,
    HEIGHT_ERROR,
    HELD,
    LONGEST,
    MOMENTS,
    MOST_NEAR,
    N_SQUARES,
    OBJECTS,
    POSITION_ERROR,
    RIGHT,
    SQUARES,
    TRACKS,
    UNDECIDED,
    VELOCITY_ERROR,
    WRONG,
    Board,
)
from rempart.engine.squared_error import squared_error
from rempart.engine.state import FIRM, FLYING, OPEN
from rempart.engine.truth import look_pd, true_position, true_velocity
from rempart.events.identities import HOSTILE, UNKNOWN
from rempart.events.vehicle_classes import AIRLINER, STRIKE_AIRCRAFT
from rempart.picture.classification import apparent_class
from rempart.picture.pairing import pair
from rempart.picture.tracker import TIME

CUTOFF = 2000.0
"""Of GOSPA [m]."""


@inner_kernel
def survey_until(world, state, end):
    """Compare the pictures with the truth at every moment that is due up to `end` [s]."""
    desk = state.card.desk
    while desk.next[0] <= end:
        now = desk.next[0]
        desk.next[0] = now + desk.interval[0]
        if _anything_flies(state.flights):
            _survey(world, state, now)


@inner_kernel
def _anything_flies(flights):
    n_flying = 0
    for vehicle in range(flights.shape[0]):
        n_flying += 1 if flights.status[vehicle] == FLYING else 0
    return n_flying > 0


@inlined_kernel
def _survey(world, state, now):
    card = state.card
    card.desk.number[0] += 1
    card.n_objects[:] = 0
    for sensor in range(state.searches.shape[0]):
        if state.searches.n_in_view[sensor] > 0:
            _enter_objects(world, state, sensor, now)
    for group in range(world.groups.shape[0]):
        n_tracks = _score_tracks(world, state, group, now)
        _settle_holdings(card, group)
        n_objects, sums = card.n_objects[group], card.sums[group]
        sums[OBJECTS] += n_objects
        if n_objects + n_tracks > 0:
            sums[MOMENTS] += 1.0
            sums[GOSPA] += gospa_of(card, group, n_objects, n_tracks)


@inlined_kernel
def _enter_objects(world, state, sensor, now):
    """What a sensor could see now is an object of every group that gets its plots."""
    radar, view = world.sensors[sensor], state.in_view[sensor]
    if state.searches.is_silent[sensor] == 1:
        return
    for place in range(state.searches.n_in_view[sensor]):
        entry = view[place]
        vehicle = entry.vehicle
        sample = int((now - entry.takeoff) / entry.step)
        if state.flights.status[vehicle] != FLYING or sample > entry.last:
            continue
        if radar.march < 0:
            chance = np.float64(world.pd[entry.shift + sample])
        else:
            chance = look_pd(world, state, sensor, vehicle, now)
        if chance > 0.0:
            for feed in range(radar.first_feed, radar.end_feed):
                _enter_object(state.card, world.feeds.group[feed], vehicle)
            _locate(world, state, vehicle, now)


@inlined_kernel
def _enter_object(card, group, vehicle):
    holding, moment = card.holdings[group, vehicle], card.desk.number[0]
    if holding.moment != moment:
        holding.moment = moment
        card.holdings.object[group, card.n_objects[group]] = vehicle
        card.n_objects[group] += 1


@inlined_kernel
def _locate(world, state, vehicle, now):
    place, moment = state.card.places[vehicle], state.card.desk.number[0]
    if place.moment != moment:
        place.moment = moment
        position = true_position(world, state, vehicle, now)
        velocity = true_velocity(world, state, vehicle, now)
        place.position[0], place.position[1], place.position[2] = position
        place.velocity[0], place.velocity[1], place.velocity[2] = velocity


@inlined_kernel
def _score_tracks(world, state, group, now):
    """Score the tracks of a group's picture, and put them on the board; how many there are.

    A track of a vehicle that flies where no sensor of the group could see it is left out.
    """
    card, n_tracks, n_following = state.card, 0, 0
    first = group * world.n_slots
    for case in range(first, first + state.n_used[group]):
        if not _is_in_picture(world, state, case, now):
            continue
        vehicle = state.cases.vehicle[case]
        flies = vehicle >= 0 and state.flights.status[vehicle] == FLYING
        if flies and card.holdings.moment[group, vehicle] != card.desk.number[0]:
            continue
        motion = motion_of(world, state, case, now)
        mark = card.marks[n_tracks]
        mark.east, mark.north = motion[0][0], motion[0][1]
        n_tracks += 1
        if flies:
            n_following += 1
            _score_errors(world, state, case, now, motion)
            _score_conclusions(world, state, case, motion)
            _note_follower(card, group, vehicle, state.cases.ident[case] + state.cases.n_starts[case])
    card.sums[group, TRACKS] += n_tracks
    card.sums[group, FOLLOWING] += n_following
    return n_tracks


@inlined_kernel
def _is_in_picture(world, state, case, now):
    """Whether the group believes that something flies there: a firm track, fresh, not settled."""
    cases = state.cases
    if cases.status[case] != FIRM or cases.settled[case] != OPEN:
        return False
    if now - state.tracks[case, TIME] > world.policy.drop_time:
        return False
    return is_in_bank(state.tracker, case, cases.ident[case])


@inlined_kernel
def _score_errors(world, state, case, now, motion):
    position, velocity, _ = motion
    place, sums = state.card.places[state.cases.vehicle[case]], state.card.sums[case // world.n_slots]
    east, north = position[0] - place.position[0], position[1] - place.position[1]
    sums[POSITION_ERROR] += math.sqrt(east * east + north * north)
    sums[HEIGHT_ERROR] += abs(position[2] - place.position[2])
    along, across = velocity[0] - place.velocity[0], velocity[1] - place.velocity[1]
    sums[VELOCITY_ERROR] += math.sqrt(along * along + across * across)
    if not world.perfect.tracking:
        square = squared_error(state.tracker, state.tracks, case, now, (place, state.card.desk.squares[0]))
        sums[SQUARES] += square
        sums[N_SQUARES] += 1.0


@inlined_kernel
def _score_conclusions(world, state, case, motion):
    """Whether the track's identity and class are those of the vehicle."""
    cases, sums = state.cases, state.card.sums[case // world.n_slots]
    vehicle, identity = cases.vehicle[case], cases.identity[case]
    if identity == UNKNOWN:
        sums[UNDECIDED] += 1.0
    else:
        is_right = (identity == HOSTILE) == (world.vehicles.is_hostile[vehicle] == 1)
        sums[RIGHT if is_right else WRONG] += 1.0
    # The estimate is one a trial, vehicle and group, so the group finds it here as it would have made it.
    if cases.cross_section[case] == 0.0:
        cases.cross_section[case] = sized_up(world, state, case)
    if not math.isnan(cases.cross_section[case]):
        truth = world.vehicles.vehicle_class[vehicle]
        truth = STRIKE_AIRCRAFT if truth == AIRLINER else truth
        is_right = apparent_class(motion[1], motion[2], cases.cross_section[case]) == truth
        sums[CLASS_RIGHT if is_right else CLASS_WRONG] += 1.0


@inlined_kernel
def _note_follower(card, group, vehicle, ident):
    """The track that holds a vehicle does so for as long as it follows; then the first that does."""
    holding, moment = card.holdings[group, vehicle], card.desk.number[0]
    if holding.held_at != moment or ident == holding.holder:
        holding.held_at, holding.candidate = moment, ident


@inner_kernel
def _settle_holdings(card, group):
    sums, moment = card.sums[group], card.desk.number[0]
    for place in range(card.n_objects[group]):
        holding = card.holdings[group, card.holdings.object[group, place]]
        if holding.held_at != moment:
            continue
        sums[HELD] += 1.0
        if holding.candidate != holding.holder:
            sums[CHANGES] += 1.0 if holding.holder > 0 else 0.0
            holding.holder, holding.run = holding.candidate, 0
        holding.run += 1
        if holding.run > holding.longest:
            holding.longest = holding.run
            sums[LONGEST] += 1.0


@inner_kernel
def gospa_of(card, group, n_objects, n_tracks):
    """GOSPA [m] (alpha 2, order 2) of the objects of a group and the tracks on the board."""
    gates = card.gates
    board = Board(card.marks, gates, gates.gated, gates.gain, gates.row, card.marks.touched)
    total = 0.5 * CUTOFF * CUTOFF * (n_objects + n_tracks)
    if n_objects == 0 or n_tracks == 0:
        return math.sqrt(total)
    _sort_by_east(board.spots, n_tracks)
    for row in range(n_objects):
        _find_near(board, row, card.places[card.holdings.object[group, row]].position, n_tracks)
    pair(board, board, n_objects, n_tracks)
    for row in range(n_objects):
        partner = board.gates.partner[row]
        for choice in range(board.gates.n_gated[row]):
            if board.gated[row, choice] == partner:
                total -= board.gain[row, choice]
    return math.sqrt(max(total, 0.0))


@inner_kernel
def _sort_by_east(spots, n):
    """Fill `order` with the first marks from west to east (Shell's sort)."""
    for mark in range(n):
        spots.order[mark] = mark
    gap = n // 2
    while gap > 0:
        for entry in range(gap, n):
            mark, place = spots.order[entry], entry
            while place >= gap and spots.east[spots.order[place - gap]] > spots.east[mark]:
                spots.order[place] = spots.order[place - gap]
                place -= gap
            spots.order[place] = mark
        gap //= 2


@inner_kernel
def _find_near(board, row, position, n_tracks):
    """Fill an object's gate with the marks within the cutoff."""
    low, high = 0, n_tracks
    while low < high:
        middle = (low + high) // 2
        if board.spots.east[board.spots.order[middle]] < position[0] - CUTOFF:
            low = middle + 1
        else:
            high = middle
    board.gates.n_gated[row] = 0
    while low < n_tracks:
        mark = board.spots.order[low]
        east, north = board.spots.east[mark] - position[0], board.spots.north[mark] - position[1]
        if east > CUTOFF:
            return
        gain = CUTOFF * CUTOFF - east * east - north * north
        if gain > 0.0:
            _enter_near(board, row, mark, gain)
        low += 1


@inner_kernel
def _enter_near(board, row, mark, gain):
    """Add a mark to a gate; to a full one instead of the farthest, if it is nearer."""
    choice = board.gates.n_gated[row]
    if choice < MOST_NEAR:
        board.gates.n_gated[row] = choice + 1
    else:
        choice = 0
        for other in range(1, MOST_NEAR):
            if board.gain[row, other] < board.gain[row, choice]:
                choice = other
        if gain <= board.gain[row, choice]:
            return
    board.gated[row, choice], board.gain[row, choice] = mark, gain
