"""From the engine's arrays to tables: what each column of the results is called, holds and means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from rempart.base.errors import Fault, StoreError
from rempart.engine.scorecard import SENSINGS, survey_interval
from rempart.events.outcomes import CAUSE_NAMES, KILLED, LEAKED, NOT_RELEASED, OUTCOME_NAMES
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.run.picture_measures import OF_COMMANDS, command_column, mean_latency, picture_measures


class Column(NamedTuple):
    """One column: its Arrow type (`name` is text kept as a dictionary), its unit and its meaning."""

    type: str
    unit: str
    meaning: str


LEDGER_COLUMNS: dict[str, Column] = {
    "trial": Column("int32", "1", "number of the trial, from 0"),
    "vehicle": Column("name", "", "name of the vehicle"),
    "group": Column("name", "", "raid group or traffic stream that it belongs to"),
    "system": Column("name", "", "its catalogue name"),
    "class": Column("name", "", "its vehicle class"),
    "is_hostile": Column("bool", "", "true for a threat or a carrier of weapons, false for traffic"),
    "first_detected": Column("float32", "s", "first detection by any sensor; null: never"),
    "first_firm": Column("float32", "s", "first firm track in any group; null: never"),
    "identified": Column("float32", "s", "first declared hostile or neutral; null: never"),
    "first_assigned": Column("float32", "s", "first commitment of a fire unit; null: never"),
    "first_launch": Column("float32", "s", "first round or burst fired at it; null: never"),
    "ended": Column("float32", "s", "when its flight ended; null: still in the air"),
    "shots": Column("int16", "1", "rounds and bursts fired at it"),
    "outcome": Column("name", "", "how its flight ended"),
    "cause": Column("name", "", "why it leaked; null unless the outcome is leaked"),
    "killer": Column("name", "", "weapon that killed it (fire unit/kind of round); null unless killed"),
    "killer_battery": Column("name", "", "battery of that weapon; null unless killed"),
    "asset": Column(
        "name", "", "defended asset that it aims at; null for traffic and for carriers, which turn back"
    ),
}
"""One row for each vehicle and trial, in that order within trials."""

MEASURE_COLUMNS: dict[str, Column] = {
    "trial": Column("int32", "1", "number of the trial, from 0"),
    "threats": Column("int32", "1", "hostile vehicles with an aim, so not the carriers of weapons"),
    "leakers": Column("int32", "1", "threats that reached their aim"),
    "leakage": Column("float64", "1", "leakers / threats (0 without threats)"),
    "killed": Column("int32", "1", "threats shot down"),
    "not_released": Column("int32", "1", "threats lost with their carrier before it let them go"),
    "carriers_killed": Column("int32", "1", "carriers of weapons shot down"),
    "shots": Column("int32", "1", "rounds and bursts fired at anything"),
    "value_lost": Column("float64", "1", "value of the assets hit at least once / value of all assets"),
    "civil_engaged": Column("int32", "1", "traffic that was fired at"),
    "civil_killed": Column("int32", "1", "traffic that was shot down"),
    "sensors_lost": Column("int32", "1", "sensors put out of action"),
    "units_lost": Column("int32", "1", "fire units put out of action"),
    "spent": Column("float64", "USD", "cost of the rounds fired; null if that of any of them is not known"),
    "destroyed": Column(
        "float64",
        "USD",
        "cost of the threats and carriers shot down, and of the threats lost with them; null likewise",
    ),
    "readiness": Column(
        "float64",
        "1",
        "rounds not fired / rounds at the start, ready and in reserve; null if any reserve is endless",
    ),
    "looks": Column("int64", "1", "chances of a sensor to see a vehicle"),
    "detections": Column("int64", "1", "looks that crossed the threshold"),
    "false_plots": Column("int64", "1", "plots of nothing"),
    "unresolved": Column("int64", "1", "detections that were lost in the plot of a close neighbour"),
    "false_tracks": Column("int32", "1", "tracks of nothing that became firm"),
    "swaps": Column("int32", "1", "times that a firm track went on with another vehicle's plots"),
    "shots_at_nothing": Column("int32", "1", "rounds and bursts fired at tracks of nothing"),
    "duals": Column(
        "int32", "1", "tracks that became firm while their command held another of the same vehicle"
    ),
    "completeness": Column("float64", "1", "share of the objects in view that have a firm track"),
    "ambiguity": Column("float64", "1", "firm tracks for each object that has any; 1 is best"),
    "spuriousness": Column("float64", "1", "share of the firm tracks that follow nothing"),
    "position_error": Column("float64", "m", "mean distance, on the ground, of a track from what it follows"),
    "height_error": Column("float64", "m", "mean error of a track's height"),
    "velocity_error": Column("float64", "m/s", "mean error of a track's velocity on the ground"),
    "nees": Column(
        "float64", "1", "squared error of a track over its covariance; 6 if tracks know their errors"
    ),
    "misidentified": Column("float64", "1", "share of the declared identities that are wrong"),
    "unidentified": Column("float64", "1", "share of the tracks of objects without a declared identity"),
    "misclassified": Column("float64", "1", "share of the tracks of objects taken for another class"),
    "continuity": Column("float64", "1/h", "changes of the track that holds an object, per hour held"),
    "longest_track": Column(
        "float64", "1", "time with the track that held an object longest / its time in view"
    ),
    "picture_gospa": Column("float64", "m", "GOSPA of a command's picture: order 2, cutoff 2 km"),
    "latency": Column("float64", "s", "mean time from a vehicle's first detection to its first firm track"),
}
"""One row for each trial; the columns below follow, as many as the scenario needs."""

MEASURE_FAMILIES: dict[str, Column] = {
    "rounds.<battery>.<weapon>": Column("int32", "1", "rounds or bursts of that kind that the battery fired"),
    "hits.<asset>": Column("int32", "1", "threats that reached that asset"),
    "completeness.<command>": Column("float64", "1", "that of one command, where there are several"),
    "spuriousness.<command>": Column("float64", "1", "that of one command, where there are several"),
    "position_error.<command>": Column("float64", "m", "that of one command, where there are several"),
}

SENSOR_COLUMNS: dict[str, Column] = {
    "trial": Column("int32", "1", "number of the trial, from 0"),
    "sensor": Column("name", "", "name of the sensor"),
    "looks": Column("int64", "1", "chances to see a vehicle"),
    "detections": Column("int64", "1", "looks that crossed the threshold"),
    "false_plots": Column("int64", "1", "plots of nothing"),
    "unresolved": Column("int64", "1", "detections that were lost in the plot of a close neighbour"),
}
"""One row for each sensor and trial, in that order within trials."""

_COUNTED = ("looks", "detections", "false_plots", "unresolved", "false_tracks", "swaps", "duals")
_TIMES = ("first_detected", "first_firm", "identified", "first_assigned", "first_launch", "ended")


class Block(NamedTuple):
    """The outcome of consecutive trials as the engine leaves it; rows are trial by trial."""

    first: int
    count: int
    times: np.ndarray
    """(count × n_vehicles, 6) float64 [s], NaN for never"""
    codes: np.ndarray
    """(count × n_vehicles, 5) int32: outcome, cause, killer, shots, route variant"""
    rounds: np.ndarray
    """(count, n_weapons) int64"""
    counters: np.ndarray
    """(count, n_counters) int64, in the order of `engine.state.COUNTERS`"""
    picture: np.ndarray
    """(count, n_groups, n_scores) float64, in the order of `engine.scorecard.SCORES`"""
    sensing: np.ndarray
    """(count, n_sensors, 4) int64, in the order of `engine.scorecard.SENSINGS`"""


def rounds_column(battery: str, weapon: str) -> str:
    """Name of the measure that counts a battery's rounds of one kind."""
    return f"rounds.{battery}.{weapon}"


def hits_column(asset: str) -> str:
    """Name of the measure that counts the threats that reached an asset."""
    return f"hits.{asset}"


def magazines(names: Mapping[str, Sequence[Any]]) -> list[tuple[str, str]]:
    """The (battery, kind of round) of each weapon; fire units of one battery repeat them."""
    batteries = [names["unit_batteries"][unit] for unit in names["weapon_units"]]
    return list(zip(batteries, names["weapon_kinds"], strict=True))


def measure_columns(names: Mapping[str, Sequence[Any]]) -> dict[str, Column]:
    """All columns of the measures of one scenario, in order."""
    rounds, hits = MEASURE_FAMILIES["rounds.<battery>.<weapon>"], MEASURE_FAMILIES["hits.<asset>"]
    columns = dict(MEASURE_COLUMNS)
    columns.update({rounds_column(*magazine): rounds for magazine in magazines(names)})
    columns.update({hits_column(asset): hits for asset in names["assets"]})
    if len(names["groups"]) > 1:
        for command, measure in product(names["groups"], OF_COMMANDS):
            columns[command_column(measure, command)] = MEASURE_FAMILIES[f"{measure}.<command>"]
    return columns


def ledger_table(block: Block, world: Any, names: Mapping[str, Sequence[Any]]) -> pa.Table:
    """The ledger of a block of trials: one row for each trial and vehicle."""
    n_vehicles = len(names["vehicles"])
    vehicle = np.tile(np.arange(n_vehicles), block.count)
    outcome, cause, killer, shots = block.codes.T[:4]
    unit = np.asarray(names["weapon_units"], dtype=np.int64)
    killer_unit = np.where(killer >= 0, unit[killer], -1) if len(unit) else np.full(len(killer), -1)
    content = {
        "trial": np.repeat(np.arange(block.first, block.first + block.count), n_vehicles),
        "vehicle": _coded(vehicle, names["vehicles"]),
        "group": _coded(vehicle, names["vehicle_groups"]),
        "system": _coded(vehicle, names["vehicle_systems"]),
        "class": _coded(world.vehicles.vehicle_class[vehicle], CLASS_NAMES),
        "is_hostile": np.asarray(world.vehicles.is_hostile, dtype=bool)[vehicle],
        "shots": shots,
        "outcome": _coded(outcome, OUTCOME_NAMES),
        "cause": _coded(np.where(outcome == LEAKED, cause, -1), CAUSE_NAMES),
        "killer": _coded(np.where(outcome == KILLED, killer, -1), names["weapons"]),
        "killer_battery": _coded(np.where(outcome == KILLED, killer_unit, -1), names["unit_batteries"]),
        "asset": _coded(world.vehicles.asset[vehicle], names["assets"]),
    }
    content.update({name: _seconds(block.times[:, place]) for place, name in enumerate(_TIMES)})
    return _table(content, LEDGER_COLUMNS)


def measures_table(block: Block, world: Any, names: Mapping[str, Sequence[Any]], costs: Any) -> pa.Table:
    """The measures of a block of trials: one row for each trial.

    Parameters
    ----------
    costs : Costs
        Prices of the world's weapons and vehicles.
    """
    shape = (block.count, len(names["vehicles"]))
    outcome, shots = block.codes[:, 0].reshape(shape), block.codes[:, 3].reshape(shape)
    is_hostile, is_threat = np.asarray(world.vehicles.is_hostile, dtype=bool), _is_threat(world)
    is_lost = ((outcome == KILLED) | (outcome == NOT_RELEASED)) & is_hostile
    leaked = (outcome == LEAKED) & is_threat
    aims = world.vehicles.asset[:, None] == np.arange(len(names["assets"]))
    hits = leaked.astype(np.int64) @ aims.astype(np.int64)
    content = {
        "trial": np.arange(block.first, block.first + block.count),
        "threats": np.full(block.count, is_threat.sum()),
        "leakers": leaked.sum(axis=1),
        "leakage": trial_leakage(block, world),
        "killed": ((outcome == KILLED) & is_threat).sum(axis=1),
        "not_released": ((outcome == NOT_RELEASED) & is_threat).sum(axis=1),
        "carriers_killed": ((outcome == KILLED) & is_hostile & ~is_threat).sum(axis=1),
        "shots": block.rounds.sum(axis=1),
        "value_lost": (hits > 0) @ world.assets.value / max(float(world.assets.value.sum()), 1e-300),
        "civil_engaged": ((shots > 0) & ~is_hostile).sum(axis=1),
        "civil_killed": ((outcome == KILLED) & ~is_hostile).sum(axis=1),
        "sensors_lost": _counted(block, "sensors_lost"),
        "units_lost": _counted(block, "units_lost"),
        "spent": _cost_of(block.rounds, costs.weapons),
        "destroyed": _cost_of(is_lost, costs.vehicles),
        "readiness": _readiness(block, world),
        **{name: _counted(block, name) for name in _COUNTED},
        "shots_at_nothing": block.rounds.sum(axis=1) - shots.sum(axis=1),
        **picture_measures(block.picture, survey_interval(world), names["groups"]),
        "latency": mean_latency(block.times, block.count),
    }
    for magazine, rounds in zip(magazines(names), block.rounds.T, strict=True):
        name = rounds_column(*magazine)
        content[name] = content.get(name, 0) + rounds
    content.update({hits_column(asset): hits[:, place] for place, asset in enumerate(names["assets"])})
    return _table(content, measure_columns(names))


def sensors_table(block: Block, names: Mapping[str, Sequence[Any]]) -> pa.Table:
    """What each sensor did in a block of trials: one row for each trial and sensor."""
    n_sensors = len(names["sensors"])
    content = {
        "trial": np.repeat(np.arange(block.first, block.first + block.count), n_sensors),
        "sensor": _coded(np.tile(np.arange(n_sensors), block.count), names["sensors"]),
        **dict(zip(SENSINGS, block.sensing.reshape(-1, len(SENSINGS)).T, strict=True)),
    }
    return _table(content, SENSOR_COLUMNS)


def trial_leakage(block: Block, world: Any) -> np.ndarray:
    """Leakers / threats of each trial of a block (0 without threats)."""
    is_threat = _is_threat(world)
    leaked = (block.codes[:, 0] == LEAKED).reshape(block.count, -1) & is_threat
    return leaked.sum(axis=1) / max(int(is_threat.sum()), 1)


def _is_threat(world: Any) -> np.ndarray:
    """Which vehicles attack an asset themselves."""
    vehicles = world.vehicles
    return np.asarray(vehicles.is_hostile, dtype=bool) & (np.asarray(vehicles.asset) >= 0)


def _counted(block: Block, name: str) -> np.ndarray:
    from rempart.engine.state import COUNTERS

    return block.counters[:, COUNTERS.index(name)]


def _cost_of(counts: np.ndarray, prices: np.ndarray) -> np.ndarray:
    """Cost of what each trial counts; not a number where it counts anything without a price."""
    known = np.where(np.isnan(prices), 0.0, prices)
    is_open = (counts[:, np.isnan(prices)] > 0).any(axis=1)
    return np.where(is_open, np.nan, counts @ known)


def _readiness(block: Block, world: Any) -> np.ndarray:
    rounds, stock = world.weapons.rounds, world.weapons.stock
    n_rounds = int((rounds + stock).sum())
    if not len(rounds) or (stock < 0).any() or n_rounds == 0:
        return np.full(block.count, np.nan)
    return 1.0 - block.rounds.sum(axis=1) / n_rounds


def normal_ledger(table: pa.Table, names: Mapping[str, Sequence[Any]]) -> pa.Table:
    """A ledger read back from a file, in exactly the form in which it was written."""
    levels = {
        "vehicle": names["vehicles"],
        "group": names["vehicle_groups"],
        "system": names["vehicle_systems"],
        "class": CLASS_NAMES,
        "outcome": OUTCOME_NAMES,
        "cause": CAUSE_NAMES,
        "killer": names["weapons"],
        "killer_battery": names["unit_batteries"],
        "asset": names["assets"],
    }
    content = {
        name: _recoded(table[name], levels[name]) if name in levels else table[name]
        for name in LEDGER_COLUMNS
    }
    return _table(content, LEDGER_COLUMNS)


def normal_measures(table: pa.Table, names: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Measures read back from a file, in exactly the form in which they were written."""
    columns = measure_columns(names)
    return _table({name: table[name] for name in columns}, columns)


def normal_sensors(table: pa.Table, names: Mapping[str, Sequence[Any]]) -> pa.Table:
    """The table of sensors read back from a file, in exactly the form in which it was written."""
    content = {name: table[name] for name in SENSOR_COLUMNS}
    return _table(content | {"sensor": _recoded(table["sensor"], names["sensors"])}, SENSOR_COLUMNS)


def _table(content: Mapping[str, Any], columns: Mapping[str, Column]) -> pa.Table:
    fields = [
        pa.field(name, _arrow_type(column.type), metadata={"unit": column.unit, "meaning": column.meaning})
        for name, column in columns.items()
    ]
    arrays = [_array(content[field.name], field.type) for field in fields]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _array(values: Any, type_: pa.DataType) -> Any:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values if values.type == type_ else values.cast(type_)
    return pa.array(np.asarray(values), type=type_, from_pandas=True)


def _arrow_type(name: str) -> pa.DataType:
    if name == "name":
        return pa.dictionary(pa.int32(), pa.string())
    return pa.type_for_alias(name)


def _coded(index: np.ndarray, names: Iterable[str]) -> pa.DictionaryArray:
    """Names by index, -1 as null; a name that occurs twice in `names` gets one level."""
    names = list(names)
    levels = {name: place for place, name in enumerate(dict.fromkeys(names))}
    level = np.array([levels[name] for name in names] + [-1], dtype=np.int32)
    chosen = level[np.asarray(index, dtype=np.int64)]
    codes = pa.array(chosen, type=pa.int32(), mask=chosen < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(levels), type=pa.string()))


def _recoded(column: pa.ChunkedArray, names: Iterable[str]) -> pa.DictionaryArray:
    levels = pa.array(list(dict.fromkeys(names)), type=pa.string())
    found = column.combine_chunks()
    words = found.dictionary_decode() if pa.types.is_dictionary(found.type) else found
    # skip_nulls: a null stays a null instead of being looked up.
    codes = pa.compute.index_in(words, value_set=levels, skip_nulls=True)
    if codes.null_count != words.null_count:
        raise StoreError(
            Fault(
                "a table of the results",
                "holds a name that manifest.json does not know",
                "the names of its own manifest",
                "Run the campaign again.",
            )
        )
    return pa.DictionaryArray.from_arrays(codes, levels)


def _seconds(times: np.ndarray) -> pa.Array:
    return pa.array(times.astype(np.float32), from_pandas=True)
