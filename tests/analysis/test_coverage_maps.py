"""Coverage as shares, as a picture, and as files that other programs read."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from rempart.analysis.coverage import coverage_answer, height_label, shares
from rempart.analysis.coverage_map import coverage_png, coverage_svg
from rempart.analysis.painting import png_of
from rempart.analysis.svg import Picture
from rempart.base.units import Height
from rempart.export.coverage import coverage_geojson, coverage_geotiff
from rempart.geo.region import load_region
from rempart.run.coverage import NO_AIR, coverage
from rempart.run.results import MARKING
from scenario_builder import HILLS, scenario_of


@cache
def found():
    heights = [Height(300.0, "agl"), Height(500.0, "amsl"), Height(4000.0, "amsl")]
    return coverage(scenario_of(HILLS), heights, region=load_region("iraq"), step=8000.0)


def test_shares_add_up():
    for share in shares(found()):
        assert share.air >= share.seen >= share.seen_twice >= 0
        assert share.seen >= share.engaged
    low, under, high = shares(found())
    assert low.air == high.air > under.air
    assert high.seen > low.seen
    assert high.of_air(high.air) == 1.0


def test_the_answer_is_plain_json():
    told = json.loads(json.dumps(coverage_answer(found()), allow_nan=False))
    assert told["marking"] == MARKING
    assert told["region"] == "iraq"
    assert told["region_km2"] == pytest.approx(437_250, rel=0.01)
    assert [row["altitude"] for row in told["altitudes"]] == ["300 m agl", "500 m amsl", "4 km amsl"]
    assert told["altitudes"][2]["seen_share"] == pytest.approx(
        told["altitudes"][2]["seen_km2"] / told["altitudes"][2]["air_km2"], abs=1e-5
    )


def test_without_weapons_the_legend_has_no_reach_of_weapons():
    radar = {"watch": {"system": "surveillance-radar", "at": [35.25, 45.30]}}
    seen = coverage(scenario_of(HILLS, defence__batteries=radar), [Height(4000.0, "amsl")], step=40000.0)
    assert "weapons reach, and their radar" not in coverage_svg(seen)
    assert "weapons reach, and their radar" in coverage_svg(found())


def test_heights_are_written_as_people_do():
    assert height_label(Height(999.0, "agl")) == "999 m agl"
    assert height_label(Height(10_000.0, "amsl")) == "10 km amsl"


def test_the_svg_is_whole_and_refers_to_nothing_outside():
    markup = coverage_svg(found())
    root = ElementTree.fromstring(markup)
    assert MARKING in "".join(root.itertext())
    links = [value for element in root.iter() for name, value in element.attrib.items() if "href" in name]
    assert links
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert markup == coverage_svg(found())


def test_the_png_shows_sea_blue_where_radars_see():
    with Image.open(io.BytesIO(coverage_png(found()))) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    assert pixels.shape[2] == 3
    assert min(pixels.shape[:2]) > 500
    bluish = (pixels[..., 2] - pixels[..., 0] > 60).mean()
    assert 0.002 < bluish < 0.5


def test_painting_puts_things_where_the_picture_says():
    picture = Picture(40.0, 20.0)
    picture.rect(0, 0, 20, 20, "#ff0000")
    picture.rect(20, 0, 20, 20, "#0000ff", fill_opacity=0.5)
    picture.line(0, 10, 20, 10, "#00ff00", stroke_width=4)
    with Image.open(io.BytesIO(png_of(picture))) as painted:
        assert painted.size == (60, 30)
        assert painted.getpixel((8, 4)) == (255, 0, 0)
        assert painted.getpixel((50, 4)) == pytest.approx((127, 127, 255), abs=2)
        assert painted.getpixel((8, 15)) == (0, 255, 0)


def test_geojson_polygons_add_up_to_the_cells():
    from pyproj import Geod

    told = json.loads(coverage_geojson(found()))
    assert told["marking"] == MARKING
    assert {f["properties"]["kind"] for f in told["features"]} == {"battery", "seen", "engaged"}
    for feature in told["features"]:
        if feature["geometry"]["type"] != "MultiPolygon":
            continue
        total = 0.0
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                lons, lats = zip(*ring, strict=True)
                total += Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)[0]
        assert total / 1e6 == pytest.approx(feature["properties"]["area_km2"], rel=2e-3, abs=1.0)


@pytest.fixture
def tif(tmp_path):
    path = tmp_path / "c.tif"
    path.write_bytes(coverage_geotiff(found()))
    return path


def test_rasterio_reads_the_geotiff(tif):
    rasterio = pytest.importorskip("rasterio")
    with rasterio.open(tif) as file:
        assert file.crs.to_epsg() == 4326
        assert file.nodata == NO_AIR
        assert file.count == 6
        assert file.descriptions[1] == "engaged at 300 m agl"
        assert MARKING in file.tags()["TIFFTAG_IMAGEDESCRIPTION"]
        for band, layer in enumerate(found().layers):
            assert np.array_equal(file.read(2 * band + 1), layer.seen)
            assert np.array_equal(file.read(2 * band + 2), layer.engaged)
        posts = found().grid.posts
        assert file.xy(0, 0) == pytest.approx((np.degrees(posts.west), np.degrees(posts.north)))
        assert file.xy(3, 5) == pytest.approx(
            (np.degrees(posts.west + 5 * posts.lon_step), np.degrees(posts.north - 3 * posts.lat_step))
        )


def test_gdalinfo_reads_the_geotiff(tif):
    if shutil.which("gdalinfo") is None:
        pytest.skip("gdalinfo is not installed (package gdal-bin)")
    done = subprocess.run(
        ["gdalinfo", "-json", "-stats", str(tif)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    told = json.loads(done.stdout)
    layer = found().layers[0]
    seen = layer.seen[layer.is_air]
    assert told["size"] == list(found().grid.shape[::-1])
    assert told["bands"][0]["noDataValue"] == NO_AIR
    assert told["bands"][0]["maximum"] == seen.max()
    assert told["bands"][0]["mean"] == pytest.approx(seen.mean(), abs=6e-4)
