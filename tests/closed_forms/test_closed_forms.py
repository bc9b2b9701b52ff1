"""The whole simulator against formulas that hold exactly: each within 4 standard errors, fixed seed."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.events.outcomes import (
    CHANNELS_SATURATED,
    KILL_WRONGLY_ASSESSED,
    KILLED,
    LEAKED,
    MAGAZINE_EMPTY,
    NO_FIRM_TRACK,
    SHOT_AND_MISSED,
)
from rempart.physics.detection import sliding_m_of_n
from rempart.physics.engagement import erlang_b, raid_leakers, shoot_look_shoot
from world_builder import ALL_PERFECT, POLICY, assert_close_to, build_world, only_in_view, played, ring

CENTRE = (0.0, 0.0, 0.0)
PATIENT = POLICY._replace(drop_time=1e4)
"""Never lets a track go, so that the engagement alone decides."""


def raid(n, *, radius=100e3, **chosen):
    """`n` threats that come in from all sides at once, against plenty of everything but what is chosen."""
    wanted = {
        "sensor_reach": 1e6, "pd": 1.0, "turn": 2.0, "channels": n, "rounds": 100 * n, "policy": PATIENT,
        "perfect": ALL_PERFECT, "duration": 2000.0, "runs_to_end": True,
    }  # fmt: skip
    return build_world(ring(n, radius, 3000.0), [CENTRE] * n, **(wanted | chosen))


@pytest.mark.parametrize(("salvo", "pk"), [(1, 0.7), (2, 0.4), (3, 0.15)])
def test_one_salvo_leaks_as_the_binomial_law_says(salvo, pk):
    found = played(raid(60, pk=pk, policy=PATIENT._replace(salvo=salvo, max_salvos=1)), 80)
    assert_close_to(found.outcome == LEAKED, (1.0 - pk) ** salvo)
    assert_close_to((found.outcome == LEAKED).sum(axis=1), 60 * (1.0 - pk) ** salvo)
    assert (found.shots == salvo).all()
    assert (found.cause[found.outcome == LEAKED] == SHOT_AND_MISSED).all()


def test_leakers_of_one_salvo_scatter_as_the_binomial_law_says():
    leakers = (played(raid(60, pk=0.7, policy=PATIENT._replace(max_salvos=1)), 400).outcome == LEAKED).sum(
        axis=1
    )
    assert_close_to((leakers - 60 * 0.3) ** 2, 60 * 0.3 * 0.7)


@pytest.mark.parametrize(
    ("salvos", "pk", "p_kill_seen", "p_miss_seen"),
    [
        ([1, 1, 1], 0.7, 1.0, 1.0),
        ([2, 2], 0.4, 1.0, 1.0),
        ([1, 1, 1], 0.7, 0.9, 0.95),
        ([1] * 5, 0.5, 0.95, 0.98),
        ([2, 2], 0.3, 0.6, 0.7),
    ],
)
def test_shoot_look_shoot(salvos, pk, p_kill_seen, p_miss_seen):
    policy = PATIENT._replace(
        salvo=salvos[0], max_salvos=len(salvos), p_kill_seen=p_kill_seen, p_miss_seen=p_miss_seen
    )
    found = played(raid(60, pk=pk, policy=policy, perfect=ALL_PERFECT._replace(assessment=False)), 80)
    leak, rounds = shoot_look_shoot(salvos, pk, p_kill_seen, p_miss_seen)
    assert_close_to(found.outcome == LEAKED, leak)
    assert_close_to(found.shots, rounds)
    mistaken = leak - (1.0 - pk) ** sum(salvos) * p_miss_seen ** len(salvos)
    if mistaken > 1e-9:
        assert_close_to(found.cause == KILL_WRONGLY_ASSESSED, mistaken)


@pytest.mark.parametrize(("n_threats", "n_rounds", "pk"), [(10, 15, 0.7), (30, 40, 0.75), (12, 7, 0.5)])
def test_a_finite_magazine(n_threats, n_rounds, pk):
    world = raid(n_threats, rounds=n_rounds, pk=pk, policy=PATIENT._replace(max_salvos=2))
    found = played(world, 400)
    leaked = found.outcome == LEAKED
    assert_close_to(leaked.sum(axis=1), raid_leakers(n_threats, n_rounds, 2, pk))
    assert (found.rounds[:, 0] == found.shots.sum(axis=1)).all()
    assert found.rounds.max() == n_rounds
    assert (found.cause[leaked & (found.shots == 0)] == MAGAZINE_EMPTY).all()


def fleeting_stream(n_threats, n_channels, load, pk):
    """Threats at random times that can be engaged within 0.03 s of their start or never.

    They fly away from the fire unit, and a round launched later would meet them beyond its reach.
    Each engagement binds a channel for the same time: reaction, flight to the end of the planned
    reach, assessment. Returns the world and that time.
    """
    speed, round_speed, reaction, assessment, reach = 250.0, 1000.0, 2.0, 1.0, 8000.0
    planned = reach * 62 / 64
    meeting = planned / round_speed
    start = planned - speed * (reaction + meeting) - speed * 0.03
    bound = reaction + (start + speed * reaction) / (round_speed - speed) + assessment
    world = build_world(
        np.tile([start, 0.0, 1.0], (n_threats, 1)), np.tile([start + 60 * speed, 0.0, 1.0], (n_threats, 1)),
        speed=speed, latest=n_threats * bound / load, turn=0.02, pd=1.0, channels=n_channels,
        rounds=n_threats, pk=pk, reach=reach, interceptor_speed=round_speed, reaction=reaction,
        policy=POLICY._replace(assessment_time=assessment, max_salvos=1),
        perfect=ALL_PERFECT._replace(assessment=False), asset=(start + 60 * speed, 0.0, 0.0),
    )  # fmt: skip
    only_in_view(world, 0, 1)
    return world, bound


@pytest.mark.parametrize(("n_channels", "load", "pk"), [(2, 1.0, 0.5), (4, 4.0, 0.8), (5, 3.0, 0.7)])
def test_busy_channels_lose_threats_as_erlang_says(n_channels, load, pk):
    world, bound = fleeting_stream(400, n_channels, load, pk)
    found = played(world, 100)
    settled = found.first_detected > 5.0 * bound
    blocked, leaked = found.shots == 0, found.outcome == LEAKED
    assert (found.cause[blocked] == CHANNELS_SATURATED).all()
    expected = erlang_b(n_channels, load)
    n_settled = settled.sum(axis=1)
    assert_close_to((blocked & settled).sum(axis=1) / n_settled, expected)
    assert_close_to((leaked & settled).sum(axis=1) / n_settled, expected + (1.0 - expected) * (1.0 - pk))


def looks_until(times, turn):
    """Number of the look, from 1, at which each of some times falls; the view begins at 20 s."""
    return np.floor((times - 20.0) / turn).astype(int) + 1


def watched(n, pd, n_looks, turn=4.0, **policy):
    """Flights of which a radar gets exactly `n_looks` looks, each of the same chance."""
    world = build_world(
        ring(n, 60e3, 3000.0), [CENTRE] * n, sensor_reach=1e6, pd=pd, turn=turn, reach=10.0,
        policy=POLICY._replace(**policy),
    )  # fmt: skip
    world.vehicles.step[:] = 1.0
    only_in_view(world, 20, int(n_looks * turn))
    return world


@pytest.mark.parametrize(("m", "n", "pd", "n_looks"), [(3, 5, 0.5, 8), (4, 6, 0.7, 12), (2, 2, 0.4, 10)])
def test_tracks_start_as_the_sliding_window_says(m, n, pd, n_looks):
    found = played(watched(50, pd, n_looks, m_of_n_hits=m, m_of_n_looks=n), 100)
    started = ~np.isnan(found.first_firm)
    number = np.where(started, looks_until(np.nan_to_num(found.first_firm, nan=20.0), 4.0), n_looks + 1)
    for look, chance in enumerate(sliding_m_of_n(m, n, np.full(n_looks, pd)), start=1):
        if chance > 0.0:
            assert_close_to(number <= look, chance)
        else:
            assert not (number <= look).any()
    assert (found.cause[~started & ~np.isnan(found.first_detected)] == NO_FIRM_TRACK).all()


def test_the_first_detection_comes_as_the_geometric_law_says():
    pd, n_looks = 0.3, 9
    found = played(watched(50, pd, n_looks), 100)
    seen = ~np.isnan(found.first_detected)
    number = np.where(seen, looks_until(np.nan_to_num(found.first_detected, nan=20.0), 4.0), 0)
    for look in range(1, n_looks + 1):
        assert_close_to(number == look, pd * (1.0 - pd) ** (look - 1))
    assert_close_to(~seen, (1.0 - pd) ** n_looks)
    assert (found.looks == 50 * n_looks).all()


def test_layers_leak_as_the_product_of_their_misses():
    """Two fire units far apart along the way, one shot each: (1 - pk)² leak, whoever fires first."""
    starts = np.tile([120e3, 0.0, 3000.0], (40, 1))
    world = build_world(
        starts, [CENTRE] * 40, sensor_reach=1e6, pd=1.0, turn=2.0, units=((60e3, 0.0, 0.0), CENTRE),
        channels=40, rounds=40, reach=25e3, pk=0.6, policy=PATIENT._replace(max_salvos=1),
        perfect=ALL_PERFECT, duration=2000.0, runs_to_end=True,
    )  # fmt: skip
    found = played(world, 60)
    assert_close_to(found.outcome == LEAKED, 0.4**2)
    assert_close_to((found.outcome == KILLED) & (found.shots == 1), 0.6)
