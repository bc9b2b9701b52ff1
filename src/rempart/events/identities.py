"""What a defender can conclude about a track, and what its rules let it fire at."""

from __future__ import annotations

IDENTITIES: dict[str, str] = {
    "unknown": "the evidence does not decide",
    "neutral": "taken for civil or friendly traffic",
    "hostile": "taken for a threat",
}
IDENTITY_NAMES: tuple[str, ...] = tuple(IDENTITIES)
UNKNOWN, NEUTRAL, HOSTILE = range(len(IDENTITY_NAMES))

WEAPONS_CONTROL: dict[str, str] = {
    "hold": "fire at nothing",
    "tight": "fire only at tracks declared hostile",
    "free": "fire at every track that is not declared neutral",
}
WEAPONS_CONTROL_NAMES: tuple[str, ...] = tuple(WEAPONS_CONTROL)
HOLD, TIGHT, FREE = range(len(WEAPONS_CONTROL_NAMES))
