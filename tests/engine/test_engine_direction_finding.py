"""Direction finders in play: what radiates in a trial is found, what does not is not."""

from __future__ import annotations

import numpy as np

from rempart.events.identities import HOLD
from world_builder import POLICY, assert_close_to, assert_same, build_world, played

N_TRIALS = 400


def heard(chances, baseline=30e3):
    """Vehicles that radiate with these chances, towards a direction finder."""
    n = len(chances)
    starts = np.c_[np.full(n, 80e3), 5e3 * np.arange(n), np.full(n, 5e3)]
    world = build_world(
        starts, starts - [60e3, 0.0, 0.0], pd=0.9, policy=POLICY._replace(weapons_control=HOLD)
    )
    world.sensors.baseline, world.vehicles.emits = baseline, chances
    return world


def test_it_hears_those_that_radiate_as_often_as_they_do():
    found = played(heard([1.0, 0.0, 0.3]), N_TRIALS)
    is_heard = np.isfinite(found.first_detected)
    assert is_heard[:, 0].all()
    assert not is_heard[:, 1].any()
    assert_close_to(is_heard[:, 2], 0.3)


def test_one_that_is_heard_stays_so_for_the_whole_trial():
    """Detected ones are all tracked, since nearly every look at them detects."""
    found = played(heard([0.3]), 50)
    np.testing.assert_array_equal(np.isfinite(found.first_detected), np.isfinite(found.first_firm))


def test_other_sensors_do_not_mind():
    assert_same(played(heard([0.0, 0.0], baseline=0.0), 5), played(heard([1.0, 0.5], baseline=0.0), 5))


def test_several_vehicles_radiate_independently():
    is_heard = np.isfinite(played(heard([0.5, 0.5]), N_TRIALS).first_detected)
    assert_close_to(is_heard[:, 0] & is_heard[:, 1], 0.25)
