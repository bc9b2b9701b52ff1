"""Mask maps, their lookup, their cache, and line of sight."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest

from rempart.geo import mask_map, masking
from rempart.geo.frames import mean_radius
from rempart.geo.geodesic import destination
from rempart.geo.horizon import REFRACTION, horizon_range
from rempart.geo.masking import (
    computed_map,
    line_of_sight,
    lowest_visible_height,
    mask_height,
    sample_distances,
    site_of,
)
from rempart.geo.terrain import Posts, Terrain, flat_terrain

LAT, LON = math.radians(33.0), math.radians(44.0)
STEP = math.radians(1 / 240)


def terrain_with_wall(gap=0):
    """Flat ground with a 500 m wall on the meridian about 20 km east of the site."""
    heights = np.zeros((241, 241))
    heights[:, 171:173] = 500.0
    heights[:gap] = np.nan
    return Terrain("wall", heights, Posts(LAT + 120 * STEP, LON - 120 * STEP, STEP, STEP), "", "")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("REMPART_CACHE_DIR", str(tmp_path))


def test_over_the_sea_the_map_is_the_horizon():
    terrain = flat_terrain()
    found = computed_map(terrain, site_of(terrain, LAT, LON, 20.0, 0.0), 300e3)
    radius = REFRACTION * mean_radius(LAT)
    beyond = 300e3 - horizon_range(20.0, radius)
    assert found.height.shape == (720, 601)
    assert np.ptp(found.height[:, -1]) == 0.0
    assert horizon_range(float(found.height[0, -1]), radius) == pytest.approx(beyond, rel=1e-4)
    assert (found.n_void, found.n_outside) == (0, 0)


def test_a_wall_masks_the_east_and_nothing_else():
    terrain = terrain_with_wall()
    found = computed_map(terrain, site_of(terrain, LAT, LON, 20.0, 0.0), 40e3)
    assert found.height[180, 70] == pytest.approx(500 + 480 * (35.0 - 20.2) / 20.2, rel=0.05)
    assert found.height[540, 70] < 20.0


def test_the_map_can_be_turned():
    terrain = terrain_with_wall()
    turned = computed_map(terrain, site_of(terrain, LAT, LON, 20.0, math.radians(90.0)), 40e3)
    plain = computed_map(terrain, site_of(terrain, LAT, LON, 20.0, 0.0), 40e3)
    assert turned.height[0] == pytest.approx(plain.height[180], abs=0.01)


def test_what_is_unknown_is_counted_and_taken_as_sea():
    terrain = terrain_with_wall(gap=60)
    found = computed_map(terrain, site_of(terrain, LAT, LON, 20.0, 0.0), 80e3)
    assert found.n_void > 1000
    assert found.n_outside > 1000
    assert np.isfinite(found.height).all()


def test_fine_terrain_is_sampled_between_the_columns():
    heights = np.zeros((401, 401))
    heights[:, 215:217] = 100.0
    fine = STEP / 10
    terrain = Terrain("fine", heights, Posts(LAT + 200 * fine, LON - 200 * fine, fine, fine), "", "")
    found = computed_map(terrain, site_of(terrain, LAT, LON, 10.0, 0.0), 5e3)
    assert found.height[180, 1] == 0.0
    assert found.height[180, 2] > 115.0


def test_samples_are_dense_near_the_antenna_and_hit_every_column():
    distances, whole = sample_distances(500.0, 100, 800.0)
    gaps = np.diff(distances)
    assert distances[whole].tolist() == pytest.approx([500.0 * j for j in range(101)])
    assert gaps.min() == pytest.approx(5.0)
    assert gaps.max() == pytest.approx(250.0)
    assert (gaps <= np.maximum(0.01 * distances[:-1], 5.0) + 1e-6).all()


def test_lookup_on_and_between_rays_and_columns():
    heights = np.arange(12, dtype=np.float32).reshape(4, 3)
    quarter = math.pi / 2
    assert mask_height(heights, 500.0, quarter, 500.0) == 4.0
    assert mask_height(heights, 500.0, -3 * quarter, 500.0) == pytest.approx(4.0)
    assert mask_height(heights, 500.0, 1.5 * quarter, 250.0) == pytest.approx(5.0)
    assert mask_height(heights, 500.0, 3.5 * quarter, 0.0) == pytest.approx(4.5)
    assert mask_height(heights, 500.0, 0.0, 1000.0) == 2.0
    assert mask_height(heights, 500.0, 0.0, 1000.1) == math.inf
    assert mask_height(heights, 500.0, 0.0, -1.0) == math.inf
    assert mask_height(heights, 500.0, -1e-18, 500.0) == pytest.approx(1.0)


def cached_files(tmp_path):
    return sorted((tmp_path / "masks").iterdir())


def test_the_second_call_reads_what_the_first_one_kept(tmp_path, monkeypatch):
    first = lowest_visible_height(flat_terrain(), LAT, LON, 20.0, 20e3)
    assert len(cached_files(tmp_path)) == 1
    monkeypatch.setattr(masking, "computed_map", None)
    second = lowest_visible_height(flat_terrain(), LAT, LON, 20.0, 20e3)
    assert np.array_equal(first.height, second.height)
    assert (first.range_step, first.n_void, first.n_outside) == (
        second.range_step,
        second.n_void,
        second.n_outside,
    )
    assert not first.height.flags.writeable
    assert not second.height.flags.writeable


def test_the_smallest_change_has_another_name():
    terrain = flat_terrain()
    site = site_of(terrain, LAT, LON, 20.0, 0.0)
    changed = [site._replace(**{field: np.nextafter(getattr(site, field), 9e9)}) for field in site._fields]
    paths = {mask_map.map_path(terrain.digest, each, 20e3) for each in [site, *changed]}
    paths |= {mask_map.map_path(terrain.digest, site, 20e3 + 1e-9), mask_map.map_path("other", site, 20e3)}
    assert len(paths) == 7


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-4],
        lambda content: content[:40] + b"\0\0\0\x7f" + content[44:],
    ],
)
def test_a_damaged_file_is_computed_again(tmp_path, damage):
    first = lowest_visible_height(flat_terrain(), LAT, LON, 20.0, 20e3)
    path = cached_files(tmp_path)[0]
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert np.array_equal(lowest_visible_height(flat_terrain(), LAT, LON, 20.0, 20e3).height, first.height)
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(mask_map, "cache_folder", lambda *parts: tmp_path / "file" / "below")
    (tmp_path / "file").write_text("not a folder")
    assert lowest_visible_height(flat_terrain(), LAT, LON, 20.0, 20e3).height.shape == (720, 41)


def test_maps_of_many_sites_do_not_fill_the_disk(tmp_path, monkeypatch):
    lowest_visible_height(flat_terrain(), LAT, LON, 20.0, 20e3)
    (first,) = cached_files(tmp_path)
    os.utime(first, (1e9, 1e9))
    monkeypatch.setattr("rempart.base.files.CACHE_BYTES", 2 * first.stat().st_size)
    for antenna_height in (21.0, 22.0):
        lowest_visible_height(flat_terrain(), LAT, LON, antenna_height, 20e3)
    assert len(cached_files(tmp_path)) == 2
    assert not first.exists()


def point(azimuth_deg, distance, height):
    return (*destination(LAT, LON, math.radians(azimuth_deg), distance), height)


def test_line_of_sight_over_and_behind_the_wall():
    terrain = terrain_with_wall()
    radar = (LAT, LON, 20.0)
    assert line_of_sight(terrain, radar, point(90.0, 15e3, 50.0))
    assert not line_of_sight(terrain, radar, point(90.0, 30e3, 600.0))
    assert line_of_sight(terrain, radar, point(90.0, 30e3, 900.0))
    assert line_of_sight(terrain, radar, point(270.0, 30e3, 50.0))


def test_line_of_sight_ends_at_the_ground_and_at_the_horizon():
    sea, radar = flat_terrain(), (LAT, LON, 20.0)
    assert line_of_sight(sea, radar, radar)
    assert not line_of_sight(sea, radar, (LAT, LON, -1.0))
    assert not line_of_sight(sea, (LAT, LON, -1.0), point(0.0, 5e3, 100.0))
    reach = horizon_range(20.0, REFRACTION * mean_radius(LAT)) + horizon_range(
        100.0, REFRACTION * mean_radius(LAT)
    )
    assert line_of_sight(sea, radar, point(40.0, reach - 500.0, 100.0))
    assert not line_of_sight(sea, radar, point(40.0, reach + 500.0, 100.0))
