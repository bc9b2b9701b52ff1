"""Terrain as a quiet shaded picture, small enough to sit inside the page."""

from __future__ import annotations

import base64
import io
import math
from dataclasses import dataclass

import numpy as np

from rempart.analysis.projection import EARTH_RADIUS, Bounds, Window
from rempart.geo.terrain import Terrain as Ground

_TINTS = (
    (0.0, (238, 241, 233)),
    (200.0, (243, 240, 228)),
    (600.0, (236, 228, 210)),
    (1500.0, (222, 209, 188)),
    (3000.0, (206, 192, 176)),
    (5000.0, (235, 235, 236)),
)
_WATER, _VOID = (214, 228, 240), (230, 230, 230)


@dataclass(frozen=True)
class Terrain:
    """Heights [m] (n_rows, n_columns), rows from north to south, not a number where unknown.

    `bounds` are the outer edges of the outermost cells.
    """

    heights: np.ndarray
    bounds: Bounds


def relief_of(ground: Ground, shown: Bounds) -> Terrain | None:
    """A scenario's terrain with the outer edges of its cells; none for the flat one, which shows nothing.

    Its longitudes are turned by whole circles towards the middle of what is shown, which may lie
    across the date line.
    """
    if ground.name == "flat":
        return None
    south, west, north, east = ground.bounds
    row, column = 0.5 * ground.posts.lat_step, 0.5 * ground.posts.lon_step
    turn = math.tau * round((shown.west + shown.east - west - east) / (2.0 * math.tau))
    return Terrain(
        ground.heights, Bounds(south - row, west - column + turn, north + row, east + column + turn)
    )


def shaded_relief(terrain: Terrain, window: Window, pixels: int = 1000) -> str:
    """The window's terrain as a `data:` address of a PNG, lit from the north-west."""
    from PIL import Image

    sampled = _sampled(terrain, window, pixels)
    cell = (window.bounds.east - window.bounds.west) * EARTH_RADIUS / sampled.shape[1]
    colours = _tinted(sampled) * _light(sampled, cell)[..., None]
    colours[sampled <= 0.0] = _WATER
    colours[np.isnan(sampled)] = _VOID
    picture = Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8), "RGB")
    content = io.BytesIO()
    picture.quantize(40, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def _sampled(terrain: Terrain, window: Window, pixels: int) -> np.ndarray:
    """Heights at the picture's pixels, nearest cell; outside the terrain not a number."""
    n_rows = max(2, round(pixels * window.height / window.width))
    lats = window.latitudes(n_rows)
    lons = window.bounds.west + (np.arange(pixels) + 0.5) / pixels * (window.bounds.east - window.bounds.west)
    edge, shape = terrain.bounds, terrain.heights.shape
    rows = np.floor((edge.north - lats) / (edge.north - edge.south) * shape[0]).astype(int)
    columns = np.floor((lons - edge.west) / (edge.east - edge.west) * shape[1]).astype(int)
    inside = ((rows >= 0) & (rows < shape[0]))[:, None] & ((columns >= 0) & (columns < shape[1]))[None, :]
    picked = terrain.heights[np.clip(rows, 0, shape[0] - 1)][:, np.clip(columns, 0, shape[1] - 1)]
    return np.where(inside, picked.astype(np.float64), np.nan)


def _light(heights: np.ndarray, cell: float) -> np.ndarray:
    """Brightness from 0.7 to 1.1: slope towards the north-west, exaggerated fourfold."""
    filled = np.nan_to_num(heights)
    south, east = np.gradient(filled, cell)
    slope_x, slope_y = 4.0 * east, 4.0 * south
    lit = (1.0 + slope_x + slope_y) / np.sqrt(3.0 * (1.0 + slope_x**2 + slope_y**2))
    return np.clip(1.0 + 0.45 * (lit - 1 / np.sqrt(3.0)), 0.7, 1.1)


def _tinted(heights: np.ndarray) -> np.ndarray:
    levels = [level for level, _ in _TINTS]
    filled = np.nan_to_num(heights)
    return np.stack([np.interp(filled, levels, [c[band] for _, c in _TINTS]) for band in range(3)], axis=-1)
