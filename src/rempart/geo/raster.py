"""Reading terrain from GeoTIFF, HGT and DTED files through rasterio (the `terrain` extra)."""

from __future__ import annotations

import math
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import Fault, StoreError
from rempart.geo.terrain import Posts, Terrain

FIRST_BYTES = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"MM\0+": "GTiff",
    b"UHL1": "DTED",
    b"VOL1": "DTED",
    b"HDR1": "DTED",
}
"""How a file begins → GDAL driver. HGT has no header and is known by its name. No other driver is
tried: some formats can point at other files or network addresses."""
VOIDS = (-32768.0, -32767.0)
"""Values that mean `unknown` in HGT and DTED, and in files made from them that forgot to say so."""
MAX_POSTS = 40_000_000
_METRES = {
    "": 1.0,
    "m": 1.0,
    "metre": 1.0,
    "meter": 1.0,
    "metres": 1.0,
    "meters": 1.0,
    "ft": 0.3048,
    "foot": 0.3048,
    "feet": 0.3048,
    "us-ft": 1200 / 3937,
}


def read_raster(path: Path) -> Terrain:
    """Terrain from the first band of a file, at its own resolution.

    A pixel stands for its centre, whether the file calls its values areas or points. Another
    coordinate system than geographic is warped to WGS-84 degrees (bilinear).

    Raises
    ------
    StoreError
        If rasterio is not installed, or the file is damaged, too large or not a terrain raster.
    """
    try:
        import rasterio
    except ImportError as error:
        raise StoreError(
            Fault(
                str(path),
                "reading terrain files needs rasterio, which is not installed",
                "iraq or flat without it",
                f'Install it: {sys.executable} -m pip install "rasterio>=1.4"',
            )
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            return _terrain_in(rasterio.open(path, driver=_driver(path)), path)
    except (rasterio.errors.RasterioError, OSError, ValueError, MemoryError) as error:
        raise _unusable(path, f"cannot be read as terrain ({_first_line(error)})") from error


def _terrain_in(opened: Any, path: Path) -> Terrain:
    with opened as raster:
        _check(raster, path)
        heights, transform, unit = _geographic(raster, _metres(raster, path))
        return Terrain(
            path.stem,
            *_from_north_west(heights, transform, unit),
            _datum(raster),
            _source(raster, path),
        )


def _unusable(path: Path, found: str) -> StoreError:
    return StoreError(
        Fault(
            str(path),
            found,
            "a whole GeoTIFF, HGT or DTED file of ground heights",
            "Fetch or cut the file again (gdalinfo shows what it holds).",
        )
    )


def _driver(path: Path) -> str:
    if path.suffix.lower() == ".hgt":
        return "SRTMHGT"
    with path.open("rb") as file:
        driver = FIRST_BYTES.get(file.read(4))
    if driver is None:
        raise _unusable(path, "is neither GeoTIFF, HGT nor DTED")
    return driver


def _first_line(error: BaseException) -> str:
    return next(iter(str(error.__cause__ or error).splitlines()), type(error).__name__)


def _check(raster: Any, path: Path) -> None:
    if raster.crs is None:
        raise _unusable(path, "has no coordinate system")
    if raster.width < 2 or raster.height < 2:
        raise _unusable(path, f"has {raster.height} × {raster.width} posts, too few to interpolate")
    if raster.width * raster.height > MAX_POSTS:
        raise _unusable(path, f"has {raster.height} × {raster.width} posts, more than {MAX_POSTS:,}")
    if "complex" in raster.dtypes[0]:
        raise _unusable(path, f"holds {raster.dtypes[0]} values, not heights")
    if (
        raster.crs.is_geographic
        and max(abs(raster.bounds.top), abs(raster.bounds.bottom)) * raster.crs.units_factor[1] > 1.6
    ):
        raise _unusable(path, "reaches beyond the poles")
    if _unit(raster) not in _METRES:
        raise _unusable(path, f"has heights in {raster.units[0]!r}")


def _unit(raster: Any) -> str:
    return (raster.units[0] or "").lower()


def _metres(raster: Any, path: Path) -> np.ndarray:
    """Heights [m] with NaN for every void."""
    stored = raster.read(1, masked=True)
    values = stored.data.astype(np.float32)
    void = np.ma.getmaskarray(stored) | np.isin(values, VOIDS) | ~np.isfinite(values)
    metre = _METRES[_unit(raster)]
    values = values * np.float32(raster.scales[0] * metre) + np.float32(raster.offsets[0] * metre)
    values[void] = np.nan
    if void.all():
        raise _unusable(path, "holds nothing but voids")
    return values


def _geographic(raster: Any, heights: np.ndarray) -> tuple[np.ndarray, Any, float]:
    """Heights in a north-up grid of angles, its transform, and the angle's unit [rad]."""
    turned = raster.transform.b != 0.0 or raster.transform.d != 0.0
    if raster.crs.is_geographic and not turned:
        return heights, raster.transform, float(raster.crs.units_factor[1])
    from rasterio.warp import Resampling, calculate_default_transform, reproject

    transform, width, height = calculate_default_transform(
        raster.crs, "EPSG:4326", raster.width, raster.height, *raster.bounds
    )
    warped = np.full((height, width), np.nan, dtype=np.float32)
    reproject(
        heights,
        warped,
        src_transform=raster.transform,
        src_crs=raster.crs,
        src_nodata=np.nan,
        dst_transform=transform,
        dst_crs="EPSG:4326",
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    return warped, transform, math.pi / 180.0


def _from_north_west(heights: np.ndarray, transform: Any, unit: float) -> tuple[np.ndarray, Posts]:
    """Heights turned so that rows run south and columns east, with the place of the first post."""
    if transform.e > 0.0:
        heights = heights[::-1]
    if transform.a < 0.0:
        heights = heights[:, ::-1]
    rows, columns = heights.shape
    lats = [transform.f + transform.e * (row + 0.5) for row in (0, rows - 1)]
    lons = [transform.c + transform.a * (column + 0.5) for column in (0, columns - 1)]
    west = math.remainder(min(lons) * unit, 2.0 * math.pi)
    return heights, Posts(max(lats) * unit, west, abs(transform.e) * unit, abs(transform.a) * unit)


def _source(raster: Any, path: Path) -> str:
    system = raster.crs.to_wkt().split('"')[1]
    return f"{path.name} ({raster.driver}, {system})"


def _datum(raster: Any) -> str:
    tags = raster.tags()
    vertical = {"MSL": "mean sea level", "E96": "EGM96 geoid"}.get(tags.get("DTED_VerticalDatum", ""))
    if vertical is None and raster.driver == "SRTMHGT":
        vertical = "EGM96 geoid"
    if vertical is None and raster.crs.to_wkt().startswith("COMPD_CS"):
        vertical = raster.crs.to_wkt().split('VERT_DATUM["')[1].split('"')[0]
    return vertical or "not stated, taken as mean sea level"
