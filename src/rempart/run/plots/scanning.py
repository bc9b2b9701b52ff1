"""When sensors looked: scans from the times and bearings of the plots, where the file does not tell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.errors import Fault
from rempart.run.plots.record import POLAR, PlotError, PlotRecord

LONGEST_SILENCE = 20
"""Scans without a plot that are put in before a silence counts as a pause of the sensor."""
MOST_SCANS = 1_000_000
"""Scans of one sensor."""
_SAMPLE = 3000
_SLOWEST, _FASTEST = 30.0, 0.5
"""[s] Times of a turn among which one is looked for."""


class Scan(NamedTuple):
    """One look of a sensor at all it covers."""

    time: float
    """[s]"""
    sensor: int
    place: tuple[float, float, float]
    """where the sensor stood: east, north, up [m]"""
    kind: int
    rows: np.ndarray
    """plots of the scan, by row of the record; may be none"""


def scans_of(record: PlotRecord, scan_time: float | None = None) -> list[Scan]:
    """All scans of all sensors in the order of time, the empty ones too.

    Parameters
    ----------
    record : PlotRecord
    scan_time : float, optional
        Time [s] from scan to scan of a sensor that the file does not tell it of.

    Returns
    -------
    list of Scan
        Each plot is in exactly one.

    Raises
    ------
    PlotError
        If the scan time is neither told nor to be seen.
    """
    scans: list[Scan] = []
    for sensor in np.unique(record.rows.sensor).tolist():
        rows = np.flatnonzero(record.rows.sensor == sensor)
        looks = [look for look in record.looks if look.sensor == sensor]
        if looks:
            times = np.array([look.time for look in looks])
            numbers = np.clip(np.searchsorted(times, record.rows.time[rows] - 1e-6), 0, len(times) - 1)
        else:
            times, numbers = _turns(record, rows, sensor, scan_time)
        places = [look.place for look in looks] or [record.places.get(sensor, (0.0, 0.0, 0.0))] * len(times)
        kind = int(record.rows.kind[rows[0]])
        order = np.argsort(numbers, kind="stable")
        edges = np.searchsorted(numbers[order], np.arange(len(times) + 1))
        for n, (time, place) in enumerate(zip(times.tolist(), places, strict=True)):
            scans.append(Scan(time, sensor, place, kind, rows[order[edges[n] : edges[n + 1]]]))
    return sorted(scans, key=lambda scan: (scan.time, scan.sensor))


def scan_period(scans: list[Scan], sensor: int) -> float:
    """Median time [s] from scan to scan of a sensor; 1 if there is but one."""
    times = np.array([scan.time for scan in scans if scan.sensor == sensor])
    return float(np.median(np.diff(times))) if len(times) > 1 else 1.0


def turning_time(time: np.ndarray, azimuth: np.ndarray) -> tuple[float, float]:
    """Time of a turn [s] at which bearings best follow time, and how well they do (0 to 1).

    On a radar that turns steadily, time / turn − bearing / 2π is the same for all plots. The mean
    vector of these angles has length 1 at the right time of a turn, and about 1/√n at a wrong one.
    """
    time, azimuth = time[:_SAMPLE] - time[0], azimuth[:_SAMPLE]
    first = time < 20.0 * _SLOWEST
    span = max(float(time[first].max()), 2.0 * _SLOWEST)
    rates = np.arange(1.0 / _SLOWEST, 1.0 / _FASTEST, 0.2 / span)
    best = _best_rate(time[first], azimuth[first], rates)
    for _ in range(3):
        step = 0.2 / span
        span = max(float(time.max()), span)
        near = best + np.linspace(-step, step, 81)
        best = _best_rate(time, azimuth, near)
    return 1.0 / best, float(abs(np.exp(1j * (2 * np.pi * best * time - azimuth)).mean()))


def _best_rate(time: np.ndarray, azimuth: np.ndarray, rates: np.ndarray) -> float:
    fit = [abs(np.exp(1j * (2 * np.pi * rate * time - azimuth)).sum()) for rate in rates]
    return float(rates[int(np.argmax(fit))])


def _turns(
    record: PlotRecord, rows: np.ndarray, sensor: int, scan_time: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Times of the scans of one sensor, and the number of the scan of each of its plots."""
    time, azimuth = record.rows.time[rows], record.rows.value[rows, 1]
    period = scan_time or record.periods.get(sensor)
    if record.rows.kind[rows[0]] == POLAR and len(rows) >= 12:
        turn, steadiness = (period, _steadiness(time, azimuth, period)) if period else (0.0, 0.0)
        if steadiness < 0.9:
            turn, steadiness = turning_time(time, azimuth)
        if steadiness > 0.9:
            return _revolutions(time, azimuth, turn)
    if scan_time:
        return _windows(time, scan_time)
    return _frames(time, record.sensors[sensor])


def _steadiness(time: np.ndarray, azimuth: np.ndarray, turn: float) -> float:
    return float(abs(np.exp(1j * (2 * np.pi * (time - time[0]) / turn - azimuth)).mean()))


def _revolutions(time: np.ndarray, azimuth: np.ndarray, turn: float) -> tuple[np.ndarray, np.ndarray]:
    """Cut behind the antenna, so that no target is twice in one turn."""
    lead = (time - time[0]) / turn - azimuth / (2 * np.pi)
    centre = np.angle(np.exp(2j * np.pi * lead).mean()) / (2 * np.pi)
    numbers = np.rint(lead - centre).astype(np.int64)
    numbers -= numbers.min()
    first = float(np.median(time - turn * numbers - turn * (azimuth / (2 * np.pi) - 0.5)))
    return _squeezed(numbers, first, turn)


def _windows(time: np.ndarray, scan_time: float) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.floor((time - time.min()) / scan_time + 1e-9).astype(np.int64)
    return _squeezed(numbers, float(time.min()) + 0.5 * scan_time, scan_time)


def _frames(time: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """All plots of a time are a scan; scans are missing where the step is a multiple of the usual one."""
    distinct, which = np.unique(time, return_inverse=True)
    if len(distinct) < 3:
        return distinct, which
    gaps = np.diff(distinct)
    period = float(np.median(gaps))
    steps = np.maximum(np.rint(gaps / period), 1.0)
    if np.median(np.abs(gaps / period - steps)) > 0.15 or (np.abs(gaps / period - 1.0) < 0.15).mean() < 0.4:
        raise PlotError(
            Fault(
                f"sensor {name}",
                "has plots at times of no pattern, so its scan time cannot be told",
                "a scan time",
                "Give --scan-time.",
            )
        )
    numbers = np.r_[0, np.cumsum(np.minimum(steps, LONGEST_SILENCE))].astype(np.int64)
    if numbers[-1] >= MOST_SCANS:
        raise _too_many()
    times = np.interp(np.arange(numbers[-1] + 1), numbers, distinct)
    return times, numbers[which]


def _squeezed(numbers: np.ndarray, first: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Times of the scans without those that lie deep in a pause, and the place of each plot among them."""
    used = np.unique(numbers)
    before = np.minimum(np.diff(used, prepend=used[0] - 1), LONGEST_SILENCE)
    if before.sum() > MOST_SCANS:
        raise _too_many()
    ends = np.cumsum(before)
    kept = np.repeat(used - ends + 1, before) + np.arange(ends[-1])
    return first + step * kept, np.searchsorted(kept, numbers)


def _too_many() -> PlotError:
    return PlotError(Fault("scans", f"are more than {MOST_SCANS:,}", "fewer", "Cut the file in parts."))
