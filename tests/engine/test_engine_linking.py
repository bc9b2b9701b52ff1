"""Links that carry tracks: when a report arrives, what it is worth, what gets lost, and double tracks."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from rempart.base.kernel import IS_PLAIN
from rempart.engine.dispatches import new_dispatches
from rempart.engine.play import advance, begin_trial, play_logged
from rempart.engine.state import DECLARED_KILLED, DISMISSED, FIRM, OPEN, new_state
from rempart.engine.world import ASSOCIATIONS, FUSIONS, TRACK_LINK, records
from rempart.events.identities import HOLD, HOSTILE
from rempart.events.kinds import ASSIGNED, IDENTIFIED, TRACK_DROPPED, TRACK_FIRM
from rempart.events.outcomes import KILLED, LEAKED
from rempart.picture.reports import BEST_SOURCE, INTERSECTION
from rempart.picture.settings import constant_velocity, model_set, tracker_settings
from world_builder import (
    NOTHING_PERFECT,
    POLICY,
    assert_same,
    build_world,
    columns,
    hashes,
    in_groups,
    only_in_view,
    played,
    ring,
)

PLOTS, TRACKS = "plots", "tracks"


def with_pictures(world, association="gnn"):
    """The same world in which no plot says whose it is."""
    n = len(world.vehicles)
    settings = tracker_settings(
        model_set(constant_velocity(2.0)), association=association, most_misses=10_000, fastest=1500.0,
        drop_time=world.policy.drop_time, most_tracks=4 * n + 8, most_plots=n + 256,
    )  # fmt: skip
    policy = world.policy._replace(association=ASSOCIATIONS.index(association))
    return world._replace(tracker=settings, n_slots=4 * n + 8, policy=policy)


def with_track_links(world, links):
    """The same world with links (giver, taker, delay [s], loss, every [s], rule)."""
    table = records(TRACK_LINK, len(links))
    for row, link in enumerate(links):
        table[row] = (*link, 0)
    table.entity = hashes([f"link-{row}" for row in range(len(links))])
    return world._replace(track_links=table)


def outpost(delay=4.0, loss=0.0, every=0.0, **chosen):
    """A radar of group 0 that has no weapons reports tracks to group 1, a fire unit without a radar."""
    usual = {"pd": 1.0, "pk": 1.0, "angle_error": 0.001}
    world = build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], **(usual | chosen))
    link = (0, 1, delay, loss, every, INTERSECTION)
    return with_track_links(with_pictures(in_groups(world, [0], [1])), [link])


def two_radars(gives, bias=0.0, rule=INTERSECTION, loss=0.0, **chosen):
    """Two radars, each with a fire unit and its own picture, tell each other what they see of six threats."""
    sites = ((0.0, 0.0, 0.0), (15e3, -10e3, 0.0))
    usual = {"sensors": sites, "units": sites, "pd": 0.9, "angle_error": 0.002, "latest": 60.0}
    world = build_world(ring(6, 70e3, 3000.0), [(0.0, 0.0, 0.0)] * 6, **(usual | chosen))
    feeds = [(0, 1, 2.0), (1, 0, 2.0)] if gives == PLOTS else []
    world = with_pictures(in_groups(world, [0, 1], [0, 1], feeds))
    world.sensors.azimuth_bias[:] = bias
    links = [(0, 1, 2.0, loss, 0.0, rule), (1, 0, 2.0, loss, 0.0, rule)] if gives == TRACKS else []
    world.feeds.loss[world.feeds.delay > 0.0] = loss
    world.feeds.entity[:] = hashes([f"feed-{feed}" for feed in range(len(world.feeds))])
    return with_track_links(world, links)


def times_of(events, kind, group):
    return events["time"][(events["kind"] == kind) & (events["actor"] == group)]


def test_the_rules_are_numbered_alike_in_both_rooms():
    assert (FUSIONS[INTERSECTION], FUSIONS[BEST_SOURCE]) == ("intersection", "best-source")


@pytest.mark.parametrize("delay", [0.0, 4.0, 13.0])
def test_a_track_is_known_and_fought_when_its_report_arrives(delay):
    policy = POLICY._replace(link_delay=1.0, identification_time=2.0)
    events, ledger, _ = play_logged(outpost(delay, policy=policy), 1, 0)
    firm = [times_of(events, TRACK_FIRM, group)[0] for group in (0, 1)]
    assert firm[1] - firm[0] == pytest.approx(delay)
    assert times_of(events, IDENTIFIED, 1)[0] - firm[1] == pytest.approx(3.0)
    assert events["time"][events["kind"] == ASSIGNED].min() >= firm[1] + 3.0
    assert ledger.codes[0, 0] == KILLED
    assert len(times_of(events, TRACK_FIRM, 1)) == 1


def test_without_a_link_nothing_is_known():
    world = outpost()
    assert (played(with_track_links(world, []), 3).outcome == LEAKED).all()
    assert (played(world, 3).outcome == KILLED).all()


def test_a_link_that_loses_everything_gives_nothing():
    assert (played(outpost(loss=1.0), 3).outcome == LEAKED).all()
    perfect = NOTHING_PERFECT._replace(communication=True)
    assert (played(outpost(loss=1.0, perfect=perfect), 3).outcome == KILLED).all()


def test_perfect_communication_takes_no_time():
    perfect = NOTHING_PERFECT._replace(communication=True)
    events, _, _ = play_logged(outpost(13.0, perfect=perfect), 1, 0)
    assert times_of(events, TRACK_FIRM, 1)[0] == times_of(events, TRACK_FIRM, 0)[0]


def n_reports(world):
    """Track updates beyond those of the giver, whose plots are as many as the detections but the first."""
    found = played(world, 1)
    return int(found.updates[0] - found.detections[0])


def test_reports_come_with_each_plot_or_less_often():
    hold = POLICY._replace(weapons_control=HOLD)
    often, seldom = (n_reports(outpost(2.0, every=every, policy=hold)) for every in (0.0, 12.0))
    assert often > 30
    assert abs(seldom - often / 3) <= 1.5


def test_the_interval_of_the_turn_itself_leaves_no_report_out():
    hold = POLICY._replace(weapons_control=HOLD)
    assert n_reports(outpost(2.0, every=4.0, policy=hold)) == n_reports(outpost(2.0, policy=hold))


def test_as_many_reports_are_lost_as_the_link_loses():
    hold = POLICY._replace(weapons_control=HOLD, drop_time=500.0)
    world = outpost(2.0, policy=hold, pd=1.0)
    whole = played(world, 40)
    world.track_links.loss[:] = 0.3
    part = played(world, 40)
    assert_same({"detections": part.detections}, {"detections": whole.detections})
    n_sent, n_lost = (whole.updates - whole.detections).sum(), (whole.updates - part.updates).sum()
    assert abs(n_lost / n_sent - 0.3) < 4.0 * np.sqrt(0.21 / n_sent)


def test_many_reports_can_be_under_way():
    """The delay is many turns long, and each report counts once it has come."""
    hold = POLICY._replace(weapons_control=HOLD, drop_time=200.0)
    prompt, late = (n_reports(outpost(delay, policy=hold)) for delay in (0.0, 60.0))
    assert prompt - late == pytest.approx(60.0 / 4.0, abs=1.0)


def test_a_full_queue_sends_no_more_and_harms_nothing():
    world = outpost(60.0, policy=POLICY._replace(weapons_control=HOLD, drop_time=200.0))
    state = new_state(world)
    room = 3
    small = new_dispatches(world)
    small = small._replace(
        rows=small.rows[:, :room].copy(), mean=small.mean[:, :room].copy(), cover=small.cover[:, :room].copy()
    )
    found = played(world, 1, state=state._replace(dispatches=small))
    whole = played(world, 1)
    # Three reports are sent at once, and three more each time that those have come.
    assert 0 < found.updates[0] - found.detections[0] <= 15
    assert whole.updates[0] - whole.detections[0] > 30


def test_a_track_that_is_dropped_is_reported_no_more():
    """The receiver holds it by age, and then drops it too."""
    world = outpost(2.0, policy=POLICY._replace(weapons_control=HOLD))
    only_in_view(world, 10, 60)
    events, _, _ = play_logged(world, 1, 0)
    assert len(times_of(events, TRACK_FIRM, 1)) == 1
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    advance(world, state, 200.0)
    cases = state.cases[world.n_slots :]
    assert not ((cases.status == FIRM) & (200.0 - state.tracks[world.n_slots :, 0] < 100.0)).any()


def test_a_report_of_another_site_keeps_the_place():
    """What two radars without faults say of a target is fused: one track, as near the truth as either."""
    hold = POLICY._replace(weapons_control=HOLD)
    for rule in (INTERSECTION, BEST_SOURCE):
        world = two_radars(TRACKS, rule=rule, policy=hold)
        state = new_state(world)
        begin_trial(world, state, 1, 0)
        advance(world, state, 180.0)
        held = state.cases[state.cases.status == FIRM]
        assert len(held) == 12
        assert sorted(held.vehicle) == sorted(list(range(6)) * 2)
        spread = [
            state.tracker.bank.tracks.spread[case] for case in np.flatnonzero(state.cases.status == FIRM)
        ]
        assert all(np.sqrt(np.trace(cover[:2, :2])) < 400.0 for cover in spread)


def test_misaligned_radars_make_double_tracks():
    hold = POLICY._replace(weapons_control=HOLD)
    aligned, apart = (
        played(two_radars(TRACKS, np.radians(bias), policy=hold), 6).duals.sum() for bias in (0.0, 3.0)
    )
    assert apart > 20
    assert aligned <= 0.2 * apart
    plots = played(two_radars(PLOTS, np.radians(3.0), policy=hold), 6).duals.sum()
    assert plots > 20


def test_lost_sheets_bring_no_plots():
    """With all lost, each group fights as if there were no feeds."""
    hold = POLICY._replace(weapons_control=HOLD)
    apart = two_radars(TRACKS, policy=hold)
    apart = with_track_links(apart, [])
    lost = played(two_radars(PLOTS, loss=1.0, policy=hold), 3)
    assert_same(lost, played(apart, 3))
    some = played(two_radars(PLOTS, loss=0.3, policy=hold), 3)
    whole = played(two_radars(PLOTS, policy=hold), 3)
    assert (lost.updates < some.updates).all()
    assert (some.updates < whole.updates).all()


def test_lost_sheets_bring_no_plots_where_their_targets_are_known():
    def world(loss):
        sites = ((0.0, 0.0, 0.0), (15e3, -10e3, 0.0))
        world = build_world(ring(6, 70e3, 3000.0), [(0.0, 0.0, 0.0)] * 6, sensors=sites, units=sites, pd=0.9)
        world = in_groups(world, [0, 1], [0, 1], [(0, 1, 2.0), (1, 0, 2.0)])
        world.feeds.loss[world.feeds.delay > 0.0] = loss
        return world

    none, part, whole = (played(world(loss), 5) for loss in (1.0, 0.3, 0.0))
    apart = world(0.0)
    assert_same(none, played(in_groups(apart, [0, 1], [0, 1]), 5))
    assert (none.updates < part.updates).all()
    assert (part.updates < whole.updates).all()


@pytest.mark.parametrize("gives", [PLOTS, TRACKS])
def test_a_trial_is_the_same_alone_and_after_others(gives):
    world = two_radars(gives, np.radians(0.3), loss=0.2)
    together = played(world, 6)
    state = new_state(world)
    alone = [played(world, 1, first_trial=trial, state=state) for trial in (5, 2, 5)]
    for found, trial in zip(alone, (5, 2, 5), strict=True):
        assert_same(found, {name: values[trial : trial + 1] for name, values in together.items()})


def test_a_trial_in_steps_is_the_trial_at_once():
    world = two_radars(TRACKS, loss=0.2)
    _, ledger, tally = play_logged(world, 1, 3)
    state = new_state(world)
    begin_trial(world, state, 1, 3)
    for until in np.arange(0.0, 1200.0, 7.3):
        advance(world, state, until)
    assert state.trial.updates[0] == columns(ledger, tally).updates[0]
    assert state.trial.events[0] == columns(ledger, tally).events[0]


def test_a_link_more_leaves_the_giving_group_alone():
    hold = POLICY._replace(weapons_control=HOLD)
    world = two_radars(TRACKS, policy=hold)
    apart, told = with_track_links(world, []), with_track_links(world, [(0, 1, 2.0, 0.0, 0.0, INTERSECTION)])
    rows = []
    for one in (apart, told):
        events, _, _ = play_logged(one, 1, 0)
        is_kept = np.isin(events["kind"], [TRACK_FIRM, TRACK_DROPPED, IDENTIFIED]) & (events["actor"] == 0)
        rows.append(events[is_kept])
    assert len(rows[0]) > 5
    np.testing.assert_array_equal(*rows)


def test_nothing_is_fired_at_more_often_than_the_magazines_hold():
    found = played(two_radars(TRACKS, np.radians(1.0), rounds=4), 5)
    assert (found.rounds <= 4).all()
    assert (found.rounds.sum(axis=1) >= found.shots.sum(axis=1)).all()


SOLO = """
import numpy as np, sys
sys.path[:0] = ["tests", "tests/engine"]
from test_engine_linking import outpost
from world_builder import played
found = played(outpost(6.0, loss=0.2), 1)
print(repr({name: np.asarray(found[name]).tolist() for name in sorted(found)}))
"""


@pytest.mark.slow
@pytest.mark.skipif(IS_PLAIN, reason="compares compiled kernels with plain Python")
def test_plain_python_plays_the_compiled_trial(root):
    environment = {**os.environ, "REMPART_PLAIN": "1"}
    command = [sys.executable, "-c", SOLO]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    found = played(outpost(6.0, loss=0.2), 1)
    assert done.stdout.strip() == repr({name: np.asarray(found[name]).tolist() for name in sorted(found)})


class TestMergedTracks:
    """What a group knows of a track that is merged into another."""

    @staticmethod
    def pair(one, other):
        """Two cases with these fields, and what the second holds after the first was merged into it."""
        from rempart.engine.association import _bequeath

        state = new_state(outpost())
        for case, fields in enumerate((one, other)):
            state.cases.vehicle[case] = 0
            for name, value in fields.items():
                state.cases[name][case] = value
        _bequeath(state, 0, 1)
        return state.cases[1]

    def test_evidence_goes_to_the_heir_that_has_none(self):
        asked = {"identity": HOSTILE, "own_identity": HOSTILE, "n_interrogations": 3, "n_replies": 1}
        heir = self.pair(asked, {})
        assert {name: heir[name] for name in asked} == asked

    def test_an_heir_that_was_asked_keeps_its_own(self):
        heir = self.pair(
            {"identity": HOSTILE, "n_interrogations": 3}, {"n_interrogations": 1, "n_replies": 1}
        )
        assert (heir.identity, heir.n_interrogations, heir.n_replies) == (0, 1, 1)

    @pytest.mark.parametrize(
        ("settled", "vehicle", "expected"),
        [
            (DECLARED_KILLED, 0, DECLARED_KILLED),
            (DISMISSED, -1, DISMISSED),
            (DISMISSED, 0, OPEN),
            (OPEN, 0, OPEN),
        ],
    )
    def test_what_is_settled_holds_for_the_heir(self, settled, vehicle, expected):
        heir = self.pair({"settled": settled, "settled_at": 7.0}, {"vehicle": vehicle})
        assert heir.settled == expected
