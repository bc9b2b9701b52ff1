"""Evidence in play: corridors, the sector, false replies and what others declare change what is concluded."""

import math

import numpy as np
import pytest

from rempart.engine.play import advance, begin_trial
from rempart.engine.state import new_state
from rempart.events.identities import HOSTILE, NEUTRAL, UNKNOWN
from rempart.picture.corridors import Corridor, corridor_tables
from rempart.picture.identity import Chances, identity_net
from world_builder import NOTHING_PERFECT, POLICY, build_world

FROM, TO = (0.0, 60e3, 9e3), (0.0, -60e3, 9e3)


def concluded(chances, policy=None, corridor=None, false_reply=0.0, until=90.0):
    """Identity after some time of one level flight southwards."""
    world = build_world(
        [FROM],
        [TO],
        policy=POLICY._replace(weapons_control=0, **(policy or {})),
        perfect=NOTHING_PERFECT._replace(tracking=True),
        pd=0.99,
        sensor_reach=1e6,
    )
    rows, points = corridor_tables([corridor] if corridor else [])
    net = identity_net(chances, heard=0.98, false_reply=false_reply)
    world = world._replace(identity=net, corridors=rows, corridor_points=points)
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    advance(world, state, until)
    return state.cases.identity[0]


def corridor_at(east):
    return Corridor(np.array([[east, 90e3, 0.0], [east, -90e3, 0.0]]), 5e3, 8e3, 10e3, False)


@pytest.mark.parametrize(("east", "identity"), [(0.0, NEUTRAL), (40e3, HOSTILE)])
def test_a_corridor_decides_by_where_a_track_flies(east, identity):
    assert concluded({"corridor": Chances(0.95, 0.05)}, corridor=corridor_at(east)) == identity


@pytest.mark.parametrize(("start", "identity"), [(350.0, HOSTILE), (90.0, NEUTRAL)])
def test_the_sector_decides_by_where_a_track_became_firm(start, identity):
    sector = {"sector_start": math.radians(start), "sector_width": math.radians(20.0)}
    assert concluded({"origin": Chances(0.05, 0.95)}, sector) == identity


def test_false_replies_are_received_from_what_carries_no_transponder():
    assert concluded({"reply": Chances(0.95, 0.02)}) == HOSTILE
    assert concluded({"reply": Chances(0.95, 0.02)}, false_reply=0.97) == UNKNOWN
