"""How good tracks are against the truth: one set of measures for every tracker and every recording."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rempart.analysis.point_sets import gospa, ospa
from rempart.analysis.siap import Siap, siap
from rempart.analysis.track_association import Pairs, States, held_pairs, nearest_pairs, rows_by_frame
from rempart.run.plots.truth import Truth, truth_at
from rempart.run.tracking import Tracks


@dataclass(frozen=True)
class Holding:
    """How one truth was held."""

    truth: int
    frames: int
    """at which it was in view"""
    held: float
    """share of them at which it had a track"""
    switches: int
    """times at which another track took over"""
    latency: float
    """time [s] from first in view to first held; NaN if never"""


@dataclass(frozen=True)
class TrackMeasures:
    """Every measure of one set of tracks; distances in metres, times in seconds."""

    frames: int
    cutoff: float
    order: float
    ospa: float
    """mean over frames"""
    gospa: float
    """mean over frames"""
    localisation: float
    """mean distance of the pairs of GOSPA, in the mean of the order"""
    missed: float
    """truths without a track, mean over frames"""
    false: float
    """tracks without a truth, mean over frames"""
    siap: Siap
    held: float
    """share of truths in view, over all frames, that had a track of their own"""
    switches: int
    """times at which another track took over a truth"""
    latency: float
    """mean time from first in view to first held, of truths that ever were"""
    holdings: tuple[Holding, ...]

    def to_json(self) -> dict[str, Any]:
        """The measures as JSON values; what could not be measured is null."""
        told = asdict(self) | {"siap": self.siap._asdict()}
        return dict(_without_nan(told))


def track_measures(
    truth: States, tracks: States, times: np.ndarray, cutoff: float, order: float = 1.0
) -> TrackMeasures:
    """Measure tracks against the truth.

    Parameters
    ----------
    truth, tracks : States
    times : ndarray
        Time [s] of each frame (n_frames,), rising.
    cutoff : float
        Distance [m] beyond which a track is not of a truth; cutoff of OSPA and GOSPA, gate of the rest.
    order : float
        Power of OSPA and GOSPA.
    """
    n_frames = len(times)
    distances = _set_distances(truth, tracks, n_frames, cutoff, order)
    held = held_pairs(truth, tracks, n_frames, cutoff)
    holdings = _holdings(truth, tracks, times, held)
    latencies = [one.latency for one in holdings if np.isfinite(one.latency)]
    return TrackMeasures(
        n_frames,
        cutoff,
        order,
        **distances,
        siap=siap(truth, tracks, times, nearest_pairs(truth, tracks, n_frames, cutoff)),
        held=len(held.truth) / len(truth.frame) if len(truth.frame) else float("nan"),
        switches=sum(one.switches for one in holdings),
        latency=float(np.mean(latencies)) if latencies else float("nan"),
        holdings=holdings,
    )


def measure_tracks(
    tracks: Tracks, truth: Truth, cutoff: float | None = None, order: float = 1.0
) -> TrackMeasures:
    """Measure the tracks of a recording against where its targets truly were, at every scan.

    Without a cutoff `default_cutoff` is taken. Distances are those on the ground.
    """
    cutoff = default_cutoff(tracks) if cutoff is None else cutoff
    return track_measures(truth_states(truth, tracks), track_states(tracks), tracks.scan_times, cutoff, order)


def default_cutoff(tracks: Tracks) -> float:
    """Ten times the error of a plot [m], angles taken at the median range; at least 10 m."""
    used = tracks.used
    across = 0.0
    if "angle_error" in used:
        across = float(used["angle_error"]) * float(np.median(tracks.record.rows.value[:, 0]))
    return max(10.0 * max(float(used["error"]), across), 10.0)


def track_states(tracks: Tracks) -> States:
    """Tracks on the ground, frame by frame."""
    return States(tracks.scan, tracks.track, tracks.mean[:, :2], tracks.mean[:, 3:5])


def truth_states(truth: Truth, tracks: Tracks) -> States:
    """Truth on the ground at the scans of the tracks."""
    frame, owner, position, velocity = truth_at(truth, tracks.scan_times)
    return States(frame, owner, position[:, :2], velocity[:, :2])


def _set_distances(
    truth: States, tracks: States, n_frames: int, cutoff: float, order: float
) -> dict[str, float]:
    """Means over frames of OSPA and of GOSPA and its parts."""
    each = 0.5 * cutoff**order
    rows = []
    frames = zip(rows_by_frame(truth, n_frames), rows_by_frame(tracks, n_frames), strict=True)
    for here, there in frames:
        a, b = truth.position[here], tracks.position[there]
        parts = gospa(a, b, cutoff, order)
        counted = (parts.missed / each, parts.false / each, len(parts.pairs))
        rows.append((ospa(a, b, cutoff, order), parts.distance, parts.localisation, *counted))
    table = np.array(rows).reshape(-1, 6)
    n_pairs = table[:, 5].sum()
    spread = (table[:, 2].sum() / n_pairs) ** (1.0 / order) if n_pairs else float("nan")
    means = table.mean(axis=0) if len(table) else np.full(6, np.nan)
    return {
        "ospa": float(means[0]),
        "gospa": float(means[1]),
        "localisation": float(spread),
        "missed": float(means[3]),
        "false": float(means[4]),
    }


def _holdings(truth: States, tracks: States, times: np.ndarray, held: Pairs) -> tuple[Holding, ...]:
    return tuple(_holding(truth, tracks, times, held, owner) for owner in np.unique(truth.owner).tolist())


def _holding(truth: States, tracks: States, times: np.ndarray, held: Pairs, owner: int) -> Holding:
    frames = truth.frame[truth.owner == owner]
    is_own = truth.owner[held.truth] == owner
    at = truth.frame[held.truth[is_own]]
    by = tracks.owner[held.track[is_own]][np.argsort(at)]
    latency = float(times[at.min()] - times[frames.min()]) if len(at) else float("nan")
    return Holding(owner, len(frames), len(at) / len(frames), int((np.diff(by) != 0).sum()), latency)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
