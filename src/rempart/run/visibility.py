"""What each sensor can see of each route: detection probability sample by sample.

Everything here is the same in every trial, so it is computed once, in compiled code, a sensor at
a time on all cores.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from rempart.base.kernel import lean_kernel
from rempart.doctrine.envelope import is_in_envelope
from rempart.engine.world import (
    IN_REACH_OF_SENSOR,
    IN_SIGHT_OF_SENSOR,
    LEAST_PD,
    N_SNR,
    SNR_FLOOR_DB,
    SNR_STEP_DB,
    VIEW,
    records,
)
from rempart.events.vehicle_classes import HELICOPTER
from rempart.geo.frames import height_above
from rempart.geo.masking import mask_height
from rempart.physics.detection import detection_probability
from rempart.physics.doppler import ROTOR_SHARE, Doppler, doppler_response, range_rate
from rempart.physics.multipath import FlatGround, lobing_gain
from rempart.physics.optics import Lock, Sight, lock_pd, sight_pd
from rempart.physics.propagation import excess_loss_db
from rempart.physics.rcs import aspect_cosine, rcs_at

RADAR, OPTICAL, SEEKER, FINDER = range(4)
"""What an eye looks by."""


class Eye(NamedTuple):
    """One sensor, ready for looking: its place, limits and tables."""

    place: np.ndarray
    """(3,) [m] in the scenario's frame"""
    turn: np.ndarray
    """(3, 3): turns the scenario's frame into the sensor's own east, north, up"""
    radius: float
    """[m] of the earth at the sensor"""
    height: float
    """[m] of the antenna above the ellipsoid"""
    first_azimuth: float
    """[rad] true azimuth of the mask's first ray"""
    mask_step: float
    limits: np.ndarray
    """range_min, range_max [m], elevation_min, elevation_max, facing, half sector [rad]"""
    kind: int
    """`RADAR`, `OPTICAL`, `SEEKER` or `FINDER`; the fields below are those of one of them each"""
    snr_range: float
    """[m] where the reference cross-section gives `snr`"""
    snr: float
    """signal-to-noise ratio times m² per m² of cross-section at `snr_range`"""
    weather: NamedTuple
    doppler: Doppler
    ground: FlatGround
    sight: Sight
    lock: Lock
    found: float
    """chance that a direction finder finds what radiates in its sight"""


class Path(NamedTuple):
    """One variant of one vehicle's route, as sensors see it."""

    position: np.ndarray
    """(n, 3) float64 [m] in the scenario's frame"""
    height: np.ndarray
    """(n,) float64 [m above the ellipsoid]"""
    rcs: np.ndarray
    """nose, side, tail [m²]"""
    swerling: int
    area: float
    """[m²] presented"""
    vehicle_class: int
    step: float
    """[s] between its samples"""
    emits: float
    """chance that it radiates"""


def pd_over_snr(level: float, swerling: int) -> np.ndarray:
    """Detection probability of one look over the grid of signal-to-noise ratios."""
    grid = SNR_FLOOR_DB + SNR_STEP_DB * np.arange(N_SNR)
    return np.array([detection_probability(10.0 ** (db / 10.0), level, 1, swerling) for db in grid])


@lean_kernel
def sensed_pd(
    eye: Eye, path: Path, mask: np.ndarray, table: np.ndarray, sample: int
) -> tuple[float, float, float]:
    """Detection probability of one look at one sample of a route, and what it would be unmasked.

    Returns
    -------
    pd, unmasked : float
        pd is `unmasked` in sight of the antenna or eye and zero behind terrain or horizon.
    snr : float
        Signal-to-noise power ratio of a radar's look, zero where `pd` is.
    """
    dx = path.position[sample, 0] - eye.place[0]
    dy = path.position[sample, 1] - eye.place[1]
    dz = path.position[sample, 2] - eye.place[2]
    limits = eye.limits
    distance = math.sqrt(dx * dx + dy * dy + dz * dz)
    if distance > limits[1] or distance < limits[0]:
        return 0.0, 0.0, 0.0
    turn = eye.turn
    east = turn[0, 0] * dx + turn[0, 1] * dy + turn[0, 2] * dz
    north = turn[1, 0] * dx + turn[1, 1] * dy + turn[1, 2] * dz
    up = turn[2, 0] * dx + turn[2, 1] * dy + turn[2, 2] * dz
    elevation = math.asin(max(-1.0, min(1.0, up / max(distance, 1.0))))
    azimuth = math.atan2(east, north)
    off_axis = abs(azimuth - limits[4]) % (2.0 * math.pi)
    off_axis = min(off_axis, 2.0 * math.pi - off_axis)
    if elevation < limits[2] or elevation > limits[3] or off_axis > limits[5]:
        return 0.0, 0.0, 0.0
    unmasked, snr = _unmasked_look(eye, path, table, sample, (dx, dy, dz))
    if unmasked < LEAST_PD:
        return 0.0, 0.0, 0.0
    across = math.sqrt(east * east + north * north)
    along = eye.radius * math.atan2(across, eye.radius + up)
    lowest = mask_height(mask, eye.mask_step, azimuth - eye.first_azimuth, along)
    if path.height[sample] < lowest:
        return 0.0, unmasked, 0.0
    return unmasked, unmasked, snr


@lean_kernel
def _unmasked_look(
    eye: Eye, path: Path, table: np.ndarray, sample: int, offset: tuple[float, float, float]
) -> tuple[float, float]:
    """Detection probability and signal-to-noise ratio in the open; the latter zero for what is no radar."""
    distance = math.sqrt(offset[0] ** 2 + offset[1] ** 2 + offset[2] ** 2)
    rise = path.height[sample] - eye.height
    if eye.kind == OPTICAL:
        return sight_pd(eye.sight, path.area, distance, rise), 0.0
    if eye.kind == FINDER:
        return (eye.found if path.emits > 0.0 else 0.0), 0.0
    moved = _moved(path, sample)
    cosine = aspect_cosine(offset, moved)
    if eye.kind == SEEKER:
        return lock_pd(eye.lock, path.vehicle_class, cosine, distance, rise), 0.0
    rcs = rcs_at(path.rcs[0], path.rcs[1], path.rcs[2], cosine)
    loss = excess_loss_db(
        eye.weather, distance, eye.snr_range, max(eye.height, 0.0), max(path.height[sample], 0.0)
    )
    ratio = eye.snr_range / max(distance, 1.0)
    over_ground = math.sqrt(max(distance * distance - rise * rise, 0.0))
    gain = lobing_gain(eye.ground, path.height[sample] - eye.height + eye.ground.antenna, over_ground)
    gain *= _passed(eye.doppler, path, range_rate(offset, moved) / path.step)
    strength = eye.snr * rcs * ratio * ratio * ratio * ratio * gain
    if strength <= 0.0:
        return 0.0, 0.0
    snr_db = 10.0 * math.log10(strength) - loss
    return _read_table(table, snr_db), 10.0 ** (0.1 * snr_db)


@lean_kernel
def _passed(doppler: Doppler, path: Path, rate: float) -> float:
    """Part of an echo that a moving-target filter lets through; a rotor turns even in the hover."""
    least = ROTOR_SHARE if path.vehicle_class == HELICOPTER else 0.0
    return max(doppler_response(doppler, rate), least)


@lean_kernel
def _read_table(table: np.ndarray, snr_db: float) -> float:
    place = (snr_db - SNR_FLOOR_DB) / SNR_STEP_DB
    if place <= 0.0:
        return 0.0
    cell = min(int(place), table.shape[0] - 2)
    share = min(place - cell, 1.0)
    return float(table[cell] + share * (table[cell + 1] - table[cell]))


@lean_kernel
def _moved(path: Path, sample: int) -> tuple[float, float, float]:
    """Way [m] from a sample to the next."""
    before = min(sample, path.position.shape[0] - 2)
    return (
        path.position[before + 1, 0] - path.position[before, 0],
        path.position[before + 1, 1] - path.position[before, 1],
        path.position[before + 1, 2] - path.position[before, 2],
    )


@lean_kernel
def look_along(
    eye: Eye, path: Path, mask: np.ndarray, table: np.ndarray, pds: np.ndarray, snrs: np.ndarray
) -> tuple[int, int, int]:
    """Fill in the detection probability and the signal-to-noise ratio at each sample of a route.

    Returns
    -------
    first, last : int
        First and last sample with a probability above zero; first > last if there is none.
    reach : int
        Bits of what the route offers the sensor: in reach with nothing in between, in sight.
    """
    n_samples = path.position.shape[0]
    first, last, reach = n_samples, -1, 0
    for sample in range(n_samples):
        pd, unmasked, snr = sensed_pd(eye, path, mask, table, sample)
        pds[sample], snrs[sample] = pd, snr
        if unmasked > 0.0:
            reach |= IN_REACH_OF_SENSOR
        if pd > 0.0:
            reach |= IN_SIGHT_OF_SENSOR
            first = min(first, sample)
            last = sample
    return first, last, reach


class Seen(NamedTuple):
    """All look tables of a world."""

    pd: np.ndarray
    snr: np.ndarray
    views: np.recarray
    reach: np.ndarray
    """(n_vehicles, n_variants) int64 bits over all sensors"""


def look_tables(
    eyes: list[Eye],
    masks: list[np.ndarray],
    tables: list[dict[int, np.ndarray]],
    paths: list[list[Path]],
    threads: int,
) -> Seen:
    """Look tables of all sensors along all routes.

    Parameters
    ----------
    eyes, masks : one a sensor
    tables : one a sensor
        Swerling case → detection probability over signal-to-noise ratio.
    paths : one a vehicle
        Each a list of its variants.
    """
    shape = (len(eyes), len(paths), len(paths[0]))
    views, reach = records(VIEW, shape), np.zeros(shape, np.int64)

    def of_sensor(sensor: int) -> list[tuple[np.ndarray, np.ndarray]]:
        return _sensor_tables(
            eyes[sensor], masks[sensor], tables[sensor], paths, views[sensor], reach[sensor]
        )

    with ThreadPoolExecutor(threads) as pool:
        parts = [part for parts in pool.map(of_sensor, range(len(eyes))) for part in parts]
    # Rows are laid one after another in index order, so the table does not depend on threads.
    views.start[:] = (np.cumsum(views.count.ravel()) - views.count.ravel()).reshape(shape)
    last = np.zeros(1, np.float32)
    pd = np.concatenate([*(pds for pds, _ in parts), last])
    snr = np.concatenate([*(snrs for _, snrs in parts), last])
    return Seen(pd, snr, views, np.bitwise_or.reduce(reach, axis=0))


def _sensor_tables(
    eye: Eye,
    mask: np.ndarray,
    tables: dict[int, np.ndarray],
    paths: list[list[Path]],
    views: Any,
    reach: np.ndarray,
) -> list[tuple[np.ndarray, np.ndarray]]:
    parts = []
    for vehicle, variants in enumerate(paths):
        for variant, path in enumerate(variants):
            pds, snrs = np.empty((2, len(path.height)), np.float32)
            first, last, bits = look_along(eye, path, mask, tables[path.swerling], pds, snrs)
            reach[vehicle, variant] = bits
            if last >= first:
                views.first[vehicle, variant], views.count[vehicle, variant] = first, last - first + 1
                parts.append((pds[first : last + 1].copy(), snrs[first : last + 1].copy()))
    return parts


class Armament(NamedTuple):
    """What could be fired, and from where; the tables are those of the world."""

    units: np.recarray
    weapons: np.recarray
    pk: np.ndarray
    earth_radius: float
    """[m] at the frame's origin"""
    lock_pd: float
    """detection probability of one look with which a fire unit's sensor can hold a target"""


@lean_kernel
def weapon_reaches(
    path: np.ndarray, step: float, vehicle_class: int, views: Any, pd: np.ndarray, armament: Armament
) -> bool:
    """Whether some weapon could engage a route, flown with `step` [s] between samples, somewhere.

    Its fire unit's sensor must be able to hold the vehicle at some sample, for the launch, and to see
    it at that or a later one in the weapon's envelope.
    """
    for weapon in range(armament.weapons.shape[0]):
        if _reaches(path, step, (vehicle_class, weapon), views, pd, armament):
            return True
    return False


@lean_kernel
def _reaches(
    path: np.ndarray, step: float, pair: tuple[int, int], views: Any, pd: np.ndarray, armament: Armament
) -> bool:
    vehicle_class, weapon = pair
    units, weapons = armament.units, armament.weapons
    unit = weapons.unit[weapon]
    sensor = units.sensor[unit]
    site = (units.x[unit], units.y[unit], units.z[unit])
    ground = height_above(site[0], site[1], site[2], armament.earth_radius)
    cells = armament.pk.shape[2]
    is_held = False
    for row in range(views.count[sensor]):
        chance = np.float64(pd[views.start[sensor] + row])
        if chance >= armament.lock_pd:
            is_held = True
        if not is_held or chance <= 0.0:
            continue
        sample = views.first[sensor] + row
        x, y, z = np.float64(path[sample, 0]), np.float64(path[sample, 1]), np.float64(path[sample, 2])
        distance = math.sqrt((x - site[0]) ** 2 + (y - site[1]) ** 2 + (z - site[2]) ** 2)
        height = height_above(x, y, z, armament.earth_radius) - ground
        if is_in_envelope(weapons, weapon, distance, height):
            cell = min(int(distance / weapons.range_max[weapon] * cells), cells - 1)
            is_slow = _speed(path, sample, step) <= weapons.speed_max[weapon]
            if is_slow and armament.pk[weapon, vehicle_class, cell] > 0.0:
                return True
    return False


@lean_kernel
def _speed(path: np.ndarray, sample: int, step: float) -> float:
    before = min(sample, path.shape[0] - 2)
    square = 0.0
    for axis in range(3):
        square += (np.float64(path[before + 1, axis]) - np.float64(path[before, axis])) ** 2
    return math.sqrt(square) / step
