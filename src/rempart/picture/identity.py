"""Identity from evidence: a small Bayesian net of one question, hostile or neutral, and six answers.

Each piece of evidence adds to the log-odds that the track is hostile the logarithm of how much more often
hostile tracks show it than neutral ones. Only interrogations need a second hidden node, whether
the track carries a transponder that works: many missing replies then say no more than that it does not.

Source: Bayes' rule; J. Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, ch. 2. The chances
are the scenario's (grade D). Limits: given the identity, the pieces count as independent; the
chances are what the defender believes, and may be wrong.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from rempart.base.kernel import by_address, lean_kernel
from rempart.events.identities import HOSTILE, NEUTRAL, UNKNOWN

YES_OR_NO = ("conduct", "corridor", "speed", "origin", "declared")
"""Evidence that a track shows or does not."""
NODES = ("reply", *YES_OR_NO)
MOST_LOG_ODDS = 30.0
"""No evidence makes surer than this; so a chance is never rounded to 0 or 1."""
TIE = 1e-9
"""A chance this near to a threshold has reached it."""


class Chances(NamedTuple):
    """How often a track shows a piece of evidence."""

    neutral: float
    hostile: float


class Evidence(NamedTuple):
    """What a group knows of a track; of yes-or-no evidence 1: shown, 0: not shown, -1: not known."""

    n_interrogations: int
    n_replies: int
    conduct: int
    """behaves as its flight plan says"""
    corridor: int
    """flies along a published corridor"""
    speed: int
    """has the speed, height and size of civil traffic"""
    origin: int
    """came from the threatened sector"""
    declared: int
    """another command declares it hostile; 0: neutral"""


@by_address
class IdentityNet(NamedTuple):
    """What the defender believes, ready to be added up; all in natural log-odds but for the chances."""

    prior: float
    decisive: float
    """chance at which an identity is declared"""
    works_neutral: float
    """chance that a neutral track's transponder works and would be understood"""
    works_hostile: float
    heard: float
    """chance that one reply of a working transponder is received"""
    false_reply: float
    """chance that one is received though none works"""
    conduct_shown: float
    conduct_absent: float
    corridor_shown: float
    corridor_absent: float
    speed_shown: float
    speed_absent: float
    origin_shown: float
    origin_absent: float
    declared_shown: float
    declared_absent: float


def identity_net(
    chances: Mapping[str, Chances],
    prior: float = 0.5,
    decisive: float = 0.9,
    heard: float = 1.0,
    false_reply: float = 0.0,
) -> IdentityNet:
    """The net of these pieces of evidence.

    Parameters
    ----------
    chances : mapping
        Name in `NODES` → how often neutral and hostile tracks show it, above 0 and below 1. For `reply`
        the chance that one interrogation is truly answered, no more than `heard`. What is not
        named tells nothing.
    prior : float
        Chance that a track is hostile before any evidence.
    decisive : float
        Chance at which an identity is declared.
    heard : float
        Chance that one reply of a working transponder is received.
    false_reply : float
        Chance that a reply is received at one interrogation though no transponder works; below `heard`.

    Raises
    ------
    ValueError
        If a number is out of range or a name is not that of a node.
    """
    _check_chances(chances)
    if not (0.0 < prior < 1.0 and 0.5 < decisive < 1.0 and 0.0 <= false_reply < heard <= 1.0):
        raise ValueError(f"prior {prior}, decisive {decisive}, false reply {false_reply}, heard {heard}")
    # Without the node, both kinds of track answer alike.
    reply = chances.get("reply", Chances(0.5 * heard, 0.5 * heard))
    if max(reply) > heard:
        raise ValueError(f"replies {reply} are received more often than {heard}")
    steps = [step for name in YES_OR_NO for step in _steps(chances.get(name))]
    works = (reply.neutral / heard, reply.hostile / heard)
    return IdentityNet(math.log(prior / (1.0 - prior)), decisive, *works, heard, false_reply, *steps)


def _check_chances(chances: Mapping[str, Chances]) -> None:
    for name, pair in chances.items():
        if name not in NODES:
            raise ValueError(f"{name!r} is none of {', '.join(NODES)}")
        if not all(0.0 < chance < 1.0 for chance in pair):
            raise ValueError(f"{name}: {pair} are not both above 0 and below 1")


def _steps(chances: Chances | None) -> tuple[float, float]:
    """What is added to the log-odds where evidence is shown, and where it is not."""
    if chances is None:
        return 0.0, 0.0
    neutral, hostile = chances
    return math.log(hostile / neutral), math.log((1.0 - hostile) / (1.0 - neutral))


@lean_kernel
def hostile_log_odds(evidence, net):
    """Natural log-odds that a track is hostile, in light of all evidence.

    Parameters
    ----------
    evidence : Evidence
    net : IdentityNet

    Returns
    -------
    float
        The prior plus one term for each piece of evidence, whatever the order in which they came; within
        `MOST_LOG_ODDS`, never NaN.
    """
    odds = net.prior + reply_step(evidence.n_interrogations, evidence.n_replies, net)
    odds += _step(evidence.conduct, net.conduct_shown, net.conduct_absent)
    odds += _step(evidence.corridor, net.corridor_shown, net.corridor_absent)
    odds += _step(evidence.speed, net.speed_shown, net.speed_absent)
    odds += _step(evidence.origin, net.origin_shown, net.origin_absent)
    odds += _step(evidence.declared, net.declared_shown, net.declared_absent)
    return _bounded(odds)


@lean_kernel
def hostile_chance(evidence, net):
    """Chance that a track is hostile, in light of all evidence; above 0 and below 1."""
    return 1.0 / (1.0 + math.exp(-hostile_log_odds(evidence, net)))


@lean_kernel
def identity_from_chance(chance, decisive):
    """Identity declared at this chance of hostile: unknown between `1 - decisive` and `decisive`."""
    if chance >= decisive - TIE:
        return HOSTILE
    if chance <= 1.0 - decisive + TIE:
        return NEUTRAL
    return UNKNOWN


@lean_kernel
def majority(n_hostile, n_neutral):
    """The declarations of other commands as one piece of evidence: 1 hostile, 0 neutral, -1 neither."""
    if n_hostile == n_neutral:
        return -1
    return 1 if n_hostile > n_neutral else 0


@lean_kernel
def reply_step(n_interrogations, n_replies, net):
    """What all interrogations so far add to the log-odds of hostile.

    Returns
    -------
    float
        0 before the first. As replies stay out it rises towards the log-odds of a transponder that
        does not work, and no further.
    """
    if n_interrogations <= 0:
        return 0.0
    working = _log_likelihood(n_interrogations, n_replies, net.heard)
    silent = _log_likelihood(n_interrogations, n_replies, net.false_reply)
    hostile = _log_mixture(working, silent, net.works_hostile)
    neutral = _log_mixture(working, silent, net.works_neutral)
    # Equal too where neither can be, which tells nothing.
    return 0.0 if hostile == neutral else _bounded(hostile - neutral)


@lean_kernel
def _log_likelihood(n_interrogations, n_replies, chance):
    """Logarithm of the chance of just these replies and misses, in their order."""
    return _log_power(chance, n_replies) + _log_power(1.0 - chance, n_interrogations - n_replies)


@lean_kernel
def _log_power(chance, count):
    if count <= 0:
        return 0.0
    return count * math.log(chance) if chance > 0.0 else -math.inf


@lean_kernel
def _log_mixture(one, other, share):
    """Logarithm of `share` times one likelihood and the rest times the other, both as logarithms."""
    one += _log_power(share, 1)
    other += _log_power(1.0 - share, 1)
    larger = max(one, other)
    if larger == -math.inf:
        return larger
    return larger + math.log(math.exp(one - larger) + math.exp(other - larger))


@lean_kernel
def _step(value, shown, absent):
    if value < 0:
        return 0.0
    return shown if value > 0 else absent


@lean_kernel
def _bounded(odds):
    return min(max(odds, -MOST_LOG_ODDS), MOST_LOG_ODDS)
