"""One engagement after another: who waits, who is served first, and where the meetings lie."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.events.kinds import ASSESSED, ASSIGNED, BLOCKED, INTERCEPT_KILL, INTERCEPT_MISS, LAUNCH, RELOADED
from rempart.physics.engagement import depth_of_fire
from world_builder import ALL_PERFECT, POLICY, build_world, only_in_view

PATIENT = POLICY._replace(drop_time=1e4)
SEES_ALL = ALL_PERFECT._replace(assessment=False)


def times_of(events, kind):
    return events["time"][events["kind"] == kind]


@pytest.mark.parametrize(
    ("speed", "round_speed", "delays", "range_min"),
    [
        (300.0, 900.0, (10.0, 3.0), 1000.0),
        (200.0, 1200.0, (6.0, 8.0), 2500.0),
        (500.0, 700.0, (4.0, 2.0), 500.0),
    ],
)
def test_meetings_of_shoot_look_shoot_lie_where_the_formula_says(speed, round_speed, delays, range_min):
    """A head-on target that is missed each time: the delays are those of decision and assessment."""
    world = build_world(
        [(27e3, 0.0, 1.0)], [(0.0, 0.0, 1.0)], speed=speed, turn=0.01, reach=40e3, min_range=range_min,
        pk=1e-12, interceptor_speed=round_speed, reaction=0.0, rounds=50, perfect=SEES_ALL,
        policy=PATIENT._replace(decision_time=delays[0], assessment_time=delays[1], max_salvos=50),
    )  # fmt: skip
    only_in_view(world, 0, 1)
    events, _, _ = play_logged(world, 1, 0)
    met = events[events["kind"] == INTERCEPT_MISS]
    expected = depth_of_fire(27e3, speed, round_speed, delays, range_min)
    assert len(expected) >= 3
    np.testing.assert_allclose(np.hypot(met["x"], met["y"]), expected, rtol=0.005)


def engagement(**policy):
    """One threat against one fire unit that always misses."""
    return build_world(
        [(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], pd=1.0, pk=1e-12, rounds=4, reaction=7.0,
        perfect=SEES_ALL, policy=PATIENT._replace(max_salvos=2, **policy), reload_time=11.0,
    )  # fmt: skip


def test_an_engagement_takes_its_time():
    events, _, _ = play_logged(engagement(salvo=2, assessment_time=3.0), 1, 0)
    assigned, launched, assessed = (times_of(events, kind) for kind in (ASSIGNED, LAUNCH, ASSESSED))
    arrived = times_of(events, INTERCEPT_MISS)
    assert len(launched) == len(arrived) == 4
    np.testing.assert_allclose(launched[::2] - assigned, 7.0, atol=0.5)
    np.testing.assert_allclose(launched[1::2] - launched[::2], 1.0)
    np.testing.assert_allclose(assessed - arrived[1::2], 3.0)
    assert assigned[1] == assessed[0]
    np.testing.assert_allclose(times_of(events, RELOADED), launched[2] + 11.0)


def test_a_round_meets_its_target_when_the_log_foretold():
    events, _, _ = play_logged(engagement(), 1, 0)
    foretold = events["value"][events["kind"] == LAUNCH]
    np.testing.assert_allclose(times_of(events, INTERCEPT_MISS), foretold)


def test_the_most_urgent_of_those_that_wait_is_served_first():
    """Three threats on one line, one channel, and the nearest stands last in the tables."""
    starts = [(62e3, 0.0, 3000.0), (60e3, 0.0, 3000.0), (58e3, 0.0, 3000.0), (50e3, 0.0, 3000.0)]
    world = build_world(
        starts,
        [(0.0, 0.0, 0.0)] * 4,
        pd=1.0,
        pk=1.0,
        channels=1,
        reach=25e3,
        perfect=SEES_ALL,
        policy=PATIENT,
    )
    events, _, _ = play_logged(world, 1, 0)
    assert set(events["vehicle"][events["kind"] == BLOCKED]) >= {0, 1, 2}
    assert events["vehicle"][events["kind"] == ASSIGNED].tolist() == [3, 2, 1, 0]
    assert (events["kind"] == INTERCEPT_KILL).sum() == 4
