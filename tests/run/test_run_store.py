"""The results folder: read back as written, and refused in one line when it is not whole."""

from __future__ import annotations

import json
import shutil

import duckdb
import pyarrow.parquet as pq
import pytest

from rempart.base.errors import StoreError
from rempart.run.campaign import run
from rempart.run.store import open_results


@pytest.fixture
def results(scenario, tmp_path):
    return run(scenario, 30, seed=2, out=tmp_path)


def amend(folder, **changes):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def refusal(folder):
    with pytest.raises(StoreError) as refused:
        open_results(folder)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def test_read_back_as_written(results):
    again = open_results(results.folder)
    assert again.manifest == results.manifest
    assert again.ledger.equals(results.ledger)
    assert again.measures.equals(results.measures)
    assert again.ledger.schema.equals(results.ledger.schema, check_metadata=True)


def test_manifest_says_what_it_is(results):
    manifest = json.loads((results.folder / "manifest.json").read_text())
    assert manifest["marking"] == "SIMULATED - EXERCISE"
    assert manifest["scenario"]["title"] == "A stand-in"
    assert manifest["trials"] == 30
    assert manifest["loaded"] == {"north.missile": 8}
    assert manifest["names"]["weapons"] == ["north-1/missile", "north-2/missile"]
    assert manifest["figures"][0]["grade"] == "D"
    assert manifest["columns"]["ledger"]["first_firm"][0] == "s"
    assert set(manifest["columns"]["measures"]) == set(results.measures.column_names)
    assert manifest["digest"].startswith(results.folder.name.removeprefix("stand-in-"))


def test_duckdb_counts_the_same(results):
    ledger = results.folder / "ledger.parquet"
    query = f"select count(*) filter (outcome = 'leaked') / count(*) from '{ledger}' where is_hostile"
    ((leakage,),) = duckdb.sql(query).fetchall()
    assert leakage == pytest.approx(results.measure("leakage").mean(), abs=1e-12)


def test_files_can_be_read_in_a_browser(results):
    """hyparquet, the reader in JavaScript, knows SNAPPY but not ZSTD."""
    for name in ("ledger", "measures"):
        group = pq.ParquetFile(results.folder / f"{name}.parquet").metadata.row_group(0)
        assert {group.column(place).compression for place in range(group.num_columns)} == {"SNAPPY"}


def test_surplus_rows_of_an_interrupted_extension_do_no_harm(results):
    amend(results.folder, trials=20)
    fewer = open_results(results.folder)
    assert fewer.ledger.equals(results.first(20).ledger)


def test_not_a_folder(tmp_path):
    (tmp_path / "file").write_text("text")
    assert "is a file" in refusal(tmp_path / "file")
    assert "does not exist" in refusal(tmp_path / "nowhere")


def test_a_folder_without_manifest_names_the_results_inside(results, tmp_path):
    assert results.folder.name in refusal(tmp_path)
    (results.folder / "manifest.json").unlink()
    assert "holds no manifest.json" in refusal(results.folder)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", '{"format": "', "\udcff", "[" * 100000])
def test_a_broken_manifest(results, text):
    (results.folder / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    assert "manifest.json" in refusal(results.folder)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 99}, "format 99"),
        ({"complete": False}, "not finished"),
        ({"trials": 31}, "fewer rows"),
        ({"trials": "30"}, "trials"),
        ({"seed": None}, "seed"),
        ({"names": {}}, "names.vehicles"),
        ({"columns": 3}, "columns"),
    ],
)
def test_a_manifest_that_says_something_else(results, changes, words):
    amend(results.folder, **changes)
    assert words in refusal(results.folder)


def test_names_that_do_not_fit_together(results):
    names = dict(results.names)
    amend(results.folder, names={**names, "vehicle_groups": []})
    assert "differ in length" in refusal(results.folder)
    amend(results.folder, names={**names, "weapon_units": [0, 7]})
    assert "a unit that is not there" in refusal(results.folder)
    amend(results.folder, names={**names, "vehicles": ["a", "b", "c"]})
    assert "a name that manifest.json does not know" in refusal(results.folder)


@pytest.mark.parametrize("name", ["ledger.parquet", "measures.parquet", "sensors.parquet"])
def test_a_table_that_is_truncated_missing_or_something_else(results, name):
    path = results.folder / name
    whole = path.read_bytes()
    for broken in (whole[:200], whole[:-10], b"", b"junk" * 100):
        path.write_bytes(broken)
        assert name in refusal(results.folder)
    path.unlink()
    assert name in refusal(results.folder)


def test_tables_of_another_kind(results):
    shutil.copy(results.folder / "measures.parquet", results.folder / "ledger.parquet")
    assert "lacks the column vehicle" in refusal(results.folder)
