"""The map: what it shows, that names keep apart, and that it bears odd input."""

from __future__ import annotations

import base64
import io
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rempart.analysis.labels import Labels, overlaps
from rempart.analysis.laydown import Asset, Coverage, MapInput, Route, Site
from rempart.analysis.map import draw_map
from rempart.analysis.projection import Bounds, Window, ring
from rempart.analysis.shading import Terrain, relief_of, shaded_relief
from rempart.geo.terrain import Posts
from rempart.geo.terrain import Terrain as GroundTerrain

BOUNDS = Bounds(*(math.radians(edge) for edge in (31.0, 41.0, 36.0, 47.5)))
PLACES = st.lists(st.tuples(st.floats(5, 595), st.floats(5, 395)), min_size=1, max_size=25)


def rad(*points):
    return [(math.radians(lat), math.radians(lon)) for lat, lon in points]


@pytest.fixture
def source():
    here = rad((33.3, 44.4))[0]
    heights = np.add.outer(np.linspace(0, 900, 60), np.linspace(0, 300, 80)).astype(np.float32)
    return MapInput(
        bounds=BOUNDS,
        terrain=Terrain(heights, BOUNDS),
        coverage=[Coverage("seen at 3 km", 3000.0, [ring(*here, 180e3), ring(*here, 90e3)])],
        routes=[
            Route("cruise", "cruise-missile", rad((32.5, 41.5), (33.3, 44.4))),
            Route("airway", "airliner", rad((31.5, 46.0), (35.5, 43.0)), False),
        ],
        sites=[Site("north", "s-400", *here, 250e3)],
        assets=[Asset("refinery", *rad((33.27, 44.36))[0], 10.0)],
    )


def test_everything_has_a_name_on_the_map_and_in_the_legend(source):
    words = _words(draw_map(source).markup)
    assert {
        "north",
        "refinery",
        "cruise",
        "airway",
        "reach of s-400",
        "cruise missile",
        "civil traffic",
        "seen at 3 km",
        "battery",
        "defended asset",
    } <= words
    assert {"34° N", "44° E"} <= words


def test_an_asset_made_of_vehicles_has_a_mark_of_its_own_and_says_of_what(source):
    here = rad((33.1, 44.1))[0]
    convoy = Asset("convoy", *here, 1.0, "4 t-90, 12 truck")
    both = _words(draw_map(MapInput(source.bounds, assets=[*source.assets, convoy])).markup)
    assert {"refinery", "convoy: 4 t-90, 12 truck", "defended asset", "defended vehicles"} <= both
    alone = draw_map(MapInput(source.bounds, assets=[convoy])).markup
    assert "defended asset" not in _words(alone)
    assert "<circle" in alone
    long = Asset("convoy", *here, 1.0, ", ".join(f"{n} vehicle-{n}" for n in range(30)))
    told = _words(draw_map(MapInput(source.bounds, assets=[long])).markup)
    assert [word[:17] for word in told if word.endswith("…")] == ["convoy: 0 vehicle"]


def test_a_radar_without_weapons_has_no_reach_on_the_map_nor_in_the_legend(source):
    radar = Site("watch", "surveillance-radar", *rad((33.0, 44.0))[0], 0.0)
    words = _words(draw_map(MapInput(source.bounds, sites=[radar, *source.sites])).markup)
    assert {"watch", "north", "reach of s-400"} <= words
    assert "reach of surveillance-radar" not in words


def test_the_map_is_described_in_words(source):
    root = ElementTree.fromstring(draw_map(source).markup)
    assert root.find("title").text == "Map of the scenario"
    assert "1\u00a0battery, 1\u00a0defended asset," in root.find("desc").text


def test_a_small_defence_gets_a_close_up_and_a_wide_one_does_not(source):
    far = Asset("dam", *rad((35.9, 41.2))[0], 3.0)
    assert draw_map(source).markup.count("<clipPath") == 2
    wide = MapInput(source.bounds, assets=[*source.assets, far], sites=source.sites)
    assert draw_map(wide).markup.count("<clipPath") == 1


def test_an_empty_map_is_still_a_map():
    assert "clipPath" in draw_map(MapInput(BOUNDS)).markup


def test_names_that_would_be_markup_are_written_out(source):
    named = MapInput(source.bounds, assets=[Asset('<b>&"x', *rad((33.0, 44.0))[0], 1.0)])
    markup = draw_map(named).markup
    assert "<b>" not in markup
    assert '<b>&"x' in _words(markup)


@given(PLACES)
def test_names_never_overlap_and_stay_inside_the_frame(places):
    window = Window(BOUNDS, 0.0, 0.0, 600.0)
    labels = Labels(window)
    placed = [labels.place(f"battery {i}", x, y) for i, (x, y) in enumerate(places)]
    assert overlaps(labels.taken) == 0
    assert len(labels.taken) == sum(label is not None for label in placed)
    for left, top, right, bottom in labels.taken:
        assert window.holds(left, top)
        assert window.holds(right, bottom)


def test_names_avoid_symbols_and_take_leaders_when_crowded():
    labels = Labels(Window(BOUNDS, 0.0, 0.0, 600.0))
    for i in range(12):
        labels.reserve(300.0 + i, 200.0, 7.0)
    placed = [labels.place("a name", 300.0 + i, 200.0) for i in range(12)]
    assert sum(label is not None and label.leader is not None for label in placed) > 3


def test_relief_is_turned_to_where_the_map_is():
    """A map across the date line counts on beyond 180°; the terrain's own longitudes may not."""
    ground = GroundTerrain("east", np.zeros((3, 3), np.float32), Posts(0.1, -3.1, 0.05, 0.05), "", "")
    south, west, north, east = relief_of(ground, Bounds(0.0, 3.1, 0.1, 3.3)).bounds
    assert (west, east) == pytest.approx((math.tau - 3.125, math.tau - 2.975))
    assert (south, north) == pytest.approx((-0.025, 0.125))
    assert relief_of(ground, Bounds(0.0, -3.1, 0.1, -3.0)).bounds.west == pytest.approx(-3.125)
    wide = GroundTerrain("all", np.zeros((2, 629), np.float32), Posts(0.1, -3.14, 0.1, 0.01), "", "")
    assert relief_of(wide, Bounds(0.0, 0.8, 0.1, 0.9)).bounds.west == pytest.approx(-3.145)


def test_relief_is_water_at_sea_level_and_grey_where_unknown():
    heights = np.full((10, 10), 500.0, np.float32)
    heights[:, :5] = 0.0
    heights[:5, 5:] = np.nan
    picture = _decoded(shaded_relief(Terrain(heights, BOUNDS), Window(BOUNDS, 0.0, 0.0, 100.0), 40))
    assert picture.getpixel((5, 5)) == (214, 228, 240)
    assert picture.getpixel((35, 5)) == (230, 230, 230)
    red, green, blue = picture.getpixel((35, 32))
    assert red > green > blue


def test_a_slope_towards_the_north_west_is_brighter_than_one_away():
    rise = np.add.outer(np.arange(40), np.arange(40)) * 500.0 + 1.0
    window = Window(BOUNDS, 0.0, 0.0, 100.0)
    facing = np.asarray(_decoded(shaded_relief(Terrain(2000 + rise, BOUNDS), window, 40))).mean()
    away = np.asarray(_decoded(shaded_relief(Terrain(2000 + rise[::-1, ::-1], BOUNDS), window, 40))).mean()
    assert facing > away


def _decoded(address):
    return Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB")


def _words(markup):
    assert not re.search(r"(href|src)=\"(?!data:)", markup)
    return {node.text for node in ElementTree.fromstring(markup).iter("text")}
