import numpy as np
import pytest

from rempart.analysis.consistency import consistency, normalised_squares


def test_squares_are_those_of_the_inverse():
    dice = np.random.default_rng(2)
    roots = dice.normal(size=(5, 3, 3))
    covers = roots @ roots.transpose(0, 2, 1) + np.eye(3)
    errors = dice.normal(size=(5, 3))
    expected = [e @ np.linalg.inv(p) @ e for e, p in zip(errors, covers, strict=True)]
    np.testing.assert_allclose(normalised_squares(errors, covers), expected)


def test_errors_as_claimed_are_within_the_band_and_others_are_not():
    dice = np.random.default_rng(3)
    errors = dice.normal(0.0, 2.0, (400, 4))
    claimed = np.broadcast_to(4.0 * np.eye(4), (400, 4, 4))
    found = consistency(normalised_squares(errors, claimed), 4)
    assert found.is_within
    assert found.mean == pytest.approx(4.0, rel=0.1)
    assert not consistency(normalised_squares(errors, 0.5 * claimed), 4).is_within
    assert not consistency(normalised_squares(errors, 2.0 * claimed), 4).is_within


def test_nothing_measured_is_not_within():
    assert not consistency(np.zeros(0), 4).is_within
