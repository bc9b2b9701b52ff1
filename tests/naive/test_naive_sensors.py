"""Plain twins of what sensors report, lose and cannot part, on random inputs; compiled as well as plain."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest

from rempart.base.kernel import IS_PLAIN
from rempart.physics import direction_finding, doppler, jamming, measurement, multipath, resolution
from rempart.physics.multipath import DEEPEST_NULL, ROUGHNESS, FlatGround
from rempart.physics.propagation import SPEED_OF_LIGHT

KERNELS = {
    measurement.error_share: lambda rng: (rng.uniform(0, 100), rng.uniform(0, 50)),
    measurement.polar_report: lambda rng: (
        *(tuple(rng.normal(0.0, 4e4, 3)) for _ in range(3)),
        measurement.ReportErrors(50.0, 0.01, rng.choice([0.02, math.inf]), 3.0, 20.0, 0.01),
        tuple(rng.normal(size=4)),
    ),
    measurement.measured_position: lambda rng: (
        tuple(rng.normal(0.0, 4e4, 3)),
        tuple(rng.normal(0.0, 1e3, 3)),
        50.0,
        0.01,
        rng.choice([0.02, math.inf]),
        tuple(rng.normal(size=3)),
    ),
    resolution.are_unresolved: lambda rng: (
        *(tuple(rng.uniform(0, 6, 3)) for _ in range(2)),
        (3.0, 3.0, 3.0),
    ),
    doppler.doppler_response: lambda rng: (
        doppler.Doppler(10.0, rng.choice([90.0, math.inf])),
        rng.normal(0, 60),
    ),
    multipath.lobing_gain: lambda rng: (
        FlatGround(10 ** rng.uniform(8, 10), rng.uniform(2, 30), rng.choice([0.05, math.inf]), 6371e3),
        rng.uniform(0, 5e3),
        rng.uniform(1e3, 150e3),
    ),
    jamming.burn_through_range: lambda rng: (
        10 ** rng.uniform(15, 22),
        10 ** rng.uniform(0, 12),
        rng.uniform(1, 30),
    ),
    direction_finding.triangulation_errors: lambda rng: (rng.uniform(1e3, 3e5), 3e4, 0.002),
}


@pytest.mark.skipif(IS_PLAIN, reason="there is nothing compiled to compare with")
@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.__name__)
def test_compiled_is_plain(kernel):
    rng = np.random.default_rng(3)
    for _ in range(50):
        given = KERNELS[kernel](rng)
        compiled, plain = (np.array(one(*given), dtype=float) for one in (kernel, kernel.py_func))
        np.testing.assert_allclose(compiled, plain, rtol=1e-9, atol=1e-9)


def naive_reflection(low, high, distance, radius):
    """Halve the interval until both angles at the point of reflection are equal."""

    def steeper(near):
        far = distance - near
        return low / near - near / (2 * radius) - (high / far - far / (2 * radius))

    first, last = 1e-9 * distance, distance * (1.0 - 1e-9)
    for _ in range(200):
        middle = 0.5 * (first + last)
        first, last = (middle, last) if steeper(middle) > 0.0 else (first, middle)
    return middle


def naive_gain(ground, height, distance):
    """Two phasors over the plane that touches the earth at the reflection."""
    radius = ground.radius * 4.0 / 3.0
    near = naive_reflection(ground.antenna, height, distance, radius)
    low, high = ground.antenna - near**2 / 2 / radius, height - (distance - near) ** 2 / 2 / radius
    direct, reflected = math.hypot(distance, high - low), math.hypot(distance, high + low)
    wave = SPEED_OF_LIGHT / ground.frequency
    grazing = math.atan((low + high) / distance)
    strength = math.exp(-2 * (2 * math.pi * ROUGHNESS * math.sin(grazing) / wave) ** 2)
    apart = grazing + math.atan((high - low) / distance)
    strength *= math.exp(-2 * math.log(2) * (apart / ground.beamwidth) ** 2)
    field = 1.0 - strength * cmath.exp(-2j * math.pi * (reflected - direct) / wave)
    return max(abs(field) ** 4, DEEPEST_NULL)


@pytest.mark.parametrize("seed", range(40))
def test_lobes_are_those_of_two_phasors(seed):
    rng = np.random.default_rng(seed)
    ground = FlatGround(10 ** rng.uniform(8, 9.5), rng.uniform(5, 30), rng.choice([0.05, math.inf]), 6371e3)
    height, distance = rng.uniform(300, 6e3), rng.uniform(5e3, 60e3)
    assert multipath.lobing_gain(ground, height, distance) == pytest.approx(
        naive_gain(ground, height, distance), rel=1e-3, abs=1e-4
    )


@pytest.mark.parametrize("seed", range(10))
def test_burn_through_is_found_by_walking_in(seed):
    rng = np.random.default_rng(seed)
    strength, jam, needed = 10 ** rng.uniform(18, 22), 10 ** rng.uniform(5, 12), rng.uniform(5, 30)
    ranges = np.geomspace(1e6, 1.0, 200_000)
    ratio = strength / ranges**4 / (1.0 + jam / ranges**2)
    assert jamming.burn_through_range(strength, jam, needed) == pytest.approx(
        ranges[np.argmax(ratio >= needed)], rel=1e-4
    )
