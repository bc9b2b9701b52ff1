"""A caller that decides for itself: a human in the loop, or a learning agent."""

from __future__ import annotations

import math

import numpy as np

from rempart.engine.engagement import answer
from rempart.engine.play import (
    REACHED_DECISION,
    REACHED_END,
    advance,
    begin_trial,
    new_ledger,
    play_trials,
)
from rempart.engine.state import new_state
from world_builder import build_world, ring

SEED, TRIAL = 5, 3


def raid():
    return build_world(ring(6, 90e3, 3000.0), [(0.0, 0.0, 0.0)] * 6, latest=60.0, channels=2, rounds=6)


def decided(world, choose):
    """Play one trial to its end; `choose(state)` gives the weapon, and all that was asked is returned."""
    state, asked = new_state(world), []
    begin_trial(world, state, SEED, TRIAL)
    state.trial.asks[0] = 1
    while (reason := advance(world, state, math.inf)) == REACHED_DECISION:
        asked.append((float(state.trial.clock[0]), int(state.trial.asked[0]), int(state.trial.proposed[0])))
        assert answer(world, state, choose(state))
    assert reason == REACHED_END
    return state, asked


def test_taking_every_proposal_plays_the_trial_that_the_doctrine_plays():
    world = raid()
    state, asked = decided(world, lambda state: state.trial.proposed[0])
    plain = new_state(world)
    ledger, tally = new_ledger(world, 1)
    play_trials(world, plain, SEED, TRIAL, ledger, tally)
    assert asked
    assert np.array_equal(state.flights.outcome, ledger.codes[:, 0])
    assert np.array_equal(state.flights.ended, ledger.times[:, 5])
    assert np.array_equal(state.magazines.fired, tally.rounds[0])


def test_refusing_every_proposal_fires_nothing():
    world = raid()
    state, asked = decided(world, lambda state: -1)
    assert len(asked) > len(world.vehicles)
    assert state.magazines.fired.sum() == 0
    assert (state.flights.outcome == 2).all()


def test_a_decision_stands_until_it_is_answered():
    world = raid()
    state = new_state(world)
    begin_trial(world, state, SEED, TRIAL)
    state.trial.asks[0] = 1
    assert advance(world, state, math.inf) == REACHED_DECISION
    clock = float(state.trial.clock[0])
    assert advance(world, state, math.inf) == REACHED_DECISION
    assert state.trial.clock[0] == clock


def test_a_weapon_that_cannot_be_committed_is_not():
    world = raid()
    state = new_state(world)
    begin_trial(world, state, SEED, TRIAL)
    state.trial.asks[0] = 1
    assert advance(world, state, math.inf) == REACHED_DECISION
    case, weapon = int(state.trial.asked[0]), int(state.trial.proposed[0])
    state.magazines.left[weapon] = 0
    assert not answer(world, state, weapon)
    assert state.trial.asked[0] == case
    assert state.busy.sum() == 0
