"""Detection of a target in noise: thresholds, Swerling 0-4, and chains of looks.

Signal-to-noise ratios are power ratios per pulse, thresholds are sums of square-law outputs over
`n_pulses` in units of the mean noise output of one pulse.

Source: J. I. Marcum & P. Swerling, IRE Trans. IT-6 (1960); M. A. Richards, Fundamentals of Radar
Signal Processing, chapter 6. The sum of n outputs is gamma distributed with n + K degrees, where
K is Poisson (steady target) or negative binomial (fluctuating target); that one mixture gives all
five cases and Marcum's Q.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from rempart.base.kernel import kernel

_STEADY = math.inf
_MAX_TERMS = 100_000
_SMALLEST = 1e-290
_MAX_REGISTER = 20


@kernel
def _poisson_term(mean, count):
    """Chance of exactly `count` events of a Poisson law."""
    if mean <= 0.0:
        return 1.0 if count == 0 else 0.0
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1.0))


@kernel
def _poisson_tail(mean, count):
    """Chance of at least `count` events of a Poisson law, summed away from the mean."""
    step = 1 if count > mean else -1
    event = count if count > mean else count - 1
    term = _poisson_term(mean, event)
    total = 0.0
    while event >= 0 and term > 1e-18 * total:
        total += term
        term *= mean / (event + 1.0) if step > 0 else event / mean
        event += step
    return total if step > 0 else 1.0 - total


@kernel
def threshold(pfa, n_pulses):
    """Threshold of the sum of `n_pulses` square-law outputs for a false-alarm probability.

    Parameters
    ----------
    pfa : float
        0 < pfa < 1, per look.
    n_pulses : int

    Returns
    -------
    float
        Falls with `pfa`; -ln(pfa) for one pulse.
    """
    low, high = 0.0, n_pulses - 2.0 * math.log(pfa) + 12.0 * math.sqrt(-n_pulses * math.log(pfa))
    for _ in range(200):
        middle = 0.5 * (low + high)
        if _false_alarm(middle, n_pulses) > pfa:
            low = middle
        else:
            high = middle
        if high - low < 1e-13 * high:
            break
    return 0.5 * (low + high)


@kernel
def _false_alarm(level, n_pulses):
    """Chance that noise alone passes a level: fewer than `n_pulses` Poisson events."""
    term = _poisson_term(level, n_pulses - 1)
    total = 0.0
    for count in range(n_pulses - 1, -1, -1):
        total += term
        term *= count / level
    return total


@kernel
def _fluctuation_shape(swerling, n_pulses):
    """Shape of the gamma law of the target's strength summed over the look."""
    if swerling == 1:
        return 1.0
    if swerling == 2:
        return float(n_pulses)
    if swerling == 3:
        return 2.0
    if swerling == 4:
        return 2.0 * n_pulses
    return _STEADY


@kernel
def _first_weight(mean, shape, count):
    """Mixing weight of `count` extra degrees: Poisson if `shape` is infinite."""
    if shape == _STEADY or mean <= 0.0:
        return _poisson_term(mean, count)
    choose = math.lgamma(count + shape) - math.lgamma(shape) - math.lgamma(count + 1.0)
    log_stop = -shape * math.log1p(mean / shape)
    return math.exp(choose + log_stop - count * math.log1p(shape / mean))


@kernel
def _following_term(term, level, count):
    """Chance of `count` Poisson events from that of one fewer, unless that is too small to hold."""
    if term < _SMALLEST and count < level:
        return _poisson_term(level, count)
    return term * level / count


@kernel
def _mixture_pd(mean, level, n_pulses, shape):
    """Chance that a gamma variable with `n_pulses` + K degrees passes a level.

    The miss probability is summed, upwards from nine standard deviations below the mean of K;
    what lies below weighs less than rounding.
    """
    spread = math.sqrt(mean + (0.0 if shape == _STEADY else mean * mean / shape))
    count = int(max(0.0, mean - 9.0 * spread))
    weight = _first_weight(mean, shape, count)
    below = _poisson_tail(level, n_pulses + count)
    term = _poisson_term(level, n_pulses + count)
    miss = 0.0
    for _ in range(_MAX_TERMS):
        miss += weight * below
        grow = mean if shape == _STEADY else (count + shape) * mean / (mean + shape)
        count += 1
        weight *= grow / count
        below -= term
        term = _following_term(term, level, n_pulses + count)
        is_past_level = n_pulses + count > level and term < 1e-17
        if is_past_level or (count > mean and weight < 1e-18):
            break
    return min(1.0, max(0.0, 1.0 - miss))


@kernel
def detection_probability(snr, level, n_pulses, swerling):
    """Detection probability of one look.

    Parameters
    ----------
    snr : float
        Mean signal-to-noise power ratio per pulse.
    level : float
        From `threshold`.
    n_pulses : int
        Pulses summed without phase.
    swerling : int
        0 steady; 1, 3 the same in all pulses of the look; 2, 4 new in each pulse.

    Returns
    -------
    float
        Rises with `snr` from the false-alarm probability to 1; exact to about 1e-12.

    Limits
    ------
    Square-law detector, white noise, fixed threshold (no loss for adapting it).
    """
    return _mixture_pd(n_pulses * snr, level, n_pulses, _fluctuation_shape(swerling, n_pulses))


@kernel
def marcum_q(a, b, order):
    """Generalised Marcum Q function of integer order.

    Returns
    -------
    float
        Rises with `a`, falls with `b`; 1 at b = 0.
    """
    return _mixture_pd(0.5 * a * a, 0.5 * b * b, order, _STEADY)


@kernel
def required_snr(pd, pfa, n_pulses, swerling):
    """Signal-to-noise power ratio per pulse that gives a detection probability.

    Parameters
    ----------
    pd : float
        pfa < pd < 1.

    Returns
    -------
    float
        Inverse of `detection_probability`; between -60 and 90 dB.
    """
    level = threshold(pfa, n_pulses)
    low, high = -60.0, 90.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if detection_probability(10.0 ** (0.1 * middle), level, n_pulses, swerling) < pd:
            low = middle
        else:
            high = middle
    return 10.0 ** (0.05 * (low + high))


def coherent_pd(snr: float, pfa: float) -> float:
    """Detection probability of a steady target of known phase in complex noise.

    Returns
    -------
    float
        Above that of the square-law detector at the same `snr`.
    """
    normal = NormalDist()
    return 1.0 - normal.cdf(normal.inv_cdf(1.0 - pfa) - math.sqrt(2.0 * snr))


def albersheim_snr_db(pd: float, pfa: float, n_pulses: int) -> float:
    """Albersheim's approximation of the required ratio per pulse [dB], steady target.

    Source
    ------
    W. J. Albersheim, Proc. IEEE 69 (1981) 839; within 0.2 dB for n_pulses <= 8096,
    1e-7 <= pfa <= 1e-3 and 0.1 <= pd <= 0.9 (linear detector).
    """
    a, b = math.log(0.62 / pfa), math.log(pd / (1.0 - pd))
    gain = 6.2 + 4.54 / math.sqrt(n_pulses + 0.44)
    return -5.0 * math.log10(n_pulses) + gain * math.log10(a + 0.12 * a * b + 1.7 * b)


def shnidman_snr_db(pd: float, pfa: float, n_pulses: int, swerling: int) -> float:
    """Shnidman's approximation of the required ratio per pulse [dB], Swerling 0-4.

    Source
    ------
    D. A. Shnidman, IEEE Trans. AES 38 (2002) 1105; within about 0.5 dB for 0.1 <= pd <= 0.99,
    1e-9 <= pfa <= 1e-3 and 1 <= n_pulses <= 100.
    """
    side = math.copysign(1.0, pd - 0.5)
    eta = math.sqrt(-0.8 * math.log(4.0 * pfa * (1.0 - pfa)))
    eta += side * math.sqrt(-0.8 * math.log(4.0 * pd * (1.0 - pd)))
    alpha = 0.0 if n_pulses < 40 else 0.25
    steady = eta * (eta + 2.0 * math.sqrt(n_pulses / 2.0 + alpha - 0.25))
    shape = _fluctuation_shape(swerling, n_pulses)
    loss_db = (((17.7006 * pd - 18.4496) * pd + 14.5339) * pd - 3.525) / shape
    if pd > 0.872:
        tail = 0.7 * math.log(1e-5 / pfa) + (2 * n_pulses - 20) / 80
        loss_db += (math.exp(27.31 * pd - 25.14) + (pd - 0.8) * tail) / shape
    return loss_db + 10.0 * math.log10(steady / n_pulses)


@kernel
def cumulative_pd(pd):
    """Chance of at least one detection in independent looks.

    Parameters
    ----------
    pd : ndarray (n_looks,)

    Returns
    -------
    float
        Never below the largest `pd`.
    """
    missed = 1.0
    for look in range(pd.shape[0]):
        missed *= 1.0 - pd[look]
    return 1.0 - missed


@kernel
def m_of_n(m, n, pd):
    """Chance of at least `m` detections in `n` independent looks (binary integration).

    Returns
    -------
    float
        Rises with `pd` and `n`, falls with `m`; 1 - (1 - pd)^n for m = 1.
    """
    total, ways = 0.0, 1.0
    for hits in range(n + 1):
        if hits >= m:
            total += ways * pd**hits * (1.0 - pd) ** (n - hits)
        ways *= (n - hits) / (hits + 1.0)
    return total


def sliding_m_of_n(m: int, n: int, pd: np.ndarray) -> np.ndarray:
    """Chance, after each look, that some window of `n` looks has held `m` detections.

    An exact Markov chain over the hits and misses of the last n - 1 looks; a track that starts
    when `m` of the last `n` looks detect has this chance of having started.

    Parameters
    ----------
    m, n : int
        1 <= m <= n <= 20.
    pd : ndarray (n_looks,)
        Detection probability of each look.

    Returns
    -------
    ndarray (n_looks,)
        Never falls; equals `m_of_n` at look n if `pd` is constant.
    """
    if not 1 <= m <= n <= _MAX_REGISTER:
        raise ValueError(f"m = {m}, n = {n}: 1 <= m <= n <= {_MAX_REGISTER} is needed")
    return _sliding(m, n, np.asarray(pd, dtype=np.float64))


@kernel
def _sliding(m, n, pd):
    """See `sliding_m_of_n`; a register holds the last n - 1 looks as bits."""
    n_registers = 1 << (n - 1)
    chance = np.zeros(n_registers)
    chance[0] = 1.0
    started = np.zeros(pd.shape[0])
    done = 0.0
    for look in range(pd.shape[0]):
        following = np.zeros(n_registers)
        for register in range(n_registers):
            done += _shift(m, register, chance[register], pd[look], following)
        chance = following
        started[look] = done
    return started


@kernel
def _shift(m, register, chance, pd, following):
    """Move one register's chance on by a look; returns what completes `m` hits."""
    after_miss = (register << 1) & (following.shape[0] - 1)
    following[after_miss] += chance * (1.0 - pd)
    hits, rest = 1, register
    while rest > 0:
        hits += rest & 1
        rest >>= 1
    if hits >= m:
        return chance * pd
    following[((register << 1) | 1) & (following.shape[0] - 1)] += chance * pd
    return 0.0
