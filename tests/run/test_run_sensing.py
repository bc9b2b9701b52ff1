"""A placed radar made ready: its place, its limits, its tables, and the masks of those that guide."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pymap3d
import pytest

from rempart.catalog.library import load_system
from rempart.geo.masking import mask_height
from rempart.geo.store import load_terrain
from rempart.physics.detection import detection_probability, threshold
from rempart.physics.radar import look_pd, search_radar
from rempart.run.frame import Frame
from rempart.run.laydown import PlacedSensor
from rempart.run.sensing import N_MASK_RANGES, ready_eye, sensor_mask, snr_tables
from rempart.run.visibility import N_SNR, SNR_FLOOR_DB, SNR_STEP_DB, pd_over_snr
from scenario_builder import HILLS, lowered_of

IRAQ = load_terrain("iraq")
FRAME = Frame(math.radians(33.3), math.radians(44.4), 34.0)
SEARCH = load_system("pantsir-s1").sensors["search"]
PLACED = PlacedSensor("close/search", SEARCH, math.radians(35.2), math.radians(45.5), 1.0, 2.0, "close")


@pytest.fixture(scope="module")
def mask():
    return sensor_mask(PLACED, IRAQ, FRAME)


def test_the_antenna_stands_on_the_ground(mask):
    eye = ready_eye(PLACED, mask, IRAQ, FRAME, 0.0)
    height = IRAQ.ground_at(PLACED.lat, PLACED.lon) + SEARCH.antenna_height.value
    assert eye.height == height
    expected = pymap3d.geodetic2enu(PLACED.lat, PLACED.lon, height, *_origin(), deg=False)
    np.testing.assert_allclose(eye.place, expected, atol=1e-5)


def _origin():
    return FRAME.lat, FRAME.lon, FRAME.height


def test_the_turn_leads_from_the_frame_to_the_antennas_own_axes(mask):
    eye = ready_eye(PLACED, mask, IRAQ, FRAME, 0.0)
    target = (math.radians(35.6), math.radians(44.9), 4000.0)
    offset = FRAME.place(*target) - eye.place
    own = pymap3d.geodetic2enu(*target, PLACED.lat, PLACED.lon, eye.height, deg=False)
    np.testing.assert_allclose(eye.turn @ offset, own, atol=1e-5)
    np.testing.assert_allclose(eye.turn @ eye.turn.T, np.eye(3), atol=1e-12)


def test_limits_are_those_of_the_catalogue(mask):
    sensor = replace(SEARCH, sector=replace(SEARCH.sector, value=math.radians(90.0)))
    eye = ready_eye(replace(PLACED, sensor=sensor), mask, IRAQ, FRAME, 0.0)
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
    eye = ready_eye(PLACED, mask, IRAQ, FRAME, 0.0)
    assert eye.snr_range == SEARCH.reference_range.value
    level = threshold(SEARCH.false_alarm.value, 1)
    found = detection_probability(eye.snr * SEARCH.reference_rcs.value, level, 1, int(SEARCH.swerling))
    assert found == pytest.approx(SEARCH.reference_pd.value, abs=1e-6)


def test_rain_weakens_and_clear_air_does_not(mask):
    clear, wet = (ready_eye(PLACED, mask, IRAQ, FRAME, rain) for rain in (0.0, 25e-3 / 3600.0))
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
