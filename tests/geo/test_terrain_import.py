"""Terrain files brought into the store: merged, resampled, filled, described; bad ones leave nothing."""

from __future__ import annotations

import json
import math
import shutil
import subprocess

import numpy as np
import pytest

from rempart.base.errors import StoreError
from rempart.geo import importing, mosaic
from rempart.geo.importing import import_terrain
from rempart.geo.store import filled_posts, load_terrain, stored_names, stored_terrain

rasterio = pytest.importorskip("rasterio")
from rasterio.shutil import copy as copy_raster  # noqa: E402
from rasterio.transform import Affine, from_origin  # noqa: E402


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("REMPART_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "terrain"


def plane(lat, lon):
    """Heights [m] that bilinear interpolation keeps: linear in both angles [deg]."""
    return 2000.0 + 40.0 * (lat - 50.0) + 10.0 * (lon - 10.0)


def tile(path, south, west, rows=13, columns=13, void=None, driver="GTiff", **options):
    """A tile of one degree with posts on its edges, as HGT and DTED have them."""
    lat = south + 1.0 - np.arange(rows)[:, None] / (rows - 1)
    lon = west + np.arange(columns)[None, :] / (columns - 1)
    heights = np.round(plane(lat, lon)).astype(np.int16)
    if void is not None:
        heights[void] = -32767
    step_down, step_right = 1.0 / (rows - 1), 1.0 / (columns - 1)
    transform = from_origin(west - step_right / 2, south + 1.0 + step_down / 2, step_right, step_down)
    settings = {"crs": "EPSG:4326", "nodata": -32767, "dtype": "int16", "count": 1, **options}
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, transform=transform, **settings
    ) as out:
        out.write(heights, 1)
    if driver != "GTiff":
        shutil.move(path, path.with_suffix(".tif"))
        copy_raster(path.with_suffix(".tif"), path, driver=driver)
    return path


def at(terrain, lat_deg, lon_deg):
    return terrain.height_at(math.radians(lat_deg), math.radians(lon_deg))


def refusal(*paths, **options):
    with pytest.raises(StoreError) as caught:
        import_terrain(list(paths), **options)
    assert stored_names() == ()
    return str(caught.value)


def test_a_file_keeps_its_posts_exactly(tmp_path):
    path = tile(tmp_path / "one.tif", 50, 10)
    manifest = import_terrain([path])
    terrain = load_terrain("one")
    assert manifest.name == "one"
    assert manifest.resampling == "none: every post is the file's own"
    assert np.array_equal(terrain.heights, load_terrain(path).heights)
    assert terrain.posts == pytest.approx(load_terrain(path).posts)
    assert manifest.extent_deg == pytest.approx((50.0, 10.0, 51.0, 11.0))


def test_neighbours_become_one(tmp_path):
    paths = [tile(tmp_path / f"{west}.tif", 50, west) for west in (10, 11)]
    manifest = import_terrain(paths, "both")
    assert manifest.shape == (13, 25)
    assert (manifest.n_voids, manifest.n_uncovered) == (0, 0)
    assert [source["file"] for source in manifest.sources] == ["10.tif", "11.tif"]
    terrain = load_terrain("both")
    assert at(terrain, 50.5, 11.0) == round(plane(50.5, 11.0))
    assert at(terrain, 50.25, 11.75) == round(plane(50.25, 11.75))


def test_tiles_on_both_sides_of_the_date_line_meet(tmp_path):
    manifest = import_terrain([tile(tmp_path / "w.tif", 50, 179), tile(tmp_path / "e.tif", 50, -180)], "line")
    assert manifest.shape == (13, 25)
    terrain = load_terrain("line")
    assert at(terrain, 50.5, 179.5) == round(plane(50.5, 179.5))
    assert at(terrain, 50.5, -179.5) == round(plane(50.5, -179.5))


def test_what_no_file_covers_has_no_height_and_is_no_void(tmp_path):
    paths = [tile(tmp_path / "a.tif", 50, 10), tile(tmp_path / "b.tif", 51, 11)]
    manifest = import_terrain(paths, "corner", fills_voids=True)
    assert manifest.n_uncovered == 2 * 12 * 12
    assert (manifest.n_voids, manifest.n_filled) == (0, 0)
    assert not load_terrain("corner").contains(math.radians(51.5), math.radians(10.5))


def test_dted_keeps_every_post_on_both_sides_of_a_zone(tmp_path):
    """North of 50 deg a DTED tile has half the columns; each of its own posts must survive a merge."""
    south = tile(tmp_path / "s.dt0", 49, 10, 121, 121, driver="DTED")
    north = tile(tmp_path / "n.dt0", 50, 10, 121, 61, driver="DTED")
    manifest = import_terrain([south, north], "zones")
    assert manifest.shape == (241, 121)
    assert manifest.resampling == "bilinear between the files' own posts"
    merged, own = load_terrain("zones"), load_terrain(north)
    assert own.heights.shape == (121, 61)
    assert np.array_equal(merged.heights[:121, ::2], own.heights)
    between = 0.5 * (own.heights[:, :-1] + own.heights[:, 1:])
    assert merged.heights[:120, 1::2] == pytest.approx(between[:120], abs=1e-3)
    assert np.array_equal(merged.heights[121:], load_terrain(south).heights[1:])


def test_a_finer_tile_rules_where_two_overlap(tmp_path):
    coarse = tile(tmp_path / "coarse.tif", 50, 10, 5, 5)
    fine = tile(tmp_path / "fine.tif", 50, 10, 13, 13)
    import_terrain([coarse, fine], "both")
    assert np.array_equal(load_terrain("both").heights, load_terrain(fine).heights)


def test_voids_stay_and_are_counted(tmp_path):
    manifest = import_terrain([tile(tmp_path / "v.tif", 50, 10, void=(slice(4, 6), 7))])
    assert (manifest.n_voids, manifest.n_filled, manifest.filled) == (2, 0, "")
    assert np.argwhere(np.isnan(load_terrain("v").heights)).tolist() == [[4, 7], [5, 7]]
    assert not filled_posts("v").any()


def test_voids_are_filled_on_request_and_marked(tmp_path):
    path = tile(tmp_path / "v.tif", 50, 10, void=(slice(4, 6), 7))
    manifest = import_terrain([path], fills_voids=True)
    assert (manifest.n_voids, manifest.n_filled) == (0, 2)
    assert np.argwhere(filled_posts("v")).tolist() == [[4, 7], [5, 7]]
    heights = load_terrain("v").heights
    around = heights[3:7, 6:9]
    assert around.min() <= heights[4, 7] <= around.max()
    assert np.array_equal(heights[6:], load_terrain(path).heights[6:])


def test_a_void_far_from_ground_is_not_filled(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "FILL_REACH", 2)
    path = tile(tmp_path / "v.tif", 50, 10, void=(slice(2, 11), slice(2, 11)))
    manifest = import_terrain([path], fills_voids=True)
    assert manifest.n_voids > 0
    assert manifest.n_voids + manifest.n_filled == 81
    assert np.isnan(load_terrain("v").heights).sum() == manifest.n_voids


def test_a_void_in_one_file_is_taken_from_the_next(tmp_path):
    paths = [tile(tmp_path / "a.tif", 50, 10, void=(4, 7)), tile(tmp_path / "b.tif", 50, 10)]
    assert import_terrain(paths, "both").n_voids == 0


def test_too_many_posts_are_thinned_to_means(tmp_path):
    path = tile(tmp_path / "fine.tif", 50, 10, 121, 121)
    thin = mosaic.mosaic([path], limit=1000)
    assert thin.thinning == 4
    assert thin.grid.shape == (31, 31)
    assert thin.resampling == "thinned: mean over 4 × 4 posts"
    whole = load_terrain(path).heights
    expected = whole[2:7, 2:7].astype(float)
    weights = np.outer([0.5, 1, 1, 1, 0.5], [0.5, 1, 1, 1, 0.5])
    assert thin.heights[1, 1] == pytest.approx((expected * weights).sum() / weights.sum(), abs=1.0)
    inner = thin.heights[1:-1, 1:-1]
    assert inner == pytest.approx(whole[4:-4:4, 4:-4:4], abs=1.0)


def test_a_void_stays_a_void_when_thinned(tmp_path):
    path = tile(tmp_path / "fine.tif", 50, 10, 121, 121, void=(40, 40))
    thin = mosaic.mosaic([path], limit=1000)
    assert np.argwhere(np.isnan(thin.heights)).tolist() == [[10, 10]]


def test_strips_make_no_seams(tmp_path, monkeypatch):
    path = tile(tmp_path / "fine.tif", 50, 10, 121, 121)
    whole = mosaic.mosaic([path], limit=1000).heights
    monkeypatch.setattr(mosaic, "STRIP_POSTS", 700)
    assert np.array_equal(mosaic.mosaic([path], limit=1000).heights, whole)


def utm(path, centre_east, crs, turn=0.0):
    """A projected raster of 60 × 60 km whose heights grow by 1 m a kilometre to the north."""
    north = 5_600_000.0 - 1000.0 * (np.arange(60)[:, None] + 0.5) + 0.0 * np.arange(60)[None, :]
    transform = Affine.translation(centre_east - 30_000.0, 5_600_000.0) * Affine.rotation(turn)
    transform = transform * Affine.scale(1000.0, -1000.0)
    if turn:
        rows, columns = np.mgrid[0:60, 0:60] + 0.5
        north = transform.f + transform.d * columns + transform.e * rows
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=60, count=1, dtype="float32", crs=crs, transform=transform
    ) as out:
        out.write((north / 1000.0 - 5000.0).astype(np.float32), 1)
    return path


@pytest.mark.parametrize(("east", "crs", "turn"), [
    (500_000.0, "EPSG:32632", 0.0), (500_000.0, "EPSG:32632", 20.0), (714_000.0, "EPSG:32660", 0.0),
])  # fmt: skip
def test_projected_files_are_warped_also_turned_and_across_the_date_line(tmp_path, east, crs, turn):
    from pyproj import Transformer

    path = utm(tmp_path / "utm.tif", east, crs, turn)
    manifest = import_terrain([path])
    assert "warped" in manifest.resampling
    assert manifest.n_uncovered > 0
    assert manifest.n_voids == 0
    terrain = load_terrain("utm")
    assert max(terrain.heights.shape) < 200
    away = Transformer.from_crs(crs, 4326, always_xy=True)
    for dx, dy in ((0.0, -30_000.0), (10_000.0, -40_000.0), (-8_000.0, -25_000.0)):
        lon, lat = away.transform(east + dx, 5_600_000.0 + dy)
        assert at(terrain, lat, lon) == pytest.approx(600.0 + dy / 1000.0, abs=0.6)


def test_another_datum_is_shifted(tmp_path):
    """Nahrwan 1967, used around the Gulf, lies some 300 m from WGS-84."""
    from pyproj import Transformer

    nahrwan = "+proj=longlat +a=6378249.145 +rf=293.465 +towgs84=-242.2,-144.9,370.3,0,0,0,0 +type=crs"
    path = tile(tmp_path / "nahrwan.tif", 30, 47, 1201, 1201, crs=nahrwan)
    terrain = load_terrain(path)
    lon, lat = Transformer.from_crs(nahrwan, 4326, always_xy=True).transform(47.5, 30.5)
    assert 1e-3 < abs(lat - 30.5) < 0.01
    south, west, _, _ = np.degrees(terrain.bounds)
    assert (south, west) == pytest.approx((lat - 0.5, lon - 0.5), abs=2e-3)
    assert abs(south - 30.0) > 1e-3


def test_wgs84_under_another_name_is_not_warped(tmp_path):
    for number, system in enumerate(("EPSG:4979", "+proj=longlat +datum=WGS84 +towgs84=0,0,0,0,0,0,0")):
        path = tile(tmp_path / f"t{number}.tif", 50, 10, crs=system)
        assert import_terrain([path]).resampling == "none: every post is the file's own"


def test_bad_files_are_refused_and_leave_nothing(tmp_path):
    good = tile(tmp_path / "good.tif", 50, 10)
    content = good.read_bytes()
    cut = tmp_path / "cut.tif"
    cut.write_bytes(content[:-20])
    assert "cannot be read" in refusal(good, cut)
    junk = tmp_path / "junk.tif"
    junk.write_bytes(b"not a raster at all")
    assert "neither GeoTIFF, HGT nor DTED" in refusal(junk)
    assert "no such file" in refusal(tmp_path / "absent.tif")
    assert "is a folder" in refusal(tmp_path)
    assert "no coordinate system" in refusal(tile(tmp_path / "nowhere.tif", 50, 10, crs=None))
    assert "nothing but voids" in refusal(tile(tmp_path / "void.tif", 50, 10, void=slice(None)))


def test_heights_in_another_unit_are_refused(tmp_path):
    path = tmp_path / "cm.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=4, count=1, dtype="int32", crs="EPSG:4326",
        transform=from_origin(10.0, 50.0, 0.1, 0.1),
    ) as out:  # fmt: skip
        out.write(np.full((4, 4), 120_000, np.int32), 1)
    assert "which no ground has" in refusal(path)


@pytest.mark.parametrize("name", ["iraq", "flat", "a b", "../x", "", "7th", "x" * 41])
def test_a_name_that_cannot_be_is_refused(tmp_path, name):
    path = tile(tmp_path / "good.tif", 50, 10)
    if name:
        assert "Choose another with --name" in refusal(path, name=name)
    else:
        assert import_terrain([path], name).name == "good"


@pytest.mark.shared
def test_gdal_agrees_with_the_shipped_crop(shared):
    manifest = import_terrain([shared / "data" / "terrain" / "globe30s_iraq_theatre.tif"], "globe")
    assert np.array_equal(load_terrain("globe").heights, load_terrain("iraq").heights)
    assert manifest.n_voids == 0


@pytest.fixture
def gdal():
    for program in ("gdalinfo", "gdalwarp", "gdal_translate"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (package gdal-bin)")

    def call(*arguments):
        done = subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=True, timeout=120)
        return done.stdout

    return call


@pytest.mark.shared
def test_gdal_agrees_on_real_ridges_as_dted_and_as_utm(shared, tmp_path, gdal):
    """The same ridges from DTED made by GDAL, and from GDAL's own warp of them out of UTM."""
    with np.load(shared / "data" / "terrain" / "jacksboro_fault_dem.npz") as file:
        ridges = file["elevation"]
    source = tmp_path / "ridges.tif"
    rows, columns = ridges.shape
    with rasterio.open(
        source, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="int16", crs="EPSG:4326",
        transform=from_origin(-84.41, 36.73, 1 / 1200, 1 / 1200), nodata=-32767,
    ) as out:  # fmt: skip
        out.write(ridges.astype(np.int16), 1)
    gdal(
        "gdalwarp",
        "-q",
        "-t_srs",
        "EPSG:32616",
        "-tr",
        90,
        90,
        "-r",
        "bilinear",
        source,
        tmp_path / "utm.tif",
    )
    import_terrain([tmp_path / "utm.tif"], "ours")
    ours = load_terrain("ours")
    told = json.loads(gdal("gdalinfo", "-json", tmp_path / "utm.tif"))
    assert told["size"] == list(rasterio.open(tmp_path / "utm.tif").shape[::-1])
    south, west, north, east = np.degrees(ours.bounds)
    step = np.degrees(ours.posts.lat_step)
    gdal(
        "gdalwarp", "-q", "-t_srs", "EPSG:4326", "-r", "bilinear", "-dstnodata", -9999, "-ot", "Float32",
        "-te", west - step / 2, south - step / 2, east + step / 2, north + step / 2,
        "-ts", ours.heights.shape[1], ours.heights.shape[0], tmp_path / "utm.tif", tmp_path / "theirs.tif",
    )  # fmt: skip
    with rasterio.open(tmp_path / "theirs.tif") as file:
        theirs = file.read(1)
    both = (theirs != -9999) & ~np.isnan(ours.heights)
    assert both.mean() > 0.85
    assert np.abs(theirs - ours.heights)[both].max() < 0.5


def test_the_manifest_tells_everything(tmp_path, store):
    import_terrain([tile(tmp_path / "one.tif", 50, 10)])
    told = json.loads((store / "one.json").read_text())
    assert told["form"] == 1
    assert told["sources"][0]["file"] == "one.tif"
    assert len(told["sources"][0]["sha256"]) == 64
    assert stored_terrain("one").step_arcsec == (300.0, 300.0)
    assert (store / f"{told['digest']}.npy").is_file()
