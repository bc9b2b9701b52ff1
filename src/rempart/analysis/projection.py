"""A Mercator window: angles to pixels, with true distances at its middle latitude."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

EARTH_RADIUS = 6371008.8
"""Mean radius [m]; rings drawn on this sphere are within 0.3 % of the ellipsoid's."""


class Bounds(NamedTuple):
    """A window of latitude and longitude [rad]."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        """The point lies inside."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


@dataclass(frozen=True)
class Window:
    """Bounds drawn into a frame whose upper left corner is (left, top) [px]."""

    bounds: Bounds
    left: float
    top: float
    width: float

    @property
    def scale(self) -> float:
        """Pixels per radian of longitude."""
        return self.width / (self.bounds.east - self.bounds.west)

    @property
    def height(self) -> float:
        """Height of the frame [px]; follows from the bounds."""
        return self.scale * (_northing(self.bounds.north) - _northing(self.bounds.south))

    @property
    def metre(self) -> float:
        """Pixels per metre at the middle latitude."""
        middle = 0.5 * (self.bounds.south + self.bounds.north)
        return self.scale / (EARTH_RADIUS * math.cos(middle))

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Pixel of a point."""
        x = self.left + (lon - self.bounds.west) * self.scale
        return x, self.top + (_northing(self.bounds.north) - _northing(lat)) * self.scale

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """The pixel lies inside the frame, at least `margin` from its edge."""
        inside_x = self.left + margin <= x <= self.left + self.width - margin
        return inside_x and self.top + margin <= y <= self.top + self.height - margin

    def latitudes(self, n_rows: int) -> np.ndarray:
        """Latitude [rad] of the middle of each of `n_rows` pixel rows, north first."""
        north, south = _northing(self.bounds.north), _northing(self.bounds.south)
        northing = north + (np.arange(n_rows) + 0.5) / n_rows * (south - north)
        return np.arctan(np.sinh(northing))


def ring(lat: float, lon: float, radius: float, n_points: int = 96) -> list[tuple[float, float]]:
    """Points [rad] of the circle of this radius [m] on the ground.

    Returns
    -------
    list
        Every point's great-circle distance from the centre is the radius.
    """
    arc = radius / EARTH_RADIUS
    points = []
    for step in range(n_points):
        bearing = 2 * math.pi * step / n_points
        sine = math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(bearing)
        east = math.sin(bearing) * math.sin(arc) * math.cos(lat)
        points.append((math.asin(sine), lon + math.atan2(east, math.cos(arc) - math.sin(lat) * sine)))
    return points


def window_around(
    points: list[tuple[float, float]], least: float, aspect: float, margin: float = 0.12
) -> Bounds:
    """Bounds that hold the points with room to spare, at least `least` [m] tall, `aspect` wide : high."""
    lats, lons = zip(*points, strict=True)
    lat, lon = 0.5 * (min(lats) + max(lats)), 0.5 * (min(lons) + max(lons))
    shrink = math.cos(lat)
    tall = max((max(lats) - min(lats)) * (1 + 2 * margin), least / EARTH_RADIUS)
    wide = max((max(lons) - min(lons)) * shrink * (1 + 2 * margin), tall * aspect)
    tall = max(tall, wide / aspect)
    return Bounds(lat - tall / 2, lon - wide / shrink / 2, lat + tall / 2, lon + wide / shrink / 2)


def fitted(bounds: Bounds, aspect: float) -> Bounds:
    """The bounds, grown about their centre to this ratio of width to height on the map."""
    window = Window(bounds, 0.0, 0.0, 1.0)
    found = 1.0 / window.height
    lon, half = 0.5 * (bounds.west + bounds.east), 0.5 * (bounds.east - bounds.west)
    if found < aspect:
        return Bounds(bounds.south, lon - half * aspect / found, bounds.north, lon + half * aspect / found)
    north, south = _northing(bounds.north), _northing(bounds.south)
    centre, reach = 0.5 * (north + south), half / aspect
    return Bounds(
        math.atan(math.sinh(centre - reach)), bounds.west, math.atan(math.sinh(centre + reach)), bounds.east
    )


def _northing(lat: float) -> float:
    return math.asinh(math.tan(lat))
