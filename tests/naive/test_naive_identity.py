"""The net against its whole joint distribution, written out as a table and added up."""

from itertools import product

import numpy as np
import pytest

from rempart.picture.identity import YES_OR_NO, Chances, Evidence, hostile_chance, identity_net

REPLY = Chances(0.9, 0.04)
HEARD, FALSE_REPLY, PRIOR = 0.95, 0.03, 0.3
CHANCES = {
    "conduct": Chances(0.95, 0.05),
    "corridor": Chances(0.9, 0.1),
    "speed": Chances(0.8, 0.3),
    "origin": Chances(0.4, 0.85),
    "declared": Chances(0.1, 0.9),
}
N = 3
"""Interrogations of the table."""


def joint_distribution():
    """Chance of every state of hostile, works, N replies and five yes-or-no nodes: (2,) * (2 + N + 5)."""
    table = np.empty((2,) * (2 + N + len(YES_OR_NO)))
    for state in product((0, 1), repeat=table.ndim):
        hostile, works, replies, shown = state[0], state[1], state[2 : 2 + N], state[2 + N :]
        chance = PRIOR if hostile else 1.0 - PRIOR
        carries = REPLY[hostile] / HEARD
        chance *= carries if works else 1.0 - carries
        for reply in replies:
            p = HEARD if works else FALSE_REPLY
            chance *= p if reply else 1.0 - p
        for name, value in zip(YES_OR_NO, shown, strict=True):
            p = CHANCES[name][hostile]
            chance *= p if value else 1.0 - p
        table[state] = chance
    return table


JOINT = joint_distribution()


def chance_by_table(replies, shown):
    """Chance of hostile given the first few replies and the nodes that are known."""
    where = [slice(None)] * JOINT.ndim
    for index, reply in enumerate(replies):
        where[2 + index] = slice(reply, reply + 1)
    for index, value in enumerate(shown):
        if value >= 0:
            where[2 + N + index] = slice(value, value + 1)
    given = JOINT[tuple(where)].reshape(2, -1).sum(axis=1)
    return given[1] / given.sum()


def test_the_table_is_a_distribution():
    assert JOINT.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("n", range(N + 1))
def test_the_net_gives_what_the_whole_table_gives(n):
    net = identity_net({"reply": REPLY, **CHANCES}, PRIOR, heard=HEARD, false_reply=FALSE_REPLY)
    for replies in product((0, 1), repeat=n):
        for shown in product((-1, 0, 1), repeat=len(YES_OR_NO)):
            found = hostile_chance(Evidence(n, sum(replies), *shown), net)
            assert found == pytest.approx(chance_by_table(replies, shown), rel=1e-9)
