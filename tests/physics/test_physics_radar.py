import math

import numpy as np
import pytest

from rempart.physics import detection, propagation, radar, rcs
from rempart.physics.atmosphere import standard_air


def test_calibrated_radar_reproduces_its_published_pair():
    search = radar.search_radar(300e3, 4.0, 0.8, 1e-6, 8, 1)
    assert radar.look_pd(search, 300e3, 4.0, 0.0, 1) == pytest.approx(0.8, abs=1e-9)


def test_sixteenth_of_the_cross_section_halves_the_range():
    search = radar.search_radar(300e3, 4.0, 0.5, 1e-6, 1, 1)
    assert radar.look_pd(search, 150e3, 0.25, 0.0, 1) == pytest.approx(0.5, abs=1e-9)


def test_two_way_loss_of_12_db_halves_the_range():
    search = radar.search_radar(100e3, 1.0, 0.5, 1e-6, 1, 1)
    loss_db = 40.0 * math.log10(2.0)
    assert radar.look_pd(search, 50e3, 1.0, loss_db, 1) == pytest.approx(0.5, abs=1e-9)


def test_radar_at_the_target_detects_it():
    search = radar.search_radar(100e3, 1.0, 0.5, 1e-6, 16, 2)
    assert radar.look_pd(search, 0.0, 0.01, 0.0, 2) == 1.0


def test_monostatic_is_bistatic_with_equal_ranges():
    made = radar.RadarEquation(1e6, 1e-6, 3e9, 1e3, 1e3, 400.0, 2.0)
    assert radar.monostatic_snr(made, 2.0, 5e4) == radar.bistatic_snr(made, 2.0, 5e4, 5e4)
    assert radar.monostatic_snr(made, 2.0, radar.max_range(made, 2.0, 20.0)) == pytest.approx(20.0)


def test_threshold_of_one_pulse_is_minus_log_pfa():
    assert detection.threshold(1e-6, 1) == pytest.approx(6.0 * math.log(10.0), rel=1e-12)


def test_swerling_1_single_pulse_closed_form():
    level = detection.threshold(1e-6, 1)
    for snr in (0.1, 1.0, 30.0, 1e4, 1e7):
        found = detection.detection_probability(snr, level, 1, 1)
        assert found == pytest.approx(1e-6 ** (1.0 / (1.0 + snr)), rel=1e-9)


def test_huge_signal_is_detected_and_none_gives_false_alarms():
    for swerling in range(5):
        level = detection.threshold(1e-4, 10)
        assert detection.detection_probability(1e9, level, 10, swerling) == pytest.approx(1.0, abs=1e-7)
        assert detection.detection_probability(0.0, level, 10, swerling) == pytest.approx(1e-4, rel=1e-9)


def test_sliding_window_refuses_impossible_rules():
    with pytest.raises(ValueError, match="m = 4, n = 3"):
        detection.sliding_m_of_n(4, 3, np.full(5, 0.5))


def test_sliding_window_of_one_look_is_cumulative_detection():
    pd = np.array([0.1, 0.5, 0.0, 0.3])
    started = detection.sliding_m_of_n(1, 1, pd)
    assert started[-1] == pytest.approx(detection.cumulative_pd(pd))


def test_rcs_at_nose_side_and_tail():
    assert rcs.rcs_at(0.1, 10.0, 1.0, 1.0) == pytest.approx(0.1)
    assert rcs.rcs_at(0.1, 10.0, 1.0, 0.0) == pytest.approx(10.0)
    assert rcs.rcs_at(0.1, 10.0, 1.0, -1.0) == pytest.approx(1.0)
    assert rcs.rcs_at(0.1, 10.0, 1.0, math.sqrt(0.5)) == pytest.approx(1.0)


def test_aspect_of_an_approaching_and_a_leaving_target():
    assert rcs.aspect_cosine((1e4, 0.0, 0.0), (-200.0, 0.0, 0.0)) == 1.0
    assert rcs.aspect_cosine((1e4, 0.0, 0.0), (200.0, 0.0, 0.0)) == -1.0
    assert rcs.aspect_cosine((1e4, 0.0, 0.0), (0.0, 200.0, 0.0)) == 0.0
    assert rcs.aspect_cosine((1e4, 0.0, 0.0), (0.0, 0.0, 0.0)) == 0.0


def test_excess_loss_is_zero_at_the_published_range_in_clear_air():
    air = propagation.weather(9.4e9)
    assert propagation.excess_loss_db(air, 150e3, 150e3, 100.0, 8e3) == 0.0
    assert propagation.excess_loss_db(air, 100e3, 150e3, 100.0, 8e3) < 0.0


def test_gas_loss_near_the_ground_is_the_specific_loss():
    air = propagation.weather(10e9)
    total = air.oxygen_db + air.vapour_db
    assert total == pytest.approx(0.0142e-3, rel=1e-3)
    assert propagation.gas_loss_db(air, 1e4, 0.0, 0.0) == pytest.approx(1e4 * total)


def test_gas_loss_over_a_slant_path_is_the_mean_over_height():
    air = propagation.weather(10e9)
    heights = (np.arange(20_000) + 0.5) / 20_000 * 9e3
    mean = np.mean(
        air.oxygen_db * np.exp(-heights / propagation.OXYGEN_HEIGHT)
        + air.vapour_db * np.exp(-heights / propagation.VAPOUR_HEIGHT)
    )
    assert propagation.gas_loss_db(air, 5e4, 0.0, 9e3) == pytest.approx(5e4 * mean, rel=1e-6)


def test_rain_weighs_only_below_its_top_and_over_its_extent():
    rate = 25e-3 / 3600
    air = propagation.weather(9.4e9, rate)
    assert air.rain_db == pytest.approx(0.5886e-3, rel=1e-3)
    assert propagation.rain_loss_db(air, 1e5, 5e3, 9e3) == 0.0
    half = propagation.rain_loss_db(air, 1e4, 0.0, 8e3)
    assert half == pytest.approx(propagation.rain_loss_db(air, 5e3, 0.0, 0.0))
    assert propagation.rain_loss_db(air, 1e9, 0.0, 0.0) == pytest.approx(
        air.rain_db * air.rain_extent, rel=1e-3
    )
    assert propagation.weather(0.5e9, rate).rain_db == 0.0


def test_flat_ground_doubles_the_field_at_the_first_lobe_and_kills_it_at_the_null():
    peak, null = propagation.lobe_elevations(1e8, 10.0)
    far = 1e6
    assert propagation.two_ray_factor(1e8, 10.0, far * math.tan(peak), far, -1.0) == pytest.approx(
        2.0, abs=1e-3
    )
    assert propagation.two_ray_factor(1e8, 10.0, far * math.tan(null), far, -1.0) < 1e-2


def test_knife_edge_that_touches_the_ray_costs_6_db():
    assert propagation.knife_edge_loss_db(0.0) == pytest.approx(6.03, abs=0.01)
    assert propagation.knife_edge_loss_db(-1.0) == 0.0


def test_standard_air_outside_its_heights_is_that_of_the_nearest():
    assert standard_air(2e5) == standard_air(84_852.0)
    assert standard_air(84_852.0).temperature == pytest.approx(186.946)
    assert standard_air(-1e5) == standard_air(-5000.0)
