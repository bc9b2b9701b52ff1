"""Look tables of a real laydown over real ground, against a slow way that takes none of their steps.

The slow way goes through geodetic coordinates, asks for line of sight along its own profile, and
takes the radar equation as it is: no frame, no mask map, no table over signal-to-noise ratio.
"""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest

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
    rcs = naive_rcs(plan.system.rcs, path, sample, antenna)
    radar = search_radar(
        sensor.reference_range.value, sensor.reference_rcs.value, sensor.reference_pd.value,
        sensor.false_alarm.value, 1, int(sensor.swerling),
    )  # fmt: skip
    air = weather(sensor.frequency.value, lowered.scenario.area.rain)
    loss = excess_loss_db(
        air, distance, sensor.reference_range.value, max(antenna[2], 0.0), max(target[2], 0.0)
    )
    pd = look_pd(radar, distance, rcs, loss, int(plan.system.swerling))
    return (pd if pd >= LEAST_PD else 0.0), antenna, target


def naive_rcs(rcs, path, sample, antenna):
    before = min(sample, len(path) - 2)
    ecef = np.array(pymap3d.geodetic2ecef(*path[[before, before + 1, sample]].T, deg=False)).T
    line = np.array(pymap3d.geodetic2ecef(*antenna, deg=False)) - ecef[2]
    course = ecef[1] - ecef[0]
    cosine = line @ course / np.linalg.norm(line) / np.linalg.norm(course)
    end = 10.0 * math.log10((rcs.nose if cosine >= 0.0 else rcs.tail).value)
    side = 10.0 * math.log10(rcs.side.value)
    return 10.0 ** ((end + (side - end) * (1.0 - cosine**2)) / 10.0)


def rows(changes):
    """(pd of the tables, naive pd in the open, antenna, target) over sensors, routes and samples."""
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
                yield found, *naive_pd(placed, plan, lowered, path, sample), lowered.terrain


@pytest.mark.parametrize("rain", ["clear", "20 mm/h"])
def test_look_tables_agree_with_the_slow_way(rain):
    n_seen = n_masked = n_odd = n_rows = 0
    for found, in_the_open, antenna, target, terrain in rows({"area__weather": rain}):
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


def test_reach_bits_are_those_of_the_looks():
    lowered = lowered_of(HILLS, **SWEEP)
    world = lowered.world
    seen = (world.views.count > 0).any(axis=0)
    reach = world.routes.reachable
    np.testing.assert_array_equal((reach & IN_SIGHT_OF_SENSOR) > 0, seen)
    assert ((reach & IN_REACH_OF_SENSOR) > 0)[seen].all()
