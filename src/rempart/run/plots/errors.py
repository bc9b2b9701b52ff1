"""How wrong plots are: as the file tells, as the user tells, or as the plots themselves show."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from rempart.run.plots.record import POLAR, PlotRecord, take
from rempart.run.plots.scanning import Scan

LEAST_ERROR = 1e-3
"""[m] Smaller errors are taken for this one."""
LEAST_ANGLE = 1e-6
"""[rad]"""
DEFAULT_ERRORS = (50.0, np.radians(0.2))
"""[m] of ranges and places, [rad] of angles, where too few plots follow one another to show any"""
_MOST_TRIPLES = 4000
_MOST_IN_SCAN = 300


class Told(Protocol):
    """What the user says about errors; None where nothing."""

    @property
    def error(self) -> float | None:
        """[m] of places and ranges"""

    @property
    def angle_error(self) -> float | None:
        """[rad]"""

    @property
    def fastest(self) -> float:
        """[m/s]"""


def plot_errors(record: PlotRecord, scans: list[Scan], told: Told) -> np.ndarray:
    """Standard deviations (n, 4) of all that was measured.

    What the user tells comes before what the file tells. What neither tells is taken from how far
    plots stray from a straight line over three scans (`straying`).
    """
    error = record.rows.error.copy()
    polar = record.rows.kind == POLAR
    if told.error is not None:
        error[:, 0] = told.error
        error[~polar, 1] = told.error
    if told.angle_error is not None:
        error[polar, 1] = told.angle_error
        error[np.ix_(polar, [2])] = np.where(np.isnan(error[polar, 2:3]), told.angle_error, error[polar, 2:3])
    for sensor in np.unique(record.rows.sensor).tolist():
        own = record.rows.sensor == sensor
        if np.isnan(error[own, :2]).any():
            error[own] = _filled(error[own], polar[own], straying(record, scans, sensor, told.fastest))
    error[:, 2] = np.where(np.isnan(error[:, 2]), error[:, 1] if polar.all() else error[:, 0], error[:, 2])
    error[:, 3] = np.where(np.isnan(error[:, 3]), np.maximum(error[:, 0], 1.0), error[:, 3])
    least = np.where(polar[:, np.newaxis] & np.isin(np.arange(4), (1, 2)), LEAST_ANGLE, LEAST_ERROR)
    return np.maximum(error, least)


def straying(record: PlotRecord, scans: list[Scan], sensor: int, fastest: float) -> tuple[float, float]:
    """Standard deviation of the two coordinates of a sensor's plots, as the plots themselves show it.

    A plot, the nearest one in the scan before and the one in the scan after that lies nearest to the
    straight line through both: where these three are of one target in even flight, the second
    difference of each coordinate has six times the variance of an error. The median of its absolute
    value is taken, so that triples of clutter do little harm.

    Limits
    ------
    Where plots of different targets lie closer together than the errors are large, the best
    triple is better than chance and the error comes out too small; where targets turn hard, too large.
    """
    own = [scan for scan in scans if scan.sensor == sensor]
    rests: list[np.ndarray] = []
    for three in zip(own, own[1:], own[2:], strict=False):
        if all(len(scan.rows) for scan in three) and len(rests) < _MOST_TRIPLES:
            reach = fastest * (three[1].time - three[0].time)
            rests += _bends(record, [scan.rows[:_MOST_IN_SCAN] for scan in three], reach)
    if len(rests) < 3:
        return np.nan, np.nan
    spread = np.median(np.abs(rests), axis=0) / (0.6745 * np.sqrt(6.0))
    return float(spread[0]), float(spread[1])


def _bends(record: PlotRecord, rows: list[np.ndarray], reach: float) -> list[np.ndarray]:
    """Second differences of both coordinates of the best triple of each plot of the middle scan."""
    from scipy.spatial import cKDTree

    first, middle, last = (replace(record, rows=take(record.rows, own)).positions()[:, :2] for own in rows)
    back, before = cKDTree(first).query(middle, distance_upper_bound=reach)
    near = np.flatnonzero(np.isfinite(back))
    ahead, after = cKDTree(last).query(2.0 * middle[near] - first[before[near]], distance_upper_bound=reach)
    near, after = near[np.isfinite(ahead)], after[np.isfinite(ahead)]
    three = (rows[0][before[near]], rows[1][near], rows[2][after])
    a, b, c = (record.rows.value[which, :2] for which in three)
    bends = a - 2.0 * b + c
    if len(near) and record.rows.kind[rows[0][0]] == POLAR:
        bends[:, 1] = (bends[:, 1] + np.pi) % (2.0 * np.pi) - np.pi
    return list(bends)


def _filled(error: np.ndarray, polar: np.ndarray, shown: tuple[float, float]) -> np.ndarray:
    """Errors, with those that the plots show where none is told; east and north count as one."""
    first, second = shown if np.isfinite(shown[0]) else DEFAULT_ERRORS
    both = np.hypot(first, second) / np.sqrt(2.0) if np.isfinite(shown[0]) else first
    default = np.where(polar[:, np.newaxis], (first, second), both)
    error = error.copy()
    error[:, :2] = np.where(np.isnan(error[:, :2]), default, error[:, :2])
    return error
