"""The air picture of a trial beside the truth: what is added up, and that nothing that is played feels it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2

from rempart.analysis.point_sets import gospa
from rempart.engine.play import advance, begin_trial, new_ledger, play_trials
from rempart.engine.scorecard import SCORES, new_scorecard, survey_interval
from rempart.engine.state import COUNTERS, new_state
from rempart.engine.survey import CUTOFF, gospa_of
from rempart.events.identities import HOLD
from rempart.picture.settings import constant_velocity, model_set, tracker_settings
from rempart.picture.tracker import ACCELERATION_DENSITY
from world_builder import NOTHING_PERFECT, POLICY, build_world, in_groups, ring

WATCH = POLICY._replace(weapons_control=HOLD)


def scores(world, n_trials=1, seed=1):
    """Sums of some trials by name, each (n_trials, n_groups)."""
    _, tally = played_whole(world, n_trials, seed)
    return dict(zip(SCORES, np.moveaxis(tally.picture, 2, 0), strict=True))


def played_whole(world, n_trials=1, seed=1, is_surveyed=True):
    ledger, tally = new_ledger(world, n_trials)
    state = new_state(world)
    if not is_surveyed:
        state.card.desk.interval[0] = math.inf
    play_trials(world, state, seed, 0, ledger, tally)
    return ledger, tally


def associating(world, n_false=0.0, spare=1000, **rules):
    """The same world whose groups find out by themselves whose plots are whose."""
    n_slots = 2 * len(world.vehicles) + spare
    sensors = world.sensors.copy()
    sensors.n_false, sensors.elevation_min = n_false, 0.0
    settings = tracker_settings(
        model_set(constant_velocity(ACCELERATION_DENSITY)),
        drop_time=world.policy.drop_time,
        most_misses=10_000,
        fastest=3000.0,
        most_tracks=n_slots,
        most_plots=len(world.vehicles) + 256,
        **rules,
    )
    policy = world.policy._replace(association=1)
    return world._replace(sensors=sensors, tracker=settings, policy=policy, n_slots=n_slots)


def one_flight(**chosen):
    return build_world([[60e3, 0.0, 5e3]], [[0.0, 0.0, 5e3]], **{"pd": 1.0, "policy": WATCH, **chosen})


def moments_between(world, begin, end):
    """How many moments of the survey lie between two times."""
    interval = survey_interval(world)
    times = interval * np.arange(1, 1000)
    return int(((times > begin) & (times < end)).sum())


def test_one_target_that_is_always_detected_is_held_from_firm_to_end():
    world = one_flight()
    ledger, tally = played_whole(world)
    found = dict(zip(SCORES, tally.picture[0, 0], strict=True))
    firm, ended = ledger.times[0, 1], ledger.times[0, 5]
    # The survey comes before what happens at the same moment: the last finds it at its aim.
    assert found["objects"] == moments_between(world, 0.0, ended + 1e-9) > 5
    assert found["held"] == moments_between(world, firm, ended + 1e-9)
    assert found["held"] == found["tracks"] == found["following"] == found["longest"]
    assert found["changes"] == found["wrong"] == found["class_wrong"] == 0
    assert found["right"] + found["undecided"] == found["class_right"] == found["following"]


def test_perfect_tracking_makes_no_error_and_claims_none():
    world = one_flight(perfect=NOTHING_PERFECT._replace(detection=True, tracking=True))
    found = scores(world)
    assert found["held"] > 5
    for name in ("position_error", "height_error", "velocity_error"):
        assert found[name][0, 0] == pytest.approx(0.0, abs=1e-6)
    assert found["n_squares"] == 0
    late = found["objects"] - found["held"]
    assert found["gospa"][0, 0] == pytest.approx(late[0, 0] * CUTOFF / math.sqrt(2.0))


def test_a_group_has_the_objects_of_the_sensors_that_feed_it():
    sensors = ((0.0, 0.0, 0.0), (0.0, 900e3, 0.0))
    world = one_flight(sensors=sensors, units=((0.0, 0.0, 0.0), (0.0, 900e3, 0.0)))
    apart = scores(in_groups(world, [0, 1], [0, 1]))
    assert apart["objects"][0, 0] > 5
    assert apart["objects"][0, 1] == apart["moments"][0, 1] == apart["tracks"][0, 1] == 0
    linked = scores(in_groups(world, [0, 1], [0, 1], feeds=[(0, 1, 2.0)]))
    assert linked["objects"][0, 0] == linked["objects"][0, 1]
    assert linked["held"][0, 1] > 5


def test_what_nobody_could_see_at_the_moment_is_no_object():
    world = one_flight()
    blind = world._replace(pd=np.zeros_like(world.pd))
    assert scores(blind)["objects"] == 0
    assert scores(world)["objects"] > 0


def test_an_enemy_that_answers_as_a_friend_is_identified_wrongly():
    flights = {"p_transponder": 1.0, "p_conforms": 1.0}
    fooled = scores(one_flight(**flights))
    assert fooled["wrong"] > 3
    assert fooled["right"] == 0
    sure = scores(one_flight(**flights, perfect=NOTHING_PERFECT._replace(identification=True)))
    assert sure["right"] > 3
    assert sure["wrong"] == 0


def test_a_track_that_is_lost_and_found_has_changed_hands():
    world = one_flight()
    gap = world.pd.copy()
    gap[60:120] = 1e-12  # it could be seen, but is not
    found = scores(world._replace(pd=gap))
    assert found["changes"] == 1
    assert found["longest"] < found["held"] < found["objects"]


def many(n=6, **chosen):
    """Flights from all around at different heights, well apart."""
    starts = ring(n, 60e3, 6e3)
    starts[:, 2] += 300.0 * np.arange(n)
    return build_world(starts, starts * [-1.0, -1.0, 1.0] + [0.0, 5e3, 0.0], policy=WATCH, **chosen)


def test_false_plots_make_tracks_that_follow_nothing():
    hasty = {"n_hits": 2, "n_looks": 3, "least_score": -20.0}
    clean, cluttered = (associating(many(), n_false, **hasty) for n_false in (0.0, 150.0))
    none, some = scores(clean, 3), scores(cluttered, 3)
    assert (none["tracks"] == none["following"]).all()
    assert none["held"].sum() > 0.8 * none["objects"].sum()
    ghosts = some["tracks"] - some["following"]
    assert ghosts.sum() > 100
    assert (some["gospa"] / some["moments"]).mean() > (none["gospa"] / none["moments"]).mean()


@pytest.mark.parametrize("n_false", [None, 20.0])
def test_nothing_that_is_played_feels_the_survey(n_false):
    world = many(pk=0.5)._replace(policy=POLICY)
    world = world if n_false is None else associating(world, n_false)
    ledger, tally = played_whole(world, 3)
    plain_ledger, plain_tally = played_whole(world, 3, is_surveyed=False)
    np.testing.assert_array_equal(ledger.times, plain_ledger.times)
    np.testing.assert_array_equal(ledger.codes, plain_ledger.codes)
    np.testing.assert_array_equal(tally.counters, plain_tally.counters)
    np.testing.assert_array_equal(tally.rounds, plain_tally.rounds)
    assert tally.picture.any()
    assert not plain_tally.picture.any()


@pytest.mark.parametrize("step", [7.3, 31.0])
def test_sums_are_the_same_however_the_trial_is_advanced(step):
    world = many()
    _, tally = played_whole(world)
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    until = 0.0
    while advance(world, state, until) == 0:
        until += step
    np.testing.assert_array_equal(state.card.sums, tally.picture[0])


def test_what_sensors_did_adds_up_to_what_the_trial_counts():
    sensors = ((0.0, 0.0, 0.0), (20e3, 0.0, 0.0))
    for world in (many(sensors=sensors), associating(many(sensors=sensors), 20.0)):
        _, tally = played_whole(world, 2)
        counted = [COUNTERS.index(name) for name in ("looks", "detections", "false_plots", "unresolved")]
        np.testing.assert_array_equal(tally.sensing.sum(axis=1), tally.counters[:, counted])
        assert (tally.sensing[:, :, :2] > 0).all()


@pytest.mark.parametrize("is_known", [True, False])
def test_tracks_of_flights_at_random_know_their_errors(is_known):
    """Flights that accelerate as the tracker reckons with; one moment of each flight, so independent."""
    n = 150
    rng = np.random.default_rng(3)
    starts = np.c_[np.full(n, 50e3), 4e3 * np.arange(n) - 2e3 * n, np.full(n, 6e3)]
    world = build_world(
        starts, starts - [40e3, 0.0, 0.0], policy=WATCH, sensor_reach=1e6, sensors=((30e3, 0.0, 0.0),),
        angle_error=1e-4, pd=0.9,
    )  # fmt: skip
    _shake(world, rng)
    world = world if is_known else associating(world)
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    state.card.desk.next[0], state.card.desk.interval[0] = 90.0, math.inf
    advance(world, state, 91.0)
    found = dict(zip(SCORES, state.card.sums[0], strict=True))
    assert found["n_squares"] > 0.9 * n
    low, high = chi2.ppf([0.025, 0.975], 6 * found["n_squares"]) / found["n_squares"]
    assert low < found["squares"] / found["n_squares"] < high


def _shake(world, rng):
    """Accelerate all flights at random with the power that the tracker reckons with."""
    step = float(world.vehicles.step[0])
    noise = ACCELERATION_DENSITY * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
    for route in world.routes[:, 0]:
        path = world.positions[route.first : route.first + route.count]
        kicks = rng.multivariate_normal([0.0, 0.0], noise, (route.count - 1, 3))
        speed = (path[1] - path[0]) / step + np.cumsum(np.r_[np.zeros((1, 3)), kicks[..., 1]], axis=0)
        path[1:] = path[0] + np.cumsum(speed[:-1] * step + kicks[..., 0], axis=0)


@pytest.mark.parametrize("spread", [300.0, 1500.0, 20e3])
@pytest.mark.parametrize("sizes", [(0, 0), (1, 0), (0, 3), (1, 1), (12, 12), (30, 20), (9, 31)])
def test_gospa_is_that_of_the_analysis(sizes, spread):
    n_objects, n_tracks = sizes
    rng = np.random.default_rng([n_objects, n_tracks, int(spread)])
    card = new_scorecard(many(32))
    truth, tracks = rng.normal(0.0, spread, (n_objects, 2)), rng.normal(0.0, spread, (n_tracks, 2))
    # Objects are entered in no order, as sensors come upon them.
    card.holdings.object[0, :n_objects] = rng.permutation(32)[:n_objects]
    for row, vehicle in enumerate(card.holdings.object[0, :n_objects]):
        card.places.position[vehicle, :2] = truth[row]
    card.marks.east[:n_tracks], card.marks.north[:n_tracks] = tracks.T
    found = gospa_of(card, 0, n_objects, n_tracks)
    assert found == pytest.approx(gospa(truth, tracks, CUTOFF, 2.0).distance, rel=1e-9)


def test_a_crowd_beyond_the_room_for_neighbours_is_still_paired_closely():
    """With more tracks near an object than are looked at, the answer is an upper bound, and close."""
    n, rng = 60, np.random.default_rng(5)
    card = new_scorecard(many(n)._replace(n_slots=n))
    truth = rng.normal(0.0, 300.0, (n, 2))
    tracks = truth + rng.normal(0.0, 60.0, (n, 2))
    card.holdings.object[0] = np.arange(n)
    card.places.position[:, :2] = truth
    card.marks.east[:], card.marks.north[:] = tracks.T
    least = gospa(truth, tracks, CUTOFF, 2.0).distance
    assert least * (1.0 - 1e-9) <= gospa_of(card, 0, n, n) <= 1.05 * least


def test_moments_follow_the_length_of_flights():
    short, long = one_flight(), one_flight(speed=50.0)
    assert survey_interval(short) == pytest.approx(60e3 / 250.0 / 12)
    assert survey_interval(long) == pytest.approx(60e3 / 50.0 / 12)
    assert survey_interval(one_flight(speed=60e3)) == 1.0
    assert survey_interval(one_flight(speed=2.0)) == 120.0
