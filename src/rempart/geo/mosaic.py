"""Several terrain files on one grid: which grid, and each file's heights at its posts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rempart.base.errors import Fault, StoreError
from rempart.base.kernel import kernel
from rempart.geo.raster import MAX_POSTS, Grid, Sheet, open_sheet
from rempart.geo.terrain import Posts, bilinear

MAX_SOURCE_POSTS = 4_000_000_000
"""Posts of one file; a larger one is not read at all."""
STRIP_POSTS = 8_000_000
"""Posts of a file held at a time."""
_TURN = 2.0 * math.pi


class Mosaic(NamedTuple):
    """Heights of several files at the posts of one grid."""

    grid: Grid
    heights: np.ndarray
    """(n_rows, n_columns) float32 [m]; NaN: void, or no file there"""
    is_covered: np.ndarray
    """(n_rows, n_columns) bool: some file covers the post, with a height or with a void"""
    thinning: int
    """posts of the finest file, each way, that one post stands for"""
    datums: tuple[str, ...]
    systems: tuple[str, ...]
    resampling: str


class _Glance(NamedTuple):
    """What must be known of a file before any is read."""

    path: Path
    grid: Grid
    is_warped: bool
    datum: str
    system: str


def mosaic(paths: Sequence[Path], limit: int = MAX_POSTS) -> Mosaic:
    """Files merged on a grid with the finest steps of any of them, latitude and longitude apart.

    So DTED tiles on both sides of a zone's edge keep every post of theirs, and columns are put between
    those of the tile that has fewer. Where files overlap the finest counts, then the first named; what
    is void in it is taken from the next. A grid of more than `limit` posts is thinned by a whole number.

    Raises
    ------
    StoreError
        If a file cannot be used, or there is too much of them.
    """
    glances = sorted((_glance(path) for path in paths), key=_fineness)
    whole, thinning = _grid_of([glance.grid for glance in glances], limit)
    heights = np.full(whole.shape, np.nan, dtype=np.float32)
    covered = np.zeros(whole.shape, dtype=bool)
    for glance in glances:
        with open_sheet(glance.path) as sheet:
            place = _place(sheet.grid, whole)
            part = Grid(_posts_from(whole.posts, place), _shape_of(place))
            if sheet.is_warped:
                found, reached = sheet.warped(part, thinning > 1)
                _lay(found, reached, heights[place], covered[place])
            else:
                _lay_strips(sheet, part, heights[place], covered[place])
    if not (covered & ~np.isnan(heights)).any():
        raise _refused(paths, "hold nothing but voids", "files with ground heights")
    return Mosaic(
        whole,
        heights,
        covered,
        thinning,
        tuple(dict.fromkeys(glance.datum for glance in glances)),
        tuple(dict.fromkeys(glance.system for glance in glances)),
        _told(glances, whole, thinning),
    )


def _glance(path: Path) -> _Glance:
    with open_sheet(path) as sheet:
        sheet.refuse_more_than(MAX_SOURCE_POSTS)
        return _Glance(path, sheet.grid, sheet.is_warped, sheet.datum, sheet.system)


def _fineness(glance: _Glance) -> float:
    posts = glance.grid.posts
    return posts.lat_step * posts.lon_step


def _refused(paths: Sequence[Path], found: str, allowed: str) -> StoreError:
    return StoreError(Fault(", ".join(map(str, paths[:3])), found, allowed, "Bring them in in parts."))


def _grid_of(grids: Sequence[Grid], limit: int) -> tuple[Grid, int]:
    """The common grid, on the posts of the first of the finest, and by how much it is thinned."""
    lat_step = min(grid.posts.lat_step for grid in grids)
    lon_step = min(grid.posts.lon_step for grid in grids)
    first = grids[0].posts
    edges = np.array([_edges(grid, first.west) for grid in grids])
    north, south = edges[:, 0].max(), edges[:, 1].min()
    west, east = edges[:, 2].min(), edges[:, 3].max()
    # Whole steps from the first file's own post, outwards.
    north = first.north + lat_step * _whole(north - first.north, lat_step)
    west = first.west - lon_step * _whole(first.west - west, lon_step)
    n_rows = 1 + _whole(north - south, lat_step)
    n_columns = 1 + _whole(min(east - west, _TURN), lon_step)
    thinning = max(1, math.ceil(math.sqrt(n_rows * n_columns / limit)))
    posts = Posts(north, math.remainder(west, _TURN), lat_step * thinning, lon_step * thinning)
    return Grid(posts, (1 + (n_rows - 1) // thinning, 1 + (n_columns - 1) // thinning)), thinning


def _edges(grid: Grid, near: float) -> tuple[float, float, float, float]:
    """North, south, west, east of a grid's posts [rad], in the turn nearest to a longitude."""
    north, west, lat_step, lon_step = grid.posts
    rows, columns = grid.shape
    west = near + math.remainder(west - near, _TURN)
    return north, north - (rows - 1) * lat_step, west, west + (columns - 1) * lon_step


def _whole(distance: float, step: float) -> int:
    """Whole steps within a distance; rounding does not cost the last one."""
    return math.floor(distance / step + 1e-6)


def _place(grid: Grid, whole: Grid) -> tuple[slice, slice]:
    """Rows and columns of the whole grid that a part's posts span, rounded inwards."""
    middle = whole.posts.west + 0.5 * whole.shape[1] * whole.posts.lon_step
    half = 0.5 * grid.shape[1] * grid.posts.lon_step
    north, south, west, east = _edges(grid, middle - half)
    rows = _span(whole.posts.north - north, whole.posts.north - south, whole.posts.lat_step, whole.shape[0])
    columns = _span(west - whole.posts.west, east - whole.posts.west, whole.posts.lon_step, whole.shape[1])
    return rows, columns


def _span(start: float, stop: float, step: float, count: int) -> slice:
    first = max(0, math.ceil(start / step - 1e-6))
    return slice(first, max(first, min(count, 1 + math.floor(stop / step + 1e-6))))


def _posts_from(posts: Posts, place: tuple[slice, slice]) -> Posts:
    north = posts.north - place[0].start * posts.lat_step
    return Posts(north, posts.west + place[1].start * posts.lon_step, posts.lat_step, posts.lon_step)


def _shape_of(place: tuple[slice, slice]) -> tuple[int, int]:
    return place[0].stop - place[0].start, place[1].stop - place[1].start


def _lay(found: np.ndarray, reached: np.ndarray | bool, heights: np.ndarray, covered: np.ndarray) -> None:
    """Put heights where there is none yet."""
    free = np.isnan(heights) & ~np.isnan(found)
    heights[free] = found[free]
    covered |= reached


def _lay_strips(sheet: Sheet, part: Grid, heights: np.ndarray, covered: np.ndarray) -> None:
    """A sheet of latitude and longitude, a strip of rows at a time."""
    own, n_rows = sheet.grid, part.shape[0]
    scale = part.posts.lat_step / own.posts.lat_step
    offset = (own.posts.north - part.posts.north) / own.posts.lat_step
    at_a_time = max(1, int(STRIP_POSTS / own.shape[1] / max(scale, 1.0)))
    for top in range(0, n_rows, at_a_time):
        bottom = min(n_rows, top + at_a_time)
        first = max(0, math.floor(top * scale + offset - 0.5 * scale) - 1)
        last = min(own.shape[0], math.ceil((bottom - 1) * scale + offset + 0.5 * scale) + 2)
        if last <= first:
            continue
        strip = Posts(own.posts.north - first * own.posts.lat_step, *own.posts[1:])
        target = Posts(part.posts.north - top * part.posts.lat_step, *part.posts[1:])
        found = np.empty((bottom - top, part.shape[1]), dtype=np.float32)
        resample(sheet.rows(first, last), strip, target, found)
        _lay(found, True, heights[top:bottom], covered[top:bottom])


@kernel
def resample(heights, posts, target, out):
    """Fill `out` with the heights of one grid at the posts of another.

    Parameters
    ----------
    heights : ndarray (n, m)
    posts : Posts
        Of `heights`.
    target : Posts
        Of `out`.
    out : ndarray (n_rows, n_columns)
        A post that two grids share keeps its height exactly. Between posts it is bilinear; where the
        target's cell spans several posts, it is the mean over the cell. A void in reach gives a void.
    """
    # More than a hair beyond the same step makes a cell of several posts.
    n_down = max(1, int(np.ceil(target.lat_step / posts.lat_step - 1e-6)))
    n_right = max(1, int(np.ceil(target.lon_step / posts.lon_step - 1e-6)))
    down, right = target.lat_step / posts.lat_step, target.lon_step / posts.lon_step
    top = (posts.north - target.north) / posts.lat_step
    turns = (target.west - posts.west) / (2.0 * math.pi)
    east = 2.0 * math.pi * (turns - np.floor(turns + 1e-9)) / posts.lon_step
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            cell = (top + row * down, east + column * right, down, right)
            out[row, column] = _cell_mean(heights, cell, n_down, n_right)


@kernel
def _cell_mean(heights, cell, n_down, n_right):
    """Mean height over a cell (row, column of its middle, extent down and right, in posts)."""
    total, count = 0.0, 0
    for place in range(n_down * n_right):
        i, j = place // n_right, place % n_right
        row = _nearly(cell[0] + cell[2] * ((i + 0.5) / n_down - 0.5))
        column = _nearly(cell[1] + cell[3] * ((j + 0.5) / n_right - 0.5))
        # Half of an outermost cell lies beyond the last post; the mean is over the rest.
        if 0.0 <= row <= heights.shape[0] - 1 and 0.0 <= column <= heights.shape[1] - 1:
            total += bilinear(heights, row, column)
            count += 1
    return total / count if count > 0 else math.nan


@kernel
def _nearly(index):
    """The whole number within a hundred-thousandth of an index, if there is one: files round where
    they begin.
    """
    nearest = np.rint(index)
    return nearest if abs(index - nearest) < 1e-5 else index


def _told(glances: Sequence[_Glance], whole: Grid, thinning: int) -> str:
    """In words, how the files' posts became those of the grid."""
    if thinning > 1:
        return f"thinned: mean over {thinning} × {thinning} posts"
    if any(glance.is_warped for glance in glances):
        return "warped to WGS-84 degrees, bilinear"
    steps = np.array([glance.grid.posts[2:] for glance in glances])
    is_same = np.allclose(steps, whole.posts[2:], rtol=1e-6, atol=0.0) and all(
        _shares_posts(glance.grid.posts, whole.posts) for glance in glances
    )
    return "none: every post is the file's own" if is_same else "bilinear between the files' own posts"


def _shares_posts(posts: Posts, whole: Posts) -> bool:
    down = (whole.north - posts.north) / whole.lat_step
    right = math.remainder(posts.west - whole.west, _TURN) / whole.lon_step
    return max(abs(down - round(down)), abs(right - round(right))) < 1e-3
