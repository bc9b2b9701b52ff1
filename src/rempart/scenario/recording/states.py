"""Recorded aircraft states from CSV, JSON or Parquet, in batches of bounded size.

Forms that are read, packed by gzip or not: tables with the columns of the OpenSky Network's
history (metres) or of the `traffic` library (feet, recognised by `groundspeed`), lists of such
records, and answers of OpenSky's interface (`{"time": …, "states": [[…], …]}`), one or many.

Source
------
Columns and order of a state vector: The OpenSky Network, REST API documentation, "All State Vectors".
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from rempart.base.errors import Fault, ScenarioError
from rempart.base.units import UNITS
from rempart.scenario.recording.json_stream import json_values

STATE = np.dtype(
    [
        ("address", "S16"),
        ("callsign", "S12"),
        ("time", np.float64),
        ("lat_deg", np.float64),
        ("lon_deg", np.float64),
        ("height", np.float64),
        ("pressure_height", np.float64),
        ("is_grounded", np.bool_),
    ]
)
"""One record: time in UTC seconds, heights in metres; NaN or empty where the file says nothing."""

BATCH = 50_000
MAX_LINE = 100_000
UNADDRESSED = b"aircraft"
"""Address of all records of a file that has no addresses."""

_FOOT = UNITS["length"]["ft"]
_ALIASES = {
    "address": ("icao24", "icao", "address", "hex"),
    "callsign": ("callsign", "flight"),
    "time": ("time", "timestamp", "time_position"),
    "lat_deg": ("lat", "latitude"),
    "lon_deg": ("lon", "long", "longitude"),
    "height": ("geoaltitude", "geo_altitude", "altitude_m", "altitude (m)"),
    "pressure_height": ("baroaltitude", "baro_altitude", "altitude", "altitude_ft", "altitude (ft)"),
    "is_grounded": ("onground", "on_ground"),
}
_VECTOR = ("icao24", "callsign", "", "time_position", "", "lon", "lat", "baro_altitude", "on_ground")
_VECTOR_HEIGHT = 13
_ALLOWED = (
    "a table of recorded states with columns such as time, icao24, lat, lon, geoaltitude, baroaltitude, "
    "callsign, onground, as .csv, .json (.gz) or .parquet"
)


class Form(NamedTuple):
    """How a file writes a state: field → column, and the factors of its heights to metres."""

    columns: dict[str, str]
    height_factor: float
    pressure_factor: float


def read_states(path: Path) -> Iterator[np.ndarray]:
    """The records of a file in its order, in arrays of `STATE`; one that cannot be read is all empty.

    Raises
    ------
    ScenarioError
        If the file cannot be opened, is damaged, or is no table of states.
    """
    name = path.name.lower().removesuffix(".gz")
    with _told(path):
        if name.endswith((".parquet", ".pq")):
            yield from _parquet(path)
            return
        reader = _csv if name.endswith((".csv", ".txt")) else _json
        with (
            _opened(path) as stream,
            io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="") as text,
        ):
            yield from _batches(reader(text, path))


def form_of(names: Iterable[str], path: Path) -> Form:
    """How a file with these columns writes its states.

    Raises
    ------
    ScenarioError
        If columns are missing, or its heights could be in metres or in feet.
    """
    by_name = {name.strip().lower(): name for name in names}
    columns = {
        field: next((by_name[alias] for alias in aliases if alias in by_name), "")
        for field, aliases in _ALIASES.items()
    }
    missing = [field for field in ("time", "lat_deg", "lon_deg") if not columns[field]]
    if missing:
        found = f"has no column for {', '.join(missing)} among {', '.join(by_name)[:200] or 'none'}"
        raise ScenarioError(Fault(str(path), found, _ALLOWED))
    unit = _FOOT if "groundspeed" in by_name else 1.0
    written = columns["pressure_height"].strip().lower()
    if written == "altitude" and unit == 1.0:
        raise ScenarioError(
            Fault(
                f"{path}: altitude",
                "the column does not say its unit",
                "altitude_m, altitude_ft, or altitude beside groundspeed (feet and knots)",
                "Rename the column.",
            )
        )
    metric = columns["height"].strip().lower() in ("altitude_m", "altitude (m)")
    return Form(columns, 1.0 if metric else unit, _FOOT if "ft" in written else unit)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What can go wrong in reading, as a fault."""
    try:
        yield
    except FileNotFoundError:
        raise ScenarioError(Fault(str(path), "there is no such file", _ALLOWED)) from None
    except (OSError, EOFError, zlib.error, csv.Error, RecursionError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0] if str(error) else "damaged"
        raise ScenarioError(Fault(str(path), f"cannot be read ({why})", _ALLOWED)) from error


def _opened(path: Path) -> IO[bytes]:
    if not path.is_file() and path.exists():
        raise ValueError("it is not a file")
    return gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _batches(records: Iterator[tuple[Any, ...]]) -> Iterator[np.ndarray]:
    rows: list[tuple[Any, ...]] = []
    for record in records:
        rows.append(record)
        if len(rows) == BATCH:
            yield np.array(rows, STATE)
            rows = []
    if rows:
        yield np.array(rows, STATE)


def _csv(stream: IO[str], path: Path) -> Iterator[tuple[Any, ...]]:
    rows = csv.reader(_lines(stream))
    header = next(rows, [])
    form = form_of(header, path)
    place = {name: index for index, name in enumerate(header)}
    for row in rows:
        if row:
            whole = len(row) == len(header)
            yield _record(form, lambda name, row=row: row[place[name]] if name else None) if whole else _BLANK  # type: ignore[misc]


def _lines(stream: IO[str]) -> Iterator[str]:
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise ValueError(f"a line of more than {MAX_LINE} characters")
        yield line.replace("\0", "")


def _json(stream: IO[str], path: Path) -> Iterator[tuple[Any, ...]]:
    form: Form | None = None
    for value in json_values(stream):
        if isinstance(value, dict) and "states" in value:
            vectors = value["states"] if isinstance(value["states"], list) else []
            yield from (_vector(vector, value.get("time")) for vector in vectors)
        elif isinstance(value, list):
            yield _vector(value, None)
        elif isinstance(value, dict):
            form = form or form_of(value, path)
            yield _record(form, value.get)
        else:
            yield _BLANK


def _vector(vector: Any, time: Any) -> tuple[Any, ...]:
    """A state vector of OpenSky's interface; without a time of its own it has its answer's."""
    if not isinstance(vector, list) or len(vector) <= _VECTOR_HEIGHT:
        return _BLANK
    values = dict(zip(_VECTOR, vector, strict=False))
    values["geo_altitude"] = vector[_VECTOR_HEIGHT]
    if values["time_position"] is None:
        values["time_position"] = time
    return _record(_VECTOR_FORM, values.get)


def _record(form: Form, value_of: Callable[[str], Any]) -> tuple[Any, ...]:
    columns = form.columns
    return (
        _word(value_of(columns["address"])) if columns["address"] else UNADDRESSED,
        _word(value_of(columns["callsign"]), upper=True),
        read_time(value_of(columns["time"])),
        _number(value_of(columns["lat_deg"])),
        _number(value_of(columns["lon_deg"])),
        _number(value_of(columns["height"])) * form.height_factor,
        _number(value_of(columns["pressure_height"])) * form.pressure_factor,
        str(value_of(columns["is_grounded"])).strip().lower() in ("true", "1", "1.0"),
    )


def _word(value: Any, upper: bool = False) -> bytes:
    """A name in one case and without blanks; empty where it is no name or far too long for one."""
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    word = (text.upper() if upper else text.lower()).encode("ascii", "ignore")
    return word if len(word) <= (12 if upper else 16) else b""


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def read_time(value: Any) -> float:
    """UTC seconds of a number (seconds, or milli-, micro- or nanoseconds by its size) or an ISO text."""
    seconds = _number(value)
    if isinstance(value, str) and math.isnan(seconds):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return math.nan
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    for largest, factor in ((1e17, 1e-9), (1e14, 1e-6), (1e11, 1e-3)):
        if abs(seconds) > largest:
            return seconds * factor
    return seconds


def _parquet(path: Path) -> Iterator[np.ndarray]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise FileNotFoundError if not path.exists() else ValueError("it is not a file")
    try:
        file = pq.ParquetFile(path)
        form = form_of(file.schema_arrow.names, path)
        wanted = [name for name in form.columns.values() if name]
        for batch in file.iter_batches(BATCH, columns=wanted):
            yield _columns(batch, form)
    except pa.ArrowException as error:
        raise ValueError(str(error).splitlines()[0]) from error


def _columns(batch: Any, form: Form) -> np.ndarray:
    """The records of one batch of Parquet."""
    import pyarrow as pa

    def listed(field: str) -> Sequence[Any]:
        name = form.columns[field]
        if not name:
            return [None] * batch.num_rows
        column = batch.column(name)
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
            return [None if value is None else value * 1e-6 for value in column.to_pylist()]
        values: list[Any] = column.to_pylist()
        return values

    fields = [listed(field) for field in _ALIASES]
    inner = form._replace(columns={**form.columns, **{f: f for f in _ALIASES if form.columns[f]}})
    rows = (_record(inner, dict(zip(_ALIASES, row, strict=True)).get) for row in zip(*fields, strict=True))
    return np.array(list(rows), STATE)


_BLANK = (b"", b"", math.nan, math.nan, math.nan, math.nan, math.nan, False)
_VECTOR_FORM = Form({field: next((a for a in aliases if a in (*_VECTOR, "geo_altitude")), "")
                     for field, aliases in _ALIASES.items()}, 1.0, 1.0)  # fmt: skip
