"""Plain twins of the tracker's kernels: matrices for filters, enumeration for associations."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from rempart.picture.bank import new_tracker
from rempart.picture.gating import beam_of, is_inside
from rempart.picture.innovation import correct, hold_plot, innovate, wrapped
from rempart.picture.jpda import claim_by_messages, fill_claims
from rempart.picture.mixing import blend, mix
from rempart.picture.motion import carry, moved
from rempart.picture.multitarget import track_plots
from rempart.picture.pairing import pair
from rempart.picture.plots import POLAR_PLOT, Plots, scans_all_round
from rempart.picture.settings import (
    ballistic,
    constant_velocity,
    coordinated_turn,
    model_set,
    tracker_settings,
    turn_of_rate,
)

SMALL = {"association": "jpda", "most_tracks": 16, "most_plots": 16, "most_gated": 12}


def random_gates(tracker, dice, n_tracks, n_plots, density=0.6):
    """Fill gates at random; the table of gains, minus infinity outside the gates."""
    gains = np.full((n_tracks, n_plots), -np.inf)
    table, pairing = tracker.table, tracker.pairing
    for slot in range(n_tracks):
        inside = np.flatnonzero(dice.random(n_plots) < density)
        table.gates[slot].n_gated = len(inside)
        for choice, plot in enumerate(inside):
            gains[slot, plot] = dice.normal(1.0, 3.0)
            table.gated[slot, choice], table.gain[slot, choice] = plot, gains[slot, plot]
        pairing.rows[slot] = slot
        tracker.bank.tracks[slot].blend[:2] = dice.normal(0.0, 1.0, 2)
    return gains


def test_the_pairing_is_the_optimal_assignment():
    dice = np.random.default_rng(1)
    tracker = new_tracker(tracker_settings(**SMALL))
    for _ in range(300):
        n_tracks, n_plots = dice.integers(1, 9), dice.integers(1, 9)
        gains = random_gates(tracker, dice, n_tracks, n_plots)
        pair(tracker.pairing, tracker.table, n_tracks, n_plots)
        cost = np.concatenate(
            [np.where(np.isfinite(gains), -gains, 1e6), np.zeros((n_tracks, n_tracks))], axis=1
        )
        best = -cost[linear_sum_assignment(cost)].sum()
        partner = [int(tracker.table.gates[slot].partner) for slot in range(n_tracks)]
        taken = [plot for plot in partner if plot >= 0]
        assert len(set(taken)) == len(taken)
        total = sum(gains[slot, plot] for slot, plot in enumerate(partner) if plot >= 0)
        assert total == pytest.approx(best, abs=1e-9)


def enumerated(gains):
    """Chances of every pair and of every miss, over all joint hypotheses."""
    n_tracks, n_plots = gains.shape
    chances, whole = np.zeros((n_tracks, n_plots + 1)), 0.0
    for choice in itertools.product(range(-1, n_plots), repeat=n_tracks):
        used = [plot for plot in choice if plot >= 0]
        if len(set(used)) < len(used):
            continue
        weight = math.exp(sum(gains[track, plot] for track, plot in enumerate(choice) if plot >= 0))
        whole += weight
        for track, plot in enumerate(choice):
            chances[track, plot] += weight
    return chances / whole


def claims_of(tracker, n_tracks, n_plots):
    chances = np.zeros((n_tracks, n_plots + 1))
    for slot in range(n_tracks):
        for choice in range(tracker.table.gates[slot].n_gated):
            chances[slot, tracker.table.gated[slot, choice]] = tracker.table.claim[slot, choice]
        chances[slot, -1] = tracker.table.claim[slot, -1]
    return chances


def test_joint_chances_are_those_of_all_hypotheses():
    dice = np.random.default_rng(2)
    tracker = new_tracker(tracker_settings(**SMALL))
    for _ in range(80):
        n_tracks, n_plots = dice.integers(1, 6), dice.integers(1, 6)
        gains = random_gates(tracker, dice, n_tracks, n_plots, density=dice.uniform(0.2, 1.0))
        assert fill_claims(tracker, n_tracks, n_plots) == 0
        np.testing.assert_allclose(claims_of(tracker, n_tracks, n_plots), enumerated(gains), atol=1e-9)


def test_a_cluster_beyond_the_bound_is_approximated_and_counted():
    dice = np.random.default_rng(3)
    tracker = new_tracker(tracker_settings(most_nodes=16, **SMALL))
    gains = random_gates(tracker, dice, 5, 6, density=1.0)
    assert fill_claims(tracker, 5, 6) == 1
    found, exact = claims_of(tracker, 5, 6), enumerated(gains)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    assert np.abs(found - exact).max() < 0.1


def test_messages_are_exact_on_a_tree():
    """Two tracks that share one of three plots form no loop."""
    tracker = new_tracker(tracker_settings(**SMALL))
    gains = np.array([[0.7, 2.0, -np.inf], [-np.inf, 1.2, -0.4]])
    for slot, plots in enumerate(((0, 1), (1, 2))):
        tracker.table.gates[slot].n_gated = 2
        for choice, plot in enumerate(plots):
            tracker.table.gated[slot, choice], tracker.table.gain[slot, choice] = plot, gains[slot, plot]
            tracker.table.claim[slot, choice] = math.exp(gains[slot, plot])
        tracker.table.claim[slot, -1] = 1.0
        tracker.pairing.order[slot] = slot
    assert claim_by_messages(tracker, 0, 2) < 20
    np.testing.assert_allclose(claims_of(tracker, 2, 3), enumerated(gains), atol=1e-9)


def random_estimate(dice):
    mean = np.concatenate(
        [dice.normal(0, 1, 3) * 1e4 + [2e4, 2e4, 9e3], dice.normal(0, 200, 3), dice.normal(0, 0.05, 1)]
    )
    root = dice.normal(0, 1, (7, 7)) * np.array([50.0, 50, 50, 20, 20, 20, 0.01])[:, None]
    return mean, root @ root.T + np.diag([1.0, 1, 1, 1, 1, 1, 1e-6])


@pytest.mark.parametrize(
    "motion",
    [constant_velocity(3.0), turn_of_rate(0.07, 3.0), coordinated_turn(3.0, 1e-4, 0.1), ballistic(3.0, 2e-4)],
)
def test_an_estimate_is_carried_by_the_slopes_of_the_motion(motion):
    dice = np.random.default_rng(5)
    models, interval = model_set(motion), 2.5
    work = new_tracker(tracker_settings(models, **SMALL)).work
    mean, cover = random_estimate(dice)

    def step(state):
        out = np.zeros(7)
        moved(models, 0, interval, state, out)
        return out

    if motion.kind == 0:
        slope = np.eye(7) + np.diag([interval] * 3 + [0.0], 3)
        expected_mean = slope @ mean
    else:
        widths = np.array([1.0, 1, 1, 0.1, 0.1, 0.1, 1e-5])
        slope = np.column_stack(
            [
                (step(mean + w * e) - step(mean - w * e)) / (2 * w)
                for w, e in zip(widths, np.eye(7), strict=True)
            ]
        )
        expected_mean = step(mean)
    t = interval
    noise = 3.0 * np.block(
        [[np.eye(3) * t**3 / 3, np.eye(3) * t**2 / 2], [np.eye(3) * t**2 / 2, np.eye(3) * t]]
    )
    expected = (slope @ cover @ slope.T)[:6, :6] + noise
    found_mean, found = mean.copy(), cover.copy()
    carry(models, 0, interval, found_mean, found, work)
    np.testing.assert_allclose(found_mean[:6], expected_mean[:6], rtol=1e-9)
    np.testing.assert_allclose(found[:6, :6], expected, rtol=2e-4, atol=1e-3 * np.abs(expected).max())


def test_a_turn_goes_round_its_circle():
    models = model_set(coordinated_turn())
    out = np.zeros(7)
    rate, speed, time = 0.1, 200.0, 12.0
    moved(models, 0, time, np.array([0.0, 0, 0, speed, 0, 0, rate]), out)
    radius = speed / rate
    np.testing.assert_allclose(
        out[:2], [radius * math.sin(rate * time), radius * (1 - math.cos(rate * time))]
    )
    np.testing.assert_allclose(out[3:5], [speed * math.cos(rate * time), speed * math.sin(rate * time)])


def polar(state, offset=0.0):
    place = state[:3] + offset * state[3:6]
    ground = math.hypot(place[0], place[1])
    distance = math.hypot(ground, place[2])
    return np.array(
        [
            distance,
            math.atan2(place[0], place[1]),
            math.atan2(place[2], ground),
            place @ state[3:6] / distance,
        ]
    )


@pytest.mark.parametrize("offset", [0.0, 0.8])
def test_a_polar_plot_corrects_by_the_slopes_of_the_view(offset):
    dice = np.random.default_rng(6)
    work = new_tracker(tracker_settings(**SMALL)).work
    work.pad.clock, work.pad.drift[:] = 10.0, 0.0
    mean, cover = random_estimate(dice)
    cover *= 1e-2
    error = np.array([30.0, 0.003, 0.004, 2.0])
    value = polar(mean, offset) + error * [0.5, -1.0, 1.5, -0.5]
    plots = Plots(np.array([10.0 + offset]), value[None], error[None], np.ones(1))
    scans = scans_all_round([10.0], [1], 0.9, POLAR_PLOT)
    widths = [1.0] * 3 + [0.1] * 3 + [1e-3]
    steps = [w * e for w, e in zip(widths, np.eye(7), strict=True)]
    columns = [
        (polar(mean + s, offset) - polar(mean - s, offset)) / (2 * w)
        for w, s in zip(widths, steps, strict=True)
    ]
    slope = np.column_stack(columns)
    spread = slope @ cover @ slope.T + np.diag(error**2)
    gap = value - polar(mean, offset)
    gain = cover @ slope.T @ np.linalg.inv(spread)
    assert hold_plot(plots, 0, scans, 0, work.pad) == 4
    distance, density = innovate(mean, cover, work.pad)
    assert distance == pytest.approx(gap @ np.linalg.solve(spread, gap), rel=1e-6)
    expected = -0.5 * (distance + np.linalg.slogdet(2 * np.pi * spread)[1])
    assert density == pytest.approx(expected, rel=1e-6)
    found_mean, found = mean.copy(), cover.copy()
    correct(found_mean, found, work.pad)
    np.testing.assert_allclose(found_mean, mean + gain @ gap, rtol=1e-6)
    np.testing.assert_allclose(
        found, cover - gain @ spread @ gain.T, rtol=1e-5, atol=1e-6 * np.abs(cover).max()
    )


def test_models_are_mixed_as_the_formulas_say():
    dice = np.random.default_rng(7)
    models = model_set(constant_velocity(), coordinated_turn(), ballistic())
    work = new_tracker(tracker_settings(models, **SMALL)).work
    estimates = [random_estimate(dice) for _ in range(3)]
    mean = np.array([m for m, _ in estimates])
    cover = np.array([c for _, c in estimates])
    chance = np.array([0.5, 0.3, 0.2])
    switch = np.array([[0.9, 0.05, 0.05], [0.1, 0.8, 0.1], [0.02, 0.08, 0.9]])
    joint = switch * chance[:, None]
    share = joint / joint.sum(axis=0)
    expected_mean = share.T @ mean
    expected = np.array(
        [
            sum(
                share[i, j] * (cover[i] + np.outer(mean[i] - expected_mean[j], mean[i] - expected_mean[j]))
                for i in range(3)
            )
            for j in range(3)
        ]
    )
    whole = chance @ mean
    mix(switch, chance, mean, cover, work)
    np.testing.assert_allclose(chance, joint.sum(axis=0))
    np.testing.assert_allclose(mean, expected_mean, rtol=1e-12)
    np.testing.assert_allclose(cover, expected, rtol=1e-9, atol=1e-9)
    out_mean, out_cover = np.zeros(7), np.zeros((7, 7))
    blend(chance, mean, cover, out_mean, out_cover)
    np.testing.assert_allclose(out_mean, whole)
    np.testing.assert_allclose(out_cover, out_cover.T)


def test_a_beam_covers_what_its_angles_say():
    dice = np.random.default_rng(11)
    inside = 0
    for _ in range(400):
        scans = scans_all_round([0.0], [0], 0.9, POLAR_PLOT, dice.normal(0.0, 1e3, 3))
        scans.reach[0], scans.bearing[0] = dice.uniform(2e3, 2e4), dice.uniform(-7.0, 7.0)
        scans.width[0] = dice.uniform(0.1, 7.0)
        scans.elevation[0] = dice.uniform(-1.7, 0.1), dice.uniform(0.2, 1.7)
        state, interval = dice.normal(0.0, 1.0, 7) * ([6e3] * 3 + [100.0] * 3 + [0.0]), dice.uniform(0.0, 9.0)
        east, north, up = state[:3] + interval * state[3:6] - scans.origin[0]
        ground = math.hypot(east, north)
        off = abs(wrapped(math.atan2(east, north) - scans.bearing[0]))
        low, high = scans.elevation[0]
        expected = ground <= scans.reach[0] and off <= 0.5 * scans.width[0]
        expected = expected and low <= math.atan2(up, ground) <= high
        assert is_inside(beam_of(scans, 0), state, interval) == expected
        inside += expected
    assert 50 < inside < 350


def test_a_few_plots_are_gated_as_if_they_were_many():
    """One cell for all, or a fine grid: the same history."""
    dice = np.random.default_rng(12)
    times = np.arange(12) * 2.0
    value = np.full((12 * 6, 4), np.nan)
    value[:, :2] = dice.uniform(-2e3, 2e3, (72, 2))
    value[::6, :2] = np.column_stack([150.0 * times - 1e3, 0.0 * times])
    plots = Plots(np.repeat(times, 6), value, np.full((72, 4), 20.0), np.full(72, 1e-7))
    scans = scans_all_round(times, np.full(12, 6), 0.9)
    far = np.full((12 * 6, 4), np.nan)
    far[:, :2] = 1e6 + 3e4 * np.arange(72)[:, None]
    rows = np.argsort(np.repeat(times, 6).tolist() + np.repeat(times, 6).tolist(), kind="stable")
    more = Plots(
        *(np.concatenate([a, b])[rows] for a, b in zip(plots, plots._replace(value=far), strict=True))
    )
    settings = tracker_settings(fastest=400.0, most_tracks=256)
    few, _ = track_plots(plots, scans, settings)
    many, _ = track_plots(more, scans._replace(count=scans.count * 2, start=scans.start * 2), settings)
    assert len(few.time) > 5
    np.testing.assert_array_equal(few.scan, many.scan)
    np.testing.assert_array_equal(few.mean, many.mean)
