"""Tracks of other nodes: recognised, fused so that nothing is counted twice, or started."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.picture.bank import N_LIVE, new_tracker
from rempart.picture.fusion import covariance_intersection
from rempart.picture.plots import CONFIRMED, NO_ROOM, STARTED
from rempart.picture.reports import BEST_SOURCE, INTERSECTION, intersect, place_size, take_report
from rempart.picture.settings import constant_velocity, coordinated_turn, model_set, tracker_settings

MEAN = np.array([10e3, -5e3, 3e3, 150.0, 80.0, 0.0, 0.0])
SURE = np.diag([50.0**2, 60.0**2, 70.0**2, 10.0**2, 12.0**2, 9.0**2, 0.0])
SMALL = {"most_tracks": 4, "most_plots": 4, "most_gated": 2}


def random_cover(dice):
    root = dice.normal(0, 1, (6, 6)) * np.array([60.0, 40, 80, 9, 12, 7])[:, None]
    cover = np.zeros((7, 7))
    cover[:6, :6] = root @ root.T + np.diag([25.0, 25, 25, 1, 1, 1])
    return cover


def test_the_intersection_is_that_of_the_matrices_and_of_least_determinant():
    dice = np.random.default_rng(1)
    work = new_tracker(tracker_settings(**SMALL)).work
    for _ in range(30):
        mean, cover, told_cover = MEAN + dice.normal(0, 20, 7), random_cover(dice), random_cover(dice)
        work.pad.told[:], work.pad.told_cover[:] = MEAN, told_cover
        weight, at, fused = covariance_intersection(mean[:6], cover[:6, :6], MEAN[:6], told_cover[:6, :6])
        one, two = np.linalg.inv(cover[:6, :6]), np.linalg.inv(told_cover[:6, :6])
        sizes = [np.linalg.slogdet(w * one + (1 - w) * two)[1] for w in np.linspace(0, 1, 1001)]
        found = intersect(mean, cover, work)
        assert found == pytest.approx(weight, abs=2e-3)
        np.testing.assert_allclose(mean[:6], at, atol=0.2)
        np.testing.assert_allclose(cover[:6, :6], fused, rtol=1e-2, atol=1e-2 * np.abs(fused).max())
        assert -np.linalg.slogdet(cover[:6, :6])[1] == pytest.approx(max(sizes), abs=1e-5)
        np.testing.assert_array_equal(cover, cover.T)


def test_the_same_report_twice_makes_a_track_no_surer():
    settings = tracker_settings(model_set(constant_velocity(5.0), coordinated_turn(5.0)), **SMALL)
    tracker = new_tracker(settings)
    slot, is_new = take_report(tracker, MEAN, SURE, 10.0, settings, INTERSECTION)
    assert (slot, is_new) == (0, True)
    spread = tracker.bank.tracks[0].spread.copy()
    slot, is_new = take_report(tracker, MEAN, SURE, 10.0, settings, INTERSECTION)
    assert (slot, is_new) == (0, False)
    np.testing.assert_allclose(tracker.bank.tracks[0].spread[:6, :6], spread[:6, :6])
    np.testing.assert_allclose(tracker.bank.tracks[0].blend[:6], MEAN[:6])
    track = tracker.bank.tracks[0]
    assert (bool(track.is_firm), track.seen, track.ident) == (True, 10.0, 1)
    assert (tracker.counters[STARTED], tracker.counters[CONFIRMED]) == (1, 1)


@pytest.mark.parametrize(("shift", "recognised"), [(0.0, True), (150.0, True), (1000.0, False)])
@pytest.mark.parametrize("later", [-4.0, 0.0, 6.0])
def test_a_report_is_recognised_by_place_and_velocity(shift, recognised, later):
    settings = tracker_settings(**SMALL)
    tracker = new_tracker(settings)
    take_report(tracker, MEAN, SURE, 10.0, settings, INTERSECTION)
    report = MEAN.copy()
    report[:2] += later * MEAN[3:5] + [shift, 0.0]
    slot, is_new = take_report(tracker, report, SURE, 10.0 + later, settings, INTERSECTION)
    assert (slot, is_new) == ((0, False) if recognised else (1, True))
    track = tracker.bank.tracks[0]
    assert track.time == (max(10.0, 10.0 + later) if recognised else track.time)
    assert track.seen == (10.0 + max(later, 0.0) if recognised else 10.0)


def test_two_heights_are_two_targets_unless_one_is_not_known():
    settings = tracker_settings(**SMALL)
    tracker = new_tracker(settings)
    take_report(tracker, MEAN, SURE, 10.0, settings, INTERSECTION)
    above, vague = MEAN + [0, 0, 2000.0, 0, 0, 0, 0], SURE.copy()
    vague[2, 2] = 3000.0**2
    assert take_report(tracker, above, vague, 10.0, settings, INTERSECTION) == (0, False)
    assert take_report(tracker, above, SURE, 10.0, settings, INTERSECTION) == (1, True)


def test_the_best_source_is_the_surer_place():
    settings = tracker_settings(**SMALL)
    tracker = new_tracker(settings)
    take_report(tracker, MEAN, SURE, 10.0, settings, BEST_SOURCE)
    near = MEAN + [20.0, 0, 0, 0, 0, 0, 0]
    take_report(tracker, near, 4.0 * SURE, 10.0, settings, BEST_SOURCE)
    assert tracker.bank.tracks[0].blend[0] == MEAN[0]
    take_report(tracker, near, 0.25 * SURE, 10.0, settings, BEST_SOURCE)
    assert tracker.bank.tracks[0].blend[0] == near[0]
    assert place_size(SURE) == pytest.approx(np.linalg.det(SURE[:3, :3]))


def test_what_is_no_estimate_and_what_finds_no_room_starts_nothing():
    settings = tracker_settings(**SMALL)
    tracker = new_tracker(settings)
    wrong = MEAN.copy()
    wrong[1] = np.nan
    assert take_report(tracker, wrong, SURE, 10.0, settings, INTERSECTION) == (-1, False)
    assert take_report(tracker, MEAN, 0.0 * SURE, 10.0, settings, INTERSECTION) == (-1, False)
    for place in range(5):
        slot, _ = take_report(tracker, MEAN + 1e5 * place, SURE, 10.0, settings, INTERSECTION)
    assert slot == -1
    assert tracker.bank.counts[N_LIVE] == 4
    assert tracker.counters[NO_ROOM] == 1
