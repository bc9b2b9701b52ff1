"""Coverage maps for GIS programs: GeoTIFF with the counts, GeoJSON with the outlines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from rempart.base.units import Height
from rempart.export.geotiff import geotiff_bytes
from rempart.geo.outlines import Ring, outlines, ring_places
from rempart.geo.terrain import Posts
from rempart.run.coverage import NO_AIR, Coverage
from rempart.run.results import MARKING

KINDS = ("seen", "engaged")
"""What is counted: radars that see, fire units that reach and hold."""


def coverage_geotiff(coverage: Coverage) -> bytes:
    """Two bands a height: radars that see the target, fire units that can engage it."""
    bands = [getattr(layer, kind) for layer in coverage.layers for kind in KINDS]
    names = [f"{kind} at {_written(layer.altitude)}" for layer in coverage.layers for kind in KINDS]
    return geotiff_bytes(np.stack(bands), coverage.grid.posts, names, int(NO_AIR), _about(coverage))


def coverage_geojson(coverage: Coverage) -> str:
    """For each height and kind the polygons where the count is 1 or more, and the batteries as points."""
    collection = {
        "type": "FeatureCollection",
        "name": f"{MARKING}: coverage of {coverage.scenario.title}",
        "marking": MARKING,
        "description": _about(coverage),
        "features": [*_batteries(coverage), *_layers(coverage)],
    }
    return json.dumps(collection, separators=(",", ":"), ensure_ascii=False) + "\n"


def _about(coverage: Coverage) -> str:
    return (
        f"{MARKING}. Coverage of scenario {coverage.scenario.name}, target of {coverage.rcs:g} m2, "
        f"region: {coverage.region_name}. Counts of radars (seen) and of fire units (engaged)."
    )


def _written(height: Height) -> str:
    return f"{height.value:g} m {height.reference}"


def _batteries(coverage: Coverage) -> Iterator[dict[str, Any]]:
    systems = {name: one.system for name, one in coverage.scenario.defence.batteries.items()}
    for name, (lat, lon) in coverage.batteries.items():
        point = {"type": "Point", "coordinates": [round(math.degrees(lon), 7), round(math.degrees(lat), 7)]}
        yield _feature(point, kind="battery", name=name, system=systems[name])


def _layers(coverage: Coverage) -> Iterator[dict[str, Any]]:
    areas = np.broadcast_to(coverage.grid.areas, coverage.grid.shape)
    for layer in coverage.layers:
        for kind in KINDS:
            covered = layer.is_air & (getattr(layer, kind) > 0)
            shape = {"type": "MultiPolygon", "coordinates": _coordinates(covered, coverage.grid.posts)}
            yield _feature(
                shape,
                kind=kind,
                altitude=layer.altitude.value,
                reference=layer.altitude.reference,
                rcs=coverage.rcs,
                area_km2=round(float(areas[covered].sum()) / 1e6, 3),
                air_km2=round(float(areas[layer.is_air].sum()) / 1e6, 3),
            )


def _coordinates(covered: np.ndarray, posts: Posts) -> list[Any]:
    return [[_ring(ring, posts) for ring in polygon] for polygon in outlines(covered)]


def _ring(ring: Ring, posts: Posts) -> list[list[float]]:
    """Longitude and latitude [deg]; in the turn from -180 to 180 unless the ring lies across its edge."""
    degrees = np.degrees(ring_places(ring, posts))[:, ::-1]
    degrees[:, 0] -= 360.0 * math.floor((degrees[:, 0].mean() + 180.0) / 360.0)
    return degrees.round(7).tolist()


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {**properties, "marking": MARKING}}
