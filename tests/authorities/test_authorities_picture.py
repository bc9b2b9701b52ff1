"""Published and independently computed figures on filters, models, gates and association."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from rempart.picture.bank import new_tracker
from rempart.picture.innovation import correct, hold_plot, innovate
from rempart.picture.jpda import fill_claims
from rempart.picture.mixing import fill_switch, mix, mixed_chance
from rempart.picture.motion import carry
from rempart.picture.pairing import pair
from rempart.picture.plots import Plots, scans_all_round
from rempart.picture.settings import constant_velocity, model_set, tracker_settings

STOCK = Path(__file__).parents[3] / "shared" / "reference" / "physics_cases.json"
CASES = {case["id"]: case for case in json.loads(STOCK.read_text())} if STOCK.is_file() else {}
pytestmark = pytest.mark.skipif(
    not CASES, reason="reference data are not here: no folder 'shared' beside the project"
)
SMALL = {"association": "jpda", "most_tracks": 8, "most_plots": 8, "most_gated": 4}


def case(name):
    return CASES[name]["inputs"], CASES[name]["expected"]


def test_five_steps_of_a_filter_with_its_likelihood():
    inputs, expected = case("kf-cv-5steps")
    step, variance = inputs["sample_period_s"], inputs["measurement_variance"]
    models = model_set(constant_velocity(inputs["acceleration_psd"]))
    work = new_tracker(tracker_settings(models, **SMALL)).work
    mean, cover = np.zeros(7), np.zeros((7, 7))
    for axis in range(2):
        mean[axis], mean[axis + 3] = inputs["x0"]
        cover[axis, axis], cover[axis + 3, axis + 3] = inputs["P0_diag"]
    places = inputs["measurements_m"]
    likelihood, found = 0.0, []
    for count, place in enumerate(places, start=1):
        work.pad.clock = count * step
        plots = Plots(np.array([count * step]), np.array([[place, place, np.nan, np.nan]]),
                      np.full((1, 4), math.sqrt(variance)), np.ones(1))  # fmt: skip
        carry(models, 0, step, mean, cover, work)
        hold_plot(plots, 0, scans_all_round([0.0], [1], 0.9), 0, work.pad)
        distance, density = innovate(mean, cover, work.pad)
        correct(mean, cover, work.pad)
        found.append(distance / 2)
        likelihood += density / 2
    np.testing.assert_allclose(mean[[0, 3]], expected["x"], rtol=1e-6)
    np.testing.assert_allclose(cover[np.ix_([0, 3], [0, 3])], expected["P"], rtol=1e-6)
    np.testing.assert_allclose(found, expected["nis"], rtol=1e-6)
    assert likelihood == pytest.approx(expected["log_likelihood"], rel=1e-6)


def test_models_are_mixed():
    inputs, expected = case("imm-mixing")
    switch, chance = np.array(inputs["transition"]), np.array(inputs["mode_probabilities"])
    found = [mixed_chance(switch, chance, model) for model in range(2)]
    np.testing.assert_allclose(found, expected["predicted_mode_probabilities"], atol=1e-9)
    models = model_set(constant_velocity(), constant_velocity(5.0))
    work = new_tracker(tracker_settings(models, **SMALL)).work
    mean, cover = np.zeros((2, 7)), np.zeros((2, 7, 7))
    mean[1, 0] = 1.0
    after = chance.copy()
    mix(switch, after, mean, cover, work)
    shares = np.array(expected["mixing_probabilities"])
    np.testing.assert_allclose(mean[:, 0], shares[1], atol=1e-9)
    updated = after * inputs["likelihoods"]
    np.testing.assert_allclose(updated / updated.sum(), expected["updated_mode_probabilities"], atol=1e-9)


def test_models_settle_at_the_stationary_chances():
    inputs, expected = case("imm-stationary-modes")
    switch, chance = np.array(inputs["transition"]), np.array([1.0, 0.0])
    for _ in range(400):
        chance = np.array([mixed_chance(switch, chance, model) for model in range(2)])
    np.testing.assert_allclose(chance, expected["stationary"], atol=1e-9)
    out = np.zeros((2, 2))
    fill_switch(np.array([10.0, 30.0]), 2.0, out)
    np.testing.assert_allclose(np.diag(out), np.exp([-0.2, -2.0 / 30.0]))


@pytest.mark.parametrize("name", ["gate-2-9.21", "gate-2-16"])
def test_gates_hold_the_share_of_plots_that_they_should(name):
    inputs, expected = case(name)
    settings = tracker_settings(gate_chance=expected["p_gate"])
    assert settings.gates[inputs["measurement_dimension"]] == pytest.approx(
        inputs["gate_threshold"], abs=2e-3
    )
    assert stats.chi2.cdf(settings.gates[1], 1) == pytest.approx(expected["p_gate"])


def fill_one_gate(tracker, slot, gains):
    tracker.table.gates[slot].n_gated = len(gains)
    tracker.pairing.rows[slot] = slot
    for choice, gain in enumerate(gains):
        tracker.table.gated[slot, choice], tracker.table.gain[slot, choice] = choice, gain


def test_chances_of_two_plots_in_one_gate():
    inputs, expected = case("pda-0.9-0.001")
    pd, chance = inputs["PD"], inputs["PG"]
    size = math.sqrt(math.prod(inputs["innovation_covariance_diag"]))
    base = math.log(pd / (1 - pd * chance) / (2 * math.pi * size * inputs["clutter_density"]))
    gains = [base - 0.5 * distance for distance in inputs["squared_mahalanobis"]]
    tracker = new_tracker(tracker_settings(**SMALL))
    fill_one_gate(tracker, 0, gains)
    fill_claims(tracker, 1, 2)
    claim = tracker.table.claim[0]
    np.testing.assert_allclose([claim[-1], claim[0], claim[1]], expected["beta"], atol=1e-9)


@pytest.mark.parametrize("name", ["gnn-3x3", "gnn-trap"])
def test_the_cheapest_assignment(name):
    """All tracks take a plot, since every pair is given a gain far above a miss."""
    inputs, expected = case(name)
    cost = np.array(inputs["cost"])
    tracker = new_tracker(tracker_settings(**SMALL))
    for slot, row in enumerate(cost):
        fill_one_gate(tracker, slot, 1e3 - row)
    pair(tracker.pairing, tracker.table, len(cost), len(cost))
    partner = [int(tracker.table.gates[slot].partner) for slot in range(len(cost))]
    assert cost[range(len(cost)), partner].sum() == pytest.approx(expected["optimal_cost"])
    least = min(
        cost[range(len(cost)), list(order)].sum() for order in itertools.permutations(range(len(cost)))
    )
    assert least == pytest.approx(expected["optimal_cost"])
