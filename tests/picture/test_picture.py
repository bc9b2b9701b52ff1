"""What the defender concludes: plots with the errors they claim, identity by Bayes, class by motion."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.base.dice import dice_key, entity_hash, normal_triple
from rempart.events.vehicle_classes import (
    BALLISTIC_MISSILE,
    CRUISE_MISSILE,
    HELICOPTER,
    MALE_DRONE,
    ROCKET,
    SMALL_DRONE,
    STRIKE_AIRCRAFT,
)
from rempart.physics.measurement import measured_position
from rempart.picture.classification import apparent_class

SENSOR, TARGET = (1000.0, -500.0, 50.0), (31000.0, 39500.0, 8050.0)


def line_of_sight():
    offset = np.subtract(TARGET, SENSOR)
    return np.linalg.norm(offset), offset / np.linalg.norm(offset)


def test_plots_scatter_as_the_radar_claims():
    n, distance, sight = 20_000, *line_of_sight()
    key = np.uint64(dice_key(1, 0, entity_hash("radar"), 1))
    plots = [
        measured_position(TARGET, SENSOR, 60.0, 0.004, 0.004, normal_triple(key, i))[0] for i in range(n)
    ]
    errors = np.array(plots) - TARGET
    across = (0.004 * distance) ** 2
    cover = across * np.eye(3) + (60.0**2 - across) * np.outer(sight, sight)
    assert (np.abs(errors.mean(axis=0)) < 4 * np.sqrt(np.diag(cover) / n)).all()
    found = errors.T @ errors / n
    scatter = np.sqrt((cover**2 + np.outer(np.diag(cover), np.diag(cover))) / n)
    assert (np.abs(found - cover) < 4 * scatter).all()


def test_the_variances_told_are_those_of_the_errors():
    distance, sight = line_of_sight()
    across = (0.004 * distance) ** 2
    _, variance = measured_position(TARGET, SENSOR, 60.0, 0.004, 0.004, (0.0, 0.0, 0.0))
    np.testing.assert_allclose(variance, across + (60.0**2 - across) * sight**2)
    assert sum(variance) == pytest.approx(60.0**2 + 2 * across)


def test_a_plot_without_error_is_the_truth():
    plot, variance = measured_position(TARGET, SENSOR, 0.0, 0.0, 0.0, (1.0, -2.0, 3.0))
    np.testing.assert_allclose(plot, TARGET)
    np.testing.assert_allclose(variance, 0.0, atol=1e-12)


def test_a_target_at_the_radar_itself_gives_numbers():
    plot, variance = measured_position(SENSOR, SENSOR, 60.0, 0.004, 0.004, (1.0, 1.0, 1.0))
    assert np.isfinite([*plot, *variance]).all()


@pytest.mark.parametrize(
    ("velocity", "height", "cross_section", "expected"),
    [
        ((0.0, 0.0, -900.0), 30e3, 0.3, BALLISTIC_MISSILE),
        ((390.0, 0.0, 0.0), 80e3, 0.3, BALLISTIC_MISSILE),
        ((-250.0, 0.0, 0.0), 100.0, 0.3, CRUISE_MISSILE),
        ((-250.0, 0.0, 0.0), 100.0, 5.0, STRIKE_AIRCRAFT),
        ((-250.0, 0.0, 0.0), 5e3, 5.0, STRIKE_AIRCRAFT),
        ((-250.0, 0.0, 0.0), 10e3, 50.0, STRIKE_AIRCRAFT),
        ((200.0, 0.0, 150.0), 300.0, 0.02, ROCKET),
        ((200.0, 0.0, -150.0), 300.0, 0.02, ROCKET),
        ((200.0, 0.0, -150.0), 300.0, 5.0, STRIKE_AIRCRAFT),
        ((230.0, 0.0, 0.0), 1400.0, 0.02, ROCKET),
        ((350.0, 0.0, 0.0), 4e3, 0.06, ROCKET),
        ((75.0, 0.0, 0.0), 200.0, 7.0, HELICOPTER),
        ((0.0, 0.0, 0.0), 50.0, 7.0, HELICOPTER),
        ((30.0, 40.0, 0.0), 300.0, 0.1, SMALL_DRONE),
        ((30.0, 40.0, 0.0), 5e3, 0.5, MALE_DRONE),
        ((95.0, 0.0, 0.0), 6e3, 7.0, MALE_DRONE),
        ((20.0, 0.0, 0.0), 4e3, 0.02, SMALL_DRONE),
    ],
)
def test_a_class_from_flight_and_size(velocity, height, cross_section, expected):
    assert apparent_class(velocity, height, cross_section) == expected
