"""A placed sensor made ready for looking: its mask over the terrain, its limits and its tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rempart.catalog.systems import DirectionFinder, Optical, Radar, Seeker
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.geo.frames import frame_north, mean_radius, turn_to_ecef, turn_to_enu
from rempart.geo.mask_map import MaskMap
from rempart.geo.masking import lowest_visible_height
from rempart.geo.terrain import Terrain
from rempart.physics.detection import threshold
from rempart.physics.doppler import NO_FILTER, Doppler
from rempart.physics.multipath import FlatGround
from rempart.physics.optics import (
    BLIND,
    CLEAR_VISIBILITY,
    CYCLES_50,
    WAVELENGTHS,
    Lock,
    Sight,
    haze_extinction,
    rain_extinction,
)
from rempart.physics.propagation import Weather, weather
from rempart.run.frame import Frame
from rempart.run.laydown import Laydown, PlacedSensor
from rempart.run.reporting import calibrated, cells_of
from rempart.run.visibility import FINDER, OPTICAL, RADAR, SEEKER, Eye, pd_over_snr
from rempart.scenario.model import Area

N_MASK_RANGES = 128
"""Ranges of the coarser masks by which a defender foresees what its guiding sensors can see."""
NO_LOCK = Lock(np.zeros(len(CLASS_NAMES)), 1.0, 0.0, 0.0, 0.0)
"""What a sensor has that is no seeker."""
NO_LOBES = FlatGround(0.0, 0.0, math.inf, 1.0)
"""Of a sensor whose echoes no ground reflects."""


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


def ready_eye(placed: PlacedSensor, mask: MaskMap, terrain: Terrain, frame: Frame, area: Area) -> Eye:
    """A sensor's place, limits and calibration, in the weather and the light of an area."""
    sensor = placed.sensor
    height = terrain.ground_at(placed.lat, placed.lon) + sensor.antenna_height.value
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
        **_calibration(placed, area),
    )


def _calibration(placed: PlacedSensor, area: Area) -> dict[str, Any]:
    """The fields of an eye that depend on what it looks by."""
    sensor = placed.sensor
    fields = {
        "kind": RADAR, "snr_range": 1.0, "snr": 0.0, "weather": Weather(0.0, 0.0, 0.0, 1.0, 0.0),
        "doppler": NO_FILTER, "ground": NO_LOBES, "sight": BLIND, "lock": NO_LOCK, "found": 0.0,
    }  # fmt: skip
    if isinstance(sensor, Optical):
        return fields | {"kind": OPTICAL, "sight": sight_of(sensor, placed.turn, area)}
    if isinstance(sensor, Seeker):
        return fields | {"kind": SEEKER, "lock": lock_of(sensor, area)}
    if isinstance(sensor, DirectionFinder):
        return fields | {"kind": FINDER, "found": sensor.reference_pd.value}
    assert isinstance(sensor, Radar)
    radar = calibrated(sensor)
    return fields | {
        "snr_range": radar.range,
        "snr": radar.snr / radar.rcs,
        "weather": weather(sensor.frequency.value, area.rain),
        "doppler": _filter_of(sensor),
        "ground": _ground_under(sensor, placed.lat, area),
    }


def _filter_of(sensor: Radar) -> Doppler:
    if sensor.least_speed is None:
        return NO_FILTER
    blind = sensor.blind_speed.value if sensor.blind_speed else math.inf
    return Doppler(sensor.least_speed.value, blind)


def _ground_under(sensor: Radar, lat: float, area: Area) -> FlatGround:
    """The ground that splits a radar's beam into lobes, if the area's does."""
    if area.ground != "flat":
        return NO_LOBES
    beamwidth = cells_of(sensor).elevation
    return FlatGround(sensor.frequency.value, sensor.antenna_height.value, beamwidth, mean_radius(lat))


def sight_of(sensor: Optical, turn: float, area: Area) -> Sight:
    """An eye or a camera in the weather and the light of an area.

    One that only guides stays on its target; one that searches sweeps its sector, view by view.
    """
    share = _light_share(sensor, area)
    extinction = _extinction(sensor.band, area)
    return Sight(
        detail=sensor.resolution.value / share if share > 0.0 else math.inf,
        cycles_50=CYCLES_50[sensor.task],
        contrast=sensor.contrast.value,
        least_contrast=sensor.least_contrast.value,
        extinction=extinction + (sensor.absorption.value if sensor.absorption else 0.0),
        glimpse=turn / _n_views(sensor),
    )


def _n_views(sensor: Optical) -> float:
    """Views that cover the sector once."""
    band = math.sin(sensor.elevation_max.value) - math.sin(sensor.elevation_min.value)
    return max(1.0, sensor.sector.value * band / sensor.view.value**2)


def lock_of(sensor: Seeker, area: Area) -> Lock:
    """A seeker's lock ranges in the weather and the light of an area."""
    share = _light_share(sensor, area)
    ranges = [sensor.lock_range[name].value if name in sensor.lock_range else 0.0 for name in CLASS_NAMES]
    return Lock(
        ranges=share * np.array(ranges),
        head_on=sensor.head_on.value,
        extinction=_extinction("infrared", area),
        clear_extinction=haze_extinction(CLEAR_VISIBILITY, WAVELENGTHS["infrared"]),
        visibility=area.visibility,
    )


def _light_share(sensor: Optical | Seeker, area: Area) -> float:
    return sensor.night.value if area.light == "night" else 1.0


def _extinction(band: str, area: Area) -> float:
    return haze_extinction(area.visibility, WAVELENGTHS[band]) + rain_extinction(area.rain)


def _frame_turn(placed: PlacedSensor, frame: Frame) -> np.ndarray:
    """Matrix that turns directions of the scenario's frame into the sensor's own east, north, up."""
    columns = []
    for axis in np.eye(3):
        east, north, up = (float(part) for part in axis)
        u, v, w = turn_to_ecef(east, north, up, frame.lat, frame.lon)
        columns.append(turn_to_enu(u, v, w, placed.lat, placed.lon))
    return np.ascontiguousarray(np.array(columns).T)


def snr_tables(placed: PlacedSensor, swerlings: list[int]) -> dict[int, np.ndarray]:
    """Detection probability over signal-to-noise ratio, for each fluctuation case in the scenario.

    What is no radar has no such table; it gets one of zeros that it never reads.
    """
    if not isinstance(placed.sensor, Radar):
        return {swerling: np.zeros(2) for swerling in swerlings}
    level = threshold(placed.sensor.false_alarm.value, 1)
    return {swerling: pd_over_snr(level, swerling) for swerling in swerlings}


def guiding_masks(
    laydown: Laydown, masks: list[list[MaskMap]], weapons: np.recarray, units: np.recarray
) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    """Masks of the guiding sensors out to their weapons' reach, coarse and all of one shape.

    Parameters
    ----------
    masks : list of list of MaskMap
        For each sensor, one at each place where it looks.

    Returns
    -------
    masks : (n_masks, n_azimuths, N_MASK_RANGES) float32 [m]
        Those of one sensor follow one another.
    steps : (n_masks,) float64 [m]
        Between ranges.
    first : dict
        Name of each guiding sensor → row of its first mask.
    """
    index = {placed.name: number for number, placed in enumerate(laydown.sensors)}
    coarse: list[np.ndarray] = []
    steps: list[float] = []
    first: dict[str, int] = {}
    for name in sorted({unit.sensor for unit in laydown.units}):
        served = np.flatnonzero(units.sensor == index[name])
        reach = float(np.max(weapons.range_max[np.isin(weapons.unit, served)]))
        first[name] = len(coarse)
        for mask in masks[index[name]]:
            step = min(reach * 1.02, mask.range_step * (mask.height.shape[1] - 1)) / (N_MASK_RANGES - 1)
            coarse.append(_coarsened(mask, step))
            steps.append(step)
    if not coarse:
        return np.zeros((1, 2, 2), np.float32), np.ones(1), first
    return np.array(coarse, np.float32), np.array(steps), first


def _coarsened(mask: MaskMap, step: float) -> np.ndarray:
    """A map read at `N_MASK_RANGES` ranges a step [m] apart."""
    places = step * np.arange(N_MASK_RANGES) / mask.range_step
    before = np.minimum(places.astype(int), mask.height.shape[1] - 2)
    share = (places - before).astype(np.float32)
    read: np.ndarray = mask.height[:, before] * (1.0 - share) + mask.height[:, before + 1] * share
    return read
