"""A trial is a pure function of world, seed and number: threads, chunks, steps and logs change nothing."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import rempart.engine.play
from rempart.doctrine.assignment import NEAREST
from rempart.engine.play import REACHED_END, REACHED_TIME, advance, begin_trial, play_logged
from rempart.engine.state import CODES, TIMES, new_state
from rempart.events.identities import FREE, HOLD
from rempart.events.kinds import PLOT, TAKEOFF, TRACK_FIRM
from rempart.events.outcomes import AIRBORNE, DEPARTED, KILLED, LEAKED, NOT_RELEASED
from world_builder import (
    POLICY,
    assert_same,
    build_world,
    columns,
    in_groups,
    on_the_march,
    only_in_view,
    played,
    ring,
    with_pictures,
)

SITES = ((0.0, 0.0, 0.0), (8e3, -5e3, 0.0))
REAL = POLICY._replace(
    salvo=2, p_kill_seen=0.9, p_miss_seen=0.9, decision_time=3.0, link_delay=1.0, identification_time=2.0
)


def mixed(n=12, newcomers=(), **chosen):
    """A raid and some traffic against two radars and two fire units, nothing perfect, short of rounds.

    `newcomers` are further vehicles, as pairs of start and end.
    """
    hostile = np.arange(n + len(newcomers)) % 4 != 0
    usual = {
        "latest": 90.0, "sensors": SITES, "units": SITES, "pd": 0.6, "rounds": 3, "channels": 1, "pk": 0.5,
        "reach": 15e3, "variants": 3, "reload_time": 60.0, "policy": REAL, "sensor_reach": 70e3,
        "hostile": hostile, "p_transponder": np.where(hostile, 0.1, 0.9),
        "p_conforms": np.where(hostile, 0.2, 0.9),
    }  # fmt: skip
    starts = [*ring(n, 80e3, 2000.0), *(start for start, _ in newcomers)]
    ends = [*(np.random.default_rng(5).normal(0.0, 2e3, (n, 3)) * [1, 1, 0]), *(end for _, end in newcomers)]
    return build_world(starts, ends, **(usual | chosen))


def eventful():
    """Two linked groups, one of them on the march, a reserve of rounds, a carrier, and damage."""
    world = in_groups(mixed(n=8), [0, 1], [0, 1], [(0, 1, 4.0)])
    world = on_the_march(world, [(0.0, 0.0, 0.0), (0.0, 900.0, 5.0)], sensor=0, unit=0, asset=0, step=200.0)
    world.units.pk_moving, world.weapons.stock = 0.7, 4
    world.sensors.asset[1], world.units.asset[1], world.assets.p_lost = 0, 0, 0.5
    world.vehicles.parent[7], world.routes.release[7], world.vehicles.asset[5] = 5, 310.0, -1
    return world


def associated(world):
    """A world whose plots have no names: a few are false, close ones are one."""
    return with_pictures(world, n_false=1.5, cells=(400.0, 0.02, 0.05))


@pytest.fixture(params=["known", "gnn"])
def battle(request):
    """The mixed world, with plots that are known and with plots that must find their tracks."""
    return mixed() if request.param == "known" else associated(mixed())


def rows(found, first, last):
    return {name: column[first:last] for name, column in found.items()}


def test_the_world_is_worth_testing_on():
    found = played(mixed(), 20)
    assert set(found.outcome.ravel()) == {AIRBORNE, KILLED, LEAKED, DEPARTED}
    assert len(set(found.cause.ravel())) >= 4
    assert set(found.variant.ravel()) == {0, 1, 2}
    assert found.rounds.max() > 3


def test_much_happens_in_the_eventful_world():
    found = played(eventful(), 20)
    assert NOT_RELEASED in found.outcome
    assert DEPARTED in found.outcome[:, 5]
    assert (found.sensors_lost == found.units_lost).all()
    assert 0 < found.units_lost.mean() < 1


def test_two_threads_give_the_bytes_of_one(battle):
    world, alone = battle, played(battle, 40)
    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(lambda first: played(world, 20, first_trial=first), (0, 20)))
    for first, half in zip((0, 20), halves, strict=True):
        assert_same(half, rows(alone, first, first + 20))


@pytest.mark.parametrize("size", [1, 3, 7])
def test_chunks_give_the_bytes_of_the_whole(battle, size):
    world = battle
    whole, state = played(world, 21), new_state(world)
    for first in range(0, 21, size):
        assert_same(played(world, size, first_trial=first, state=state), rows(whole, first, first + size))


def test_a_used_state_gives_the_bytes_of_a_new_one(battle):
    state = new_state(battle)
    played(battle, 5, seed=99, state=state)
    assert_same(played(battle, 3, state=state), played(battle, 3))


def test_seeds_and_trials_differ():
    world = mixed()
    one, other = played(world, 2, seed=1), played(world, 2, seed=2)
    assert (one.first_detected != other.first_detected).any()
    assert (one.first_detected[0] != one.first_detected[1]).any()


@pytest.mark.parametrize("step", [0.3, 17.0, 1e6])
def test_advancing_in_steps_gives_the_same_trial(battle, step):
    world = battle._replace(duration=450.0)
    state, expected, until = new_state(world), played(world, 1), 0.0
    begin_trial(world, state, 1, 0)
    while advance(world, state, until) == REACHED_TIME:
        assert state.trial.clock[0] <= until
        until += step
    assert advance(world, state, math.inf) == REACHED_END
    for name in TIMES + CODES:
        np.testing.assert_array_equal(getattr(state.flights, name), expected[name][0])
    assert state.magazines.fired.tolist() == expected.rounds[0].tolist()


def test_the_trial_ends_at_its_duration():
    found = played(mixed(duration=150.0), 5)
    times = np.concatenate([found[name] for name in TIMES])
    assert 100.0 < np.nanmax(times) <= 150.0
    assert (found.outcome == AIRBORNE).any()


def test_the_log_belongs_to_the_same_trial(battle):
    for trial in range(4):
        _, ledger, tally = play_logged(battle, 1, trial)
        assert_same(columns(ledger, tally), played(battle, 1, first_trial=trial))


def test_the_log_grows_as_it_must():
    """More events than the first guess of the log's size."""
    events, _, tally = play_logged(mixed(n=60, turn=0.5), 1, 0)
    assert len(events) > 4096
    assert (np.diff(events["time"]) >= 0.0).all()
    assert (events["kind"] == PLOT).sum() == tally.counters[0, 1]


PLAY_AND_SAVE = """
import sys
import numpy as np
from test_engine_determinism import two_campaigns
np.savez(sys.argv[1], **two_campaigns())
"""


def two_campaigns():
    """Trials that between them take most branches of the engine."""
    free = mixed(policy=REAL._replace(weapons_control=FREE, assignment=NEAREST), turn=2.0)
    others = {
        "free": played(free, 1, seed=7), "eventful": played(eventful(), 2),
        "gnn": played(associated(mixed(n=6)), 1), "eventful_gnn": played(associated(eventful()), 1),
    }  # fmt: skip
    return played(mixed(), 2) | {
        f"{which}_{name}": column for which, found in others.items() for name, column in found.items()
    }


def play_elsewhere(target: Path, timeout: float, **environment: str):
    """What another interpreter finds, with other settings of its environment."""
    sources = Path(rempart.engine.play.__file__).parents[2]
    tests = Path(__file__).parent
    paths = os.pathsep.join(map(str, (sources, tests.parent, tests)))
    subprocess.run(
        [sys.executable, "-c", PLAY_AND_SAVE, str(target)], check=True, timeout=timeout,
        env=os.environ | {"PYTHONPATH": paths} | environment,
    )  # fmt: skip
    with np.load(target) as found:
        return dict(found)


def test_plain_python_gives_the_bytes_of_the_compiled_kernels(tmp_path):
    assert_same(play_elsewhere(tmp_path / "plain.npz", 300.0, REMPART_PLAIN="1"), two_campaigns())


@pytest.mark.slow
def test_no_kernel_reads_beyond_an_array(tmp_path):
    """Compiled with bounds checks, which raise; the machine code is kept apart from the ordinary."""
    kernels = Path(os.environ["REMPART_CACHE_DIR"]) / "kernels"
    cache = kernels.resolve().parent / "bounds-checked"
    checked = play_elsewhere(
        tmp_path / "checked.npz", 1800.0, NUMBA_BOUNDSCHECK="1", REMPART_CACHE_DIR=str(cache)
    )
    assert_same(checked, two_campaigns())


def plots(world, sensor):
    events = play_logged(world, 1, 0)[0]
    chosen = events[(events["kind"] == PLOT) & (events["actor"] == sensor)]
    return chosen[["time", "vehicle", "x", "y", "z"]]


def test_a_radar_that_sees_nothing_changes_nothing():
    with_blind = mixed(sensors=(*SITES, (9e6, 0.0, 0.0)))
    assert_same(played(with_blind, 10), played(mixed(), 10))


def test_a_radar_that_sees_changes_no_draw_of_another():
    hold = REAL._replace(weapons_control=HOLD)
    fewer, more = mixed(policy=hold), mixed(policy=hold, sensors=(*SITES, (-9e3, 2e3, 0.0)))
    assert len(plots(more, 2)) > 50
    for sensor in (0, 1):
        assert len(plots(fewer, sensor)) > 50
        np.testing.assert_array_equal(plots(more, sensor), plots(fewer, sensor))
    hostile = fewer.vehicles.is_hostile == 1
    assert (played(more, 3).first_detected <= played(fewer, 3).first_detected)[:, hostile].all()


def test_the_order_of_radars_does_not_matter():
    names = ["north", "south"]
    hold = REAL._replace(weapons_control=HOLD)
    one = mixed(policy=hold, sensor_names=names)
    other = mixed(policy=hold, sensor_names=names[::-1], sensors=SITES[::-1])
    np.testing.assert_array_equal(plots(one, 0), plots(other, 1))


def test_a_vehicle_more_changes_nothing_for_the_others():
    """The newcomer is traffic far away that no one sees."""
    fewer, more = mixed(), mixed(newcomers=[((9e5, 9e5, 0.0), (9e5, 8e5, 0.0))])
    before, after = played(fewer, 10), played(more, 10)
    for name in TIMES + CODES:
        np.testing.assert_array_equal(after[name][:, :12], before[name], err_msg=name)
    np.testing.assert_array_equal(after.rounds, before.rounds)


def test_a_vehicle_seen_by_all_changes_no_other_flight_or_plot():
    hold = REAL._replace(weapons_control=HOLD)
    fewer, more = mixed(policy=hold), mixed(policy=hold, newcomers=[((60e3, 9e3, 900.0), (0.0, 0.0, 0.0))])
    logs = [play_logged(world, 3, 1)[0] for world in (fewer, more)]
    logs = [log[np.isin(log["kind"], (TAKEOFF, PLOT, TRACK_FIRM)) & (log["vehicle"] < 12)] for log in logs]
    logs = [np.sort(log, order=("time", "vehicle", "kind")) for log in logs]
    assert (logs[0]["kind"] == PLOT).sum() > 50
    np.testing.assert_array_equal(logs[1], logs[0])


def test_names_and_not_places_carry_the_dice():
    """The same threats entered in another order have the same fates while nothing is shared."""
    hold = {"policy": REAL._replace(weapons_control=HOLD), "latest": 100.0, "variants": 3, "pd": 0.5}
    starts, names = ring(6, 70e3, 2000.0), list("abcdef")
    one = played(build_world(starts, [(0.0, 0.0, 0.0)] * 6, names=names, **hold), 4)
    other = played(build_world(starts[::-1], [(0.0, 0.0, 0.0)] * 6, names=names[::-1], **hold), 4)
    for name in TIMES + CODES:
        np.testing.assert_array_equal(other[name][:, ::-1], one[name], err_msg=name)


def test_a_view_that_is_cut_only_takes_looks_away():
    hold = REAL._replace(weapons_control=HOLD)
    whole, cut = mixed(policy=hold), mixed(policy=hold)
    only_in_view(cut, 100, 60)
    kept = plots(cut, 0)
    assert 0 < len(kept) < len(plots(whole, 0))
    assert set(kept.tolist()) <= set(plots(whole, 0).tolist())
