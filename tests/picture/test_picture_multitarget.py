"""Many targets at once: tracks start, hold, cross, split, merge and end as they should."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rempart.base.errors import RempartError
from rempart.picture.bank import new_tracker
from rempart.picture.clutter import clutter_map, even_clutter
from rempart.picture.motion import carry
from rempart.picture.multitarget import track_blocks, track_plots
from rempart.picture.plots import POLAR_PLOT, Plots, Scans, scans_all_round, tally_figures
from rempart.picture.settings import (
    ballistic,
    constant_velocity,
    coordinated_turn,
    model_set,
    tracker_settings,
)

ERROR = 20.0
CLUTTER = 1e-9


def plots_of(found, times, error=ERROR, clutter=CLUTTER, pd=0.9):
    """Plots and scans from a list of arrays (n, 2) of places."""
    counts = [len(places) for places in found]
    n = sum(counts)
    value = np.full((n, 4), np.nan)
    value[:, :2] = np.concatenate(found) if n else np.zeros((0, 2))
    plots = Plots(np.repeat(times, counts), value, np.full((n, 4), error), np.full(n, clutter))
    return plots, scans_all_round(times, np.array(counts), pd)


def straight(starts, velocities, times, dice, pd=1.0, error=ERROR):
    """Plots of targets that fly straight, with errors, in the order of the targets."""
    found = []
    for time in times:
        places = np.asarray(starts) + np.asarray(velocities) * time
        places = places[dice.random(len(places)) < pd]
        found.append(places + dice.normal(0.0, error, places.shape))
    return found


@pytest.mark.parametrize("association", ["gnn", "jpda"])
def test_two_crossing_targets_keep_their_numbers(association):
    times = np.arange(40) * 2.0
    dice = np.random.default_rng(4)
    found = straight([(-8000, 0), (8000, 300)], [(200, 0), (-200, 0)], times, dice)
    plots, scans = plots_of(found, times)
    models = model_set(constant_velocity(1.0))
    history, tally = track_plots(plots, scans, tracker_settings(models, association=association, fastest=500))
    assert set(history.track) == {1, 2}
    eastward = history.track[history.plot == 4]
    late = history.mean[(history.track == eastward[0]) & (history.scan == 39)][0]
    assert late[0] == pytest.approx(-8000 + 200 * times[-1], abs=4 * ERROR)
    assert tally_figures(tally)["confirmed"] == 2


def test_a_track_starts_as_often_as_the_closed_form_says():
    """After the first plot, 2 or more of the next 4 looks must find the target."""
    pd, times = 0.5, np.arange(5) * 2.0
    dice = np.random.default_rng(11)
    n = 3000
    starts = np.column_stack([(np.arange(n) % 60) * 20_000.0, (np.arange(n) // 60) * 20_000.0])
    found = [starts]
    for time in times[1:]:
        seen = dice.random(n) < pd
        found.append(starts[seen] + np.array([100.0 * time, 0.0]))
    plots, scans = plots_of(found, times, clutter=1e-15, pd=pd)
    settings = tracker_settings(fastest=300.0, most_tracks=2 * n, gate_chance=0.99999, new_density=1e-15)
    history, tally = track_plots(plots, scans, settings)
    chance = stats.binom.sf(1, 4, pd)
    started = len(set(history.track[history.track <= n]))
    assert started / n == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / n))
    assert tally_figures(tally)["no_room"] == 0


@pytest.mark.parametrize("is_unscented", [False, True])
def test_polar_plots_are_tracked_consistently(is_unscented):
    """The mean normalised squared error of many flights that move as the model says is in its band."""
    n, n_scans, step, noise = 60, 25, 4.0, 4.0
    dice = np.random.default_rng(5)
    errors = np.array([30.0, 0.002, 0.002, np.nan])
    state = np.zeros((n, 6))
    angle = np.arange(n) * 2 * np.pi / n
    state[:, 0], state[:, 1], state[:, 2] = 40e3 * np.sin(angle), 40e3 * np.cos(angle), 8000.0
    state[:, 3:5] = dice.normal(0.0, 150.0, (n, 2))
    values, truths = [], []
    cover = noise * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
    for _ in range(n_scans):
        truths.append(state.copy())
        values.append(polar(state) + dice.normal(0.0, 1.0, (n, 4)) * errors)
        kick = dice.multivariate_normal(np.zeros(2), cover, (n, 3))
        state[:, :3] += step * state[:, 3:] + kick[:, :, 0]
        state[:, 3:] += kick[:, :, 1]
    times = np.arange(n_scans) * step
    claimed = np.tile(np.nan_to_num(errors, nan=1.0), (n * n_scans, 1))
    plots = Plots(np.repeat(times, n), np.concatenate(values), claimed, np.full(n * n_scans, 1e-16))
    scans = scans_all_round(times, np.full(n_scans, n), 0.95, POLAR_PLOT)
    models = model_set(constant_velocity(noise))
    history, _ = track_plots(plots, scans, tracker_settings(models, fastest=600.0, is_unscented=is_unscented))
    last = history.scan == n_scans - 1
    owner = history.plot[last] % n
    assert sorted(owner) == list(range(n))
    gap = history.mean[last, :6] - truths[-1][owner]
    nees = np.einsum("ni,nij,nj->n", gap, np.linalg.inv(history.cover[last]), gap)
    low, high = stats.chi2.ppf([0.005, 0.995], 6 * n) / n
    assert low < nees.mean() < high


def polar(state):
    """Range, azimuth, elevation of states seen from the origin; no range rate."""
    ground = np.hypot(state[:, 0], state[:, 1])
    return np.column_stack([np.hypot(ground, state[:, 2]), np.arctan2(state[:, 0], state[:, 1]),
                            np.arctan2(state[:, 2], ground), np.full(len(state), np.nan)])  # fmt: skip


def test_several_models_follow_a_turn_better_than_one():
    times = np.arange(60) * 1.0
    rate, speed = 0.15, 200.0
    heading = np.where(times < 30, 0.0, (times - 30) * rate)
    steps = speed * np.column_stack([np.cos(heading), np.sin(heading)])
    truth = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)[:-1]])
    dice = np.random.default_rng(8)
    found = [place[None] + dice.normal(0.0, 30.0, (1, 2)) for place in truth]
    plots, scans = plots_of(found, times, error=30.0)
    slow = constant_velocity(0.5)
    errors, modes = [], None
    for models in (model_set(slow), model_set(slow, coordinated_turn(2.0, 1e-3, 0.2), sojourn=20.0)):
        history, _ = track_plots(plots, scans, tracker_settings(models, fastest=500.0, most_misses=20))
        first = history.track == history.track[0]
        gap = history.mean[first, :2] - truth[history.scan[first]]
        late = history.scan[first] > 35
        errors.append(np.sqrt((gap[late] ** 2).sum(axis=1).mean()) if late.any() else np.inf)
        modes = history.modes
    assert errors[1] < 0.7 * errors[0]
    np.testing.assert_allclose(modes.sum(axis=1), 1.0, atol=1e-9)
    assert modes[-10:, 1].mean() > 0.8


def test_a_falling_target_is_followed_by_the_ballistic_model():
    times = np.arange(20) * 2.0
    place = np.column_stack([300.0 * times, np.zeros(20), 20_000 + 200 * times - 0.5 * 9.7 * times**2])
    value = np.column_stack([place, np.full(20, np.nan)])
    dice = np.random.default_rng(1)
    value[:, :3] += dice.normal(0.0, 20.0, (20, 3))
    plots = Plots(times, value, np.full((20, 4), 20.0), np.full(20, 1e-14))
    scans = scans_all_round(times, np.ones(20, dtype=int), 0.9)
    history, _ = track_plots(plots, scans, tracker_settings(model_set(ballistic(0.1)), fastest=800.0))
    assert set(history.track) == {1}
    assert history.mean[-1, 5] == pytest.approx(200 - 9.75 * times[-1], abs=8.0)


@pytest.mark.parametrize("interval", [0.5, 12.0, 40.0])
def test_free_fall_in_one_step_is_that_in_many(interval):
    """The drag is too small to feel, but as it is there the way is integrated."""
    state = np.array([1e3, 2e3, 30e3, 900.0, -200.0, 600.0, 0.0])
    told = []
    for drag in (0.0, 1e-15):
        tracker = new_tracker(tracker_settings(model_set(ballistic(20.0, drag))))
        mean, cover = state.copy(), np.diag([1e4, 1e4, 1e4, 1e2, 1e2, 1e2, 0.0])
        carry(model_set(ballistic(20.0, drag)), 0, interval, mean, cover, tracker.work)
        told.append((mean, cover))
    np.testing.assert_allclose(
        told[0][0], told[1][0], rtol=0.0, atol=2e-3 * 4.9 * interval * max(interval, 1.0)
    )
    np.testing.assert_allclose(told[0][1], told[1][1], rtol=2e-3, atol=1.0)


def test_a_track_of_unknown_height_does_not_fall():
    """Only its place over the ground is known: in two minutes it would fall 70 km."""
    times = np.arange(60) * 2.0
    plots, scans = plots_of([np.array([[200.0 * time, 0.0]]) for time in times], times)
    both = model_set(constant_velocity(), ballistic(20.0), sojourn=300.0)
    history, _ = track_plots(plots, scans, tracker_settings(both))
    assert set(history.track) == {1}
    assert abs(history.mean[-1, 2]) < 1.0


@pytest.mark.parametrize(
    "models", [model_set(constant_velocity()), model_set(constant_velocity(), coordinated_turn())]
)
def test_a_start_that_another_sensor_does_not_see_waits_for_its_own(models):
    """A sensor that looks round every 10 s shows a target; one that looks every second is blind for it."""
    times, source, found = [], [], []
    for look in range(40):
        if look % 10 == 0:
            times, source, found = (
                [*times, look + 0.0],
                [*source, 0],
                [*found, np.array([[250.0 * look, 0.0]])],
            )
        times, source, found = [*times, look + 0.5], [*source, 1], [*found, np.array([[-9e3, 40.0 * look]])]
    plots, scans = plots_of(found, np.array(times))
    scans.source[:] = source
    settings = tracker_settings(models, fastest=3000.0, drop_time=25.0, most_misses=100)
    history, _ = track_plots(plots, scans, settings)
    assert (history.mean[history.scan == len(times) - 2, 3] > 200.0).any()


def test_a_target_that_splits_gives_a_second_track_with_its_velocity():
    times = np.arange(20) * 2.0
    apart = np.maximum(times - 16.0, 0.0) * 30.0
    found = [np.array([[200.0 * t, a], [200.0 * t, -a]]) if a > 0 else np.array([[200.0 * t, 0.0]])
             for t, a in zip(times, apart, strict=True)]  # fmt: skip
    plots, scans = plots_of(found, times)
    history, tally = track_plots(plots, scans, tracker_settings(fastest=500.0))
    assert set(history.track[history.scan == 19]) == {1, history.track.max()}
    assert tally_figures(tally)["split"] == 1


def test_plots_out_of_sequence_sharpen_the_track_and_older_ones_are_refused():
    times = np.array([0.0, 2.0, 4.0, 6.0, 5.0, -30.0])
    found = [np.array([[100.0 * t, 0.0]]) for t in times]
    plots, scans = plots_of(found, times)
    history, tally = track_plots(plots, scans, tracker_settings(longest_lag=3.0))
    figures = tally_figures(tally)
    assert (figures["out_of_sequence"], figures["late_scans"]) == (1, 1)
    before, after = (history.cover[history.scan == scan][0] for scan in (3, 4))
    assert np.trace(after[:2, :2]) < np.trace(before[:2, :2])
    np.testing.assert_allclose(history.mean[history.scan == 4][0, :2], [600.0, 0.0], atol=5.0)
    assert history.time[history.scan == 4][0] == 6.0


def test_misses_count_only_where_the_sensor_could_see():
    times = np.arange(20) * 2.0
    found = [np.array([[100.0 * t + 20e3, 0.0]]) if t < 20 else np.zeros((0, 2)) for t in times]
    plots, scans = plots_of(found, times)
    settings = tracker_settings(most_misses=3, drop_time=1000.0)
    dropped, _ = track_plots(plots, scans, settings)
    blind = scans._replace(reach=np.where(times < 20, np.inf, 10e3))
    kept, _ = track_plots(plots, blind, settings)
    assert dropped.scan.max() == 9 + 2
    assert kept.scan.max() == 19
    behind = scans._replace(width=np.where(times < 20, 2 * np.pi, 1.0), bearing=np.full(20, -np.pi / 2))
    assert track_plots(plots, behind, settings)[0].scan.max() == 19


def test_corrupt_plots_are_refused_and_counted():
    times = np.arange(6) * 2.0
    found = straight([(0.0, 0.0)], [(100.0, 0.0)], times, np.random.default_rng(0))
    bad = np.array([[np.nan, 0.0], [np.inf, 1.0], [3e7, 0.0], [500.0, 9000.0], [500.0, 9000.0]])
    found[3] = np.concatenate([found[3], bad])
    plots, scans = plots_of(found, times)
    plots.time[3], plots.error[7] = 1e9, -1.0
    history, tally = track_plots(plots, scans, tracker_settings())
    figures = tally_figures(tally)
    assert (figures["not_finite"], figures["off_earth"], figures["no_error"]) == (2, 1, 1)
    assert (figures["out_of_time"], figures["duplicates"]) == (1, 0)
    assert figures["plots"] == len(plots.time)
    assert np.isfinite(history.mean).all()


def test_a_repeated_plot_counts_once():
    times = np.arange(4) * 2.0
    found = [np.repeat([[100.0 * t, 0.0]], 3, axis=0) for t in times]
    history, tally = track_plots(*plots_of(found, times), tracker_settings())
    assert tally_figures(tally)["duplicates"] == 8
    assert set(history.track) == {1}


def test_a_scan_of_very_many_plots_stays_within_its_bounds():
    dice = np.random.default_rng(2)
    found = [dice.uniform(-1e5, 1e5, (n, 2)) for n in (5, 200_000, 5)]
    settings = tracker_settings(most_plots=1000, most_tracks=500)
    _, tally = track_plots(*plots_of(found, np.arange(3) * 2.0), settings)
    figures = tally_figures(tally)
    assert figures["surplus"] == 199_000
    assert figures["no_room"] > 0


def test_blocks_give_the_same_history_as_all_at_once():
    times = np.arange(30) * 2.0
    dice = np.random.default_rng(3)
    found = straight(dice.uniform(-2e4, 2e4, (10, 2)), dice.normal(0, 150, (10, 2)), times, dice, pd=0.9)
    plots, scans = plots_of(found, times)
    settings = tracker_settings(most_tracks=50)
    whole, tally = track_plots(plots, scans, settings)
    blocks = list(track_blocks(plots, scans, settings, n_rows=60))
    assert len(blocks) > 3
    for column in range(len(whole)):
        np.testing.assert_array_equal(whole[column], np.concatenate([block[column] for block, _ in blocks]))
    assert tally_figures(blocks[-1][1]) == tally_figures(tally)


def test_no_scans_give_no_tracks():
    plots, scans = plots_of([], np.zeros(0))
    history, tally = track_plots(plots, scans)
    assert len(history.track) == 0
    assert tally_figures(tally)["plots"] == 0


def test_arrays_that_do_not_fit_are_refused():
    plots, scans = plots_of([np.zeros((2, 2))], np.zeros(1))
    with pytest.raises(RempartError, match=r"plots\.error"):
        track_plots(plots._replace(error=np.zeros(3)), scans)
    with pytest.raises(RempartError, match="rows that are not there"):
        track_plots(plots, scans._replace(count=np.array([3])))
    with pytest.raises(RempartError, match=r"scans\.pd"):
        track_plots(plots, scans._replace(pd=np.array([1.0])))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"association": "mht"}, "association"),
        ({"n_hits": 6}, "n_looks"),
        ({"fastest": -1.0}, "fastest"),
        ({"gate_chance": 1.0}, "gate_chance"),
        ({"drop_time": float("nan")}, "drop_time"),
        ({"most_tracks": 2.5}, "most_tracks"),
        ({"colour": 1}, "colour"),
    ],
)
def test_settings_without_sense_are_refused(change, told):
    with pytest.raises(RempartError, match=told):
        tracker_settings(**change)


def test_models_without_sense_are_refused():
    with pytest.raises(RempartError, match="noise"):
        model_set(constant_velocity(-1.0))
    with pytest.raises(RempartError, match="none"):
        model_set()


def test_a_clutter_map_shows_where_the_false_plots_are():
    dice = np.random.default_rng(6)
    found = [
        np.concatenate([dice.uniform(0, 1000, (20, 2)), dice.uniform(0, 10_000, (2, 2))]) for _ in range(50)
    ]
    plots, scans = plots_of(found, np.arange(50) * 1.0)
    density = clutter_map(plots, scans, 1000.0)
    dense = (plots.value[:, :2] < 1000.0).all(axis=1)
    assert density[dense].mean() == pytest.approx(20 / 1e6, rel=0.05)
    assert density[~dense].max() < 1e-6
    assert even_clutter(plots, scans) == pytest.approx(22 / 1e8, rel=0.05)
    inside = clutter_map(plots, scans, 1000.0, region=(0.0, 0.0, 1000.0, 1000.0))
    np.testing.assert_allclose(inside[~dense], 0.5 / (50 * 1e6))


def test_scans_all_round_follow_each_other():
    scans = scans_all_round(np.arange(3.0), np.array([2, 0, 5]), 0.9)
    assert isinstance(scans, Scans)
    assert scans.start.tolist() == [0, 2, 2]
