"""The terrain store: heights between posts, voids, bounds, names."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from rempart.base.errors import StoreError
from rempart.geo.store import load_terrain
from rempart.geo.terrain import Posts, Terrain, bilinear, flat_terrain

POSTS = Posts(north=0.6, west=0.7, lat_step=1e-3, lon_step=2e-3)
HEIGHTS = np.array([[0.0, 10.0, 20.0], [100.0, 110.0, np.nan], [200.0, 210.0, 220.0]])


def small(heights=HEIGHTS, posts=POSTS):
    return Terrain("small", heights, posts, "mean sea level", "made up")


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (0, 0, 0.0),
        (2, 2, 220.0),
        (0.5, 0.5, 55.0),
        (2, 1.5, 215.0),
        (0, 1.25, 12.5),
        (1, 1, 110.0),
        (1.5, 0, 150.0),
    ],
)
def test_bilinear_between_posts(row, column, expected):
    assert bilinear(small().heights, row, column) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("row", "column"),
    [(0.5, 1.5), (1, 1.01), (1, 2), (0.01, 2), (-0.01, 0), (0, 2.01), (2.01, 0), (math.nan, 0)],
)
def test_voids_and_the_outside_have_no_height(row, column):
    assert math.isnan(bilinear(small().heights, row, column))


def test_rows_run_south_and_columns_east():
    terrain = small()
    assert terrain.height_at(0.6, 0.7) == 0.0
    assert terrain.height_at(0.6 - 0.5e-3, 0.7 + 1e-3) == pytest.approx(55.0)
    assert terrain.bounds == pytest.approx((0.598, 0.7, 0.6, 0.704))
    assert terrain.contains(0.599, 0.702)
    assert not terrain.contains(0.6011, 0.702)
    assert not terrain.contains(0.599, 0.6999)


def test_ground_is_sea_where_it_is_unknown():
    terrain = small()
    assert terrain.ground_at(0.599, 0.704) == 0.0
    assert terrain.ground_at(0.1, 0.1) == 0.0
    assert terrain.ground_at(0.599, 0.702) == pytest.approx(110.0)


def test_longitude_may_be_given_with_other_turns():
    terrain = small(posts=POSTS._replace(west=math.pi - 2e-3))
    assert terrain.height_at(0.6, -math.pi + 2e-3) == pytest.approx(20.0)
    assert terrain.height_at(0.6, math.pi + 2e-3) == pytest.approx(20.0)


def test_nobody_can_edit_a_terrain():
    heights = np.zeros((2, 2), dtype=np.float32)
    terrain = small(heights)
    heights[0, 0] = 5.0
    assert terrain.heights[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        terrain.heights[0, 0] = 5.0


def test_digest_names_heights_and_posts():
    changed = HEIGHTS.copy()
    changed[0, 0] += 1e-3
    digests = {small().digest, small(changed).digest, small(posts=POSTS._replace(west=0.7 + 1e-15)).digest}
    assert len(digests) == 3
    assert small().digest == small().digest


def test_flat_is_zero_everywhere():
    terrain = flat_terrain()
    for lat, lon in [(0.0, 0.0), (math.pi / 2, 3.0), (-math.pi / 2, -math.pi), (0.6, math.pi)]:
        assert terrain.height_at(lat, lon) == 0.0
        assert terrain.contains(lat, lon)


def test_shipped_iraq_knows_its_mountains_and_its_sea():
    terrain = load_terrain("iraq")
    at = {
        name: terrain.height_at(math.radians(lat), math.radians(lon))
        for name, (lat, lon) in {
            "Baghdad": (33.33, 44.40),
            "Halgurd": (36.75, 44.87),
            "Persian Gulf": (28.5, 50.0),
        }.items()
    }
    assert 25.0 < at["Baghdad"] < 45.0
    assert at["Halgurd"] > 2500.0
    assert at["Persian Gulf"] == 0.0
    assert "GLOBE" in terrain.source
    assert terrain.datum == "mean sea level"
    assert terrain.spacing == pytest.approx(775.0, abs=1.0)
    assert np.degrees(terrain.bounds) == pytest.approx(
        [27 + 1 / 240, 36 + 1 / 240, 39.5 - 1 / 240, 52 - 1 / 240]
    )


@pytest.mark.parametrize("name", ["irak", "no/such/file.tif", "https://example.org/x.tif", "/vsicurl/x.tif"])
def test_an_unknown_name_says_which_are_known(name):
    with pytest.raises(StoreError, match="iraq, flat"):
        load_terrain(name)


def test_a_folder_is_not_a_terrain(tmp_path: Path):
    with pytest.raises(StoreError, match="is a folder"):
        load_terrain(tmp_path)
