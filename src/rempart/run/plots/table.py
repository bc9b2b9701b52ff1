"""Plots from a table: CSV or Parquet with named columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rempart.base.errors import Fault
from rempart.run.plots.cleaning import clean
from rempart.run.plots.placing import local_places, middle
from rempart.run.plots.record import POLAR, POSITION, Frame, PlotError, PlotRecord, Rows

COLUMNS = {
    "time": "[s], or a date and time of ISO 8601 (UTC)",
    "sensor": "name of the sensor; without the column there is one, `sensor`",
    "target": "name of the target, if it reported itself; in a file of truth always",
    "x": "[m] east of the origin",
    "y": "[m] north of the origin",
    "z": "[m] above the origin",
    "latitude_deg": "[deg] WGS-84",
    "longitude_deg": "[deg] WGS-84",
    "height": "[m] above the ellipsoid",
    "range": "[m] from the sensor",
    "azimuth_deg": "[deg] clockwise from north, at the sensor",
    "elevation_deg": "[deg] at the sensor",
    "range_rate": "[m/s], positive away from the sensor",
    "error": "[m] standard deviation of x and y, of the place, or of the range",
    "height_error": "[m] standard deviation of z or of the height",
    "angle_error_deg": "[deg] standard deviation of azimuth and elevation",
    "range_rate_error": "[m/s] standard deviation of the range rate",
}
"""Every column that is read; others are left alone."""
OTHER_NAMES = {
    "lat": "latitude_deg",
    "latitude": "latitude_deg",
    "lon": "longitude_deg",
    "longitude": "longitude_deg",
    "geoaltitude": "height",
    "icao24": "target",
}
"""Names that other programs use → ours."""
PLACES = (("latitude_deg", "longitude_deg"), ("x", "y"), ("range", "azimuth_deg"))
"""Columns that tell a place; the first pair that is there is read."""
_NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$"
_WORDS = ("sensor", "target")
_BATCH = 1 << 16


def read_table(path: Path, frame: Frame | None = None) -> PlotRecord:
    """Plots of a CSV or Parquet file.

    Parameters
    ----------
    path : Path
    frame : Frame, optional
        Where to put the origin if the file tells latitudes; by default amid its first plots.

    Raises
    ------
    PlotError
        If the file cannot be read, or has no column of time or of place.
    """
    unreadable: list[int] = []
    names: tuple[dict[str, int], dict[str, int]] = ({}, {})
    try:
        batches = _batches(path, unreadable)
        first = next(batches, None)
        if first is None:
            raise PlotError(Fault(str(path), "holds no row", "a head with names of columns, and rows"))
        place = _place(path, first.schema.names)
        start = float(np.floor(_first_time(first)))
        if place[0] == "latitude_deg" and frame is None:
            frame = middle(*(np.radians(_numbers(first, name)) for name in place))
        rows = (_rows(batch, place[0], frame, start, names) for batch in chain([first], batches))
        kept = clean(rows)
    except (pa.ArrowException, OSError) as error:
        why = str(error).splitlines()[0][:160]
        raise PlotError(Fault(str(path), f"cannot be read ({why})", "a CSV or Parquet table")) from error
    refused = dict(kept.refused)
    if unreadable:
        refused["unreadable"] = len(unreadable)
    return PlotRecord(
        kept.rows,
        tuple(names[0]) or ("sensor",),
        tuple(names[1]),
        frame=frame if place[0] == "latitude_deg" else None,
        start=start,
        out_of_order=kept.out_of_order,
        refused=refused,
    )


def _batches(path: Path, unreadable: list[int]) -> Iterator[pa.RecordBatch]:
    """Known columns of the file, under our names, some rows at a time."""
    is_parquet = ".parquet" in path.suffixes
    for batch in _parquet_batches(path) if is_parquet else _csv_batches(path, unreadable):
        ours = [OTHER_NAMES.get(name.strip().lower(), name.strip().lower()) for name in batch.schema.names]
        wanted = {name: place for place, name in reversed(list(enumerate(ours))) if name in COLUMNS}
        columns = [batch.column(place) for place in wanted.values()]
        if batch.num_rows:
            yield pa.RecordBatch.from_arrays(columns, names=list(wanted))


def _parquet_batches(path: Path) -> Iterable[pa.RecordBatch]:
    import pyarrow.parquet as pq

    return iter(pq.ParquetFile(path).iter_batches(_BATCH))


def _csv_batches(path: Path, unreadable: list[int]) -> Iterator[pa.RecordBatch]:
    from pyarrow import csv

    def skip(row: Any) -> str:
        unreadable.append(1)
        return "skip"

    parse = csv.ParseOptions(invalid_row_handler=skip)
    with csv.open_csv(path, parse_options=parse) as head:
        names = head.schema.names
    unreadable.clear()
    # Everything is read as text first: one odd cell must not spoil the column it stands in.
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
    with csv.open_csv(path, parse_options=parse, convert_options=convert) as reader:
        yield from reader


def _place(path: Path, names: list[str]) -> tuple[str, str]:
    place = next((pair for pair in PLACES if set(pair) <= set(names)), None)
    if place is None or "time" not in names:
        allowed = "time and one of " + ", ".join(" and ".join(pair) for pair in PLACES)
        found = f"has the columns {', '.join(names)}" if names else "has no column that is known"
        raise PlotError(Fault(str(path), found, allowed, "See the guide on tracks."))
    return place


def _rows(
    batch: pa.RecordBatch,
    place: str,
    frame: Frame | None,
    start: float,
    names: tuple[dict[str, int], dict[str, int]],
) -> Rows:
    n = batch.num_rows
    value, error = np.full((n, 4), np.nan), np.full((n, 4), np.nan)
    if place == "range":
        value[:, 0] = _numbers(batch, "range")
        value[:, 1:3] = np.radians(
            np.column_stack([_numbers(batch, f"{angle}_deg") for angle in ("azimuth", "elevation")])
        )
        value[:, 3] = _numbers(batch, "range_rate")
        error[:, 0] = _numbers(batch, "error")
        error[:, 1:3] = np.radians(_numbers(batch, "angle_error_deg"))[:, np.newaxis]
        error[:, 3] = _numbers(batch, "range_rate_error")
    else:
        value[:, :3] = _positions(batch, place, frame)
        error[:, :2] = _numbers(batch, "error")[:, np.newaxis]
        error[:, 2] = _numbers(batch, "height_error")
    kind = np.full(n, POLAR if place == "range" else POSITION, np.int64)
    sensor, owner = (_numbered(batch, word, known) for word, known in zip(_WORDS, names, strict=True))
    return Rows(_times(batch) - start, np.maximum(sensor, 0), kind, value, error, owner)


def _positions(batch: pa.RecordBatch, place: str, frame: Frame | None) -> np.ndarray:
    if place == "x":
        return np.column_stack([_numbers(batch, axis) for axis in ("x", "y", "z")])
    lat, lon = (np.radians(_numbers(batch, name)) for name in PLACES[0])
    return local_places(lat, lon, _numbers(batch, "height"), frame or Frame(0.0, 0.0, 0.0))


def _numbered(batch: pa.RecordBatch, word: str, known: dict[str, int]) -> np.ndarray:
    """Number of the name in each row, in the order in which names were first met; -1 where there is none."""
    if word not in batch.schema.names:
        return np.full(batch.num_rows, -1, np.int64)
    coded = pc.dictionary_encode(batch[word].cast(pa.string()))
    numbers = [known.setdefault(str(text).strip(), len(known)) for text in coded.dictionary.to_pylist()]
    indices = coded.indices.fill_null(len(numbers)).to_numpy(zero_copy_only=False)
    return np.array([*numbers, -1], np.int64)[indices]


def _numbers(batch: pa.RecordBatch, name: str) -> np.ndarray:
    """A column as numbers; NaN where there is none."""
    if name not in batch.schema.names:
        return np.full(batch.num_rows, np.nan)
    return _as_numbers(batch[name])


def _as_numbers(column: pa.Array) -> np.ndarray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.if_else(pc.match_substring_regex(column, _NUMBER), pc.utf8_trim_whitespace(column), None)
    elif not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _times(batch: pa.RecordBatch) -> np.ndarray:
    """Times [s]; dates count from 1970."""
    column = batch["time"]
    if pa.types.is_timestamp(column.type):
        return _seconds(column)
    seconds = _as_numbers(column)
    if np.isnan(seconds).all() and pa.types.is_string(column.type):
        return _seconds(_dates(column))
    return seconds


def _dates(column: pa.Array) -> pa.Array:
    """Text as moments; null where it is none."""
    moments = np.full(len(column), np.datetime64("NaT", "us"))
    for row, text in enumerate(column.to_pylist()):
        try:
            moments[row] = np.datetime64((text or "NaT").strip().removesuffix("Z").replace(" ", "T"), "us")
        except ValueError:
            continue
    return pa.array(moments)


def _seconds(column: pa.Array) -> np.ndarray:
    micro = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).cast(pa.int64())
    return np.asarray(micro.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)) / 1e6


def _first_time(batch: pa.RecordBatch) -> float:
    times = _times(batch)
    good = times[np.isfinite(times)]
    return float(good[0]) if len(good) else 0.0
