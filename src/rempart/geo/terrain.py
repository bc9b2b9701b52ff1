"""Terrain: a grid of ground heights, and the ground height between its posts.

Heights are above the source's own datum (mean sea level for every shipped and usual source) and
are used as heights above the ellipsoid: no geoid model is applied. Around one site the geoid is
nearly a constant, so masking does not feel it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import kernel


class Posts(NamedTuple):
    """Where the heights of a grid are taken: latitude and longitude [rad] of post centres."""

    north: float
    """latitude of the first row"""
    west: float
    """longitude of the first column"""
    lat_step: float
    """from one row to the next one south, positive"""
    lon_step: float
    """from one column to the next one east, positive"""


@dataclass(frozen=True, eq=False)
class Terrain:
    """Ground heights on a grid; never changes once made (its array is read-only)."""

    name: str
    heights: np.ndarray
    """(n_rows, n_columns) float32 [m], rows from north to south, columns from west to east; NaN: void"""
    posts: Posts
    datum: str
    """what the heights are measured from"""
    source: str
    """who made the data, for the report"""

    def __post_init__(self) -> None:
        # One kind of array for every terrain: kernels are compiled once, and nobody can edit it.
        heights = np.ascontiguousarray(self.heights, dtype=np.float32)
        if heights is self.heights and heights.flags.writeable:
            heights = heights.copy()
        heights.flags.writeable = False
        object.__setattr__(self, "heights", heights)
        object.__setattr__(self, "posts", Posts(*(float(value) for value in self.posts)))

    @cached_property
    def digest(self) -> str:
        """32 hexadecimal digits that name exactly these heights at these posts."""
        digest = hashlib.blake2b(np.array([*self.posts, *self.heights.shape]).tobytes(), digest_size=16)
        digest.update(self.heights.data)
        return digest.hexdigest()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """South, west, north, east [rad]: the outermost posts, between which there is a height."""
        rows, columns = self.heights.shape
        north, west, lat_step, lon_step = self.posts
        return north - (rows - 1) * lat_step, west, north, west + (columns - 1) * lon_step

    @property
    def spacing(self) -> float:
        """Smaller distance [m] between neighbouring posts, at the middle of the grid."""
        south, _, north, _ = self.bounds
        shrink = math.cos(0.5 * (south + north))
        return 6371e3 * min(self.posts.lat_step, self.posts.lon_step * shrink)

    def contains(self, lat: float, lon: float) -> bool:
        """Whether there is ground with a height at a position [rad]: within the bounds, not in a void."""
        return not math.isnan(self.height_at(lat, lon))

    def height_at(self, lat: float, lon: float) -> float:
        """Ground height [m] at a position [rad]; NaN in a void and outside the bounds."""
        return float(height_at(self.heights, self.posts, lat, lon))

    def ground_at(self, lat: float, lon: float) -> float:
        """Ground height [m] at a position [rad]; 0 in a void and outside the bounds."""
        return float(ground_at(self.heights, self.posts, lat, lon))


@kernel
def post_index(posts, lat, lon):
    """Fractional row and column of a position [rad]; longitudes may differ by whole turns."""
    turns = (lon - posts.west) / (2.0 * math.pi)
    # A hair west of the first column is the first column, not almost a turn east of it.
    east = 2.0 * math.pi * (turns - np.floor(turns + 1e-13))
    return snapped((posts.north - lat) / posts.lat_step), snapped(east / posts.lon_step)


@kernel
def snapped(index):
    """The whole number within a billionth of `index`, if there is one, so that rounding cannot
    pull a void, or the outside, into the height of a post.
    """
    nearest = np.rint(index)
    return nearest if abs(index - nearest) < 1e-9 else index


@kernel
def bilinear(heights, row, column):
    """Height [m] between four posts; exactly at a post, that post.

    Returns
    -------
    float
        Between the least and the greatest height of the posts used; NaN where a post that has
        weight is a void, and outside the grid.
    """
    rows, columns = heights.shape
    if not (0.0 <= row <= rows - 1 and 0.0 <= column <= columns - 1):
        return math.nan
    i, j = int(row), int(column)
    down, right = row - i, column - j
    # Compiled float() leaves a float32 as it is; np.float64 widens in both modes.
    upper = np.float64(heights[i, j])
    if right > 0.0:
        upper += right * (np.float64(heights[i, j + 1]) - upper)
    if down == 0.0:
        return upper
    lower = np.float64(heights[i + 1, j])
    if right > 0.0:
        lower += right * (np.float64(heights[i + 1, j + 1]) - lower)
    return upper + down * (lower - upper)


@kernel
def height_at(heights, posts, lat, lon):
    """Ground height [m] at a position [rad]; NaN in a void and outside the grid."""
    row, column = post_index(posts, lat, lon)
    return bilinear(heights, row, column)


@kernel
def ground_at(heights, posts, lat, lon):
    """Ground height [m] at a position [rad]; 0 in a void and outside the grid."""
    height = height_at(heights, posts, lat, lon)
    return 0.0 if math.isnan(height) else height


def flat_terrain() -> Terrain:
    """Height 0 everywhere on earth."""
    world = Posts(north=math.pi / 2, west=-math.pi, lat_step=math.pi, lon_step=2 * math.pi)
    return Terrain("flat", np.zeros((2, 2)), world, "ellipsoid", "none: height 0 everywhere")
