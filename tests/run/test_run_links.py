"""Links as tables: who gets plots, who gets tracks, and what of both gets lost."""

from __future__ import annotations

import pytest

from rempart.base.dice import entity_hash
from rempart.engine.world import FUSIONS
from scenario_builder import FLAT, lowered_of

THERE = {"from": "north", "to": "south", "delay": "3 s", "loss": 0.25}
BACK = {"from": "south", "to": "north", "gives": "tracks", "fusion": "best-source", "every": "8 s"}
LINKED = {
    "defence__command": {"topology": "autonomous", "links": {"there": THERE, "back": BACK}},
    "defence__policy": {"track": {"association": "gnn"}},
}


def fed(lowered, name):
    radar = lowered.world.sensors[list(lowered.names.sensors).index(name)]
    rows = lowered.world.feeds[radar.first_feed : radar.end_feed]
    return [(int(row.group), float(row.delay), float(row.loss)) for row in rows]


def test_each_link_gives_plots_or_tracks():
    lowered = lowered_of(FLAT, **LINKED)
    assert fed(lowered, "north/radar") == [(0, 0.0, 0.0), (1, 3.0, 0.25)]
    assert fed(lowered, "south/radar") == [(1, 0.0, 0.0)]
    (link,) = lowered.world.track_links
    assert (link.giver, link.taker, link.delay, link.loss, link.every) == (1, 0, 0.0, 0.0, 8.0)
    assert FUSIONS[link.rule] == "best-source"
    assert link.entity == entity_hash("back")


def test_messages_of_two_links_get_lost_by_dice_of_their_own():
    both = {"there": THERE, "back": THERE | {"from": "south", "to": "north"}}
    lowered = lowered_of(FLAT, **(LINKED | {"defence__command": {"topology": "autonomous", "links": both}}))
    given = lowered.world.feeds[lowered.world.feeds.loss > 0.0]
    assert len(set(given.entity)) == len(given) == 2


@pytest.mark.parametrize("perfect", ["tracking", "communication"])
def test_no_tracks_are_given_where_perfection_leaves_nothing_to_fuse(perfect):
    lowered = lowered_of(FLAT, **LINKED, perfect=[perfect])
    assert len(lowered.world.track_links) == 0
    apart = perfect == "tracking"
    assert fed(lowered, "south/radar") == ([(1, 0.0, 0.0), (0, 0.0, 0.0)] if apart else [(0, 0.0, 0.0)])


def test_there_is_room_for_the_tracks_of_each_source():
    alone = lowered_of(FLAT, defence__policy={"track": {"association": "gnn"}})
    linked = lowered_of(FLAT, **LINKED)
    assert linked.world.n_slots > alone.world.n_slots - alone.world.sensors.n_false.sum() * 6
    assert linked.world.tracker.most_tracks == linked.world.n_slots
