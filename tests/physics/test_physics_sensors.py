"""Reports, cells, filters, lobes, jamming and crossed bearings: special cases that can be told by hand."""

import math

import numpy as np
import pytest

from rempart.physics import direction_finding, doppler, jamming, measurement, multipath, resolution
from rempart.physics.propagation import SPEED_OF_LIGHT

EXACT = measurement.ReportErrors(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
STILL = (0.0, 0.0, 0.0, 0.0)


def test_a_report_without_errors_is_the_truth():
    found = measurement.polar_report((3e3, 4e3, 5e3), (30.0, 40.0, 50.0), (0.0, 0.0, 0.0), EXACT, STILL)
    distance = math.sqrt(50e6)
    expected = distance, math.atan2(3, 4), math.asin(5e3 / distance), math.sqrt(5000.0)
    assert found == pytest.approx(expected, rel=1e-12)


def test_azimuths_go_clockwise_from_north_all_round():
    for degrees in (0.0, 90.0, 179.0, 181.0, 359.0):
        angle = math.radians(degrees)
        place = (1e4 * math.sin(angle), 1e4 * math.cos(angle), 0.0)
        found = measurement.polar_report(place, STILL[:3], (0.0, 0.0, 0.0), EXACT, STILL)
        assert math.degrees(found[1]) == pytest.approx(degrees, abs=1e-9)


def test_each_error_moves_its_own_part_and_biases_add():
    errors = measurement.ReportErrors(50.0, 0.01, 0.02, 3.0, 200.0, 0.1)
    found = measurement.polar_report((1e4, 0.0, 0.0), (0.0,) * 3, (0.0,) * 3, errors, (1.0, -1.0, 2.0, 1.0))
    assert found == pytest.approx((1e4 + 250.0, math.pi / 2 + 0.09, 0.04, 3.0))


def test_what_a_sensor_does_not_tell_is_no_number():
    errors = EXACT._replace(elevation_sigma=math.inf, rate_sigma=math.inf)
    report = measurement.polar_report((1e4, 0.0, 1e3), (9.0,) * 3, (0.0,) * 3, errors, (1.0,) * 4)
    assert math.isnan(report[2])
    assert math.isnan(report[3])


@pytest.mark.parametrize(
    ("snr", "share"), [(20.0, 1.0), (80.0, 0.5), (1e6, 1 / 3), (12.0, 1.2909944), (1.0, 1.5), (0.0, 1.5)]
)
def test_errors_fall_with_the_root_of_the_signal(snr, share):
    assert measurement.error_share(snr, 20.0) == pytest.approx(share)
    assert measurement.error_share(snr, 0.0) == 1.0


def reports(truth, elevation_error, n=4000, sensor=(1e3, -2e3, 50.0)):
    draws = np.random.default_rng(1).normal(size=(n, 3))
    made = [
        measurement.measured_position(truth, sensor, 60.0, 0.004, elevation_error, tuple(g)) for g in draws
    ]
    return np.array([plot for plot, _ in made]), np.array([variance for _, variance in made])


@pytest.mark.parametrize("truth", [(30e3, 20e3, 9e3), (0.0, 60e3, 300.0), (1e3, -2e3, 8e3)])
def test_positions_scatter_as_their_variances_say(truth):
    plots, variances = reports(truth, 0.008)
    np.testing.assert_allclose(plots.mean(axis=0), truth, atol=4.0 * math.sqrt(variances.max() / 4000))
    np.testing.assert_allclose(plots.var(axis=0), variances[0], rtol=0.1, atol=1.0)
    distance = math.dist(truth, (1e3, -2e3, 50.0))
    assert variances[0].sum() == pytest.approx(60.0**2 + distance**2 * (0.004**2 + 0.008**2))


@pytest.mark.parametrize("height", [500.0, 5e3, 11e3])
def test_without_height_the_truth_lies_within_what_the_report_allows(height):
    """Over a round earth, 120 km from the sensor; the plot is at the usual height whatever the true one."""
    ground = 120e3
    truth = (1e3 + ground, -2e3, 50.0 + height - ground * (2e3 + ground) / 2 / measurement.EARTH_RADIUS)
    plots, variances = reports(truth, math.inf, n=400)
    usual = truth[2] - height + measurement.USUAL_HEIGHT
    assert plots[:, 2].mean() == pytest.approx(usual, abs=30.0)
    assert abs(truth[2] - plots[:, 2].mean()) < 2.0 * math.sqrt(variances[0, 2])
    assert abs(truth[0] - plots[:, 0].mean()) < 2.0 * math.sqrt(variances[0, 0])
    assert variances[0, 2] == measurement.HEIGHT_SPREAD**2


def test_cells_are_unresolved_only_in_all_three():
    cells = (300.0, 0.05, 0.05)
    here = (50e3, 6.27, 0.02)
    assert resolution.are_unresolved(here, (50.2e3, 0.02, 0.05), cells)
    assert not resolution.are_unresolved(here, (50.4e3, 0.02, 0.05), cells)
    assert not resolution.are_unresolved(here, (50.2e3, 0.06, 0.05), cells)
    assert not resolution.are_unresolved(here, (50.2e3, 0.02, 0.08), cells)
    assert resolution.are_unresolved(here, (50.2e3, 0.02, 0.8), (300.0, 0.05, math.inf))


def test_false_plots_count_cells():
    found = resolution.false_plots(1e-6, (100e3, 6.0, 1.0), (100.0, 0.06, 0.1))
    assert found == pytest.approx(1e-6 * 1000 * 100 * 10 * resolution.SURVIVING_SHARE)
    assert resolution.false_plots(1e-6, (100e3, 6.0, 1.0), (100.0, 0.06, math.inf)) == pytest.approx(
        found / 10
    )
    assert resolution.false_plots(1e-2, (1e6, 6.0, 1.0), (10.0, 0.01, 0.01)) == resolution.MOST_FALSE_PLOTS


@pytest.mark.parametrize("rate", [0.0, 300.0, -600.0])
def test_nothing_passes_at_rest_and_at_blind_speeds(rate):
    assert doppler.doppler_response(doppler.Doppler(10.0, 300.0), rate) == pytest.approx(0.0, abs=1e-12)


def test_half_passes_at_the_least_speed():
    assert doppler.doppler_response(doppler.Doppler(15.0, math.inf), -15.0) == 0.5
    assert doppler.doppler_response(doppler.Doppler(15.0, 600.0), 15.0) == pytest.approx(0.5, abs=2e-3)
    assert doppler.doppler_response(doppler.NO_FILTER, 0.0) == 1.0
    assert doppler.doppler_response(doppler.Doppler(15.0, math.inf), 45.0) > 0.98


def test_only_the_way_along_the_line_counts_as_range_rate():
    assert doppler.range_rate((3e3, 4e3, 0.0), (-30.0, -40.0, 0.0)) == pytest.approx(-50.0)
    assert doppler.range_rate((3e3, 4e3, 0.0), (40.0, -30.0, 7.0)) == pytest.approx(0.0)


def flat(frequency=1e9, antenna=10.0, beamwidth=math.inf, radius=6371e3):
    return multipath.FlatGround(frequency, antenna, beamwidth, radius)


def test_lobes_of_a_plane_earth_stand_where_the_textbook_has_them():
    """First maximum at λ / 4h and first null at λ / 2h of elevation, where the echo is nearly 16 times."""
    ground, far = flat(1e8, radius=1e12), 20e3
    wavelength = SPEED_OF_LIGHT / 1e8
    peak = multipath.lobing_gain(ground, far * math.tan(math.asin(wavelength / 40.0)), far)
    null = multipath.lobing_gain(ground, far * math.tan(math.asin(wavelength / 20.0)), far)
    assert 15.0 < peak <= 16.0
    assert null < 1e-3


def test_a_low_target_over_flat_ground_is_lost():
    assert multipath.lobing_gain(flat(), 20.0, 20e3) < 0.01
    assert multipath.lobing_gain(flat(0.0), 20.0, 20e3) == 1.0


def test_a_narrow_beam_and_rough_ground_quench_the_lobes():
    heights = np.linspace(2e3, 4e3, 200)

    def swing(ground):
        return np.ptp([multipath.lobing_gain(ground, height, 20e3) for height in heights])

    assert swing(flat(1e8)) > 8.0
    assert swing(flat(1e8, beamwidth=0.05)) < 0.1
    assert swing(flat(1e10)) < 0.1


def test_the_reflection_lies_in_the_middle_for_equal_heights_and_nearer_to_the_lower():
    assert multipath.reflection_split(20.0, 20.0, 10e3, 8.5e6) == pytest.approx((5e3, 5e3))
    near, far = multipath.reflection_split(10.0, 1000.0, 60e3, 8.5e6)
    assert near < far
    grazing = [height / way - way / (2 * 8.5e6) for height, way in ((10.0, near), (1000.0, far))]
    assert grazing[0] == pytest.approx(grazing[1], rel=1e-6)


def test_jamming_over_noise_by_hand():
    """A gain of 2600, 10 cm, 4 kT: 2600 × 0.01 / (157.9 × 1.6e-20) per W/Hz at 1 m."""
    gain = jamming.antenna_gain(math.radians(2.0), math.radians(5.0))
    assert gain == pytest.approx(2600.0)
    per_density = jamming.jam_gain(SPEED_OF_LIGHT / 0.1, gain)
    assert per_density == pytest.approx(
        2600 * 0.01 / ((4 * math.pi) ** 2 * 4 * 1.380649e-23 * 290), rel=1e-12
    )
    assert jamming.jamming_to_noise(1e-6, per_density, 1e-3, 100e3) == pytest.approx(per_density * 1e-19)
    assert jamming.jammed_snr(40.0, 3.0) == 10.0


def test_burn_through_is_where_the_jammed_ratio_is_what_is_needed():
    strength, jam, needed = 20.0 * 100e3**4, 50.0 * 100e3**2, 15.0
    reach = jamming.burn_through_range(strength, jam, needed)
    assert jamming.jammed_snr(strength / reach**4, jam / reach**2) == pytest.approx(needed, rel=1e-12)
    assert jamming.burn_through_range(strength, 0.0, needed) == pytest.approx((strength / needed) ** 0.25)
    drowned = jamming.burn_through_range(strength, 1e6 * jam, needed)
    assert drowned == pytest.approx(math.sqrt(strength / (needed * 1e6 * jam)), rel=1e-3)
    assert jamming.escorted_range(strength, 15.0, needed) == pytest.approx(0.5 * (strength / needed) ** 0.25)


def test_crossed_bearings_scatter_as_the_closed_form_says():
    distance, baseline, sigma = 90e3, 30e3, 0.002
    bearings = sigma * np.random.default_rng(2).normal(size=(40_000, 2))
    left, right = (side * baseline / 2 for side in (-1, 1))
    slopes = [
        np.tan(np.arctan2(-side, distance) + bearings[:, index]) for index, side in enumerate((left, right))
    ]
    north = (right - left) / (slopes[0] - slopes[1])
    east = left + slopes[0] * north
    along, azimuth = direction_finding.triangulation_errors(distance, baseline, sigma)
    assert np.median(np.abs(north - distance)) / 0.6745 == pytest.approx(along, rel=0.03)
    assert np.std(np.arctan2(east, north)) == pytest.approx(azimuth, rel=0.03)
    assert along == pytest.approx(math.sqrt(2) * sigma * distance**2 / baseline, rel=0.03)
