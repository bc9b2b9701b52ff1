"""The resampling kernel against SciPy's bilinear interpolation, and against a mean taken by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from rempart.geo.mosaic import resample
from rempart.geo.terrain import Posts

OWN = Posts(0.8, 0.5, 1e-3, 2e-3)


@pytest.mark.parametrize("seed", range(5))
def test_between_posts_it_is_bilinear(seed):
    rng = np.random.default_rng(seed)
    heights = rng.uniform(0.0, 3000.0, (12, 17)).astype(np.float32)
    down, right = rng.uniform(0.3, 1.0, 2)
    top, left = rng.uniform(0.0, 3.0, 2)
    target = Posts(OWN.north - top * OWN.lat_step, OWN.west + left * OWN.lon_step,
                   down * OWN.lat_step, right * OWN.lon_step)  # fmt: skip
    out = np.empty((6, 9), np.float32)
    resample(heights, OWN, target, out)
    places = np.meshgrid(top + down * np.arange(6), left + right * np.arange(9), indexing="ij")
    assert out == pytest.approx(map_coordinates(heights.astype(float), places, order=1), abs=1e-3)


def test_three_by_three_posts_become_their_mean():
    heights = np.random.default_rng(1).uniform(0.0, 3000.0, (9, 9)).astype(np.float32)
    heights[8, 8] = np.nan
    target = Posts(OWN.north - OWN.lat_step, OWN.west + OWN.lon_step, 3 * OWN.lat_step, 3 * OWN.lon_step)
    out = np.empty((3, 3), np.float32)
    resample(heights, OWN, target, out)
    expected = heights.reshape(3, 3, 3, 3).mean(axis=(1, 3))
    assert np.isnan(out[2, 2])
    assert np.delete(out, 8) == pytest.approx(np.delete(expected, 8), rel=1e-5)


def test_beyond_the_edge_there_is_nothing():
    out = np.empty((1, 3), np.float32)
    target = Posts(OWN.north, OWN.west + 1.5 * OWN.lon_step, OWN.lat_step, OWN.lon_step)
    resample(np.ones((2, 3), np.float32), OWN, target, out)
    assert out[0, 0] == 1.0
    assert np.isnan(out[0, 1:]).all()
