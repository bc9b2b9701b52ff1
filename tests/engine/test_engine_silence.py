"""Emission control in play: silent radars neither look nor guide until their group is cued."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.events.kinds import LAUNCH, PLOT, RADIATING, SENSOR_LOST, TRACK_FIRM
from rempart.events.outcomes import KILLED, LEAKED, NOT_DETECTED
from world_builder import POLICY, build_world, in_groups, played, with_pictures

START, AIM = (100e3, 0.0, 3000.0), (0.0, 0.0, 0.0)
SLOW_LINKS = POLICY._replace(link_delay=3.0)


def guarded(silent, n_sensors=2, **chosen):
    """One threat towards a fire unit that sensor 0 guides."""
    sites = [(1.0 * k, 0.0, 0.0) for k in range(n_sensors)]
    world = build_world([START], [AIM], sensors=sites, pk=1.0, **chosen)
    world.units.sensor = 0
    world.sensors.is_silent[list(silent)] = 1
    return world


def of_kind(events, kind, actor=None):
    chosen = events["kind"] == kind
    return events[chosen if actor is None else chosen & (events["actor"] == actor)]


def test_a_silent_battery_without_a_cue_sees_nothing_and_fires_at_nothing():
    found = played(guarded([0], n_sensors=1), 5)
    assert set(found.cause.ravel()) == {NOT_DETECTED}
    assert not found.looks.any()
    assert not found.rounds.any()
    assert (played(guarded([], n_sensors=1), 5).outcome == KILLED).all()


def with_either_way(world):
    return [world, with_pictures(world)]


@pytest.mark.parametrize("way", [0, 1], ids=["known", "gnn"])
def test_it_radiates_once_the_cue_has_come_and_shoots_then(way):
    world = with_either_way(guarded([0], policy=SLOW_LINKS))[way]
    events, _, _ = play_logged(world, 1, 0)
    firm, woken = of_kind(events, TRACK_FIRM)[0], of_kind(events, RADIATING)
    assert woken["actor"].tolist() == [0]
    assert woken["vehicle"].tolist() == [0]
    assert woken["time"][0] == pytest.approx(firm["time"] + 3.0)
    assert of_kind(events, PLOT, 0)["time"].min() >= woken["time"][0]
    assert of_kind(events, PLOT, 0)["time"].min() <= woken["time"][0] + 5 * 4.0
    assert of_kind(events, LAUNCH)["time"].min() > woken["time"][0]
    assert (played(world, 5).outcome == KILLED).all()


def test_its_looks_are_those_that_it_would_have_had():
    """The same dice: once it radiates, it sees what it would have seen radiating all along."""
    silent, open_ = guarded([0]), guarded([])
    for trial in range(3):
        cued, always = play_logged(silent, 1, trial)[0], play_logged(open_, 1, trial)[0]
        woken = of_kind(cued, RADIATING)["time"][0]
        until = min(of_kind(events, LAUNCH)["time"].min() for events in (cued, always))
        expected = of_kind(always, PLOT, 0)["time"]
        seen = of_kind(cued, PLOT, 0)["time"]
        expected = expected[(expected > woken) & (expected < until)]
        np.testing.assert_array_equal(seen[seen < until], expected)


def test_another_command_without_a_link_wakes_nobody():
    world = guarded([0])
    apart = in_groups(world, [0, 1], [0])
    assert (played(apart, 3).outcome == LEAKED).all()
    events, _, _ = play_logged(apart, 1, 0)
    assert len(of_kind(events, TRACK_FIRM)) > 0
    assert len(of_kind(events, RADIATING)) == 0
    linked = in_groups(world, [0, 1], [0], [(1, 0, 20.0)])
    events, _, _ = play_logged(linked, 1, 0)
    firm = of_kind(events, TRACK_FIRM, 0)["time"][0]
    assert of_kind(events, RADIATING)["time"].tolist() == [pytest.approx(firm + 20.0)]


def test_one_that_is_knocked_out_first_stays_silent():
    """The leaker that strikes it is the first that the other sensor could track, and that sees too late."""
    world = guarded([0], policy=POLICY._replace(link_delay=500.0))
    world.sensors.asset[0] = 0
    events, _, _ = play_logged(world._replace(runs_to_end=True, duration=2000.0), 1, 0)
    assert len(of_kind(events, TRACK_FIRM)) > 0
    assert of_kind(events, SENSOR_LOST)["actor"].tolist() == [0]
    assert len(of_kind(events, RADIATING)) == 0
