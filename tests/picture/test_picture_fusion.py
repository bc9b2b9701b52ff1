"""Fusion of tracks: what is known of unknown correlations, and the shift of a sensor."""

import numpy as np
import pytest
from scipy import stats

from rempart.picture.fusion import covariance_intersection, registration_bias, track_distance


def test_two_estimates_sure_of_different_axes_fuse_into_one_sure_of_both():
    one, other = np.diag([1.0, 100.0]), np.diag([100.0, 1.0])
    weight, mean, cover = covariance_intersection([10.0, 0.0], one, [0.0, 20.0], other)
    assert weight == pytest.approx(0.5, abs=1e-6)
    np.testing.assert_allclose(cover, np.eye(2) * 200 / 101, rtol=1e-6)
    np.testing.assert_allclose(mean, [1000 / 101, 2000 / 101], rtol=1e-6)


def test_the_same_estimate_twice_grows_no_surer():
    cover = np.array([[4.0, 1.0], [1.0, 3.0]])
    _, mean, fused = covariance_intersection([1.0, 2.0], cover, [1.0, 2.0], cover)
    np.testing.assert_allclose(fused, cover)
    np.testing.assert_allclose(mean, [1.0, 2.0])


def test_a_fused_estimate_is_not_too_sure_though_errors_are_shared():
    dice = np.random.default_rng(0)
    one, other = np.diag([4.0, 1.0]), np.diag([1.0, 4.0])
    shared = dice.normal(size=(4000, 2)) * np.sqrt(0.9)
    errors = [(shared + dice.normal(size=shared.shape) * np.sqrt(0.1)) @ np.sqrt(c) for c in (one, other)]
    weight, _, cover = covariance_intersection(np.zeros(2), one, np.zeros(2), other)
    gain = [weight * cover @ np.linalg.inv(one), (1 - weight) * cover @ np.linalg.inv(other)]
    fused = errors[0] @ gain[0].T + errors[1] @ gain[1].T
    assert np.linalg.eigvalsh(cover - np.cov(fused.T)).min() > -0.05


def test_track_distance_follows_its_distribution():
    dice = np.random.default_rng(1)
    one, other = np.array([[4.0, 1.0], [1.0, 2.0]]), np.diag([1.0, 3.0])
    gaps = dice.multivariate_normal(np.zeros(2), one + other, 2000)
    found = [track_distance(gap, one, np.zeros(2), other) for gap in gaps]
    assert stats.kstest(found, stats.chi2(2).cdf).pvalue > 0.01


def test_a_bias_is_found_from_many_targets():
    dice = np.random.default_rng(2)
    covers = np.array([np.diag([100.0, 400.0]) * (1 + k % 3) for k in range(300)])
    offsets = np.array([dice.multivariate_normal([50.0, -20.0], cover) for cover in covers])
    bias, cover = registration_bias(offsets, covers)
    assert (np.abs(bias - [50.0, -20.0]) < 4 * np.sqrt(np.diag(cover))).all()
    np.testing.assert_allclose(np.linalg.inv(cover), np.linalg.inv(covers).sum(axis=0))
