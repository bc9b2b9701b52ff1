"""Association in play: tracks of plots without names, whom they follow, and what that does to a battle."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rempart.engine.agenda import schedule
from rempart.engine.association import STRAY_PLOTS, _attribute
from rempart.engine.play import REACHED_TIME, advance, begin_trial, play_logged
from rempart.engine.state import (
    CLEARED_TO_FIRE,
    DISMISSED,
    ENDED,
    FIRM,
    FLYING,
    NO_TRACK,
    OPEN,
    new_state,
    reset_case,
)
from rempart.events.identities import HOLD, HOSTILE, UNKNOWN
from rempart.events.kinds import (
    ABORTED,
    ASSESSED,
    ASSIGNED,
    DEPARTED_EVENT,
    IDENTIFIED,
    INTERCEPT_KILL,
    INTERCEPT_MISS,
    KIND_NAMES,
    LAUNCH,
    PLOT,
    RELEASED,
    TRACK_DROPPED,
    TRACK_FIRM,
    TRACK_SWAPPED,
)
from rempart.events.outcomes import (
    CAUSE_NAMES,
    DEPARTED,
    KILLED,
    LEAKED,
    NO_CAUSE,
    NOT_ENGAGED_BY_RULE,
    TAKEN_FOR_ANOTHER,
)
from rempart.picture.doubt import doubt_of
from rempart.picture.plots import CONFIRMED, MERGED, NO_ROOM, STARTED
from world_builder import (
    NOTHING_PERFECT,
    POLICY,
    assert_same,
    build_world,
    in_groups,
    on_the_march,
    only_in_view,
    played,
    ring,
    with_pictures,
)

WATCH = POLICY._replace(weapons_control=HOLD)
AWAY = (9e5, 0.0, 0.0)


def lone(**chosen):
    usual = {"pd": 1.0, "pk": 1.0}
    return build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], **(usual | chosen))


def raid(n=6, **chosen):
    usual = {"pd": 0.8, "latest": 60.0, "units": ((0.0, 0.0, 0.0), (5e3, 5e3, 0.0)), "channels": 3}
    return build_world(ring(n, 70e3, 3000.0), [(0.0, 0.0, 0.0)] * n, **(usual | chosen))


# One target: as if its plots had names.


def test_one_target_fares_as_if_its_plots_had_names():
    """The same rounds, and launches within a turn."""
    known, found = played(lone(), 20), played(with_pictures(lone()), 20)
    for name in ("outcome", "shots", "first_detected", "first_firm", "identified"):
        np.testing.assert_array_equal(found[name], known[name], err_msg=name)
    np.testing.assert_allclose(found.first_launch, known.first_launch, atol=4.0)
    assert (found.outcome == KILLED).all()
    assert (found.false_plots == 0).all()
    assert (found.swaps == 0).all()


def firm_at(hits, n_hits, n_looks):
    """Index of the look that makes a track firm, or none: hits among its first looks, or start again."""
    start = looks = found = 0
    for look, is_hit in enumerate(hits):
        if found == 0:
            start = look
        looks, found = (look - start + 1, found + 1) if is_hit or found else (0, 0)
        found -= 0 if is_hit or found == 0 else 1
        if found >= n_hits:
            return look
        if looks - found > n_looks - n_hits:
            found = 0
    return None


def test_a_track_is_firm_with_enough_plots_in_its_first_looks():
    world, same = with_pictures(lone(pd=0.5, policy=WATCH)), 0
    for trial in range(30):
        events, ledger, tally = play_logged(world, 1, trial)
        times = events["time"][events["kind"] == PLOT]
        looks = np.round((times - times[0] % 4.0) / 4.0).astype(int)
        hits = np.isin(np.arange(looks[0], tally.counters[0, 0] + looks[0]), looks)
        expected = firm_at(hits, 3, 5)
        same += ledger.times[0, 1] == pytest.approx(times[0] + 4.0 * expected)
    # One plot in a thousand lies outside its gate.
    assert same >= 29


def test_an_update_is_a_plot_that_a_track_took_or_began_with():
    found = played(with_pictures(lone(policy=WATCH)), 3)
    assert (found.updates == found.detections).all()
    assert (found.detections == found.looks).all()


# Nothing at all: false plots, and the tracks that come of them.


def empty(n_false, guided=False, **chosen):
    """A radar without height that sees nothing but false plots for some hours."""
    usual = {
        "sensor_reach": 30e3, "duration": 20_000.0, "runs_to_end": True, "rounds": 10_000,
        "angle_error": 0.02,
    }  # fmt: skip
    world = build_world([(9e6, 0.0, 0.0)], [(8.99e6, 0.0, 0.0)], speed=1.0, **(usual | chosen))
    world = with_pictures(world, n_false=n_false)
    world.sensors.elevation_error = world.sensors.elevation_cell = np.inf
    if guided:
        world.units.sensor = 0
    return world


def test_false_tracks_are_as_rare_as_the_score_promises():
    """Wald: of tracks of nothing at most exp(-least score) ever reach it; and some do."""
    world = empty(15.0, policy=WATCH)
    state, n_firm = new_state(world), 0
    for trial in range(4):
        found = played(world, 1, first_trial=trial, state=state)
        assert state.tracker.counters[0, CONFIRMED] == found.false_tracks[0]
        n_started = state.tracker.counters[0, STARTED]
        n_firm += found.false_tracks[0]
    assert 0 < n_firm < 4 * n_started * math.exp(-world.tracker.least_score)


def test_nothing_can_be_held_so_nothing_is_fired_by_units_that_guide():
    events, _, tally = play_logged(empty(15.0, guided=True), 1, 0)
    assert tally.counters[0, 8] > 0
    assert (events["kind"] == ASSIGNED).sum() == (events["kind"] == ABORTED).sum() > 0
    assert not (events["kind"] == LAUNCH).any()
    assert tally.rounds.sum() == 0


def test_units_that_guide_nothing_fire_at_nothing():
    events, ledger, tally = play_logged(empty(15.0), 1, 0)
    launches = events[events["kind"] == LAUNCH]
    assert 0 < len(launches) == tally.rounds.sum() == (events["kind"] == INTERCEPT_MISS).sum()
    assert (launches["vehicle"] == -1).all()
    assert (launches["value"] == -1.0).all()
    assert np.isfinite([launches[axis] for axis in "xyz"]).all()
    assert (events["value"][events["kind"] == INTERCEPT_MISS] == 0.0).all()
    assert not (events["kind"] == INTERCEPT_KILL).any()
    assert ledger.codes[0, 3] == 0


def test_no_one_is_shot_at_often_who_is_not_there():
    """A false track gets no more than the salvos of one track, and none once it is lost."""
    events, _, _ = play_logged(empty(15.0, policy=POLICY._replace(max_salvos=1)), 1, 0)
    firm = events["kind"] == TRACK_FIRM
    assert 0 < (events["kind"] == LAUNCH).sum() <= firm.sum()


def test_a_real_target_is_found_among_false_plots():
    found = played(with_pictures(lone(sensor_reach=60e3), n_false=10.0), 5)
    assert (found.outcome == KILLED).all()
    assert (found.false_plots > 50).all()


# Two targets: told apart, taken for one, taken for each other.


def bent(world, offsets):
    """Move each route sideways by its `offsets(x)` [m]; routes run along x."""
    for vehicle, sign in enumerate((-1.0, 1.0)):
        route = world.routes[vehicle, 0]
        rows = slice(route.first, route.first + route.count)
        world.positions[rows, 1] = sign * offsets(world.positions[rows, 0])
    return world


def pair(ends=0.0, **chosen):
    """Two flights side by side along x from 60 km to `ends`."""
    starts = [(60e3, 0.0, 3000.0)] * 2
    usual = {"pd": 1.0, "policy": WATCH, "asset": AWAY}
    return build_world(starts, [(ends, 0.0, 3000.0)] * 2, **(usual | chosen))


@pytest.mark.parametrize("association", ["gnn", "jpda"])
def test_two_that_meet_and_part_keep_their_tracks_while_one_plot_serves_both(association):
    """They cross so slowly that they share a cell for 50 s, and a track lives 20 s without a plot.

    As they part, the tracks are now and then merged for some turns, and split again.
    """
    world = bent(pair(10e3), lambda x: np.interp(x, [10e3, 60e3], [-1500.0, 1500.0]))
    world, n_kept = with_pictures(world, association, cells=(400.0, 0.02, 0.05)), 0
    for trial in range(10):
        state = new_state(world)
        begin_trial(world, state, 1, trial)
        n_firm = []
        for turn in range(48):
            advance(world, state, 4.0 * turn + 4.0)
            n_firm.append((state.cases.status == FIRM).sum())
        assert 5 <= state.trial.unresolved[0] <= 20
        assert n_firm[-1] == 2
        assert {int(case.vehicle) for case in state.cases[state.cases.status == FIRM]} == {0, 1}
        n_kept += min(n_firm[3:]) == 2 and state.tracker.counters[0, MERGED] == 0
    assert n_kept >= 4


def test_two_that_are_never_told_apart_have_one_track():
    world = with_pictures(bent(pair(10e3), lambda x: 0.0 * x + 30.0), cells=(400.0, 0.02, 0.05))
    found = played(world, 3)
    assert (found.unresolved > 20).all()
    assert (found.unresolved < found.detections).all()
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    advance(world, state, 100.0)
    assert (state.cases.status == FIRM).sum() == 1


def crossing(**chosen):
    """Two flights that cross at a narrow angle before a radar of coarse bearings."""
    starts, ends = [(60e3, -4e3, 3e3), (60e3, 4e3, 3e3)], [(-60e3, 4e3, 3e3), (-60e3, -4e3, 3e3)]
    usual = {"pd": 0.7, "policy": WATCH, "angle_error": 0.01, "asset": AWAY}
    return build_world(starts, ends, **(usual | chosen))


def test_tracks_of_targets_that_cross_are_swapped_at_times():
    found, known = played(with_pictures(crossing()), 20), played(crossing(), 20)
    assert found.swaps.sum() > 0
    assert (found.swaps == 0).any()
    assert (known.swaps == 0).all()


def test_every_swap_is_in_the_log_with_both_vehicles():
    for trial in range(20):
        events, _, tally = play_logged(with_pictures(crossing()), 1, trial)
        swaps = events[events["kind"] == TRACK_SWAPPED]
        assert len(swaps) == tally.counters[0, 9]
        assert (swaps["vehicle"] + swaps["value"] == 1).all()
        if len(swaps):
            return
    raise AssertionError("no swap in 20 trials")


def test_who_goes_on_with_a_dead_ones_track_is_taken_for_it():
    """Two in one cell, one round: one falls, and the other flies on as the declared kill."""
    late = POLICY._replace(drop_time=100.0)
    world = build_world(
        [(40e3, -60.0, 3000.0), (40e3, 60.0, 3000.0)], [(0.0, -60.0, 0.0), (0.0, 60.0, 0.0)],
        pd=1.0, pk=1.0, reach=12e3, policy=late,
    )  # fmt: skip
    found = played(with_pictures(world, cells=(400.0, 0.02, 0.05)), 10)
    assert (np.sort(found.outcome, axis=1) == sorted((KILLED, LEAKED))).all()
    assert (found.cause[found.outcome == LEAKED] == TAKEN_FOR_ANOTHER).all()
    assert (found.cause[found.outcome == KILLED] == NO_CAUSE).all()
    assert (found.shots[found.outcome == LEAKED] == 0).all()
    assert (played(world, 10).outcome == KILLED).all()


def test_every_leaker_has_one_cause():
    weak = {"pk": 0.3, "rounds": 2, "channels": 1, "pd": 0.5}
    found = played(with_pictures(raid(10, **weak), n_false=5.0, cells=(500.0, 0.03, 0.05)), 20)
    leaked = found.outcome == LEAKED
    assert leaked.any()
    assert ((found.cause >= 0) == leaked).all()
    assert (found.cause < len(CAUSE_NAMES)).all()
    assert (found.shots.sum(axis=1) <= found.rounds.sum(axis=1)).all()


# The books: whom a track follows.


@pytest.fixture
def books():
    """A case with a firm, hostile track of vehicle 0 of three, at a state that nothing has happened in."""
    world = with_pictures(raid(3))
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    reset_case(state, 0, 0)
    state.cases.status[0], state.cases.identity[0] = FIRM, HOSTILE
    state.flights.status[:] = FLYING
    return world, state


def decision_due(state, case=0):
    return state.agenda.place[state.slots.decide + case] >= 0


def test_a_track_of_many_false_plots_follows_nobody(books):
    world, state = books
    for number in range(STRAY_PLOTS):
        assert state.cases.vehicle[0] == 0, number
        _attribute(world, state, 0, -1, 50.0)
    assert state.cases.vehicle[0] == -1
    assert state.trial.swaps[0] == 0


def test_a_plot_of_its_own_makes_up_for_false_ones(books):
    world, state = books
    for vehicle in (-1, -1, 0, -1, -1):
        _attribute(world, state, 0, vehicle, 50.0)
    assert state.cases.vehicle[0] == 0
    assert not decision_due(state)


def test_a_dismissed_track_is_taken_up_again_when_it_is_of_someone(books):
    world, state = books
    state.cases.vehicle[0], state.cases.settled[0] = -1, DISMISSED
    _attribute(world, state, 0, -1, 50.0)
    assert state.cases.settled[0] == DISMISSED
    assert not decision_due(state)
    _attribute(world, state, 0, 2, 51.0)
    assert (state.cases.settled[0], state.cases.vehicle[0]) == (OPEN, 2)
    assert decision_due(state)
    assert state.flights.first_firm[2] == state.flights.identified[2] == 51.0
    assert state.flights.marks[2] & CLEARED_TO_FIRE
    assert state.trial.swaps[0] == 0


def test_a_swap_is_counted_and_inherits_the_identity(books):
    world, state = books
    for number in range(STRAY_PLOTS):
        assert state.trial.swaps[0] == 0, number
        _attribute(world, state, 0, 1, 51.0)
    assert state.trial.swaps[0] == 1
    assert state.cases.vehicle[0] == 1
    assert state.flights.identified[1] == 51.0
    assert state.flights.marks[1] & CLEARED_TO_FIRE
    assert math.isnan(state.flights.first_firm[0])


def test_two_that_lend_each_other_plots_are_not_swapped(books):
    world, state = books
    for vehicle in (1, 1, 0, 1, 2, 0, -1, 1, 0):
        _attribute(world, state, 0, vehicle, 50.0)
    assert (state.cases.vehicle[0], state.trial.swaps[0]) == (0, 0)


def test_a_plot_of_another_is_news_at_once_when_the_first_has_come_down(books):
    world, state = books
    state.flights.status[0] = ENDED
    _attribute(world, state, 0, 1, 51.0)
    assert (state.cases.vehicle[0], state.trial.swaps[0]) == (1, 1)


def test_a_track_not_identified_yet_clears_nobody(books):
    world, state = books
    state.flights.status[0] = ENDED
    state.cases.identity[0] = UNKNOWN
    schedule(state.agenda, state.slots.identify, 60.0)
    _attribute(world, state, 0, 1, 51.0)
    assert math.isnan(state.flights.identified[1])
    assert not state.flights.marks[1] & CLEARED_TO_FIRE
    assert not decision_due(state)


def test_the_doubt_of_a_track_is_that_of_its_picture():
    """What decides whether it may be in a corridor comes from the tracker's own covariance."""
    world = with_pictures(lone(policy=WATCH))
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    advance(world, state, 60.0)
    case = int(np.flatnonzero(state.cases.status == FIRM)[0])
    spread = state.tracker.bank.tracks[case].spread
    doubt = doubt_of(state.tracks, case, float(state.tracks[case, 0]))
    assert doubt.ground == pytest.approx(2.0 * math.sqrt(max(spread[0, 0], spread[1, 1])))
    assert doubt.climb == pytest.approx(2.0 * math.sqrt(spread[5, 5]))
    assert doubt.ground > 20.0


# Room for tracks: too little, given back, kept.


@pytest.mark.parametrize(("n_slots", "n_false"), [(1, 0.0), (2, 20.0), (5, 20.0)])
def test_too_little_room_is_counted_and_stays_within_bounds(n_slots, n_false):
    world = with_pictures(raid(6, policy=WATCH), n_false=n_false, n_slots=n_slots)
    state = new_state(world)
    found = played(world, 2, state=state)
    assert state.tracker.counters[0, NO_ROOM] > 0
    assert (state.n_used <= n_slots).all()
    assert (found.outcome == LEAKED).all()
    assert (found.detections > 0).all()


def at_times(earliest, views, **chosen):
    """Flights along one line at these times; each is in view for `views` (first sample, count)."""
    n = len(earliest)
    world = build_world(
        [(60e3, 2e3 * k, 3000.0) for k in range(n)], [(0.0, 2e3 * k, 0.0) for k in range(n)],
        pd=1.0, pk=1.0, **chosen,
    )  # fmt: skip
    world.vehicles.earliest = world.vehicles.latest = earliest
    for vehicle, (first, count) in enumerate(views):
        world.views.start[:, vehicle] += first - world.views.first[:, vehicle]
        world.views.first[:, vehicle], world.views.count[:, vehicle] = first, count
    return world


def test_a_slot_is_given_to_the_next_when_its_track_is_gone():
    world = at_times([0.0, 300.0, 600.0], [(10, 60)] * 3, policy=WATCH)
    state = new_state(with_pictures(world))
    found = played(with_pictures(world), 1, state=state)
    assert np.isfinite(found.first_firm).all()
    assert state.n_used[0] == 1


def test_a_slot_is_kept_while_rounds_are_in_flight():
    """The first track is lost with a slow round on its way; the second gets a slot of its own."""
    world = with_pictures(
        at_times(
            [0.0, 60.0], [(20, 60), (20, 150)], reach=60e3, reaction=30.0, interceptor_speed=300.0,
            policy=POLICY._replace(drop_time=8.0, max_salvos=1),
        )
    )  # fmt: skip
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    was_kept, until = False, 0.0
    while advance(world, state, until) == REACHED_TIME:
        until += 2.0
        is_lost = state.cases.status[0] == NO_TRACK and state.cases.in_flight[0] > 0
        if is_lost and state.trial.clock[0] > 100.0:
            was_kept = True
            assert state.tracker.bank.tracks.is_kept[0]
            assert not state.tracker.bank.is_free[0, 0]
            assert state.cases.target[0] == 0
            assert (state.tracker.bank.live[0, : state.tracker.bank.counts[0, 0]] != 0).all()
    assert was_kept
    assert state.n_used[0] == 2
    assert state.cases.in_flight[0] == 0
    assert state.tracker.bank.is_free[0, 0]
    assert not state.tracker.bank.tracks.is_kept[0]


def test_channels_and_slots_are_all_free_when_all_is_over():
    world = with_pictures(raid(8, pk=0.5, rounds=4), n_false=8.0)
    state = new_state(world)
    for trial in range(5):
        played(world, 1, first_trial=trial, state=state)
        committed = state.cases.weapon >= 0
        assert state.busy.sum() == committed.sum()
        assert (state.tracker.bank.tracks.is_kept == committed).all()


# One trial, however it is played.


def linked(n_groups, **chosen):
    """Groups of one radar and one fire unit each, every radar feeding the next group."""
    sites = tuple((7e3 * k, -4e3 * k, 0.0) for k in range(n_groups))
    world = raid(8, sensors=sites, units=sites, rounds=3, pk=0.5, **chosen)
    feeds = [(k, (k + 1) % n_groups, 2.0 * k) for k in range(n_groups)] if n_groups > 1 else []
    world = in_groups(world, list(range(n_groups)), list(range(n_groups)), feeds)
    return with_pictures(world, n_false=3.0, cells=(400.0, 0.02, 0.05))


@pytest.mark.parametrize("n_groups", [1, 2, 3])
def test_no_trial_remembers_another(n_groups):
    world = linked(n_groups)
    state = new_state(world)
    played(world, 7, state=state)
    after = played(world, 1, first_trial=7, state=state)
    assert_same(after, played(world, 1, first_trial=7))
    assert after.updates[0] > 100


def test_a_log_is_made_again_bit_for_bit_and_every_row_has_a_known_kind():
    world = linked(2)
    events, ledger, tally = play_logged(world, 1, 3)
    again, _, _ = play_logged(world, 1, 3)
    np.testing.assert_array_equal(events, again)
    assert (np.diff(events["time"]) >= 0.0).all()
    assert set(events["kind"]) <= set(range(len(KIND_NAMES)))
    assert ((events["vehicle"] >= -1) & (events["vehicle"] < 8)).all()
    plots = events[events["kind"] == PLOT]
    # One plot of two echoes is two detections.
    assert len(plots) == tally.counters[0, 1] - tally.counters[0, 6] + tally.counters[0, 7]
    assert np.isfinite([plots[axis] for axis in "xyz"]).all()
    assert (events["kind"] == LAUNCH).sum() == tally.rounds.sum()
    assert np.nanmin(ledger.times[:, 1]) >= events["time"][events["kind"] == TRACK_FIRM].min()


# Perfect links.


@pytest.mark.parametrize("link", ["identification", "communication", "assignment", "assessment"])
def test_a_perfect_link_does_what_it_says(link):
    slow = POLICY._replace(
        link_delay=2.0, identification_time=3.0, decision_time=4.0, assessment_time=5.0, p_kill_seen=0.5
    )
    usual = with_pictures(lone(policy=slow, reach=80e3, runs_to_end=True, duration=400.0))
    perfect = usual._replace(perfect=NOTHING_PERFECT._replace(**{link: True}))
    before, after = (play_logged(world, 1, 0)[0] for world in (usual, perfect))

    def wait(events, kinds):
        first, last = (events["time"][events["kind"] == kind][0] for kind in kinds)
        return last - first

    kinds, saved = {
        "identification": ((TRACK_FIRM, IDENTIFIED), 3.0),
        "communication": ((TRACK_FIRM, IDENTIFIED), 2.0),
        "assignment": ((IDENTIFIED, ASSIGNED), 4.0),
        "assessment": ((INTERCEPT_KILL, ASSESSED), 5.0),
    }[link]
    if link == "assignment":
        assert wait(before, kinds) >= 4.0
        assert wait(after, kinds) == 0.0
        assert wait(after, (ASSIGNED, LAUNCH)) == pytest.approx(0.0)
    else:
        assert wait(before, kinds) - wait(after, kinds) == pytest.approx(saved)


def test_perfect_identification_never_takes_nothing_for_a_target():
    world = empty(15.0, perfect=NOTHING_PERFECT._replace(identification=True))
    events, _, tally = play_logged(world, 1, 0)
    assert tally.counters[0, 8] > 0
    assert not (events["kind"] == ASSIGNED).any()
    assert (events["value"][events["kind"] == IDENTIFIED] != HOSTILE).all()


def test_perfect_detection_leaves_association_to_itself():
    world = with_pictures(pair(perfect=NOTHING_PERFECT._replace(detection=True)), n_false=20.0)
    found = played(bent(world, lambda x: 0.0 * x + 3e3), 2)
    assert (found.false_plots == 0).all()
    assert (found.false_tracks == 0).all()
    assert (found.cause == NOT_ENGAGED_BY_RULE).all()


# What else a world may hold.


def test_a_march_of_no_speed_is_a_halt():
    way = [(0.0, 0.0, 0.0)] * 4
    march = on_the_march(raid(4), way, sensor=0, unit=0, asset=0, step=100.0, sees=(150e3, 0.8))
    still, march = (with_pictures(world, n_false=3.0) for world in (raid(4), march))
    found = played(march, 3)
    assert_same(found, played(still, 3))
    assert (found.outcome == KILLED).any()


def test_a_radar_on_the_march_reports_from_where_it_is():
    """It is 6 km farther east at the end; its tracks are where the targets are all the same."""
    world = on_the_march(lone(policy=WATCH), [(0.0, 0.0, 0.0), (6e3, 0.0, 0.0)], sensor=0, step=200.0)
    events, _, _ = play_logged(with_pictures(world), 1, 0)
    plots = events[events["kind"] == PLOT]
    truth = 60e3 - 250.0 * plots["time"] / math.hypot(60e3, 3e3) * 60e3
    assert np.abs(plots["x"] - truth).max() < 300.0


def test_a_group_without_a_radar_fights_by_what_it_is_told():
    base = lone(policy=POLICY._replace(link_delay=1.0))
    deaf = with_pictures(in_groups(base, [0], [1]))
    told = with_pictures(in_groups(base, [0], [1], [(0, 1, 4.0)]))
    assert (played(deaf, 3).outcome == LEAKED).all()
    assert (played(told, 3).outcome == KILLED).all()
    events, _, _ = play_logged(told, 1, 0)
    firm, identified = (events[events["kind"] == kind] for kind in (TRACK_FIRM, IDENTIFIED))
    assert firm["actor"].tolist() == [0, 1]
    assert firm["time"][0] == firm["time"][1]
    waits = {int(row["actor"]): row["time"] - firm["time"][0] for row in identified}
    assert waits == {0: pytest.approx(1.0), 1: pytest.approx(5.0)}


def test_a_weapon_starts_a_track_when_it_is_let_go():
    starts, ends = [(60e3, -40e3, 3e3), (60e3, -15e3, 3e3)], [(60e3, 40e3, 3e3), (0.0, 0.0, 0.0)]
    world = build_world(starts, ends, pd=1.0, pk=1.0)
    world.vehicles.asset[0], world.vehicles.parent[1] = -1, 0
    world.routes.release[1] = 100.0
    world = with_pictures(world, n_false=2.0)
    found = played(world, 3)
    assert (found.outcome == [DEPARTED, KILLED]).all()
    events, _, _ = play_logged(world, 1, 0)
    released = events["time"][events["kind"] == RELEASED][0]
    of_weapon = events[events["vehicle"] == 1]
    assert of_weapon["time"][of_weapon["kind"] == PLOT].min() >= released
    # The carrier's track may go on with the weapon's first plots; it has one of its own soon.
    assert found.first_firm[0, 1] - released < 30.0
    assert (events["kind"] == DEPARTED_EVENT).sum() == 1


def test_a_radar_that_is_struck_sends_no_more_plots():
    world = build_world([(37.5e3, 0.0, 1.0), (60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)] * 2, pd=1.0, reach=10e3)
    world.sensors.asset[0], world.units.asset[0] = 0, 0
    world.views.count[:, 0] = 0
    events, ledger, tally = play_logged(with_pictures(world, n_false=4.0), 1, 0)
    assert tally.counters[0, 4] == tally.counters[0, 5] == 1
    plots = events[events["kind"] == PLOT]
    assert (plots["vehicle"] == -1).sum() > 20
    assert plots["time"].max() <= 150.0
    assert ledger.codes[:, 0].tolist() == [LEAKED, LEAKED]


def test_a_track_out_of_sight_is_dropped():
    """Its group's other radar goes on turning, and finds it too old."""
    world = lone(policy=WATCH._replace(drop_time=20.0), sensors=((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
    only_in_view(world, 10, 60)
    world = with_pictures(world, n_false=0.5)
    world.sensors.n_false[0] = 0.0
    events, _, _ = play_logged(world, 1, 0)
    dropped = events[(events["kind"] == TRACK_DROPPED) & (events["vehicle"] == 0)]
    assert len(dropped) == 1
    assert 20.0 < dropped["value"][0] < 27.0


# Joint probabilities.


def test_joint_probabilities_play_the_same_battles_about_as_well():
    """The same world to the last number but for the way that plots go to tracks."""
    base = raid(8, pk=0.6, rounds=4)
    base.positions[:, 1] *= 0.05  # so that they come in two close streams
    nearest, joint = (with_pictures(base, way, n_false=4.0) for way in ("gnn", "jpda"))
    one, other = played(nearest, 20), played(joint, 20)
    assert_same(other, played(joint, 20))
    assert (one.first_detected == other.first_detected).all()
    assert (one.first_launch != other.first_launch).any()
    leakage = [(found.outcome == LEAKED).mean(axis=1) for found in (one, other)]
    gap = leakage[1] - leakage[0]
    assert abs(gap.mean()) <= 4.0 * max(gap.std(ddof=1) / np.sqrt(20), 0.01)
