"""Terrain files of three formats give the same heights; unusable files give one clear error."""

from __future__ import annotations

import math
import os
import sys

import numpy as np
import pytest

from rempart.base.errors import StoreError
from rempart.geo.store import load_terrain

rasterio = pytest.importorskip("rasterio")
from rasterio.shutil import copy as copy_raster  # noqa: E402
from rasterio.transform import from_origin  # noqa: E402

VOID = (10, 20)


def ground(lat, lon):
    """A made-up landscape [m] over degrees."""
    return np.round(1000 + 300 * np.sin(lat * 7) + 200 * np.cos(lon * 5))


def tile(lat0, columns):
    lats = lat0 + 1 - np.arange(1201)[:, None] / 1200
    lons = 24 + np.arange(columns)[None, :] / (columns - 1)
    heights = ground(lats, lons).astype(np.int16)
    heights[VOID] = -32767
    return heights


def write_tif(path, heights, north=46.0, west=24.0, step=0.1, step_east=None, **options):
    rows, columns = heights.shape
    step_east = step_east or step
    settings = {"crs": "EPSG:4326", "dtype": heights.dtype, **options}
    transform = from_origin(west - step_east / 2, north + step / 2, step_east, step)
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, transform=transform, **settings
    ) as raster:
        raster.write(heights, 1)
    return path


def write_tile(folder, kind, lat0):
    columns = 601 if kind == "dt1" and lat0 > 50 else 1201
    heights = tile(lat0, columns)
    if kind == "hgt":
        heights[VOID] = -32768
        path = folder / f"N{lat0}E024.hgt"
        heights.astype(">i2").tofile(path)
        return path
    path = write_tif(folder / "tile.tif", heights, lat0 + 1, 24.0, 1 / 1200, 1 / (columns - 1), nodata=-32767)
    if kind == "dt1":
        copy_raster(path, folder / "tile.dt1", driver="DTED")
        return folder / "tile.dt1"
    return path


@pytest.mark.parametrize("lat0", [45, 56])
@pytest.mark.parametrize(
    ("kind", "datum"), [("tif", "not stated"), ("hgt", "EGM96"), ("dt1", "mean sea level")]
)
def test_three_formats_agree(tmp_path, kind, datum, lat0):
    terrain = load_terrain(write_tile(tmp_path, kind, lat0))
    south, west, north, east = np.degrees(terrain.bounds)
    assert (south, west, north, east) == pytest.approx((lat0, 24, lat0 + 1, 25))
    for lat, lon in [(lat0 + 0.5, 24.5), (lat0 + 1, 24), (lat0 + 0.25, 24.75)]:
        assert terrain.height_at(math.radians(lat), math.radians(lon)) == pytest.approx(
            ground(lat, lon), abs=0.01
        )
    assert np.argwhere(np.isnan(terrain.heights)).tolist() == [list(VOID)]
    assert datum in terrain.datum
    assert terrain.posts.lon_step == pytest.approx(math.radians(1 / (terrain.heights.shape[1] - 1)))


def test_area_and_point_files_mean_the_same_centre(tmp_path):
    heights = np.arange(12, dtype=np.int16).reshape(3, 4)
    terrains = []
    for registration in ("Area", "Point"):
        path = write_tif(tmp_path / f"{registration}.tif", heights, tiled=False)
        with rasterio.open(path, "r+") as raster:
            raster.update_tags(AREA_OR_POINT=registration)
        terrains.append(load_terrain(path))
    assert terrains[0].posts == pytest.approx(terrains[1].posts)
    assert terrains[0].height_at(math.radians(46.0), math.radians(24.0)) == 0.0


def test_south_up_files_are_turned(tmp_path):
    path = write_tif(tmp_path / "up.tif", np.array([[1, 2], [3, 4]], dtype=np.int16), 45.0, 24.0, -0.1, 0.1)
    terrain = load_terrain(path)
    assert terrain.heights.tolist() == [[3, 4], [1, 2]]
    assert np.degrees(terrain.bounds) == pytest.approx((45.0, 24.0, 45.1, 24.1))


def test_feet_become_metres_and_voids_stay(tmp_path):
    path = write_tif(tmp_path / "feet.tif", np.array([[100, -9], [300, 400]], dtype=np.int16), nodata=-9)
    with rasterio.open(path, "r+") as raster:
        raster.units = ["ft"]
    assert load_terrain(path).heights == pytest.approx(
        np.array([[30.48, np.nan], [91.44, 121.92]]), nan_ok=True
    )


def test_another_coordinate_system_is_warped(tmp_path):
    x, y = np.meshgrid(np.arange(60) * 1000.0, np.arange(60) * 1000.0)
    heights = (500 + x / 100 + y / 50).astype(np.float32)
    path = write_tif(tmp_path / "utm.tif", heights, 5_050_000.0, 470_000.0, 1000.0, crs="EPSG:32635")
    terrain = load_terrain(path)
    from pyproj import Transformer

    lon, lat = Transformer.from_crs(32635, 4326, always_xy=True).transform(500_000.0, 5_020_000.0)
    found = terrain.height_at(math.radians(lat), math.radians(lon))
    assert found == pytest.approx(500 + 30_000 / 100 + 30_000 / 50, abs=2.0)


def test_vertical_datum_is_recorded(tmp_path):
    path = write_tif(tmp_path / "egm.tif", np.ones((3, 3), dtype=np.int16), crs="EPSG:4326+5773")
    assert "EGM96" in load_terrain(path).datum


def refusal(path):
    with pytest.raises(StoreError) as caught:
        load_terrain(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["tif", "hgt", "dt1"])
def test_truncated_files_are_noticed(tmp_path, kind):
    path = write_tile(tmp_path, kind, 45)
    content = path.read_bytes()
    for share in (0.01, 0.5, 0.999):
        path.write_bytes(content[: int(len(content) * share)])
        assert "cannot be read" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"junk", os.urandom(5000), b"<VRTDataset/>"])
def test_other_content_is_refused(tmp_path, content):
    path = tmp_path / "file.tif"
    path.write_bytes(content)
    assert "neither GeoTIFF, HGT nor DTED" in refusal(path)


def test_files_that_are_not_terrain_are_refused(tmp_path):
    ones = np.ones((3, 3), dtype=np.int16)
    assert "no coordinate system" in refusal(write_tif(tmp_path / "a.tif", ones, crs=None))
    assert "nothing but voids" in refusal(write_tif(tmp_path / "b.tif", ones, nodata=1))
    assert "too few" in refusal(write_tif(tmp_path / "c.tif", ones[:1]))
    assert "beyond the poles" in refusal(write_tif(tmp_path / "d.tif", ones, north=95.0))
    assert "not heights" in refusal(write_tif(tmp_path / "e.tif", ones.astype(np.complex64)))


def test_a_huge_raster_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.tif"
    transform = from_origin(0, 50, 1e-4, 1e-4)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=100_000,
        height=100_000,
        count=1,
        dtype="int16",
        crs="EPSG:4326",
        transform=transform,
        sparse_ok=True,
        tiled=True,
    ):
        pass
    assert "more than" in refusal(path)


def test_without_rasterio_the_message_says_what_to_install(tmp_path, monkeypatch):
    path = write_tif(tmp_path / "a.tif", np.ones((3, 3), dtype=np.int16))
    monkeypatch.setitem(sys.modules, "rasterio", None)
    assert "-m pip install" in refusal(path)
