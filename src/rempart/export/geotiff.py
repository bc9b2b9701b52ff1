"""GeoTIFF: counts on a grid of latitude and longitude, one band a layer, as GIS programs read them.

Written after TIFF 6.0 and OGC 19-008r4 (GeoTIFF 1.1), with GDAL's tags for no-data and band names.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from html import escape

import numpy as np

from rempart.geo.terrain import Posts

_SHORT, _LONG, _DOUBLE, _ASCII = 3, 4, 12, 2
_SIZES = {_SHORT: ("H", 2), _LONG: ("I", 4), _DOUBLE: ("d", 8)}
_DEFLATE = 8
_GEO_KEYS = (1, 1, 1, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)
"""Version 1.1 with three keys: geographic, a pixel is an area, EPSG 4326."""


def geotiff_bytes(bands: np.ndarray, posts: Posts, names: Sequence[str], no_data: int, about: str) -> bytes:
    """A GeoTIFF in WGS-84 degrees.

    Parameters
    ----------
    bands : ndarray (n_bands, n_rows, n_columns) of uint16
        Rows from north to south.
    posts : Posts
        Middles of the cells [rad].
    names : sequence of str
        One a band.
    no_data : int
        The count that means none.
    about : str
        What the file is, in plain text.
    """
    n_bands, n_rows, n_columns = bands.shape
    strips = [zlib.compress(np.ascontiguousarray(band, "<u2").tobytes(), 6) for band in bands]
    lat_step, lon_step = math.degrees(posts.lat_step), math.degrees(posts.lon_step)
    north, west = math.degrees(posts.north) + 0.5 * lat_step, math.degrees(posts.west) - 0.5 * lon_step
    offsets = (8 + np.cumsum([0, *map(len, strips[:-1])])).tolist()
    tags = {
        256: (_LONG, [n_columns]),
        257: (_LONG, [n_rows]),
        258: (_SHORT, [16] * n_bands),
        259: (_SHORT, [_DEFLATE]),
        262: (_SHORT, [1]),  # larger is lighter
        270: (_ASCII, about),
        273: (_LONG, offsets),
        277: (_SHORT, [n_bands]),
        278: (_LONG, [n_rows]),
        279: (_LONG, list(map(len, strips))),
        284: (_SHORT, [2]),  # band after band
        305: (_ASCII, "Rempart"),
        338: (_SHORT, [0] * (n_bands - 1)),  # the other bands are no colours
        339: (_SHORT, [1] * n_bands),  # unsigned
        33550: (_DOUBLE, [lon_step, lat_step, 0.0]),
        33922: (_DOUBLE, [0.0, 0.0, 0.0, west, north, 0.0]),
        34735: (_SHORT, list(_GEO_KEYS)),
        42112: (_ASCII, _band_names(names)),
        42113: (_ASCII, str(no_data)),
    }
    if n_bands == 1:
        del tags[338]
    body = b"".join(strips)
    body += b"\0" * (len(body) % 2)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(body))
    return head + body + _directory(tags, 8 + len(body))


def _band_names(names: Sequence[str]) -> str:
    items = (
        f'<Item name="DESCRIPTION" sample="{band}" role="description">{escape(name)}</Item>'
        for band, name in enumerate(names)
    )
    return f"<GDALMetadata>{''.join(items)}</GDALMetadata>"


def _directory(tags: dict[int, tuple[int, str | list[int] | list[float]]], start: int) -> bytes:
    """The image file directory, and after it the values that have no room in it."""
    entries, beyond = b"", b""
    room = start + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        if isinstance(values, str):
            data = values.encode("ascii", "replace") + b"\0"
            count = len(data)
        else:
            data, count = struct.pack(f"<{len(values)}{_SIZES[kind][0]}", *values), len(values)
        if len(data) > 4:
            place = room + len(beyond)
            beyond += data + b"\0" * (len(data) % 2)
            data = struct.pack("<I", place)
        entries += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0) + beyond
