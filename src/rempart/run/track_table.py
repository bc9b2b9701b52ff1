"""Tracks as a table on disk: one row a track and scan."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.files import write_atomically
from rempart.run.tracking import Tracks, track_places

COLUMNS = {
    "time": "[s] as the plots count it: since 1970 (UTC) where they have dates",
    "track": "number of the track, from 1",
    "sensor": "sensor whose scan it was",
    "plot": "row of the plot that the track took, in the order of time; null if it got none",
    "east": "[m] in the local frame",
    "north": "[m]",
    "up": "[m]; null if no plot tells a height",
    "east_rate": "[m/s]",
    "north_rate": "[m/s]",
    "up_rate": "[m/s]; null likewise",
    "east_error": "[m] standard deviation",
    "north_error": "[m] standard deviation",
    "up_error": "[m] standard deviation; null likewise",
    "latitude_deg": "[deg] WGS-84; null if the frame's place on Earth is not known",
    "longitude_deg": "[deg] likewise",
    "height": "[m] above the ellipsoid, likewise",
}
"""Every column of the table."""


def track_table(tracks: Tracks) -> Any:
    """The tracks as an Arrow table with the columns of `COLUMNS`, in the order of track and time."""
    import pyarrow as pa

    order = np.lexsort((tracks.scan, tracks.track))
    sensors = np.array([tracks.record.sensors[scan.sensor] for scan in tracks.scans])
    mean, plot = tracks.mean[order], tracks.plot[order]
    spread = np.sqrt(np.maximum(np.diagonal(tracks.cover, axis1=1, axis2=2)[order], 0.0))
    if not tracks.has_height:
        mean[:, [2, 5]] = np.nan
        spread[:, 2] = np.nan
    places = track_places(tracks)
    angles = np.full((len(order), 3), np.nan) if places is None else places[order]
    angles[:, :2] = np.degrees(angles[:, :2])
    if not tracks.has_height:
        angles[:, 2] = np.nan
    numbers = np.column_stack((mean, spread[:, :3], angles))
    told = [name for name in COLUMNS if name not in ("time", "track", "sensor", "plot")]
    columns: dict[str, Any] = {
        "time": tracks.time[order] + tracks.record.start,
        "track": tracks.track[order],
        "sensor": pa.array(
            sensors[tracks.scan[order]] if len(order) else [], pa.string()
        ).dictionary_encode(),
        "plot": pa.array(plot, mask=plot < 0),
    }
    for name, column in zip(told, numbers.T, strict=True):
        columns[name] = pa.array(column, mask=np.isnan(column))
    return pa.table(columns)


def write_tracks(tracks: Tracks, path: Path) -> Path:
    """Write the table as Parquet, whole or not at all.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    import pyarrow.parquet as pq

    content = io.BytesIO()
    pq.write_table(track_table(tracks), content, compression="zstd")
    return write_atomically(path, content.getvalue())
