"""Laws that the docstrings of the physics state."""

import math

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rempart.physics import ballistic, detection, engagement, flight, guns, propagation, radar, rcs
from rempart.physics.atmosphere import standard_air
from rempart.physics.intercept import (
    Motion,
    advanced,
    entry_time,
    flight_time,
    flight_time_table,
    intercept,
    slant_range,
    tabulated_flight_time,
)
from rempart.physics.lethality import pk_at, salvo_pk

law = settings(deadline=None, max_examples=150)

chance = st.floats(0.0, 1.0)
pfa = st.floats(1e-10, 1e-2)
pulses = st.integers(1, 40)
swerling = st.integers(0, 4)
decibels = st.floats(-20.0, 40.0)
place = st.floats(-200e3, 200e3)
speed = st.floats(-2000.0, 2000.0)
motions = st.builds(
    Motion, place, place, st.floats(-500.0, 40e3), speed, speed, speed, st.sampled_from([0.0, 9.81])
)
REACH = 80e3
TABLE = flight_time_table(REACH, 1400.0, 2.0, 0.4, 64)
ROUNDING = 1e-9


@law
@given(pfa, pulses, swerling, decibels, st.floats(0.01, 10.0))
def test_pd_rises_with_signal_from_pfa(pfa, n, swerling, snr_db, more_db):
    level = detection.threshold(pfa, n)
    weak, strong = (
        detection.detection_probability(10 ** (value / 10), level, n, swerling)
        for value in (snr_db, snr_db + more_db)
    )
    assert pfa - ROUNDING <= weak <= strong + ROUNDING <= 1.0 + 2 * ROUNDING


@law
@given(pfa, st.floats(1.01, 100.0), pulses, swerling, decibels)
def test_pd_rises_with_pfa(pfa, times, n, swerling, snr_db):
    snr = 10 ** (snr_db / 10)
    strict = detection.detection_probability(snr, detection.threshold(pfa, n), n, swerling)
    loose = detection.detection_probability(snr, detection.threshold(pfa * times, n), n, swerling)
    assert strict <= loose + ROUNDING


@law
@given(st.floats(0.05, 0.99), pfa, pulses, swerling)
def test_required_snr_gives_the_pd(pd, pfa, n, swerling):
    snr = detection.required_snr(pd, pfa, n, swerling)
    found = detection.detection_probability(snr, detection.threshold(pfa, n), n, swerling)
    assert math.isclose(found, pd, abs_tol=1e-9)


@law
@given(st.floats(1e3, 5e5), st.floats(1.0, 3.0), st.floats(1e-3, 100.0), st.floats(0.0, 30.0), swerling)
def test_look_pd_falls_with_range_and_loss_and_rises_with_rcs(distance, times, cross, loss, swerling):
    search = radar.search_radar(200e3, 1.0, 0.5, 1e-6, 4, 1)
    here = radar.look_pd(search, distance, cross, loss, swerling)
    assert radar.look_pd(search, distance * times, cross, loss, swerling) <= here + ROUNDING
    assert radar.look_pd(search, distance, cross, loss + times, swerling) <= here + ROUNDING
    assert radar.look_pd(search, distance, cross * times, loss, swerling) >= here - ROUNDING


@law
@given(st.lists(chance, min_size=1, max_size=12))
def test_chains_of_looks_are_ordered(pd):
    looks = np.array(pd)
    total = detection.cumulative_pd(looks)
    started = detection.sliding_m_of_n(2, 3, looks)
    assert looks.max() - ROUNDING <= total <= 1.0
    assert (np.diff(started) >= 0.0).all()
    assert started[-1] <= total + ROUNDING


@law
@given(st.integers(1, 6), st.integers(0, 6), chance)
def test_m_of_n_is_the_window_when_pd_is_constant(m, more, pd):
    n = m + more
    started = detection.sliding_m_of_n(m, n, np.full(n, pd))
    assert math.isclose(started[-1], detection.m_of_n(m, n, pd), abs_tol=1e-12)


@law
@given(*[st.floats(1e-4, 100.0)] * 3, st.floats(-1.0, 1.0))
def test_rcs_lies_between_its_values(nose, side, tail, cosine):
    found = rcs.rcs_at(nose, side, tail, cosine)
    values = nose, side, tail
    assert min(values) * (1 - ROUNDING) <= found <= max(values) * (1 + ROUNDING)


@law
@given(place, place, speed, speed)
def test_aspect_is_the_same_from_both_sides(x, y, vx, vy):
    left = rcs.aspect_cosine((x, y, 0.0), (vx, vy, 0.0))
    right = rcs.aspect_cosine((x, -y, 0.0), (vx, -vy, 0.0))
    assert left == right
    assert -1.0 <= left <= 1.0


@law
@given(st.floats(0.0, 80e3), st.floats(1.0, 20e3), st.floats(0.0, 6.0), st.floats(0.05, 1.0))
def test_flight_time_rises_with_range(distance, more, boost, end):
    near = flight_time(distance, 100e3, 1200.0, boost, end)
    far = flight_time(distance + more, 100e3, 1200.0, boost, end)
    assert near < far
    assert near >= distance / 1200.0 - ROUNDING


@law
@example(Motion(0.0, 81539.0, 0.0, 0.0, -9.2e-162, 0.0, 0.0), 0.0, 0.0)
@given(motions, st.floats(0.0, 30.0), st.floats(0.0, 100.0))
def test_intercept_lies_on_the_path_and_gives_time_to_fly(motion, delay, not_before):
    met = intercept(motion, delay, not_before, REACH, TABLE)
    assume(math.isfinite(met.time))
    there = advanced(motion, met.time)
    needed, _ = tabulated_flight_time(met.range, REACH, TABLE)
    assert met.time >= max(delay, not_before)
    assert met.range <= REACH
    assert math.isclose(slant_range(there), met.range, abs_tol=0.1)
    assert met.z == there.z
    assert met.time - delay >= needed - 1e-4


@law
@given(motions, st.floats(0.0, 30.0), st.floats(0.1, 30.0))
def test_a_later_launch_never_meets_earlier(motion, delay, more):
    early = intercept(motion, delay, 0.0, REACH, TABLE).time
    late = intercept(motion, delay + more, 0.0, REACH, TABLE).time
    assume(motion.fall == 0.0 or early < math.inf)  # one that outruns the round now may fall back later
    assert early <= late + 1e-4


@law
@given(motions, st.floats(1e3, 100e3), st.floats(0.1, 1.0))
def test_entry_is_later_for_a_smaller_radius(motion, radius, share):
    outer, inner = entry_time(motion, radius), entry_time(motion, radius * share)
    assert outer <= inner + 1e-6
    if 0.0 < inner < math.inf:
        assert math.isclose(slant_range(advanced(motion, inner)), radius * share, rel_tol=1e-6)


@law
@given(st.floats(0.0, 2e4), st.floats(0.0, 1e4), chance)
def test_pk_never_rises_with_range(distance, more, pk):
    near, far = (pk_at(place, 15e3, pk, 0.8, 0.5) for place in (distance, distance + more))
    assert 0.0 <= far <= near <= pk


@law
@given(st.floats(10.0, 5e3), st.floats(1.01, 3.0), st.integers(1, 100), st.floats(0.05, 10.0))
def test_burst_is_worse_farther_off_and_when_more_hits_are_needed(distance, times, rounds, area):
    gun = guns.Gun(rounds, 2e-3, 1e-3, area, 1)
    here = guns.burst_pk(distance, gun)
    assert 0.0 <= guns.burst_pk(distance * times, gun) <= here + ROUNDING <= 1.0 + 2 * ROUNDING
    assert guns.burst_pk(distance, gun._replace(hits_needed=2)) <= here
    assert guns.burst_pk(distance, gun._replace(presented_area=area * times)) >= here - ROUNDING


@law
@given(st.floats(1e8, 1e11), st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_rain_and_gas_only_take_away(frequency, rate, more):
    dry = propagation.weather(frequency)
    wet = propagation.weather(frequency, rate * 1e-3 / 3600)
    wetter = propagation.weather(frequency, (rate + more) * 1e-3 / 3600)
    assert dry.rain_db == 0.0
    assert dry.oxygen_db > 0.0
    assert wet.rain_db <= wetter.rain_db


@law
@given(st.floats(0.0, 4e5), st.floats(0.0, 1e5), st.floats(0.0, 2e4), st.floats(0.0, 2e4))
def test_losses_rise_with_distance_and_do_not_care_for_direction(distance, more, low, high):
    air = propagation.weather(9.4e9, 10e-3 / 3600)
    for loss in (propagation.gas_loss_db, propagation.rain_loss_db):
        there, back = loss(air, distance, low, high), loss(air, distance, high, low)
        assert math.isclose(there, back, rel_tol=1e-6, abs_tol=1e-9)
        assert 0.0 <= there <= loss(air, distance + more, low, high) + ROUNDING


@law
@given(st.floats(-5e3, 8e4), st.floats(1.0, 4e3))
def test_air_thins_with_height(height, more):
    low, high = standard_air(height), standard_air(height + more)
    assert high.pressure < low.pressure
    assert high.density < low.density


@law
@given(st.lists(st.floats(0.0, 2e3), min_size=2, max_size=40), st.floats(1.0, 45.0))
def test_flown_heights_clear_the_floor_within_the_slope(floor, slope_deg):
    distance = np.arange(len(floor)) * 500.0
    heights = flight.fly_over(np.array(floor), distance, math.radians(slope_deg))
    assert (heights >= floor).all()
    assert (np.abs(np.diff(heights)) <= 500.0 * math.tan(math.radians(slope_deg)) + 1e-6).all()
    assert heights.max() == max(floor)


@law
@given(
    st.lists(st.tuples(st.floats(0.5, 0.6), st.floats(0.7, 0.8)), min_size=2, max_size=5),
    st.floats(50.0, 300.0),
)
def test_route_keeps_its_ends_and_speed(points, pace):
    lat, lon = (np.array(values) for values in zip(*points, strict=True))
    latitude, longitude, distance = flight.sample_route(lat, lon, pace, 20.0)
    assert math.isclose(latitude[0], lat[0]) and math.isclose(longitude[-1], lon[-1])
    steps = np.diff(distance)
    assert (steps <= pace * 20.0 + 1e-6).all()
    assert distance[-1] == flight.leg_ends(lat, lon)[-1]


@law
@given(st.floats(10e3, 2000e3), st.floats(1.05, 4.0), st.floats(0.0, 3e3), st.floats(0.0, 3e3))
def test_arc_keeps_its_energy_ends_and_apogee(distance, lofting, height, height_to):
    start = (0.6, 0.7, height)
    end = (0.6 + distance / flight.EARTH_RADIUS, 0.7, height_to)
    apogee = max(height, height_to) + 0.25 * distance * lofting
    arc = ballistic.ballistic_arc(start, end, apogee)
    angle, radius = ballistic.arc_place(arc, arc.flight_time)
    assert math.isclose(angle, arc.range_angle, rel_tol=1e-8)
    assert math.isclose(radius - flight.EARTH_RADIUS, height_to, abs_tol=0.1)
    assert math.isclose(ballistic.apogee_height(arc), apogee, rel_tol=1e-6)
    assert ballistic.ballistic_arc(start, end).semi_major <= arc.semi_major * (1 + ROUNDING)


@law
@given(st.lists(st.integers(1, 3), min_size=1, max_size=5), chance, chance, chance)
def test_looking_saves_rounds_and_never_helps_a_wrong_look(salvos, pk, kill_seen, miss_seen):
    leak, rounds = engagement.shoot_look_shoot(salvos, pk, kill_seen, miss_seen)
    least = 1.0 - salvo_pk(pk, sum(salvos))
    assert least - ROUNDING <= leak <= 1.0 + ROUNDING
    assert salvos[0] - ROUNDING <= rounds <= sum(salvos) + ROUNDING


@law
@given(st.integers(1, 12), st.integers(0, 24), st.integers(1, 3), chance)
def test_raid_never_leaks_less_than_even_fire_with_looks_allows(n, rounds, salvos, pk):
    mean = engagement.raid_leakers(n, rounds, salvos, pk)
    assert n - rounds * pk - ROUNDING <= mean <= n + ROUNDING
    assert engagement.raid_leakers(n, rounds + 1, salvos, pk) <= mean + ROUNDING


@law
@given(st.integers(1, 20), st.integers(0, 40), chance)
def test_coordination_never_hurts(n, rounds, pk):
    even = engagement.coordinated_leakers(n, rounds, pk)
    assert even <= engagement.uncoordinated_leakers(n, rounds, pk) + ROUNDING


@law
@given(st.floats(0.1, 50.0), st.floats(0.1, 50.0), st.floats(0.0, 50.0))
def test_diffuse_and_sharp_lethality_are_chances(radius, cep, offset):
    for pk in (engagement.cookie_cutter_pk, engagement.carleton_pk):
        assert 0.0 <= pk(radius, cep, offset) <= pk(radius, cep) + ROUNDING <= 1.0 + 2 * ROUNDING
