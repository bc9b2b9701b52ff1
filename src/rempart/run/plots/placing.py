"""Places on Earth as places in one local frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from rempart.run.plots.record import HIGHEST, LOWEST, OFF_EARTH, Frame


def local_places(lat: np.ndarray, lon: np.ndarray, height: np.ndarray, frame: Frame) -> np.ndarray:
    """East, north, up [m] (n, 3) of geodetic places [rad, m]; what cannot be is put at `OFF_EARTH`.

    Up is NaN where the height is; the place is then that of the ellipsoid's surface below.
    """
    with np.errstate(invalid="ignore"):
        is_off = (np.abs(lat) > np.pi / 2) | (np.abs(lon) > 2 * np.pi)
        is_off |= (height > HIGHEST) | (height < LOWEST)
    found = np.full((len(lat), 3), np.nan)
    here = np.isfinite(lat) & np.isfinite(lon) & ~is_off
    steps = _transformer(frame).transform(lon[here], lat[here], np.nan_to_num(height[here]), radians=True)
    found[here] = np.column_stack(steps)
    found[~np.isfinite(height), 2] = np.nan
    found[is_off] = OFF_EARTH
    return found


def geodetic_places(positions: np.ndarray, frame: Frame) -> np.ndarray:
    """Latitude, longitude [rad], height [m] (n, 3) of places in a frame; undoes `local_places`."""
    lon, lat, height = _transformer(frame).transform(*positions.T, radians=True, direction="INVERSE")
    return np.column_stack((lat, lon, height))


def _transformer(frame: Frame) -> Any:
    from pyproj import Transformer

    lat, lon = np.degrees(frame.lat), np.degrees(frame.lon)
    origin = f"+lat_0={lat:.12f} +lon_0={lon:.12f} +h_0={frame.height:.6f}"
    steps = f"+step +proj=cart +ellps=WGS84 +step +proj=topocentric +ellps=WGS84 {origin}"
    return Transformer.from_pipeline(f"+proj=pipeline {steps}")


def middle(lat: np.ndarray, lon: np.ndarray) -> Frame | None:
    """A frame amid the places [rad]; None if none of them is on Earth.

    The medians are taken, so that a few wild places do not move it; longitudes about the first one,
    so that the 180th meridian does no harm.
    """
    with np.errstate(invalid="ignore"):
        is_good = (np.abs(lat) <= np.pi / 2) & (np.abs(lon) <= 2 * np.pi)
    if not is_good.any():
        return None
    first = lon[is_good][0]
    turned = (lon[is_good] - first + np.pi) % (2 * np.pi) - np.pi
    centre = (first + float(np.median(turned)) + np.pi) % (2 * np.pi) - np.pi
    return Frame(float(np.median(lat[is_good])), float(centre), 0.0)
