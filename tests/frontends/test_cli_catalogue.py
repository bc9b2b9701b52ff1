"""`rempart catalog`: systems, data sheets and sources."""

import json

import pytest
from typer.testing import CliRunner

from rempart.catalog.library import bibliography, list_systems
from rempart.frontends.cli.app import app


@pytest.fixture
def call():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, ["catalog", *map(str, arguments)])


def test_every_system_is_listed(call):
    listed = json.loads(call("list", "--json").stdout)["systems"]
    assert [row["name"] for row in listed] == list(list_systems())
    shown = call("list").stdout
    assert all(name in shown for name in list_systems())


@pytest.mark.parametrize("name", list_systems())
def test_a_data_sheet_grades_every_figure(call, name):
    sheet = json.loads(call("show", name, "--json").stdout)
    assert sheet["name"] == name
    assert sheet["figures"]
    assert {figure["grade"] for figure in sheet["figures"]} <= set("ABCD")
    assert all(figure["sources"] for figure in sheet["figures"])
    assert call("show", name).exit_code == 0


def test_an_unknown_system_is_refused_with_a_near_name(call):
    result = call("show", "s400")
    assert result.exit_code == 2
    assert "s-400" in result.stderr


def test_every_source_is_listed(call):
    assert set(json.loads(call("sources", "--json").stdout)["sources"]) == set(bibliography())
    assert call("sources").exit_code == 0


def test_a_folder_of_your_own_is_searched(call, tmp_path):
    (tmp_path / "mine.yaml").write_text("based_on: tor-m2\ntitle: Mine\n")
    listed = json.loads(call("list", "--folder", tmp_path, "--json").stdout)["systems"]
    assert {"name": "mine", "kind": "air-defence", "title": "Mine"} in listed
