"""The results folder: written whole, named by what it holds, read with suspicion."""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rempart.base.errors import Fault, StoreError
from rempart.base.files import cache_folder, write_atomically
from rempart.run.results import MARKING, Results
from rempart.run.tables import (
    LEDGER_COLUMNS,
    SENSOR_COLUMNS,
    Block,
    Column,
    magazines,
    measure_columns,
    normal_ledger,
    normal_measures,
    normal_sensors,
)

FORMAT = 1
"""Version of the folder's layout; a reader refuses any other."""

_MANIFEST_TYPES: dict[str, type] = {
    "rempart": str,
    "format": int,
    "marking": str,
    "scenario": dict,
    "digest": str,
    "world_digest": str,
    "engine_digest": str,
    "versions": dict,
    "seed": int,
    "trials": int,
    "complete": bool,
    "names": dict,
    "loaded": dict,
    "figures": list,
    "columns": dict,
}
_NAMES = (
    "vehicles",
    "vehicle_groups",
    "vehicle_systems",
    "assets",
    "sensors",
    "groups",
    "units",
    "unit_batteries",
    "unit_systems",
    "weapons",
    "weapon_units",
    "weapon_kinds",
)
_PARALLEL_NAMES = (
    ("vehicles", "vehicle_groups", "vehicle_systems"),
    ("units", "unit_batteries", "unit_systems"),
    ("weapons", "weapon_units", "weapon_kinds"),
)
_BLOCK_ARRAYS = Block._fields[2:]
_AGAIN = "Run the campaign again."
_NOT_OURS = "Name a folder that `rempart run` has written."


def describe(scenario: Any, lowered: Any, seed: int) -> dict[str, Any]:
    """The manifest of a campaign before its first trial."""
    from rempart.base.kernel import kernel_digest
    from rempart.scenario.traffic import declaration

    engine_digest = kernel_digest()
    names: dict[str, list[Any]] = {name: list(getattr(lowered.names, name)) for name in _NAMES}
    names["weapon_units"] = [int(unit) for unit in names["weapon_units"]]
    ready: dict[str, int] = {}
    for magazine, rounds in zip(magazines(names), lowered.world.weapons.rounds, strict=True):
        ready[".".join(magazine)] = ready.get(".".join(magazine), 0) + int(rounds)
    return {
        "rempart": version("rempart"),
        "format": FORMAT,
        "marking": MARKING,
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "question": scenario.question,
            "digest": scenario.digest,
        },
        "digest": _digest(scenario.digest, lowered.world_digest, str(seed), engine_digest),
        "world_digest": lowered.world_digest,
        "engine_digest": engine_digest,
        "versions": {package: version(package) for package in ("numba", "numpy", "pyarrow")},
        "seed": seed,
        "trials": 0,
        "complete": False,
        "names": names,
        "loaded": ready,
        "figures": [dict(row) for row in lowered.figures],
        "traffic": {
            name: declaration(airway, scenario.duration or math.inf)
            for name, airway in scenario.traffic.items()
            if airway.recorded
        },
        "columns": {
            "ledger": _meanings(LEDGER_COLUMNS),
            "measures": _meanings(measure_columns(names)),
            "sensors": _meanings(SENSOR_COLUMNS),
        },
    }


def results_folder(out: Path | str | None, manifest: Mapping[str, Any]) -> Path:
    """Where the results of a campaign belong: its scenario's name and its digest."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", manifest["scenario"]["name"])[:60].strip("-") or "scenario"
    parent = cache_folder("results") if out is None else Path(out).expanduser()
    return parent / f"{name}-{manifest['digest'][:12]}"


def write_results(results: Results, scenario_text: str) -> None:
    """Write a results folder; the manifest comes last, so a reader never sees a part."""
    folder = results.folder
    write_atomically(folder / "scenario.yaml", scenario_text)
    write_atomically(folder / "ledger.parquet", _parquet(results.ledger))
    write_atomically(folder / "measures.parquet", _parquet(results.measures))
    write_atomically(folder / "sensors.parquet", _parquet(results.sensors))
    write_manifest(folder, results.manifest)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json`."""
    write_atomically(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def open_results(folder: Path | str) -> Results:
    """Results read back from their folder.

    Raises
    ------
    StoreError
        If it is not a results folder, not of this format, unfinished or damaged.
    """
    folder = Path(folder).expanduser()
    manifest = _manifest(folder)
    ledger = _read(folder / "ledger.parquet", LEDGER_COLUMNS)
    measures = _read(folder / "measures.parquet", measure_columns(manifest["names"]))
    sensors = _read(folder / "sensors.parquet", SENSOR_COLUMNS)
    n_trials, n_vehicles = manifest["trials"], len(manifest["names"]["vehicles"])
    n_sensors = len(manifest["names"]["sensors"])
    # More rows than the manifest counts are what an interrupted extension leaves: no harm.
    counts = ((ledger, n_vehicles), (measures, 1), (sensors, n_sensors))
    if any(table.num_rows < n_trials * n_rows for table, n_rows in counts):
        raise StoreError(
            Fault(
                str(folder),
                "holds fewer rows than its manifest says",
                f"{n_trials} trials of {n_vehicles} vehicles and {n_sensors} sensors",
                _AGAIN,
            )
        )
    try:
        ledger = normal_ledger(ledger.slice(0, n_trials * n_vehicles), manifest["names"])
        measures = normal_measures(measures.slice(0, n_trials), manifest["names"])
        sensors = normal_sensors(sensors.slice(0, n_trials * n_sensors), manifest["names"])
    except pa.ArrowException as error:
        raise _damaged(folder, error) from error
    return Results(folder, manifest, ledger, measures, sensors)


def save_block(folder: Path, block: Block) -> None:
    """Keep the trials of a block until the campaign is finished."""
    content = io.BytesIO()
    np.savez(content, **{name: getattr(block, name) for name in _BLOCK_ARRAYS})
    write_atomically(_block_path(folder, block.first, block.count), content.getvalue())


def load_block(folder: Path, blank: Block) -> Block | None:
    """The kept block of the same trials and shapes as `blank`; None if there is none or it is damaged."""
    try:
        with np.load(_block_path(folder, blank.first, blank.count), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in _BLOCK_ARRAYS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    fits = all(
        arrays[name].shape == getattr(blank, name).shape and arrays[name].dtype == getattr(blank, name).dtype
        for name in arrays
    )
    return blank._replace(**arrays) if fits else None


def kept_trials(folder: Path, first: int) -> int:
    """Number of trials from `first` on in the blocks that a folder keeps."""
    spans = [path.stem.split("-") for path in (folder / "blocks").glob("[0-9]*-[0-9]*.npz")]
    return sum(int(end) - int(begin) for begin, end in spans if int(begin) >= first)


def drop_blocks(folder: Path) -> None:
    """Forget the kept blocks."""
    shutil.rmtree(folder / "blocks", ignore_errors=True)


def _block_path(folder: Path, first: int, count: int) -> Path:
    return folder / "blocks" / f"{first:08d}-{first + count:08d}.npz"


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _meanings(columns: Mapping[str, Column]) -> dict[str, list[str]]:
    return {name: [column.unit, column.meaning] for name, column in columns.items()}


def _parquet(table: pa.Table) -> bytes:
    content = io.BytesIO()
    words = [column.name for column in table.schema if pa.types.is_dictionary(column.type)]
    pq.write_table(
        table.combine_chunks(),
        content,
        compression="snappy",
        version="2.6",
        data_page_version="1.0",
        row_group_size=1 << 17,
        use_dictionary=words,
    )
    return content.getvalue()


def _read(path: Path, columns: Mapping[str, Column]) -> pa.Table:
    try:
        table = pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, error) from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise StoreError(Fault(str(path), f"lacks the column {missing[0]}", ", ".join(columns), _AGAIN))
    return table


def _damaged(path: Path, error: Exception) -> StoreError:
    why = str(error).splitlines()[0] if str(error) else type(error).__name__
    return StoreError(
        Fault(str(path), f"cannot be read ({why})", "the file that `rempart run` wrote", _AGAIN)
    )


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not folder.is_dir():
        found = "is a file" if folder.exists() else "does not exist"
        raise StoreError(Fault(str(folder), found, "a results folder", _NOT_OURS))
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(
            Fault(str(folder), "holds no manifest.json", "a results folder", _nearby(folder) or _NOT_OURS)
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error
    _check_manifest(path, manifest)
    return dict(manifest)


def _nearby(folder: Path) -> str:
    inside = sorted(child.parent.name for child in folder.glob("*/manifest.json"))[:3]
    return f"There are results inside it: {', '.join(inside)}." if inside else ""


def _check_manifest(path: Path, manifest: Any) -> None:
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise StoreError(
            Fault(str(path), "is not a manifest of results", "an object with a format", _NOT_OURS)
        )
    if manifest["format"] != FORMAT:
        raise StoreError(
            Fault(
                str(path),
                f"is of format {manifest['format']!r}",
                f"format {FORMAT}",
                f"Use the version of Rempart that wrote it: {manifest.get('rempart', 'unknown')}.",
            )
        )
    for key, type_ in _MANIFEST_TYPES.items():
        if not isinstance(manifest.get(key), type_):
            raise StoreError(Fault(f"{path}: {key}", f"is {manifest.get(key)!r:.60}", type_.__name__, _AGAIN))
    if not manifest["complete"] or manifest["trials"] < 1:
        raise StoreError(
            Fault(
                str(path),
                "is of a run that was not finished",
                "a finished run",
                "Give the same run command again; it goes on from there.",
            )
        )
    _check_names(path, manifest["names"])


def _check_names(path: Path, names: Mapping[str, Any]) -> None:
    for key in _NAMES:
        kind = int if key == "weapon_units" else str
        entries = names.get(key)
        if not isinstance(entries, list) or not all(isinstance(entry, kind) for entry in entries):
            raise StoreError(
                Fault(f"{path}: names.{key}", "is not a list of names", f"a list of {kind.__name__}", _AGAIN)
            )
    for keys in _PARALLEL_NAMES:
        if len({len(names[key]) for key in keys}) > 1:
            raise StoreError(
                Fault(f"{path}: names", f"{', '.join(keys)} differ in length", "equal lengths", _AGAIN)
            )
    if not _indexes(names["weapon_units"], names["units"]):
        raise StoreError(
            Fault(
                f"{path}: names.weapon_units",
                "names a unit that is not there",
                f"0 to {len(names['units']) - 1}",
                _AGAIN,
            )
        )


def _indexes(places: Sequence[int], entries: Sequence[str]) -> bool:
    return all(0 <= place < len(entries) for place in places)
