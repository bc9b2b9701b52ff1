"""Tracks of recorded plots: the same tracker as in a scenario, with settings taken from the plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rempart.base.errors import Fault
from rempart.run.plots.clutter import clutter_densities
from rempart.run.plots.errors import plot_errors
from rempart.run.plots.placing import geodetic_places, local_places
from rempart.run.plots.record import POLAR, Frame, PlotError, PlotRecord
from rempart.run.plots.scanning import Scan, scan_period, scans_of

FIRST_PD = 0.8
"""Probability of detection of the first pass, from whose tracks that of the second is counted."""
LEAST_PD, MOST_PD = 0.3, 0.98
NEW_SHARE = 0.1
"""New targets to be expected for each false plot."""
MOST_ROWS = 3_000_000
"""Rows of all tracks; more are refused."""


@dataclass(frozen=True)
class TrackingChoice:
    """What the user of the tracker decides; what is None is taken from the plots."""

    scan_time: float | None = None
    """[s]"""
    pd: float | None = None
    error: float | None = None
    """[m] standard deviation of places or ranges"""
    angle_error: float | None = None
    """[rad] standard deviation of angles"""
    fastest: float = 600.0
    """[m/s]"""
    manoeuvre: float = 5.0
    """[m/s²] acceleration that targets keep up from one scan to the next"""
    association: str = "gnn"
    """gnn or jpda"""
    resolution: float = 0.0
    """[m] targets closer than this give one plot; 0: all are told apart. For plots of places only."""


@dataclass(frozen=True)
class Tracks:
    """Firm tracks of a recording: struct of arrays, one row a track and scan."""

    time: np.ndarray
    """(r,) [s] as the plots count it"""
    scan: np.ndarray
    """(r,) number of the scan"""
    track: np.ndarray
    """(r,) number of the track, from 1"""
    plot: np.ndarray
    """(r,) row of the plot that it took; -1 if none"""
    mean: np.ndarray
    """(r, 6) east, north, up [m] and their rates [m/s]"""
    cover: np.ndarray
    """(r, 3, 3) covariance of the place"""
    record: PlotRecord
    scans: list[Scan]
    used: Mapping[str, float | str]
    """the settings that were used"""
    tally: Mapping[str, int] = field(default_factory=dict)
    """what the tracker counted"""

    @property
    def has_height(self) -> bool:
        """Some plot told a height or an elevation; without one, up says nothing."""
        return bool(np.isfinite(self.record.rows.value[:, 2]).any())

    @property
    def scan_times(self) -> np.ndarray:
        """Time [s] of each scan."""
        return np.array([scan.time for scan in self.scans])

    @property
    def count(self) -> int:
        """Number of tracks."""
        return len(np.unique(self.track))


def placed(record: PlotRecord, stands: Mapping[str, Frame | None]) -> PlotRecord:
    """The plots of some sensors only, each where it is told to stand; of all sensors if none is named.

    Raises
    ------
    PlotError
        If the file has no such sensor.
    """
    unknown = [name for name in stands if name not in record.sensors]
    if unknown:
        known = ", ".join(record.sensors)
        raise PlotError(Fault("--sensor", f"{unknown[0]!r} is not in the file", known or "none"))
    if stands:
        record = record.only(tuple(stands))
    told = {record.sensors.index(name): stand for name, stand in stands.items() if stand is not None}
    if not told:
        return record
    frame = record.frame or told[min(told)]
    lat, lon, height = (np.array(column) for column in zip(*told.values(), strict=True))
    spots = zip(told, local_places(lat, lon, height, frame).tolist(), strict=True)
    places = {sensor: (east, north, up) for sensor, (east, north, up) in spots}
    return replace(record, frame=frame, places={**record.places, **places})


def track(record: PlotRecord, choice: TrackingChoice | None = None) -> Tracks:
    """Firm tracks of recorded plots.

    Parameters
    ----------
    record : PlotRecord
        Of one or several sensors; their plots are fused by tracking them together.
    choice : TrackingChoice, optional

    Raises
    ------
    PlotError
        If there is no plot, or no way to tell how they were scanned.
    """
    choice = choice or TrackingChoice()
    if not record.count:
        told = ", ".join(f"{count:,} {name}" for name, count in record.refused.items()) or "no row"
        raise PlotError(Fault("plots", f"are none that can be used ({told})", "at least one"))
    scans = scans_of(record, choice.scan_time)
    errors = plot_errors(record, scans, choice)
    clutter = clutter_densities(record, scans, None)
    first = _possible(_pass(record, scans, choice, (errors, clutter, choice.pd or FIRST_PD)), choice.fastest)
    is_free = np.ones(record.count, dtype=bool)
    is_free[first.plot[first.plot >= 0]] = False
    clutter = clutter_densities(record, scans, is_free)
    known = (errors, clutter, choice.pd or _hit_share(first))
    return _possible(_pass(record, scans, choice, known), choice.fastest)


def _possible(tracks: Tracks, fastest: float) -> Tracks:
    """Tracks without those that mostly go faster than any target can: chains of clutter."""
    numbers, which = np.unique(tracks.track, return_inverse=True)
    if not len(numbers):
        return tracks
    is_fast = np.linalg.norm(tracks.mean[:, 3:5], axis=1) > fastest
    share = np.bincount(which, weights=is_fast) / np.bincount(which)
    kept = (share <= 0.5)[which]
    names = ("time", "scan", "track", "plot", "mean", "cover")
    rows = {name: getattr(tracks, name)[kept] for name in names}
    too_fast = int((share > 0.5).sum())
    tally = {**tracks.tally, "too_fast": too_fast} if too_fast else tracks.tally
    return replace(tracks, **rows, tally=tally)


def _pass(
    record: PlotRecord,
    scans: list[Scan],
    choice: TrackingChoice,
    known: tuple[np.ndarray, np.ndarray, float],
) -> Tracks:
    """Tracks with these errors, densities of clutter and probability of detection."""
    from rempart.picture.multitarget import track_blocks
    from rempart.picture.plots import tally_figures

    errors, clutter, pd = known
    order = np.concatenate([scan.rows for scan in scans])
    plots, looks = _tables(record, scans, order, known)
    looks.cell[:, 0] = choice.resolution
    settings, used = _settings(record, scans, choice, float(np.median(clutter)))
    columns, tally = _firm(track_blocks(plots, looks, settings))
    taken = columns["plot"]
    columns["plot"] = np.where(taken >= 0, order[np.maximum(taken, 0)], -1)
    counted = {name: count for name, count in tally_figures(tally).items() if count}
    told = {**used, "pd": pd, "clutter_per_scan": _false_plots(columns["plot"], record, scans)}
    return Tracks(
        **columns, record=record, scans=scans, used=told | _told_errors(record, errors), tally=counted
    )


def _false_plots(taken: np.ndarray, record: PlotRecord, scans: list[Scan]) -> float:
    """Plots of a scan that no track took, on average."""
    return (record.count - len(np.unique(taken[taken >= 0]))) / len(scans)


def _firm(blocks: Iterable[tuple[Any, Any]]) -> tuple[dict[str, np.ndarray], Any]:
    """Rows of firm tracks of all blocks, and the last tally."""
    parts: list[tuple[np.ndarray, ...]] = []
    tally, n_rows = None, 0
    for history, tally in blocks:  # noqa: B007
        firm = np.flatnonzero(history.is_firm)
        n_rows += len(firm)
        if n_rows > MOST_ROWS:
            found = f"have more than {MOST_ROWS:,} rows"
            raise PlotError(Fault("tracks", found, "fewer", "Cut the file in parts, or tell --error."))
        whole = (history.time, history.scan, history.track, history.plot)
        parts.append((*(c[firm] for c in whole), history.mean[firm, :6], history.cover[firm, :3, :3]))
    names = ("time", "scan", "track", "plot", "mean", "cover")
    return {name: np.concatenate(c) for name, c in zip(names, zip(*parts, strict=True), strict=True)}, tally


def _tables(
    record: PlotRecord, scans: list[Scan], order: np.ndarray, known: tuple[np.ndarray, np.ndarray, float]
) -> tuple[Any, Any]:
    """The plots and scans as the tracker takes them."""
    from rempart.picture.plots import Plots, scans_all_round

    count = np.array([len(scan.rows) for scan in scans], np.int64)
    rows = record.rows
    errors, clutter, pd = known
    plots = Plots(rows.time[order], rows.value[order], errors[order], clutter[order])
    told = scans_all_round(np.array([scan.time for scan in scans]), count, pd)
    looks = told._replace(
        kind=np.array([scan.kind for scan in scans], np.int64),
        source=np.array([scan.sensor for scan in scans], np.int64),
        origin=np.array([scan.place for scan in scans], dtype=float).reshape(len(scans), 3),
    )
    return plots, looks


def _settings(
    record: PlotRecord, scans: list[Scan], choice: TrackingChoice, clutter: float
) -> tuple[Any, dict[str, float | str]]:
    from rempart.picture.settings import constant_velocity, model_set, tracker_settings

    periods = [scan_period(scans, sensor) for sensor in np.unique(record.rows.sensor).tolist()]
    period = min(periods)
    noise = choice.manoeuvre**2 * max(periods)
    settings = tracker_settings(
        models=model_set(constant_velocity(noise=noise)),
        association=choice.association,
        fastest=choice.fastest,
        new_density=NEW_SHARE * clutter,
        new_volume_density=NEW_SHARE * clutter,
        drop_time=5.0 * max(periods),
    )
    used: dict[str, float | str] = {
        "scan_time": period,
        "association": choice.association,
        "fastest": choice.fastest,
        "manoeuvre": choice.manoeuvre,
        "acceleration_density": noise,
    }
    return settings, used


def _told_errors(record: PlotRecord, errors: np.ndarray) -> dict[str, float]:
    """Median errors that were reckoned with."""
    polar = record.rows.kind == POLAR
    told = {"error": float(np.median(errors[:, 0]))}
    if polar.any():
        told["angle_error"] = float(np.median(errors[polar, 1]))
    return told


def _hit_share(tracks: Tracks) -> float:
    """Share of looks at firm tracks, up to the last plot of each, that gave it a plot."""
    hits = looks = 0
    for number in np.unique(tracks.track):
        taken = tracks.plot[tracks.track == number] >= 0
        if taken.any():
            looks += int(np.flatnonzero(taken)[-1]) + 1
            hits += int(taken.sum())
    return float(np.clip(hits / looks, LEAST_PD, MOST_PD)) if looks else FIRST_PD


def track_places(tracks: Tracks) -> np.ndarray | None:
    """Latitude, longitude [rad], height [m] (r, 3); None where the frame's place is not known."""
    if tracks.record.frame is None or not len(tracks.time):
        return None
    return geodetic_places(tracks.mean[:, :3], tracks.record.frame)
