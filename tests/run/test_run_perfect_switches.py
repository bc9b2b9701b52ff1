"""Each link of the chain taken as perfect: it does what its definition says, and nothing else."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.engine.world import IN_SIGHT_OF_SENSOR, Perfect
from rempart.events.identities import HOSTILE, NEUTRAL
from rempart.events.kinds import (
    ABORTED,
    ASSESSED,
    ASSIGNED,
    IDENTIFIED,
    INTERCEPT_KILL,
    INTERCEPT_MISS,
    LAUNCH,
    PLOT,
    TAKEOFF,
    TRACK_FIRM,
)
from rempart.events.outcomes import KILL_WRONGLY_ASSESSED, KILLED, LEAKED
from scenario_builder import FLAT, lowered_of
from world_builder import assert_same, played

N_TRIALS = 30
WEAK = {
    "defence__policy__assessment": {"kill_seen": 0.7, "miss_seen": 0.7},
    "defence__policy__identification": {"reply_seen": 0.5},
    "raid__strike__count": 8,
    "traffic__airway__count": 6,
    "area__weather": "40 mm/h",
}
"""Every link gives way now and then."""
HOLD = {"defence__policy__weapons": "hold"}
"""No fire, so that what is seen of one vehicle does not hang on the fate of another."""


def world_of(*links, **changes):
    return lowered_of(FLAT, **WEAK, **changes, perfect=list(links)).world


@cache
def outcome(*links, hold=False):
    return played(world_of(*links, **(HOLD if hold else {})), N_TRIALS)


@cache
def logs(*links):
    return [play_logged(world_of(*links), 1, trial)[0] for trial in range(6)]


def of_kind(events, *kinds):
    return events[np.isin(events["kind"], kinds)]


def earlier_or_equal(one, other):
    """Whether times come no later; a time that never comes is the latest of all."""
    return (np.nan_to_num(one, nan=np.inf) <= np.nan_to_num(other, nan=np.inf)).all()


def test_the_weak_scenario_is_weak():
    found = outcome()
    assert (found.outcome == KILLED).any()
    assert (found.outcome == LEAKED).any()
    assert (found.cause == KILL_WRONGLY_ASSESSED).any()
    assert (found.detections < found.looks).all()


@pytest.mark.parametrize("link", Perfect._fields)
def test_each_switch_matters_and_is_the_only_one_on(link):
    world = world_of(link)
    assert [name for name, is_on in zip(Perfect._fields, world.perfect, strict=True) if is_on] == [link]
    assert any((outcome(link)[name] != column).any() for name, column in outcome().items())


def test_no_switch_is_the_same_as_an_empty_list():
    assert_same(played(lowered_of(FLAT, **WEAK).world, 3), played(world_of(), 3))


def test_perfect_detection_sees_at_every_look():
    found = outcome("detection", hold=True)
    np.testing.assert_array_equal(found.detections, found.looks)
    assert (found.looks > 0).all()


def test_perfect_detection_sees_at_the_first_look_in_sight():
    world = world_of("detection")
    n_seen = 0
    for events in logs("detection"):
        takeoff, plots = of_kind(events, TAKEOFF), of_kind(events, PLOT)
        for start in takeoff:
            vehicle, variant = start["vehicle"], int(start["value"])
            assert world.routes.reachable[vehicle, variant] & IN_SIGHT_OF_SENSOR
            views = world.views[:, vehicle, variant]
            entries = start["time"] + views["first"] * world.vehicles.step[vehicle]
            soonest = np.min(np.where(views["count"] > 0, entries + world.sensors.turn, np.inf))
            seen = plots["time"][plots["vehicle"] == vehicle]
            assert len(seen) > 0 or soonest > events["time"].max()
            if len(seen):
                assert entries[views["count"] > 0].min() <= seen[0] <= soonest + 1e-6
                n_seen += 1
    assert n_seen > 30


def test_perfect_detection_never_comes_later():
    sure, chancy = outcome("detection", hold=True), outcome(hold=True)
    np.testing.assert_array_equal(sure.variant, chancy.variant)
    assert earlier_or_equal(sure.first_detected, chancy.first_detected)
    assert earlier_or_equal(sure.first_firm, chancy.first_firm)
    assert (sure.first_detected < chancy.first_detected).any()


def test_perfect_tracking_makes_a_track_of_the_first_plot():
    found = outcome("tracking", hold=True)
    np.testing.assert_array_equal(found.first_firm, found.first_detected)
    np.testing.assert_array_equal(found.first_detected, outcome(hold=True).first_detected)
    assert (outcome(hold=True).first_firm > found.first_firm).any()


def test_perfect_identification_tells_friend_from_foe_at_once():
    world = world_of("identification")
    found = outcome("identification")
    hostile = world.vehicles.is_hostile == 1
    assert (found.shots[:, ~hostile] == 0).all()
    np.testing.assert_allclose(found.identified - found.first_firm, world.policy.link_delay)
    for events in logs("identification"):
        told = of_kind(events, IDENTIFIED)
        np.testing.assert_array_equal(told["value"], np.where(hostile[told["vehicle"]], HOSTILE, NEUTRAL))
    imperfect = np.concatenate([of_kind(events, IDENTIFIED) for events in logs()])
    assert (imperfect["value"] != np.where(hostile[imperfect["vehicle"]], HOSTILE, NEUTRAL)).any()


def test_perfect_communication_takes_no_time_and_joins_the_batteries():
    world = world_of("communication", defence__command__topology="autonomous")
    assert len(world.groups) == 1
    found = played(world, 10)
    known = ~np.isnan(found.identified)
    waits = (found.identified - found.first_firm)[known]
    policy = world.policy
    assert waits.min() == pytest.approx(policy.identification_time)
    usual = outcome()
    delays = (usual.identified - usual.first_firm)[~np.isnan(usual.identified)]
    assert delays.min() == pytest.approx(policy.identification_time + policy.link_delay)
    assert_same(found, played(world_of("communication"), 10))


def busiest(events, world):
    """Most engagements that one fire unit guides at once in a trial, and its channels."""
    most = 0
    for unit in range(len(world.units)):
        own = events[np.isin(events["actor"], np.flatnonzero(world.weapons.unit == unit))]
        change = np.select([own["kind"] == ASSIGNED, np.isin(own["kind"], (ASSESSED, ABORTED))], [1, -1], 0)
        most = max(most, int(np.cumsum(change).max(initial=0)))
    return most


def test_perfect_assignment_has_no_delay_and_no_want_of_channels():
    narrow = {"defence__batteries__north__channels": 1, "defence__batteries__south__channels": 1}
    scarce, free = world_of(**narrow), world_of("assignment", **narrow)
    most = {1: 0, 2: 0}
    for trial in range(6):
        events = play_logged(free, 1, trial)[0]
        for start in of_kind(events, ASSIGNED):
            launched = of_kind(events, LAUNCH)
            own = launched[(launched["vehicle"] == start["vehicle"]) & (launched["time"] >= start["time"])]
            assert len(own) == 0 or own["time"][0] - start["time"] <= 0.5 + 1e-9
        most[2] = max(most[2], busiest(events, free))
        most[1] = max(most[1], busiest(play_logged(scarce, 1, trial)[0], scarce))
    assert most[1] == 1
    assert most[2] > 1


def test_perfect_assignment_keeps_the_other_delays():
    usual, free = logs()[0], logs("assignment")[0]
    firm = {
        kind: of_kind(events, TRACK_FIRM)["time"][0] for kind, events in (("usual", usual), ("free", free))
    }
    assert firm["usual"] == firm["free"]


def test_perfect_assessment_is_at_once_and_always_right():
    found = outcome("assessment")
    assert not (found.cause == KILL_WRONGLY_ASSESSED).any()
    n_assessed = 0
    for events in logs("assessment"):
        ends = of_kind(events, INTERCEPT_KILL, INTERCEPT_MISS)
        for row in of_kind(events, ASSESSED):
            own = ends[ends["vehicle"] == row["vehicle"]]
            assert row["time"] in own["time"]
            is_dead = (own["kind"][own["time"] <= row["time"]] == INTERCEPT_KILL).any()
            assert row["value"] == is_dead
            n_assessed += 1
    assert n_assessed > 20


def test_imperfect_assessment_takes_its_time_and_errs():
    world = world_of()
    wrong = 0
    for events in logs():
        ends = of_kind(events, INTERCEPT_KILL, INTERCEPT_MISS)
        for row in of_kind(events, ASSESSED):
            own = ends[(ends["vehicle"] == row["vehicle"]) & (ends["time"] < row["time"])]
            assert row["time"] - own["time"][-1] == pytest.approx(world.policy.assessment_time)
            wrong += row["value"] != (own["kind"] == INTERCEPT_KILL).any()
    assert wrong > 3


def test_all_switches_together_hold_against_a_raid_with_room_and_rounds_to_spare():
    """What is left then is the kill probability alone: three salvos from each of two fire units."""
    found = outcome(*Perfect._fields)
    hostile = world_of(*Perfect._fields).vehicles.is_hostile == 1
    leaked = (found.outcome == LEAKED)[:, hostile]
    assert (found.shots[:, ~hostile] == 0).all()
    assert leaked.mean() <= (1.0 - 0.7) ** 3
    assert leaked.mean() <= (outcome().outcome == LEAKED)[:, hostile].mean()
    assert (found.shots[:, hostile][leaked] >= 3).all()
