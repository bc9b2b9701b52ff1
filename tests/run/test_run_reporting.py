"""Catalogue entries as the numbers of the world: errors, cells, false plots, jamming, alignment."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rempart.catalog.figures import Figure
from rempart.catalog.library import load_system
from rempart.catalog.systems import Dedicated
from rempart.engine.world import N_SNR, SENSOR, SNR_FLOOR_DB, SNR_STEP_DB
from rempart.physics.direction_finding import triangulation_errors
from rempart.physics.resolution import SURVIVING_SHARE
from rempart.run.reporting import cells_of, reported
from scenario_builder import FLAT, lowered_of

RADAR = load_system("generic-radar-site").sensors["radar"]
EYES = load_system("igla-s").sensors
CAMERA = load_system("ir-camera").sensors["camera"]
FINDER = load_system("passive-locator").sensors["listeners"]
DEGREE = math.radians(1.0)


def figure(value, dimension="length"):
    return Figure(value, value, value, dimension, "m", f"{value}", (), "D", "none")


def test_every_field_is_one_of_the_worlds():
    for sensor in (RADAR, *EYES.values(), CAMERA, FINDER):
        assert set(reported(sensor, True)) <= set(SENSOR.names)


def test_a_radar_without_further_figures_has_the_usual_ones():
    found = reported(RADAR, True)
    assert (found["range_error"], found["angle_error"]) == (50.0, pytest.approx(0.2 * DEGREE))
    assert found["elevation_error"] == found["angle_error"]
    assert found["rate_error"] == found["dedicated_turn"] == math.inf
    assert found["error_snr"] == pytest.approx(math.log(1e-6) / math.log(0.5) - 1.0)
    assert cells_of(RADAR) == pytest.approx((300.0, 2.0 * DEGREE, 2.0 * DEGREE))
    n_cells = 149e3 / 300.0 * 180.0 * 85.0 / 2.0
    assert found["n_false"] == pytest.approx(1e-6 * n_cells * SURVIVING_SHARE)
    assert found["sidelobe"] == pytest.approx(1e-3)
    assert found["jam_gain"] == pytest.approx(26000 / 4 * 0.1**2 / (157.91 * 1.6016e-20), rel=2e-3)


def test_what_an_entry_says_takes_their_place():
    told = replace(
        RADAR, elevation_error=figure(0.01), rate_error=figure(3.0), range_resolution=figure(75.0),
        azimuth_resolution=figure(0.03), elevation_resolution=figure(0.2), sidelobe=figure(-40.0),
        false_plots=figure(7.0), dedicated=Dedicated(tracks=figure(12.0), every=figure(0.5)),
    )  # fmt: skip
    found = reported(told, True)
    assert (found["elevation_error"], found["rate_error"], found["n_false"]) == (0.01, 3.0, 7.0)
    assert cells_of(told) == (75.0, 0.03, 0.2)
    assert found["sidelobe"] == pytest.approx(1e-4)
    assert (found["n_dedicated"], found["dedicated_turn"]) == (12.0, 0.5)


def test_a_radar_without_height_has_one_cell_in_elevation_and_a_fan():
    flat = reported(replace(RADAR, dimensions=2), True)
    assert flat["elevation_error"] == flat["elevation_cell"] == math.inf
    assert flat["n_false"] == pytest.approx(reported(RADAR, True)["n_false"] * 2.0 / 85.0)
    assert flat["jam_gain"] == pytest.approx(reported(RADAR, True)["jam_gain"] * 2.0 / 85.0)


def test_a_sensor_that_only_guides_sends_no_false_plots():
    assert reported(RADAR, False)["n_false"] == 0.0


def test_a_camera_parts_by_angle_alone_and_is_not_jammed():
    assert cells_of(CAMERA) == (math.inf, CAMERA.resolution.value, CAMERA.resolution.value)
    found = reported(CAMERA, True)
    assert "jam_gain" not in found
    assert found["rate_error"] == math.inf


def test_a_direction_finder_tells_its_bearing_error_and_baseline():
    found = reported(FINDER, True)
    assert found["angle_error"] == FINDER.bearing_error.value
    assert found["baseline"] == FINDER.baseline.value == 30e3
    assert found["elevation_error"] == math.inf
    assert found["range_error"] == triangulation_errors(400e3, 30e3, found["angle_error"])[0]


JAMMED = {
    "defence__batteries__ears": {"system": "passive-locator", "at": [33.3, 44.4]},
    "defence__batteries__mute": {
        "system": "igla-s", "at": [33.31, 44.4], "emission": "cued",
        "registration": {"range": "40 m", "azimuth": "0.5 deg"},
    },
    "defence__batteries__dark": {"system": "surveillance-radar", "at": [33.31, 44.4], "emission": "cued"},
    "raid__escort": {
        "threat": "escort-jammer", "from": [34.6, 44.4], "to": "city", "height": "9 km amsl",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def lowered():
    return lowered_of(FLAT, **JAMMED)


def sensors_of(lowered, battery):
    rows = [name.startswith(f"{battery}") for name in lowered.names.sensors]
    return lowered.world.sensors[rows]


def test_batteries_are_aligned_and_silent_as_the_scenario_says(lowered):
    np.testing.assert_allclose(sensors_of(lowered, "mute").range_bias, 40.0)
    np.testing.assert_allclose(sensors_of(lowered, "mute").azimuth_bias, 0.5 * DEGREE)
    assert sensors_of(lowered, "dark").is_silent.tolist() == [1]
    assert set(sensors_of(lowered, "mute").is_silent) == {0}
    assert set(sensors_of(lowered, "ears").baseline) == {30e3}
    assert lowered.world.sensors.is_silent.sum() == 1


def test_the_jammer_jams_and_is_heard(lowered):
    vehicles = lowered.world.vehicles
    jammer = lowered.names.vehicle_systems.index("escort-jammer")
    assert vehicles.jam_density[jammer] == pytest.approx(10e3 / 500e6)
    assert (vehicles.jam_density > 0.0).sum() == 1
    assert vehicles.emits[jammer] == 1.0
    sensor = next(k for k, name in enumerate(lowered.names.sensors) if name.startswith("ears"))
    heard = lowered.world.views.count[lowered.world.sensors.first_eye[sensor]].max(axis=1) > 0
    np.testing.assert_array_equal(heard, vehicles.emits > 0.0)


def test_the_probability_of_every_look_is_that_of_its_ratio(lowered):
    world = lowered.world
    assert world.snr.shape == world.pd.shape
    grid = SNR_FLOOR_DB + SNR_STEP_DB * np.arange(N_SNR)
    n_read = 0
    for sensor, row in enumerate(world.sensors):
        for vehicle in range(len(world.vehicles)):
            view = world.views[world.sensors.first_eye[sensor], vehicle, 0]
            span = slice(view.start, view.start + view["count"])
            if row.first_table < 0:
                assert not world.snr[span].any()
                continue
            seen = world.pd[span] > 0.0
            assert (world.snr[span][~seen] == 0.0).all()
            table = world.pd_over_snr[row.first_table + world.vehicles.swerling[vehicle]]
            ratio = 10.0 * np.log10(world.snr[span][seen].astype(float))
            np.testing.assert_allclose(np.interp(ratio, grid, table), world.pd[span][seen], atol=1e-5)
            n_read += int(seen.sum())
    assert n_read > 1000


def test_radars_of_one_false_alarm_rate_share_their_tables(lowered):
    first = lowered.world.sensors.first_table
    assert set(first) == {-1, 0}
    assert lowered.world.pd_over_snr.shape == (5, N_SNR)
    used = set(lowered.world.vehicles.swerling)
    assert {row for row in range(5) if lowered.world.pd_over_snr[row].any()} == used


def test_flat_ground_changes_what_radars_see_and_nothing_else(lowered):
    flat = lowered_of(FLAT, **JAMMED, area__ground="flat")
    assert not np.array_equal(flat.world.pd, lowered.world.pd)
    np.testing.assert_array_equal(flat.world.sensors, lowered.world.sensors)
