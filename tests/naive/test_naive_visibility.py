"""Look tables of a real laydown over real ground, against a slow way that takes none of their steps.

The slow way goes through geodetic coordinates, asks for line of sight along its own profile, and
takes the radar equation as it is: no frame, no mask map, no table over signal-to-noise ratio. Eyes
and seekers have their formulas written out once more.
"""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest

from rempart.catalog.systems import Optical, Radar
from rempart.engine.world import IN_REACH_OF_SENSOR, IN_SIGHT_OF_SENSOR
from rempart.geo.masking import line_of_sight
from rempart.physics.propagation import excess_loss_db, weather
from rempart.physics.radar import look_pd, search_radar
from rempart.run.flightpaths import flightplans, sampled_variants
from rempart.run.lowering import systems_used
from rempart.run.visibility import LEAST_PD
from scenario_builder import HILLS, lowered_of

GRAZING = 40.0
"""[m]: a mask, read between its rays, is about this sure in these hills"""
SWEEP = {
    "raid__cruise__count": 1, "raid__strike__count": 1,
    "raid__ballistic": {"threat": "ballistic-missile", "from": [34.0, 47.0], "to": "city"},
}  # fmt: skip
EVERY = 5
"""Only each so-manyth sample is looked at, for speed."""


def naive_pd(placed, plan, lowered, path, sample):
    """Detection probability of one look in the open, and where antenna and target stand."""
    sensor, terrain = placed.sensor, lowered.terrain
    antenna = (
        placed.lat,
        placed.lon,
        terrain.ground_at(placed.lat, placed.lon) + sensor.antenna_height.value,
    )
    target = tuple(float(part) for part in path[sample])
    azimuth, elevation, distance = pymap3d.geodetic2aer(*target, *antenna, deg=False)
    off_axis = abs((azimuth - placed.facing + math.pi) % (2.0 * math.pi) - math.pi)
    is_inside = (
        sensor.minimum_range.value <= distance <= sensor.instrumented_range.value
        and sensor.elevation_min.value <= elevation <= sensor.elevation_max.value
        and off_axis <= 0.5 * sensor.sector.value + 1e-9
    )
    if not is_inside:
        return 0.0, antenna, target
    if isinstance(sensor, Radar):
        pd = naive_radar_pd(sensor, plan, lowered, path, sample, antenna, distance)
    elif isinstance(sensor, Optical):
        pd = naive_sight_pd(sensor, plan, lowered.scenario.area, antenna, target, distance)
    else:
        pd = naive_lock_pd(sensor, plan, lowered.scenario.area, path, sample, antenna, distance)
    return (pd if pd >= LEAST_PD else 0.0), antenna, target


def naive_radar_pd(sensor, plan, lowered, path, sample, antenna, distance):
    target = path[sample]
    rcs = naive_rcs(plan.system.rcs, path, sample, antenna)
    radar = search_radar(
        sensor.reference_range.value, sensor.reference_rcs.value, sensor.reference_pd.value,
        sensor.false_alarm.value, 1, int(sensor.swerling),
    )  # fmt: skip
    air = weather(sensor.frequency.value, lowered.scenario.area.rain)
    loss = excess_loss_db(
        air, distance, sensor.reference_range.value, max(antenna[2], 0.0), max(target[2], 0.0)
    )
    step = lowered.world.vehicles.step[lowered.names.vehicles.index(plan.name)]
    rcs *= passed(sensor, naive_approach(path, sample, antenna) / step, plan.system.vehicle_class)
    return look_pd(radar, distance, rcs, loss, int(plan.system.swerling)) if rcs > 0.0 else 0.0


def passed(sensor, rate, vehicle_class):
    """What a moving-target filter leaves of an echo."""
    if sensor.least_speed is None:
        return 1.0
    speed = abs(rate)
    if sensor.blind_speed is not None:
        blind = sensor.blind_speed.value
        speed = blind / math.pi * abs(math.sin(math.pi * speed / blind))
    left = speed**4 / (speed**4 + sensor.least_speed.value**4)
    return max(left, 0.1) if vehicle_class == "helicopter" else left


def naive_sight_pd(sensor, plan, area, antenna, target, distance):
    """By day, in the visual band and without rain."""
    depth = distance * mean_haze(target[2] - antenna[2])
    contrast = sensor.contrast.value * 0.02 ** (depth / area.visibility)
    if contrast <= sensor.least_contrast.value:
        return 0.0
    cycles = math.sqrt(plan.system.presented_area.value) / distance / (2.0 * sensor.resolution.value)
    cycles *= 1.0 - math.log(contrast) / math.log(sensor.least_contrast.value)
    found = johnson(cycles)
    band = math.sin(sensor.elevation_max.value) - math.sin(sensor.elevation_min.value)
    views = max(1.0, sensor.sector.value * band / sensor.view.value**2)
    return found * (1.0 - math.exp(-found * sensor.turn.value / views / 3.4))


def naive_lock_pd(sensor, plan, area, path, sample, antenna, distance):
    lock_range = sensor.lock_range.get(plan.system.vehicle_class)
    if lock_range is None:
        return 0.0
    head_on = sensor.head_on.value
    cosine = naive_cosine(path, sample, antenna)
    reach = lock_range.value * (0.5 * (1.0 - cosine) + 0.5 * (1.0 + cosine) * head_on)
    depth = distance * mean_haze(path[sample][2] - antenna[2])
    clear, air = (-math.log(0.02) / far * (4.0 / 0.55) ** -1.3 for far in (23e3, area.visibility))
    signal = (reach / distance) ** 2 * math.exp(clear * reach - air * depth)
    return johnson(math.sqrt(signal)) if depth <= area.visibility else 0.0


def mean_haze(rise):
    """Of the haze at the ground, up a slope, by the midpoint rule."""
    heights = (np.arange(2000) + 0.5) / 2000 * max(rise, 0.0)
    return float(np.exp(-heights / 1200.0).mean())


def johnson(ratio):
    power = ratio ** (2.7 + 0.7 * ratio)
    return power / (1.0 + power)


def naive_rcs(rcs, path, sample, antenna):
    cosine = naive_cosine(path, sample, antenna)
    end = 10.0 * math.log10((rcs.nose if cosine >= 0.0 else rcs.tail).value)
    side = 10.0 * math.log10(rcs.side.value)
    return 10.0 ** ((end + (side - end) * (1.0 - cosine**2)) / 10.0)


def naive_cosine(path, sample, antenna):
    line, course = line_and_course(path, sample, antenna)
    return line @ course / np.linalg.norm(line) / np.linalg.norm(course)


def naive_approach(path, sample, antenna):
    """Way [m] from a sample to the next, towards the antenna."""
    line, course = line_and_course(path, sample, antenna)
    return line @ course / np.linalg.norm(line)


def line_and_course(path, sample, antenna):
    before = min(sample, len(path) - 2)
    ecef = np.array(pymap3d.geodetic2ecef(*path[[before, before + 1, sample]].T, deg=False)).T
    return np.array(pymap3d.geodetic2ecef(*antenna, deg=False)) - ecef[2], ecef[1] - ecef[0]


def rows(changes):
    """(pd of the tables, naive pd in the open, antenna, target, terrain, kind of sensor) over all samples."""
    lowered = lowered_of(HILLS, **SWEEP, **changes)
    world = lowered.world
    plans = list(flightplans(lowered.scenario, systems_used(lowered.scenario)))
    for vehicle, plan in enumerate(plans):
        path = sampled_variants(plan, lowered.terrain)[0][0]
        for sensor, placed in enumerate(lowered.laydown.sensors):
            view = world.views[sensor, vehicle, 0]
            for sample in range(sensor % EVERY, len(path), EVERY):
                row = sample - view.first
                found = float(world.pd[view.start + row]) if 0 <= row < view.count else 0.0
                yield (
                    found,
                    *naive_pd(placed, plan, lowered, path, sample),
                    lowered.terrain,
                    placed.sensor.kind,
                )


@pytest.mark.parametrize("rain", ["clear", "20 mm/h"])
def test_look_tables_agree_with_the_slow_way(rain):
    n_seen = n_masked = n_odd = n_rows = 0
    for found, in_the_open, antenna, target, terrain, _ in rows({"area__weather": rain}):
        n_rows += 1
        if in_the_open < LEAST_PD + 5e-4:
            # At the edge of reach rounding may decide.
            assert found < LEAST_PD + 1e-3
            continue
        is_seen = line_of_sight(terrain, antenna, target)
        if (found > 0.0) == is_seen:
            assert found == 0.0 or found == pytest.approx(in_the_open, abs=5e-4)
            n_seen, n_masked = n_seen + is_seen, n_masked + (not is_seen)
            continue
        n_odd += 1
        above, below = ((*target[:2], target[2] + shift) for shift in (GRAZING, -GRAZING))
        assert line_of_sight(terrain, antenna, above)
        assert not line_of_sight(terrain, antenna, below)
    assert n_seen > 200
    assert n_masked > 50
    assert n_odd < 0.02 * n_rows


TEAM = {
    "defence__batteries": {
        "team": {"system": "igla-s", "at": [35.22, 45.30], "fire_units": 4, "fire_unit_spread": "3 km"}
    },
    "raid__helicopter": {
        "threat": "mi-28ne", "count": 6, "from": [35.45, 45.30], "to": "city", "height": "150 m agl",
        "spread": "2 km",
    },
}  # fmt: skip


@pytest.mark.parametrize("visibility", ["30 km", "6 km"])
def test_look_tables_of_eyes_and_seekers_agree_with_the_slow_way(visibility):
    seen = {"optical": 0, "seeker": 0}
    n_odd = n_rows = 0
    for found, in_the_open, antenna, target, terrain, kind in rows(TEAM | {"area__visibility": visibility}):
        n_rows += 1
        if in_the_open < LEAST_PD + 5e-4:
            assert found < LEAST_PD + 1e-3
        elif (found > 0.0) == line_of_sight(terrain, antenna, target):
            assert found == 0.0 or found == pytest.approx(in_the_open, abs=5e-4)
            seen[kind] += found > 0.0
        else:
            n_odd += 1
    assert min(seen.values()) > 10
    assert n_odd < 0.02 * n_rows


def test_reach_bits_are_those_of_the_looks():
    lowered = lowered_of(HILLS, **SWEEP)
    world = lowered.world
    seen = (world.views.count > 0).any(axis=0)
    reach = world.routes.reachable
    np.testing.assert_array_equal((reach & IN_SIGHT_OF_SENSOR) > 0, seen)
    assert ((reach & IN_REACH_OF_SENSOR) > 0)[seen].all()
