"""A recording: its flights and what was done to get them; kept as one Parquet file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import Fault, ScenarioError
from rempart.base.files import write_atomically
from rempart.scenario.recording.cleaning import Flight, cleaned_flights
from rempart.scenario.recording.rules import RULES, Tally
from rempart.scenario.recording.states import read_states
from rempart.scenario.recording.tracks import Sorted

_MARK = b"rempart-flights"
_VERSION = 1
_REMEDY = "Clean the recording again with `rempart traffic clean`."


@dataclass(frozen=True, eq=False)
class Recording:
    """The cleaned flights of one recorded file, in order of their start."""

    source: str
    """name of the file as recorded"""
    digest: str
    """of its bytes, as 32 hexadecimal digits"""
    flights: tuple[Flight, ...]
    tally: Tally

    @cached_property
    def start(self) -> float:
        """When its first flight begins [UTC s]."""
        return min(float(flight.time[0]) for flight in self.flights)

    def told(self) -> dict[str, Any]:
        """What was read, kept, dropped, mended and split, as plain values."""
        return {
            "source": self.source,
            "digest": self.digest,
            "aircraft": len({flight.address for flight in self.flights}),
            "flights": len(self.flights),
            "records": {"read": self.tally["read"], "kept": self.tally["kept"]},
            "rules": {
                name: {"action": rule.action, "count": found, "meaning": rule.meaning}
                for name, found, rule in self.tally.applied()
            },
        }


def load_recording(path: Path | str) -> Recording:
    """The flights of a recorded file, cleaned; a file written by `write_recording` is taken as it is.

    Raises
    ------
    ScenarioError
        If the file cannot be read or no flight is left of it.
    """
    path = Path(path).expanduser()
    try:
        seen = path.stat()
    except OSError as error:
        found = f"cannot be read ({error.strerror})"
        raise ScenarioError(Fault(str(path), found, "a file of recorded aircraft states")) from error
    return _loaded(path, seen.st_size, seen.st_mtime_ns)


@lru_cache(maxsize=4)
def _loaded(path: Path, size: int, changed: int) -> Recording:
    """`size` and `changed` tell a file that was written anew from one that is known."""
    recording = _kept(path) or _cleaned(path)
    if not recording.flights:
        told = ", ".join(f"{found} {name}" for name, found, _ in recording.tally.applied())
        read = f"has no usable flight in {recording.tally['read']} records" + (f" ({told})" if told else "")
        raise ScenarioError(Fault(str(path), read, "aircraft in the air, with several positions each"))
    return recording


def _cleaned(path: Path) -> Recording:
    tally = Tally()
    flights: list[Flight] = []
    with Sorted(read_states(path), str(path)) as records:
        span = records.span()
        for aircraft in records.aircraft():
            flights += cleaned_flights(aircraft, span, tally)
    flights.sort(key=lambda flight: (flight.time[0], flight.name))
    return Recording(path.name, _digest(path), tuple(flights), tally)


def _digest(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def write_recording(recording: Recording, path: Path) -> Path:
    """Write the flights as Parquet, whole or not at all: one row for each position.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    flights = recording.flights
    sizes = [len(flight.time) for flight in flights]
    words = {
        name: pa.DictionaryArray.from_arrays(
            np.repeat(np.arange(len(flights), dtype=np.int32), sizes),
            [getattr(flight, key) for flight in flights],
        )
        for name, key in (("flight", "name"), ("icao24", "address"), ("callsign", "callsign"))
    }
    numbers = {
        "time": _joined(flight.time for flight in flights),
        "lat": np.degrees(_joined(flight.lat for flight in flights)),
        "lon": np.degrees(_joined(flight.lon for flight in flights)),
        "altitude_m": _joined(flight.height for flight in flights),
    }
    kept = {
        "version": _VERSION,
        "source": recording.source,
        "digest": recording.digest,
        "tally": recording.tally,
    }
    table = pa.table({**words, **numbers}).replace_schema_metadata({_MARK: json.dumps(kept)})
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd")
    return write_atomically(path, content.getvalue())


def _joined(parts: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0), *parts])


def _kept(path: Path) -> Recording | None:
    """The recording of a file that `write_recording` wrote; None if it is another's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix.lower() not in (".parquet", ".pq"):
        return None
    try:
        file = pq.ParquetFile(path)
        marked = (file.schema_arrow.metadata or {}).get(_MARK)
        if marked is None:
            return None
        table, told = file.read(), json.loads(marked)
        tally = Tally({name: int(told["tally"].get(name, 0)) for name in ("read", "kept", *RULES)})
        if told["version"] != _VERSION:
            raise ValueError(f"version {told['version']}")
        return Recording(str(told["source"]), str(told["digest"]), _flights(table), tally)
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        allowed = f"flights of version {_VERSION}, as `rempart traffic clean` writes them"
        raise ScenarioError(Fault(str(path), f"cannot be read ({why})", allowed, _REMEDY)) from error


def _flights(table: Any) -> tuple[Flight, ...]:
    names = table["flight"].to_numpy(zero_copy_only=False).astype(str)
    lat, lon = (np.radians(table[name].to_numpy()) for name in ("lat", "lon"))
    time, height = table["time"].to_numpy(), table["altitude_m"].to_numpy()
    addresses, callsigns = table["icao24"].to_pylist(), table["callsign"].to_pylist()
    cuts = np.flatnonzero(names[1:] != names[:-1]) + 1
    spans = zip([0, *cuts], [*cuts, len(names)], strict=True) if len(names) else ()
    return tuple(
        Flight(str(names[i]), addresses[i], callsigns[i], time[i:j], lat[i:j], lon[i:j], height[i:j])
        for i, j in spans
    )
