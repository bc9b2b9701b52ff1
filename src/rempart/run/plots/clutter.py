"""How many false plots a sensor gives, and where: counted from the plots that belong to no track."""

from __future__ import annotations

import numpy as np

from rempart.run.plots.record import PlotRecord
from rempart.run.plots.scanning import Scan

FIRST_SHARE = 0.1
"""Share of the plots that are taken for false, evenly spread, before there are tracks."""
_CELLS = 24
"""Cells of the map, along each side of the area of the plots."""
_LEAST_SIDE = 1.0
_LEAST_DEPTH = 1000.0
"""[m]"""


def clutter_densities(record: PlotRecord, scans: list[Scan], is_free: np.ndarray | None) -> np.ndarray:
    """False plots to be expected per scan and m², or m³ where a height is measured, at each plot (n,).

    Parameters
    ----------
    record : PlotRecord
    scans : list of Scan
    is_free : ndarray, optional
        (n,) whether a plot belongs to no track; without it `FIRST_SHARE` of all are taken to be so.

    Returns
    -------
    ndarray
        Above 0; over a sensor's area it adds up to about its free plots per scan, and half a plot
        of the whole recording more in each cell.
    """
    found = np.ones(record.count)
    places = record.positions()
    for sensor in np.unique(record.rows.sensor).tolist():
        own = np.flatnonzero(record.rows.sensor == sensor)
        n_scans = sum(scan.sensor == sensor for scan in scans)
        free = None if is_free is None else is_free[own]
        found[own] = _densities(places[own, :2], free) / n_scans
    has_height = np.isfinite(record.rows.value[:, 2])
    if has_height.any():
        low, high = np.quantile(places[has_height, 2], (0.01, 0.99))
        found[has_height] /= max(high - low, _LEAST_DEPTH)
    return found


def _densities(places: np.ndarray, is_free: np.ndarray | None) -> np.ndarray:
    """Free plots per m² at each place, over all scans."""
    low = places.min(axis=0)
    sides = np.maximum(np.ptp(places, axis=0), _LEAST_SIDE)
    if is_free is None:
        return np.full(len(places), (FIRST_SHARE * len(places) + 0.5) / sides.prod())
    cell = np.minimum((places - low) / sides * _CELLS, _CELLS - 1).astype(np.int64)
    number = cell[:, 0] * _CELLS + cell[:, 1]
    counts = np.bincount(number[is_free], minlength=_CELLS**2)
    return np.asarray((counts[number] + 0.5) / (sides.prod() / _CELLS**2))
