"""Published and independently computed figures on Kalman tracking that touch what the tracker does.

The tracker reckons with one power of acceleration. A case with another is answered in another unit
of length, in which the two powers are the same number. Not answered, because the tracker has no
such part: gates, interacting multiple models, steady gains of other models of acceleration.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

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
