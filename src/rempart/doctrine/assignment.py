"""Weapon assignment: how good one weapon is for one track, by one of four rules."""

from __future__ import annotations

from rempart.base.kernel import lean_kernel

RULES: dict[str, str] = {
    "marginal-return": "kill probability, less for a weapon whose magazine runs low",
    "nearest": "the weapon that would intercept at the shortest distance from itself",
    "earliest": "the weapon that would intercept first",
    "least-cost": "the weapon that would cost least per expected kill",
}
"""Rule → what it prefers, in index order."""
RULE_NAMES: tuple[str, ...] = tuple(RULES)
MARGINAL_RETURN, NEAREST, EARLIEST, LEAST_COST = range(len(RULE_NAMES))

CHEAPEST_ROUND = 1.0
"""A round that costs less counts as this much [USD], so that free ones differ by their pk."""


@lean_kernel
def assignment_score(rule, pk, intercept_delay, intercept_range, fraction_left, cost):
    """Merit of one weapon for one track; the greatest wins.

    Parameters
    ----------
    rule : int
        Index into `RULES`.
    pk : float
        Kill probability expected of one round, above zero.
    intercept_delay : float
        Time until intercept [s].
    intercept_range : float
        Distance from the fire unit at intercept [m].
    fraction_left : float
        Ready rounds over loaded rounds, in (0, 1].
    cost : float
        Of one round [USD].

    Returns
    -------
    float
        Under marginal return it grows with pk and with the rounds left: spending one of the last
        rounds forgoes the kills it could make later, so an almost empty magazine halves the merit.
        Under least cost it is minus the cost of one round over pk, so among rounds of one price the
        surest wins.
    """
    if rule == NEAREST:
        return -intercept_range
    if rule == EARLIEST:
        return -intercept_delay
    if rule == LEAST_COST:
        return -max(cost, CHEAPEST_ROUND) / pk
    return pk * (0.5 + 0.5 * fraction_left)
