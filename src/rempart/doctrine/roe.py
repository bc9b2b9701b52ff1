"""Rules of engagement: what an identity and a weapons control status permit."""

from __future__ import annotations

from rempart.base.kernel import lean_kernel
from rempart.events.identities import FREE, HOSTILE, NEUTRAL, TIGHT


@lean_kernel
def may_engage(identity, weapons_control):
    """Whether fire is permitted; never under hold, never at a track declared neutral."""
    if weapons_control == TIGHT:
        return identity == HOSTILE
    return weapons_control == FREE and identity != NEUTRAL
