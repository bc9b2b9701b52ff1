"""Identity from evidence: a transponder reply, and whether the track behaves as traffic should.

Each piece of evidence multiplies the odds that the track is hostile by the ratio of how often
hostile and neutral tracks show it (Bayes' rule, the two pieces taken as independent).

Source: the rates are project assumptions (grade D). Limits: two pieces of evidence only; the
chances are what the defender believes, the vehicle's true chances are the scenario's.
"""

from __future__ import annotations

from rempart.base.kernel import lean_kernel
from rempart.events.identities import HOSTILE, NEUTRAL, UNKNOWN

P_REPLY_NEUTRAL, P_REPLY_HOSTILE = 0.95, 0.02
P_CONFORMS_NEUTRAL, P_CONFORMS_HOSTILE = 0.95, 0.05
PRIOR_ODDS = 1.0
"""Odds of hostile to neutral before any evidence."""
DECISIVE_ODDS = 9.0
"""Odds (probability 0.9) at which an identity is declared."""


@lean_kernel
def hostile_odds(replied, conforms):
    """Odds of hostile to neutral after both pieces of evidence; a reply or conformity lowers them."""
    odds = PRIOR_ODDS
    if replied:
        odds *= P_REPLY_HOSTILE / P_REPLY_NEUTRAL
    else:
        odds *= (1.0 - P_REPLY_HOSTILE) / (1.0 - P_REPLY_NEUTRAL)
    if conforms:
        odds *= P_CONFORMS_HOSTILE / P_CONFORMS_NEUTRAL
    else:
        odds *= (1.0 - P_CONFORMS_HOSTILE) / (1.0 - P_CONFORMS_NEUTRAL)
    return odds


@lean_kernel
def identity_from(replied, conforms):
    """Identity declared on this evidence: hostile, neutral, or unknown between the two thresholds."""
    odds = hostile_odds(replied, conforms)
    if odds >= DECISIVE_ODDS:
        return HOSTILE
    if odds <= 1.0 / DECISIVE_ODDS:
        return NEUTRAL
    return UNKNOWN
