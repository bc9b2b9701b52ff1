"""Several pictures in one memory: their own slots and counts, given back, kept and cleared."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.base.kernel import kernel
from rempart.picture.bank import (
    FIRST,
    LAST_IDENT,
    N_LIVE,
    clear_pictures,
    new_pictures,
    new_tracker,
    picture_of,
    picture_view,
    release_slot,
    sweep_slots,
    take_slot,
)
from rempart.picture.lifecycle import expire
from rempart.picture.multitarget import track_scan
from rempart.picture.plots import POLAR_PLOT, STARTED, Plots, scans_all_round
from rempart.picture.settings import tracker_settings

SMALL = {"most_tracks": 6, "most_plots": 8, "most_gated": 4}


@kernel
def one_scan(pictures, picture, plots, scans, scan, settings):
    """A scan for one picture, as the engine gives it."""
    track_scan(picture_of(pictures, picture), plots, scans, scan, settings)


def test_slots_are_taken_from_the_lowest_free_one():
    bank = new_tracker(tracker_settings(**SMALL)).bank
    assert [take_slot(bank) for _ in range(7)] == [0, 1, 2, 3, 4, 5, -1]
    for slot in (4, 1, 3):
        bank.tracks[slot].ident = 0
    sweep_slots(bank)
    assert list(bank.live[: bank.counts[N_LIVE]]) == [0, 2, 5]
    assert [take_slot(bank) for _ in range(4)] == [1, 3, 4, -1]
    assert [bank.tracks[slot].ident for slot in (0, 1, 3, 4)] == [1, 7, 8, 9]


def test_a_kept_slot_is_given_back_when_it_is_released():
    bank = new_tracker(tracker_settings(**SMALL)).bank
    for _ in range(3):
        take_slot(bank)
    bank.tracks[0].is_kept = True
    bank.tracks[0].ident = bank.tracks[1].ident = 0
    sweep_slots(bank)
    assert [take_slot(bank), take_slot(bank)] == [1, 3]
    release_slot(bank, 0)
    release_slot(bank, 0)
    assert take_slot(bank) == 0
    bank.tracks[2].is_kept = True
    release_slot(bank, 2)
    assert bank.tracks[2].ident == 3
    assert take_slot(bank) == 4


def test_pictures_do_not_touch_each_other():
    settings = tracker_settings(**SMALL)
    both, alone = new_pictures(settings, 3), new_tracker(settings)
    dice = np.random.default_rng(1)
    n = 8
    value = np.column_stack([dice.uniform(2e4, 3e4, n), dice.uniform(-1, 1, n), np.full((n, 2), np.nan)])
    plots = Plots(np.repeat(np.arange(4.0), 2), value, np.full((n, 4), 0.01), np.full(n, 1e-9))
    plots.error[:, 0] = 50.0
    scans = scans_all_round(np.arange(4.0), np.full(4, 2), 0.9, POLAR_PLOT)
    for scan in range(4):
        one_scan(both, 2, plots, scans, scan, settings)
        one_scan(both, 0, plots, scans, 3 - scan, settings)
        one_scan(alone_as_many(alone), 0, plots, scans, scan, settings)
    view = picture_view(both, 2)
    first = view.bank.counts[FIRST]
    assert first == 12
    live = view.bank.live[: view.bank.counts[N_LIVE]]
    np.testing.assert_array_equal(live - first, alone.bank.live[: alone.bank.counts[N_LIVE]])
    np.testing.assert_array_equal(view.bank.tracks.blend[first : first + 6], alone.bank.tracks.blend)
    np.testing.assert_array_equal(view.counters, alone.counters)
    assert both.bank.counts[1].tolist() == [0, 0, 0, 6, 0]


def alone_as_many(tracker):
    """A tracker of one picture as memory of several."""
    bank = tracker.bank
    several = bank._replace(
        live=bank.live[None], is_free=bank.is_free[None], counts=bank.counts[None], clock=bank.clock[None]
    )
    return tracker._replace(bank=several, counters=tracker.counters[None])


def test_cleared_pictures_are_as_new():
    settings = tracker_settings(**SMALL)
    pictures = new_pictures(settings, 2)
    plots = Plots(np.zeros(8), np.arange(32.0).reshape(8, 4) * 1e3, np.ones((8, 4)), np.full(8, 1e-9))
    scans = scans_all_round(np.zeros(1), np.array([8]), 0.9)
    one_scan(pictures, 1, plots, scans, 0, settings)
    pictures.bank.tracks[7].is_kept = True
    assert pictures.counters[1, STARTED] == 6
    clear_pictures(pictures)
    fresh = new_pictures(settings, 2)
    for name in ("is_free", "counts", "clock"):
        np.testing.assert_array_equal(getattr(pictures.bank, name), getattr(fresh.bank, name))
    assert not pictures.bank.tracks.ident.any()
    assert not pictures.bank.tracks.is_kept.any()
    assert not pictures.counters.any()
    one_scan(pictures, 1, plots, scans, 0, settings)
    assert pictures.bank.counts[1, LAST_IDENT] == 6


def polar_scene(n_scans, reach, times=None, pd=0.9):
    """One target that flies north at 200 m/s from 20 km, seen by a sensor at the origin."""
    times = np.arange(n_scans) * 2.0 if times is None else np.asarray(times, dtype=float)
    value = np.column_stack([20e3 + 200.0 * times, 0.0 * times, 0.0 * times + 0.1, np.full(n_scans, np.nan)])
    plots = Plots(times, value, np.tile([50.0, 0.002, 0.002, 1.0], (n_scans, 1)), np.full(n_scans, 1e-16))
    scans = scans_all_round(times, np.ones(n_scans, dtype=int), pd, POLAR_PLOT)
    return plots, scans._replace(reach=np.broadcast_to(np.asarray(reach, dtype=float), n_scans).copy())


def test_a_scan_leaves_alone_what_it_does_not_cover():
    settings = tracker_settings(drop_time=12.0, **SMALL)
    pictures = new_pictures(settings, 1)
    plots, scans = polar_scene(8, [1e9] * 4 + [5e3] * 4)
    for scan in range(4):
        one_scan(pictures, 0, plots, scans, scan, settings)
    track = pictures.bank.tracks[0]
    assert (track.is_firm, track.time, track.misses) == (True, 6.0, 0)
    state = track.blend.copy()
    for scan in range(4, 8):
        one_scan(pictures, 0, plots, scans._replace(count=np.zeros(8, dtype=int)), scan, settings)
    assert (track.time, track.misses) == (6.0, 0)
    np.testing.assert_array_equal(track.blend, state)
    expire(picture_view(pictures, 0), 6.0 + 12.0, settings)
    assert track.ident == 1
    expire(picture_view(pictures, 0), 6.0 + 12.1, settings)
    assert track.ident == 0
    assert pictures.bank.counts[0, N_LIVE] == 0


@pytest.mark.parametrize(
    ("elevation", "misses"), [((-0.1, 0.05), 0), ((-0.1, 0.2), 1), ((0.15, 1.0), 0), ((-1.6, 1.6), 1)]
)
def test_a_target_above_or_below_the_beam_is_not_missed(elevation, misses):
    settings = tracker_settings(**SMALL)
    pictures = new_pictures(settings, 1)
    plots, scans = polar_scene(5, 1e9)
    scans.elevation[4] = elevation
    scans.count[4] = 0
    for scan in range(5):
        one_scan(pictures, 0, plots, scans, scan, settings)
    assert pictures.bank.tracks[0].misses == misses


def test_a_late_look_of_another_sensor_starts_a_track_too():
    settings = tracker_settings(longest_lag=3.0, **SMALL)
    pictures = new_pictures(settings, 1)
    plots, scans = polar_scene(4, 1e9, times=[1.0, 3.0, 5.0, 7.0])
    empty = scans_all_round(np.array([10.0]), np.array([0]), 0.9, POLAR_PLOT)
    for scan in range(4):
        clock = scans.time[scan] + 2.5
        one_scan(pictures, 0, plots, empty._replace(time=np.array([clock])), 0, settings)
        one_scan(pictures, 0, plots, scans, scan, settings)
    track = pictures.bank.tracks[0]
    assert (track.is_firm, track.time) == (True, 7.0)
    np.testing.assert_allclose(track.blend[1], 21.4e3 * np.cos(0.1), atol=100.0)


def test_a_chance_told_beforehand_weighs_a_miss():
    settings = tracker_settings(knows_pd=True, **SMALL)
    pictures = new_pictures(settings, 1)
    plots, scans = polar_scene(6, 1e9)
    scans.count[4:] = 0
    pictures.table.gates.pd[:] = 0.9
    for scan in range(4):
        one_scan(pictures, 0, plots, scans, scan, settings)
    track = pictures.bank.tracks[0]
    score = track.score
    pictures.table.gates.pd[:] = 0.3
    one_scan(pictures, 0, plots, scans, 4, settings)
    assert track.score - score == pytest.approx(np.log(1.0 - 0.3 * settings.gate_chance))
    pictures.table.gates.pd[:] = 0.0
    one_scan(pictures, 0, plots, scans, 5, settings)
    assert (track.misses, track.looks) == (1, 5)
