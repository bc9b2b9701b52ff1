"""The answer to a scenario: its results, with the estimates that are asked for most."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from rempart.analysis.estimates import Estimate
from rempart.analysis.summary import Summary, summarise
from rempart.run import campaign, store
from rempart.run.results import Results


class Answer(Results):
    """Results that know their estimates; every function that takes results takes an answer too."""

    @cached_property
    def summary(self) -> Summary:
        """All estimates over the trials."""
        return summarise(self)

    @property
    def leakage(self) -> Estimate:
        """Leakers over threats, the mean over trials with its 95 % interval."""
        return self.summary.leakage


def answer_of(results: Results) -> Answer:
    """The same results as an answer."""
    tables = (results.ledger, results.measures, results.sensors)
    return Answer(results.folder, results.manifest, *tables, results.played)


def run(scenario: Any, trials: int = 200, seed: int = 1, **options: Any) -> Answer:
    """Play a scenario many times; options and errors are those of `rempart.run.campaign.run`."""
    return answer_of(campaign.run(scenario, trials, seed, **options))


def open_answer(folder: str | Path) -> Answer:
    """The answer that an earlier run left in a results folder; raises `StoreError` if there is none."""
    return answer_of(store.open_results(Path(folder)))
