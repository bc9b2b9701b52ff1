"""Scenarios in which sensing is contested: a jammer that stands off, and a battery that waits for a cue."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.events.kinds import LAUNCH, PLOT, RADIATING
from rempart.events.outcomes import JAMMED, LEAKED
from rempart.run.lowering import lower
from rempart.scenario.loading import load_scenario
from world_builder import played

N_TRIALS = 40


@cache
def lowered(name):
    return lower(load_scenario(name))


@cache
def outcome(name):
    return played(lowered(name).world, N_TRIALS)


def leakage(name):
    hostile = (lowered(name).world.vehicles.is_hostile == 1) & (lowered(name).world.vehicles.asset >= 0)
    return (outcome(name).outcome[:, hostile] == LEAKED).mean(axis=1)


def first_seen(name):
    """When the first carrier of each trial is detected [s]."""
    vehicles = lowered(name).world.vehicles
    carriers = (vehicles.is_hostile == 1) & (vehicles.asset < 0)
    return np.nanmin(outcome(name).first_detected[:, carriers], axis=1)


@pytest.mark.parametrize("jammed", ["jammed_raid", "jammed_raid_aside"])
def test_a_jammer_that_stands_off_lets_more_through(jammed):
    more = leakage(jammed) - leakage("jammed_raid_quiet")
    assert more.mean() > 4.0 * more.std(ddof=1) / np.sqrt(N_TRIALS) > 0.0
    assert (outcome(jammed).cause == JAMMED).any()
    assert not (outcome("jammed_raid_quiet").cause == JAMMED).any()
    late = first_seen(jammed) - first_seen("jammed_raid_quiet")
    assert late.mean() > 30.0


def test_a_silent_battery_fires_only_after_its_cue():
    names = lowered("ambush").names
    ears = [k for k, name in enumerate(names.sensors) if name.startswith("ears")]
    n_cued = 0
    for trial in range(10):
        events, _, _ = play_logged(lowered("ambush").world, 1, trial)
        woken, plots = events[events["kind"] == RADIATING], events[events["kind"] == PLOT]
        cue = woken["time"].min() if len(woken) else np.inf
        n_cued += len(woken) > 0
        assert set(plots["actor"][plots["time"] < cue]) <= set(ears)
        assert not (events["time"][events["kind"] == LAUNCH] < cue).any()
    assert n_cued > 0


def test_silence_costs_leakers():
    more = leakage("ambush") - leakage("ambush_radiating")
    assert more.mean() > 2.5 * more.std(ddof=1) / np.sqrt(N_TRIALS) > 0.0
