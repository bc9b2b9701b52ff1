"""Golden scenarios come out exactly as written down; `tools/rewrite_golden.py` writes them anew."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_tool():
    spec = importlib.util.spec_from_file_location("rewrite_golden", ROOT / "tools" / "rewrite_golden.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["rewrite_golden"] = module
    spec.loader.exec_module(module)
    return module


tool = load_tool()
FOLDERS = tool.golden_folders()
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@cache
def found_in(folder):
    return tool.outcome(folder)


def kept(folder):
    return json.loads((folder / "outcome.json").read_text(encoding="utf-8"))


def test_there_is_a_golden_scenario():
    assert FOLDERS


@each_folder
def test_measures_are_those_written_down(folder):
    expected, found = kept(folder), found_in(folder)
    assert found["measures"].keys() == expected["measures"].keys()
    for name, row in expected["measures"].items():
        assert found["measures"][name] == row, name
    assert found["causes"] == expected["causes"]


@each_folder
def test_every_time_and_code_of_the_ledger_is_the_one_written_down(folder):
    assert found_in(folder) == kept(folder)


@each_folder
def test_the_file_is_as_the_tool_writes_it(folder):
    assert (folder / "outcome.json").read_text(encoding="utf-8") == tool.written(kept(folder))


@each_folder
def test_the_scenario_is_worth_keeping(folder):
    """It has leaks and kills, several causes, and fire from every battery."""
    measures = kept(folder)["measures"]
    assert sum(measures["leakers"]) > 0
    assert sum(measures["killed"]) > 0
    assert len(kept(folder)["causes"]) >= 3
    assert all(sum(row) > 0 for name, row in measures.items() if name.startswith("rounds."))


@each_folder
def test_another_seed_comes_out_otherwise(folder):
    other = tool.outcome(folder, seed=2)
    assert other["scenario"] == kept(folder)["scenario"]
    assert other["digest"] != kept(folder)["digest"]
    assert other["measures"] != kept(folder)["measures"]
