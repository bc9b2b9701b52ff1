"""Results: what can be asked of them."""

from __future__ import annotations

import pytest

from rempart.base.errors import StoreError
from rempart.run.campaign import run


@pytest.fixture
def results(scenario, tmp_path):
    return run(scenario, 12, seed=4, out=tmp_path)


def test_threats_and_leakers(results):
    assert set(results.threats["group"].to_pylist()) == {"missiles"}
    assert results.threats.num_rows == 24
    assert results.leakers.num_rows == results.measure("leakers").sum()
    assert results.leakers["cause"].null_count == 0


def test_one_trial(results):
    assert results.trial(11)["trial"].to_pylist() == [11, 11, 11]
    with pytest.raises(StoreError, match="from 0 to 11"):
        results.trial(12)


def test_an_unknown_measure_names_the_known_ones(results):
    with pytest.raises(StoreError, match="civil_killed"):
        results.measure("leeks")


def test_rounds_fired_never_exceed_what_is_loaded(results):
    fired = results.rounds_fired()
    assert list(fired) == [("north", "missile")]
    assert fired["north", "missile"].max() <= results.manifest["loaded"]["north.missile"]


def test_scenario_is_read_from_the_folder(results, scenario):
    assert results.scenario is scenario
    from rempart.run.store import open_results

    assert open_results(results.folder).scenario is scenario
