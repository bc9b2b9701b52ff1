"""Coverage on a grid: the horizon over a flat earth, the radar's reach, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rempart.base.errors import ScenarioError
from rempart.base.units import Height
from rempart.geo.geodesic import inverse
from rempart.geo.masking import line_of_sight
from rempart.geo.region import load_region
from rempart.run.coverage import NO_AIR, coverage
from scenario_builder import FLAT, HILLS, scenario_of

LONE = {"lone": {"system": "generic-radar-site", "at": [33.30, 44.40]}}
PLACE = (math.radians(33.30), math.radians(44.40))
STEP = 1000.0


def distances(found):
    """Distance [m] from the lone site to every cell."""
    posts, (rows, columns) = found.grid
    lats = posts.north - posts.lat_step * np.arange(rows)
    lons = posts.west + posts.lon_step * np.arange(columns)
    return np.array([[inverse(*PLACE, lat, lon)[0] for lon in lons] for lat in lats])


def edge(found, layer):
    """Where seen cells end: the nearest unseen and the farthest seen cell [m], overhead left out."""
    away = distances(found)
    unseen = layer.is_air & (layer.seen == 0) & (away > 20e3)
    return away[unseen].min(), away[layer.seen == 1].max()


def test_over_a_flat_earth_coverage_ends_at_the_horizon_or_at_the_reach():
    """From 10 m: at 100 m the 4/3-earth horizon, at 3 km the 100 km at which 1 m² is seen with pd 0.5."""
    scenario = scenario_of(FLAT, defence__batteries=LONE)
    found = coverage(scenario, [Height(100.0, "agl"), Height(3000.0, "amsl")], step=STEP)
    horizon = math.sqrt(2 * 4 / 3 * 6371e3) * (math.sqrt(10.0) + math.sqrt(100.0))
    low, high = found.layers
    for layer, expected in ((low, horizon), (high, 100e3)):
        nearest, farthest = edge(found, layer)
        assert farthest <= expected * 1.005 + STEP
        assert nearest >= expected * 0.995 - STEP
    seen = float((found.grid.areas * (low.seen == 1)).sum())
    assert seen == pytest.approx(math.pi * horizon**2, rel=0.02)


def test_a_sixteenth_of_the_cross_section_halves_the_reach():
    scenario = scenario_of(FLAT, defence__batteries=LONE)
    found = coverage(scenario, [Height(3000.0, "agl")], rcs=1 / 16, step=STEP)
    nearest, farthest = edge(found, found.layers[0])
    assert nearest == pytest.approx(50e3, abs=1.5 * STEP)
    assert farthest == pytest.approx(50e3, abs=1.5 * STEP)


def test_what_is_engaged_is_seen_and_inside_the_weapons_reach():
    scenario = scenario_of(HILLS)
    found = coverage(scenario, [Height(500.0, "agl"), Height(4000.0, "amsl")], step=2000.0)
    reach = max(w.range_max.value for u in found.laydown.units for w in u.system.fire_unit.weapons.values())
    for layer in found.layers:
        engaged = layer.is_air & (layer.engaged > 0)
        assert engaged.any()
        assert (layer.seen[engaged] > 0).all()
        assert (layer.engaged[engaged] <= len(found.laydown.units)).all()
        for row, column in np.argwhere(engaged)[::40]:
            lat = found.grid.posts.north - row * found.grid.posts.lat_step
            lon = found.grid.posts.west + column * found.grid.posts.lon_step
            nearest = min(inverse(unit.lat, unit.lon, lat, lon)[0] for unit in found.laydown.units)
            assert nearest <= reach * 1.001


def test_over_hills_what_is_seen_is_in_line_of_sight():
    scenario = scenario_of(HILLS, defence__batteries__far=None)
    found = coverage(scenario, [Height(300.0, "agl")], step=1000.0)
    (layer,) = found.layers
    sensors = {(s.lat, s.lon, s.sensor.antenna_height.value) for s in found.laydown.sensors}
    checked = agreed = 0
    for row, column in np.argwhere(layer.is_air)[::29]:
        lat = found.grid.posts.north - row * found.grid.posts.lat_step
        lon = found.grid.posts.west + column * found.grid.posts.lon_step
        end = (lat, lon, found.terrain.ground_at(lat, lon) + 300.0)
        starts = [(y, x, found.terrain.ground_at(y, x) + antenna) for y, x, antenna in sensors]
        near = min(inverse(y, x, lat, lon)[0] for y, x, _ in sensors) < 15e3
        if near:
            checked += 1
            agreed += (layer.seen[row, column] > 0) == any(
                line_of_sight(found.terrain, start, end) for start in starts
            )
    assert checked > 20
    assert agreed >= 0.95 * checked


def test_cells_under_the_ground_or_outside_the_region_are_no_air():
    scenario = scenario_of(HILLS)
    found = coverage(scenario, [Height(400.0, "amsl")], region=load_region("iraq"), step=10e3)
    (layer,) = found.layers
    assert ((layer.seen == NO_AIR) == (layer.engaged == NO_AIR)).all()
    assert not layer.is_air[~found.inside].any()
    assert 0 < layer.is_air.sum() < found.inside.sum()
    assert float((found.grid.areas * found.inside).sum()) / 1e6 == pytest.approx(437_255, rel=0.01)


def test_more_batteries_never_see_or_reach_less():
    less = scenario_of(FLAT, defence__batteries=LONE)
    more = scenario_of(FLAT, defence__batteries={**LONE, "two": {**LONE["lone"], "at": [33.6, 44.9]}})
    box = load_region("iraq")
    few, many = (coverage(one, [Height(1000.0, "agl")], region=box, step=10e3) for one in (less, more))
    assert (many.layers[0].seen >= few.layers[0].seen).all()
    assert (many.layers[0].engaged >= few.layers[0].engaged).all()


def test_a_grid_too_fine_is_refused():
    with pytest.raises(ScenarioError, match="longer step"):
        coverage(scenario_of(FLAT, defence__batteries=LONE), step=10.0)


def test_a_region_off_the_terrain_is_refused(tmp_path):
    path = tmp_path / "far.geojson"
    path.write_text('{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}')
    with pytest.raises(ScenarioError, match="no cell on the terrain"):
        coverage(scenario_of(HILLS), region=load_region(path))
