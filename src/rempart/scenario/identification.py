"""How the defence tells friend from foe: what it asks, what it looks at, and what it makes of it."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from rempart.scenario.fields import Azimuth, Delay, Part, Share
from rempart.scenario.quantities import refusal

Node = Literal["reply", "conduct", "corridor", "speed", "origin", "declared"]
Belief = Annotated[float, Field(strict=True, ge=0.001, le=0.999)]
Decisive = Annotated[float, Field(strict=True, ge=0.501, le=0.999)]

EXPECTED_SHARE = 0.8
"""Chance that a threat comes from the threatened sector because it is one; the rest come from anywhere."""


class ThreatSector(Part):
    """Directions, seen from the origin of the scenario, from which threats are expected."""

    start: Azimuth = Field(alias="from")
    """First edge, clockwise from north."""
    to: Azimuth
    """Other edge, clockwise from the first."""

    @property
    def width(self) -> float:
        """From edge to edge [rad]; above 0 and below a full turn."""
        return (self.to - self.start) % (2.0 * math.pi)

    @model_validator(mode="after")
    def _is_open(self) -> Self:
        if not 1e-3 < self.width < 2.0 * math.pi - 1e-3:
            raise refusal("the sector's edges are the same", "two directions, clockwise: `from`, then `to`")
        return self


class Chances(Part):
    """How often the defence believes that tracks show a piece of evidence."""

    neutral: Belief
    """Chance that a neutral track shows it."""
    hostile: Belief
    """Chance that a hostile track shows it."""


def _chances(neutral: float, hostile: float) -> Chances:
    return Chances(neutral=neutral, hostile=hostile)


class Beliefs(Part):
    """What the defence believes of each piece of evidence; the truth may be otherwise."""

    heard: Belief = 0.98
    """Chance that a working transponder's reply is received at one interrogation."""
    reply: Chances = Field(default=_chances(0.95, 0.02), validate_default=True)
    """A true reply to one interrogation; at most `heard`."""
    conduct: Chances = _chances(0.95, 0.05)
    """It behaves as its flight plan says."""
    corridor: Chances = _chances(0.9, 0.1)
    """It flies along a published corridor."""
    speed: Chances = _chances(0.95, 0.1)
    """It flies as fast, as high and as level as civil traffic, and is as large."""
    origin: Chances | None = None
    """It came from the threatened sector; default: neutral tracks come from everywhere alike, four
    threats of five because it is threatened and the fifth from everywhere."""
    declared: Chances = _chances(0.1, 0.9)
    """Another command that has declared it says hostile."""

    @field_validator("reply")
    @classmethod
    def _is_heard(cls, reply: Chances, info: ValidationInfo) -> Chances:
        heard = info.data.get("heard", 1.0)
        if max(reply.neutral, reply.hostile) > heard:
            raise refusal("replies come more often than they are heard", f"chances up to `heard`, {heard:g}")
        return reply


class Identification(Part):
    """How the defence tells friend from foe."""

    time: Delay = 3.0
    """From a firm track to its first identity."""
    reply_seen: Share = 0.98
    """Chance that a working transponder's reply is received at one interrogation."""
    false_reply: Annotated[float, Field(strict=True, ge=0.0, le=0.5)] = 0.0
    """Chance that a reply is received at one interrogation though no transponder works."""
    evidence: tuple[Node, ...] = ("conduct", "reply")
    """What is looked at: any of `reply`, `conduct`, `corridor`, `speed`, `origin`, `declared`."""
    prior: Belief = 0.5
    """Chance that a track is hostile, before any evidence."""
    decisive: Decisive = 0.9
    """Chance of hostile, or of neutral, at which a track is declared so."""
    threat_sector: ThreatSector | None = None
    """Directions from which threats are expected; needed for the evidence `origin`."""
    believed: Beliefs = Field(default=Beliefs(), validate_default=True)
    """What the defence believes of each piece of evidence."""

    @field_validator("evidence")
    @classmethod
    def _each_once(cls, evidence: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(sorted(set(evidence)))

    @field_validator("believed")
    @classmethod
    def _hears_more_than_it_mistakes(cls, believed: Beliefs, info: ValidationInfo) -> Beliefs:
        false_reply = info.data.get("false_reply", 0.0)
        if believed.heard <= false_reply:
            raise refusal(
                f"true replies are heard no more often than false ones, {false_reply:g}",
                f"`heard` above {false_reply:g}",
            )
        return believed

    @model_validator(mode="after")
    def _sector_is_used(self) -> Self:
        if ("origin" in self.evidence) != (self.threat_sector is not None):
            raise refusal(
                "`origin` and `threat_sector` are not both there",
                "`origin` among the `evidence` and a `threat_sector` for it, or neither",
            )
        return self

    def chances_of(self, node: Node) -> tuple[float, float]:
        """How often neutral and hostile tracks are believed to show a piece of evidence."""
        chances: Chances | None = getattr(self.believed, node)
        if chances is not None:
            return chances.neutral, chances.hostile
        assert self.threat_sector is not None  # only the origin has no default
        share = self.threat_sector.width / (2.0 * math.pi)
        return share, EXPECTED_SHARE + (1.0 - EXPECTED_SHARE) * share
