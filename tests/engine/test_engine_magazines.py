"""Ready rounds, reserve and price: when a magazine is filled again, and which weapon is the cheaper."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.doctrine.assignment import LEAST_COST
from rempart.engine.play import play_logged
from rempart.engine.state import new_state
from rempart.events.kinds import RELOADED
from rempart.events.outcomes import KILLED
from world_builder import ALL_PERFECT, POLICY, build_world, played

SURE = ALL_PERFECT._replace(detection=False)


def raid(n, **chosen):
    chosen = {"pd": 1.0, "pk": 1.0, "rounds": 2, "channels": 9, "perfect": SURE, "reload_time": 5.0} | chosen
    return build_world([(60e3, 0.0, 3000.0)] * n, [(0.0, 0.0, 0.0)] * n, **chosen)


@pytest.mark.parametrize(("stock", "loads"), [(0, []), (1, [1]), (2, [2]), (3, [2, 1]), (-1, [2, 2, 2])])
def test_a_magazine_takes_what_the_reserve_holds(stock, loads):
    world = raid(8)
    world.weapons.stock = stock
    state = new_state(world)
    found = played(world, 2, state=state)
    fired = 2 + sum(loads)
    assert (found.rounds == min(fired, 8)).all()
    assert ((found.outcome == KILLED).sum(axis=1) == min(fired, 8)).all()
    assert state.magazines.stock[0] == (-1 if stock < 0 else stock - sum(loads))
    events, _, _ = play_logged(world, 1, 0)
    assert events["value"][events["kind"] == RELOADED].tolist()[: len(loads)] == loads


@pytest.mark.parametrize(("costs", "pks", "best"), [((1e6, 2e4), (1.0, 1.0), 1), ((1e5, 2e4), (1.0, 0.1), 0)])
def test_least_cost_takes_the_cheapest_kill(costs, pks, best):
    world = raid(1, units=((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), policy=POLICY._replace(assignment=LEAST_COST))
    world.weapons.cost = costs
    world.pk[:] = np.array(pks)[:, None, None]
    assert (np.argmax(played(world, 1).rounds[0]), played(world, 1).rounds[0, best] > 0) == (best, True)
