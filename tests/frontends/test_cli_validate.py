"""`rempart validate`: all faults of all files, in words and as one object."""

import json

import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app
from rempart.scenario.loading import shipped_scenarios

FAULTY = (
    "rempart: 1\ntitle: Two faults\nassets:\n  a: {at: [133.0, 44.0]}\ndefence: {batteries: {}}\nraid: {}\n"
)


@pytest.fixture
def call():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, ["validate", *map(str, arguments)])


@pytest.fixture
def faulty(tmp_path):
    file = tmp_path / "faulty.yaml"
    file.write_text(FAULTY)
    return file


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_shipped_scenario_is_valid(call, name):
    result = call(name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name}: valid")


def test_every_fault_is_a_line_with_its_place(call, faulty):
    result = call(faulty)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"error: {faulty}:4: assets.a.at: latitude 133" in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("error: ")]) >= 2


def test_good_files_are_told_beside_bad_ones(call, faulty):
    result = call(faulty, "iraq_2020_proposal")
    assert result.exit_code == 2
    assert result.stdout.startswith("iraq_2020_proposal: valid")


def test_json_is_one_object(call, faulty):
    result = call(faulty, "iraq_2020_proposal", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [answer["valid"], *(file["valid"] for file in answer["files"])] == [False, False, True]
    assert {"where", "found", "allowed", "remedy"} == set(answer["files"][0]["faults"][0])
    assert len(answer["files"][1]["digest"]) >= 16
