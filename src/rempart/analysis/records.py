"""The ledger and the measures of a run as plain arrays, ready to be counted per trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

MOMENTS = ("first_detected", "first_firm", "identified", "first_assigned", "first_launch", "ended")
"""Columns of the ledger that hold times [s], in the order of the kill chain."""


class Results(Protocol):
    """What a run leaves behind, as far as this room reads it; the tables are Arrow tables."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the run says of itself."""

    @property
    def ledger(self) -> Any:
        """One row for each vehicle and trial."""

    @property
    def measures(self) -> Any:
        """One row for each trial."""


@dataclass(frozen=True)
class Labels:
    """A column of words: each row is an index into `names`, -1 where the cell is empty."""

    names: tuple[str, ...]
    code: np.ndarray

    def is_(self, name: str) -> np.ndarray:
        """Which rows hold this word; (n_rows,) bool."""
        return self.code == self.names.index(name) if name in self.names else np.zeros(len(self.code), bool)

    def of(self, row: int) -> str | None:
        """The word in one row."""
        return self.names[self.code[row]] if self.code[row] >= 0 else None


@dataclass(frozen=True)
class Records:
    """One row per vehicle and trial. `trial` is the row's place in `trials`, not the trial's number."""

    trials: np.ndarray
    trial: np.ndarray
    is_hostile: np.ndarray
    shots: np.ndarray
    times: dict[str, np.ndarray]
    vehicle: Labels
    group: Labels
    system: Labels
    vehicle_class: Labels
    outcome: Labels
    cause: Labels
    killer: Labels
    killer_battery: Labels
    asset: Labels
    measures: dict[str, np.ndarray]

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return len(self.trials)

    @property
    def is_threat(self) -> np.ndarray:
        """Which rows are hostile and have an aim: not the carriers of weapons, which turn back."""
        return self.is_hostile & (self.asset.code >= 0)

    @property
    def is_leaker(self) -> np.ndarray:
        """Which rows are threats that reached their aim."""
        return self.is_threat & self.outcome.is_("leaked")

    @property
    def is_killed(self) -> np.ndarray:
        """Which rows are threats that were shot down."""
        return self.is_threat & self.outcome.is_("killed")

    def per_trial(self, rows: np.ndarray) -> np.ndarray:
        """How many of the chosen rows each trial has; (n_trials,), sums to the rows chosen."""
        return np.bincount(self.trial[rows], minlength=self.n_trials).astype(np.float64)

    def measure(self, name: str) -> np.ndarray:
        """A measure, one figure per trial; zeros where the run did not keep it."""
        return self.measures.get(name, np.zeros(self.n_trials))

    def measured(self, prefix: str) -> dict[str, np.ndarray]:
        """The measures under a prefix such as `hits.`, by the rest of their names."""
        cut = len(prefix)
        return {name[cut:]: column for name, column in self.measures.items() if name.startswith(prefix)}


def read_records(results: Results, trials: np.ndarray | None = None) -> Records:
    """Arrays of a run's tables, of all trials or of those whose numbers are given."""
    ledger, measures = results.ledger, results.measures
    columns = {name: _floats(measures, name) for name in measures.column_names}
    numbers = columns.pop("trial").astype(np.int64)
    order = np.argsort(numbers, kind="stable")
    if trials is not None:
        order = order[np.isin(numbers[order], trials)]
    chosen = numbers[order]
    row_trial = _floats(ledger, "trial").astype(np.int64)
    rows = np.flatnonzero(np.isin(row_trial, chosen))
    return Records(
        trials=chosen,
        trial=np.searchsorted(chosen, row_trial[rows]),
        is_hostile=_floats(ledger, "is_hostile")[rows] > 0,
        shots=_floats(ledger, "shots")[rows],
        times={name: _floats(ledger, name)[rows] for name in MOMENTS},
        vehicle_class=_labels(ledger, "class", rows),
        measures={name: column[order] for name, column in columns.items()},
        **{
            name: _labels(ledger, name, rows)
            for name in (
                "vehicle",
                "group",
                "system",
                "outcome",
                "cause",
                "killer",
                "killer_battery",
                "asset",
            )
        },
    )


def _floats(table: Any, name: str) -> np.ndarray:
    column = table[name].combine_chunks().cast("float64").fill_null(float("nan"))
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _labels(table: Any, name: str, rows: np.ndarray) -> Labels:
    column = table[name].combine_chunks()
    encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    code = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Labels(tuple(str(word) for word in encoded.dictionary.to_pylist()), code[rows])
