"""What stands and marches on the ground, as tables: groups, feeds, stock, stakes, marches and their eyes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rempart.catalog.library import load_system
from rempart.catalog.systems import OnTheMove
from rempart.run.armament import ready_rounds, shot_cost
from rempart.run.lowering import lower, systems_used
from rempart.run.order_of_battle import fighting_posts, pk_while_moving
from scenario_builder import FLAT, lowered_of, scenario_of

ROUTE = [[33.30, 44.40], [33.42, 44.30]]
CONVOY = {"march": {"route": ROUTE, "speed": "30 km/h", "start": "4 min"}}
ESCORTED = {
    "assets__city": CONVOY,
    "assets__eye": {"battery": "north", "part": "sensors", "lost_when_hit": 0.7},
    "defence__batteries__close": {"system": "tor-m2", "escorts": "city", "fire_units": 2, "reloads": 2},
    "defence__command": {
        "topology": "autonomous",
        "links": {
            "cue": {"from": "north", "to": "close", "delay": "10 s"},
            "back": {"from": "close", "to": "south"},
        },
    },
}
# Batteries in order of name: close 0, north 1, south 2.


def marching():
    return lowered_of(FLAT, **ESCORTED)


def row_of(table, names, name):
    return table[list(names).index(name)]


def test_plots_go_to_the_own_group_first_and_then_along_the_links():
    lowered = marching()
    feeds, sensors = lowered.world.feeds, lowered.world.sensors
    fed = {
        name: [(int(feed.group), float(feed.delay)) for feed in feeds[row.first_feed : row.end_feed]]
        for name, row in zip(lowered.names.sensors, sensors, strict=True)
    }
    assert fed["north/radar"] == [(1, 0.0), (0, 10.0)]
    assert fed["south/radar"] == [(2, 0.0)]
    assert {tuple(own) for name, own in fed.items() if name.startswith("close")} == {((0, 0.0), (2, 0.0))}
    assert [(group.first_unit, group.end_unit) for group in lowered.world.groups] == [(0, 2), (2, 3), (3, 4)]


def test_with_perfect_communication_all_share_one_picture():
    lowered = lowered_of(FLAT, **ESCORTED, perfect=["communication"])
    assert set(lowered.world.feeds.group) == {0}
    assert len(lowered.world.feeds) == len(lowered.world.sensors)
    assert lowered.names.groups == ("command",)


def test_sensors_look_from_every_row_of_their_way():
    lowered = marching()
    world = lowered.world
    assert world.views.shape[0] == world.sensors.n_eyes.sum()
    np.testing.assert_array_equal(
        world.sensors.first_eye, np.cumsum(world.sensors.n_eyes) - world.sensors.n_eyes
    )
    for name, sensor in zip(lowered.names.sensors, world.sensors, strict=True):
        if sensor.march < 0:
            assert sensor.n_eyes == 1
            continue
        assert name.startswith("close")
        march = world.marches[sensor.march]
        assert sensor.n_eyes == march["count"] > 10
        assert march["start"] == 240.0
        first = world.march_positions[march["first"]]
        np.testing.assert_array_equal(first, [sensor.x, sensor.y, sensor.z])


def test_units_keep_around_the_convoy_and_sensors_with_their_unit():
    lowered = marching()
    world = lowered.world

    def track(row):
        march = world.marches[row["march"]]
        return world.march_positions[march["first"] : march["first"] + march["count"]]

    convoy = track(row_of(world.assets, lowered.names.assets, "city"))
    for unit in ("close-1", "close-2"):
        own = track(row_of(world.units, lowered.names.units, unit))
        np.testing.assert_allclose(np.linalg.norm((own - convoy)[:, :2], axis=1), 1000.0, atol=2.0)
        mast = track(row_of(world.sensors, lowered.names.sensors, f"{unit}/search")) - own
        height = load_system("tor-m2").sensors["search"].antenna_height.value
        np.testing.assert_allclose(np.linalg.norm(mast, axis=1), height, atol=0.05)
    ends = [lowered_place(lowered, place) for place in ROUTE]
    np.testing.assert_allclose(convoy[[0, -1]], ends, atol=0.01)


def lowered_place(lowered, place):
    from rempart.run.frame import Frame

    frame = Frame(lowered.origin_lat, lowered.origin_lon, lowered.origin_height)
    return frame.place(math.radians(place[0]), math.radians(place[1]), 0.0)


def test_guiding_masks_follow_the_eyes():
    world = marching().world
    guides = sorted(set(world.units.sensor.tolist()))
    rows = [row for sensor in guides for row in range(int(world.sensors.n_eyes[sensor]))]
    assert world.masks.shape[0] == len(rows)
    firsts = sorted((int(world.sensors.mask[guide]), int(world.sensors.n_eyes[guide])) for guide in guides)
    assert [first for first, _ in firsts] == np.cumsum([0, *(count for _, count in firsts[:-1])]).tolist()


def test_stock_is_the_reloads_times_the_magazine():
    lowered = marching()
    stock = dict(zip(lowered.names.weapons, lowered.world.weapons.stock.tolist(), strict=True))
    (missile,) = load_system("tor-m2").fire_unit.weapons.values()
    assert {stock[name] for name in stock if name.startswith("close")} == {2 * ready_rounds(missile)}
    assert {stock[name] for name in stock if not name.startswith("close")} == {-1}


def test_only_what_stands_for_an_asset_is_lost_with_it():
    lowered = marching()
    world, names = lowered.world, lowered.names
    eye = names.assets.index("eye")
    assert world.assets.p_lost[eye] == 0.7
    lost = [name for name, sensor in zip(names.sensors, world.sensors, strict=True) if sensor.asset == eye]
    assert lost == ["north/radar"]
    assert set(world.units.asset) == {-1}
    north = row_of(world.units, names.units, "north")
    np.testing.assert_array_equal(
        [world.assets[axis][eye] for axis in "xyz"], [north[axis] for axis in "xyz"]
    )


@pytest.mark.parametrize(("part", "sensor", "unit"), [("all", True, True), ("units", False, True)])
def test_the_part_of_a_battery_decides_what_is_lost(part, sensor, unit):
    lowered = lowered_of(FLAT, assets__post={"battery": "south", "part": part})
    world, names = lowered.world, lowered.names
    post = names.assets.index("post")
    assert (row_of(world.sensors, names.sensors, "south/radar")["asset"] == post) == sensor
    assert (row_of(world.units, names.units, "south")["asset"] == post) == unit


def test_firing_on_the_move_needs_a_system_that_can_and_a_speed_that_lets_it():
    unit = marching().laydown.units[0]
    pk_factor = replace(unit.system.fire_unit.reaction_time, value=0.8)
    for speed, expected in ((10.0, 0.8), (5.0, 0.0)):
        drive = OnTheMove(speed=replace(pk_factor, value=speed), pk_factor=pk_factor)
        armed = replace(unit.system.fire_unit, on_the_move=drive)
        assert pk_while_moving(replace(unit, system=replace(unit.system, fire_unit=armed))) == expected
    halting = replace(unit.system.fire_unit, on_the_move=None)
    assert pk_while_moving(replace(unit, system=replace(unit.system, fire_unit=halting))) == 0.0
    assert pk_while_moving(replace(unit, way=None)) == 1.0


def test_what_must_halt_fires_from_the_ends_of_its_way():
    world = marching().world
    lowered = marching()
    from rempart.run.order_of_battle import Arms

    for pk_moving in (0.0, 0.5):
        units = world.units.copy()
        units.pk_moving[:2] = pk_moving
        arms = Arms(units, world.weapons, world.pk, world.flight_time, lowered.costs.weapons, [])
        posts = fighting_posts(arms, world.sensors, world.march_positions, world.marches)
        count = int(world.marches["count"][world.units.march[0]])
        own = 2 if pk_moving == 0.0 else count
        assert len(posts.units) == 2 * own + 2
        ways = [world.march_positions[world.marches["first"][unit.march] + count - 1] for unit in units[:2]]
        for last, way, sensor in zip((own - 1, 2 * own - 1), ways, world.units.sensor[:2], strict=True):
            np.testing.assert_array_equal([posts.units[axis][last] for axis in "xyz"], way)
            assert posts.units.sensor[last] == world.sensors.first_eye[sensor] + count - 1
        assert posts.pk.shape[0] == len(posts.weapons)


def test_costs_come_from_the_catalogue_and_unknown_ones_count_as_the_dearest():
    lowered = marching()
    for unit in lowered.laydown.units:
        assert unit.system.fire_unit is not None
    expected = [
        shot_cost(weapon)
        for unit in lowered.laydown.units
        for weapon in unit.system.fire_unit.weapons.values()
    ]
    np.testing.assert_array_equal(lowered.costs.weapons, expected)
    dearest = np.nanmax(np.append(expected, 0.0))
    np.testing.assert_array_equal(lowered.world.weapons.cost, np.where(np.isnan(expected), dearest, expected))


def test_a_site_without_fire_units_is_a_group_that_only_sees():
    site = load_system("generic-radar-site")
    seeing = replace(site, fire_unit=None, battery=replace(site.battery, fire_units=None))
    scenario = scenario_of(FLAT, defence__command={"topology": "autonomous"})
    systems = systems_used(scenario) | {"generic-radar-site": seeing}
    world = lower(scenario, systems).world
    assert (len(world.units), len(world.weapons), len(world.sensors)) == (0, 0, 2)
    assert [(group.first_unit, group.end_unit) for group in world.groups] == [(0, 0), (0, 0)]
    assert world.sensors.group.tolist() == [0, 1]
    assert not (world.routes.reachable & 4).any()


def test_lowering_plays_with_the_figures_that_it_is_given():
    scenario = scenario_of(FLAT)
    systems = systems_used(scenario)
    site = systems["generic-radar-site"]
    slow = replace(site.fire_unit, reaction_time=replace(site.fire_unit.reaction_time, value=77.0))
    world = lower(scenario, systems | {"generic-radar-site": replace(site, fire_unit=slow)}).world
    assert set(world.units.reaction) == {77.0}
    assert set(lower(scenario).world.units.reaction) == {site.fire_unit.reaction_time.value}
