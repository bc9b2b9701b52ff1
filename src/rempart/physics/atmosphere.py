"""The standard atmosphere: temperature, pressure, density and speed of sound over height.

Source: ISO 2533 / U.S. Standard Atmosphere 1976, the seven layers below 84.852 km of geopotential
height. The figures are those of a standard day; weather and latitude are not modelled.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import kernel

GRAVITY = 9.80665
"""Standard acceleration of gravity [m/s²]."""
_GAS_CONSTANT = 287.05287
_HEAT_RATIO = 1.4
_RADIUS = 6_356_766.0
_BASES = (0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3, 84_852.0)
_LAPSES = (-6.5e-3, 0.0, 1e-3, 2.8e-3, 0.0, -2.8e-3, -2e-3)


class Air(NamedTuple):
    """State of the air."""

    temperature: float
    """[K]"""
    pressure: float
    """[Pa]"""
    density: float
    """[kg/m³]"""
    sound_speed: float
    """[m/s]"""


@kernel
def geopotential_height(height):
    """Geopotential height [m] of a geometric height above mean sea level [m].

    Returns
    -------
    float
        Below `height` by its square over the Earth's radius.
    """
    return height * _RADIUS / (_RADIUS + height)


@kernel
def standard_air(geopotential):
    """Air of the standard atmosphere.

    Parameters
    ----------
    geopotential : float [m]
        -5,000 to 84,852; taken as the nearest of these outside.

    Returns
    -------
    Air
        Pressure and density fall with height.
    """
    level = min(max(geopotential, -5000.0), _BASES[7])
    temperature, pressure = 288.15, 101_325.0
    for layer in range(7):
        if layer > 0 and level <= _BASES[layer]:
            break
        rise = min(level, _BASES[layer + 1]) - _BASES[layer]
        pressure *= _pressure_ratio(temperature, _LAPSES[layer], rise)
        temperature += _LAPSES[layer] * rise
    density = pressure / (_GAS_CONSTANT * temperature)
    return Air(temperature, pressure, density, math.sqrt(_HEAT_RATIO * _GAS_CONSTANT * temperature))


@kernel
def _pressure_ratio(temperature, lapse, rise):
    """Pressure at the top over pressure at the foot of a layer of constant lapse rate."""
    if lapse == 0.0:
        return math.exp(-GRAVITY * rise / (_GAS_CONSTANT * temperature))
    return (1.0 + lapse * rise / temperature) ** (-GRAVITY / (_GAS_CONSTANT * lapse))


@kernel
def true_airspeed(mach, geopotential):
    """Speed [m/s] through the standard air at a Mach number and geopotential height [m]."""
    return mach * standard_air(geopotential).sound_speed
