"""Laws that every trial of every world obeys, on random small worlds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.doctrine.assignment import RULE_NAMES
from rempart.engine.play import play_logged
from rempart.engine.state import new_state
from rempart.events.identities import FREE, HOLD, TIGHT
from rempart.events.kinds import (
    ABORTED,
    ASSESSED,
    ASSIGNED,
    INTERCEPT_KILL,
    INTERCEPT_MISS,
    LAUNCH,
    LEAKED_EVENT,
    PLOT,
    SENSOR_LOST,
    TRACK_FIRM,
    UNIT_LOST,
)
from rempart.events.outcomes import (
    AIRBORNE,
    CHANNELS_SATURATED,
    DEPARTED,
    KILL_WRONGLY_ASSESSED,
    KILLED,
    LEAKED,
    NO_FIRM_TRACK,
    SHOT_AND_MISSED,
)
from world_builder import ALL_PERFECT, NOTHING_PERFECT, POLICY, build_world, played

law = settings(deadline=None, max_examples=60)
chance = st.floats(0.0, 1.0)
links = st.tuples(*[st.booleans()] * 6).map(lambda flags: NOTHING_PERFECT._make(flags))
policies = st.builds(
    POLICY._replace,
    weapons_control=st.sampled_from((TIGHT, FREE)), salvo=st.integers(1, 3), max_salvos=st.integers(1, 4),
    assignment=st.sampled_from(range(len(RULE_NAMES))), decision_time=st.floats(0.0, 10.0),
    link_delay=st.floats(0.0, 5.0), identification_time=st.floats(0.0, 10.0), drop_time=st.floats(5.0, 40.0),
    p_kill_seen=chance, p_miss_seen=chance, p_reply=chance,
)  # fmt: skip


@st.composite
def worlds(draw, **fixed):
    """Up to six vehicles on random lines against one to three radars and fire units."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, n_sites = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    radius = rng.uniform(20e3, 90e3, n)
    starts = np.c_[radius * np.cos(angle), radius * np.sin(angle), rng.uniform(100.0, 9e3, n)]
    sites = np.c_[rng.normal(0.0, 8e3, (n_sites, 2)), np.zeros(n_sites)]
    chosen = {
        "speed": draw(st.floats(60.0, 700.0)), "latest": draw(st.floats(0.0, 120.0)), "sensors": sites,
        "units": sites, "pd": draw(st.floats(0.05, 1.0)), "sensor_reach": draw(st.floats(1e3, 120e3)),
        "turn": draw(st.floats(1.0, 10.0)), "channels": draw(st.integers(1, 3)),
        "rounds": draw(st.integers(1, 6)), "pk": draw(st.floats(0.01, 1.0)),
        "reach": draw(st.floats(2e3, 60e3)), "reaction": draw(st.floats(0.0, 20.0)),
        "hostile": rng.random(n) < 0.7, "p_transponder": draw(chance), "p_conforms": draw(chance),
        "policy": draw(policies), "perfect": draw(links),
    }  # fmt: skip
    return build_world(starts, rng.normal(0.0, 2e3, (n, 3)) * [1, 1, 0], **(chosen | fixed))


def with_policy(world, **changes):
    return world._replace(policy=world.policy._replace(**changes))


def with_stock(world, stock, reload_time):
    weapons = world.weapons.copy()
    weapons.stock, weapons.reload_time = stock, reload_time
    return world._replace(weapons=weapons)


def at_stake(world, p_lost):
    """The same world with every sensor and fire unit at the asset that all threats aim at."""
    sensors, units, assets = world.sensors.copy(), world.units.copy(), world.assets.copy()
    sensors.asset, units.asset, assets.p_lost = 0, 0, p_lost
    return world._replace(sensors=sensors, units=units, assets=assets)


stocks = st.builds(with_stock, worlds(), st.integers(0, 6), st.floats(0.0, 60.0))


@law
@given(st.one_of(stocks, st.builds(at_stake, stocks, chance)))
def test_rounds_fired_and_left_are_the_rounds_loaded(world):
    state = new_state(world)
    found = played(world, 3, state=state)
    magazines = state.magazines
    loaded = world.weapons.rounds + world.weapons.stock
    assert (magazines.fired + magazines.left + magazines.stock == loaded).all()
    assert (found.rounds <= loaded).all()
    assert (found.rounds.sum(axis=1) == found.shots.sum(axis=1)).all()


@law
@given(worlds())
def test_nothing_is_fired_under_hold(world):
    found = played(with_policy(world, weapons_control=HOLD), 3)
    assert not found.rounds.any()
    assert np.isnan(found.first_assigned).all()
    assert not (found.outcome == KILLED).any()


@law
@given(worlds())
def test_traffic_is_safe_under_tight_control_and_perfect_identification(world):
    world = with_policy(world, weapons_control=TIGHT)
    found = played(world._replace(perfect=world.perfect._replace(identification=True)), 3)
    neutral = world.vehicles.is_hostile == 0
    assert not found.shots[:, neutral].any()
    assert not (found.outcome[:, neutral] == KILLED).any()


@law
@given(worlds())
def test_exactly_the_leakers_have_a_cause(world):
    found = played(world, 3)
    leaked = found.outcome == LEAKED
    assert ((found.cause >= 0) == leaked).all()
    hostile = world.vehicles.is_hostile == 1
    assert np.isin(found.outcome[:, hostile], (KILLED, LEAKED)).all()
    assert np.isin(found.outcome[:, ~hostile], (KILLED, DEPARTED, AIRBORNE)).all()
    assert ((found.killer >= 0) == (found.outcome == KILLED)).all()
    assert (np.isnan(found.ended) == (found.outcome == AIRBORNE)).all()


@law
@given(worlds())
def test_a_cause_agrees_with_the_times_beside_it(world):
    found = played(world, 3)
    cause, firm = found.cause, ~np.isnan(found.first_firm)
    shot_at = np.isin(cause, (SHOT_AND_MISSED, KILL_WRONGLY_ASSESSED))
    in_time = (found.first_launch <= found.ended) & (cause >= 0)
    assert (found.shots[shot_at] > 0).all()
    assert shot_at[in_time].all()
    assert not firm[(cause >= 0) & (cause < NO_FIRM_TRACK)].any()
    late = ~firm | (found.first_firm >= found.ended)
    assert late[cause == NO_FIRM_TRACK].all()
    assert firm[cause == CHANNELS_SATURATED].all()


@law
@given(worlds())
def test_the_chain_runs_in_order(world):
    found = played(with_policy(world, weapons_control=TIGHT), 3)
    chain = ("first_detected", "first_firm", "identified", "first_assigned", "first_launch")
    for before, after in pairwise(chain):
        reached = ~np.isnan(found[after])
        assert (found[before][reached] <= found[after][reached]).all(), (before, after)
    seen = ~np.isnan(found.first_detected) & ~np.isnan(found.ended)
    assert (found.first_detected[seen] <= found.ended[seen]).all()
    killed = found.outcome == KILLED
    assert (found.first_launch[killed] < found.ended[killed]).all()


@law
@given(worlds())
def test_perfect_detection_never_detects_later(world):
    real = played(world._replace(perfect=world.perfect._replace(detection=False)), 3).first_detected
    perfect = played(world._replace(perfect=world.perfect._replace(detection=True)), 3).first_detected
    hostile = (world.vehicles.is_hostile == 1) & ~np.isnan(real)
    assert (perfect[hostile] <= real[hostile]).all()


@law
@given(worlds(), st.floats(0.0, 1.0))
def test_a_better_radar_never_detects_later(world, share):
    worse = world._replace(pd=world.pd * np.float32(share))
    better, worse = played(world, 3).first_detected, played(worse, 3).first_detected
    seen = (world.vehicles.is_hostile == 1) & ~np.isnan(worse)
    assert (better[seen] <= worse[seen]).all()


@law
@given(worlds())
def test_the_counters_are_consistent(world):
    found = played(world, 3)
    n_firsts = (~np.isnan(found.first_detected)).sum(axis=1)
    assert (found.looks >= found.detections).all()
    assert (found.detections >= found.updates).all()
    assert (found.detections - found.updates >= n_firsts).all()


@law
@given(worlds())
def test_the_log_and_the_ledger_count_the_same(world):
    events, ledger, tally = play_logged(world, 1, 0)
    kinds = np.bincount(events["kind"], minlength=20)
    assert kinds[PLOT] == tally.counters[0, 1]
    assert kinds[LAUNCH] == tally.rounds.sum()
    assert kinds[INTERCEPT_KILL] == (ledger.codes[:, 0] == KILLED).sum()
    assert kinds[INTERCEPT_KILL] + kinds[INTERCEPT_MISS] <= kinds[LAUNCH]
    assert kinds[ABORTED] + kinds[ASSESSED] <= kinds[ASSIGNED]
    assert kinds[TRACK_FIRM] >= (~np.isnan(ledger.times[:, 1])).sum()
    assert (np.diff(events["time"]) >= 0.0).all()
    assert np.isfinite(events["x"][events["vehicle"] >= 0]).all()


@law
@given(worlds())
def test_channels_are_never_overbooked(world):
    world = world._replace(perfect=world.perfect._replace(assignment=False))
    events, _, _ = play_logged(world, 1, 0)
    step = np.select([events["kind"] == ASSIGNED, np.isin(events["kind"], (ABORTED, ASSESSED))], [1, -1], 0)
    for unit in range(len(world.units)):
        used = np.cumsum(np.where(events["actor"] == unit, step, 0))
        assert used.min(initial=0) >= 0
        assert used.max(initial=0) <= world.units.channels[unit]


@law
@given(st.builds(at_stake, worlds(), chance))
def test_what_is_lost_neither_looks_nor_fires(world):
    """A salvo that was begun is fired out, and its rounds are due at once in the log."""
    events, ledger, tally = play_logged(world, 1, 0)
    begun = (world.policy.salvo - 1) * world.weapons.interval[0]
    for lost, does, grace in (
        (SENSOR_LOST, PLOT, 0.0),
        (UNIT_LOST, LAUNCH, begun),
        (UNIT_LOST, ASSIGNED, 0.0),
    ):
        for loss in events[events["kind"] == lost]:
            later = events[(events["kind"] == does) & (events["time"] > loss["time"] + grace)]
            assert loss["actor"] not in later["actor"]
    kinds = np.bincount(events["kind"], minlength=20)
    assert tally.counters[0, 4:6].tolist() == [kinds[SENSOR_LOST], kinds[UNIT_LOST]]
    assert tally.counters[0, 5] in (0, len(world.units))
    assert tally.counters[0, 5] == 0 or (ledger.codes[:, 0] == LEAKED).any()


@law
@given(worlds(), chance)
def test_damage_changes_nothing_before_it_is_done(world, p_lost):
    """Up to the first leak the trials are the same."""
    logs = [play_logged(each, 1, 0)[0] for each in (world, at_stake(world, p_lost))]
    first = min([row["time"] for log in logs for row in log[log["kind"] == LEAKED_EVENT]], default=np.inf)
    np.testing.assert_array_equal(*(log[["time", "kind", "actor"]][log["time"] < first] for log in logs))


@law
@given(worlds(perfect=ALL_PERFECT._replace(detection=False)))
def test_no_target_gets_more_than_its_salvos(world):
    found = played(world, 3)
    assert found.shots.max() <= world.policy.salvo * world.policy.max_salvos * len(world.units)
