import math

import numpy as np
import pyproj
import pytest

from rempart.physics import ballistic, flight
from rempart.physics.ballistic import GRAVITATION
from rempart.physics.flight import EARTH_RADIUS

BAGHDAD = (math.radians(33.3), math.radians(44.4), 40.0)
NORTH_EAST = (math.radians(35.2), math.radians(46.9), 1400.0)


def test_quarter_of_a_meridian():
    assert flight.great_circle_angle(0.0, 1.0, math.pi / 2, 0.3) == pytest.approx(math.pi / 2)


def test_route_is_sampled_in_uniform_steps_to_its_exact_end():
    lat = np.radians([33.0, 33.5, 33.5])
    lon = np.radians([44.0, 44.0, 44.6])
    latitude, longitude, distance = flight.sample_route(lat, lon, 200.0, 5.0)
    assert np.diff(distance)[:-1] == pytest.approx(1000.0)
    assert 0.0 < np.diff(distance)[-1] <= 1000.0
    assert (latitude[0], longitude[0]) == pytest.approx((lat[0], lon[0]))
    assert (latitude[-1], longitude[-1]) == pytest.approx((lat[2], lon[2]))
    assert distance[-1] == pytest.approx(flight.leg_ends(lat, lon)[-1])


def test_route_with_a_waypoint_twice_and_one_that_stands_still():
    lat, lon = np.radians([33.0, 33.0, 33.1]), np.radians([44.0, 44.0, 44.0])
    assert np.isfinite(np.array(flight.sample_route(lat, lon, 100.0, 10.0))).all()
    latitude, _, distance = flight.sample_route(lat[:2], lon[:2], 100.0, 10.0)
    assert latitude.tolist() == [lat[0], lat[0]]
    assert distance.tolist() == [0.0, 0.0]


def test_leg_is_close_to_the_geodesic_of_the_ellipsoid():
    geod = pyproj.Geod(ellps="WGS84")
    lat, lon = np.radians([33.0, 33.6]), np.radians([44.0, 44.7])
    latitude, longitude, distance = flight.sample_route(lat, lon, 100.0, 10.0)
    azimuth, _, length = geod.inv(44.0, 33.0, 44.7, 33.6)
    middle = len(latitude) // 2
    there = geod.fwd(44.0, 33.0, azimuth, length * distance[middle] / distance[-1])[:2]
    off = geod.inv(*there, math.degrees(longitude[middle]), math.degrees(latitude[middle]))[2]
    assert distance[-1] == pytest.approx(length, rel=6e-3)
    assert off < 100.0


def test_flight_over_a_ridge_climbs_before_it():
    distance = np.arange(11) * 1000.0
    floor = np.where(np.arange(11) == 5, 600.0, 100.0)
    heights = flight.fly_over(floor, distance, math.atan(0.2))
    assert heights.tolist() == pytest.approx([100, 100, 100, 200, 400, 600, 400, 200, 100, 100, 100])
    assert floor[3] == 100.0


def test_last_dive_ends_on_the_ground_and_stays_above_it():
    distance = np.arange(6) * 100.0
    ground = np.array([0.0, 0.0, 0.0, 0.0, 90.0, 10.0])
    heights = flight.dive_onto(np.full(6, 170.0), ground, distance, math.atan(0.5))
    assert heights.tolist() == pytest.approx([170.0, 170.0, 160.0, 110.0, 90.0, 10.0])


def test_short_throw_agrees_with_the_flat_earth_parabola():
    end = (BAGHDAD[0] + 10e3 / EARTH_RADIUS, BAGHDAD[1], 40.0)
    arc = ballistic.ballistic_arc(BAGHDAD, end)
    gravity = GRAVITATION / EARTH_RADIUS**2
    assert ballistic.apogee_height(arc) - 40.0 == pytest.approx(2500.0, rel=2e-3)
    launch_speed = ballistic.arc_speed(arc, EARTH_RADIUS + 40.0)
    assert launch_speed == pytest.approx(math.sqrt(gravity * 10e3), rel=2e-3)
    assert arc.flight_time == pytest.approx(math.sqrt(2 * 10e3 / gravity), rel=2e-3)


def test_given_apogee_is_reached_and_the_ends_are_met():
    arc = ballistic.ballistic_arc(NORTH_EAST, BAGHDAD, 120e3)
    places = ballistic.sample_arc(NORTH_EAST, BAGHDAD, arc, 1.0)
    assert places[0].tolist() == list(NORTH_EAST)
    assert places[-1].tolist() == list(BAGHDAD)
    assert places[:, 2].max() == pytest.approx(120e3, abs=10.0)
    angle, radius = ballistic.arc_place(arc, arc.flight_time)
    assert angle == pytest.approx(arc.range_angle, rel=1e-9)
    assert radius - EARTH_RADIUS == pytest.approx(BAGHDAD[2], abs=0.01)


def test_sampled_speed_is_that_of_the_orbit():
    arc = ballistic.ballistic_arc(NORTH_EAST, BAGHDAD, 120e3)
    radii, angles = [], []
    for time in (100.0, 100.1):
        angle, radius = ballistic.arc_place(arc, time)
        radii.append(radius)
        angles.append(angle)
    path = math.hypot(radii[1] - radii[0], sum(radii) / 2 * (angles[1] - angles[0]))
    assert path / 0.1 == pytest.approx(ballistic.arc_speed(arc, sum(radii) / 2), rel=1e-6)


def test_least_energy_arc_is_least():
    least = ballistic.ballistic_arc(NORTH_EAST, BAGHDAD)
    best = ballistic.apogee_height(least)
    for apogee in (0.8 * best, 0.99 * best, 1.01 * best, 1.5 * best):
        assert ballistic.ballistic_arc(NORTH_EAST, BAGHDAD, apogee).semi_major > least.semi_major
    same = ballistic.ballistic_arc(NORTH_EAST, BAGHDAD, best)
    assert same.flight_time == pytest.approx(least.flight_time, rel=1e-6)


def test_impossible_arcs_are_refused():
    with pytest.raises(ValueError, match="same place"):
        ballistic.ballistic_arc(BAGHDAD, BAGHDAD)
    with pytest.raises(ValueError, match="not above"):
        ballistic.ballistic_arc(NORTH_EAST, BAGHDAD, 1000.0)


def test_quadrant_of_45_degrees_peaks_at_a_quarter_of_the_range():
    assert ballistic.quadrant_apogee(20e3, math.radians(45.0)) == pytest.approx(5e3)
