"""Laws of geometry that hold for every input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rempart.geo import frames, horizon
from rempart.geo.geodesic import destination, inverse
from rempart.geo.masking import line_of_sight
from rempart.geo.profile import visible_profile
from rempart.geo.rays import point_on_ray, ray_from
from rempart.geo.terrain import Posts, Terrain, bilinear

LATS = st.floats(-math.pi / 2, math.pi / 2)
LONS = st.floats(-math.pi, math.pi)
HEIGHTS = st.floats(-400.0, 1e6)
LENGTHS = st.floats(-5e5, 5e5)
RADII = st.floats(6.3e6, 9e6)
GROUNDS = arrays(np.float64, st.integers(2, 40), elements=st.floats(-400.0, 8000.0))


@given(LATS, LONS, HEIGHTS)
def test_ecef_round_trip(lat, lon, height):
    found = frames.ecef_to_geodetic(*frames.geodetic_to_ecef(lat, lon, height))
    assert found[0] == pytest.approx(lat, abs=1.7e-11)
    assert found[2] == pytest.approx(height, abs=1e-3)
    assert math.remainder(found[1] - lon, 2 * math.pi) * math.cos(lat) == pytest.approx(0.0, abs=1.7e-11)


@given(LENGTHS, LENGTHS, LENGTHS, LATS, LONS, HEIGHTS)
def test_enu_keeps_lengths_and_comes_back(east, north, up, lat0, lon0, height0):
    x, y, z = frames.enu_to_ecef(east, north, up, lat0, lon0, height0)
    origin = frames.geodetic_to_ecef(lat0, lon0, height0)
    assert math.dist((x, y, z), origin) == pytest.approx(math.hypot(east, north, up), abs=1e-6)
    assert frames.ecef_to_enu(x, y, z, lat0, lon0, height0) == pytest.approx((east, north, up), abs=1e-6)


@given(LENGTHS, LENGTHS, LENGTHS)
def test_aer_round_trip(east, north, up):
    azimuth, elevation, slant_range = frames.enu_to_aer(east, north, up)
    assert 0.0 <= azimuth <= 2 * math.pi
    assert frames.aer_to_enu(azimuth, elevation, slant_range) == pytest.approx((east, north, up), abs=1e-6)


@given(LENGTHS, LENGTHS, st.floats(0.0, 3e4), st.floats(0.01, 1e4), RADII)
def test_height_above_grows_with_z_and_is_never_below_it(x, y, z, more, radius):
    assert frames.height_above(x, y, z, radius) >= z
    assert frames.height_above(x, y, z + more, radius) > frames.height_above(x, y, z, radius)


@given(LATS, LONS, st.floats(0.0, 6.28), st.floats(0.0, 2e6))
def test_fast_rays_follow_the_geodesic(lat, lon, azimuth, distance):
    found = point_on_ray(ray_from(lat, lon, azimuth), distance)
    assert inverse(*found, *destination(lat, lon, azimuth, distance))[0] < 0.05


@given(st.floats(0.0, 1e5), st.floats(0.01, 1e4), RADII)
def test_higher_sees_farther(height, more, radius):
    assert horizon.horizon_range(height + more, radius) > horizon.horizon_range(height, radius)
    assert horizon.horizon_dip(height + more, radius) > horizon.horizon_dip(height, radius)


@given(st.floats(100.0, 5e5), st.floats(-0.1, 1.5), st.floats(0.0, 2e4), RADII)
def test_elevation_undoes_height(slant_range, elevation, height, radius):
    reached = horizon.height_at_range(slant_range, elevation, height, radius)
    assert horizon.elevation_of(slant_range, reached, height, radius) == pytest.approx(elevation, abs=1e-6)


def lowest(ground, step, antenna, curvature):
    out = np.empty_like(ground)
    visible_profile(ground, np.arange(len(ground)) * step, antenna, curvature, out)
    return out


@given(
    GROUNDS,
    st.floats(30.0, 3000.0),
    st.floats(0.0, 500.0),
    st.floats(0.0, 1e4),
    st.sampled_from([0.0, 1.2e-7]),
)
def test_masks_rise_with_the_ground_and_fall_with_the_antenna(ground, step, mast, more, curvature):
    antenna = ground[0] + mast
    visible = lowest(ground, step, antenna, curvature)
    assert (visible >= ground).all()
    assert (lowest(ground, step, antenna + more, curvature) <= visible + 1e-6 * np.abs(visible) + 1e-6).all()
    raised = ground.copy()
    raised[len(ground) // 2] += more
    assert (lowest(raised, step, antenna, curvature) >= visible).all()


@given(GROUNDS, st.floats(30.0, 3000.0), st.floats(0.0, 500.0))
def test_a_rounder_earth_hides_more(ground, step, mast):
    antenna = ground[0] + mast
    flat, around = lowest(ground, step, antenna, 0.0), lowest(ground, step, antenna, 1.2e-7)
    assert (around >= np.minimum(flat, 1e6) * (1 - 2e-3) - 2e-3 * 8000 - 1e-6).all()


@given(
    arrays(np.float32, (4, 5), elements=st.floats(-400.0, 8000.0, width=32)), st.floats(0, 3), st.floats(0, 4)
)
def test_bilinear_stays_between_its_posts(heights, row, column):
    around = heights[int(row) : int(row) + 2, int(column) : int(column) + 2]
    assert around.min() - 1e-3 <= bilinear(heights, row, column) <= around.max() + 1e-3


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(2.0, 200.0), st.floats(2.0, 200.0))
def test_line_of_sight_is_mutual(seed, above_start, above_end):
    dice = np.random.default_rng(seed)
    heights = np.cumsum(dice.normal(0.0, 40.0, (60, 60)), axis=1)
    terrain = Terrain("hills", heights, Posts(0.6, 0.7, 1e-4, 1e-4), "", "")
    ends = [
        (lat, lon, terrain.ground_at(lat, lon) + above)
        for lat, lon, above in zip(
            dice.uniform(0.5945, 0.6, 2), dice.uniform(0.7, 0.7055, 2), (above_start, above_end), strict=True
        )
    ]
    seen = line_of_sight(terrain, ends[0], ends[1])
    if seen == line_of_sight(terrain, (*ends[0][:2], ends[0][2] - 0.5), (*ends[1][:2], ends[1][2] - 0.5)):
        # Far enough from grazing that half a metre at both ends changes nothing.
        assert line_of_sight(terrain, ends[1], ends[0]) == seen
