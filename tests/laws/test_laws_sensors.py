"""Laws that the docstrings of what sensors report state."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.physics import detection, direction_finding, doppler, jamming, measurement, multipath, resolution
from rempart.physics.multipath import FlatGround

law = settings(deadline=None, max_examples=150)
ratio = st.floats(1e-3, 1e9)
speed = st.floats(0.0, 2e3)
radars_on_flat_ground = st.builds(
    FlatGround, st.floats(1e8, 2e10), st.floats(1.0, 60.0), st.floats(0.005, 1.5), st.just(6371e3)
)
LEVEL = detection.threshold(1e-6, 1)
ROUNDING = 1e-9


@law
@given(ratio, ratio, st.floats(1.0, 1e3))
def test_errors_never_rise_with_the_signal(snr, error_snr, more):
    share = measurement.error_share(snr, error_snr)
    assert measurement.LEAST_SHARE <= measurement.error_share(snr * more, error_snr) <= share
    assert share <= measurement.MOST_SHARE


@law
@given(st.floats(0.01, 1e4), st.floats(0.0, 1e4), st.floats(0.0, 1e4), st.integers(0, 4))
def test_pd_falls_with_jamming(snr, jam, more, swerling):
    some, heavy = (
        detection.detection_probability(jamming.jammed_snr(snr, jam + extra), LEVEL, 1, swerling)
        for extra in (0.0, more)
    )
    assert heavy <= some + ROUNDING


@law
@given(st.floats(1e10, 1e24), st.floats(0.0, 1e18), st.floats(1.0, 1e3), st.floats(0.1, 1e3))
def test_burn_through_falls_with_jamming_and_with_what_is_needed(strength, jam, needed, more):
    reach = jamming.burn_through_range(strength, jam, needed)
    assert jamming.burn_through_range(strength, jam * (1.0 + more), needed) <= reach * (1.0 + ROUNDING)
    assert jamming.burn_through_range(strength, jam, needed * (1.0 + more)) <= reach
    assert reach <= (strength / needed) ** 0.25 * (1.0 + ROUNDING)


@law
@given(st.floats(1.0, 50.0), speed, speed)
def test_more_passes_the_filter_the_faster_a_target_closes(least, one, other):
    slow, fast = sorted((one, other))
    single = doppler.Doppler(least, math.inf)
    assert doppler.doppler_response(single, slow) <= doppler.doppler_response(single, -fast) <= 1.0


@law
@given(st.floats(1.0, 50.0), st.floats(200.0, 1e3), speed)
def test_a_filter_repeats_with_the_blind_speed(least, blind, rate):
    one, two = (doppler.doppler_response(doppler.Doppler(least, blind), rate + k * blind) for k in (0, 1))
    assert abs(one - two) < 1e-6
    assert 0.0 <= one <= 1.0


@law
@given(radars_on_flat_ground, st.floats(0.0, 20e3), st.floats(0.0, 300e3))
def test_lobes_stay_within_sixteenfold(ground, height, distance):
    gain = multipath.lobing_gain(ground, height, distance)
    assert multipath.DEEPEST_NULL <= gain <= 16.0 + ROUNDING


@law
@given(st.floats(0.0, 60.0), st.floats(0.0, 20e3), st.floats(0.0, 300e3))
def test_the_ways_to_the_reflection_add_up(antenna, height, distance):
    near, far = multipath.reflection_split(antenna, height, distance, 8.5e6)
    assert min(near, far) >= 0.0
    assert math.isclose(near + far, distance, abs_tol=1e-6)


echo = st.tuples(st.floats(0.0, 300e3), st.floats(0.0, 2.0 * math.pi), st.floats(-0.1, 1.5))
cells = st.tuples(st.floats(1.0, 1e4), st.floats(0.001, 0.5), st.floats(0.001, 0.5))


@law
@given(echo, echo, cells)
def test_two_echoes_are_unresolved_whichever_comes_first(one, other, widths):
    together = resolution.are_unresolved(one, other, widths)
    assert together == resolution.are_unresolved(other, one, widths)
    assert not together or abs(one[0] - other[0]) < widths[0]
    assert resolution.are_unresolved(one, one, widths)


@law
@given(st.floats(1e3, 450e3), st.floats(1e3, 450e3), st.floats(5e3, 60e3), st.floats(1e-4, 1e-2))
def test_crossed_bearings_tell_range_worse_farther_away(one, other, baseline, sigma):
    near, far = sorted((one, other))
    closer, farther = (direction_finding.triangulation_errors(d, baseline, sigma) for d in (near, far))
    assert closer[0] <= farther[0]
    assert sigma / math.sqrt(2.0) <= farther[1] <= sigma * math.sqrt(2.0) + ROUNDING
