"""Noise jamming: a raised floor of noise, and the range at which an echo burns through it."""

from __future__ import annotations

import math

from rempart.base.kernel import lean_kernel
from rempart.physics.propagation import SPEED_OF_LIGHT
from rempart.physics.radar import BOLTZMANN

ROOM_TEMPERATURE = 290.0
"""[K] to which a receiver's noise factor refers."""
NOISE_FACTOR, RECEIVE_LOSS = 2.0, 2.0
"""Assumed for every radar, as power ratios: 3 dB each (grade D)."""
SIDELOBE = 1e-3
"""Gain beside the main beam over that in it, where nothing is said: -30 dB (grade D)."""


def antenna_gain(azimuth_beam: float, elevation_beam: float) -> float:
    """Power gain of an antenna with these beamwidths [rad].

    Returns
    -------
    float
        Falls with either width; at least 1.

    Source
    ------
    26,000 over the product of the widths in degrees: M. I. Skolnik, Introduction to Radar Systems, chapter 9.
    """
    return max(26_000.0 / (math.degrees(azimuth_beam) * math.degrees(elevation_beam)), 1.0)


def jam_gain(frequency: float, gain: float) -> float:
    """Jamming over noise [m² Hz/W] that 1 W/Hz would cause in the main beam from 1 m.

    Parameters
    ----------
    frequency : float [Hz]
    gain : float
        Of the radar's antenna.

    Returns
    -------
    float
        G λ² / ((4π)² k T₀ F L); falls with the square of `frequency`.

    Source
    ------
    D. K. Barton, Radar System Analysis and Modeling, on jamming (one-way equation over k T B; a jammer wider
    than the receiver, so that bandwidths cancel).
    """
    wavelength = SPEED_OF_LIGHT / frequency
    noise = BOLTZMANN * ROOM_TEMPERATURE * NOISE_FACTOR * RECEIVE_LOSS
    return gain * wavelength * wavelength / ((4.0 * math.pi) ** 2 * noise)


@lean_kernel
def jamming_to_noise(density, gain, share, distance):
    """Jamming over noise in a radar's receiver.

    Parameters
    ----------
    density : float
        [W/Hz] that the jammer radiates towards the radar, its own antenna's gain included.
    gain : float
        [m² Hz/W] from `jam_gain`.
    share : float
        Gain of the radar's antenna towards the jammer over that in its main beam: 1 in it.
    distance : float
        [m] of the jammer.

    Returns
    -------
    float
        Falls with the square of `distance`; the jamming of several jammers adds up.
    """
    distance = max(distance, 1.0)
    return density * gain * share / (distance * distance)


@lean_kernel
def jammed_snr(snr, jam_to_noise):
    """Signal over noise and jamming.

    Returns
    -------
    float
        Never above `snr`, which it is without jamming.
    """
    return snr / (1.0 + jam_to_noise)


@lean_kernel
def burn_through_range(strength, jam_strength, snr):
    """Range within which a jammer that covers itself is detected all the same.

    Parameters
    ----------
    strength : float
        [m⁴] signal-to-noise ratio times the fourth power of the range.
    jam_strength : float
        [m²] jamming-to-noise ratio times the square of the range.
    snr : float
        Ratio that a detection needs.

    Returns
    -------
    float
        [m]; (strength/snr)^(1/4) without jamming, √(strength / (snr × jam_strength)) if it drowns all noise.

    Source
    ------
    Positive root of snr R⁴ + snr q R² = s, from S/N = s/R⁴ and J/N = q/R²: D. K. Barton, Radar System
    Analysis and Modeling; D. C. Schleher, Introduction to Electronic Warfare (self-screening).
    """
    half = 0.5 * jam_strength
    wanted = strength / snr
    return math.sqrt(wanted / (half + math.sqrt(half * half + wanted)))


@lean_kernel
def escorted_range(strength, jam_to_noise, snr):
    """Range within which a target is detected under jamming from elsewhere.

    Parameters
    ----------
    strength, snr : float
        As in `burn_through_range`.
    jam_to_noise : float
        Of the stand-off jammer, wherever the target is.

    Returns
    -------
    float
        [m]; falls with the fourth root of 1 + `jam_to_noise`.
    """
    return (strength / (snr * (1.0 + jam_to_noise))) ** 0.25
