"""How much of a region's airspace a defence sees and covers, height by height."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from rempart.base.units import Height
from rempart.run.coverage import Coverage, Layer
from rempart.run.results import MARKING


@dataclass(frozen=True)
class Share:
    """Area [m²] of the air at one height: all of it, seen, and in reach of a weapon."""

    altitude: Height
    air: float
    seen: float
    seen_twice: float
    """by two radars or more"""
    engaged: float

    @property
    def label(self) -> str:
        """The height, as people write it."""
        return height_label(self.altitude)

    def of_air(self, area: float) -> float:
        """An area as a share of the air; not a number where there is none."""
        return area / self.air if self.air else math.nan

    def to_json(self) -> dict[str, Any]:
        """Areas [km²] and shares; a share of nothing is null."""
        told: dict[str, Any] = {"altitude": self.label, "air_km2": _km2(self.air)}
        for name in ("seen", "seen_twice", "engaged"):
            area = getattr(self, name)
            told[f"{name}_km2"] = _km2(area)
            told[f"{name}_share"] = round(self.of_air(area), 6) if self.air else None
        return told


def shares(coverage: Coverage) -> list[Share]:
    """Areas seen and covered at each height.

    Returns
    -------
    list of Share
        The same order as the layers; no part is larger than the air.
    """
    areas = np.broadcast_to(coverage.grid.areas, coverage.grid.shape)
    return [_share(layer, areas) for layer in coverage.layers]


def _share(layer: Layer, areas: np.ndarray) -> Share:
    is_air = layer.is_air
    seen, engaged = np.where(is_air, layer.seen, 0), np.where(is_air, layer.engaged, 0)
    chosen = (is_air, seen >= 1, seen >= 2, engaged >= 1)
    return Share(layer.altitude, *(float(areas[cells].sum()) for cells in chosen))


def coverage_answer(coverage: Coverage) -> dict[str, Any]:
    """Everything but the maps, as one JSON object."""
    grid, areas = coverage.grid, coverage.grid.areas
    step_lat, step_lon = np.degrees(grid.posts[2:])
    return {
        "scenario": coverage.scenario.name,
        "digest": coverage.scenario.digest,
        "marking": MARKING,
        "terrain": coverage.terrain.name,
        "region": coverage.region_name,
        "region_km2": _km2(float((areas * coverage.inside).sum())),
        "off_terrain_km2": _km2(float((areas * (coverage.inside & ~coverage.is_known)).sum())),
        "rcs_m2": coverage.rcs,
        "cells": {"rows": grid.shape[0], "columns": grid.shape[1],
                  "lat_step_deg": round(float(step_lat), 9), "lon_step_deg": round(float(step_lon), 9)},
        "sensors_not_radar": coverage.n_not_radar,
        "altitudes": [share.to_json() for share in shares(coverage)],
    }  # fmt: skip


def height_label(height: Height) -> str:
    """A height as people write it: `100 m agl`, `3 km amsl`."""
    value = height.value
    return f"{value:g} m {height.reference}" if value < 1000 else f"{value / 1000:g} km {height.reference}"


def _km2(area: float) -> float:
    return round(area / 1e6, 3)
