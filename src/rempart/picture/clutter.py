"""Where false plots come from: their density over a map, from the counts of many scans.

Source: Musicki & Evans, Clutter map information for data association and track initialization
(IEEE TAES 2004), in the simplest form: counts per cell.
Limits: targets count as clutter where they pass; over many scans that is little, unless a target
stands still. The density is that of all scans together, in both directions of time.
"""

from __future__ import annotations

import numpy as np

from rempart.picture.plots import POLAR_PLOT, Plots, Scans

PRIOR_COUNT = 0.5
"""Plots that each cell is given beforehand, so that no cell is taken to be free of clutter."""
UNMEASURED_DEPTH = 10_000.0
"""Depth of air [m] over which the false plots of a cell are spread, for plots that tell height."""


def plot_places(plots: Plots, scans: Scans) -> np.ndarray:
    """East and north [m] of every plot, (n, 2); NaN for a plot of no scan."""
    places = np.full((len(plots.time), 2), np.nan)
    for scan in range(len(scans.time)):
        rows = slice(int(scans.start[scan]), int(scans.start[scan] + scans.count[scan]))
        value = plots.value[rows]
        if scans.kind[scan] == POLAR_PLOT:
            tilt = np.where(np.isfinite(value[:, 2]), value[:, 2], 0.0)
            ground = value[:, 0] * np.cos(tilt)
            sides = (ground * np.sin(value[:, 1]), ground * np.cos(value[:, 1]))
            places[rows] = scans.origin[scan, :2] + np.column_stack(sides)
        else:
            places[rows] = value[:, :2]
    return places


def clutter_map(
    plots: Plots, scans: Scans, cell: float, region: tuple[float, float, float, float] | None = None
) -> np.ndarray:
    """Density of plots per scan at the place of each plot, from all scans.

    Parameters
    ----------
    plots : Plots
        Its `clutter` is not looked at.
    scans : Scans
    cell : float [m]
        Side of a cell.
    region : (west, south, east, north) [m]
        Plots outside count in no cell and get the density of an empty one.

    Returns
    -------
    array (n,)
        For `Plots.clutter`: per m², or per m³ for plots that tell height. Never zero; summed over
        the cells' areas and the scans it gives the plots and half a plot more per cell.
    """
    places = plot_places(plots, scans)
    west, south, east, north = region if region is not None else (-1e7, -1e7, 1e7, 1e7)
    inside = np.isfinite(places).all(axis=1)
    inside &= (places >= (west, south)).all(axis=1) & (places <= (east, north)).all(axis=1)
    cells = np.floor(places[inside] / cell).astype(np.int64)
    counts = np.full(len(places), PRIOR_COUNT)
    if len(cells):
        _, which, found = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
        counts[inside] += found[which.reshape(-1)]
    density = counts / (max(len(scans.time), 1) * cell * cell)
    has_height = np.isfinite(plots.value[:, 2])
    return np.where(has_height, density / UNMEASURED_DEPTH, density)


def even_clutter(plots: Plots, scans: Scans, n_targets: float = 0.0) -> float:
    """One density [per m²] for all: plots beyond those of the targets, over the area that they span."""
    places = plot_places(plots, scans)
    places = places[np.isfinite(places).all(axis=1)]
    if len(places) == 0:
        return 1e-12
    area = float(np.prod(np.maximum(np.ptp(places, axis=0), 1.0)))
    per_scan = len(places) / max(len(scans.time), 1) - n_targets
    return max(per_scan, PRIOR_COUNT) / area
