"""Measures of the air picture: ratios of what the engine added up, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.scorecard import SCORES
from rempart.engine.state import TIMES
from rempart.run.picture_measures import OF_COMMANDS, mean_latency, picture_measures

SUMS = {
    "objects": 40.0, "held": 30.0, "tracks": 36.0, "following": 33.0, "position_error": 3300.0,
    "height_error": 660.0, "velocity_error": 99.0, "squares": 198.0, "n_squares": 33.0, "right": 18.0,
    "wrong": 6.0, "undecided": 9.0, "class_right": 30.0, "class_wrong": 3.0, "changes": 2.0,
    "longest": 20.0, "gospa": 500.0, "moments": 10.0,
}  # fmt: skip


def picture(*groups):
    """One trial of groups with these sums."""
    return np.array([[[sums[name] for name in SCORES] for sums in groups]])


def told(found):
    return {name: column.tolist() for name, column in found.items()}


def test_each_measure_is_the_ratio_that_its_name_says():
    found = picture_measures(picture(SUMS), 20.0, ["command"])
    assert told(found) == {
        "completeness": [0.75], "ambiguity": [1.1], "position_error": [100.0], "height_error": [20.0],
        "velocity_error": [3.0], "nees": [6.0], "unidentified": [pytest.approx(9 / 33)],
        "longest_track": [0.5], "picture_gospa": [50.0], "spuriousness": [pytest.approx(3 / 36)],
        "misidentified": [0.25], "misclassified": [pytest.approx(3 / 33)],
        "continuity": [pytest.approx(2 / (30 * 20 / 3600))],
    }  # fmt: skip


def test_commands_weigh_as_much_as_they_have_to_show():
    small = {name: value / 10.0 for name, value in SUMS.items()} | {"held": 0.0}
    found = told(picture_measures(picture(SUMS, small), 20.0, ["north", "south"]))
    assert found["completeness"] == [pytest.approx(30 / 44)]
    assert found["completeness.north"] == [0.75]
    assert found["completeness.south"] == [0.0]
    assert [name for name in found if "." in name] == [
        f"{measure}.{command}" for command in ("north", "south") for measure in OF_COMMANDS
    ]


def test_what_was_not_there_is_not_a_number():
    nothing = picture_measures(picture(dict.fromkeys(SUMS, 0.0)), 20.0, ["command"])
    assert all(np.isnan(column).all() for column in nothing.values())


def test_latency_is_of_vehicles_that_were_detected_and_tracked():
    times = np.full((6, len(TIMES)), np.nan)
    times[:, TIMES.index("first_detected")] = [10.0, 20.0, 30.0, 40.0, np.nan, 60.0]
    times[:, TIMES.index("first_firm")] = [14.0, 28.0, np.nan, np.nan, np.nan, np.nan]
    latency = mean_latency(times, 2)
    assert latency[0] == 6.0
    assert np.isnan(latency[1])
