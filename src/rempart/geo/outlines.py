"""Outlines of the marked cells of a grid, as polygons with holes."""

from __future__ import annotations

import numpy as np

from rempart.geo.terrain import Posts

Ring = list[tuple[int, int]]
"""Corners (row, column) of cells, the last like the first; corner (0, 0) is the grid's north-west one."""
_TURNS = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""Steps north, east, south, west: each is a right turn of the one before."""


def outlines(marked: np.ndarray) -> list[list[Ring]]:
    """Polygons around all marked cells; each is its outline, then its holes.

    Returns
    -------
    list of polygons
        Outlines run counter-clockwise on the map and holes clockwise (RFC 7946). Cells that touch only
        at a corner are apart. The areas inside add up to the marked cells.
    """
    if not marked.any():
        return []
    from scipy.ndimage import label

    labels, n_parts = label(marked)
    polygons: list[list[Ring]] = [[] for _ in range(n_parts)]
    left = _edges(marked)
    # Row by row: a part's northernmost corner is on its outline, so that comes before its holes.
    for start, directions in left.items():
        while directions:
            first = min(directions)
            polygons[labels[_cell_left_of(start, first)] - 1].append(_walked(left, labels, start, first))
    return polygons


def ring_places(ring: Ring, posts: Posts) -> np.ndarray:
    """Latitude and longitude (n, 2) [rad] of the corners of a ring; posts are the middles of cells."""
    corners = np.array(ring, dtype=np.float64) - 0.5
    lat, lon = posts.north - corners[:, 0] * posts.lat_step, posts.west + corners[:, 1] * posts.lon_step
    return np.column_stack([lat, lon])


def _edges(marked: np.ndarray) -> dict[tuple[int, int], set[int]]:
    """Corner → directions in which an edge leaves it with a marked cell on its left, row by row."""
    around = np.pad(marked, 1)
    inner = around[1:-1, 1:-1]
    # A cell's edges, counter-clockwise: its north side runs west, its west side south, and so on.
    sides = (
        (3, ~around[:-2, 1:-1], (0, 1)),
        (2, ~around[1:-1, :-2], (0, 0)),
        (1, ~around[2:, 1:-1], (1, 0)),
        (0, ~around[1:-1, 2:], (1, 1)),
    )
    found: list[tuple[int, int, int]] = []
    for direction, is_open, (down, right) in sides:
        rows, columns = np.nonzero(inner & is_open)
        found += zip((rows + down).tolist(), (columns + right).tolist(), [direction] * len(rows), strict=True)
    edges: dict[tuple[int, int], set[int]] = {}
    for row, column, direction in sorted(found):
        edges.setdefault((row, column), set()).add(direction)
    return edges


def _cell_left_of(corner: tuple[int, int], direction: int) -> tuple[int, int]:
    row, column = corner
    return ((row - 1, column - 1), (row - 1, column), (row, column), (row, column - 1))[direction]


def _walked(
    left: dict[tuple[int, int], set[int]], labels: np.ndarray, start: tuple[int, int], first: int
) -> Ring:
    """The ring that begins at a corner; its edges are taken out, and straight runs become one edge."""
    ring, corner, direction = [start], start, first
    while True:
        step = _TURNS[direction]
        corner = (corner[0] + step[0], corner[1] + step[1])
        ring.append(corner)
        onward = _onward(left[corner], labels, corner, direction)
        left[corner].discard(onward)
        if corner == start and onward == first:
            return ring
        if onward == direction:
            ring.pop()
        direction = onward


def _onward(directions: set[int], labels: np.ndarray, corner: tuple[int, int], direction: int) -> int:
    """Where to go on from a corner.

    Where two cells touch at it, right if they belong to one part, so that what they shut in is a hole;
    else left, so that parts stay apart.
    """
    row, column = corner
    around = labels[max(row - 1, 0) : row + 1, max(column - 1, 0) : column + 1]
    is_one_part = len(np.unique(around[around > 0])) == 1
    turns = (1, 0, 3) if is_one_part else (3, 0, 1)
    return next((direction + turn) % 4 for turn in turns if (direction + turn) % 4 in directions)
