"""What lies between a radar and its target: gas, rain, spreading, an edge, a reflecting ground.

Looks of a search radar use the losses by gas and rain, and over flat ground the two rays, see
`multipath`. Diffraction is a closed form on its own; no look uses it.
"""

from __future__ import annotations

import functools
import math
from importlib import resources
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import kernel

SPEED_OF_LIGHT = 299_792_458.0
OXYGEN_HEIGHT = 5_200.0
"""Scale height of the loss by oxygen [m] (P.676 equivalent height away from the lines)."""
VAPOUR_HEIGHT = 1_700.0
"""Scale height of the loss by water vapour [m] (P.676 equivalent height away from the lines)."""
RAIN_HEIGHT = 4_000.0
"""Rain falls below this height above mean sea level [m] (assumption, grade D)."""

_MM_PER_HOUR = 1e-3 / 3600.0
_LOWEST_RAIN_FREQUENCY = 1e9
# Rows of a·exp(-((log10 f - b)/c)²), then slope and constant over log10 f; P.838-3, tables 1 to 4.
_K_HORIZONTAL = (
    ((-5.33980, -0.10008, 1.13098), (-0.35351, 1.26970, 0.45400),
     (-0.23789, 0.86036, 0.15354), (-0.94158, 0.64552, 0.16817)), -0.18961, 0.71147,
)  # fmt: skip
_K_VERTICAL = (
    ((-3.80595, 0.56934, 0.81061), (-3.44965, -0.22911, 0.51059),
     (-0.39902, 0.73042, 0.11899), (0.50167, 1.07319, 0.27195)), -0.16398, 0.63297,
)  # fmt: skip
_ALPHA_HORIZONTAL = (
    ((-0.14318, 1.82442, -0.55187), (0.29591, 0.77564, 0.19822), (0.32177, 0.63773, 0.13164),
     (-5.37610, -0.96230, 1.47828), (16.1721, -3.29980, 3.43990)), 0.67849, -1.95537,
)  # fmt: skip
_ALPHA_VERTICAL = (
    ((-0.07771, 2.33840, -0.76284), (0.56727, 0.95545, 0.54039), (-0.20238, 1.14520, 0.26809),
     (-48.2991, 0.791669, 0.116226), (48.5833, 0.791459, 0.116479)), -0.053739, 0.83433,
)  # fmt: skip


class Weather(NamedTuple):
    """One-way specific losses of the air for one radar."""

    oxygen_db: float
    """[dB/m] at sea level"""
    vapour_db: float
    """[dB/m] at sea level"""
    rain_db: float
    """[dB/m] in the rain"""
    rain_extent: float
    """[m]: rain weighs on no more than about this length of a path"""
    rain_height: float
    """[m above mean sea level]"""


@functools.cache
def _gas_table() -> np.ndarray:
    """Logarithms of frequency [GHz] and of loss [dB/km] by oxygen and by vapour (n, 3)."""
    source = resources.files("rempart.physics") / "gas_attenuation.csv"
    return np.log(np.loadtxt(source.read_text().splitlines(), delimiter=","))


def gas_attenuation_db(frequency: float) -> tuple[float, float]:
    """Specific loss [dB/m] by oxygen and by water vapour at sea level.

    Parameters
    ----------
    frequency : float [Hz]
        0.1 to 200 GHz; the value at the nearer end outside.

    Source
    ------
    Recommendation ITU-R P.676-12, Annex 1, at 1013.25 hPa, 15 °C and 7.5 g/m³, tabulated; the
    table keeps within 0.08 % of the sum over lines.
    """
    table = _gas_table()
    place = math.log(frequency / 1e9)
    oxygen, vapour = (math.exp(np.interp(place, table[:, 0], table[:, part])) for part in (1, 2))
    return oxygen / 1e3, vapour / 1e3


def _regression(rows: tuple, log_frequency: float) -> float:
    bells, slope, constant = rows
    total = sum(a * math.exp(-(((log_frequency - b) / c) ** 2)) for a, b, c in bells)
    return float(total + slope * log_frequency + constant)


def rain_coefficients(frequency: float, elevation: float = 0.0, tilt: float = 0.0) -> tuple[float, float]:
    """Coefficients k and alpha of the rain law k R^alpha [dB/km], R in mm/h.

    Parameters
    ----------
    frequency : float [Hz]
        1 to 1000 GHz.
    elevation : float [rad]
        Of the path.
    tilt : float [rad]
        Of the polarisation from horizontal; π/4 for circular.

    Source
    ------
    Recommendation ITU-R P.838-3.
    """
    place = math.log10(frequency / 1e9)
    k_h, k_v = 10 ** _regression(_K_HORIZONTAL, place), 10 ** _regression(_K_VERTICAL, place)
    a_h, a_v = _regression(_ALPHA_HORIZONTAL, place), _regression(_ALPHA_VERTICAL, place)
    turn = math.cos(elevation) ** 2 * math.cos(2.0 * tilt)
    k = (k_h + k_v + (k_h - k_v) * turn) / 2.0
    return k, (k_h * a_h + k_v * a_v + (k_h * a_h - k_v * a_v) * turn) / (2.0 * k)


def rain_attenuation_db(
    frequency: float, rain_rate: float, elevation: float = 0.0, tilt: float = 0.0
) -> float:
    """Specific loss [dB/m] in rain.

    Parameters
    ----------
    frequency : float [Hz]
    rain_rate : float [m/s]

    Returns
    -------
    float
        Rises with `rain_rate`; 0 below 1 GHz, where the recommendation ends.
    """
    if rain_rate <= 0.0 or frequency < _LOWEST_RAIN_FREQUENCY:
        return 0.0
    k, alpha = rain_coefficients(frequency, elevation, tilt)
    return float(k * (rain_rate / _MM_PER_HOUR) ** alpha / 1e3)


def weather(frequency: float, rain_rate: float = 0.0, rain_height: float = RAIN_HEIGHT) -> Weather:
    """Losses for one radar; clear air unless there is rain.

    Parameters
    ----------
    frequency : float [Hz]
    rain_rate : float [m/s]
    rain_height : float [m above mean sea level]

    Source
    ------
    Rain does not fill a long path: effective length d / (1 + d / d0) with d0 = 35 km
    exp(-0.015 R), R in mm/h up to 100 (older editions of Recommendation ITU-R P.530, for links
    on the ground; citation unchecked).
    """
    oxygen, vapour = gas_attenuation_db(frequency)
    extent = 35e3 * math.exp(-0.015 * min(rain_rate / _MM_PER_HOUR, 100.0))
    return Weather(oxygen, vapour, rain_attenuation_db(frequency, rain_rate), extent, rain_height)


@kernel
def _mean_decay(height, height_to, scale):
    """Mean of exp(-h / scale) over heights from `height` to `height_to`."""
    rise = (height_to - height) / scale
    first = math.exp(-height / scale)
    return first if abs(rise) < 1e-9 else -first * math.expm1(-rise) / rise


@kernel
def gas_loss_db(weather, distance, height, height_to):
    """One-way loss by gas [dB] along a path.

    Parameters
    ----------
    weather : Weather
    distance : float [m]
    height, height_to : float [m above mean sea level]
        Of the two ends.

    Returns
    -------
    float
        Proportional to `distance`; falls with either height.

    Limits
    ------
    Height is taken as linear along the path, so on paths of hundreds of kilometres, which sag
    below that, the loss is some per cent too small. Humidity is that of the standard.
    """
    oxygen = weather.oxygen_db * _mean_decay(height, height_to, OXYGEN_HEIGHT)
    vapour = weather.vapour_db * _mean_decay(height, height_to, VAPOUR_HEIGHT)
    return distance * (oxygen + vapour)


@kernel
def rain_loss_db(weather, distance, height, height_to):
    """One-way loss by rain [dB] along a path.

    Returns
    -------
    float
        Rises with `distance`, up to `rain_db * rain_extent`; 0 above `rain_height`.
    """
    low, high = min(height, height_to), max(height, height_to)
    if low >= weather.rain_height:
        return 0.0
    wet = distance
    if high > weather.rain_height:
        wet = distance * (weather.rain_height - low) / (high - low)
    return weather.rain_db * wet / (1.0 + wet / weather.rain_extent)


@kernel
def excess_loss_db(weather, distance, reference, height, height_to):
    """Two-way loss [dB] beyond that which a published range in clear air already holds.

    Parameters
    ----------
    weather : Weather
    distance : float [m]
    reference : float [m]
        The published range; its gas loss is taken at the same mean height.
    height, height_to : float [m above mean sea level]

    Returns
    -------
    float
        0 in clear air at `reference`; rises with `distance`.
    """
    gas = gas_loss_db(weather, distance - reference, height, height_to)
    return 2.0 * (gas + rain_loss_db(weather, distance, height, height_to))


def free_space_loss_db(frequency: float, distance: float) -> float:
    """One-way spreading loss [dB] between isotropic antennas (Recommendation ITU-R P.525)."""
    return 20.0 * math.log10(4.0 * math.pi * distance * frequency / SPEED_OF_LIGHT)


def refractivity(pressure: float, temperature: float, vapour_density: float) -> float:
    """Radio refractivity [N units] of air.

    Parameters
    ----------
    pressure : float [Pa]
        Total, vapour included.
    temperature : float [K]
    vapour_density : float [kg/m³]

    Source
    ------
    Recommendation ITU-R P.453: N = 77.6 / T (p + 4810 e / T), p and e in hPa.
    """
    vapour_hpa = vapour_density * 1e3 * temperature / 216.7
    return 77.6 / temperature * (pressure / 100.0 + 4810.0 * vapour_hpa / temperature)


@kernel
def two_ray_factor(frequency, height, height_to, ground_range, reflection):
    """Pattern propagation factor over flat reflecting ground: field over free-space field.

    Parameters
    ----------
    frequency : float [Hz]
    height, height_to, ground_range : float [m]
    reflection : float
        Coefficient of the ground; -1 for a smooth sea at grazing incidence.

    Returns
    -------
    float
        Between 0 and 2; goes in and out with the path difference of the two rays.

    Source
    ------
    L. V. Blake, Radar Range-Performance Analysis (exact path difference).
    """
    direct = math.hypot(ground_range, height_to - height)
    detour = 4.0 * height * height_to / (math.hypot(ground_range, height_to + height) + direct)
    phase = 2.0 * math.pi * frequency * detour / SPEED_OF_LIGHT
    cancelled, turned = 1.0 + reflection, math.sin(0.5 * phase)
    return math.sqrt(max(cancelled * cancelled - 4.0 * reflection * turned * turned, 0.0))


def lobe_elevations(frequency: float, height: float) -> tuple[float, float]:
    """Elevations [rad] of the first maximum and the first null over flat ground (reflection -1)."""
    wavelength = SPEED_OF_LIGHT / frequency
    return math.asin(wavelength / (4.0 * height)), math.asin(wavelength / (2.0 * height))


def knife_edge_loss_db(nu: float) -> float:
    """Loss [dB] behind a single knife edge.

    Parameters
    ----------
    nu : float
        Diffraction parameter; 0 where the edge touches the ray, negative where it clears it.

    Source
    ------
    Recommendation ITU-R P.526, approximation for nu > -0.78; 0 below.
    """
    if nu <= -0.78:
        return 0.0
    lift = nu - 0.1
    return 6.9 + 20.0 * math.log10(math.sqrt(lift * lift + 1.0) + lift)
