"""The radar range equation, from first principles and calibrated by a published pair.

A published pair says at which range a radar detects a target of which cross-section, and how
surely. It fixes the product of power, gains, wavelength, noise and losses, which nobody
publishes; everything else follows from the fourth-power law.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import kernel
from rempart.physics.detection import detection_probability, required_snr, threshold
from rempart.physics.propagation import SPEED_OF_LIGHT

BOLTZMANN = 1.380649e-23


class RadarEquation(NamedTuple):
    """What goes into the range equation; gains and loss are power ratios."""

    peak_power: float
    """[W]"""
    pulse_width: float
    """[s]"""
    frequency: float
    """[Hz]"""
    gain_transmit: float
    gain_receive: float
    temperature: float
    """[K], of the system's noise"""
    loss: float
    """at least 1"""


class SearchRadar(NamedTuple):
    """A radar known by one published pair of range and cross-section."""

    range: float
    """[m] of the pair"""
    rcs: float
    """[m²] of the pair"""
    snr: float
    """power ratio per pulse that the pair implies"""
    level: float
    """threshold, from `detection.threshold`"""
    n_pulses: int


@kernel
def _strength(radar):
    """Signal-to-noise ratio of 1 m² when both ranges are 1 m."""
    wavelength = SPEED_OF_LIGHT / radar.frequency
    energy = radar.peak_power * radar.pulse_width * radar.gain_transmit * radar.gain_receive
    noise = (4.0 * math.pi) ** 3 * BOLTZMANN * radar.temperature * radar.loss
    return energy * wavelength * wavelength / noise


@kernel
def bistatic_snr(radar, rcs, range_transmit, range_receive):
    """Signal-to-noise power ratio of one pulse with separate transmitter and receiver.

    Parameters
    ----------
    radar : RadarEquation
    rcs : float [m²]
    range_transmit, range_receive : float [m]

    Returns
    -------
    float
        Proportional to `rcs`; falls with the square of either range.

    Source
    ------
    M. I. Skolnik, Introduction to Radar Systems, chapters 1 and 2 (matched filter).
    """
    return _strength(radar) * rcs / (range_transmit * range_receive) ** 2


@kernel
def monostatic_snr(radar, rcs, distance):
    """Signal-to-noise power ratio of one pulse.

    Returns
    -------
    float
        Falls with the fourth power of `distance`.
    """
    return bistatic_snr(radar, rcs, distance, distance)


@kernel
def max_range(radar, rcs, snr):
    """Range [m] at which one pulse has a given signal-to-noise power ratio.

    Returns
    -------
    float
        Inverse of `monostatic_snr`; rises with the fourth root of `rcs`.
    """
    return (_strength(radar) * rcs / snr) ** 0.25


@kernel
def search_radar(distance, rcs, pd, pfa, n_pulses, swerling):
    """Calibrate a radar by a published pair.

    Parameters
    ----------
    distance : float [m]
    rcs : float [m²]
    pd : float
        Detection probability of one look that the pair stands for; 0.5 where nothing is said.
    pfa : float
        False-alarm probability per look.
    n_pulses : int
        Pulses summed in one look.
    swerling : int
        Fluctuation of the target of the pair.

    Returns
    -------
    SearchRadar
        `look_pd` of it at `distance` and `rcs` is `pd`.
    """
    snr = required_snr(pd, pfa, n_pulses, swerling)
    return SearchRadar(distance, rcs, snr, threshold(pfa, n_pulses), n_pulses)


@kernel
def search_snr(radar, distance, rcs, loss_db):
    """Signal-to-noise power ratio per pulse of a calibrated radar.

    Parameters
    ----------
    radar : SearchRadar
    distance : float [m]
    rcs : float [m²]
    loss_db : float [dB]
        Two-way loss beyond what the pair already holds, from `propagation.excess_loss_db`.

    Returns
    -------
    float
        Falls with the fourth power of `distance` at equal loss.
    """
    ratio = radar.range / max(distance, 1.0)
    return radar.snr * rcs / radar.rcs * ratio**4 * 10.0 ** (-0.1 * loss_db)


@kernel
def look_pd(radar, distance, rcs, loss_db, swerling):
    """Detection probability of one look of a calibrated radar at a target in line of sight.

    Returns
    -------
    float
        Rises with `rcs`, falls with `distance` and `loss_db`.

    Limits
    ------
    Free space between radar and target: no ground reflection, clutter or jamming.
    """
    snr = search_snr(radar, distance, rcs, loss_db)
    return detection_probability(snr, radar.level, radar.n_pulses, swerling)
