"""Closed forms of engagements: what the whole simulator must agree with where they hold.

Sources: A. R. Washburn & M. Kress, Combat Modeling (2009); D. A. Wilkening, Science & Global
Security 8 (1999) 183; K. Glazebrook & A. Washburn, Operations Research 52 (2004), a review of
shoot-look-shoot; B. O. Koopman, Search and Screening.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rempart.physics.detection import marcum_q
from rempart.physics.lethality import salvo_pk


def layered_leakage(pk: Sequence[float], shots: Sequence[int] | None = None) -> float:
    """Chance of passing independent layers.

    Parameters
    ----------
    pk : sequence of float
        Kill probability of one shot in each layer.
    shots : sequence of int, optional
        Shots in each layer; one each if not given.

    Returns
    -------
    float
        The product of (1 - pk)^shots.
    """
    counts = shots if shots is not None else [1] * len(pk)
    return math.prod(1.0 - salvo_pk(p, n) for p, n in zip(pk, counts, strict=True))


def shoot_look_shoot(
    salvos: Sequence[int], pk: float, p_kill_seen: float = 1.0, p_miss_seen: float = 1.0
) -> tuple[float, float]:
    """Chance of a leak, and mean number of rounds, against one target.

    A salvo is fired, its effect is looked at, and the next is fired unless a kill is declared.

    Parameters
    ----------
    salvos : sequence of int
        Rounds of each salvo.
    pk : float
        Of one round.
    p_kill_seen, p_miss_seen : float
        Chance that a dead target is declared dead, and a living one alive, at each look.

    Returns
    -------
    tuple of float
        Leak probability; mean rounds, at most the sum of `salvos`.
    """
    leak, rounds, alive, wasted = 0.0, 0.0, 1.0, 0.0
    for salvo in salvos:
        rounds += salvo * (alive + wasted)
        killed = alive * salvo_pk(pk, salvo)
        leak += (alive - killed) * (1.0 - p_miss_seen)
        alive = (alive - killed) * p_miss_seen
        wasted = (wasted + killed) * (1.0 - p_kill_seen)
    return leak + alive, rounds


def p_no_leak(n_threats: int, p_kill: float, p_common: float = 1.0, p_each: float = 1.0) -> float:
    """Chance that none of `n_threats` leaks.

    Parameters
    ----------
    p_kill : float
        Of each threat that is seen.
    p_common : float
        Chance that the defence sees at all (one draw for all threats).
    p_each : float
        Chance that a threat is seen (a draw for each).

    Returns
    -------
    float
        At equal mean leakage, larger for a common failure than for independent ones.
    """
    return float(p_common * (p_each * p_kill) ** n_threats)


def required_p_kill(n_threats: int, p_none: float) -> float:
    """Kill probability of each threat for a chance `p_none` that none leaks."""
    return float(p_none ** (1.0 / n_threats))


def uncoordinated_leakers(n_threats: int, n_rounds: int, pk: float) -> float:
    """Mean leakers when each round goes at a threat drawn at random.

    Returns
    -------
    float
        Never below `coordinated_leakers`.
    """
    return float(n_threats * (1.0 - pk / n_threats) ** n_rounds)


def coordinated_leakers(n_threats: int, n_rounds: int, pk: float) -> float:
    """Mean leakers when rounds are dealt out as evenly as possible."""
    each, over = divmod(n_rounds, n_threats)
    return float((n_threats - over) * (1.0 - pk) ** each + over * (1.0 - pk) ** (each + 1))


def raid_leakers(n_threats: int, n_rounds: int, n_salvos: int, pk: float) -> float:
    """Mean leakers of a raid against a finite magazine with perfect assessment.

    In each of `n_salvos` turns one round goes at every living threat while stock lasts.

    Returns
    -------
    float
        Exact; falls with `n_rounds`, `n_salvos` and `pk`.
    """
    chance = np.zeros((n_threats + 1, n_rounds + 1))
    chance[n_threats, n_rounds] = 1.0
    for _ in range(n_salvos):
        following = np.zeros_like(chance)
        for alive, stock in zip(*np.nonzero(chance), strict=True):
            shots = min(alive, stock)
            killed = _binomial(int(shots), pk)
            following[alive - np.arange(shots + 1), stock - shots] += chance[alive, stock] * killed
        chance = following
    return float(np.arange(n_threats + 1) @ chance.sum(axis=1))


def _binomial(n: int, p: float) -> np.ndarray:
    """Chances of 0 .. n successes."""
    return np.array([math.comb(n, k) * p**k * (1.0 - p) ** (n - k) for k in range(n + 1)])


def erlang_b(n_channels: int, load: float) -> float:
    """Chance that a threat of a random stream finds every channel busy, and is lost.

    Parameters
    ----------
    n_channels : int
    load : float
        Arrival rate times mean time for which a channel is bound.

    Returns
    -------
    float
        Falls with `n_channels`, rises with `load`; holds for any law of the service time.
    """
    blocked = 1.0
    for channel in range(1, n_channels + 1):
        blocked = load * blocked / (channel + load * blocked)
    return blocked


def cookie_cutter_pk(lethal_radius: float, cep: float, offset: float = 0.0) -> float:
    """Chance that a circular-normal shot falls within a radius of the target.

    Parameters
    ----------
    lethal_radius : float [m]
    cep : float [m]
        Radius about the aim point that holds half of the shots.
    offset : float [m]
        Between aim point and target.

    Returns
    -------
    float
        1 - 2^-(lethal_radius / cep)² at no offset; falls with `offset`.
    """
    deviation = cep / math.sqrt(2.0 * math.log(2.0))
    return float(1.0 - marcum_q(offset / deviation, lethal_radius / deviation, 1))


def carleton_pk(lethal_radius: float, cep: float, offset: float = 0.0) -> float:
    """Kill probability of a circular-normal shot whose effect falls off like a normal curve.

    Parameters
    ----------
    lethal_radius : float [m]
        The effect at miss distance r is exp(-r² / lethal_radius²), so that the lethal area is
        that of the cookie cutter.

    Returns
    -------
    float
        Never above 1; falls with `cep` and `offset`.
    """
    variance = cep * cep / (2.0 * math.log(2.0))
    spread = 1.0 + 2.0 * variance / lethal_radius**2
    return math.exp(-offset * offset / (lethal_radius**2 * spread)) / spread


def random_search_pd(sweep_width: float, speed: float, time: float, area: float) -> float:
    """Koopman's chance of detection by random search: 1 - exp(-width × speed × time / area)."""
    return -math.expm1(-sweep_width * speed * time / area)


def depth_of_fire(
    detection_range: float,
    target_speed: float,
    interceptor_speed: float,
    delays: tuple[float, float],
    range_min: float,
) -> list[float]:
    """Ranges [m] of successive intercepts of a head-on target, shoot-look-shoot.

    Parameters
    ----------
    detection_range, range_min : float [m]
    target_speed, interceptor_speed : float [m/s]
    delays : tuple of float [s]
        From detection to the first launch; from an intercept to the next launch.

    Returns
    -------
    list of float
        Falling, none below `range_min`.
    """
    share = interceptor_speed / (interceptor_speed + target_speed)
    ranges: list[float] = []
    place, delay = detection_range, delays[0]
    while True:
        place = (place - target_speed * delay) * share
        if place < range_min:
            return ranges
        ranges.append(place)
        delay = delays[1]
