"""The scenario's tangent frame, in which the engine works."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rempart.base.kernel import lean_kernel
from rempart.geo.frames import geodetic_to_enu


@dataclass(frozen=True)
class Frame:
    """East, north, up of an origin: latitude, longitude [rad], height [m above the ellipsoid]."""

    lat: float
    lon: float
    height: float

    def place(self, lat: ArrayLike, lon: ArrayLike, height: ArrayLike) -> np.ndarray:
        """East, north, up [m] of positions [rad], [m]: shape (3,) for one, (n, 3) for n of them."""
        lats, lons, heights = (np.atleast_1d(np.asarray(part, np.float64)) for part in (lat, lon, height))
        out = np.empty((len(lats), 3))
        _place_all(np.column_stack([lats, lons, heights]), self.lat, self.lon, self.height, out)
        return out if np.ndim(lat) else out[0]


@lean_kernel
def _place_all(positions: np.ndarray, lat0: float, lon0: float, height0: float, out: np.ndarray) -> None:
    for row in range(positions.shape[0]):
        out[row, 0], out[row, 1], out[row, 2] = geodetic_to_enu(
            positions[row, 0], positions[row, 1], positions[row, 2], lat0, lon0, height0
        )
