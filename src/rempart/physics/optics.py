"""Eyes and cameras: what a look makes out of a target, through the air and by the light of the day.

A target is seen if it spans enough resolvable cycles. How many that are depends on its size, on the
sensor's resolution, and on how much contrast the air leaves of it. Seekers are no more than a lock range.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import lean_kernel

CYCLES_50 = {"detection": 1.0, "recognition": 4.0, "identification": 6.4}
"""Task → cycles across a target with which half of all observers fulfil it (Johnson 1958)."""
WAVELENGTHS = {"visual": 0.55e-6, "infrared": 4e-6}
"""Band → [m]; infrared stands for all of it and is taken in the middle window."""
CONTRAST_THRESHOLD = 0.02
"""Contrast that is left of a black target at the meteorological visibility."""
CLEAR_VISIBILITY = 23e3
"""[m]: "clear" in the usual scale of visibility, for which lock ranges are taken to be quoted."""
HAZE_HEIGHT = 1200.0
"""[m]: haze thins with this scale height (Elterman 1968; citation unchecked)."""
FIXATION = 3.4
"""[s]: a view holding a target that all would find yields it in this mean time (Howe 1993)."""

_ALL_OF_THEM = 20.0
"""So many times the cycles for 50 % differ from certainty by less than rounding."""


class Sight(NamedTuple):
    """An eye or a camera, in the air and the light of a scenario."""

    detail: float
    """[rad] smallest that it resolves at full contrast; infinite if it is blind"""
    cycles_50: float
    """cycles across a target that half of all observers need"""
    contrast: float
    """of a target at no distance, as a part of full contrast"""
    least_contrast: float
    """below it nothing is noticed"""
    extinction: float
    """[1/m] at the ground"""
    glimpse: float
    """[s] that each view gets in one look; infinite if it stays on its target"""


class Lock(NamedTuple):
    """How far a round holds a target before launch, in the air and the light of a scenario."""

    ranges: np.ndarray
    """(n_classes,) [m] from behind in clear air; zero for a class that it does not hold"""
    head_on: float
    """the part of it that is left from ahead"""
    extinction: float
    """[1/m] at the ground, in the infrared"""
    clear_extinction: float
    """[1/m] in which the ranges hold"""
    visibility: float
    """[m]: nobody aims at what haze hides"""


BLIND = Sight(math.inf, 1.0, 1.0, CONTRAST_THRESHOLD, 0.0, 0.0)
"""What a sensor has that does not look by light."""


@lean_kernel
def haze_extinction(visibility, wavelength):
    """Extinction by haze.

    Parameters
    ----------
    visibility : float [m]
        Meteorological: where 2 % of the contrast is left in the visual band.
    wavelength : float [m]

    Returns
    -------
    float [1/m]
        3.912 / visibility at 0.55 µm; falls with visibility and with wavelength.

    Source
    ------
    Koschmieder (1924); over wavelength Kruse, McGlauchlin & McQuistan (1962), below 6 km
    visibility with the exponents of Kim, McArthur & Korevaar (2001).

    Limits
    ------
    Haze and fog; sand takes away infrared as much as light.
    """
    exponent = 1.6
    if visibility <= 50e3:
        exponent = 1.3
    if visibility < 6e3:
        exponent = max(0.0, min(0.16e-3 * visibility + 0.34, 1e-3 * visibility - 0.5))
    return -math.log(CONTRAST_THRESHOLD) / visibility * (wavelength / 0.55e-6) ** -exponent


@lean_kernel
def rain_extinction(rain_rate):
    """Extinction by rain, in all bands alike.

    Parameters
    ----------
    rain_rate : float [m/s]

    Returns
    -------
    float [1/m]
        Rises with rain; 0 without.

    Source
    ------
    Carbonneau's 1.076 R^0.67 dB/km, R in mm/h (Recommendation ITU-R P.1814).
    """
    if rain_rate <= 0.0:
        return 0.0
    return 1.076e-3 * (rain_rate * 3.6e6) ** 0.67 * math.log(10.0) / 10.0


@lean_kernel
def air_depth(distance, rise):
    """Length of hazy path that takes away as much at the ground.

    Parameters
    ----------
    distance : float [m]
    rise : float [m]
        Of the target above the sensor; none counts if it is below.

    Returns
    -------
    float [m]
        `distance` along the ground, less upwards.
    """
    scaled = rise / HAZE_HEIGHT
    return distance if scaled < 1e-6 else -distance * math.expm1(-scaled) / scaled


@lean_kernel
def transmission(extinction, depth):
    """Share of the contrast that the air leaves.

    Returns
    -------
    float
        In (0, 1]; falls with both.
    """
    return math.exp(-extinction * depth)


@lean_kernel
def cycles_across(size, distance, detail):
    """Resolvable cycles across a target at full contrast; a cycle is two details.

    Parameters
    ----------
    size, distance : float [m]
    detail : float [rad]

    Returns
    -------
    float
        Falls with `distance` and `detail`; exact where the target is small against its distance.
    """
    return size / (2.0 * detail * max(distance, 1.0))


@lean_kernel
def resolution_share(contrast, least_contrast):
    """What is left of the resolution at a contrast.

    The least contrast that is noticed grows exponentially with the fineness of a pattern, so the
    finest pattern that is noticed goes with the logarithm of the contrast.

    Returns
    -------
    float
        1 at full contrast, falls to 0 at `least_contrast`.

    Source
    ------
    F. W. Campbell & J. G. Robson, J. Physiol. 197 (1968): exponential fall at fine patterns.
    """
    if contrast <= least_contrast:
        return 0.0
    return math.log(contrast / least_contrast) / -math.log(least_contrast)


@lean_kernel
def transfer_probability(ratio):
    """Chance that an observer with time fulfils a task, over cycles as a part of those for 50 %.

    Returns
    -------
    float
        Rises from 0 at 0 through 0.5 at 1.

    Source
    ------
    Target transfer probability function of Johnson's criteria (G. C. Holst, Electro-Optical
    Imaging System Performance): exponent 2.7 + 0.7 ratio.
    """
    bounded = min(ratio, _ALL_OF_THEM)
    odds = bounded ** (2.7 + 0.7 * bounded)
    return odds / (1.0 + odds)


@lean_kernel
def glimpse_probability(probability, glimpse):
    """Chance to find a target in one look that gives each view only so much time.

    Parameters
    ----------
    probability : float
        With all the time that is wanted.
    glimpse : float [s]

    Returns
    -------
    float
        At most `probability`, which it becomes with time; 0 without.

    Source
    ------
    Search in the field of view, J. D. Howe, The Infrared & Electro-Optical Systems Handbook,
    vol. 4 (1993): mean time 3.4 s / probability.
    """
    return -probability * math.expm1(-probability * glimpse / FIXATION) if probability > 0.0 else 0.0


@lean_kernel
def sight_pd(sight, area, distance, rise):
    """Probability that one look of an eye or a camera finds a target.

    Parameters
    ----------
    sight : Sight
    area : float [m²]
        Presented; its root is the size.
    distance : float [m]
    rise : float [m]
        Of the target above the sensor.

    Returns
    -------
    float
        Falls with `distance` and extinction, rises with `area`, `rise` and the time of a glimpse.

    Limits
    ------
    One contrast for all targets, from all sides; no glint, contrail or smoke; no clutter; looks
    are independent, and observers neither tire nor learn.
    """
    left = sight.contrast * transmission(sight.extinction, air_depth(distance, rise))
    cycles = cycles_across(math.sqrt(area), distance, sight.detail)
    cycles *= resolution_share(left, sight.least_contrast)
    return glimpse_probability(transfer_probability(cycles / sight.cycles_50), sight.glimpse)


@lean_kernel
def lock_pd(lock, vehicle_class, cosine, distance, rise):
    """Probability that a round holds a target before launch.

    What arrives falls with the square of the distance and with the air; half of all targets are
    held where that is as much as at the lock range in clear air.

    Parameters
    ----------
    lock : Lock
    vehicle_class : int
    cosine : float
        Of the aspect, from `rcs.aspect_cosine`: 1 from ahead.
    distance : float [m]
    rise : float [m]
        Of the target above the gunner.

    Returns
    -------
    float
        0.5 at the lock range in clear air; falls with `distance` and `cosine`, 0 beyond the visibility.

    Limits
    ------
    A coarse range by class and nothing else: no background, no sun, no flares.
    """
    clear = lock.ranges[vehicle_class] * (1.0 - (1.0 - lock.head_on) * 0.5 * (1.0 + cosine))
    depth = air_depth(distance, rise)
    if clear <= 0.0 or depth > lock.visibility:
        return 0.0
    lost = lock.extinction * depth - lock.clear_extinction * clear
    return transfer_probability(clear / max(distance, 1.0) * math.exp(-0.5 * lost))
