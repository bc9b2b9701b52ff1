"""Each cause of a leak, from a world made so that exactly this link gives way."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.engine.world import IN_REACH_OF_SENSOR, IN_REACH_OF_WEAPON, IN_SIGHT_OF_SENSOR
from rempart.events.identities import FREE, HOLD
from rempart.events.kinds import ASSESSED, ASSIGNED, BLOCKED, LAUNCH, LEAKED_EVENT
from rempart.events.outcomes import (
    CAUSE_NAMES,
    CHANNELS_SATURATED,
    DETECTED_TOO_LATE,
    IDENTITY_HELD,
    KILL_WRONGLY_ASSESSED,
    KILLED,
    KNOCKED_OUT,
    LEAKED,
    MAGAZINE_EMPTY,
    MASKED,
    NEVER_IN_COVERAGE,
    NO_FIRM_TRACK,
    NO_WEAPON_IN_ENVELOPE,
    NOT_DETECTED,
    NOT_ENGAGED_BY_RULE,
    SHOT_AND_MISSED,
    TAKEN_FOR_ANOTHER,
)
from world_builder import ALL_PERFECT, POLICY, build_world, columns, only_in_view, played

ALMOST_NEVER = 1e-12


def lone(reachable=7, view=None, n=1, **chosen):
    """`n` threats on one path to the centre; `reachable` and the samples in view as given."""
    chosen = {"perfect": ALL_PERFECT._replace(detection=False), "pd": 1.0, "pk": 1.0} | chosen
    world = build_world(np.tile([60e3, 0.0, 3000.0], (n, 1)), [(0.0, 0.0, 0.0)] * n, **chosen)
    world.routes.reachable[:] = reachable
    if view is not None:
        only_in_view(world, *view)
    return world


def imperfect(**links):
    return ALL_PERFECT._replace(**links)


SEEN = IN_REACH_OF_SENSOR | IN_SIGHT_OF_SENSOR
CASES = {
    NEVER_IN_COVERAGE: lambda: lone(IN_REACH_OF_WEAPON, sensor_reach=0.0, sensors=((9e5, 0.0, 0.0),)),
    MASKED: lambda: lone(IN_REACH_OF_SENSOR | IN_REACH_OF_WEAPON, view=(0, 0)),
    NOT_DETECTED: lambda: lone(pd=ALMOST_NEVER),
    NO_FIRM_TRACK: lambda: lone(view=(10, 8), perfect=imperfect(tracking=False)),
    IDENTITY_HELD: lambda: lone(p_transponder=1.0, p_conforms=1.0, perfect=imperfect(identification=False),
                                policy=POLICY._replace(p_reply=1.0)),
    NOT_ENGAGED_BY_RULE: lambda: lone(policy=POLICY._replace(weapons_control=HOLD)),
    NO_WEAPON_IN_ENVELOPE: lambda: lone(SEEN, reach=1e3, units=((0.0, 50e3, 0.0),)),
    DETECTED_TOO_LATE: lambda: lone(view=(200, 30), reaction=60.0),
    CHANNELS_SATURATED: lambda: lone(n=3, channels=1, view=(200, 40), reaction=15.0),
    MAGAZINE_EMPTY: lambda: lone(n=3, channels=3, rounds=1),
    SHOT_AND_MISSED: lambda: lone(pk=ALMOST_NEVER),
    KILL_WRONGLY_ASSESSED: lambda: lone(pk=ALMOST_NEVER, perfect=imperfect(assessment=False),
                                        policy=POLICY._replace(p_miss_seen=0.0, drop_time=1e4)),
}  # fmt: skip


def test_each_cause_has_a_world():
    """What damage does stands in its own tests, and so does what comes of tracks that change their owner."""
    assert sorted([*CASES, KNOCKED_OUT, TAKEN_FOR_ANOTHER]) == list(range(len(CAUSE_NAMES)))


@pytest.mark.parametrize("cause", CASES, ids=lambda cause: CAUSE_NAMES[cause])
def test_the_link_that_gave_way_is_the_cause(cause):
    found = played(CASES[cause](), 5)
    leaked = found.outcome == LEAKED
    assert leaked.any(axis=1).all()
    assert set(found.cause[leaked]) == {cause}
    assert set(found.cause[~leaked]) <= {-1}


@pytest.mark.parametrize("cause", CASES, ids=lambda cause: CAUSE_NAMES[cause])
def test_the_log_tells_the_same_cause(cause):
    events, ledger, tally = play_logged(CASES[cause](), 1, 0)
    found = columns(ledger, tally)
    told = events[events["kind"] == LEAKED_EVENT]
    assert set(told["value"]) == {float(cause)}
    assert len(told) == (found.outcome == LEAKED).sum()
    if cause in (CHANNELS_SATURATED, MAGAZINE_EMPTY):
        assert cause in events["value"][events["kind"] == BLOCKED]


@pytest.mark.parametrize(
    "cause", set(CASES) - {NEVER_IN_COVERAGE, MASKED}, ids=lambda cause: CAUSE_NAMES[cause]
)
def test_with_that_link_mended_nothing_leaks(cause):
    """The same worlds with every link perfect and enough of everything stop the raid."""
    n = 3 if cause in (CHANNELS_SATURATED, MAGAZINE_EMPTY) else 1
    assert (played(lone(n=n, perfect=ALL_PERFECT, channels=3), 5).outcome == KILLED).all()


def test_late_and_early_detection_differ_only_in_the_view():
    assert (played(lone(reaction=60.0), 3).outcome == KILLED).all()


def test_under_free_control_an_unknown_track_is_engaged():
    unknown = {"p_transponder": 1.0, "p_conforms": 0.0, "perfect": imperfect(identification=False)}
    always = POLICY._replace(p_reply=1.0)
    assert set(played(lone(policy=always, **unknown), 3).cause.ravel()) == {IDENTITY_HELD}
    assert (played(lone(policy=always._replace(weapons_control=FREE), **unknown), 3).outcome == KILLED).all()


def test_a_round_that_falls_short_is_told_and_misses():
    """The target turns away after launch, so the round runs out of reach."""
    world = lone(pk=1.0, policy=POLICY._replace(max_salvos=1))
    first, count = int(world.routes.first[0, 0]), int(world.routes.count[0, 0])
    path = world.positions[first : first + count]
    path[:, 1] = np.where(np.arange(count) > 60, (np.arange(count) - 60) * 4000.0, 0.0)
    events, ledger, _ = play_logged(world, 1, 0)
    launched = events[events["kind"] == LAUNCH]
    assert launched["value"].tolist() == [-1.0]
    assert ledger.codes[0, 1] == SHOT_AND_MISSED


def test_a_magazine_is_full_again_after_its_time():
    empty = {"n": 4, "channels": 4, "rounds": 1}
    without = played(lone(**empty), 3)
    assert (without.rounds == 1).all()
    again = played(lone(reload_time=5.0, **empty), 3)
    assert (again.rounds == 4).all()
    assert (again.outcome == KILLED).all()


def test_a_kill_that_was_declared_is_doubted_while_plots_go_on():
    """Every miss is taken for a kill; a track that lives on is taken up again after the drop time."""
    world = lone(
        pk=ALMOST_NEVER, perfect=imperfect(assessment=False), policy=POLICY._replace(p_miss_seen=0.0)
    )
    events, _, _ = play_logged(world, 1, 0)
    declared = events["time"][(events["kind"] == ASSESSED) & (events["value"] == 1.0)]
    again = events["time"][events["kind"] == ASSIGNED][1:]
    assert len(again) > 0
    waits = again - declared[: len(again)]
    assert (waits > POLICY.drop_time).all()
    assert (waits < POLICY.drop_time + 10.0).all()


def test_each_fire_unit_has_its_own_salvos():
    far = ((0.0, 0.0, 0.0), (5e3, 0.0, 0.0), (0.0, 5e3, 0.0))
    for max_salvos in (1, 2):
        world = lone(pk=ALMOST_NEVER, units=far, policy=POLICY._replace(max_salvos=max_salvos, salvo=2))
        assert (played(world, 3).rounds == 2 * max_salvos).all()
