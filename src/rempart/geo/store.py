"""Terrain by name or by file."""

from __future__ import annotations

from pathlib import Path

from rempart.base.errors import Fault, StoreError
from rempart.geo.raster import read_raster
from rempart.geo.shipped import shipped_terrain
from rempart.geo.terrain import Terrain, flat_terrain

NAMES = ("iraq", "flat")
"""Terrain that needs no file: the shipped crop, and height 0 everywhere."""


def load_terrain(name_or_path: str | Path) -> Terrain:
    """Terrain by name (`iraq`, `flat`) or from a GeoTIFF, HGT or DTED file.

    Raises
    ------
    StoreError
        If there is no such terrain or the file cannot be used; says why.
    """
    if name_or_path == "flat":
        return flat_terrain()
    if name_or_path == "iraq":
        return shipped_terrain("iraq")
    path = Path(name_or_path)
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "no such terrain or file"
        allowed = f"{', '.join(NAMES)}, or the path of a GeoTIFF, HGT or DTED file"
        raise StoreError(Fault(str(name_or_path), found, allowed, "Check the name or the path."))
    return read_raster(path)
