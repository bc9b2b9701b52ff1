"""What makes a row of a file a plot; everything else is refused and counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rempart.run.plots.record import (
    FARTHEST,
    MOST_AT_ONCE,
    MOST_PLOTS,
    POLAR,
    Rows,
    joined,
    take,
)

REASONS = {
    "not_finite": "no time, or no finite place",
    "off_earth": "a place that is not on Earth",
    "duplicate": "the same sensor, time and place again",
    "crowd": f"more than {MOST_AT_ONCE:,} plots of a sensor at one time",
    "surplus": f"more than {MOST_PLOTS:,} plots in the file",
    "stale": "a state that repeats the place of the one before",
    "bearing_only": "a bearing without a range",
    "unreadable": "a record that breaks off or breaks the format's rules",
    "other_category": "a block of another category",
    "no_position": "a report without a measured position",
}
"""Why a row is no plot."""


class Kept(NamedTuple):
    """What is left, and why the rest is not."""

    rows: Rows
    refused: dict[str, int]
    out_of_order: int
    """rows whose time ran back; they are kept, in order"""


def clean(blocks: Iterable[Rows], most: int = MOST_PLOTS) -> Kept:
    """Plots of a file in the order of time, in memory that the limits bound.

    Parameters
    ----------
    blocks : iterable of Rows
        The rows of the file, some at a time; read no further than needed to count them.
    most : int
        How many plots are kept.

    Returns
    -------
    Kept
        Every row is either kept or counted once.
    """
    refused = dict.fromkeys(REASONS, 0)
    kept: list[Rows] = []
    n_kept = 0
    crowd: tuple[int, float, int] = (-1, np.nan, 0)
    for block in blocks:
        rows = _valid(block, refused)
        rows, crowd = _thinned(rows, crowd, refused)
        room = max(0, most - n_kept)
        refused["surplus"] += max(0, len(rows.time) - room)
        rows = take(rows, np.arange(min(room, len(rows.time))))
        n_kept += len(rows.time)
        kept.append(rows)
    rows = joined(kept)
    backward = int((np.diff(rows.time) < 0.0).sum())
    rows = take(rows, np.lexsort((rows.sensor, rows.time)))
    rows = _distinct(rows, refused)
    return Kept(rows, {name: count for name, count in refused.items() if count}, backward)


def _valid(rows: Rows, refused: dict[str, int]) -> Rows:
    value = rows.value
    polar = rows.kind == POLAR
    is_finite = np.isfinite(rows.time) & np.isfinite(value[:, 0]) & np.isfinite(value[:, 1])
    is_finite &= ~np.isinf(value).any(axis=1)
    with np.errstate(invalid="ignore"):
        flat = np.where(polar, value[:, 0], np.hypot(value[:, 0], value[:, 1]))
        is_there = (flat <= FARTHEST) & ~(polar & (value[:, 0] < 0.0))
        is_there &= ~(np.abs(value[:, 2]) > np.where(polar, np.pi / 2, FARTHEST))
        is_there &= np.abs(rows.time) < 1e11
    refused["not_finite"] += int((~is_finite).sum())
    refused["off_earth"] += int((is_finite & ~is_there).sum())
    return take(rows, is_finite & is_there)


def _thinned(
    rows: Rows, before: tuple[int, float, int], refused: dict[str, int]
) -> tuple[Rows, tuple[int, float, int]]:
    """Rows without those beyond the limit at one time; `before` is the last sensor, time and its count."""
    if not len(rows.time):
        return rows, before
    is_new = np.r_[True, (np.diff(rows.time) != 0.0) | (np.diff(rows.sensor) != 0)]
    first = np.maximum.accumulate(np.where(is_new, np.arange(len(is_new)), 0))
    rank = np.arange(len(is_new)) - first
    sensor, time, count = before
    if rows.sensor[0] == sensor and rows.time[0] == time:
        rank[first == 0] += count
    last = (int(rows.sensor[-1]), float(rows.time[-1]), int(rank[-1]) + 1)
    is_kept = rank < MOST_AT_ONCE
    refused["crowd"] += int((~is_kept).sum())
    return take(rows, is_kept), last


def _distinct(rows: Rows, refused: dict[str, int]) -> Rows:
    """Rows without repetition of the same plot; neighbours suffice once the rows of a time are sorted."""
    if len(rows.time) < 2:
        return rows
    value = np.nan_to_num(rows.value, nan=-1e300)
    keys = (value[:, 3], value[:, 2], value[:, 1], value[:, 0], rows.owner, rows.sensor, rows.time)
    order = np.lexsort(keys)
    is_same = np.ones(len(order) - 1, dtype=bool)
    for key in keys:
        is_same &= np.diff(key[order]) == 0.0
    is_kept = np.ones(len(order), dtype=bool)
    is_kept[order[1:][is_same]] = False
    refused["duplicate"] += int(is_same.sum())
    return take(rows, is_kept)
