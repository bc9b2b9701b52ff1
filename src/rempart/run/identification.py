"""What the defence knows of traffic and believes of evidence, as tables of the world."""

from __future__ import annotations

import math

import numpy as np

from rempart.base.units import Height
from rempart.geo.terrain import Terrain
from rempart.physics.flight import sample_route
from rempart.picture.corridors import Corridor, corridor_tables
from rempart.picture.identity import Chances, IdentityNet, identity_net
from rempart.run.frame import Frame
from rempart.scenario.model import Scenario
from rempart.scenario.traffic import Airway

LEVEL_MARGIN = 300.0
"""A corridor reaches this far above its highest level and below its lowest: one flight level [m]."""
GROUND_SPACING = 500.0
"""Between the places where the ground under a corridor is measured [m]."""


def identity_beliefs(scenario: Scenario) -> IdentityNet:
    """The net of the evidence that the scenario's defence looks at."""
    told = scenario.defence.policy.identification
    chances: dict[str, Chances] = {node: Chances(*told.chances_of(node)) for node in told.evidence}
    return identity_net(chances, told.prior, told.decisive, told.believed.heard, told.false_reply)


def threat_sector(scenario: Scenario) -> tuple[float, float]:
    """First edge of the threatened sector and its width [rad]; the width is 0 where there is none."""
    sector = scenario.defence.policy.identification.threat_sector
    return (sector.start, sector.width) if sector else (0.0, 0.0)


def published_corridors(scenario: Scenario, terrain: Terrain, frame: Frame) -> tuple[np.recarray, np.ndarray]:
    """Rows of `CORRIDOR` and their points (n, 3) [m]; none where corridors are no evidence."""
    is_evidence = "corridor" in scenario.defence.policy.identification.evidence
    airways = [airway for airway in scenario.traffic.values() if is_evidence and airway.is_published]
    return corridor_tables([_corridor(airway, terrain, frame) for airway in airways])


def _corridor(airway: Airway, terrain: Terrain, frame: Frame) -> Corridor:
    lat, lon = (np.array([getattr(place, part) for place in airway.route]) for part in ("lat", "lon"))
    heights = [height for level in airway.levels for height in _bounds(level, lat, lon, terrain)]
    return Corridor(
        frame.place(lat, lon, np.full(len(lat), frame.height)),
        0.5 * airway.width,
        min(heights) - LEVEL_MARGIN - frame.height,
        max(heights) + LEVEL_MARGIN - frame.height,
        airway.both_ways,
    )


def _bounds(level: Height, lat: np.ndarray, lon: np.ndarray, terrain: Terrain) -> tuple[float, float]:
    """Lowest and highest height [m] on one level of a route."""
    if level.reference != "agl":
        return level.value, level.value
    lats, lons, _ = sample_route(lat, lon, GROUND_SPACING, 1.0)
    ground = [terrain.ground_at(*map(float, place)) for place in zip(lats, lons, strict=True)]
    return level.value + min(ground), level.value + max(ground)


def declaration_delays(scenario: Scenario, groups: dict[str, int]) -> np.ndarray:
    """How much later [s] a group (column) hears what another (row) declares; infinite: never.

    Parameters
    ----------
    scenario : Scenario
    groups : dict
        Battery → group.
    """
    n_groups = max(groups.values()) + 1
    delays = np.full((n_groups, n_groups), math.inf)
    if "declared" in scenario.defence.policy.identification.evidence:
        for link in scenario.defence.command.links.values():
            giver, taker = groups[link.giver], groups[link.to]
            if giver != taker:
                delays[giver, taker] = link.delay
    return delays
