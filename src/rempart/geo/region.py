"""Regions: polygons on the ground from GeoJSON, and which posts of a grid lie inside."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import Fault, StoreError
from rempart.geo.terrain import Posts

SHIPPED = ("iraq",)
"""Regions that come with Rempart: land boundaries from Natural Earth."""
MAX_BYTES = 50_000_000
_CARRIERS = {"Feature": "geometry", "FeatureCollection": "features", "GeometryCollection": "geometries"}
_ALLOWED = "GeoJSON (RFC 7946) with a Polygon or MultiPolygon in degrees, longitude first"


@dataclass(frozen=True, eq=False)
class Region:
    """Ground inside polygons, holes left out."""

    name: str
    polygons: tuple[tuple[np.ndarray, ...], ...]
    """each polygon's rings (n, 2) of longitude, latitude [rad]; the first is its outline, the others holes"""
    source: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """South, west, north, east [rad]; east may lie beyond π."""
        outlines = np.concatenate([rings[0] for rings in self.polygons])
        west, south = outlines.min(axis=0)
        east, north = outlines.max(axis=0)
        return float(south), float(west), float(north), float(east)

    def holds(self, posts: Posts, shape: tuple[int, int]) -> np.ndarray:
        """Which posts of a grid of this shape lie inside: (n_rows, n_columns) of bool."""
        inside = np.zeros(shape, dtype=bool)
        lats = posts.north - posts.lat_step * np.arange(shape[0])
        lons = posts.west + posts.lon_step * np.arange(shape[1])
        for rings in self.polygons:
            edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])
            for row, lat in enumerate(lats):
                # Counting crossings to the west leaves holes out: they add one more.
                inside[row] |= np.searchsorted(_crossings(edges, lat), lons) % 2 == 1
        return inside


def _crossings(edges: np.ndarray, lat: float) -> np.ndarray:
    """Longitudes at which edges (lon, lat, lon, lat) cross a latitude, in order."""
    hit = edges[(edges[:, 1] <= lat) != (edges[:, 3] <= lat)]
    share = (lat - hit[:, 1]) / (hit[:, 3] - hit[:, 1])
    return np.sort(hit[:, 0] + share * (hit[:, 2] - hit[:, 0]))


def load_region(name_or_path: str | Path) -> Region:
    """Region by name (`iraq`) or from a GeoJSON file.

    Raises
    ------
    StoreError
        If there is no such region, or the file holds no usable polygon.
    """
    if name_or_path in SHIPPED:
        content = files("rempart.geo").joinpath("data", f"{name_or_path}.geojson").read_bytes()
        return _region(str(name_or_path), str(name_or_path), content)
    path = Path(name_or_path)
    if not path.is_file():
        close = get_close_matches(str(name_or_path), SHIPPED, n=1)
        remedy = f"Did you mean {close[0]!r}?" if close else "Check the name or the path."
        allowed = f"{', '.join(SHIPPED)}, or the path of a GeoJSON file"
        raise StoreError(Fault(str(name_or_path), "no such region or file", allowed, remedy))
    if path.stat().st_size > MAX_BYTES:
        raise _refused(str(path), f"is larger than {MAX_BYTES / 1e6:.0f} MB")
    return _region(path.stem, str(path), path.read_bytes())


def _region(name: str, where: str, content: bytes) -> Region:
    try:
        document = json.loads(content)
        polygons = tuple(_polygon(rings) for rings in _polygons(document))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _refused(where, f"cannot be read as polygons ({error})") from error
    if not polygons:
        raise _refused(where, "holds no polygon")
    told = document.get("properties") or {}
    source = told.get("source", where) if isinstance(told, dict) else where
    return Region(name, _side_by_side(polygons), str(source))


def _refused(where: str, found: str) -> StoreError:
    return StoreError(Fault(where, found, _ALLOWED, "Draw it again, for instance in QGIS or geojson.io."))


def _polygons(member: Any) -> list[Any]:
    """The coordinates of every polygon in a GeoJSON member, however deep."""
    kind = member["type"]
    if kind == "Polygon":
        return [member["coordinates"]]
    if kind == "MultiPolygon":
        return list(member["coordinates"])
    if kind not in _CARRIERS:
        return []
    inner = member[_CARRIERS[kind]]
    return [rings for part in (inner if isinstance(inner, list) else [inner]) for rings in _polygons(part)]


def _polygon(rings: Any) -> tuple[np.ndarray, ...]:
    if not rings:
        raise ValueError("a polygon has no ring")
    return tuple(_ring(ring) for ring in rings)


def _ring(points: Any) -> np.ndarray:
    ring = np.array([point[:2] for point in points], dtype=np.float64)
    if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 4 or not np.array_equal(ring[0], ring[-1]):
        raise ValueError("a ring needs four points or more, the last like the first")
    if not (np.abs(ring) <= (360.0, 90.0)).all():
        raise ValueError("a point lies outside 360 degrees of longitude or 90 of latitude")
    ring = np.radians(ring)
    # A step of more than half a turn crosses the date line.
    ring[:, 0] = np.unwrap(ring[:, 0])
    return ring


def _side_by_side(polygons: tuple[tuple[np.ndarray, ...], ...]) -> tuple[tuple[np.ndarray, ...], ...]:
    """The polygons with whole turns taken off their longitudes, so that parts cut at 180° meet."""
    start = polygons[0][0][0, 0]
    return tuple(tuple(_near(ring, start) for ring in rings) for rings in polygons)


def _near(ring: np.ndarray, lon: float) -> np.ndarray:
    turns = np.rint((ring[:, 0].mean() - lon) / (2.0 * math.pi))
    return np.column_stack([ring[:, 0] - 2.0 * math.pi * turns, ring[:, 1]])
