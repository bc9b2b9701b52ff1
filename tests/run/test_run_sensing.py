"""A placed radar made ready: its place, its limits, its tables, and the masks of those that guide."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pymap3d
import pytest

from rempart.catalog.library import load_system
from rempart.events.vehicle_classes import BALLISTIC_MISSILE, STRIKE_AIRCRAFT
from rempart.geo.masking import mask_height
from rempart.geo.store import load_terrain
from rempart.physics.detection import detection_probability, threshold
from rempart.physics.optics import CLEAR_VISIBILITY, haze_extinction, rain_extinction, sight_pd
from rempart.physics.radar import look_pd, search_radar
from rempart.run.campaign import run
from rempart.run.frame import Frame
from rempart.run.laydown import PlacedSensor
from rempart.run.sensing import N_MASK_RANGES, lock_of, ready_eye, sensor_mask, sight_of, snr_tables
from rempart.run.visibility import (
    N_SNR,
    OPTICAL,
    RADAR,
    SEEKER,
    SNR_FLOOR_DB,
    SNR_STEP_DB,
    pd_over_snr,
)
from scenario_builder import FLAT, HILLS, lowered_of, scenario_of

IRAQ = load_terrain("iraq")
FRAME = Frame(math.radians(33.3), math.radians(44.4), 34.0)
SEARCH = load_system("pantsir-s1").sensors["search"]
PLACED = PlacedSensor("close/search", SEARCH, math.radians(35.2), math.radians(45.5), 1.0, 2.0, "close")
TEAM = load_system("igla-s").sensors
CAMERA = load_system("ir-camera").sensors["camera"]


def air(rain=0.0, visibility=CLEAR_VISIBILITY, light="day"):
    return SimpleNamespace(rain=rain, visibility=visibility, light=light, ground="rough")


@pytest.fixture(scope="module")
def mask():
    return sensor_mask(PLACED, IRAQ, FRAME)


def test_the_antenna_stands_on_the_ground(mask):
    eye = ready_eye(PLACED, mask, IRAQ, FRAME, air())
    height = IRAQ.ground_at(PLACED.lat, PLACED.lon) + SEARCH.antenna_height.value
    assert eye.height == height
    expected = pymap3d.geodetic2enu(PLACED.lat, PLACED.lon, height, *_origin(), deg=False)
    np.testing.assert_allclose(eye.place, expected, atol=1e-5)


def _origin():
    return FRAME.lat, FRAME.lon, FRAME.height


def test_the_turn_leads_from_the_frame_to_the_antennas_own_axes(mask):
    eye = ready_eye(PLACED, mask, IRAQ, FRAME, air())
    target = (math.radians(35.6), math.radians(44.9), 4000.0)
    offset = FRAME.place(*target) - eye.place
    own = pymap3d.geodetic2enu(*target, PLACED.lat, PLACED.lon, eye.height, deg=False)
    np.testing.assert_allclose(eye.turn @ offset, own, atol=1e-5)
    np.testing.assert_allclose(eye.turn @ eye.turn.T, np.eye(3), atol=1e-12)


def test_limits_are_those_of_the_catalogue(mask):
    sensor = replace(SEARCH, sector=replace(SEARCH.sector, value=math.radians(90.0)))
    eye = ready_eye(replace(PLACED, sensor=sensor), mask, IRAQ, FRAME, air())
    expected = [
        SEARCH.minimum_range.value,
        SEARCH.instrumented_range.value,
        SEARCH.elevation_min.value,
        SEARCH.elevation_max.value,
        1.0,
        math.radians(45.0),
    ]
    np.testing.assert_allclose(eye.limits, expected, atol=1e-8)


def test_the_eye_is_calibrated_by_the_published_pair(mask):
    eye = ready_eye(PLACED, mask, IRAQ, FRAME, air())
    assert eye.snr_range == SEARCH.reference_range.value
    level = threshold(SEARCH.false_alarm.value, 1)
    found = detection_probability(eye.snr * SEARCH.reference_rcs.value, level, 1, int(SEARCH.swerling))
    assert found == pytest.approx(SEARCH.reference_pd.value, abs=1e-6)


def test_each_kind_of_sensor_looks_by_its_own(mask):
    kinds = [
        ready_eye(replace(PLACED, sensor=sensor), mask, IRAQ, FRAME, air()).kind
        for sensor in (SEARCH, TEAM["eyes"], TEAM["seeker"])
    ]
    assert kinds == [RADAR, OPTICAL, SEEKER]


def test_an_eye_that_searches_shares_its_time_among_views():
    eyes = TEAM["eyes"]
    band = math.sin(eyes.elevation_max.value) - math.sin(eyes.elevation_min.value)
    n_views = eyes.sector.value * band / eyes.view.value**2
    assert n_views > 2.0
    assert sight_of(eyes, 5.0, air()).glimpse == pytest.approx(5.0 / n_views)
    assert sight_of(eyes, math.inf, air()).glimpse == math.inf
    wide = replace(eyes, view=replace(eyes.view, value=math.pi))
    assert sight_of(wide, 5.0, air()).glimpse == 5.0


def test_night_blinds_an_eye_and_not_a_camera():
    by_day, by_night = (sight_of(TEAM["eyes"], 5.0, air(light=light)) for light in ("day", "night"))
    assert by_day.detail == TEAM["eyes"].resolution.value
    assert by_night.detail == math.inf
    assert sight_of(CAMERA, 5.0, air(light="night")) == sight_of(CAMERA, 5.0, air())
    assert (lock_of(TEAM["seeker"], air(light="night")).ranges == 0.0).all()


def test_the_air_of_a_sight_is_haze_rain_and_what_it_absorbs():
    rain = 10e-3 / 3600.0
    expected = haze_extinction(5e3, 4e-6) + rain_extinction(rain) + CAMERA.absorption.value
    assert sight_of(CAMERA, 5.0, air(rain, 5e3)).extinction == pytest.approx(expected)
    expected = haze_extinction(5e3, 0.55e-6)
    assert sight_of(TEAM["eyes"], 5.0, air(0.0, 5e3)).extinction == pytest.approx(expected)


def test_a_finer_task_is_harder():
    found, told = (
        sight_of(replace(CAMERA, task=task), math.inf, air()) for task in ("detection", "identification")
    )
    assert sight_pd(told, 10.0, 4e3, 0.0) < 0.2 * sight_pd(found, 10.0, 4e3, 0.0)


def test_a_lock_holds_the_classes_that_are_named():
    lock = lock_of(TEAM["seeker"], air(visibility=9e3))
    assert lock.ranges[STRIKE_AIRCRAFT] == TEAM["seeker"].lock_range["strike-aircraft"].value
    assert lock.ranges[BALLISTIC_MISSILE] == 0.0
    assert (lock.visibility, lock.head_on) == (9e3, TEAM["seeker"].head_on.value)
    assert lock.extinction > lock.clear_extinction


def test_what_is_no_radar_has_no_table():
    tables = snr_tables(replace(PLACED, sensor=TEAM["eyes"]), [0, 1])
    assert all(table.tolist() == [0.0, 0.0] for table in tables.values())


def test_rain_weakens_and_clear_air_does_not(mask):
    clear, wet = (ready_eye(PLACED, mask, IRAQ, FRAME, air(rain)) for rain in (0.0, 25e-3 / 3600.0))
    assert clear.weather.rain_db == 0.0
    assert wet.weather.rain_db > 0.0
    assert wet.weather.oxygen_db == clear.weather.oxygen_db


def test_tables_of_detection_probability_are_close_between_their_steps():
    """The table against the radar equation, at ranges that fall anywhere between its steps."""
    radar = search_radar(100e3, 1.0, 0.5, 1e-6, 1, 1)
    for swerling in (0, 1, 3):
        table = pd_over_snr(radar.level, swerling)
        assert table.shape == (N_SNR,)
        assert (np.diff(table) >= -1e-12).all()
        for distance in np.geomspace(30e3, 180e3, 97):
            snr_db = 10.0 * math.log10(radar.snr * (100e3 / distance) ** 4)
            read = np.interp(snr_db, SNR_FLOOR_DB + SNR_STEP_DB * np.arange(N_SNR), table)
            assert read == pytest.approx(look_pd(radar, distance, 1.0, 0.0, swerling), abs=2e-4)


def test_there_is_one_table_for_each_fluctuation_in_the_raid():
    tables = snr_tables(PLACED, [0, 1])
    assert sorted(tables) == [0, 1]
    # At high signal-to-noise ratio a steady target is surer than a fluctuating one.
    assert tables[0][350] > tables[1][350]


def test_coarse_masks_serve_the_guides_out_to_their_weapons_reach():
    lowered = lowered_of(HILLS)
    world, names = lowered.world, lowered.names
    guides = sorted({world.units.sensor[unit] for unit in range(len(world.units))})
    assert world.masks.shape[0] == len(guides)
    assert world.masks.shape[2] == N_MASK_RANGES
    frame = Frame(lowered.origin_lat, lowered.origin_lon, lowered.origin_height)
    for sensor in guides:
        served = np.flatnonzero(world.units.sensor == sensor)
        reach = world.weapons.range_max[np.isin(world.weapons.unit, served)].max()
        step, number = world.sensors.mask_step[sensor], world.sensors.mask[sensor]
        assert step * (N_MASK_RANGES - 1) >= reach
        placed = lowered.laydown.sensors[sensor]
        assert placed.name == names.sensors[sensor]
        fine = sensor_mask(placed, lowered.terrain, frame)
        # A column of the coarse map is the fine one, read there.
        for column in (0, 1, 40, N_MASK_RANGES - 2):
            distance = column * step
            for ray in range(0, 720, 37):
                azimuth = 2.0 * math.pi * ray / 720
                read = mask_height(fine.height, fine.range_step, azimuth, distance)
                assert world.masks[number, ray, column] == pytest.approx(read, abs=0.05)


PASS = {"threat": "mi-28ne", "count": 4, "from": [33.80, 44.40], "to": "city", "height": "100 m agl",
        "start": "0..5 min", "spread": "1 km"}  # fmt: skip
JETS = PASS | {"threat": "su-25", "height": "300 m agl"}
PORTABLE = {
    "assets__depot": None,
    "raid": {"pass": PASS},
    "traffic": {},
    "defence__batteries": {
        "team": {"system": "igla-s", "at": [33.30, 44.40], "fire_units": 4, "fire_unit_spread": "1500 m"},
    },
}
POST = {"at": [33.10, 44.20]}


@pytest.fixture(scope="module")
def portable(tmp_path_factory):
    """What a portable team lets through, and how much of the raid is detected."""

    def _portable(**changes):
        scenario = scenario_of(FLAT, **deepcopy(PORTABLE | changes))
        results = run(scenario, 30, seed=1, out=tmp_path_factory.mktemp("runs"), threads=1)
        first = results.ledger["first_detected"].to_pylist()
        seen = sum(time is not None and not math.isnan(time) for time in first) / len(first)
        return float(results.measure("leakage").mean()), seen

    return _portable


def test_a_portable_team_fights_by_day_in_sight_and_in_its_sector(portable):
    by_day, seen = portable()
    assert by_day < 0.97
    assert seen > 0.3
    for blinded in (
        {"area__light": "night"},
        {"area__visibility": "1 km"},
        {"defence__batteries__team__facing": "180 deg"},
    ):
        assert portable(**blinded)[0] == 1.0, blinded
    assert portable(area__light="night")[1] == 0.0


@pytest.mark.parametrize("raid", [PASS, JETS], ids=["helicopters", "jets"])
def test_a_portable_team_is_worth_much_more_when_it_is_told_where_to_look(portable, raid):
    alone, _ = portable(raid={"pass": raid})
    cued, seen = portable(
        raid={"pass": raid}, defence__batteries__radar=POST | {"system": "surveillance-radar"}
    )
    assert seen == 1.0
    assert cued < alone - 0.35


def test_a_cue_is_of_no_use_by_night_without_a_night_sight(portable):
    leaked, seen = portable(
        defence__batteries__radar=POST | {"system": "surveillance-radar"}, area__light="night"
    )
    assert (leaked, seen) == (1.0, 1.0)


def test_an_infrared_camera_sees_by_night_what_it_faces_and_shoots_at_nothing(portable):
    post = {"system": "ir-camera", "at": [33.30, 44.40]}
    for facing, expected in (("0 deg", True), ("180 deg", False)):
        battery = {"camera": post | {"facing": facing}}
        leaked, seen = portable(defence__batteries=battery, area__light="night")
        assert leaked == 1.0
        assert (seen > 0.9) == expected
        assert expected or seen == 0.0
