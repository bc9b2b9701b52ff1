"""Which samples of a route a sensor may see: its limits one by one, and the bits of a route's reach."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

from rempart.engine.world import (
    IN_REACH_OF_SENSOR,
    IN_SIGHT_OF_SENSOR,
    N_RANGE_BINS,
    UNIT,
    VIEW,
    WEAPON,
    records,
)
from rempart.events.vehicle_classes import CRUISE_MISSILE, HELICOPTER, N_CLASSES, STRIKE_AIRCRAFT
from rempart.physics.detection import threshold
from rempart.physics.doppler import NO_FILTER, ROTOR_SHARE, Doppler, doppler_response
from rempart.physics.multipath import FlatGround, lobing_gain
from rempart.physics.optics import BLIND, Lock, Sight, lock_pd, sight_pd
from rempart.physics.propagation import excess_loss_db, weather
from rempart.physics.radar import search_radar, search_snr
from rempart.run.sensing import NO_LOBES
from rempart.run.visibility import (
    FINDER,
    LEAST_PD,
    OPTICAL,
    RADAR,
    SEEKER,
    Armament,
    Eye,
    Path,
    look_along,
    look_tables,
    pd_over_snr,
    sensed_pd,
    weapon_reaches,
)

RADIUS = 6371e3
PAIR = search_radar(100e3, 1.0, 0.5, 1e-6, 1, 1)
SIGHT = Sight(0.1e-3, 1.0, 0.5, 0.02, 1e-4, math.inf)
LOCK = Lock(np.where(np.arange(N_CLASSES) == STRIKE_AIRCRAFT, 6e3, 0.0), 0.5, 3e-5, 3e-5, 23e3)
TABLE = pd_over_snr(threshold(1e-6, 1), 1)
OPEN = np.full((8, 400), -1e4, np.float32)
WALLED = np.full((8, 400), 1e6, np.float32)
LIMITS = {
    "range_min": 1e3, "range_max": 150e3, "lowest": -0.1, "highest": 1.2, "facing": 0.0,
    "half": math.pi + 1e-9,
}  # fmt: skip


def eye_of(rain=0.0, **limits):
    return Eye(
        place=np.zeros(3), turn=np.eye(3), radius=RADIUS, height=10.0, first_azimuth=0.0, mask_step=500.0,
        limits=np.array(list((LIMITS | limits).values())), kind=RADAR, snr_range=PAIR.range,
        snr=PAIR.snr / PAIR.rcs, weather=weather(3e9, rain), doppler=NO_FILTER, ground=NO_LOBES, sight=BLIND,
        lock=LOCK, found=0.0,
    )  # fmt: skip


def path_to(*places, rcs=(1.0, 1.0, 1.0), area=10.0, vehicle_class=STRIKE_AIRCRAFT, step=1.0, emits=0.0):
    """A path through places (azimuth, elevation [deg], distance [m])."""
    aer = np.array(places, float)
    azimuth, elevation, distance = np.radians(aer[:, 0]), np.radians(aer[:, 1]), aer[:, 2]
    across = distance * np.cos(elevation)
    position = np.column_stack(
        [across * np.sin(azimuth), across * np.cos(azimuth), distance * np.sin(elevation)]
    )
    height = np.hypot(np.hypot(position[:, 0], position[:, 1]), position[:, 2] + RADIUS) - RADIUS
    return Path(np.ascontiguousarray(position), height, np.array(rcs), 1, area, vehicle_class, step, emits)


def pd_at(eye, *places, mask=OPEN, **path):
    seen = path_to(*places, **path)
    return [sensed_pd(eye, seen, mask, TABLE, sample)[0] for sample in range(len(places))]


def test_the_published_pair_is_seen_as_published():
    near, at, far = pd_at(eye_of(), (0.0, 1.0, 60e3), (0.0, 1.0, 100e3), (0.0, 1.0, 140e3))
    assert at == pytest.approx(0.5, abs=2e-3)
    assert near > 0.85 > at > far > LEAST_PD


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        ({"range_max": 80e3}, (0.0, 1.0, 79.9e3), (0.0, 1.0, 80.1e3)),
        ({"range_min": 9e3}, (0.0, 1.0, 9.1e3), (0.0, 1.0, 8.9e3)),
        ({"highest": math.radians(45.0)}, (0.0, 44.9, 20e3), (0.0, 45.1, 20e3)),
        ({"lowest": math.radians(2.0)}, (0.0, 2.1, 20e3), (0.0, 1.9, 20e3)),
        ({"half": math.radians(30.0)}, (29.9, 1.0, 20e3), (30.1, 1.0, 20e3)),
        ({"half": math.radians(30.0)}, (-29.9, 1.0, 20e3), (-30.1, 1.0, 20e3)),
        ({"half": math.radians(30.0), "facing": math.pi}, (-151.0, 1.0, 20e3), (-149.0, 1.0, 20e3)),
        ({"half": math.radians(30.0), "facing": math.radians(350.0)}, (19.0, 1.0, 20e3), (21.0, 1.0, 20e3)),
        (
            {"half": math.radians(30.0), "facing": math.radians(-170.0)},
            (161.0, 1.0, 20e3),
            (159.0, 1.0, 20e3),
        ),
    ],
)
def test_each_limit_ends_where_it_should(limits, inside, outside):
    seen, unseen = pd_at(eye_of(**limits), inside, outside)
    assert seen > 0.3
    assert unseen == 0.0
    assert pd_at(eye_of(), outside)[0] > 0.3


SEEING = eye_of(range_min=0.0)._replace(kind=OPTICAL, sight=SIGHT)
HOLDING = eye_of(range_min=0.0)._replace(kind=SEEKER, lock=LOCK)


def test_an_optical_sensor_sees_by_area_and_not_by_cross_section():
    place = (0.0, 3.0, 8e3)
    pd = pd_at(SEEING, place, (0.0, 3.0, 7e3))[0]
    rise = float(path_to(place).height[0]) - SEEING.height
    assert pd == pytest.approx(sight_pd(SIGHT, 10.0, 8e3, rise))
    assert LEAST_PD < pd < 0.99
    assert pd_at(SEEING, place, (0.0, 3.0, 7e3), rcs=(1e-3, 1e-3, 1e-3))[0] == pd
    assert pd_at(SEEING, place, (0.0, 3.0, 7e3), area=1.0)[0] < pd


def test_a_seeker_holds_by_class_and_aspect():
    flight = [(0.0, 3.0, 3e3), (0.0, 3.0, 2.9e3)]
    toward, away = pd_at(HOLDING, *flight)[0], pd_at(HOLDING, *flight[::-1])[1]
    rise = float(path_to(*flight).height[0]) - HOLDING.height
    assert toward == pytest.approx(lock_pd(LOCK, STRIKE_AIRCRAFT, 1.0, 3e3, rise), rel=1e-6)
    assert away == pytest.approx(lock_pd(LOCK, STRIKE_AIRCRAFT, -1.0, 3e3, rise), rel=1e-6)
    assert toward < 0.6 < 0.9 < away
    assert pd_at(HOLDING, *flight, vehicle_class=HELICOPTER) == [0.0, 0.0]


@pytest.mark.parametrize("eye", [SEEING, HOLDING], ids=["optical", "seeker"])
def test_hills_hide_from_eyes_as_from_radars(eye):
    path = path_to((0.0, 1.0, 2e3), (0.0, 1.0, 1.9e3))
    hidden, in_the_open, snr = sensed_pd(eye, path, WALLED, TABLE, 0)
    assert (hidden, in_the_open, snr) == (0.0, sensed_pd(eye, path, OPEN, TABLE, 0)[0], 0.0)
    assert in_the_open > 0.5


def test_all_round_means_all_round():
    places = [(azimuth, 1.0, 30e3) for azimuth in range(0, 360, 15)]
    for facing in (0.0, 1.0, math.pi, -3.0):
        assert min(pd_at(eye_of(facing=facing), *places)) > 0.9


def test_rain_lowers_the_probability_most_far_away():
    places = [(0.0, 0.3, distance) for distance in (20e3, 50e3, 90e3)]
    dry, wet, storm = (np.array(pd_at(eye_of(rain=rain / 3.6e6), *places)) for rain in (0.0, 10.0, 100.0))
    assert (wet < dry).all()
    assert (storm < wet).all()


def test_aspect_counts():
    """Nose on, then crossing, then tail on; the side is ten times as large."""
    flight = [(0.0, 0.5, 100e3), (0.0, 0.5, 99e3), (1.0, 0.5, 99e3), (1.0, 0.5, 100e3), (1.0, 0.5, 101e3)]
    toward, crossing, away, _, _ = pd_at(eye_of(), *flight, rcs=(0.3, 3.0, 1.0))
    assert toward < away < crossing


def test_too_small_a_chance_counts_as_out_of_reach():
    eye = eye_of()
    small = path_to((0.0, 1.0, 100e3), (0.0, 1.0, 99e3), rcs=(1e-3, 1e-3, 1e-3))
    assert sensed_pd(eye, small, OPEN, TABLE, 0) == (0.0, 0.0, 0.0)


def test_a_mask_hides_but_does_not_shorten_the_reach():
    path = path_to((0.0, 1.0, 50e3), (0.0, 1.0, 49e3))
    hidden, in_the_open, snr = sensed_pd(eye_of(), path, WALLED, TABLE, 0)
    assert hidden == snr == 0.0
    assert sensed_pd(eye_of(), path, OPEN, TABLE, 0)[:2] == (in_the_open, in_the_open)
    assert in_the_open > 0.9


def test_the_mask_is_read_from_its_first_ray():
    """One masked ray of eight, at 90 deg of the map."""
    mask = OPEN.copy()
    mask[2] = 1e6
    eye = eye_of()._replace(first_azimuth=math.radians(45.0))
    north, masked = pd_at(eye, (0.0, 1.0, 30e3), (135.0, 1.0, 30e3), mask=mask)
    assert north > 0.9
    assert masked == 0.0


def approach(first=160e3, last=20e3, n=200):
    return path_to(*[(0.0, 1.0, distance) for distance in np.linspace(first, last, n)])


def test_a_view_is_the_part_of_a_route_that_can_be_seen():
    path = approach()
    out, snr = np.full((2, len(path.height)), np.nan, np.float32)
    first, last, reach = look_along(eye_of(), path, OPEN, TABLE, out, snr)
    assert (out[:first] == 0.0).all()
    assert (snr[:first] == 0.0).all()
    assert (np.diff(snr[first:]) > 0.0).all()
    assert out[first] >= LEAST_PD
    assert last == len(out) - 1
    assert (np.diff(out[first:]) > 0.0).all()
    assert reach == IN_REACH_OF_SENSOR | IN_SIGHT_OF_SENSOR


@pytest.mark.parametrize(
    ("path", "mask", "bits"),
    [
        (approach(), OPEN, IN_REACH_OF_SENSOR | IN_SIGHT_OF_SENSOR),
        (approach(), WALLED, IN_REACH_OF_SENSOR),
        (approach(first=400e3, last=200e3), OPEN, 0),
    ],
    ids=["in sight", "masked", "out of reach"],
)
def test_reach_says_what_a_route_offers(path, mask, bits):
    out, snr = np.empty((2, len(path.height)), np.float32)
    first, last, reach = look_along(eye_of(), path, mask, TABLE, out, snr)
    assert reach == bits
    assert (last >= first) == bool(bits & IN_SIGHT_OF_SENSOR)


def tables_of(threads):
    eyes = [eye_of(), eye_of(range_max=60e3), eye_of(half=math.radians(10.0), facing=math.pi)]
    paths = [[approach(), approach(n=150)], [approach(first=90e3), approach(first=400e3, last=300e3)]]
    return look_tables(eyes, [OPEN] * 3, [{1: TABLE}] * 3, paths, threads), eyes, paths


def test_tables_hold_every_view_and_no_more():
    seen, eyes, paths = tables_of(1)
    assert seen.views.shape == (3, 2, 2)
    assert len(seen.pd) == len(seen.snr) == seen.views.count.sum() + 1
    for (sensor, vehicle, variant), view in np.ndenumerate(seen.views):
        path = paths[vehicle][variant]
        out, snr = np.empty((2, len(path.height)), np.float32)
        look_along(eyes[sensor], path, OPEN, TABLE, out, snr)
        for table, along in ((seen.pd, out), (seen.snr, snr)):
            np.testing.assert_array_equal(
                table[view["start"] : view["start"] + view["count"]],
                along[view["first"] : view["first"] + view["count"]],
            )
        assert (out > 0.0).sum() == view["count"]
    assert seen.views.count[2].sum() == 0
    assert seen.reach.tolist() == [[3, 3], [3, 0]]


def test_tables_do_not_depend_on_threads():
    one, many = tables_of(1)[0], tables_of(3)[0]
    for name in one._fields:
        assert getattr(one, name).tobytes() == getattr(many, name).tobytes()
        assert numba.typeof(getattr(one, name)) == numba.typeof(getattr(many, name))


def snr_at(eye, *places, **path):
    return sensed_pd(eye, path_to(*places, **path), OPEN, TABLE, 0)[2]


def test_the_ratio_is_that_of_the_radar_equation_and_gives_the_probability():
    place = (0.0, 1.0, 80e3)
    flight = place, (0.0, 1.0, 79e3)
    found = snr_at(eye_of(), *flight)
    loss = excess_loss_db(weather(3e9), 80e3, PAIR.range, 10.0, float(path_to(*flight).height[0]))
    assert found == pytest.approx(search_snr(PAIR, 80e3, 1.0, loss), rel=1e-9)
    pd = pd_at(eye_of(), *flight)[0]
    assert pd == pytest.approx(1e-6 ** (1.0 / (1.0 + found)), rel=1e-3)


FILTERED = eye_of()._replace(doppler=Doppler(20.0, math.inf))
CROSSING = ((0.0, 0.5, 60e3), (0.02, 0.5, 60e3))


def test_a_filter_takes_what_its_response_says_at_the_radial_speed():
    flight = (0.0, 0.5, 60e3), (0.0, 0.5, 59.97e3)
    whole, passed = snr_at(eye_of(), *flight), snr_at(FILTERED, *flight)
    assert passed / whole == pytest.approx(doppler_response(FILTERED.doppler, -30.0), rel=1e-6)
    slower = snr_at(FILTERED, *flight, step=2.0)
    assert slower / whole == pytest.approx(doppler_response(FILTERED.doppler, -15.0), rel=1e-6)


def test_a_crossing_target_is_lost_unless_it_has_a_rotor():
    assert pd_at(eye_of(), *CROSSING)[0] > 0.9
    assert pd_at(FILTERED, *CROSSING)[0] == 0.0
    whole, left = (snr_at(eye, *CROSSING, vehicle_class=HELICOPTER) for eye in (eye_of(), FILTERED))
    assert left / whole == pytest.approx(ROTOR_SHARE)


def test_what_stands_still_is_lost_too():
    assert pd_at(FILTERED, (0.0, 0.5, 60e3), (0.0, 0.5, 60e3))[0] == 0.0


def test_flat_ground_splits_the_beam_into_lobes():
    ground = FlatGround(3e9, 10.0, math.inf, RADIUS)
    lobed = eye_of()._replace(ground=ground)
    for elevation in (0.3, 0.5, 0.8):
        flight = (0.0, elevation, 40e3), (0.0, elevation, 39.9e3)
        height = float(path_to(*flight).height[0])
        across = math.sqrt(40e3**2 - (height - lobed.height) ** 2)
        gain = lobing_gain(ground, height - lobed.height + 10.0, across)
        assert snr_at(lobed, *flight) / snr_at(eye_of(), *flight) == pytest.approx(gain, rel=1e-6)


LISTENING = eye_of()._replace(kind=FINDER, found=0.8)


def test_a_direction_finder_hears_what_radiates_and_sees_nothing_else():
    flight = (0.0, 1.0, 120e3), (0.0, 1.0, 119e3)
    assert pd_at(LISTENING, *flight, emits=0.3)[0] == 0.8
    assert pd_at(LISTENING, *flight, emits=0.0)[0] == 0.0
    assert pd_at(LISTENING, *flight, emits=1.0, mask=WALLED)[0] == 0.0
    assert pd_at(LISTENING, (0.0, 1.0, 151e3), flight[0], emits=1.0)[0] == 0.0
    assert snr_at(LISTENING, *flight, emits=1.0) == 0.0


def armed(**changes):
    """One fire unit far from the frame's origin, with one weapon against cruise missiles."""
    units, weapons = records(UNIT, 1), records(WEAPON, 1)
    along = 150e3 / RADIUS
    units.x, units.z, units.sensor = (RADIUS + 50.0) * math.sin(along), RADIUS * (math.cos(along) - 1.0), 0
    usual = {"range_min": 1e3, "range_max": 20e3, "height_min": 20.0, "height_max": 5e3, "speed_max": 700.0}
    for name, value in (usual | changes).items():
        weapons[name] = value
    pk = np.zeros((1, N_CLASSES, N_RANGE_BINS))
    pk[0, CRUISE_MISSILE] = 0.5
    return Armament(units, weapons, pk, RADIUS, 0.5)


def low_flight(height=150.0, speed=250.0, n=81):
    """Outwards past the fire unit at one height above the sphere; samples a second apart."""
    angle = (150e3 + speed * (np.arange(n) - n // 2)) / RADIUS
    radius = RADIUS + height
    flight = np.column_stack([radius * np.sin(angle), np.full(n, 3e3), radius * np.cos(angle) - RADIUS])
    return flight.astype(np.float32)


def reaches(path, vehicle_class=CRUISE_MISSILE, pd=0.9, n_seen=None, step=1.0, **changes):
    views = records(VIEW, 1)
    views.count = len(path) if n_seen is None else n_seen
    table = np.full(len(path) + 1, pd, np.float32)
    return weapon_reaches(path, step, vehicle_class, views, table, armed(**changes))


def test_height_counts_above_the_ground_of_a_round_earth():
    """150 km out the frame's plane is 1.8 km above the ground, and this flight far below that plane."""
    assert low_flight()[:, 2].max() < -1000.0
    assert reaches(low_flight())
    assert reaches(low_flight(height=80.0))
    assert not reaches(low_flight(height=15.0))
    assert not reaches(low_flight(height=6e3))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"vehicle_class": STRIKE_AIRCRAFT},
        {"pd": 0.0},
        {"pd": 0.4},
        {"n_seen": 0},
        {"speed_max": 200.0},
        {"step": 0.25},
        {"range_max": 2e3},
        {"range_min": 15e3},
        {"height_min": 500.0},
        {"height_max": 50.0},
    ],
    ids=lambda spoilt: "-".join(f"{name}-{value}" for name, value in spoilt.items()),
)
def test_a_weapon_reaches_a_route_only_if_everything_fits(spoilt):
    assert reaches(low_flight())
    assert not reaches(low_flight(), **spoilt)


def test_a_target_must_be_held_before_it_is_met_but_not_while():
    path, views = low_flight(), records(VIEW, 1)
    views.count = len(path)
    fading = np.full(len(path) + 1, 0.3, np.float32)
    fading[2] = 0.6
    armament = armed(range_max=5e3)
    near = np.flatnonzero(np.abs(np.arange(len(path)) - len(path) // 2) * 250.0 < 4e3)
    assert near[0] > 2
    assert weapon_reaches(path, 1.0, CRUISE_MISSILE, views, fading, armament)
    assert not weapon_reaches(path, 1.0, CRUISE_MISSILE, views, fading[::-1].copy(), armament)
