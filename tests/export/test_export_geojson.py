"""GeoJSON: RFC 7946 by a linter of our own, and GDAL where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter

import pytest

from rempart.export.geojson import geojson_text, line
from rempart.export.recording import Recording

DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2}


def positions(geometry):
    found = geometry["coordinates"]
    for _ in range(DEPTH[geometry["type"]]):
        found = [inner for part in found for inner in (part if isinstance(part[0], list) else [part])]
    return found if DEPTH[geometry["type"]] else [found]


def lint(text):
    """The features; fails at the first member that breaks RFC 7946."""
    collection = json.loads(text, parse_constant=pytest.fail)
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    for feature in collection["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert feature["type"] == "Feature"
        geometry = feature["geometry"]
        lines = {"LineString": [geometry["coordinates"]], "MultiLineString": geometry["coordinates"]}
        assert all(len(part) >= 2 for part in lines.get(geometry["type"], []))
        for lon, lat, height in positions(geometry):
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
            assert -500 <= height <= 1e6
    return collection


def test_the_file_keeps_the_format(replay):
    collection = lint(geojson_text(replay))
    kinds = Counter(feature["properties"]["kind"] for feature in collection["features"])
    assert kinds == {"asset": 1, "sensor": 1, "fire unit": 1, "flight": 3, "shot": 3}


def test_everything_is_marked(replay):
    collection = lint(geojson_text(replay))
    assert collection["name"].startswith("SIMULATED - EXERCISE")
    assert {feature["properties"]["marking"] for feature in collection["features"]} == {
        "SIMULATED - EXERCISE"
    }


def test_a_flight_says_where_when_and_how(replay):
    features = lint(geojson_text(replay))["features"]
    missile = next(feature for feature in features if feature["properties"]["name"] == "missiles-1")
    told = missile["properties"]
    assert (told["outcome"], told["cause"], told["start"], told["end"]) == ("leaked", "masked", 10.0, 110.25)
    assert (told["lowest"], told["highest"]) == (35.0, 80.0)
    assert missile["geometry"]["coordinates"][0] == [44.35, 34.25, 80.0]
    assert missile["geometry"]["coordinates"][-1] == [44.35, 33.25, 35.0]


def test_what_marches_is_a_line_and_what_stands_a_point(marching):
    features = lint(geojson_text(marching))["features"]
    ground = [one for one in features if one["properties"]["kind"] in ("asset", "sensor", "fire unit")]
    shapes = {(one["properties"]["kind"], one["geometry"]["type"]) for one in ground}
    assert shapes == {
        ("asset", "Point"), ("asset", "LineString"), ("sensor", "LineString"), ("fire unit", "LineString"),
    }  # fmt: skip
    (convoy,) = (one for one in ground if one["properties"]["name"] == "convoy")
    line = convoy["geometry"]["coordinates"]
    assert (line[0], line[-1]) == ([44.35, 33.25, 35.0], [44.25, 33.35, 45.0])
    assert convoy["properties"]["value"] == 3.0


def test_a_line_across_the_180th_meridian_is_cut():
    east = line([(179.0, 10.0, 100.0), (-179.0, 12.0, 300.0), (-178.0, 12.0, 300.0)])
    assert east["type"] == "MultiLineString"
    assert east["coordinates"] == [
        [(179.0, 10.0, 100.0), [180.0, 11.0, 200.0]],
        [[-180.0, 11.0, 200.0], (-179.0, 12.0, 300.0), (-178.0, 12.0, 300.0)],
    ]
    west = line([(-179.5, 0.0, 0.0), (179.5, 1.0, 0.0)])
    assert [part[-1][0] for part in west["coordinates"]] == [-180.0, 179.5]


def test_gdal_reads_it(replay, tmp_path):
    if not shutil.which("ogrinfo"):
        pytest.skip("ogrinfo (package gdal-bin) is not installed")
    path = Recording(replay).to_geojson(tmp_path / "t17.geojson")
    told = subprocess.run(["ogrinfo", "-ro", "-so", "-al", path], capture_output=True, text=True, check=True)
    assert "Feature Count: 9" in told.stdout
    assert "Extent: (43.000000, 33.000000) - (44.350000, 34.250000)" in told.stdout
    assert "Warning" not in told.stderr
