"""Plain twins of the physics kernels that hold a loop or a branch, on random inputs."""

import itertools
import math

import numpy as np
import pytest
from scipy import special, stats

from rempart.physics import detection, flight, guns
from rempart.physics.ballistic import GRAVITATION, ballistic_arc, sample_arc
from rempart.physics.flight import EARTH_RADIUS
from rempart.physics.intercept import Motion, entry_time, flight_time, flight_time_table, intercept

REACH = 100e3
TABLE = flight_time_table(REACH, 1500.0, 3.0, 0.4, 64)
CLOCK = np.arange(0.0, 600.0, 0.01)


def draws(seed):
    return np.random.default_rng(seed)


def drawn_motion(rng):
    """A target that flies anywhere, or falls on a place near the launcher; one in four is near."""
    place = rng.uniform((-150e3, -150e3, -100.0), (150e3, 150e3, 30e3))
    place *= rng.choice([1.0, 1.0, 1.0, 0.02])
    if rng.random() < 0.5:
        time = rng.uniform(10.0, 120.0)
        aim = np.append(rng.uniform(-40e3, 40e3, 2), 0.0)
        velocity = (aim - place) / time + (0.0, 0.0, 0.5 * 9.81 * time)
        return Motion(*place.tolist(), *velocity.tolist(), 9.81)
    course = rng.normal(size=3)
    velocity = course / np.linalg.norm(course) * rng.uniform(10.0, 2500.0)
    return Motion(*place.tolist(), *velocity.tolist(), 0.0)


def naive_ranges(motion):
    up = motion.z + motion.vz * CLOCK - 0.5 * motion.fall * CLOCK**2
    return np.sqrt((motion.x + motion.vx * CLOCK) ** 2 + (motion.y + motion.vy * CLOCK) ** 2 + up**2)


def first(times, holds):
    return times[holds.argmax()] if holds.any() else math.inf


def agrees(found, expected):
    """Same instant, or both none within the naive clock."""
    if math.isinf(expected):
        return found > CLOCK[-1] - 1.0
    return abs(found - expected) < 0.02


def test_intercept_against_a_fine_clock():
    rng = draws(1)
    n_met = 0
    for _ in range(300):
        motion, delay = drawn_motion(rng), rng.uniform(0.0, 20.0)
        not_before = rng.choice([0.0, rng.uniform(0.0, 60.0)])
        found = intercept(motion, delay, not_before, REACH, TABLE)
        ranges = naive_ranges(motion)
        needed = np.interp(ranges, np.linspace(0.0, REACH, 65), TABLE)
        can = (ranges <= REACH) & (needed <= CLOCK - delay) & (not_before <= CLOCK)
        expected = first(CLOCK, can)
        assert agrees(found.time, expected), motion
        n_met += math.isfinite(expected)
    assert n_met > 100


def test_entry_against_a_fine_clock():
    rng = draws(2)
    n_entries = 0
    for _ in range(300):
        motion, radius = drawn_motion(rng), rng.uniform(5e3, 80e3)
        expected = first(CLOCK, naive_ranges(motion) <= radius)
        assert agrees(entry_time(motion, radius), expected), motion
        n_entries += math.isfinite(expected)
    assert n_entries > 100


def test_flight_time_against_small_steps():
    reach, speed_max, boost, end = 30e3, 900.0, 2.5, 0.35
    boost_path = 0.5 * speed_max * boost
    path = np.linspace(0.0, reach, 300_001)
    middle = 0.5 * (path[1:] + path[:-1])
    speed = np.where(
        middle < boost_path,
        np.sqrt(2.0 * middle * speed_max / boost),
        speed_max * (1.0 - (1.0 - end) * (middle - boost_path) / (reach - boost_path)),
    )
    times = np.concatenate([[0.0], np.cumsum(np.diff(path) / speed)])
    for place in (300.0, 1200.0, 5000.0, 17e3, 30e3):
        naive = np.interp(place, path, times)
        assert flight_time(place, reach, speed_max, boost, end) == pytest.approx(naive, abs=0.01)


@pytest.mark.parametrize("n_pulses", [1, 3, 24, 200])
def test_threshold_against_the_incomplete_gamma_function(n_pulses):
    for pfa in (1e-12, 1e-6, 1e-2, 0.6):
        expected = special.gammainccinv(n_pulses, pfa)
        assert detection.threshold(pfa, n_pulses) == pytest.approx(expected, rel=1e-9)


def naive_pd(snr, level, n_pulses, swerling):
    """Chance of passing for a steady target, averaged over the law of the target's strength."""
    if swerling == 0:
        return stats.ncx2.sf(2 * level, 2 * n_pulses, 2 * n_pulses * snr)
    shape = {1: 1, 2: n_pulses, 3: 2, 4: 2 * n_pulses}[swerling]
    nodes = (np.arange(100_000) + 0.5) / 100_000
    strength = stats.gamma.ppf(nodes, shape) / shape * n_pulses * snr
    return stats.ncx2.sf(2 * level, 2 * n_pulses, 2 * strength).mean()


@pytest.mark.parametrize("swerling", range(5))
def test_detection_probability_against_the_mean_over_strengths(swerling):
    for n_pulses, snr in ((1, 12.0), (6, 2.0), (30, 0.7)):
        level = detection.threshold(1e-5, n_pulses)
        found = detection.detection_probability(snr, level, n_pulses, swerling)
        assert found == pytest.approx(naive_pd(snr, level, n_pulses, swerling), abs=2e-5)


def test_marcum_q_against_the_noncentral_chi_square_law():
    rng = draws(3)
    for _ in range(50):
        a, b, order = rng.uniform(0.0, 30.0), rng.uniform(0.1, 30.0), int(rng.integers(1, 40))
        expected = stats.ncx2.sf(b * b, 2 * order, a * a)
        assert detection.marcum_q(a, b, order) == pytest.approx(expected, abs=1e-9)


def test_marcum_q_where_single_terms_are_too_small_to_hold():
    for a, b in ((0.0, 43.0), (1.0, 60.0), (50.0, 45.0), (45.0, 50.0)):
        expected = stats.norm.sf(b - a) if a > 40.0 else 0.0
        assert detection.marcum_q(a, b, 1) == pytest.approx(expected, abs=1e-7, rel=0.05)


def test_fluctuating_target_far_above_any_usual_threshold():
    found = detection.detection_probability(500.0, 1000.0, 1, 1)
    assert found == pytest.approx(math.exp(-1000.0 / 501.0), rel=1e-9)


def test_m_of_n_against_the_binomial_law():
    for m, n, pd in itertools.product((1, 2, 5), (5, 9), (0.0, 0.3, 1.0)):
        assert detection.m_of_n(m, n, pd) == pytest.approx(stats.binom.sf(m - 1, n, pd))


def test_sliding_window_against_all_histories():
    rng = draws(4)
    for m, n in ((1, 3), (2, 3), (3, 5), (4, 4)):
        pd = rng.random(9)
        expected = np.zeros(9)
        for history in itertools.product((0, 1), repeat=9):
            hits = np.array(history)
            chance = np.prod(np.where(hits, pd, 1.0 - pd))
            held = [hits[max(0, k - n + 1) : k + 1].sum() >= m for k in range(9)]
            expected += chance * np.logical_or.accumulate(held)
        assert detection.sliding_m_of_n(m, n, pd) == pytest.approx(expected)


def test_flown_heights_against_the_cones_of_every_sample():
    rng = draws(5)
    distance = np.cumsum(rng.uniform(0.0, 900.0, 120))
    floor = rng.uniform(0.0, 800.0, 120)
    slope = math.radians(12.0)
    cones = floor[None, :] - math.tan(slope) * np.abs(distance[:, None] - distance[None, :])
    assert flight.fly_over(floor, distance, slope) == pytest.approx(cones.max(axis=1))


def test_route_against_cartesian_vectors():
    rng = draws(6)
    lat, lon = rng.uniform(-1.4, 1.4, 4), rng.uniform(-3.0, 3.0, 4)
    latitude, longitude, distance = flight.sample_route(lat, lon, 250.0, 3000.0)
    corners = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    ends = flight.leg_ends(lat, lon)
    for place in range(0, len(distance), 7):
        leg = min(int(np.searchsorted(ends, distance[place], side="right")) - 1, 2)
        start, end = corners[leg], corners[leg + 1]
        across = end - start * (start @ end)
        angle = (distance[place] - ends[leg]) / EARTH_RADIUS
        point = start * math.cos(angle) + across / np.linalg.norm(across) * math.sin(angle)
        assert math.asin(point[2]) == pytest.approx(latitude[place], abs=1e-9)
        assert math.remainder(math.atan2(point[1], point[0]) - longitude[place], 2 * math.pi) == (
            pytest.approx(0.0, abs=1e-9)
        )


def test_arc_against_stepwise_gravity():
    start = (0.0, 0.0, 500.0)
    end = (0.0, 300e3 / EARTH_RADIUS, 100.0)
    arc = ballistic_arc(start, end, 90e3)
    places = sample_arc(start, end, arc, 0.05)
    radius = EARTH_RADIUS + places[:, 2]
    east = np.stack([radius * np.cos(places[:, 1]), radius * np.sin(places[:, 1])], axis=1)
    velocity = (east[1] - east[0]) / 0.05
    place = east[0].copy()
    velocity = velocity + 0.025 * GRAVITATION * place / np.linalg.norm(place) ** 3
    for _ in range(len(east) - 2):
        velocity -= 0.025 * GRAVITATION * place / np.linalg.norm(place) ** 3
        place += 0.05 * velocity
        velocity -= 0.025 * GRAVITATION * place / np.linalg.norm(place) ** 3
    assert np.linalg.norm(place - east[-2]) < 60.0


def test_burst_against_a_fine_mean_over_aim_points():
    rng = draws(7)
    for _ in range(20):
        gun = guns.Gun(
            int(rng.integers(5, 200)), *rng.uniform(5e-4, 5e-3, 2).tolist(), rng.uniform(0.1, 5.0),
            int(rng.integers(1, 4)),
        )  # fmt: skip
        distance = rng.uniform(200.0, 4000.0)
        silhouette = gun.presented_area / (2 * math.pi)
        spread = (gun.dispersion * distance) ** 2 + silhouette
        miss2 = -2 * (gun.aiming_error * distance) ** 2 * np.log((np.arange(20_000) + 0.5) / 20_000)
        expected = gun.rounds * silhouette / spread * np.exp(-miss2 / (2 * spread))
        naive = stats.poisson.sf(gun.hits_needed - 1, expected).mean()
        assert guns.burst_pk(distance, gun) == pytest.approx(naive, abs=0.01)
