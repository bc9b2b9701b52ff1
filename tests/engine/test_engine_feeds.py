"""Links: plots that reach other groups, when they may be used, and what they leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.engine.state import new_state
from rempart.events.identities import HOLD
from rempart.events.kinds import ASSIGNED, IDENTIFIED, PLOT, TRACK_DROPPED, TRACK_FIRM
from rempart.events.outcomes import KILLED, LEAKED
from world_builder import (
    NOTHING_PERFECT,
    POLICY,
    assert_same,
    build_world,
    in_groups,
    only_in_view,
    played,
    ring,
)

SITES = ((0.0, 0.0, 0.0), (8e3, -5e3, 0.0))


def outpost(feeds=(), **chosen):
    """A radar of group 0 that has no weapons, and a fire unit of group 1 without a radar."""
    chosen = {"pd": 1.0, "pk": 1.0} | chosen
    world = build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], **chosen)
    return in_groups(world, [0], [1], feeds)


def times_of(events, kind, group):
    return events["time"][(events["kind"] == kind) & (events["actor"] == group)]


def test_a_group_without_sensors_fights_by_what_it_is_told():
    assert (played(outpost(), 3).outcome == LEAKED).all()
    assert (played(outpost([(0, 1, 4.0)]), 3).outcome == KILLED).all()


@pytest.mark.parametrize("delay", [0.0, 4.0, 25.0])
def test_what_is_told_is_used_later_by_the_delay(delay):
    policy = POLICY._replace(link_delay=1.0, identification_time=2.0)
    events, _, _ = play_logged(outpost([(0, 1, delay)], policy=policy), 1, 0)
    firm = [times_of(events, TRACK_FIRM, group)[0] for group in (0, 1)]
    identified = [times_of(events, IDENTIFIED, group)[0] for group in (0, 1)]
    assert firm[0] == firm[1]
    assert identified[0] - firm[0] == pytest.approx(3.0)
    assert identified[1] - firm[1] == pytest.approx(3.0 + delay)
    assert events["time"][events["kind"] == ASSIGNED].min() >= identified[1]


def test_perfect_communication_takes_no_time():
    perfect = NOTHING_PERFECT._replace(communication=True)
    events, _, _ = play_logged(outpost([(0, 1, 25.0)], perfect=perfect), 1, 0)
    assert times_of(events, IDENTIFIED, 1)[0] == times_of(events, TRACK_FIRM, 1)[0]


def test_one_group_of_two_links_is_one_group():
    """Two radars that feed each other's groups keep the same tracks in both."""
    world = in_groups(two_sites(units=SITES), [0, 1], [0, 1], [(0, 1, 0.0), (1, 0, 0.0)])
    state = new_state(world)
    played(world._replace(policy=world.policy._replace(weapons_control=HOLD)), 1, state=state)
    first, second = np.split(state.tracks, 2)
    assert first.any()
    np.testing.assert_array_equal(first, second)


def two_sites(**chosen):
    hold = POLICY._replace(weapons_control=HOLD)
    usual = {"sensors": SITES, "units": SITES, "pd": 0.6, "latest": 60.0, "policy": hold}
    return build_world(ring(6, 80e3, 2000.0), [(0.0, 0.0, 0.0)] * 6, **(usual | chosen))


def rows_of(world, kinds, actor):
    events, _, _ = play_logged(world, 1, 0)
    return events[np.isin(events["kind"], kinds) & (events["actor"] == actor)]


def test_a_feed_more_leaves_plots_and_the_giving_group_alone():
    apart = in_groups(two_sites(), [0, 1], [0, 1])
    fed = in_groups(two_sites(), [0, 1], [0, 1], [(0, 1, 3.0)])
    for sensor in (0, 1):
        plots = [rows_of(world, [PLOT], sensor)[["time", "vehicle", "x", "y", "z"]] for world in (apart, fed)]
        assert len(plots[0]) > 50
        np.testing.assert_array_equal(*plots)
    tracks = [rows_of(world, [TRACK_FIRM, TRACK_DROPPED, IDENTIFIED], 0) for world in (apart, fed)]
    assert len(tracks[0]) > 5
    np.testing.assert_array_equal(*tracks)
    assert (played(fed, 5).first_firm <= played(apart, 5).first_firm).all()


def test_groups_in_another_order_fight_the_same_battle():
    one = in_groups(two_sites(policy=POLICY), [0, 1], [0, 1])
    other = in_groups(two_sites(policy=POLICY), [1, 2], [1, 2])
    assert_same(played(one, 5), played(other, 5))


def test_a_drop_resets_no_register_of_another_group():
    """The fed group drops its track; the giving radar's looks still count, so one plot brings it back."""
    world = outpost([(0, 1, 0.0)], sensors=((0.0, 0.0, 0.0),), policy=POLICY._replace(weapons_control=HOLD))
    only_in_view(world, 10, 40)
    events, _, _ = play_logged(world, 1, 0)
    assert len(times_of(events, TRACK_FIRM, 0)) == len(times_of(events, TRACK_FIRM, 1)) == 1
