"""The tracks of the whole simulator: as sure of themselves as they may be, and no surer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rempart.engine.play import advance, begin_trial, play_logged
from rempart.engine.state import FIRM, new_state
from rempart.engine.truth import true_position
from rempart.events.identities import HOLD
from rempart.events.kinds import ASSIGNED, IDENTIFIED, PLOT, TRACK_DROPPED, TRACK_FIRM
from rempart.picture.tracker import (
    ACCELERATION_DENSITY,
    COVARIANCE,
    POSITION,
    TIME,
    VAR_POSITION,
    VAR_VELOCITY,
    VELOCITY,
)
from world_builder import NOTHING_PERFECT, POLICY, build_world, columns, only_in_view, played

N = 200
WATCH = POLICY._replace(weapons_control=HOLD)


def flights(**chosen):
    """Flights over a radar whose errors are the same in all directions at the middle of their way."""
    rng = np.random.default_rng(11)
    starts = np.c_[np.full(N, 50e3), rng.uniform(-5e3, 5e3, N), np.full(N, 5e3)]
    ends = starts - [50e3, 0.0, 0.0]
    return build_world(starts, ends, pd=0.8, sensor_reach=1e6, policy=WATCH, **chosen)


def shake(world):
    """Make the flights accelerate at random, with just the power that the tracker reckons with."""
    rng, step = np.random.default_rng(12), float(world.vehicles.step[0])
    noise = ACCELERATION_DENSITY * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
    velocities = []
    for route in world.routes[:, 0]:
        path = world.positions[route.first : route.first + route.count]
        kicks = rng.multivariate_normal([0.0, 0.0], noise, (route.count - 1, 3))
        speed = (path[1] - path[0]) / step + np.cumsum(np.r_[np.zeros((1, 3)), kicks[..., 1]], axis=0)
        path[1:] = path[0] + np.cumsum(speed[:-1] * step + kicks[..., 0], axis=0)
        velocities.append(speed)
    return np.array(velocities)


def squared_errors(world, velocities, sample):
    """NEES of each firm track, carried to a sample of the route: 6 on average if it is consistent."""
    state, step = new_state(world), float(world.vehicles.step[0])
    begin_trial(world, state, 1, 0)
    now = sample * step
    advance(world, state, now)
    found = []
    for vehicle in np.flatnonzero(state.cases.status == FIRM):
        row, total = state.tracks[vehicle], 0.0
        place, interval = true_position(world, state, vehicle, now), now - row[TIME]
        for axis in range(3):
            carry = np.array([[1.0, interval], [0.0, 1.0]])
            cover = np.array([[row[VAR_POSITION + axis], row[COVARIANCE + axis]],
                              [row[COVARIANCE + axis], row[VAR_VELOCITY + axis]]])  # fmt: skip
            noise = np.array([[interval**3 / 3, interval**2 / 2], [interval**2 / 2, interval]])
            cover = carry @ cover @ carry.T + ACCELERATION_DENSITY * noise
            believed = carry @ [row[POSITION + axis], row[VELOCITY + axis]]
            error = believed - [place[axis], velocities[vehicle, sample, axis]]
            total += error @ np.linalg.solve(cover, error)
        found.append(total)
    assert len(found) > 0.9 * N
    return np.array(found)


def band(n, share=0.95):
    return stats.chi2.ppf([(1 - share) / 2, (1 + share) / 2], 6 * n) / n


@pytest.mark.parametrize("sample", [100, 150, 190])
def test_tracks_of_flights_that_turn_as_reckoned_are_consistent(sample):
    world = flights(angle_error=0.001)
    errors = squared_errors(world, shake(world), sample)
    low, high = band(len(errors))
    assert low < errors.mean() < high


def test_tracks_of_straight_flights_are_never_too_sure():
    """The tracker reckons with turns that do not come: its errors lie below what it claims."""
    world = flights(angle_error=0.001)
    step = float(world.vehicles.step[0])
    velocities = np.array(
        [np.diff(world.positions[r.first : r.first + r.count], axis=0) for r in world.routes[:, 0]]
    )
    errors = squared_errors(world, velocities / step, 150)
    assert 1.0 < errors.mean() < band(len(errors))[1]


def lone(first, count, **chosen):
    policy = WATCH._replace(**chosen)
    world = build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], pd=1.0, policy=policy)
    only_in_view(world, first, count)
    return world


def kinds_of(world):
    events, ledger, tally = play_logged(world, 1, 0)
    return events, columns(ledger, tally)


def with_a_gap(**chosen):
    """One flight seen by one radar from 10 s to 50 s, and by another from 100 s to 140 s."""
    world = build_world(
        [(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], pd=1.0, sensors=((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)), **chosen
    )
    for sensor, first in enumerate((10, 100)):
        world.views.start[sensor] += first - world.views.first[sensor]
        world.views.first[sensor], world.views.count[sensor] = first, 40
    return world


def test_a_track_is_dropped_when_plots_stay_away_too_long():
    """Two radars; the second takes over too late, drops the old track, and begins anew."""
    events, _ = kinds_of(with_a_gap(policy=WATCH._replace(drop_time=20.0)))
    dropped = events[events["kind"] == TRACK_DROPPED]
    plots = events[events["kind"] == PLOT]
    assert len(dropped) == 1
    age = dropped["time"][0] - plots["time"][plots["actor"] == 0].max()
    assert dropped["value"][0] == pytest.approx(age)
    assert age > 20.0
    firm = events[events["kind"] == TRACK_FIRM]
    assert len(firm) == 2
    assert firm["value"].tolist() == [3.0, 3.0]


def test_a_poor_radar_more_never_costs_a_firm_track():
    """A radar that turns ten times as fast and sees next to nothing, beside one that sees well."""
    path = [(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)]
    good = build_world(*path, pd=0.9, turn=10.0, policy=WATCH)
    both = build_world(*path, pd=0.9, turn=10.0, policy=WATCH, sensors=((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
    poor = both.views.start[1, 0, 0]
    both.pd[poor : poor + both.views.count[1, 0, 0]] = 0.02
    both.sensors.turn[1] = 1.0
    alone, beside = played(good, 40).first_firm, played(both, 40).first_firm
    assert not np.isnan(alone).any()
    assert (beside <= alone).all()


def test_a_track_taken_up_again_is_identified_before_it_is_engaged():
    """It was taken for dead after a miss; one plot makes it firm again, and identity takes 10 s."""
    world = with_a_gap(
        pk=1e-12, reach=80e3, reaction=1.0, interceptor_speed=3000.0,
        policy=POLICY._replace(p_miss_seen=0.0, identification_time=10.0, assessment_time=0.0),
        perfect=NOTHING_PERFECT._replace(tracking=True),
    )  # fmt: skip
    events, _ = kinds_of(world)
    firm, identified, assigned = (
        events["time"][events["kind"] == kind] for kind in (TRACK_FIRM, IDENTIFIED, ASSIGNED)
    )
    assert len(firm) == 2
    assert identified[1] == firm[1] + 10.0
    assert assigned[1] >= identified[1]


def test_a_track_that_is_refreshed_in_time_is_kept():
    events, _ = kinds_of(lone(10, 200, drop_time=5.0))
    assert (events["kind"] == TRACK_DROPPED).sum() == 0
    assert (events["kind"] == TRACK_FIRM).sum() == 1


def test_delays_add_up_before_identity():
    events, found = kinds_of(lone(10, 200, link_delay=2.5, identification_time=4.0))
    assert found.identified[0, 0] - found.first_firm[0, 0] == pytest.approx(6.5)
    assert (events["kind"] == IDENTIFIED).sum() == 1


def test_a_perfect_link_takes_no_time():
    world = lone(10, 200, link_delay=2.5, identification_time=4.0)
    perfect = world.perfect._replace(communication=True, identification=True)
    _, found = kinds_of(world._replace(perfect=perfect))
    assert found.identified[0, 0] == found.first_firm[0, 0]


def test_looks_come_once_a_turn():
    events, found = kinds_of(lone(10, 200))
    times = events["time"][events["kind"] == PLOT]
    np.testing.assert_allclose(np.diff(times), 4.0)
    assert found.looks[0] == found.detections[0] == len(times)


def test_the_phases_of_radars_are_spread_over_a_turn():
    phases = []
    world = lone(10, 200)
    state = new_state(world)
    for trial in range(400):
        begin_trial(world, state, 1, trial)
        phases.append(float(state.searches.phase[0]))
    assert stats.kstest(np.array(phases) / 4.0, "uniform").pvalue > 1e-3


def test_start_times_are_spread_over_their_window():
    world = build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], earliest=100.0, latest=700.0, variants=4)
    state, starts, variants = new_state(world), [], []
    for trial in range(400):
        begin_trial(world, state, 1, trial)
        starts.append(float(state.flights.takeoff[0]))
        variants.append(int(state.flights.variant[0]))
    assert stats.kstest((np.array(starts) - 100.0) / 600.0, "uniform").pvalue > 1e-3
    assert stats.chisquare(np.bincount(variants, minlength=4)).pvalue > 1e-3
    assert abs(np.corrcoef(starts, variants)[0, 1]) < 4 / math.sqrt(400)
