"""Slow plain twins of the geometry kernels: the obvious way, with other libraries."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod
from scipy.interpolate import RegularGridInterpolator

from rempart.geo.frames import mean_radius
from rempart.geo.masking import computed_map, line_of_sight, mask_height, sample_distances, site_of
from rempart.geo.profile import visible_profile
from rempart.geo.terrain import Posts, Terrain, bilinear

GEOD = Geod(ellps="WGS84")


def elevations(distances, heights, antenna, radius):
    """Elevation [rad] of points over a sphere, from their places in the plane of the ray."""
    x = (radius + heights) * np.sin(distances / radius)
    y = (radius + heights) * np.cos(distances / radius)
    return np.arctan2(y - radius - antenna, x)


def naive_profile(ground, distances, antenna, radius):
    """For each sample, search for the height at which it rises above all ground before it."""
    seen = elevations(distances, np.asarray(ground), antenna, radius)
    lowest = [ground[0], ground[1]]
    for j in range(2, len(ground)):
        highest, low, high = seen[1:j].max(), -1e4, 1e6
        for _ in range(70):
            middle = 0.5 * (low + high)
            hidden = elevations(distances[j], middle, antenna, radius) < highest
            low, high = (middle, high) if hidden else (low, middle)
        lowest.append(max(ground[j], high))
    return lowest


@pytest.mark.parametrize("seed", range(12))
def test_profile_against_bisection(seed):
    dice = np.random.default_rng(seed)
    ground = np.cumsum(dice.normal(0.0, 60.0, 80))
    distances = np.concatenate([[0.0], np.cumsum(dice.uniform(30.0, 3000.0, 79))])
    antenna, found = ground[0] + dice.uniform(0.0, 300.0), np.empty(80)
    visible_profile(ground, distances, antenna, 1 / 8.5e6, found)
    assert found == pytest.approx(naive_profile(ground, distances, antenna, 8.5e6), abs=1e-5)


def test_bilinear_against_scipy():
    dice = np.random.default_rng(5)
    heights = dice.uniform(-400.0, 8000.0, (9, 7)).astype(np.float32)
    heights[4, 3] = np.nan
    twin = RegularGridInterpolator((range(9), range(7)), heights, bounds_error=False)
    places = dice.uniform(-0.5, [8.5, 6.5], (2000, 2))
    found = [bilinear(heights, row, column) for row, column in places]
    assert found == pytest.approx(twin(places), abs=1e-3, nan_ok=True)
    assert 0.05 < np.isnan(found).mean() < 0.5


def test_lookup_against_scipy():
    dice = np.random.default_rng(6)
    heights = dice.uniform(0.0, 5000.0, (720, 40)).astype(np.float32)
    around = np.vstack([heights, heights[:1]])
    twin = RegularGridInterpolator((np.linspace(0, 2 * math.pi, 721), np.arange(40) * 500.0), around)
    places = dice.uniform(0.0, [2 * math.pi, 19.5e3], (1000, 2))
    found = [mask_height(heights, 500.0, azimuth, distance) for azimuth, distance in places]
    assert found == pytest.approx(twin(places), abs=1e-2)


@pytest.fixture(scope="module")
def ridges(shared):
    """Real ridges of 236 to 1076 m at 3 arc seconds."""
    stored = np.load(shared / "data" / "terrain" / "jacksboro_fault_dem.npz")
    rows, columns = stored["elevation"].shape
    north, south = sorted(np.radians([stored["ymin"].item(), stored["ymax"].item()]), reverse=True)
    west, east = np.radians([stored["xmin"].item(), stored["xmax"].item()])
    lat_step, lon_step = (north - south) / rows, (east - west) / columns
    posts = Posts(north - lat_step / 2, west + lon_step / 2, lat_step, lon_step)
    return Terrain("ridges", stored["elevation"], posts, "mean sea level", "matplotlib sample")


def naive_ground(terrain, lats, lons):
    """Ground heights by SciPy, 0 outside."""
    rows, columns = terrain.heights.shape
    twin = RegularGridInterpolator(
        (range(rows), range(columns)), terrain.heights, bounds_error=False, fill_value=0.0
    )
    north, west, lat_step, lon_step = terrain.posts
    return twin(np.stack([(north - lats) / lat_step, (lons - west) / lon_step], axis=-1))


def test_map_of_real_ridges_ray_by_ray(ridges):
    south, west, north, east = ridges.bounds
    lat, lon = 0.5 * (south + north), 0.5 * (west + east)
    found = computed_map(ridges, site_of(ridges, lat, lon, 15.0, 0.3), 14e3)
    radius = 4 / 3 * mean_radius(lat)
    distances, columns = sample_distances(500.0, found.height.shape[1] - 1, ridges.spacing)
    for ray in range(0, 720, 90):
        azimuth = 0.3 + 2 * math.pi * ray / 720
        same = np.full_like(distances, 1.0)
        lons, lats, _ = GEOD.fwd(lon * same, lat * same, azimuth * same, distances, radians=True)
        ground = naive_ground(ridges, lats, lons)
        expected = np.array(naive_profile(ground, distances, ground[0] + 15.0, radius))
        assert found.height[ray] == pytest.approx(expected[columns], abs=0.1)
    assert found.height.max() > 1500.0


def naive_clearance(terrain, start, end):
    """Height [m] of `end` above the lowest height seen from `start`, finely sampled by PROJ and SciPy."""
    azimuth, _, distance = GEOD.inv(start[1], start[0], end[1], end[0], radians=True)
    distances = np.linspace(0.0, distance, math.ceil(distance / 20.0) + 1)
    same = np.ones_like(distances)
    lons, lats, _ = GEOD.fwd(start[1] * same, start[0] * same, azimuth * same, distances, radians=True)
    ground = naive_ground(terrain, lats, lons)
    radius = 4 / 3 * mean_radius(start[0])
    highest = elevations(distances[1:-1], ground[1:-1], start[2], radius).max()
    rise = elevations(distances[-1], end[2], start[2], radius) - highest
    return min(rise * distance, end[2] - ground[-1])


def test_line_of_sight_over_real_ridges(ridges):
    dice = np.random.default_rng(7)
    south, west, north, east = ridges.bounds
    n_seen, n_hidden, n_close = 0, 0, 0
    for _ in range(300):
        lats, lons = dice.uniform(south, north, 2), dice.uniform(west, east, 2)
        start, end = (
            (lat, lon, ridges.ground_at(lat, lon) + above)
            for lat, lon, above in zip(lats, lons, (15.0, dice.uniform(50, 900)), strict=True)
        )
        clearance = naive_clearance(ridges, start, end)
        if abs(clearance) < 10.0:
            # A ridge between two samples: the two march the ground at different steps.
            n_close += 1
            continue
        assert line_of_sight(ridges, start, end) == (clearance > 0.0)
        n_seen, n_hidden = n_seen + (clearance > 0.0), n_hidden + (clearance <= 0.0)
    assert min(n_seen, n_hidden) > 60
    assert n_close < 40


FIGURES = """
import sys
import numpy as np
from rempart.geo import frames, horizon, masking, rays, terrain
dice = np.random.default_rng(3)
numbers = []
for lat, lon, turn, height, distance in dice.uniform([-1.5, -3, 0, 0, 1], [1.5, 3, 6, 2e4, 5e5], (100, 5)):
    x, y, z = frames.geodetic_to_enu(lat + 0.01, lon + 0.01, height, lat, lon, 0.0)
    numbers += [x, y, z, frames.height_above(x, y, z, frames.mean_radius(lat)), *frames.enu_to_aer(x, y, z)]
    numbers += frames.ecef_to_geodetic(*frames.geodetic_to_ecef(lat, lon, height))
    numbers += [*rays.point_on_ray(rays.ray_from(lat, lon, turn), distance)]
    numbers += [frames.frame_north(lat, lon, 0.5, 0.6)]
    numbers += [horizon.horizon_range(height, 8e6), horizon.elevation_of(distance, height, 10.0, 8e6)]
    numbers += [horizon.range_to_height(0.02, height + 20, 10.0, 8e6)]
ground = dice.uniform(0, 2000, (40, 50))
ground[5, 7] = np.nan
hills = terrain.Terrain("hills", ground, terrain.Posts(0.6, 0.7, 2e-4, 2e-4), "", "")
heights = np.empty((12, 60), np.float32)
site = masking.site_of(hills, 0.595, 0.705, 10.0, 0.1)
distances, kept = masking.sample_distances(500.0, 59, hills.spacing)
numbers += masking.fill_map(hills.heights, hills.posts, site, distances, kept, 1 / 8.4e6, heights)
numbers += list(heights.ravel())
places = dice.uniform([-7, 0], [7, 29e3], (100, 2))
numbers += [masking.mask_height(heights, 500.0, *place) for place in places]
sys.stdout.write(" ".join(float(number).hex() for number in numbers))
"""


def test_plain_and_compiled_give_the_same_numbers():
    source = Path(__file__).resolve().parents[2] / "src"
    answers = []
    for plain in ("0", "1"):
        environment = {**os.environ, "REMPART_PLAIN": plain, "PYTHONPATH": str(source)}
        answer = subprocess.run(
            [sys.executable, "-c", FIGURES],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        answers.append(answer.stdout.split())
    assert len(answers[0]) > 2000
    assert answers[0] == answers[1]
