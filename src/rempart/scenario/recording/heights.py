"""One height for every position of a flight, from what its records say."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from rempart.scenario.recording.rules import HEIGHT_SLACK, HIGHEST, LOWEST, MAX_CLIMB, Tally

WINDOW = 5
"""Heights that are compared."""


def flight_heights(
    time: np.ndarray, geometric: np.ndarray, pressure: np.ndarray, tally: Tally
) -> np.ndarray | None:
    """Heights [m] of a flight's positions; None if no record has one.

    The geometric height counts. Where it is missing the pressure height stands in, shifted by the
    median difference of the two over the flight (by nothing if they never occur together); what
    is still missing is bridged in time, and held at the ends.

    Parameters
    ----------
    time, geometric, pressure : (n,)
        [s] rising, [m], [m]; NaN where missing.
    tally : Tally
        Counts what was mended, once the flight has a height at all.
    """
    geometric, n_bad = without_errors(time, geometric)
    pressure, n_bad_pressure = without_errors(time, pressure)
    both = np.isfinite(geometric) & np.isfinite(pressure)
    offset = float(np.median((geometric - pressure)[both])) if both.any() else 0.0
    stands_in = np.isnan(geometric) & np.isfinite(pressure)
    height = np.where(stands_in, pressure + offset, geometric)
    known = np.isfinite(height)
    if not known.any():
        return None
    tally["height_error"] += n_bad + n_bad_pressure
    tally["height_from_pressure"] += int(stands_in.sum())
    tally["height_bridged"] += int((~known).sum())
    return np.interp(time, time[known], height[known])


def without_errors(time: np.ndarray, height: np.ndarray) -> tuple[np.ndarray, int]:
    """The heights with NaN for those that cannot be or that no climb leads to, and their number.

    A height is an error if no climb leads to it from the median of the five about it: so two errors
    among five are found, and a change that lasts is none.
    """
    known = np.flatnonzero(np.isfinite(height))
    held = known[(height[known] >= LOWEST) & (height[known] <= HIGHEST)]
    if len(held) >= WINDOW:
        held = held[_is_climb(time[held], height[held])]
    good = np.full(len(height), np.nan)
    good[held] = height[held]
    return good, len(known) - len(held)


def _is_climb(time: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Whether each height can be reached from the median of its window; the ends share a window."""
    first = np.clip(np.arange(len(time)) - WINDOW // 2, 0, len(time) - WINDOW)
    middle = np.median(sliding_window_view(height, WINDOW), axis=1)[first]
    away = np.maximum(time - time[first], time[first + WINDOW - 1] - time)
    return np.asarray(np.abs(height - middle) <= MAX_CLIMB * away + HEIGHT_SLACK)
