"""Over many runs: errors as large as claimed, starts as frequent as the closed forms, duplicates merged."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rempart.picture.bank import new_tracker, take_slot
from rempart.picture.correction import take_shared_plot
from rempart.picture.innovation import hold_plot, innovate
from rempart.picture.lifecycle import _merge
from rempart.picture.multitarget import track_plots
from rempart.picture.plots import MERGED, POLAR_PLOT, Plots, scans_all_round, tally_figures
from rempart.picture.settings import constant_velocity, model_set, tracker_settings

NOISE, STEP, N_RUNS, N_SCANS = 4.0, 4.0, 80, 20
ERRORS = np.array([60.0, 0.002, 0.002, 5.0])


def seen_from(origin, state):
    """Range, azimuth, elevation, range rate of states (n, 6)."""
    arm = state[:, :3] - origin
    ground = np.hypot(arm[:, 0], arm[:, 1])
    distance = np.hypot(ground, arm[:, 2])
    rate = (arm * state[:, 3:]).sum(axis=1) / distance
    return np.column_stack([distance, np.arctan2(arm[:, 0], arm[:, 1]), np.arctan2(arm[:, 2], ground), rate])


@pytest.fixture(scope="module", params=["3-D", "with range rate", "two sensors"])
def flights(request):
    """Far-apart targets that move as the model says, as polar plots; tracks of them, and the truth."""
    dice = np.random.default_rng(7)
    origins = np.array([[0.0, 0.0, 50.0], [30e3, -20e3, 200.0]])
    angle = np.arange(N_RUNS) * 2 * np.pi / N_RUNS
    state = np.zeros((N_RUNS, 6))
    state[:, 0], state[:, 1], state[:, 2] = 90e3 * np.sin(angle), 90e3 * np.cos(angle), 6000.0
    state[:, 3:5] = dice.normal(0.0, 120.0, (N_RUNS, 2))
    cover = NOISE * np.array([[STEP**3 / 3, STEP**2 / 2], [STEP**2 / 2, STEP]])
    values, truths, stands = [], [], []
    for scan in range(N_SCANS):
        stand = origins[scan % 2 if request.param == "two sensors" else 0]
        value = seen_from(stand, state) + dice.normal(0.0, 1.0, (N_RUNS, 4)) * ERRORS
        if request.param != "with range rate":
            value[:, 3] = np.nan
        values.append(value)
        truths.append(state.copy())
        stands.append(stand)
        kick = dice.multivariate_normal(np.zeros(2), cover, (N_RUNS, 3))
        state[:, :3] += STEP * state[:, 3:] + kick[:, :, 0]
        state[:, 3:] += kick[:, :, 1]
    n, times = N_RUNS * N_SCANS, np.arange(N_SCANS) * STEP
    plots = Plots(
        np.repeat(times, N_RUNS), np.concatenate(values), np.tile(ERRORS, (n, 1)), np.full(n, 1e-17)
    )
    scans = scans_all_round(times, np.full(N_SCANS, N_RUNS), 0.95, POLAR_PLOT)._replace(
        origin=np.array(stands)
    )
    settings = tracker_settings(model_set(constant_velocity(NOISE)), fastest=500.0, gate_chance=0.99999)
    history, _ = track_plots(plots, scans, settings)
    return plots, scans, settings, history, truths


def test_errors_are_as_large_as_claimed(flights):
    """The mean normalised squared error over the runs lies in its 95 % band, at four scans on their own."""
    _, _, _, history, truths = flights
    for scan in (8, 12, 16, 19):
        rows = np.flatnonzero(history.scan == scan)
        owner = history.plot[rows] % N_RUNS
        assert sorted(owner) == list(range(N_RUNS))
        gap = history.mean[rows, :6] - truths[scan][owner]
        nees = np.einsum("ni,nij,nj->n", gap, np.linalg.inv(history.cover[rows]), gap)
        low, high = stats.chi2.ppf([0.025, 0.975], 6 * N_RUNS) / N_RUNS
        assert low < nees.mean() < high, scan


def test_innovations_are_as_large_as_claimed(flights):
    """Plots of the last scan against the tracks of the one before, carried to it; 95 % band."""
    plots, scans, settings, history, _ = flights
    work = new_tracker(settings).work
    rows = np.flatnonzero(history.scan == N_SCANS - 2)
    slope = np.eye(7) + np.diag([STEP] * 3 + [0.0], 3)
    t, noise = STEP, np.zeros((7, 7))
    block = np.block([[np.eye(3) * t**3 / 3, np.eye(3) * t**2 / 2], [np.eye(3) * t**2 / 2, np.eye(3) * t]])
    noise[:6, :6] = NOISE * block
    work.pad.clock = scans.time[-1]
    total, n_columns = 0.0, 0
    for row in rows:
        cover = np.zeros((7, 7))
        cover[:6, :6] = history.cover[row]
        plot = history.plot[row] + N_RUNS
        n_columns = hold_plot(plots, plot, scans, N_SCANS - 1, work.pad)
        distance, _ = innovate(slope @ history.mean[row], slope @ cover @ slope.T + noise, work.pad)
        total += distance
    low, high = stats.chi2.ppf([0.025, 0.975], n_columns * N_RUNS) / N_RUNS
    assert low < total / N_RUNS < high


def place_plots(found, times, error, clutter, pd=0.9):
    counts = [len(places) for places in found]
    value = np.full((sum(counts), 4), np.nan)
    value[:, :2] = np.concatenate(found)
    n = sum(counts)
    plots = Plots(np.repeat(times, counts), value, np.full((n, 4), error), np.full(n, clutter))
    return plots, scans_all_round(times, np.array(counts), pd)


def test_a_track_starts_by_score_as_wald_says():
    """Independent looks at targets that stand: the share accepted and the mean number of looks.

    The gains here are those that each start had; Wald's identity ties their mean to the mean of the
    score when the test ends, and his bound limits the share of targets refused.
    """
    pd, n, p_miss, p_false = 0.7, 1500, 0.02, 1e-4
    dice = np.random.default_rng(3)
    starts = np.column_stack([(np.arange(n) % 50) * 20e3, (np.arange(n) // 50) * 20e3])
    times = np.arange(25) * 2.0
    found = [starts]
    for _ in times[1:]:
        seen = dice.random(n) < pd
        found.append(starts[seen] + dice.normal(0.0, 20.0, (int(seen.sum()), 2)))
    plots, scans = place_plots(found, times, 20.0, 3e-7, pd)
    settings = tracker_settings(
        model_set(constant_velocity(0.01)), initiation="score", fastest=60.0, p_miss=p_miss,
        p_false=p_false, most_tracks=3 * n, keeps_tentative=True, score_loss=1e6, most_misses=1000,
        drop_time=1e3, merge_gate=0.0,
    )  # fmt: skip
    history, _ = track_plots(plots, scans, settings)
    first = history.track <= n
    refused, delays, steps, ends = 0, [], [], []
    for track in range(1, n + 1):
        rows = np.flatnonzero(first & (history.track == track))
        firm = rows[history.is_firm[rows]]
        refused += len(firm) == 0
        if len(firm):
            delays.append(history.scan[firm[0]])
            ends.append(history.score[firm[0]])
            steps.extend(np.diff(history.score[rows[rows <= firm[0]]]))
    bound = p_miss / (1.0 - p_false)
    assert refused / n <= bound + 4 * math.sqrt(bound / n)
    assert min(ends) >= settings.score_to_confirm
    expected = np.mean(ends) / np.mean(steps)
    assert np.mean(delays) == pytest.approx(expected, rel=1e-9)
    drift = pd * np.mean([s for s in steps if s > 0]) + (1 - pd) * math.log(1 - pd * settings.gate_chance)
    excess = np.mean(ends) - settings.score_to_confirm
    told = (settings.score_to_confirm + excess) / drift
    error = np.std(delays) / math.sqrt(len(delays))
    assert np.mean(delays) == pytest.approx(told, abs=4 * error + 0.05 * told)


def test_two_tracks_of_one_target_become_one():
    """A target that gives two plots a scan has two tracks; when it gives one, one is left."""
    times = np.arange(30) * 2.0
    dice = np.random.default_rng(5)
    found = []
    for scan, time in enumerate(times):
        place = np.tile([150.0 * time, 0.0], (2 if scan < 8 else 1, 1))
        found.append(place + dice.normal(0.0, 20.0, place.shape))
    plots, scans = place_plots(found, times, 20.0, 1e-10)
    settings = tracker_settings(model_set(constant_velocity(20.0)), fastest=400.0, most_misses=20)
    history, tally = track_plots(plots, scans, settings)
    assert set(history.track[history.scan == 7]) == {1, 2}
    assert set(history.track[history.scan == 29]) == {1}
    assert tally_figures(tally)["merged"] == 1


def crossing(cell, times, dice):
    """Two targets that draw near, to 45 m, and part again; a sensor that merges what is within a cell."""
    found = []
    for time in times:
        gap = 45.0 + 155.0 * math.cos(math.pi * time / 80.0) ** 2
        place = np.array([[100.0 * time, 0.5 * gap], [100.0 * time, -0.5 * gap]])
        if gap < cell:
            place = place.mean(axis=0)[None]
        found.append(place + dice.normal(0.0, 5.0, place.shape))
    return found


@pytest.mark.parametrize("cell", [0.0, 60.0])
def test_targets_that_share_a_plot_are_both_held(cell):
    times = np.arange(40) * 2.0
    found = crossing(60.0, times, np.random.default_rng(2))
    plots, scans = place_plots(found, times, 5.0, 1e-9)
    scans.cell[:, 0] = cell
    settings = tracker_settings(model_set(constant_velocity(1.0)), fastest=300.0)
    history, tally = track_plots(plots, scans, settings)
    both = {len(set(history.track[history.scan == scan])) for scan in range(4, 40)}
    if cell > 0.0:
        assert both == {2}
        assert set(history.track) == {1, 2}
        assert tally_figures(tally)["merged"] == 0
    else:
        assert 1 in both


def test_two_targets_that_cross_are_not_merged():
    times = np.arange(40) * 2.0
    dice = np.random.default_rng(9)
    found = [np.array([[150.0 * t, 30.0 * (t - 40.0)], [150.0 * t, -30.0 * (t - 40.0)]]) for t in times]
    found = [places + dice.normal(0.0, 20.0, (2, 2)) for places in found]
    settings = tracker_settings(model_set(constant_velocity(1.0)), fastest=400.0)
    history, tally = track_plots(*place_plots(found, times, 20.0, 1e-10), settings)
    assert set(history.track[history.scan == 39]) == {1, 2}
    assert tally_figures(tally)["merged"] == 0


def test_tracks_kept_in_memory_are_told_into_which_they_merged():
    settings = tracker_settings(most_tracks=6, most_plots=8, fastest=400.0)
    tracker = new_tracker(settings)
    assert tracker.counters[MERGED] == 0
    track_of = tracker.bank.tracks
    for _ in range(3):
        take_slot(tracker.bank)
    _merge(tracker, 2, 1)
    _merge(tracker, 1, 0)
    assert track_of.merged_into[:3].tolist() == [-1, 0, 0]
    assert track_of.ident[:3].tolist() == [1, 0, 0]


def test_a_shared_plot_corrects_the_mean_of_the_tracks():
    """Against the filter of both states at once, whose plot is the mean of the two places."""
    settings = tracker_settings(most_tracks=4, most_plots=4)
    tracker = new_tracker(settings)
    bank = tracker.bank
    dice = np.random.default_rng(1)
    means, covers = [], []
    for slot in range(2):
        root = dice.normal(0, 1, (7, 7)) * np.array([20, 20, 20, 5, 5, 5, 0.01])[:, None]
        means.append(np.array([100.0 + 3 * slot, 50.0, 0, 10, 0, 0, 0]))
        covers.append(root @ root.T)
        bank.mean[slot, 0], bank.cover[slot, 0] = means[slot], covers[slot]
        bank.tracks[slot].blend, bank.tracks[slot].spread = means[slot], covers[slot]
        bank.chance[slot, 0], bank.tracks[slot].time = 1.0, 0.0
        tracker.pairing.rows[slot], tracker.table.gates[slot].partner = slot, 0
    plots = Plots(np.zeros(1), np.array([[108.0, 44.0, np.nan, np.nan]]), np.full((1, 4), 5.0), np.ones(1))
    take_shared_plot(tracker, 0, plots, scans_all_round([0.0], [1], 0.9), 0, 2)
    view = np.eye(7)[:2]
    gaps = [plots.value[0, :2] - view @ mean for mean in means]
    scatter = np.diag(2 * (gaps[0] ** 2 + gaps[1] ** 2) - (gaps[0] + gaps[1]) ** 2) / 3.0
    spread = view @ (covers[0] + covers[1]) @ view.T + 4 * 25.0 * np.eye(2) + scatter
    for slot in range(2):
        gain = covers[slot] @ view.T @ np.linalg.inv(spread)
        np.testing.assert_allclose(bank.mean[slot, 0], means[slot] + gain @ (gaps[0] + gaps[1]), rtol=1e-9)
        expected = covers[slot] - gain @ spread @ gain.T
        np.testing.assert_allclose(bank.cover[slot, 0], expected, atol=1e-8 * np.abs(expected).max())


def test_densities_of_new_targets_are_by_area_or_by_volume():
    settings = tracker_settings(new_density=1e-9)
    assert settings.new_volume_density == 1e-14
    gains = []
    for up in (np.nan, 100.0):
        value = np.array([[0.0, 0.0, up, np.nan]] * 2)
        plots = Plots(np.array([0.0, 2.0]), value, np.full((2, 4), 20.0), np.full(2, 1e-30))
        told = tracker_settings(new_density=1e-9, keeps_tentative=True, fastest=100.0)
        doubled = tracker_settings(
            new_density=2e-9, new_volume_density=3e-14, keeps_tentative=True, fastest=100.0
        )
        scans = scans_all_round(np.array([0.0, 2.0]), np.ones(2, dtype=int), 0.9)
        scores = [track_plots(plots, scans, each)[0].score[-1] for each in (told, doubled)]
        gains.append(scores[0] - scores[1])
    assert gains == pytest.approx([math.log(2.0), math.log(3.0)])
