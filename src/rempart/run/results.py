"""Results: what a campaign of trials left behind, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from rempart.base.errors import Fault, StoreError
from rempart.run.tables import magazines, rounds_column

MARKING = "SIMULATED - EXERCISE"
"""Stands in every manifest and on everything that leaves the program."""


@dataclass(frozen=True, eq=False)
class Results:
    """One finished campaign: a folder, its manifest and three tables.

    `ledger` has one row for each vehicle and trial, `measures` one for each trial, `sensors` one for
    each sensor and trial; the columns are those of `rempart.run.tables`.
    """

    folder: Path
    manifest: Mapping[str, Any]
    ledger: pa.Table
    measures: pa.Table
    sensors: pa.Table
    played: Any = field(default=None, repr=False)
    """the scenario and its world (`Lowered`), where this process has them already"""

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return int(self.manifest["trials"])

    @property
    def seed(self) -> int:
        """Seed of the dice."""
        return int(self.manifest["seed"])

    @property
    def digest(self) -> str:
        """Digest of everything that the trials depend on."""
        return str(self.manifest["digest"])

    @property
    def names(self) -> Mapping[str, Any]:
        """Names of everything that has an index, as in the manifest."""
        names: Mapping[str, Any] = self.manifest["names"]
        return names

    @cached_property
    def scenario(self) -> Any:
        """The scenario that was played, read from the folder when first asked for."""
        if self.played is not None:
            return self.played.scenario
        from rempart.scenario.loading import load_scenario
        from rempart.scenario.model import Source

        loaded = load_scenario(self.folder / "scenario.yaml")
        return loaded.with_source(Source(self.manifest["scenario"]["name"], loaded.source_text))

    @cached_property
    def lowered(self) -> Any:
        """The world that was played, made again from the scenario when first asked for."""
        if self.played is not None:
            return self.played
        from rempart.run.lowering import lower

        return lower(self.scenario)

    @cached_property
    def threats(self) -> pa.Table:
        """The ledger's rows of hostile vehicles with an aim, so not of carriers of weapons."""
        has_aim = pa.compute.is_valid(self.ledger["asset"])
        return self.ledger.filter(pa.compute.and_(self.ledger["is_hostile"], has_aim))

    @cached_property
    def leakers(self) -> pa.Table:
        """The ledger's rows of threats that reached their aim."""
        return self.threats.filter(pa.compute.equal(self.threats["outcome"], "leaked"))

    def trial(self, trial: int) -> pa.Table:
        """The ledger's rows of one trial."""
        if not 0 <= trial < self.n_trials:
            raise StoreError(
                Fault(f"{self.folder}", f"has no trial {trial}", f"a trial from 0 to {self.n_trials - 1}")
            )
        n_vehicles = len(self.names["vehicles"])
        return self.ledger.slice(trial * n_vehicles, n_vehicles)

    def measure(self, name: str) -> np.ndarray:
        """One measure, an array over trials; not a number where it is null."""
        if name not in self.measures.column_names:
            raise StoreError(
                Fault(f"{self.folder}", f"has no measure {name!r}", ", ".join(self.measures.column_names))
            )
        return self.measures[name].to_numpy()

    def rounds_fired(self) -> dict[tuple[str, str], np.ndarray]:
        """Rounds fired, an array over trials for each (battery, kind of round)."""
        pairs = dict.fromkeys(magazines(self.names))
        return {pair: self.measure(rounds_column(*pair)) for pair in pairs}

    def first(self, n_trials: int) -> Results:
        """The same results as if only the first `n_trials` trials had been played."""
        if n_trials >= self.n_trials:
            return self
        n_rows = n_trials * len(self.names["vehicles"])
        manifest = {**self.manifest, "trials": n_trials}
        return replace(
            self,
            manifest=manifest,
            ledger=self.ledger.slice(0, n_rows),
            measures=self.measures.slice(0, n_trials),
            sensors=self.sensors.slice(0, n_trials * len(self.names["sensors"])),
        )
