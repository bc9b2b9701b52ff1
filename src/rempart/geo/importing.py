"""Bringing terrain files into the user's store: merged, voids filled where asked, and described."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rempart.base.errors import Fault, StoreError
from rempart.geo.mosaic import Mosaic, mosaic
from rempart.geo.store import NAME, NAMES, Manifest, keep_terrain, mask_digest
from rempart.geo.terrain import Terrain

FILL_REACH = 100
"""Posts from known ground beyond which a void is not filled."""
MAX_FILES = 1000
_UNREACHED = np.float32(-99999.0)
"""What a void holds before it is filled, and still holds where no ground is near enough."""


def import_terrain(paths: Sequence[Path], name: str | None = None, fills_voids: bool = False) -> Manifest:
    """Bring GeoTIFF, HGT or DTED files into the store as one terrain.

    Parameters
    ----------
    paths : sequence of Path
    name : str, optional
        By default the first file's.
    fills_voids : bool
        Fill voids from the ground around them; which posts were is kept.

    Raises
    ------
    StoreError
        If a name or a file cannot be used; nothing is then written.
    """
    name = _checked_name(name or _name_from(paths[0]))
    _check_files(paths)
    merged = mosaic(paths)
    is_void = merged.is_covered & np.isnan(merged.heights)
    heights = _filled(merged, is_void) if fills_voids else merged.heights
    filled = is_void & ~np.isnan(heights)
    n_filled = int(filled.sum())
    # Read-only heights are not copied once more.
    heights.flags.writeable = False
    terrain = Terrain(name, heights, merged.grid.posts, " and ".join(merged.datums), "")
    manifest = Manifest(
        name=name,
        digest=terrain.digest,
        sources=tuple({"file": path.name, "sha256": _sha256(path)} for path in paths),
        extent_deg=_extent(terrain),
        shape=merged.grid.shape,
        posts=(*terrain.posts,),
        systems=merged.systems,
        datum=terrain.datum,
        resampling=merged.resampling,
        n_voids=int(is_void.sum()) - n_filled,
        n_filled=n_filled,
        n_uncovered=int(heights.size - merged.is_covered.sum()),
        filled=mask_digest(np.packbits(filled)) if n_filled else "",
    )
    keep_terrain(manifest, terrain.heights, filled)
    return manifest


def _extent(terrain: Terrain) -> tuple[float, float, float, float]:
    """South, west, north, east [deg] of the outermost posts."""
    south, west, north, east = (round(math.degrees(edge), 7) for edge in terrain.bounds)
    return south, west, north, east


def _filled(merged: Mosaic, is_void: np.ndarray) -> np.ndarray:
    """Heights with voids filled by inverse distance from the nearest ground in eight directions or so.

    Ground that no file covers stays without a height, however near.
    """
    from rasterio.fill import fillnodata

    known = ~np.isnan(merged.heights)
    heights = fillnodata(np.where(known, merged.heights, _UNREACHED), known, FILL_REACH)
    return np.where(known | (is_void & (heights != _UNREACHED)), heights, np.float32(np.nan))


def _name_from(path: Path) -> str:
    """A file's name with the signs that a terrain's name cannot have made into `_`."""
    kept = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in path.stem)
    return kept[:40] if kept[:1].isalpha() else f"t{kept}"[:40]


def _checked_name(name: str) -> str:
    if NAME.fullmatch(name) and name not in NAMES:
        return name
    found = "is the name of a terrain that comes with Rempart" if name in NAMES else "cannot name a terrain"
    allowed = "a letter, then up to 39 letters, digits, - or _"
    raise StoreError(Fault(repr(name), found, allowed, "Choose another with --name."))


def _check_files(paths: Sequence[Path]) -> None:
    faults = [
        Fault(str(path), "is a folder" if path.is_dir() else "no such file", "a GeoTIFF, HGT or DTED file")
        for path in paths
        if not path.is_file()
    ]
    if len(paths) > MAX_FILES:
        faults.append(Fault(str(paths[0]), f"{len(paths)} files at once", f"up to {MAX_FILES}"))
    if faults:
        raise StoreError(faults)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
