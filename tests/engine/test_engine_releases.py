"""A weapon that is carried: let go at its time, or lost with its carrier; and what a carrier then does."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.engine.state import new_state
from rempart.events.kinds import NOT_RELEASED_EVENT, PLOT, RELEASED, TAKEOFF
from rempart.events.outcomes import DEPARTED, KILLED, LEAKED, NOT_RELEASED
from world_builder import ALL_PERFECT, build_world, played

SURE = ALL_PERFECT._replace(detection=False)
RELEASE = 100.0


def carried(chain=1, **chosen):
    """A carrier flies past at 60 km; after 100 s it lets go of a weapon, which may carry another."""
    starts = [(60e3, -40e3, 3000.0), *[(60e3, -15e3, 3000.0)] * chain]
    ends = [(60e3, 40e3, 3000.0), *[(0.0, 0.0, 0.0)] * chain]
    chosen = {"latest": 300.0, "variants": 4, "pd": 1.0, "pk": 1.0, "perfect": SURE} | chosen
    world = build_world(starts, ends, **chosen)
    world.vehicles.asset[0] = -1
    world.vehicles.parent[1:] = np.arange(chain)
    world.routes.release[1:] = RELEASE
    return world


def test_a_weapon_starts_from_its_carrier():
    """At the carrier's time, on the carrier's variant; the carrier turns back and no one leaks unseen."""
    world = carried(units=((9e5, 0.0, 0.0),))
    for trial in range(5):
        events, ledger, _ = play_logged(world, 1, trial)
        takeoff = {int(row["vehicle"]): row["time"] for row in events[events["kind"] == TAKEOFF]}
        assert takeoff[1] == pytest.approx(takeoff[0] + RELEASE)
        released = events[events["kind"] == RELEASED]
        assert (released["vehicle"].tolist(), released["value"].tolist()) == ([1], [0.0])
        assert released["time"][0] == takeoff[1]
        assert ledger.codes[0, 4] == ledger.codes[1, 4]
        assert ledger.codes[:, 0].tolist() == [DEPARTED, LEAKED]
        assert ledger.codes[0, 1] == -1
        assert events["time"][(events["kind"] == PLOT) & (events["vehicle"] == 1)].min() >= takeoff[1]


@pytest.mark.parametrize("chain", [1, 2, 3])
def test_a_carrier_shot_down_takes_its_load_along(chain):
    world = carried(chain, units=((60e3, -40e3, 0.0),), reaction=0.0)
    state = new_state(world)
    found = played(world, 5, state=state)
    assert (found.outcome[:, 0] == KILLED).all()
    assert (found.outcome[:, 1:] == NOT_RELEASED).all()
    assert (found.ended == found.ended[:, :1]).all()
    assert (found.cause == -1).all()
    assert state.trial.n_unsettled[0] == 0
    events, _, _ = play_logged(world, 1, 0)
    lost = events[events["kind"] == NOT_RELEASED_EVENT]
    assert lost["vehicle"].tolist() == list(range(1, chain + 1))
    assert lost["value"].tolist() == list(range(chain))
    assert not (events["kind"] == RELEASED).any()


def test_a_weapon_let_go_flies_on_when_its_carrier_is_shot_down():
    world = carried(units=((60e3, 20e3, 0.0),), reach=20e3)
    found = played(world, 5)
    assert (found.outcome == [KILLED, LEAKED]).all()


def test_a_chain_is_released_link_by_link():
    events, ledger, _ = play_logged(carried(2, units=((9e5, 0.0, 0.0),)), 1, 0)
    times = events["time"][events["kind"] == TAKEOFF]
    np.testing.assert_allclose(np.diff(times), RELEASE)
    assert ledger.codes[:, 0].tolist() == [DEPARTED, LEAKED, LEAKED]


def test_the_trial_waits_for_what_is_still_carried():
    """The carrier is the only one in the air, and nothing else is hostile; the trial goes on."""
    world = carried(units=((9e5, 0.0, 0.0),))
    world.routes.release[1] = 300.0
    assert (played(world, 3).outcome == [DEPARTED, LEAKED]).all()
