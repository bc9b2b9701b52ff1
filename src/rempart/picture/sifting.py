"""Refuse what is not a plot, and lay the others of a scan on a grid, so that gates find them at once."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.picture.plots import (
    DUPLICATES,
    NO_ERROR,
    NOT_FINITE,
    OFF_EARTH,
    OUT_OF_TIME,
    PLOTS,
    POLAR_PLOT,
    SURPLUS,
)

FARTHEST = 1e7
"""No plot is farther than this from its sensor or from the origin [m]."""
LARGEST_ERROR = 1e6
_FIT = -1


@inner_kernel
def sift(tracker, plots, scans, scan, longest_lag):
    """Mark the plots of a scan that can be used, and count the others; the number looked at.

    Returns
    -------
    int
        At most as many as the table holds; what is beyond is counted as surplus.
    """
    table, counters = tracker.table, tracker.counters
    first, given = scans.start[scan], max(scans.count[scan], 0)
    n_plots = min(given, table.spots.shape[0])
    counters[PLOTS] += given
    counters[SURPLUS] += given - n_plots
    for plot in range(n_plots):
        fault = _fault(plots, first + plot, scans.kind[scan], scans.time[scan], longest_lag)
        table.spots[plot].is_fit = fault == _FIT
        table.spots[plot].is_taken = False
        table.spots[plot].parent = -1
        if fault != _FIT:
            counters[fault] += 1
    return n_plots


@inlined_kernel
def _fault(plots, row, kind, time, longest_lag):
    """Why a plot is refused, or -1."""
    value, error = plots.value[row], plots.error[row]
    if not (math.isfinite(value[0]) and math.isfinite(value[1]) and math.isfinite(plots.time[row])):
        return NOT_FINITE
    if abs(plots.time[row] - time) > longest_lag:
        return OUT_OF_TIME
    farthest = max(abs(value[0]), abs(value[1])) if kind != POLAR_PLOT else abs(value[0])
    if (
        farthest > FARTHEST
        or abs(value[1]) > FARTHEST
        or (math.isfinite(value[2]) and abs(value[2]) > FARTHEST)
    ):
        return OFF_EARTH
    for column in range(4):
        used = column < 2 or (math.isfinite(value[column]) and (column < 3 or kind == POLAR_PLOT))
        if used and not 0.0 < error[column] <= LARGEST_ERROR:
            return NO_ERROR
    return _FIT if 0.0 < plots.clutter[row] < math.inf else NO_ERROR


class Extent(NamedTuple):
    """Where the plots of a scan lie over the ground [m]."""

    west: float
    east: float
    south: float
    north: float
    widest: float
    """Largest standard deviation of a plot."""


@inner_kernel
def fill_places(table, plots, scans, scan, n_plots):
    """Fill the places of a scan's plots over the ground; their `Extent`, inside out if there are none."""
    west, east, south, north, widest = math.inf, -math.inf, math.inf, -math.inf, 0.0
    first = scans.start[scan]
    for plot in range(n_plots):
        if not table.spots[plot].is_fit:
            continue
        value, error = plots.value[first + plot], plots.error[first + plot]
        if scans.kind[scan] == POLAR_PLOT:
            ground = value[0] * math.cos(value[2]) if math.isfinite(value[2]) else value[0]
            table.spots[plot].place[0] = scans.origin[scan, 0] + ground * math.sin(value[1])
            table.spots[plot].place[1] = scans.origin[scan, 1] + ground * math.cos(value[1])
            tilt = value[0] * math.sin(value[2]) * error[2] if math.isfinite(value[2]) else 0.0
            widest = max(widest, math.sqrt(error[0] * error[0] + tilt * tilt), ground * error[1])
        else:
            table.spots[plot].place[0], table.spots[plot].place[1] = value[0], value[1]
            widest = max(widest, error[0], error[1])
        place = table.spots[plot].place
        west, east = min(west, place[0]), max(east, place[0])
        south, north = min(south, place[1]), max(north, place[1])
    return Extent(west, east, south, north, widest)


@inner_kernel
def fill_grid(table, n_plots, per_metre):
    """Sort the plots of a scan into buckets by the cell of the grid that they lie in.

    Parameters
    ----------
    per_metre : float [1/m]
        Cells a metre; 0 for one cell that holds all.

    Returns
    -------
    int
        Number of buckets, a power of two, at least the number of plots.
    """
    n_buckets = 1
    while n_buckets < n_plots:
        n_buckets *= 2
    table.bucket[: n_buckets + 2] = 0
    for plot in range(n_plots):
        if table.spots[plot].is_fit:
            table.spots[plot].cell[0] = math.floor(table.spots[plot].place[0] * per_metre)
            table.spots[plot].cell[1] = math.floor(table.spots[plot].place[1] * per_metre)
            table.bucket[bucket_of(table.spots[plot].cell[0], table.spots[plot].cell[1], n_buckets) + 2] += 1
    for bucket in range(n_buckets):
        table.bucket[bucket + 2] += table.bucket[bucket + 1]
    for plot in range(n_plots):
        if table.spots[plot].is_fit:
            bucket = bucket_of(table.spots[plot].cell[0], table.spots[plot].cell[1], n_buckets)
            table.order[table.bucket[bucket + 1]] = plot
            table.bucket[bucket + 1] += 1
    return n_buckets


@inlined_kernel
def bucket_of(column, row, n_buckets):
    """Bucket of a cell; its plots are `order[bucket[b]:bucket[b + 1]]`, in the order of their rows."""
    return ((column * 73_856_093) ^ (row * 19_349_663)) & (n_buckets - 1)


@inner_kernel
def refuse_duplicates(tracker, plots, first, n_plots, n_buckets):
    """Mark plots that repeat an earlier one of the same scan to the last digit as unfit."""
    table = tracker.table
    for plot in range(n_plots):
        if not table.spots[plot].is_fit:
            continue
        bucket = bucket_of(table.spots[plot].cell[0], table.spots[plot].cell[1], n_buckets)
        for entry in range(table.bucket[bucket], table.bucket[bucket + 1]):
            other = table.order[entry]
            if other >= plot:
                break
            if table.spots[other].is_fit and _is_same(plots, first + plot, first + other):
                table.spots[plot].is_fit = False
                tracker.counters[DUPLICATES] += 1
                break


@inner_kernel
def _is_same(plots, row, other):
    same = plots.time[row] == plots.time[other]
    for column in range(4):
        value, twin = plots.value[row, column], plots.value[other, column]
        same = same and (value == twin or (value != value and twin != twin))
    return same
