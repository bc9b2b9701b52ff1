"""Area of cells of latitude and longitude on the ellipsoid."""

from __future__ import annotations

import numpy as np

from rempart.geo.frames import FLATTENING, SEMI_MINOR
from rempart.geo.terrain import Posts


def cell_areas(posts: Posts, n_rows: int) -> np.ndarray:
    """Area [m²] of one cell in each row of a grid whose posts are the middles of its cells.

    Returns
    -------
    (n_rows,) array
        The cells of a whole globe add up to the area of the ellipsoid.

    Source
    ------
    Area of a zone of an ellipsoid: J. P. Snyder, *Map Projections: A Working Manual*, USGS 1395, 1987,
    equation 3-12.
    """
    edges = posts.north + posts.lat_step * (0.5 - np.arange(n_rows + 1))
    edges = np.clip(edges, -0.5 * np.pi, 0.5 * np.pi)
    eccentricity = np.sqrt(FLATTENING * (2.0 - FLATTENING))
    sine = np.sin(edges)
    zone = sine / (1.0 - (eccentricity * sine) ** 2) + np.arctanh(eccentricity * sine) / eccentricity
    return 0.5 * SEMI_MINOR**2 * posts.lon_step * (zone[:-1] - zone[1:])
