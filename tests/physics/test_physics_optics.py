"""Eyes, cameras and lock ranges: edges, and values that follow by hand."""

import math

import numpy as np
import pytest

from rempart.physics import optics

EYE = optics.Sight(0.29e-3, 1.0, 0.3, 0.02, optics.haze_extinction(23e3, 0.55e-6), math.inf)
CLASSES = np.array([1500.0, 0.0])
CLEAR = optics.haze_extinction(optics.CLEAR_VISIBILITY, 4e-6)
LOCK = optics.Lock(CLASSES, 0.6, CLEAR, CLEAR, 23e3)


def test_two_per_cent_of_the_contrast_is_left_at_the_visibility():
    extinction = optics.haze_extinction(8e3, 0.55e-6)
    assert optics.transmission(extinction, 8e3) == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("visibility", "exponent"),
    [(80e3, 1.6), (23e3, 1.3), (6e3, 1.3), (2e3, 0.66), (800.0, 0.3), (300.0, 0.0)],
)
def test_infrared_sees_through_haze_and_not_through_fog(visibility, exponent):
    visual, infrared = (optics.haze_extinction(visibility, length) for length in (0.55e-6, 4e-6))
    assert infrared / visual == pytest.approx((4.0 / 0.55) ** -exponent)


def test_heavy_rain_takes_away_what_it_is_quoted_with():
    per_km_db = optics.rain_extinction(25e-3 / 3600.0) * 1e3 * 10.0 / math.log(10.0)
    assert per_km_db == pytest.approx(1.076 * 25.0**0.67)
    assert optics.rain_extinction(0.0) == 0.0


def test_upwards_the_haze_is_thin():
    assert optics.air_depth(5e3, 0.0) == optics.air_depth(5e3, -200.0) == 5e3
    assert optics.air_depth(5e3, 1e-3) == pytest.approx(5e3)
    # Straight up through all of it.
    assert optics.air_depth(1e5, 1e5) == pytest.approx(optics.HAZE_HEIGHT)


def test_resolution_goes_with_the_logarithm_of_the_contrast():
    assert optics.resolution_share(1.0, 0.02) == 1.0
    assert optics.resolution_share(math.sqrt(0.02), 0.02) == pytest.approx(0.5)
    assert optics.resolution_share(0.02, 0.02) == optics.resolution_share(0.001, 0.02) == 0.0


def test_half_of_all_observers_need_the_cycles_of_the_task():
    assert optics.transfer_probability(1.0) == 0.5
    assert optics.transfer_probability(0.0) == 0.0
    assert list(optics.CYCLES_50.values()) == sorted(optics.CYCLES_50.values())


def test_a_glimpse_needs_time():
    assert optics.glimpse_probability(0.8, 0.0) == 0.0
    assert optics.glimpse_probability(0.8, math.inf) == pytest.approx(0.8)
    assert optics.glimpse_probability(0.0, math.inf) == 0.0
    mean_time = optics.FIXATION / 0.8
    assert optics.glimpse_probability(0.8, mean_time) == pytest.approx(0.8 * (1.0 - math.exp(-1.0)))


def test_a_fighter_is_made_out_at_some_kilometres():
    """10 m² seen from ahead on a clear day, by an eye that looks at it: a few kilometres."""
    near, far = (optics.sight_pd(EYE, 10.0, distance, 100.0) for distance in (1.5e3, 5e3))
    assert near > 0.9
    assert far < 0.2


def test_the_blind_see_nothing():
    assert optics.sight_pd(optics.BLIND, 100.0, 10.0, 0.0) == 0.0
    assert optics.sight_pd(EYE._replace(detail=math.inf), 100.0, 10.0, 0.0) == 0.0


def test_nothing_divides_by_no_distance():
    assert optics.sight_pd(EYE, 10.0, 0.0, 0.0) == pytest.approx(1.0)
    assert optics.lock_pd(LOCK, 0, -1.0, 0.0, 0.0) == pytest.approx(1.0)


def test_half_are_held_at_the_lock_range():
    assert optics.lock_pd(LOCK, 0, -1.0, 1500.0, 0.0) == pytest.approx(0.5)
    assert optics.lock_pd(LOCK, 0, 1.0, 0.6 * 1500.0, 0.0) == pytest.approx(0.5)
    assert optics.lock_pd(LOCK, 0, 0.0, 0.8 * 1500.0, 0.0) == pytest.approx(0.5)
    assert optics.lock_pd(LOCK, 1, -1.0, 10.0, 0.0) == 0.0


def test_nobody_aims_at_what_haze_hides():
    thick = optics.haze_extinction(1e3, 4e-6)
    fog = LOCK._replace(visibility=1e3, extinction=thick)
    assert optics.lock_pd(fog, 0, -1.0, 1001.0, 0.0) == 0.0
    assert 0.0 < optics.lock_pd(fog, 0, -1.0, 999.0, 0.0) < optics.lock_pd(LOCK, 0, -1.0, 999.0, 0.0)
