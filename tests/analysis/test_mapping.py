"""The map of a lowered scenario: what is on it, where coverage ends, and how far it reaches."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rempart.analysis.mapping import COVERAGE_HEIGHTS, N_RAYS, RAY_STEP, world_map
from rempart.geo.geodesic import inverse
from rempart.geo.masking import line_of_sight
from scenario_builder import FLAT, HILLS, lowered_of

LONE = {"lone": {"system": "generic-radar-site", "at": [33.30, 44.40]}}
PLACE = (math.radians(33.30), math.radians(44.40))


def coverage_of(lowered, height):
    (found,) = [part for part in world_map(lowered).coverage if part.height == height]
    return found


def radii(outline, centre):
    return np.array([inverse(*centre, *point)[0] for point in outline])


def test_coverage_over_flat_ground_ends_at_the_horizon_or_at_the_radars_reach():
    """Seen from 10 m: at 100 m the 4/3-earth horizon, at 3 km the 100 km at which 1 m² is seen."""
    lowered = lowered_of(FLAT, defence__batteries=LONE)
    horizon = math.sqrt(2 * 4 / 3 * 6371e3) * (math.sqrt(10.0) + math.sqrt(100.0))
    assert COVERAGE_HEIGHTS == (100.0, 3000.0)
    for height, expected in zip(COVERAGE_HEIGHTS, (horizon, 100e3), strict=True):
        (outline,) = coverage_of(lowered, height).polygons
        assert len(outline) == N_RAYS
        found = radii(outline, PLACE)
        assert found.max() <= expected + 0.01 * expected
        assert found.min() >= expected - RAY_STEP - 0.01 * expected


def test_outlines_go_round_from_north():
    lowered = lowered_of(FLAT, defence__batteries=LONE)
    (outline,) = coverage_of(lowered, 3000.0).polygons
    azimuths = np.array([inverse(*PLACE, *point)[1] for point in outline])
    expected = 2.0 * math.pi * np.arange(N_RAYS) / N_RAYS
    error = (azimuths - expected + math.pi) % (2.0 * math.pi) - math.pi
    assert np.abs(error).max() < 1e-6


def test_only_searching_radars_make_coverage():
    lowered = lowered_of(HILLS)
    n_searching = sum(math.isfinite(placed.turn) for placed in lowered.laydown.sensors)
    assert 0 < n_searching < len(lowered.laydown.sensors)
    assert [len(part.polygons) for part in world_map(lowered).coverage] == [n_searching] * 2


def test_coverage_over_hills_agrees_with_line_of_sight():
    """Just inside an outline a target is seen; where a ray ends short, one a step on is hidden."""
    lowered = lowered_of(HILLS)
    terrain = lowered.terrain
    searching = [placed for placed in lowered.laydown.sensors if math.isfinite(placed.turn)]
    n_short = n_odd = n_rays = 0
    for placed, outline in zip(searching, coverage_of(lowered, 100.0).polygons, strict=True):
        sensor = placed.sensor
        antenna = (
            placed.lat,
            placed.lon,
            terrain.ground_at(placed.lat, placed.lon) + sensor.antenna_height.value,
        )
        for lat, lon in outline[::6]:
            if inverse(placed.lat, placed.lon, lat, lon)[0] < RAY_STEP:
                continue
            n_rays += 1
            n_odd += not line_of_sight(terrain, antenna, (lat, lon, terrain.ground_at(lat, lon) + 110.0))
        found = radii(outline, (placed.lat, placed.lon))
        n_short += (found < 0.9 * found.max()).sum()
    assert n_rays > 40
    assert n_odd <= 0.1 * n_rays
    assert n_short > N_RAYS


def test_a_higher_target_is_seen_no_less_far():
    low, high = (coverage_of(lowered_of(HILLS), height) for height in COVERAGE_HEIGHTS)
    for placed, near, far in zip(
        [placed for placed in lowered_of(HILLS).laydown.sensors if math.isfinite(placed.turn)],
        low.polygons, high.polygons, strict=True,
    ):  # fmt: skip
        centre = (placed.lat, placed.lon)
        assert (radii(far, centre) >= radii(near, centre) - 1e-3).all()


def test_labels_name_the_height():
    assert [part.label for part in world_map(lowered_of(FLAT)).coverage] == [
        "seen at 100 m above ground",
        "seen at 3 km above ground",
    ]


def test_each_group_has_one_route_from_its_start_to_its_aim():
    scenario = lowered_of(FLAT).scenario
    routes = {route.group: route for route in world_map(lowered_of(FLAT)).routes}
    assert set(routes) == {"strike", "airway"}
    strike, airway = routes["strike"], routes["airway"]
    start, city = scenario.raid["strike"].departure, scenario.assets["city"].at
    assert list(strike.points) == [(start.lat, start.lon), (city.lat, city.lon)]
    assert strike.is_hostile
    assert not airway.is_hostile
    assert len(airway.points) == 3


def test_a_ballistic_route_runs_from_its_start_to_its_aim_without_jitter():
    arc = {"threat": "ballistic-missile", "from": [34.3, 46.6], "to": "city", "spread": "30 km"}
    lowered = lowered_of(FLAT, raid={"arc": arc}, traffic={})
    (route,) = world_map(lowered).routes
    ends = [tuple(map(math.radians, place)) for place in ([34.3, 46.6], [33.30, 44.40])]
    np.testing.assert_allclose([route.points[0], route.points[-1]], ends, atol=1e-9)
    assert 10 < len(route.points) < 100
    assert route.vehicle_class == "ballistic-missile"


def test_sites_show_the_reach_of_their_missiles():
    sites = {site.name: site for site in world_map(lowered_of(HILLS)).sites}
    assert {name: site.system for name, site in sites.items()} == {"close": "pantsir-s1", "far": "buk-m3"}
    assert (sites["close"].reach, sites["far"].reach) == (20e3, 70e3)
    assert (sites["far"].lat, sites["far"].lon) == (math.radians(35.00), math.radians(45.10))


def test_everything_lies_within_the_bounds():
    for base in (FLAT, HILLS):
        drawn = world_map(lowered_of(base))
        points = [point for route in drawn.routes for point in route.points]
        points += [(thing.lat, thing.lon) for thing in (*drawn.sites, *drawn.assets)]
        lats, lons = np.array(points).T
        bounds = drawn.bounds
        assert bounds.south < lats.min() <= lats.max() < bounds.north
        assert bounds.west < lons.min() <= lons.max() < bounds.east


def test_flat_ground_has_no_relief_and_real_ground_has_the_edges_of_its_cells():
    assert world_map(lowered_of(FLAT)).terrain is None
    lowered = lowered_of(HILLS)
    relief = world_map(lowered).terrain
    south, west, north, east = lowered.terrain.bounds
    rows, columns = lowered.terrain.heights.shape
    assert (relief.bounds.north - relief.bounds.south) / rows == pytest.approx((north - south) / (rows - 1))
    assert (relief.bounds.east - relief.bounds.west) / columns == pytest.approx((east - west) / (columns - 1))
    assert relief.bounds.south < south
    assert relief.bounds.east > east


def test_a_convoy_says_what_it_is_made_of_and_a_radar_reaches_nothing():
    convoy = {"at": [33.30, 44.40], "vehicles": {"t-90": 4, "truck": 12}}
    radar = {"system": "surveillance-radar", "at": [33.45, 44.40]}
    drawn = world_map(lowered_of(FLAT, assets__city=convoy, defence__batteries__watch=radar))
    assert {asset.name: asset.vehicles for asset in drawn.assets} == {
        "city": "4 t-90, 12 truck",
        "depot": "",
    }
    assert {site.name: site.reach for site in drawn.sites}["watch"] == 0.0
    assert drawn.systems == ["generic-radar-site"]


def test_assets_keep_their_values():
    assert {asset.name: asset.value for asset in world_map(lowered_of(FLAT)).assets} == {
        "city": 10.0,
        "depot": 3.0,
    }
