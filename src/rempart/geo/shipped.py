"""Terrain that comes with Rempart, in a compact file that the standard library can open.

The file is gzip. Inside: one line of JSON (what `Terrain` needs besides heights), then two planes of
bytes, low and high, of the coded heights. Each height is coded as what is left after a guess from
its western neighbour and the slope one row north, folded so that small numbers of either sign stay
small. Heights are whole metres; the coding loses nothing.
"""

from __future__ import annotations

import gzip
import json
import zlib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rempart.base.errors import Fault, StoreError
from rempart.geo.terrain import Posts, Terrain

SHIPPED = ("iraq",)
_DEGREE = np.pi / 180.0


@cache
def shipped_terrain(name: str) -> Terrain:
    """Terrain from the package's own data.

    Raises
    ------
    StoreError
        If none of that name is shipped, or the installed file is damaged.
    """
    if name not in SHIPPED:
        raise StoreError(Fault(f"terrain {name!r}", "is not shipped", ", ".join(SHIPPED)))
    try:
        return decoded(name, files("rempart.geo").joinpath("data", f"{name}.gz").read_bytes())
    except (OSError, EOFError, zlib.error, ValueError, KeyError) as error:
        raise StoreError(
            Fault(
                f"shipped terrain {name!r}",
                f"cannot be read ({error})",
                "the file as released",
                "Install Rempart again.",
            )
        ) from error


def encoded(heights: np.ndarray, about: dict[str, Any]) -> bytes:
    """Content of a shipped terrain file.

    Parameters
    ----------
    heights : ndarray (n_rows, n_columns)
        Whole metres from -500 to 9000, no voids.
    about : dict
        `north_deg`, `west_deg` of the first post, `posts_per_deg`, `datum`, `source`.
    """
    whole = heights.astype(np.int32)
    slope = np.diff(whole, axis=1, prepend=0)
    left = slope.copy()
    left[1:] -= slope[:-1] >> 1
    folded = ((left << 1) ^ (left >> 31)).astype(np.uint16)
    header = json.dumps({"rows": whole.shape[0], "columns": whole.shape[1], **about}).encode()
    planes = (folded & 0xFF).astype(np.uint8).tobytes() + (folded >> 8).astype(np.uint8).tobytes()
    return gzip.compress(header + b"\n" + planes, mtime=0)


def decoded(name: str, content: bytes) -> Terrain:
    """Terrain from the content of a shipped file; undoes `encoded`."""
    header, planes = gzip.decompress(content).split(b"\n", 1)
    about = json.loads(header)
    shape = about["rows"], about["columns"]
    low, high = np.frombuffer(planes, dtype=np.uint8).reshape(2, *shape)
    folded = low.astype(np.int16) | (high.astype(np.int16) << 8)
    slope = (folded >> 1) ^ -(folded & 1)
    for row in range(1, shape[0]):
        slope[row] += slope[row - 1] >> 1
    heights = np.cumsum(slope, axis=1, dtype=np.int16)
    step = _DEGREE / about["posts_per_deg"]
    posts = Posts(about["north_deg"] * _DEGREE, about["west_deg"] * _DEGREE, step, step)
    return Terrain(name, heights, posts, about["datum"], about["source"])
