"""A mask map: what it depends on, what it holds, and how it is kept on disk for the next run.

A file holds two counts and the heights. Its name is a digest of everything the map depends on, the
program that computed it included.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rempart.base.files import cache_folder, keep, kept
from rempart.base.kernel import kernel_digest

N_AZIMUTHS = 720
RANGE_STEP = 500.0
"""[m] between columns of a map; the ground is sampled more densely."""
_COUNTS = 16
_program = cache(kernel_digest)


class Site(NamedTuple):
    """Where an antenna stands and which way its map is turned."""

    lat: float
    lon: float
    antenna: float
    """[m] above the terrain's datum"""
    first_azimuth: float
    """true azimuth [rad] of the map's first ray"""


@dataclass(frozen=True, eq=False)
class MaskMap:
    """Lowest visible height around one antenna."""

    height: np.ndarray
    """(N_AZIMUTHS, n_ranges) float32 [m above the terrain's datum]; column j is range j × range_step"""
    range_step: float
    """[m] along the ground"""
    n_void: int
    """ground samples taken as sea because the terrain is void there"""
    n_outside: int
    """ground samples taken as sea because the terrain ends before"""


def map_path(terrain_digest: str, site: Site, max_range: float) -> Path:
    """Where a map is kept; different inputs, however close, have different names."""
    numbers = [float(value).hex() for value in (*site, max_range)]
    key = " ".join([_program(), terrain_digest, *numbers])
    return cache_folder("masks") / f"{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}.mask"


def write_map(path: Path, mask: MaskMap) -> None:
    """Keep a map if the disk allows it; without it the next run only takes longer."""
    counts = np.array([mask.n_void, mask.n_outside], dtype="<i8")
    keep(path, counts.tobytes() + mask.height.astype("<f4").tobytes())


def read_map(path: Path) -> MaskMap | None:
    """Map from a file; None if there is none or it is damaged."""
    body = kept(path)
    if body is None:
        return None
    n_void, n_outside = np.frombuffer(body[:_COUNTS], dtype="<i8")
    height = np.frombuffer(body, dtype="<f4", offset=_COUNTS).reshape(N_AZIMUTHS, -1)
    return MaskMap(height, RANGE_STEP, int(n_void), int(n_outside))
