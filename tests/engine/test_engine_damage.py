"""What a leaker knocks out neither looks, nor guides, nor fires, and is to blame for what leaks after it."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.events.kinds import INTERCEPT_MISS, LAUNCH, PLOT, SENSOR_LOST, UNIT_LOST
from rempart.events.outcomes import KILLED, KNOCKED_OUT, LEAKED, NOT_DETECTED
from world_builder import ALL_PERFECT, assert_close_to, build_world, only_in_view, played

STRUCK_AT = 150.0
SURE = ALL_PERFECT._replace(detection=False)


def struck(sensors_hit=(0,), units_hit=(0,), p_lost=1.0, view=None, **chosen):
    """A threat that no radar sees strikes after 150 s; another would be shot down after some 200 s.

    `sensors_hit` and `units_hit` stand at the asset that is struck.
    """
    chosen = {"pd": 1.0, "pk": 1.0, "reach": 10e3, "perfect": SURE} | chosen
    world = build_world([(37.5e3, 0.0, 1.0), (60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)] * 2, **chosen)
    if view is not None:
        only_in_view(world, *view)
    world.views.count[:, 0] = 0
    world.assets.p_lost = p_lost
    world.sensors.asset[list(sensors_hit)], world.units.asset[list(units_hit)] = 0, 0
    return world


def test_without_damage_the_second_threat_is_shot_down():
    found = played(struck(p_lost=0.0), 3)
    assert (found.cause[:, 0] == NOT_DETECTED).all()
    assert (found.outcome[:, 1] == KILLED).all()
    assert not found.sensors_lost.any()
    assert not found.units_lost.any()


@pytest.mark.parametrize(
    ("sensors", "units", "view"),
    [((0,), (), None), ((), (0,), None), ((0,), (0,), None), ((0,), (), (200, 30))],
    ids=["radar", "fire unit", "both", "radar before it saw anything"],
)
def test_what_is_knocked_out_is_to_blame(sensors, units, view):
    found = played(struck(sensors, units, view=view), 3)
    assert (found.outcome == LEAKED).all()
    assert (found.cause == [NOT_DETECTED, KNOCKED_OUT]).all()
    assert (found.sensors_lost == len(sensors)).all()
    assert (found.units_lost == len(units)).all()
    assert not found.shots.any()


def test_a_radar_that_was_never_to_see_it_is_not_to_blame():
    """Its view ends before the strike, so its loss changed nothing."""
    found = played(struck((0,), (), view=(10, 2), perfect=SURE._replace(tracking=False)), 3)
    assert not (found.cause[:, 1] == KNOCKED_OUT).any()


def test_what_stands_elsewhere_fights_on():
    two = {"sensors": ((0.0, 0.0, 0.0), (9e3, 0.0, 0.0)), "units": ((0.0, 0.0, 0.0), (9e3, 0.0, 0.0))}
    found = played(struck(**two), 3)
    assert (found.outcome[:, 1] == KILLED).all()
    assert (found.killer[:, 1] == 1).all()


@pytest.mark.parametrize(
    ("sensor", "lost", "killed"), [(0, "sensors", False), (0, "units", False), (-1, "units", True)]
)
def test_rounds_in_flight_fail_unless_they_need_no_guidance(sensor, lost, killed):
    """The slow round is launched before the strike and would meet its target after it."""
    at_stake = {"sensors_hit": (), "units_hit": ()} | {f"{lost}_hit": (0,)}
    world = struck(interceptor_speed=100.0, reaction=0.0, **at_stake)
    world.units.sensor = sensor
    events, ledger, _ = play_logged(world, 1, 0)
    assert (events["time"][events["kind"] == LAUNCH] < STRUCK_AT).all()
    assert (events["kind"] == LAUNCH).sum() == 1
    assert (ledger.codes[1, 0] == KILLED) == killed
    missed = events[events["kind"] == INTERCEPT_MISS]
    assert missed["value"].tolist() == ([] if killed else [0.0])


def test_the_log_tells_what_was_lost_and_when():
    events, _, _ = play_logged(struck(), 1, 0)
    for kind in (SENSOR_LOST, UNIT_LOST):
        lost = events[events["kind"] == kind]
        assert lost["time"].tolist() == pytest.approx([STRUCK_AT])
        assert (lost["vehicle"].tolist(), lost["actor"].tolist()) == ([0], [0])
    assert events["time"][events["kind"] == PLOT].max() < STRUCK_AT


def test_the_chance_of_damage_is_that_of_the_asset():
    assert_close_to(played(struck(p_lost=0.3), 2000).units_lost, 0.3)


def test_a_launch_that_was_due_is_given_up_at_once():
    """The second unit takes the track without waiting for the first one's reaction to run out."""
    two = ((0.0, 0.0, 0.0), (10.0, 0.0, 0.0))
    world = struck((), (0,), units=two, reaction=70.0)
    world.units.reaction[1] = 5.0
    world.weapons.range_max[1] = 9e3
    found = played(world, 3)
    assert (found.outcome[:, 1] == KILLED).all()
    assert (found.killer[:, 1] == 1).all()
    assert np.all(found.units_lost == 1)
