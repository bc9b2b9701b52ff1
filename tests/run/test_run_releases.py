"""Carriers and their weapons: where they turn, where weapons begin, where moving aims are met."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rempart.geo.geodesic import inverse
from rempart.geo.store import load_terrain
from rempart.physics.flight import leg_ends
from rempart.run.aiming import aim_of
from rempart.run.flightpaths import (
    N_VARIANTS,
    RELEASE_INTERVAL,
    STEEPEST_CLIMB,
    flightplans,
    release_time,
    sampled_variants,
    shifted_corners,
)
from rempart.run.lowering import lower, systems_used
from rempart.run.marches import place_at, way_of
from scenario_builder import FLAT, scenario_of

LEVEL = load_terrain("flat")
STRIKE = {
    "threat": "strike-aircraft", "count": 1, "from": [34.60, 44.40], "via": [[34.0, 44.0]], "to": "city",
    "height": "4 km amsl", "spread": "3 km", "start": "0..4 min",
    "releases": {"threat": "cruise-missile", "count": 3, "distance": "50 km", "height": "100 m agl"},
}  # fmt: skip
CONVOY = {"march": {"route": [[33.30, 44.40], [33.70, 44.00]], "speed": "60 km/h", "start": "1 min"}}


def plans_of(**changes):
    scenario = scenario_of(FLAT, raid={"strike": STRIKE}, traffic=None, **changes)
    return scenario, list(flightplans(scenario, systems_used(scenario)))


def length_of(corners):
    corners = np.array(corners)
    return leg_ends(corners[:, 0], corners[:, 1])[-1]


def test_weapons_follow_their_carrier_in_name_and_order():
    _, plans = plans_of()
    assert [plan.name for plan in plans] == ["strike-1", *(f"strike-1-weapon-{k}" for k in (1, 2, 3))]
    assert [plan.asset for plan in plans] == [None, "city", "city", "city"]
    assert {plan.group for plan in plans} == {"strike"}
    assert all(plan.carrier is plans[0] for plan in plans[1:])


def test_a_carrier_turns_back_at_the_distance_left_and_flies_home():
    _, (carrier, *_) = plans_of()
    variants, step = sampled_variants(carrier, LEVEL)
    for variant, path in enumerate(variants):
        corners = shifted_corners(carrier, variant)
        np.testing.assert_allclose(path[[0, -1], :2], [corners[0], corners[0]], atol=1e-9)
        middle = len(path) // 2
        assert len(path) % 2 == 1
        np.testing.assert_allclose(path[::-1, :2], path[:, :2], atol=1e-9)
        assert inverse(*path[middle, :2], *corners[-1])[0] == pytest.approx(50e3, rel=0.006)
        outward = length_of(corners) - 50e3
        assert middle * step * carrier.speed == pytest.approx(outward, abs=0.51 * step * carrier.speed)


def test_weapons_begin_where_and_when_their_carrier_lets_them_go():
    _, (carrier, *weapons) = plans_of()
    paths, step = sampled_variants(carrier, LEVEL)
    for number, weapon in enumerate(weapons):
        variants, _ = sampled_variants(weapon, LEVEL)
        for variant, path in enumerate(variants):
            time = release_time(weapon, variant)
            turn = (len(paths[variant]) - 1) / 2 * step
            assert time == pytest.approx(turn - (2 - number) * RELEASE_INTERVAL)
            rows = np.arange(len(paths[variant]))
            start = [np.interp(time / step, rows, paths[variant][:, axis]) for axis in range(3)]
            np.testing.assert_allclose(path[0], start, atol=1e-9)
            np.testing.assert_allclose(path[-1, :2], carrier.corners[-1], atol=1e-9)


def test_a_weapon_descends_to_its_own_height_no_steeper_than_a_climb_allows():
    _, (_, weapon, *_) = plans_of()
    variants, step = sampled_variants(weapon, LEVEL)
    for path in variants:
        assert path[0, 2] == pytest.approx(4000.0)
        assert np.isclose(path[:, 2], 100.0).sum() > 20
        slope = np.diff(path[: len(path) // 2, 2]) / (weapon.speed * step)
        assert slope.min() == pytest.approx(-math.tan(STEEPEST_CLIMB), rel=0.02)


def test_a_weapon_let_go_low_climbs():
    scenario = scenario_of(FLAT, raid={"strike": STRIKE | {"height": "100 m agl"}}, traffic=None)
    high = STRIKE["releases"] | {"height": "2 km amsl"}
    scenario = scenario_of(
        FLAT, raid={"strike": STRIKE | {"height": "100 m agl", "releases": high}}, traffic=None
    )
    _, weapon, *_ = flightplans(scenario, systems_used(scenario))
    variants, step = sampled_variants(weapon, LEVEL)
    for path in variants:
        assert path[0, 2] == pytest.approx(100.0)
        assert path[:, 2].max() == pytest.approx(2000.0)
        assert np.diff(path[:, 2]).max() <= math.tan(STEEPEST_CLIMB) * weapon.speed * step * 1.01


def test_a_ballistic_weapon_takes_its_arc_from_the_carrier():
    rocket = {"threat": "rocket-122mm", "distance": "8 km"}
    scenario = scenario_of(
        FLAT, raid={"strike": STRIKE | {"releases": rocket, "height": "500 m agl"}}, traffic=None
    )
    _, weapon = flightplans(scenario, systems_used(scenario))
    for path in sampled_variants(weapon, LEVEL)[0]:
        assert path[0, 2] == pytest.approx(500.0)
        assert path[-1, 2] == pytest.approx(0.0, abs=1e-6)


def test_the_world_knows_parents_and_release_times():
    scenario, plans = plans_of()
    world = lower(scenario).world
    assert world.vehicles.parent.tolist() == [-1, 0, 0, 0]
    assert world.vehicles.asset.tolist() == [-1, 0, 0, 0]
    assert world.vehicles.is_hostile.tolist() == [1, 1, 1, 1]
    for vehicle in (1, 2, 3):
        expected = [release_time(plans[vehicle], variant) for variant in range(N_VARIANTS)]
        np.testing.assert_allclose(world.routes.release[vehicle], expected)
        for variant in range(N_VARIANTS):
            route, parent = world.routes[vehicle, variant], world.routes[0, variant]
            row = route.release / world.vehicles.step[0]
            before = parent.first + int(row)
            here, there = world.positions[before], world.positions[before + 1]
            np.testing.assert_allclose(
                world.positions[route.first], here + (row % 1.0) * (there - here), atol=0.5
            )
    flight = (world.routes.count - 1) * world.vehicles.step[:, None] + world.routes.release
    assert world.duration == pytest.approx(240.0 + flight.max() + 600.0)


def test_a_release_before_the_start_of_a_variant_is_refused():
    _, (carrier, *_) = plans_of()
    with pytest.raises(ValueError, match="before its start"):
        sampled_variants(replace(carrier, turns_at=300e3), LEVEL)


def test_a_threat_from_the_middle_of_its_interval_meets_the_convoy():
    scenario, plans = plans_of(assets__city=CONVOY)
    way = way_of(scenario.assets["city"].march)
    carrier, *_, last = plans
    aim = carrier.corners[-1]
    assert aim == aim_of(scenario, scenario.raid["strike"], systems_used(scenario))
    carried = (length_of(carrier.corners) - 50e3) / carrier.speed
    arrival = 120.0 + carried + 50e3 / last.speed
    distance, _ = inverse(*aim, *place_at(way, arrival))
    assert distance < 1.0
    assert inverse(*aim, way.lat[0], way.lon[0])[0] > 5e3


def test_an_elevation_sets_the_height_of_an_arc():
    rockets = {"threat": "rocket-122mm", "from": [33.30, 44.55], "to": "city", "elevation": "40 deg"}
    scenario = scenario_of(FLAT, raid={"rockets": rockets}, traffic=None)
    (plan,) = flightplans(scenario, systems_used(scenario))
    (path, *_), _ = sampled_variants(plan, LEVEL)
    distance = inverse(*path[0, :2], *path[-1, :2])[0]
    assert path[:, 2].max() == pytest.approx(0.25 * distance * math.tan(math.radians(40.0)), rel=0.01)
