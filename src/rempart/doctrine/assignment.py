"""Weapon assignment: how good one weapon is for one track, by one of three rules."""

from __future__ import annotations

from rempart.base.kernel import lean_kernel

RULES: dict[str, str] = {
    "marginal-return": "kill probability, less for a weapon whose magazine runs low",
    "nearest": "the weapon that would intercept at the shortest distance from itself",
    "earliest": "the weapon that would intercept first",
}
"""Rule → what it prefers, in index order."""
RULE_NAMES: tuple[str, ...] = tuple(RULES)
MARGINAL_RETURN, NEAREST, EARLIEST = range(len(RULE_NAMES))


@lean_kernel
def assignment_score(rule, pk, intercept_delay, intercept_range, fraction_left):
    """Merit of one weapon for one track; the greatest wins.

    Parameters
    ----------
    rule : int
        Index into `RULES`.
    pk : float
        Kill probability expected of one round.
    intercept_delay : float
        Time until intercept [s].
    intercept_range : float
        Distance from the fire unit at intercept [m].
    fraction_left : float
        Ready rounds over loaded rounds, in (0, 1].

    Returns
    -------
    float
        Under marginal return it grows with pk and with the rounds left: spending one of the last
        rounds forgoes the kills it could make later, so an almost empty magazine halves the merit.
    """
    if rule == NEAREST:
        return -intercept_range
    if rule == EARLIEST:
        return -intercept_delay
    return pk * (0.5 + 0.5 * fraction_left)
