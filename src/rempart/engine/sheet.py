"""A sheet: the plots of one turn of a sensor, as the pictures of its groups get them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address
from rempart.engine.world import KNOWN, World
from rempart.picture.plots import POLAR_PLOT, Plots, Scans

MOST_FALSE_PLOTS = 256
"""Room on a sheet beyond a plot for every vehicle."""


@by_address
class Sheet(NamedTuple):
    """Memory for the plots of one turn, filled from the first row on."""

    plots: Plots
    """polar, as seen from the sensor, in the axes of the scenario's frame"""
    scans: Scans
    """the turn itself: one row"""
    vehicle: np.ndarray
    """(n,) int64: whose echo it is, the strongest of several; -1: nobody's. The truth; for the books only"""
    snr: np.ndarray
    """(n,) float64: signal-to-noise power ratio"""
    echo: np.ndarray
    """(n_vehicles,) int64: row at which a vehicle's echo was entered when it was last heard"""
    heard: np.ndarray
    """(n_vehicles,) float64 [s]: when that was"""
    source: np.ndarray
    """(n,) int64: whose echo was entered at a row; -1: nobody's"""
    final: np.ndarray
    """(n,) int64: row at which what was entered at a row has ended, alone or merged"""
    order: np.ndarray
    """(n,) int64: rows by range"""


def new_sheet(world: World) -> Sheet:
    """An empty sheet; a small one where association is known, since nothing is then put on it."""
    size = 1 if world.policy.association == KNOWN else len(world.vehicles) + MOST_FALSE_PLOTS
    return Sheet(
        plots=Plots(np.zeros(size), np.full((size, 4), np.nan), np.ones((size, 4)), np.zeros(size)),
        scans=Scans(
            time=np.zeros(1),
            start=np.zeros(1, np.int64),
            count=np.zeros(1, np.int64),
            kind=np.full(1, POLAR_PLOT, np.int64),
            pd=np.full(1, 0.5),
            origin=np.zeros((1, 3)),
            reach=np.zeros(1),
            bearing=np.zeros(1),
            width=np.full(1, 2.0 * np.pi),
            elevation=np.zeros((1, 2)),
            cell=np.zeros((1, 3)),
            source=np.zeros(1, np.int64),
        ),
        vehicle=np.zeros(size, np.int64),
        snr=np.zeros(size),
        echo=np.zeros(len(world.vehicles), np.int64),
        heard=np.full(len(world.vehicles), np.nan),
        source=np.full(size, -1, np.int64),
        final=np.zeros(size, np.int64),
        order=np.zeros(size, np.int64),
    )
