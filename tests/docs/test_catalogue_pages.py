"""The pages of docs/systems are what the catalogue's files say today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from rempart.catalog.library import list_systems, load_system

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "systems"


def load_tool():
    path = ROOT / "tools" / "make_catalogue_pages.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()
PAGES = tool.pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_tool_writes(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run make docs-catalogue"


def test_no_page_is_left_over():
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)


def test_each_armed_system_has_its_picture():
    armed = {f"{name}.svg" for name in list_systems() if tool.has_picture(load_system(name))}
    assert len(armed) >= 10
    assert {path.name for path in (FOLDER / "images").glob("*.svg")} == armed


def test_contested_figures_keep_all_their_rows():
    reach = PAGES["s-400.md"].split("### ")[0]
    assert reach.count("– also") >= 3
    assert PAGES["pantsir-s1.md"].count("– claimed") >= 1
