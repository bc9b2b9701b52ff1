"""Summary: counted by hand on invented runs."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from rempart.analysis.records import read_records
from rempart.analysis.summary import STAGES, summarise
from rempart.analysis.wording import whole_percentages


def test_leakage_is_the_mean_over_trials(invent):
    results = invent(30)
    leakers, threats = results.measures["leakers"].to_numpy(), results.measures["threats"].to_numpy()
    found = summarise(results)
    assert found.leakage.value == pytest.approx((leakers / threats).mean())
    assert found.leakage.n == 30


def test_classes_and_groups_weigh_up_to_the_whole(invent):
    found = summarise(invent(30))
    sizes = {"small-drone": 24, "cruise-missile": 16, "ballistic-missile": 8, "strike-aircraft": 12}
    assert set(found.by_class) == set(sizes)
    total = sum(found.by_class[name].value * n for name, n in sizes.items())
    assert total == pytest.approx(found.measures["leakers"].value)
    groups = {
        "drones-north": 14,
        "drones-west": 10,
        "cruise-west": 9,
        "cruise-south": 7,
        "ballistic": 8,
        "strike": 12,
    }
    assert set(found.by_group) == set(groups)
    total = sum(found.by_group[name].value * n for name, n in groups.items())
    assert total == pytest.approx(found.measures["leakers"].value)


def test_causes_count_every_leaker_once(invent):
    results = invent(30)
    found = summarise(results)
    assert sum(found.cause_counts.values()) == int(results.measures["leakers"].to_numpy().sum())
    assert sum(found.leak_causes.values()) == pytest.approx(1.0, abs=1e-12)
    assert round(sum(10 * share for share in whole_percentages(found.cause_counts).values())) == 1000


def test_the_kill_chain_never_rises_and_ends_in_kills(invent):
    found = summarise(invent(30))
    values = [estimate.value for estimate in found.chain.values()]
    assert list(found.chain) == list(STAGES)
    assert all(before >= after for before, after in pairwise(values))
    assert found.chain["killed"].value == pytest.approx(found.measures["killed"].value)


def test_rounds_are_those_of_the_batteries_and_systems(invent):
    results = invent(30)
    found = summarise(results)
    shots = results.measures["shots"].to_numpy()
    assert sum(e.value for e in found.rounds_by_system.values()) == pytest.approx(shots.mean())
    assert sum(use.kills.value for use in found.batteries) == pytest.approx(found.measures["killed"].value)
    north = next(use for use in found.batteries if use.battery == "north")
    assert (north.system, [weapon.loaded for weapon in north.weapons]) == ("s-400", [48, 32])
    killed = results.measures["killed"].to_numpy()
    assert found.measures["rounds_per_kill"].value == pytest.approx(shots.sum() / killed.sum())


def test_a_battery_may_have_a_dot_in_its_name(invent):
    results = invent(5)
    results.manifest["names"]["unit_batteries"][0] = "north.hill"
    renamed = [name.replace("rounds.north.", "rounds.north.hill.") for name in results.measures.column_names]
    measures = results.measures.rename_columns(renamed)
    found = summarise(type(results)(results.manifest, results.ledger, measures))
    assert "north.hill" in {use.battery for use in found.batteries}


def test_nothing_seen_is_not_nothing_possible(invent):
    found = summarise(invent(50, leak=0.0))
    assert found.leakage.value == 0.0 < found.leakage.high < 0.07
    assert found.measures["civil_killed"].high > 0.0
    assert found.leak_causes == {}
    assert found.measures["p_no_asset_hit"].value == 1.0


def test_the_json_object_has_the_agreed_keys_and_only_finite_numbers(invent):
    for results in (invent(20), invent(1), invent(20, leak=1.0)):
        told = summarise(results).to_json(1.5)
        assert {
            "rempart",
            "scenario",
            "digest",
            "seed",
            "trials",
            "measures",
            "leak_causes",
            "by_class",
            "seconds",
        } <= set(told)
        text = json.dumps(told, allow_nan=False)
        assert json.loads(text)["measures"]["leakage"].keys() == {"value", "low", "high", "n", "unit"}


def test_trials_may_have_any_numbers_and_order(invent):
    results = invent(12, first_trial=100)
    order = np.random.default_rng(0).permutation(results.measures.num_rows)
    shuffled = type(results)(results.manifest, results.ledger, results.measures.take(order))
    assert summarise(shuffled).to_json() == summarise(results).to_json()
    assert list(read_records(results, np.array([103, 105])).trials) == [103, 105]
