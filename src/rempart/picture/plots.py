"""What goes into the tracker: plots, and the scans of sensors that they belong to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address

POSITION_PLOT, POLAR_PLOT = 0, 1
"""Kinds of scan: what the columns of a plot's value mean."""


@by_address
class Plots(NamedTuple):
    """Reports of places, in the order of their scans.

    Columns of `value`: east, north, up [m] and one left free in a scan of positions; range [m],
    azimuth [rad, clockwise from north], elevation [rad] and range rate [m/s, positive when
    receding] in a polar scan. NaN in the columns from the third on: not measured.
    """

    time: np.ndarray
    """(n,) [s]"""
    value: np.ndarray
    """(n, 4)"""
    error: np.ndarray
    """(n, 4) standard deviations of `value`"""
    clutter: np.ndarray
    """(n,) false plots to be expected per scan and m² at the plot's place, or per m³ if it tells height"""


@by_address
class Scans(NamedTuple):
    """Looks of sensors at their coverage, in the order in which they arrive; a scan may be empty."""

    time: np.ndarray
    """(s,) [s]"""
    start: np.ndarray
    """(s,) first row of its plots"""
    count: np.ndarray  # type: ignore[assignment]
    """(s,) number of its plots"""
    kind: np.ndarray
    """(s,) `POSITION_PLOT` or `POLAR_PLOT`"""
    pd: np.ndarray
    """(s,) chance to detect a target inside the coverage"""
    origin: np.ndarray
    """(s, 3) place of the sensor: east, north, up [m]"""
    reach: np.ndarray
    """(s,) greatest distance over the ground [m]"""
    bearing: np.ndarray
    """(s,) middle of the sector [rad, clockwise from north]"""
    width: np.ndarray
    """(s,) width of the sector [rad]; 2π is all round"""
    elevation: np.ndarray
    """(s, 2) lowest and highest elevation seen [rad]"""
    cell: np.ndarray
    """(s, 3) range [m], azimuth, elevation [rad]: what is closer than this in all three is one plot; 0:
    all is told apart. In a scan of positions the first alone counts, as a distance over the ground."""
    source: np.ndarray
    """(s,) number of the sensor; a tentative track is not blamed for what other sensors miss"""


def scans_all_round(
    time: np.ndarray,
    count: np.ndarray,
    pd: float,
    kind: int = POSITION_PLOT,
    origin: object = (0.0, 0.0, 0.0),
) -> Scans:
    """Scans of one sensor that stands still and sees all round without limit, and tells all targets apart.

    Parameters
    ----------
    time : array (s,) [s]
    count : array (s,)
        Plots of each scan; the scans' plots follow each other.
    pd : float
    kind : int
    origin : (x, y, z) [m]
    """
    counts = np.asarray(count, dtype=np.int64)
    n = len(counts)
    return Scans(
        time=np.asarray(time, dtype=float),
        start=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)[:-1]])[:n],
        count=counts,
        kind=np.full(n, kind, dtype=np.int64),
        pd=np.full(n, float(pd)),
        origin=np.tile(np.asarray(origin, dtype=float), (n, 1)),
        reach=np.full(n, np.inf),
        bearing=np.zeros(n),
        width=np.full(n, 2.0 * np.pi),
        elevation=np.tile([-0.5 * np.pi, 0.5 * np.pi], (n, 1)),
        cell=np.zeros((n, 3)),
        source=np.zeros(n, dtype=np.int64),
    )


TALLY_NAMES = (
    "plots", "not_finite", "off_earth", "no_error", "duplicates", "surplus", "out_of_time", "late_scans",
    "out_of_sequence", "started", "confirmed", "dropped", "merged", "split", "no_room",
    "crowded_gates", "approximated_clusters",
)  # fmt: skip
"""What the tracker counts; the first rows are plots that came in and plots that it refused."""
(PLOTS, NOT_FINITE, OFF_EARTH, NO_ERROR, DUPLICATES, SURPLUS, OUT_OF_TIME, LATE_SCANS,
 OUT_OF_SEQUENCE, STARTED, CONFIRMED, DROPPED, MERGED, SPLIT, NO_ROOM, CROWDED_GATES, APPROXIMATED,
) = range(len(TALLY_NAMES))  # fmt: skip


@by_address
class Tally(NamedTuple):
    """Counts of what was refused and of what happened."""

    counters: np.ndarray
    """(k,) in the order of `TALLY_NAMES`"""


def tally_figures(tally: Tally) -> dict[str, int]:
    """The counts by name."""
    return dict(zip(TALLY_NAMES, tally.counters.tolist(), strict=True))
