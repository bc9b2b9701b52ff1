"""Tables: what the engine's arrays become, cell by cell."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from rempart.engine.scorecard import SCORES
from rempart.engine.state import COUNTERS
from rempart.events.outcomes import DEPARTED, KILLED, LEAKED, NOT_RELEASED, SHOT_AND_MISSED
from rempart.run import tables
from rempart.run.tables import Block

NEVER = np.nan
UNSEEN = (
    "completeness", "ambiguity", "spuriousness", "position_error", "height_error", "velocity_error", "nees",
    "misidentified", "unidentified", "misclassified", "continuity", "longest_track", "picture_gospa",
)  # fmt: skip


@pytest.fixture
def block():
    """Two trials: first one kill and one leak, then both leak and the airliner is shot down."""
    times = np.full((6, 6), NEVER)
    times[0] = [1.0, 2.0, 3.0, 4.0, 5.0, 60.5]
    times[1, 5] = 200.0
    times[3:, 5] = [200.0, 210.0, 90.0]
    codes = np.array([
        [KILLED, -1, 1, 2, 0], [LEAKED, SHOT_AND_MISSED, -1, 3, 0], [DEPARTED, -1, -1, 0, 0],
        [LEAKED, 0, -1, 0, 0], [LEAKED, 1, -1, 0, 0], [KILLED, -1, 0, 1, 0],
    ], dtype=np.int32)  # fmt: skip
    return Block(
        7,
        2,
        times,
        codes,
        np.array([[3, 2], [1, 0]]),
        counted([[50, 40, 30, 9, 2, 1], [60, 45, 31, 8, 0, 0]]),
        scored(2),
        np.array([[[50, 40, 3, 1]], [[60, 45, 0, 0]]]),
    )


def counted(first):
    """Counters of some trials, the first columns as given and the others zero."""
    counters = np.zeros((len(first), len(COUNTERS)), np.int64)
    counters[:, : len(first[0])] = first
    return counters


def scored(n_trials):
    """Sums of the air picture of some trials in which nothing was seen."""
    return np.zeros((n_trials, 1, len(SCORES)))


def names_of(lowered):
    return asdict(lowered.names)


def test_ledger_rows_are_trials_by_vehicles(block, lowered):
    ledger = tables.ledger_table(block, lowered.world, names_of(lowered)).to_pydict()
    assert ledger["trial"] == [7, 7, 7, 8, 8, 8]
    assert ledger["vehicle"] == ["missiles-1", "missiles-2", "airway-1"] * 2
    assert ledger["class"] == ["cruise-missile", "cruise-missile", "airliner"] * 2
    assert ledger["asset"] == ["refinery", "depot", None] * 2
    assert ledger["is_hostile"] == [True, True, False] * 2
    assert ledger["outcome"] == ["killed", "leaked", "departed", "leaked", "leaked", "killed"]
    assert ledger["cause"] == [None, "shot_and_missed", None, "never_in_coverage", "masked", None]
    assert ledger["killer"] == ["north-2/missile", None, None, None, None, "north-1/missile"]
    assert ledger["killer_battery"] == ["north", None, None, None, None, "north"]
    assert ledger["first_detected"] == [1.0] + [None] * 5
    assert ledger["ended"] == [60.5, 200.0, None, 200.0, 210.0, 90.0]


def test_measures_count_the_ledger(block, lowered):
    measures = tables.measures_table(block, lowered.world, names_of(lowered), lowered.costs).to_pydict()
    assert measures == {
        "trial": [7, 8], "threats": [2, 2], "leakers": [1, 2], "leakage": [0.5, 1.0], "killed": [1, 0],
        "not_released": [0, 0], "carriers_killed": [0, 0], "sensors_lost": [2, 0], "units_lost": [1, 0],
        "spent": [5e5, 1e5], "destroyed": [1e6, 0.0], "readiness": [None, None],
        "shots": [5, 1], "value_lost": [0.25, 1.0], "civil_engaged": [0, 1], "civil_killed": [0, 1],
        "false_plots": [0, 0], "unresolved": [0, 0], "false_tracks": [0, 0], "swaps": [0, 0],
        "shots_at_nothing": [0, 0], "latency": [1.0, None], **{key: [None, None] for key in UNSEEN},
        "looks": [50, 60], "detections": [40, 45], "rounds.north.missile": [5, 1],
        "duals": [0, 0],
        "hits.refinery": [0, 1], "hits.depot": [1, 1],
    }  # fmt: skip


def test_carriers_are_no_threats_and_what_they_lose_does_not_leak(block, lowered):
    """The first vehicle as a carrier, the second as its weapon: shot down with it, then leaked."""
    vehicles = lowered.world.vehicles.copy()
    vehicles.asset[0], vehicles.parent[1] = -1, 0
    world = lowered.world._replace(vehicles=vehicles)
    codes = block.codes.copy()
    codes[1, 0], codes[3, 0] = NOT_RELEASED, DEPARTED
    measures = tables.measures_table(
        block._replace(codes=codes), world, names_of(lowered), lowered.costs
    ).to_pydict()
    assert measures["threats"] == [1, 1]
    assert (measures["leakers"], measures["killed"]) == ([0, 1], [0, 0])
    assert (measures["not_released"], measures["carriers_killed"]) == ([1, 0], [1, 0])
    assert measures["destroyed"] == [2e6, 0.0]
    assert tables.trial_leakage(block._replace(codes=codes), world).tolist() == [0.0, 1.0]


def test_a_cost_is_null_where_any_of_it_is_unknown(block, lowered):
    costs = lowered.costs._replace(weapons=np.array([1e5, np.nan]), vehicles=np.array([np.nan, 1e6, 0.0]))
    measures = tables.measures_table(block, lowered.world, names_of(lowered), costs).to_pydict()
    assert measures["spent"] == [None, 1e5]
    assert measures["destroyed"] == [None, 0.0]


def test_readiness_counts_what_is_left_in_magazines_and_in_reserve(block, lowered):
    weapons = lowered.world.weapons.copy()
    weapons.stock = [4, 8]
    world = lowered.world._replace(weapons=weapons)
    measures = tables.measures_table(block, world, names_of(lowered), lowered.costs).to_pydict()
    assert measures["readiness"] == pytest.approx([1.0 - 5 / 20, 1.0 - 1 / 20])


def test_columns_are_those_that_are_declared(block, lowered):
    names = names_of(lowered)
    ledger = tables.ledger_table(block, lowered.world, names)
    assert ledger.column_names == list(tables.LEDGER_COLUMNS)
    assert ledger.schema.field("first_firm").metadata[b"unit"] == b"s"
    measures = tables.measures_table(block, lowered.world, names, lowered.costs)
    assert measures.column_names == list(tables.measure_columns(names))


def test_sensors_are_told_trial_by_trial(block, lowered):
    table = tables.sensors_table(block, names_of(lowered))
    assert table.to_pydict() == {
        "trial": [7, 8], "sensor": ["north/radar"] * 2, "looks": [50, 60], "detections": [40, 45],
        "false_plots": [3, 0], "unresolved": [1, 0],
    }  # fmt: skip
    assert tables.normal_sensors(table, names_of(lowered)).equals(table)


def test_a_picture_of_several_commands_has_columns_of_each(block, lowered):
    names = names_of(lowered) | {"groups": ("north", "south")}
    picture = np.zeros((2, 2, len(SCORES)))
    picture[0, 1, SCORES.index("objects")], picture[0, 1, SCORES.index("held")] = 4.0, 3.0
    table = tables.measures_table(block._replace(picture=picture), lowered.world, names, lowered.costs)
    assert table["completeness"].to_pylist() == table["completeness.south"].to_pylist() == [0.75, None]
    assert table["completeness.north"].null_count == 2
    assert table.column_names == list(tables.measure_columns(names))


def test_tables_without_weapons_or_traffic(lowered):
    names = names_of(lowered) | {"weapons": (), "weapon_units": (), "weapon_kinds": ()}
    codes = np.tile(np.array([LEAKED, 0, -1, 0, 0], dtype=np.int32), (3, 1))
    block = Block(
        0,
        1,
        np.full((3, 6), NEVER),
        codes,
        np.zeros((1, 0), np.int64),
        counted([[0]]),
        scored(1),
        np.zeros((1, 1, 4), np.int64),
    )
    assert tables.ledger_table(block, lowered.world, names)["killer"].null_count == 3
    assert not any(name.startswith("rounds.") for name in tables.measure_columns(names))


def test_every_column_is_documented():
    page = (Path(__file__).parents[2] / "docs/guide/results.md").read_text(encoding="utf-8")
    tabled = (tables.LEDGER_COLUMNS, tables.MEASURE_COLUMNS, tables.MEASURE_FAMILIES, tables.SENSOR_COLUMNS)
    for name in [name for columns in tabled for name in columns]:
        assert f"| `{name}` |" in page, name
