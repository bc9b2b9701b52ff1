"""A placed radar made ready for looking: its mask over the terrain, its limits and its tables."""

from __future__ import annotations

import numpy as np

from rempart.geo.frames import frame_north, mean_radius, turn_to_ecef, turn_to_enu
from rempart.geo.mask_map import MaskMap
from rempart.geo.masking import lowest_visible_height
from rempart.geo.terrain import Terrain
from rempart.physics.detection import threshold
from rempart.physics.propagation import weather
from rempart.physics.radar import search_radar
from rempart.run.frame import Frame
from rempart.run.laydown import Laydown, PlacedSensor
from rempart.run.visibility import Eye, pd_over_snr

N_MASK_RANGES = 128
"""Ranges of the coarser masks by which a defender foresees what its guiding radars can see."""


def sensor_mask(placed: PlacedSensor, terrain: Terrain, frame: Frame) -> MaskMap:
    """Lowest visible heights around a sensor out to its instrumented range."""
    first_azimuth = frame_north(placed.lat, placed.lon, frame.lat, frame.lon)
    sensor = placed.sensor
    return lowest_visible_height(
        terrain,
        placed.lat,
        placed.lon,
        sensor.antenna_height.value,
        sensor.instrumented_range.value,
        first_azimuth,
    )


def ready_eye(placed: PlacedSensor, mask: MaskMap, terrain: Terrain, frame: Frame, rain_rate: float) -> Eye:
    """A sensor's place, limits and calibration."""
    sensor = placed.sensor
    height = terrain.ground_at(placed.lat, placed.lon) + sensor.antenna_height.value
    radar = search_radar(
        sensor.reference_range.value,
        sensor.reference_rcs.value,
        sensor.reference_pd.value,
        sensor.false_alarm.value,
        1,
        int(sensor.swerling),
    )
    limits = np.array(
        [
            sensor.minimum_range.value,
            sensor.instrumented_range.value,
            sensor.elevation_min.value,
            sensor.elevation_max.value,
            placed.facing,
            0.5 * sensor.sector.value + 1e-9,
        ]
    )
    return Eye(
        place=frame.place(placed.lat, placed.lon, height),
        turn=_frame_turn(placed, frame),
        radius=mean_radius(placed.lat) + height,
        height=height,
        first_azimuth=frame_north(placed.lat, placed.lon, frame.lat, frame.lon),
        mask_step=mask.range_step,
        limits=limits,
        snr_range=radar.range,
        snr=radar.snr / radar.rcs,
        weather=weather(sensor.frequency.value, rain_rate),
    )


def _frame_turn(placed: PlacedSensor, frame: Frame) -> np.ndarray:
    """Matrix that turns directions of the scenario's frame into the sensor's own east, north, up."""
    columns = []
    for axis in np.eye(3):
        east, north, up = (float(part) for part in axis)
        u, v, w = turn_to_ecef(east, north, up, frame.lat, frame.lon)
        columns.append(turn_to_enu(u, v, w, placed.lat, placed.lon))
    return np.ascontiguousarray(np.array(columns).T)


def snr_tables(placed: PlacedSensor, swerlings: list[int]) -> dict[int, np.ndarray]:
    """Detection probability over signal-to-noise ratio, for each fluctuation case in the scenario."""
    level = threshold(placed.sensor.false_alarm.value, 1)
    return {swerling: pd_over_snr(level, swerling) for swerling in swerlings}


def guiding_masks(
    laydown: Laydown, masks: list[MaskMap], weapons: np.recarray, units: np.recarray
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Masks of the guiding sensors out to their weapons' reach, coarse and all of one shape.

    Returns
    -------
    masks : (n_guides, n_azimuths, N_MASK_RANGES) float32 [m]
    steps : (n_guides,) float64 [m]
        Between ranges.
    guides : list of str
        Names of the sensors, in the same order.
    """
    guides = sorted({unit.sensor for unit in laydown.units})
    index = {placed.name: number for number, placed in enumerate(laydown.sensors)}
    coarse, steps = [], []
    for name in guides:
        mask = masks[index[name]]
        served = np.flatnonzero(units.sensor == index[name])
        reach = float(np.max(weapons.range_max[np.isin(weapons.unit, served)]))
        n_ranges = mask.height.shape[1]
        step = min(reach * 1.02, mask.range_step * (n_ranges - 1)) / (N_MASK_RANGES - 1)
        places = step * np.arange(N_MASK_RANGES) / mask.range_step
        before = np.minimum(places.astype(int), n_ranges - 2)
        share = (places - before).astype(np.float32)
        coarse.append(mask.height[:, before] * (1.0 - share) + mask.height[:, before + 1] * share)
        steps.append(step)
    if not coarse:
        return np.zeros((1, 2, 2), np.float32), np.ones(1), guides
    return np.array(coarse, np.float32), np.array(steps), guides
