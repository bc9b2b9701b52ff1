"""Regions: areas come out right, holes are left out, and what is no polygon is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rempart.base.errors import StoreError
from rempart.geo.areas import cell_areas
from rempart.geo.region import load_region
from rempart.geo.terrain import Posts

SQUARE = [[10, 50], [12, 50], [12, 52], [10, 52], [10, 50]]
HOLE = [[10.5, 50.5], [10.5, 51.5], [11.5, 51.5], [11.5, 50.5], [10.5, 50.5]]


def region(tmp_path, geometry):
    path = tmp_path / "r.geojson"
    path.write_text(geometry if isinstance(geometry, str) else json.dumps(geometry))
    return load_region(path)


def area(found, step=0.01):
    south, west, north, east = found.bounds
    step = np.radians(step)
    posts = Posts(north - step / 2, west + step / 2, step, step)
    shape = round((north - south) / step) + 1, round((east - west) / step) + 1
    return float((found.holds(posts, shape) * cell_areas(posts, shape[0])[:, None]).sum()) / 1e6


def geodesic_area(ring):
    from pyproj import Geod

    lons, lats = zip(*ring, strict=True)
    return abs(Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)[0]) / 1e6


def test_iraq_has_the_area_that_geodesics_give_its_outline():
    iraq = load_region("iraq")
    ring = np.degrees(iraq.polygons[0][0])
    assert area(iraq) == pytest.approx(geodesic_area(ring.tolist()), rel=1e-3)
    assert area(iraq) == pytest.approx(437_250, rel=1e-3)
    assert "Natural Earth" in iraq.source


def test_the_cells_of_the_globe_are_the_area_of_the_ellipsoid():
    step = np.pi / 180
    total = cell_areas(Posts(np.pi / 2 - step / 2, 0.0, step, step), 180).sum() * 360
    assert total / 1e6 == pytest.approx(510_065_621.724, rel=1e-9)


@pytest.mark.parametrize("wrap", [
    lambda rings: {"type": "Polygon", "coordinates": rings},
    lambda rings: {"type": "MultiPolygon", "coordinates": [rings]},
    lambda rings: {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": rings}},
    lambda rings: {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": rings}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}},
    ]},
])  # fmt: skip
def test_a_hole_is_left_out(tmp_path, wrap):
    whole, holed = area(region(tmp_path, wrap([SQUARE]))), area(region(tmp_path, wrap([SQUARE, HOLE])))
    assert holed == pytest.approx(0.75 * whole, rel=0.02)


def test_a_region_across_the_date_line(tmp_path):
    ring = [[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]
    found = region(tmp_path, {"type": "Polygon", "coordinates": [ring]})
    assert np.degrees(found.bounds) == pytest.approx((0, 179, 1, 181))
    cut = [[[[179, 0], [180, 0], [180, 1], [179, 1], [179, 0]]],
           [[[-180, 0], [-179, 0], [-179, 1], [-180, 1], [-180, 0]]]]  # fmt: skip
    assert area(region(tmp_path, {"type": "MultiPolygon", "coordinates": cut})) == pytest.approx(
        area(found), rel=0.02
    )


@pytest.mark.parametrize("content", [
    "", "junk", "[]", "3", "null", '{"type":"Polygon"}', '{"type":"Point","coordinates":[0,0]}',
    '{"type":"Polygon","coordinates":[]}', '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,200],[0,0]]]}',
    '{"type":"Polygon","coordinates":[[[0,0],["a",0],[1,2],[0,0]]]}',
    '{"type":"Polygon","coordinates":[[[0,0],[null,0],[1,2],[0,0]]]}',
    '{"type":"Feature","geometry":null}', "[" * 5000,
])  # fmt: skip
def test_what_is_no_polygon_is_refused(tmp_path, content):
    with pytest.raises(StoreError):
        region(tmp_path, content)


def test_an_unknown_region_is_refused():
    with pytest.raises(StoreError, match="Did you mean 'iraq'"):
        load_region("irak")
