"""Published and independently computed figures on Kalman tracking that touch what the tracker does.

The tracker reckons with one power of acceleration. A case with another is answered in another unit
of length, in which the two powers are the same number. Several models and association are answered
beside the multi-target tracker's own figures.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from rempart.picture.gating import gate_volume
from rempart.picture.lifecycle import curved_moments
from rempart.picture.settings import tracker_settings
from rempart.picture.steady import steady_gains, steady_variance, tracking_index
from rempart.picture.tracker import (
    ACCELERATION_DENSITY,
    COVARIANCE,
    POSITION,
    TRACK_SIZE,
    VAR_POSITION,
    VAR_VELOCITY,
    VELOCITY,
    update_track,
)

STOCK = Path(__file__).parents[3] / "shared" / "reference" / "physics_cases.json"
CASES = {case["id"]: case for case in json.loads(STOCK.read_text())} if STOCK.is_file() else {}
pytestmark = pytest.mark.skipif(
    not CASES, reason="reference data are not here: no folder 'shared' beside the project"
)


def test_five_steps_of_a_filter():
    """In a unit of length of 1/b metres the case's power of acceleration is the tracker's."""
    inputs, expected = CASES["kf-cv-5steps"]["inputs"], CASES["kf-cv-5steps"]["expected"]
    assert inputs["sample_period_s"] == 1
    b = math.sqrt(ACCELERATION_DENSITY / inputs["acceleration_psd"])
    tracks = np.zeros((1, TRACK_SIZE))
    for column, value in ((POSITION, inputs["x0"][0] * b), (VELOCITY, inputs["x0"][1] * b),
                          (VAR_POSITION, inputs["P0_diag"][0] * b * b),
                          (VAR_VELOCITY, inputs["P0_diag"][1] * b * b)):  # fmt: skip
        tracks[0, column : column + 3] = value
    variance = (inputs["measurement_variance"] * b * b,) * 3
    for step, place in enumerate(inputs["measurements_m"], start=1):
        update_track(tracks, 0, float(step), (place * b,) * 3, variance)
    for axis in range(3):
        found = [tracks[0, POSITION + axis] / b, tracks[0, VELOCITY + axis] / b]
        np.testing.assert_allclose(found, expected["x"], rtol=1e-6)
        spread = [tracks[0, column + axis] / b**2 for column in (VAR_POSITION, COVARIANCE, VAR_VELOCITY)]
        cover = expected["P"]
        np.testing.assert_allclose(spread, [cover[0][0], cover[0][1], cover[1][1]], rtol=1e-6)


def test_the_band_of_a_mean_nees():
    """The band that the tests of consistency use."""
    case = CASES["nees-100-4"]
    runs, dimension, share = (case["inputs"][key] for key in ("runs", "dimension", "confidence"))
    low, high = stats.chi2.ppf([(1 - share) / 2, (1 + share) / 2], runs * dimension) / runs
    assert (low, high) == pytest.approx((case["expected"]["lower"], case["expected"]["upper"]), abs=1e-4)


@pytest.mark.parametrize("name", ["alpha-beta-lambda0.1", "alpha-beta-lambda1"])
def test_gains_of_a_settled_track(name):
    inputs, expected = CASES[name]["inputs"], CASES[name]["expected"]
    period = inputs["sample_period_s"]
    index = tracking_index(inputs["tracking_index"] * 40.0, period, 40.0 * period**2)
    found = steady_gains(index)
    assert found == pytest.approx((expected["alpha"], expected["beta"]), abs=1e-6)
    assert found[0] == pytest.approx(expected["steady_position_variance_over_R"], abs=1e-6)


def test_the_settled_variance_of_a_walk():
    inputs, expected = (CASES["scalar-riccati-golden"][key] for key in ("inputs", "expected"))
    assert (inputs["F"], inputs["H"]) == (1, 1)
    before = steady_variance(float(inputs["Q"]), float(inputs["R"]))
    after = before - inputs["Q"]
    assert before == pytest.approx(expected["prior_variance"], abs=1e-9)
    assert after == pytest.approx(expected["posterior_variance"], abs=1e-9)
    assert after / inputs["R"] == pytest.approx(expected["gain"], abs=1e-9)


def test_a_gate_of_three_standard_deviations():
    inputs, expected = (CASES["gate-1-9"][key] for key in ("inputs", "expected"))
    gates = tracker_settings(gate_chance=expected["p_gate"]).gates
    assert gates[inputs["measurement_dimension"]] == pytest.approx(inputs["gate_threshold"], rel=1e-6)


@pytest.mark.parametrize("name", ["gate-volume-2", "gate-volume-3"])
def test_the_volume_of_a_gate(name):
    inputs, expected = CASES[name]["inputs"], CASES[name]["expected"]
    spread = inputs["innovation_covariance_diag"]
    found = gate_volume(len(spread), inputs["gate_threshold"], math.prod(spread))
    assert found == pytest.approx(expected["volume"], rel=1e-9)


def test_the_bias_of_a_place_from_range_and_angle():
    inputs, expected = (CASES["polar-to-cartesian-bias"][key] for key in ("inputs", "expected"))
    assert inputs["true_bearing_along_x"]
    distance = inputs["range_m"]
    share, along, across = curved_moments(distance, inputs["range_sd_m"], inputs["bearing_sd_rad"])
    assert share * distance == pytest.approx(expected["mean_x_m"], abs=0.01)
    assert share * distance - distance == pytest.approx(expected["bias_x_m"], abs=0.01)
    assert math.sqrt(along) == pytest.approx(expected["sd_x_m"], rel=1e-4)
    assert math.sqrt(across) == pytest.approx(expected["sd_y_m"], rel=1e-4)


def test_every_case_on_tracking_and_association_is_asked_for():
    folder = Path(__file__).parent
    asked = "".join(file.read_text() for file in folder.glob("test_authorities_*.py"))
    topics = {"kalman_tracking", "data_association"}
    missing = [name for name, case in CASES.items() if case["topic"] in topics and f'"{name}"' not in asked]
    assert not missing
