"""Terrain by name or by file, and the user's own terrain, kept by name and digest.

A folder of the user holds a manifest `NAME.json` for each terrain, and beside the manifests the
heights as NumPy writes them, `DIGEST.npy`: named by a digest of what is in them, so that two names
can share heights, and damage is noticed. They are mapped into memory, not read, when used.
"""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import Fault, StoreError
from rempart.base.files import write_atomically
from rempart.geo.raster import read_raster
from rempart.geo.shipped import shipped_terrain
from rempart.geo.terrain import Posts, Terrain, flat_terrain

NAMES = ("iraq", "flat")
"""Terrain that needs no file: the shipped crop, and height 0 everywhere."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_FORM = 1


@dataclass(frozen=True)
class Manifest:
    """What is known of a terrain in the store."""

    name: str
    digest: str
    """of heights and posts, 32 hexadecimal digits"""
    sources: tuple[dict[str, str], ...]
    """each file's name and the SHA-256 of its content"""
    extent_deg: tuple[float, float, float, float]
    """south, west, north, east of the outermost posts"""
    shape: tuple[int, int]
    """posts from north to south, from west to east"""
    posts: tuple[float, float, float, float]
    """first latitude and longitude, steps down and right [rad]"""
    systems: tuple[str, ...]
    """coordinate systems of the files"""
    datum: str
    resampling: str
    n_voids: int
    """posts without a height though a file covers them"""
    n_filled: int
    """voids that were filled in; `filled` says which"""
    n_uncovered: int
    """posts that no file covers"""
    filled: str = ""
    """digest of the mask of filled posts, which lies beside the heights; empty if none was"""

    @property
    def step_arcsec(self) -> tuple[float, float]:
        """Steps between posts, down and right [arc seconds]."""
        down, right = np.degrees(self.posts[2:]) * 3600.0
        return round(float(down), 4), round(float(right), 4)

    def to_json(self) -> dict[str, object]:
        """Everything, as one JSON object."""
        return {**asdict(self), "step_arcsec": self.step_arcsec}


def load_terrain(name_or_path: str | Path) -> Terrain:
    """Terrain by name (`iraq`, `flat`, or of the store) or from a GeoTIFF, HGT or DTED file.

    Raises
    ------
    StoreError
        If there is no such terrain or the file cannot be used; says why.
    """
    if name_or_path == "flat":
        return flat_terrain()
    if name_or_path == "iraq":
        return shipped_terrain("iraq")
    if str(name_or_path) in stored_names():
        return _mapped(terrain_folder(), str(name_or_path), stored_terrain(str(name_or_path)).digest)
    path = Path(name_or_path)
    if not path.is_file():
        raise _unknown(str(name_or_path), "is a folder" if path.is_dir() else "no such terrain or file")
    return read_raster(path)


def playable_terrain(name_or_path: str | Path) -> Terrain:
    """Terrain in which a scenario can be played: one without voids.

    A void would count as sea, which hides nothing: the defence would see better than it does.

    Raises
    ------
    StoreError
        As `load_terrain`, and if ground that the terrain's files cover has no height.
    """
    terrain = load_terrain(name_or_path)
    if str(name_or_path) in stored_names():
        n_voids = stored_terrain(str(name_or_path)).n_voids
    else:
        n_voids = int(np.isnan(terrain.heights).sum())
    if n_voids:
        found = f"{n_voids:,} of its {terrain.heights.size:,} posts have no height"
        remedy = "Bring it in with `rempart terrain import FILE --fill-voids`, or choose a better source."
        raise StoreError(Fault(str(name_or_path), found, "terrain without voids", remedy))
    return terrain


def terrain_folder() -> Path:
    """The store's folder, in the user's data (`REMPART_DATA_DIR` moves it); it may not exist yet."""
    chosen = os.environ.get("REMPART_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser() / "terrain"
    from platformdirs import user_data_path

    return user_data_path("rempart", appauthor=False) / "terrain"


def stored_names() -> tuple[str, ...]:
    """Names in the store, in order."""
    return tuple(sorted(path.stem for path in terrain_folder().glob("*.json") if NAME.fullmatch(path.stem)))


def stored_terrain(name: str) -> Manifest:
    """What is known of a terrain in the store.

    Raises
    ------
    StoreError
        If none has that name, or its manifest is damaged.
    """
    if name not in stored_names():
        raise _unknown(name, "no such terrain in the store")
    path = terrain_folder() / f"{name}.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("form") != _FORM:
            raise ValueError("written by another version")
        listed: dict[str, Any] = {
            key: tuple(part) if isinstance(part, list) else part for key, part in told.items()
        }
        return Manifest(**listed)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path, str(error)) from error


def keep_terrain(manifest: Manifest, heights: np.ndarray, filled: np.ndarray) -> Path:
    """Put a terrain into the store under its name; one of the same name is replaced.

    Parameters
    ----------
    manifest : Manifest
    heights : ndarray (n_rows, n_columns) of float32
    filled : ndarray (n_rows, n_columns) of bool

    Returns
    -------
    Path
        The manifest, which is written last: what it names is there.
    """
    folder = terrain_folder()
    _keep_array(folder / f"{manifest.digest}.npy", heights)
    if manifest.filled:
        _keep_array(folder / f"{manifest.filled}.filled.npy", np.packbits(filled))
    content = json.dumps({"form": _FORM, **asdict(manifest)}, indent=1, ensure_ascii=False) + "\n"
    return write_atomically(folder / f"{manifest.name}.json", content)


def drop_terrain(name: str) -> Manifest:
    """Take a terrain out of the store; heights that another name uses stay."""
    gone = stored_terrain(name)
    folder = terrain_folder()
    (folder / f"{name}.json").unlink()
    kept = [stored_terrain(other) for other in stored_names()]
    for part, used in (
        (f"{gone.digest}.npy", {one.digest for one in kept}),
        (f"{gone.filled}.filled.npy", {one.filled for one in kept}),
    ):
        if part.partition(".")[0] not in used:
            (folder / part).unlink(missing_ok=True)
    return gone


def filled_posts(name: str) -> np.ndarray:
    """Which posts of a stored terrain were voids and were filled in: (n_rows, n_columns) of bool."""
    manifest = stored_terrain(name)
    if not manifest.filled:
        return np.zeros(manifest.shape, dtype=bool)
    path = terrain_folder() / f"{manifest.filled}.filled.npy"
    try:
        packed = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(path, str(error)) from error
    if mask_digest(packed) != manifest.filled:
        raise _damaged(path, "its content is not what its name says")
    n_rows, n_columns = manifest.shape
    return np.unpackbits(packed, count=n_rows * n_columns).reshape(manifest.shape).astype(bool)


def mask_digest(packed: np.ndarray) -> str:
    """32 hexadecimal digits that name a packed mask."""
    return blake2b(packed.tobytes(), digest_size=16).hexdigest()


def _keep_array(path: Path, array: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, array)
    write_atomically(path, content.getvalue())


@cache
def _mapped(folder: Path, name: str, digest: str) -> Terrain:
    """Heights mapped into memory, checked once a process against the digest that names them."""
    path, manifest = folder / f"{digest}.npy", stored_terrain(name)
    try:
        heights = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(path, str(error)) from error
    source = ", ".join(source["file"] for source in manifest.sources)
    terrain = Terrain(name, heights, Posts(*manifest.posts), manifest.datum, source)
    if terrain.digest != digest:
        raise _damaged(path, "its content is not what its name says")
    return terrain


def _damaged(path: Path, found: str) -> StoreError:
    remedy = "Bring the terrain in again with `rempart terrain import`."
    return StoreError(Fault(str(path), f"is damaged ({found})", "the file as Rempart wrote it", remedy))


def _unknown(name: str, found: str) -> StoreError:
    names = (*NAMES, *stored_names())
    close = get_close_matches(name, names, n=1)
    remedy = f"Did you mean {close[0]!r}?" if close else "Check the name or the path."
    allowed = f"{', '.join(names)}, or the path of a GeoTIFF, HGT or DTED file"
    return StoreError(Fault(name, found, allowed, remedy))
