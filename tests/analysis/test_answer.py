"""An answer is the results of a run that know their estimates."""

from __future__ import annotations

import numpy as np
import pytest

import rempart
from rempart.analysis.answer import Answer, answer_of, open_answer, run
from rempart.analysis.summary import summarise
from rempart.base.errors import StoreError
from rempart.run.results import Results
from scenario_builder import FLAT, scenario_of

N_TRIALS = 30


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    return run(scenario_of(FLAT), trials=N_TRIALS, seed=3, out=tmp_path_factory.mktemp("results"))


def test_a_run_gives_an_answer(answer):
    assert isinstance(answer, Answer)
    assert isinstance(answer, Results)
    assert (answer.n_trials, answer.seed) == (N_TRIALS, 3)


def test_leakage_is_the_mean_over_trials_within_its_interval(answer):
    leakage = answer.leakage
    assert leakage.value == pytest.approx(np.mean(answer.measure("leakage")))
    assert leakage.n == N_TRIALS
    assert leakage.low <= leakage.value <= leakage.high
    assert leakage.high > leakage.low


def test_the_summary_is_that_of_the_results_and_made_once(answer):
    assert answer.summary is answer.summary
    assert answer.summary.leakage == summarise(answer).leakage
    assert answer.summary.leakage is answer.leakage


def test_an_answer_can_be_opened_again(answer):
    again = open_answer(str(answer.folder))
    assert isinstance(again, Answer)
    assert again.leakage == answer.leakage
    assert again.ledger.equals(answer.ledger)
    assert again.digest == answer.digest


def test_the_answer_of_results_is_over_the_same_tables(answer):
    plain = Results(answer.folder, answer.manifest, answer.ledger, answer.measures, answer.sensors)
    assert answer_of(plain).leakage == answer.leakage
    assert answer_of(plain).ledger is answer.ledger


def test_fewer_trials_have_an_answer_of_their_own(answer):
    fewer = answer_of(answer.first(10))
    assert fewer.leakage.n == 10
    assert fewer.leakage.value == pytest.approx(np.mean(answer.measure("leakage")[:10]))
    assert isinstance(answer.first(10), Answer)
    assert answer.first(10).leakage == fewer.leakage


def test_options_are_those_of_a_campaign(answer, tmp_path):
    calls = []
    again = run(
        scenario_of(FLAT),
        N_TRIALS,
        3,
        out=tmp_path,
        threads=1,
        progress=lambda *numbers: calls.append(numbers),
    )
    assert again.leakage == answer.leakage
    assert calls[-1][0] == N_TRIALS


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(StoreError):
        open_answer(tmp_path)


def test_the_package_runs_and_opens_answers(answer, tmp_path):
    assert isinstance(rempart.run(scenario_of(FLAT), trials=2, out=tmp_path), Answer)
    assert rempart.open_results(answer.folder).leakage == answer.leakage
