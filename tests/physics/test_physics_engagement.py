import math

import numpy as np
import pytest

from rempart.physics import engagement, guns, lethality
from rempart.physics.intercept import (
    Motion,
    advanced,
    closest_approach_time,
    descent_time,
    entry_time,
    flight_time,
    flight_time_table,
    intercept,
    slant_range,
    tabulated_flight_time,
)

REACH = 40e3
CONSTANT = flight_time_table(REACH, 1000.0, 0.0, 1.0, 64)


def approaching(x=60e3, speed=300.0, **changes):
    return Motion(x, 0.0, 0.0, -speed, 0.0, 0.0, 0.0)._replace(**changes)


def test_constant_speed_interceptor_takes_range_over_speed():
    assert flight_time(20e3, REACH, 1000.0, 0.0, 1.0) == pytest.approx(20.0)
    assert CONSTANT[0] == 0.0
    assert CONSTANT[-1] == pytest.approx(40.0)


def test_boost_is_constant_acceleration():
    assert flight_time(1500.0, 100e3, 1500.0, 2.0, 0.5) == pytest.approx(2.0)
    assert flight_time(375.0, 100e3, 1500.0, 2.0, 0.5) == pytest.approx(1.0)


def test_speed_at_the_end_of_reach_is_the_end_fraction():
    step = 1.0
    last = flight_time(100e3, 100e3, 1500.0, 2.0, 0.4) - flight_time(100e3 - step, 100e3, 1500.0, 2.0, 0.4)
    assert step / last == pytest.approx(600.0, rel=1e-3)


def test_boost_longer_than_the_reach_is_shortened():
    coast = 0.25 * math.log(2.0) / 0.5
    assert flight_time(500.0, 500.0, 1000.0, 30.0, 0.5) == pytest.approx(0.5 + coast)


def test_table_is_drawn_on_beyond_the_reach():
    assert tabulated_flight_time(50e3, REACH, CONSTANT) == pytest.approx((50.0, 1e-3))
    assert tabulated_flight_time(12_345.0, REACH, CONSTANT) == pytest.approx((12.345, 1e-3))


def test_head_on_intercept():
    met = intercept(approaching(30e3), 5.0, 0.0, REACH, CONSTANT)
    assert met.time == pytest.approx(35.0 / 1.3)
    assert met.range == pytest.approx(30e3 - 300.0 * 35.0 / 1.3)
    assert met.z == 0.0


def test_target_out_of_reach_is_met_at_the_edge():
    met = intercept(approaching(100e3), 5.0, 0.0, REACH, CONSTANT)
    assert met.time == pytest.approx(200.0)
    assert met.range == REACH


def test_intercept_waits_until_it_is_wanted():
    high = approaching(30e3, z=12e3, vz=-100.0)
    wanted = descent_time(high, 8e3)
    met = intercept(high, 5.0, wanted, REACH, CONSTANT)
    assert wanted == pytest.approx(40.0)
    assert met.time == pytest.approx(40.0)
    assert met.z == pytest.approx(8e3)


def test_slow_leaver_is_caught_and_a_fast_one_is_not():
    assert intercept(approaching(5e3, -300.0), 5.0, 0.0, REACH, CONSTANT).time == pytest.approx(10.0 / 0.7)
    assert math.isinf(intercept(approaching(5e3, -1200.0), 5.0, 0.0, REACH, CONSTANT).time)
    assert math.isinf(intercept(approaching(39e3, -300.0), 5.0, 0.0, REACH, CONSTANT).time)


def test_target_that_passes_aside_or_stands_still():
    assert math.isinf(intercept(approaching(90e3, y=60e3), 5.0, 0.0, REACH, CONSTANT).time)
    assert intercept(approaching(20e3, 0.0), 5.0, 0.0, REACH, CONSTANT).time == pytest.approx(25.0)
    assert math.isinf(intercept(approaching(50e3, 0.0), 5.0, 0.0, REACH, CONSTANT).time)


def test_entry_and_closest_approach():
    passing = approaching(50e3, y=30e3)
    assert entry_time(passing, 50e3) == pytest.approx(10e3 / 300.0)
    assert slant_range(advanced(passing, entry_time(passing, 50e3))) == pytest.approx(50e3)
    assert closest_approach_time(passing) == pytest.approx(50e3 / 300.0)
    assert entry_time(passing, 60e3) == 0.0
    assert math.isinf(entry_time(passing, 29e3))
    assert math.isinf(entry_time(approaching(50e3, -300.0), 40e3))
    assert math.isinf(entry_time(approaching(50e3, 0.0), 40e3))
    assert closest_approach_time(approaching(50e3, 0.0)) == 0.0


def test_falling_target_enters_from_above():
    falling = Motion(10e3, 0.0, 60e3, -300.0, 0.0, 0.0, 9.81)
    time = entry_time(falling, 30e3)
    assert slant_range(advanced(falling, time)) == pytest.approx(30e3, rel=1e-9)
    assert advanced(falling, descent_time(falling, 20e3)).z == pytest.approx(20e3)


def test_level_flight_never_comes_down():
    assert math.isinf(descent_time(approaching(z=9e3), 8e3))
    assert descent_time(approaching(z=7e3), 8e3) == 0.0


def test_pk_is_flat_then_falls():
    assert lethality.pk_at(8e3, 10e3, 0.7, 0.8, 0.5) == pytest.approx(0.7)
    assert lethality.pk_at(9e3, 10e3, 0.7, 0.8, 0.5) == pytest.approx(0.525)
    assert lethality.pk_at(10e3, 10e3, 0.7, 0.8, 0.5) == pytest.approx(0.35)
    assert lethality.pk_at(10_001.0, 10e3, 0.7, 0.8, 0.5) == 0.0
    table = lethality.pk_table(0.7, 10e3, 64)
    assert table.shape == (64,)
    assert table[0] == 0.7
    assert 0.35 < table[-1] < 0.37


def test_gun_at_the_muzzle_hits_with_every_round():
    gun = guns.Gun(10, 2e-3, 1e-3, 1.0, 1)
    assert guns.burst_pk(0.0, gun) == pytest.approx(1.0 - math.exp(-10.0))


def test_gun_without_aiming_error_is_poisson():
    gun = guns.Gun(100, 2e-3, 0.0, 1.0, 2)
    silhouette = 1.0 / (2 * math.pi)
    expected = 100 * silhouette / (4.0 + silhouette)
    assert guns.burst_pk(1e3, gun) == pytest.approx(1 - math.exp(-expected) * (1 + expected))
    assert guns.burst_pk_table(gun, 4e3, 64)[31] == pytest.approx(guns.burst_pk(1968.75, gun))


def test_burst_agrees_with_drawn_bursts():
    gun = guns.Gun(60, 2e-3, 3e-3, 2.0, 2)
    draws = np.random.default_rng(1)
    silhouette = gun.presented_area / (2 * math.pi)
    n_bursts, distance = 40_000, 1200.0
    aim = draws.normal(0.0, gun.aiming_error * distance, (n_bursts, 1, 2))
    rounds = aim + draws.normal(0.0, gun.dispersion * distance, (n_bursts, gun.rounds, 2))
    hit = draws.random((n_bursts, gun.rounds)) < np.exp(-(rounds**2).sum(axis=2) / (2 * silhouette))
    kills = hit.sum(axis=1) >= gun.hits_needed
    error = kills.std() / math.sqrt(n_bursts)
    assert guns.burst_pk(distance, gun) == pytest.approx(kills.mean(), abs=4 * error + 0.003)


def test_shoot_look_shoot_blind_to_kills_fires_everything():
    leak, rounds = engagement.shoot_look_shoot([2, 1, 1], 0.6, p_kill_seen=0.0, p_miss_seen=1.0)
    assert leak == pytest.approx(0.4**4)
    assert rounds == pytest.approx(4.0)


def test_layers_of_several_shots():
    assert engagement.layered_leakage([0.5, 0.8], [2, 1]) == pytest.approx(0.05)


def test_ample_magazine_and_empty_magazine():
    assert engagement.raid_leakers(6, 12, 2, 0.7) == pytest.approx(6 * 0.09)
    assert engagement.raid_leakers(6, 0, 2, 0.7) == 6.0


def test_erlang_of_one_channel():
    assert engagement.erlang_b(1, 2.0) == pytest.approx(2.0 / 3.0)
    assert engagement.erlang_b(0, 2.0) == 1.0


def test_carleton_without_scatter_is_sure():
    assert engagement.carleton_pk(10.0, 0.0) == 1.0
    assert engagement.carleton_pk(10.0, 0.0, 10.0) == pytest.approx(math.exp(-1.0))


def test_offset_cookie_cutter_against_drawn_shots():
    draws = np.random.default_rng(2).normal(0.0, 10.0 / math.sqrt(2 * math.log(2)), (200_000, 2))
    hits = np.hypot(draws[:, 0] - 8.0, draws[:, 1]) < 12.0
    error = hits.std() / math.sqrt(len(hits))
    assert engagement.cookie_cutter_pk(12.0, 10.0, 8.0) == pytest.approx(hits.mean(), abs=4 * error)
