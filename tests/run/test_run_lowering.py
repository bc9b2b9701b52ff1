"""Scenarios lowered to worlds, and what the engine then does with guides, masks, groups and weapons."""

from __future__ import annotations

import math
import os
from functools import cache
from importlib import resources

import numba
import numpy as np
import pytest

from rempart.base.errors import ScenarioError
from rempart.engine.decision import LOCK_PD
from rempart.engine.play import play_logged
from rempart.engine.world import (
    IN_REACH_OF_SENSOR,
    IN_REACH_OF_WEAPON,
    IN_SIGHT_OF_SENSOR,
    Perfect,
)
from rempart.events.identities import HOSTILE, UNKNOWN
from rempart.events.kinds import (
    ABORTED,
    ASSESSED,
    ASSIGNED,
    IDENTIFIED,
    INTERCEPT_KILL,
    INTERCEPT_MISS,
    LAUNCH,
    TAKEOFF,
    TRACK_FIRM,
)
from rempart.events.outcomes import LEAKED, MASKED
from rempart.events.vehicle_classes import BALLISTIC_MISSILE
from rempart.run.frame import Frame
from rempart.run.lowering import AFTER_LAST_ARRIVAL, lower
from scenario_builder import FLAT, HILLS, lowered_of, scenario_of, variants_of
from world_builder import played

ALL_LINKS = list(Perfect._fields)


def of_kind(events, *kinds):
    return events[np.isin(events["kind"], kinds)]


@cache
def logs(name, n_trials=6):
    """Event logs of some trials of a world in `WORLDS`."""
    world = WORLDS[name]().world
    return [play_logged(world, 1, trial)[0] for trial in range(n_trials)]


ABREAST = {"defence__batteries__south__at": [33.44, 44.50]}
"""Both sites where the raid comes first."""
WORLDS = {
    "flat": lambda: lowered_of(FLAT),
    "hills": lambda: lowered_of(HILLS),
    "alone": lambda: lowered_of(FLAT, defence__command__topology="autonomous"),
    "abreast": lambda: lowered_of(FLAT, **ABREAST),
    "abreast and alone": lambda: lowered_of(FLAT, defence__command__topology="autonomous", **ABREAST),
    "arc": lambda: lowered_of(
        FLAT,
        defence__batteries={"far": {"system": "s-400", "at": [33.35, 44.45], "fire_units": 2}},
        raid={"arc": {"threat": "ballistic-missile", "count": 4, "from": [34.3, 46.6], "to": "city"}},
        traffic={},
    ),
}


# What a world holds.


def test_a_world_is_the_same_twice_and_for_any_number_of_threads(monkeypatch, tmp_path):
    digests = set()
    for threads in (1, 1, 3):
        monkeypatch.setenv("REMPART_CACHE_DIR", str(tmp_path / f"{len(list(tmp_path.iterdir()))}"))
        monkeypatch.setattr(os, "cpu_count", lambda threads=threads: threads)
        digests.add(lower(scenario_of(HILLS)).world_digest)
    assert len(list(tmp_path.iterdir())) == 3
    assert len(digests) == 1


def test_tables_from_the_disk_make_the_same_world(monkeypatch, tmp_path):
    monkeypatch.setenv("REMPART_CACHE_DIR", str(tmp_path))
    first = lower(scenario_of(FLAT))
    assert len(list((tmp_path / "looks").iterdir())) == 1
    again = lower(scenario_of(FLAT))
    assert len(list((tmp_path / "looks").iterdir())) == 1
    assert again.world_digest == first.world_digest
    assert numba.typeof(again.world) == numba.typeof(first.world)


CHANGES = [
    {"raid__strike__count": 4},
    {"raid__strike__speed": "251 m/s"},
    {"raid__strike__spread": "2.1 km"},
    {"raid__strike__start": "0..3 min"},
    {"raid__strike__height": "3.1 km amsl"},
    {"raid__strike__to": "depot"},
    {"raid__strike__threat": "su-25"},
    {"traffic__airway__spread": "4 km"},
    {"assets__depot__value": 4},
    {"assets__depot__at": [33.1, 44.71]},
    {"area__weather": "10 mm/h"},
    {"area__origin": [33.31, 44.40]},
    {"duration": "20 min"},
    {"defence__batteries__north__at": [33.46, 44.40]},
    {"defence__batteries__north__turn": "3 s"},
    {"defence__batteries__north__channels": 3},
    {"defence__batteries__north__fire_units": 2},
    {"defence__batteries__north__system": "tor-m2"},
    {"defence__command__topology": "autonomous"},
    {"defence__command__link_delay": "3 s"},
    {"defence__command__decision_time": "6 s"},
    {"defence__policy__weapons": "free"},
    {"defence__policy__salvo": "shoot-shoot"},
    {"defence__policy__rounds": 2},
    {"defence__policy__salvos": 2},
    {"defence__policy__assignment": "nearest"},
    {"defence__policy__assessment": {"time": "6 s"}},
    {"defence__policy__assessment": {"kill_seen": 0.9}},
    {"defence__policy__assessment": {"miss_seen": 0.9}},
    {"defence__policy__track": {"hits": 2}},
    {"defence__policy__track": {"looks": 6}},
    {"defence__policy__track": {"drop_after": "30 s"}},
    {"defence__policy__track": {"association": "gnn"}},
    {"defence__policy__track": {"association": "jpda"}},
    {"defence__batteries__north__registration": {"range": "50 m"}},
    {"defence__batteries__north__emission": "cued"},
    {"area__ground": "flat"},
    {"defence__policy__identification": {"time": "4 s"}},
    {"defence__policy__identification": {"reply_seen": 0.9}},
    {"defence__policy__identification": {"false_reply": 0.02}},
    *({"perfect": [link]} for link in ALL_LINKS),
]


def test_whatever_is_changed_changes_the_digest():
    digests = [lowered_of(FLAT, **change).world_digest for change in [{}, *CHANGES]]
    assert len(set(digests)) == len(digests)


def test_words_and_order_change_nothing():
    plain = lowered_of(FLAT)
    turned = {**FLAT, "assets": dict(reversed(FLAT["assets"].items()))}
    assert lowered_of(turned, title="Other words").world_digest == plain.world_digest
    assert lowered_of(turned, question="Why?").names == plain.names


def test_every_world_is_of_the_same_types():
    """Else the engine would be compiled again, which takes longer than most campaigns."""
    worlds = [WORLDS[name]().world for name in WORLDS]
    worlds += [lowered_of(FLAT, perfect=ALL_LINKS, duration="20 min").world]
    worlds += [lowered_of(FLAT, defence__policy__assessment={"kill_seen": 1, "time": "0 s"}).world]
    assert len({numba.typeof(world) for world in worlds}) == 1


def test_tables_agree_with_the_laydown():
    lowered = lowered_of(HILLS)
    world, laydown, terrain = lowered.world, lowered.laydown, lowered.terrain
    frame = Frame(lowered.origin_lat, lowered.origin_lon, lowered.origin_height)
    for row, unit in zip(world.units, laydown.units, strict=True):
        place = frame.place(unit.lat, unit.lon, terrain.ground_at(unit.lat, unit.lon))
        np.testing.assert_array_equal([row["x"], row["y"], row["z"]], place)
        assert laydown.sensors[row["sensor"]].name == unit.sensor
        assert row["end_weapon"] - row["first_weapon"] == len(unit.system.fire_unit.weapons)
    for row, placed in zip(world.sensors, laydown.sensors, strict=True):
        height = terrain.ground_at(placed.lat, placed.lon) + placed.sensor.antenna_height.value
        np.testing.assert_array_equal(
            [row["x"], row["y"], row["z"]], frame.place(placed.lat, placed.lon, height)
        )
        assert row["turn"] == placed.turn
    np.testing.assert_array_equal(
        world.weapons.unit, np.repeat(np.arange(3), world.units.end_weapon - world.units.first_weapon)
    )


def test_routes_end_at_the_asset_they_aim_at():
    world = lowered_of(HILLS).world
    for vehicle in np.flatnonzero(world.vehicles.is_hostile):
        asset = world.assets[world.vehicles.asset[vehicle]]
        for path in variants_of(lowered_of(HILLS), vehicle):
            assert math.hypot(path[-1, 0] - asset["x"], path[-1, 1] - asset["y"]) < 60.0


def test_command_decides_who_shares_a_picture():
    together, alone = lowered_of(FLAT), WORLDS["alone"]()
    linked = lowered_of(FLAT, defence__command__topology="autonomous", perfect=["communication"])
    assert together.names.groups == linked.names.groups == ("command",)
    assert alone.names.groups == ("north", "south")
    assert together.world.units.group.tolist() == linked.world.units.group.tolist() == [0, 0]
    assert alone.world.units.group.tolist() == alone.world.sensors.group.tolist() == [0, 1]
    assert alone.world.groups.tolist() == [(0, 1), (1, 2)]
    assert together.world.groups.tolist() == [(0, 2)]


def test_copies_of_a_battery_share_a_group_and_groups_are_consecutive():
    lowered = lowered_of(
        FLAT,
        defence__command__topology="autonomous",
        defence__batteries__north__count=3,
        defence__batteries__south__fire_units=2,
    )
    assert lowered.world.units.group.tolist() == [0, 0, 0, 1, 1]
    assert lowered.world.groups.tolist() == [(0, 3), (3, 5)]


@pytest.mark.parametrize(
    ("salvo", "rounds", "salvos", "expected"),
    [("shoot-look-shoot", 2, 3, (2, 3)), ("shoot-shoot", 2, 3, (6, 1)), ("shoot-shoot", 1, 1, (1, 1))],
)
def test_the_salvo_rule_decides_how_many_rounds_go_at_once(salvo, rounds, salvos, expected):
    policy = {"salvo": salvo, "rounds": rounds, "salvos": salvos}
    lowered = lowered_of(FLAT, defence__policy=policy)
    assert (lowered.world.policy.salvo, lowered.world.policy.max_salvos) == expected
    events = play_logged(lowered.world, 1, 0)[0]
    assigned, launched = of_kind(events, ASSIGNED), of_kind(events, LAUNCH)
    assert len(assigned) > 0
    first = launched[(launched["vehicle"] == launched["vehicle"][0])]
    first = first[first["actor"] == first["actor"][0]]
    gaps = np.diff(first["time"][: expected[0]])
    np.testing.assert_allclose(gaps, lowered.world.weapons.interval[first["actor"][0]])


def test_a_duration_is_kept_to_and_its_absence_leaves_time_for_all():
    stated = lowered_of(FLAT, duration="20 min").world
    assert (stated.duration, stated.runs_to_end) == (1200.0, True)
    free = lowered_of(FLAT).world
    last = max(
        vehicle["latest"] + (free.routes.count[index].max() - 1) * vehicle["step"]
        for index, vehicle in enumerate(free.vehicles)
    )
    assert (free.duration, free.runs_to_end) == (last + AFTER_LAST_ARRIVAL, False)


def test_a_ballistic_route_that_cannot_be_flown_is_one_clear_line(tmp_path):
    source = resources.files("rempart.catalog") / "systems/ballistic-missile.yaml"
    text = source.read_text(encoding="utf-8")
    tall = "  value: 80\n  low: 40\n  high: 200\n  unit: km\n"
    assert tall in text
    (tmp_path / "low-missile.yaml").write_text(text.replace(tall, "  value: 0.2\n  unit: km\n"))
    arc = {"threat": "low-missile", "from": [34.3, 46.6], "to": "city"}
    scenario = scenario_of(HILLS, catalogue=[str(tmp_path)], raid={"arc": arc})
    with pytest.raises(ScenarioError) as refused:
        lower(scenario)
    (line,) = str(refused.value).splitlines()
    assert line.startswith("raid.arc")
    assert "low-missile" in line


# What the engine makes of it.


def pd_now(world, events, event, sensor):
    """Detection probability of a sensor's look at the vehicle of an event, from the world's tables."""
    takeoff = of_kind(events, TAKEOFF)
    (start,) = takeoff[takeoff["vehicle"] == event["vehicle"]]
    view = world.views[sensor, event["vehicle"], int(start["value"])]
    sample = int((event["time"] - start["time"]) / world.vehicles.step[event["vehicle"]])
    row = sample - view["first"]
    return float(world.pd[view["start"] + row]) if 0 <= row < view["count"] else 0.0


@pytest.mark.parametrize("name", ["flat", "hills", "arc"])
def test_nothing_is_launched_that_its_guide_does_not_hold(name):
    world = WORLDS[name]().world
    n_launches = 0
    for events in logs(name):
        for event in of_kind(events, LAUNCH):
            guide = world.units.sensor[world.weapons.unit[event["actor"]]]
            assert pd_now(world, events, event, guide) >= LOCK_PD
            n_launches += 1
    assert n_launches > 5


@pytest.mark.parametrize("name", ["flat", "hills", "arc"])
def test_no_round_kills_what_its_guide_does_not_see(name):
    world = WORLDS[name]().world
    n_kills = 0
    for events in logs(name):
        for event in of_kind(events, INTERCEPT_KILL, INTERCEPT_MISS):
            guide = world.units.sensor[world.weapons.unit[event["actor"]]]
            if pd_now(world, events, event, guide) == 0.0:
                assert event["value"] == 0.0
            n_kills += event["kind"] == INTERCEPT_KILL
    assert n_kills > 3


@pytest.mark.parametrize("name", ["flat", "hills", "arc"])
def test_meetings_lie_in_the_envelope(name):
    """Where a round had a chance, it was no farther than its reach; and tracking errors are small."""
    world = WORLDS[name]().world
    for events in logs(name):
        for event in of_kind(events, INTERCEPT_KILL, INTERCEPT_MISS):
            unit = world.units[world.weapons.unit[event["actor"]]]
            site = np.array([unit["x"], unit["y"], unit["z"]])
            distance = np.linalg.norm([event["x"], event["y"], event["z"]] - site)
            if event["value"] > 0.0:
                weapon = world.weapons[event["actor"]]
                assert 0.9 * weapon["range_min"] <= distance <= weapon["range_max"] * (1.0 + 1e-5)


def behind_the_horizon():
    """A low flight that passes 70 km off: well within the radars' power, far below their horizon."""
    return lowered_of(
        FLAT,
        assets__depot__at=[33.30, 46.0],
        raid={
            "low": {
                "threat": "generic-threat", "count": 3, "from": [34.30, 45.20], "to": "depot",
                "height": "50 m agl",
            },
        },
        traffic={},
    )  # fmt: skip


def test_a_masked_raid_is_neither_seen_nor_shot_at():
    world = behind_the_horizon().world
    assert (world.routes.reachable & IN_REACH_OF_SENSOR == IN_REACH_OF_SENSOR).all()
    assert (world.routes.reachable & IN_SIGHT_OF_SENSOR == 0).all()
    found = played(world, 10)
    assert np.isnan(found.first_detected).all()
    assert (found.shots == 0).all()
    assert (found.outcome == LEAKED).all()
    assert (found.cause == MASKED).all()


def test_a_route_past_the_weapons_is_told_from_one_through_them():
    through = lowered_of(FLAT).world
    assert (through.routes.reachable[:3] & IN_REACH_OF_WEAPON > 0).all()
    aside = lowered_of(
        FLAT,
        assets__depot__at=[33.90, 45.60],
        raid__strike__to="depot",
        raid__strike__from=[34.90, 45.60],
    ).world
    assert (aside.routes.reachable[:3] & IN_SIGHT_OF_SENSOR > 0).all()
    assert (aside.routes.reachable[:3] & IN_REACH_OF_WEAPON == 0).all()
    assert (played(aside, 5).shots[:, :3] == 0).all()


def test_autonomous_batteries_act_on_their_own_picture():
    world = WORLDS["alone"]().world
    n_assigned = 0
    for events in logs("alone"):
        firm = of_kind(events, TRACK_FIRM)
        for event in of_kind(events, ASSIGNED):
            group = world.units.group[world.weapons.unit[event["actor"]]]
            own = firm[(firm["vehicle"] == event["vehicle"]) & (firm["actor"] == group)]
            assert len(own) > 0
            assert own["time"][0] <= event["time"]
            n_assigned += 1
    assert n_assigned > 5


def engagements(events):
    """(vehicle, weapon, assigned, assessed) of each engagement that came to a launch."""
    for start in of_kind(events, ASSIGNED):
        own = events[(events["vehicle"] == start["vehicle"]) & (events["actor"] == start["actor"])]
        end = of_kind(own[own["time"] > start["time"]], ASSESSED, ABORTED)[:1]
        if len(end) and end["kind"][0] == ASSESSED:
            yield start["vehicle"], start["actor"], start["time"], end["time"][0]


def n_doubled(name):
    """Pairs of engagements of one vehicle that overlap in time."""
    count = 0
    for events in logs(name, 12):
        found = list(engagements(events))
        count += sum(
            one[0] == other[0] and one[2] < other[2] < one[3]
            for number, one in enumerate(found)
            for other in found[:number] + found[number + 1 :]
        )
    return count


def test_only_those_who_do_not_talk_shoot_twice_at_once():
    assert n_doubled("abreast") == 0
    assert n_doubled("abreast and alone") > 3


def test_a_ballistic_missile_is_met_only_within_the_reach_against_its_class():
    lowered = WORLDS["arc"]()
    world, names = lowered.world, lowered.names
    assert (world.vehicles.vehicle_class == BALLISTIC_MISSILE).all()
    reach = {"48n6e3": 60e3, "9m96e2": 30e3}
    n_met = 0
    for events in logs("arc"):
        for event in of_kind(events, INTERCEPT_KILL, INTERCEPT_MISS):
            weapon = event["actor"]
            unit = world.units[world.weapons.unit[weapon]]
            site = np.array([unit["x"], unit["y"], unit["z"]])
            distance = np.linalg.norm([event["x"], event["y"], event["z"]] - site)
            assert event["value"] == 0.0 or distance <= reach[names.weapon_kinds[weapon]] * (1.0 + 1e-5)
            n_met += event["value"] > 0.0
    assert n_met > 5


@pytest.mark.parametrize("name", ["flat", "hills", "arc"])
def test_a_round_takes_the_time_that_its_table_says(name):
    """From launch to the true place of the meeting, for every round that came to its target."""
    world = WORLDS[name]().world
    n_met = 0
    for events in logs(name):
        met = of_kind(events, INTERCEPT_KILL, INTERCEPT_MISS)
        for shot in of_kind(events, LAUNCH):
            own = met[(met["actor"] == shot["actor"]) & (met["vehicle"] == shot["vehicle"])]
            for end in own[np.abs(own["time"] - shot["value"]) < 1e-9]:
                unit = world.units[world.weapons.unit[shot["actor"]]]
                distance = np.linalg.norm([end[axis] - unit[axis] for axis in ("x", "y", "z")])
                edges = np.linspace(0.0, world.weapons.range_max[shot["actor"]], world.flight_time.shape[1])
                needed = np.interp(distance, edges, world.flight_time[shot["actor"]])
                assert end["time"] - shot["time"] == pytest.approx(needed, abs=0.02)
                n_met += 1
    assert n_met > 5


def test_a_fire_unit_uses_each_weapon_where_it_belongs_and_shares_its_channels():
    drones = {
        "threat": "small-attack-drone", "count": 20, "from": [35.20, 45.00], "to": "city",
        "height": "300 m agl", "start": "0..2 min",
    }  # fmt: skip
    lowered = lowered_of(
        HILLS,
        defence__batteries__far=None,
        defence__batteries__close__fire_units=1,
        defence__batteries__close__at=[35.20, 45.30],
        defence__policy__rounds=2,
        raid={"drones": drones},
    )
    world, names = lowered.world, lowered.names
    used, widths = set(), set()
    for trial in range(5):
        events = play_logged(world, 1, trial)[0]
        for event in of_kind(events, LAUNCH):
            used.add(names.weapon_kinds[event["actor"]])
        for unit in range(len(world.units)):
            starts = [e for e in engagements(events) if world.weapons.unit[e[1]] == unit]
            for _, _, start, _ in starts:
                busy = sum(begin <= start < end for _, _, begin, end in starts)
                assert busy <= world.units.channels[unit]
                widths.add(busy)
    assert used == {"57e6", "2a38m"}
    assert max(widths) == world.units.channels[0]


def test_rounds_fired_are_the_shots_and_no_more_than_loaded():
    lowered = lowered_of(HILLS, raid__cruise__count=8)
    found = played(lowered.world, 20)
    np.testing.assert_array_equal(found.rounds.sum(axis=1), found.shots.sum(axis=1))
    assert (found.rounds <= lowered.world.weapons.rounds).all()
    assert found.rounds.sum() > 50


def test_a_reply_is_not_forgotten():
    """Aircraft that answer now and then but fly oddly: unknown after one reply, and never hostile again."""
    world = lowered_of(
        FLAT,
        traffic__airway__count=8,
        defence__policy__identification={"reply_seen": 0.4},
        defence__policy__weapons="hold",
    ).world
    vehicles = world.vehicles.copy()
    vehicles.p_transponder[3:], vehicles.p_conforms[3:] = 1.0, 0.0
    world = world._replace(vehicles=vehicles)
    n_asked = n_hostile = 0
    for trial in range(10):
        events = of_kind(play_logged(world, 1, trial)[0], IDENTIFIED)
        for vehicle in range(3, 11):
            declared = events["value"][events["vehicle"] == vehicle].tolist()
            replied = declared.index(UNKNOWN) if UNKNOWN in declared else len(declared)
            assert set(declared[:replied]) <= {HOSTILE}
            assert set(declared[replied:]) <= {UNKNOWN}
            n_asked += len(declared[replied:])
            n_hostile += HOSTILE in declared
    assert n_asked > 300
    assert n_hostile > 10
