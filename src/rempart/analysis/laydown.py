"""What the map shows, as plain numbers: whoever has a scenario's world can fill it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rempart.analysis.projection import Bounds
from rempart.analysis.shading import Terrain

Point = tuple[float, float]
"""Latitude and longitude [rad]."""


class Coverage(NamedTuple):
    """Where radars see a target at one height [m]: polygons of (lat, lon) [rad], drawn as their union."""

    label: str
    height: float
    polygons: Sequence[Sequence[Point]]


class Route(NamedTuple):
    """The path of a raid group or of traffic: points (lat, lon) [rad]."""

    group: str
    vehicle_class: str
    points: Sequence[Point]
    is_hostile: bool = True


class Site(NamedTuple):
    """A battery: name, system, place [rad], reach of its longest weapon [m] or 0 without weapons."""

    name: str
    system: str
    lat: float
    lon: float
    reach: float


class Asset(NamedTuple):
    """A defended asset: name, place [rad], value, and the ground vehicles that it is made of, in words."""

    name: str
    lat: float
    lon: float
    value: float
    vehicles: str = ""


@dataclass(frozen=True)
class MapInput:
    """Everything the map shows, as plain numbers."""

    bounds: Bounds
    terrain: Terrain | None = None
    coverage: Sequence[Coverage] = ()
    routes: Sequence[Route] = ()
    sites: Sequence[Site] = ()
    assets: Sequence[Asset] = ()
    marches: Sequence[Sequence[Point]] = ()
    """ways of convoys and batteries: points (lat, lon) [rad]"""

    @property
    def systems(self) -> list[str]:
        """The systems of the sites that have weapons, each once."""
        return list(dict.fromkeys(site.system for site in self.sites if site.reach > 0))

    @property
    def classes(self) -> list[str]:
        """The vehicle classes of the raid, each once."""
        return list(dict.fromkeys(route.vehicle_class for route in self.routes if route.is_hostile))
