"""Reading terrain from GeoTIFF, HGT and DTED files through rasterio (the `terrain` extra)."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
"""Posts of one terrain: 160 MB of heights."""
LOWEST, HIGHEST = -11_500.0, 9_000.0
"""No ground on earth lies deeper or higher [m]; heights beyond are in another unit."""
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
_SAME_AS_WGS84 = ("World Geodetic System 1984", "Unknown based on WGS", "Not specified (based on WGS 84")


@dataclass(frozen=True)
class Grid:
    """Where a raster's posts are: the first one, the steps between them, and how many there are."""

    posts: Posts
    shape: tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """An open raster of ground heights, and the grid of latitude and longitude that it fills."""

    raster: Any
    path: Path
    grid: Grid
    is_warped: bool
    """its own grid is not one of WGS-84 latitude and longitude"""

    @property
    def system(self) -> str:
        """Name of the coordinate system that the file is in."""
        return str(self.raster.crs.to_wkt().split('"')[1])

    def rows(self, first: int, last: int) -> np.ndarray:
        """Heights [m] of rows first to last - 1 of the grid, voids NaN; for a sheet that is not warped."""
        from rasterio.windows import Window

        transform, n_rows = self.raster.transform, self.raster.height
        top = n_rows - last if transform.e > 0.0 else first
        heights = _metres(self.raster, self.path, Window(0, top, self.raster.width, last - first))
        if transform.e > 0.0:
            heights = heights[::-1]
        return np.ascontiguousarray(heights[:, ::-1] if transform.a < 0.0 else heights)

    def warped(self, grid: Grid, is_mean: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Heights [m] at the posts of a grid, and which of these posts the file covers.

        Bilinear, or the mean of all posts around each one of a coarser grid. The file is read whole.
        """
        from rasterio.warp import Resampling

        self.refuse_more_than(MAX_POSTS, "Warp it first: gdalwarp -t_srs EPSG:4326.")
        own = _metres(self.raster, self.path)
        method = Resampling.average if is_mean else Resampling.bilinear
        heights = self._on(grid, own, method)
        covered = self._on(grid, np.ones_like(own), Resampling.nearest)
        return heights, covered == 1.0

    def _on(self, grid: Grid, own: np.ndarray, method: Any) -> np.ndarray:
        from rasterio.transform import from_origin
        from rasterio.warp import reproject

        centre = _centre(self.raster)
        north, west, lat_step, lon_step = np.degrees(grid.posts)
        east = math.remainder(west - centre, 360.0)
        found = np.full(grid.shape, np.nan, dtype=np.float32)
        reproject(
            own,
            found,
            src_transform=self.raster.transform,
            src_crs=horizontal(self.raster.crs).to_wkt(),
            src_nodata=np.nan,
            dst_transform=from_origin(east - 0.5 * lon_step, north + 0.5 * lat_step, lon_step, lat_step),
            dst_crs=_degrees_from(centre),
            dst_nodata=np.nan,
            resampling=method,
        )
        return found

    def refuse_more_than(self, limit: int, remedy: str = "") -> None:
        """Refuse a raster of more posts than a limit."""
        rows, columns = self.raster.height, self.raster.width
        if rows * columns > limit:
            raise _unusable(self.path, f"has {rows} × {columns} posts, more than {limit:,}", remedy)

    @property
    def datum(self) -> str:
        """What the heights are measured from."""
        tags, system = self.raster.tags(), self.raster.crs.to_wkt()
        vertical = {"MSL": "mean sea level", "E96": "EGM96 geoid"}.get(tags.get("DTED_VerticalDatum", ""))
        if vertical is None and self.raster.driver == "SRTMHGT":
            vertical = "EGM96 geoid"
        if vertical is None and system.startswith("COMPD_CS"):
            vertical = system.split('VERT_DATUM["')[1].split('"')[0]
        return vertical or "not stated, taken as mean sea level"


def read_raster(path: Path) -> Terrain:
    """Terrain from the first band of a file, at its own resolution.

    A pixel stands for its centre, whether the file calls its values areas or points. Another
    coordinate system than WGS-84 latitude and longitude is warped to it (bilinear).

    Raises
    ------
    StoreError
        If rasterio is not installed, or the file is damaged, too large or not a terrain raster.
    """
    with open_sheet(path) as sheet:
        sheet.refuse_more_than(MAX_POSTS, "Bring it in with `rempart terrain import`, which thins it.")
        grid = sheet.grid
        heights = sheet.warped(grid)[0] if sheet.is_warped else sheet.rows(0, grid.shape[0])
        if np.isnan(heights).all():
            raise _unusable(path, "holds nothing but voids")
        source = f"{path.name} ({sheet.raster.driver}, {sheet.system})"
        return Terrain(path.stem, heights, grid.posts, sheet.datum, source)


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """A file opened and checked; what GDAL says while it is open becomes one clear refusal.

    Raises
    ------
    StoreError
        As `read_raster`.
    """
    try:
        import rasterio
    except ImportError as error:
        found = "reading terrain files needs rasterio, which is not installed"
        remedy = f'Install it: {sys.executable} -m pip install "rasterio>=1.4"'
        raise StoreError(Fault(str(path), found, "iraq or flat without it", remedy)) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            opened = rasterio.open(path, driver=_driver(path))
        with opened as raster:
            _check(raster, path)
            is_warped = not _is_upright(raster)
            yield Sheet(raster, path, _warped_grid(raster) if is_warped else _own_grid(raster), is_warped)
    except (rasterio.errors.RasterioError, OSError, ValueError, MemoryError) as error:
        raise _unusable(path, f"cannot be read as terrain ({_first_line(error)})") from error


def _unusable(path: Path, found: str, remedy: str = "") -> StoreError:
    allowed = "a whole GeoTIFF, HGT or DTED file of ground heights"
    remedy = remedy or "Fetch or cut the file again (gdalinfo shows what it holds)."
    return StoreError(Fault(str(path), found, allowed, remedy))


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
    if raster.transform.is_identity:
        raise _unusable(path, "does not say where its posts are")
    if raster.width < 2 or raster.height < 2:
        raise _unusable(path, f"has {raster.height} × {raster.width} posts, too few to interpolate")
    if "complex" in raster.dtypes[0]:
        raise _unusable(path, f"holds {raster.dtypes[0]} values, not heights")
    _, bottom, _, top = _box(raster)
    if raster.crs.is_geographic and max(top, -bottom) * raster.crs.units_factor[1] > 1.6:
        raise _unusable(path, "reaches beyond the poles")
    if _unit(raster) not in _METRES:
        raise _unusable(path, f"has heights in {raster.units[0]!r}")


def _unit(raster: Any) -> str:
    return (raster.units[0] or "").lower()


def _metres(raster: Any, path: Path, window: Any = None) -> np.ndarray:
    """Heights [m] with NaN for every void."""
    stored = raster.read(1, masked=True, window=window)
    values = stored.data.astype(np.float32)
    void = np.ma.getmaskarray(stored) | np.isin(values, VOIDS) | ~np.isfinite(values)
    metre = _METRES[_unit(raster)]
    values = values * np.float32(raster.scales[0] * metre) + np.float32(raster.offsets[0] * metre)
    values[void] = np.nan
    if ((values < LOWEST) | (values > HIGHEST)).any():
        extremes = f"{np.nanmin(values):.0f} to {np.nanmax(values):.0f} m"
        found = f"holds heights from {extremes}, which no ground has"
        raise _unusable(path, found, "Is their unit another one, or a value that means no data not declared?")
    return values


def horizontal(system: Any) -> Any:
    """The horizontal part of a coordinate system, as PROJ knows it."""
    from pyproj import CRS

    found = CRS.from_wkt(system.to_wkt())
    return found.sub_crs_list[0] if found.is_compound else found


def _is_upright(raster: Any) -> bool:
    """Whether rows and columns are WGS-84 parallels and meridians."""
    if raster.transform.b != 0.0 or raster.transform.d != 0.0 or not raster.crs.is_geographic:
        return False
    system = horizontal(raster.crs)
    system = system.source_crs if system.is_bound else system
    names = f"{system.datum.name if system.datum else ''}; {system.name}"
    is_greenwich = system.prime_meridian is None or system.prime_meridian.longitude == 0.0
    return is_greenwich and any(name in names for name in _SAME_AS_WGS84)


def _own_grid(raster: Any) -> Grid:
    """Posts of a north-up or south-up raster in degrees (or another unit of angle)."""
    transform, unit = raster.transform, float(raster.crs.units_factor[1])
    lats = [transform.f + transform.e * (row + 0.5) for row in (0, raster.height - 1)]
    lons = [transform.c + transform.a * (column + 0.5) for column in (0, raster.width - 1)]
    west = math.remainder(min(lons) * unit, 2.0 * math.pi)
    posts = Posts(max(lats) * unit, west, abs(transform.e) * unit, abs(transform.a) * unit)
    return Grid(posts, (raster.height, raster.width))


def _warped_grid(raster: Any) -> Grid:
    """Posts of about the same spacing as the raster's own, in WGS-84 degrees."""
    from rasterio.warp import calculate_default_transform

    centre = _centre(raster)
    transform, width, height = calculate_default_transform(
        horizontal(raster.crs).to_wkt(), _degrees_from(centre), raster.width, raster.height, *_box(raster)
    )
    north, west = transform.f + 0.5 * transform.e, transform.c + 0.5 * transform.a + centre
    placed = Posts(*np.radians([north, math.remainder(west, 360.0), -transform.e, transform.a]).tolist())
    return Grid(placed, (height, width))


def _box(raster: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a raster in its own system, also of a turned one."""
    turn = raster.transform
    across = [turn.c + turn.a * x + turn.b * y for x in (0, raster.width) for y in (0, raster.height)]
    upward = [turn.f + turn.d * x + turn.e * y for x in (0, raster.width) for y in (0, raster.height)]
    return min(across), min(upward), max(across), max(upward)


def _centre(raster: Any) -> float:
    """Longitude [deg] of a raster's middle; counted from there, no raster lies across the date line."""
    from pyproj import CRS, Transformer

    turn, right, down = raster.transform, 0.5 * raster.width, 0.5 * raster.height
    x, y = turn.c + turn.a * right + turn.b * down, turn.f + turn.d * right + turn.e * down
    to_degrees = Transformer.from_crs(horizontal(raster.crs), CRS.from_epsg(4326), always_xy=True)
    return float(to_degrees.transform(x, y)[0])


def _degrees_from(centre: float) -> str:
    # With +datum in place of +towgs84 PROJ leaves out the shift between datums.
    return f"+proj=longlat +ellps=WGS84 +towgs84=0,0,0 +pm={centre!r} +no_defs"
