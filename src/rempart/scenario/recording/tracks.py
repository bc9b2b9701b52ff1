"""Records sorted by aircraft, through files on disk, so that a large recording fits in little memory."""

from __future__ import annotations

import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from rempart.base.errors import Fault, ScenarioError
from rempart.scenario.recording.rules import MAX_CLOCK_GAP
from rempart.scenario.recording.states import STATE

MAX_RECORDS = 20_000_000
N_BINS = 64
_HOUR = 3600.0
_LATEST = 1e10
"""No clock is right that says so many seconds; a guard on the hours that are counted."""


class Sorted:
    """All records of a recording, ready to be taken up one aircraft at a time.

    Holds about 1/64 of them in memory; the rest waits in a temporary folder, which goes when the
    `with` block ends.
    """

    def __init__(self, batches: Iterable[np.ndarray], source: str) -> None:
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="rempart-")))
        self._hours: Counter[int] = Counter()
        self.n_records = 0
        try:
            self._fill(batches, source)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Sorted:
        return self

    def __exit__(self, *stop: object) -> None:
        self._stack.close()

    def _fill(self, batches: Iterable[np.ndarray], source: str) -> None:
        with ExitStack() as stack:
            bins = [stack.enter_context(self._bin(index).open("wb")) for index in range(N_BINS)]
            for batch in batches:
                self.n_records += len(batch)
                if self.n_records > MAX_RECORDS:
                    found = f"holds more than {MAX_RECORDS} records"
                    raise ScenarioError(Fault(source, found, "a shorter recording", "Cut it into parts."))
                self._count_hours(batch["time"])
                addresses, place = np.unique(batch["address"], return_inverse=True)
                chosen = np.array([zlib.crc32(address) % N_BINS for address in addresses])[place]
                for index in np.unique(chosen):
                    bins[index].write(batch[chosen == index].tobytes())

    def _bin(self, index: int) -> Path:
        return self._folder / f"{index}.bin"

    def _count_hours(self, time: np.ndarray) -> None:
        known = time[np.isfinite(time) & (np.abs(time) < _LATEST)]
        hours, counts = np.unique(np.floor(known / _HOUR).astype(np.int64), return_counts=True)
        self._hours.update(dict(zip(hours.tolist(), counts.tolist(), strict=True)))

    def aircraft(self) -> Iterator[np.ndarray]:
        """The records of each aircraft in the order of the file."""
        for index in range(N_BINS):
            records = np.fromfile(self._bin(index), STATE)
            records = records[np.argsort(records["address"], kind="stable")]
            cuts = np.flatnonzero(records["address"][1:] != records["address"][:-1]) + 1
            yield from (part for part in np.split(records, cuts) if len(part))

    def span(self) -> tuple[float, float]:
        """First and last time [UTC s] that the clock of the bulk of the recording can show.

        The bulk is the median hour and all hours joined to it without a break of more than
        `MAX_CLOCK_GAP` hours.
        """
        if not self._hours:
            return 0.0, 0.0
        hours = np.array(sorted(self._hours))
        counts = np.array([self._hours[hour] for hour in hours.tolist()])
        middle = int(np.searchsorted(np.cumsum(counts), counts.sum() / 2.0))
        breaks = np.flatnonzero(np.diff(hours) > MAX_CLOCK_GAP)
        first = int(breaks[breaks < middle].max(initial=-1)) + 1
        last = int(breaks[breaks >= middle].min(initial=len(hours) - 1))
        return float(hours[first]) * _HOUR, float(hours[last] + 1) * _HOUR
