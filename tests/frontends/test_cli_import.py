"""`rempart import panopticon`: a scenario that validates, a list of losses, or a fault and no file."""

import json

import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app
from rempart.scenario.loading import load_scenario

GAME = {
    "currentScenario": {
        "name": "Game",
        "sides": [{"id": "b", "name": "BLUE"}, {"id": "r", "name": "RED"}],
        "aircraft": [
            {"name": "Flanker", "className": "SU-27", "sideId": "r", "latitude": 34.5, "longitude": 44.0,
             "altitude": 10000, "speed": 450, "route": []},
        ],
        "facilities": [
            {"name": "SAM", "className": "SAM", "sideId": "b", "latitude": 33.4, "longitude": 44.4},
        ],
    },
    "currentSideId": "b",
}  # fmt: skip


@pytest.fixture
def call(tmp_path):
    (tmp_path / "game.json").write_text(json.dumps(GAME))
    runner = CliRunner()
    return lambda *arguments: runner.invoke(
        app,
        ["import", "panopticon", str(tmp_path / "game.json"), "-o", str(tmp_path / "out.yaml"), *arguments],
    )


def test_a_scenario_and_what_it_lost(call, tmp_path):
    result = call()
    assert result.exit_code == 0
    assert "Game: 1 assets, 1 batteries, 1 threats" in result.stdout
    assert "stands in for it" in " ".join(result.stdout.split())
    assert load_scenario(tmp_path / "out.yaml").n_threats == 1


def test_the_same_as_one_object(call, tmp_path):
    answer = json.loads(call("--json").stdout)
    assert answer["digest"] == load_scenario(tmp_path / "out.yaml").digest
    assert {"what", "why"} == set(answer["omissions"][0])
    text = (tmp_path / "out.yaml").read_text()
    assert all(f"# - {one['what']}: {one['why']}\n" in text for one in answer["omissions"])


def test_a_class_of_ones_own(call, tmp_path):
    assert call("--map", "SAM=tor-m2").exit_code == 0
    assert load_scenario(tmp_path / "out.yaml").defence.batteries["sam"].system == "tor-m2"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--map", "SAM"], "CLASS=NAME"),
        (["--map", "SAM=tor-m3"], "no system 'tor-m3'"),
        (["--side", "PINK"], "no side 'PINK'"),
        (["--side", "RED"], "too little for a scenario"),
    ],
)
def test_a_fault_leaves_no_file(call, arguments, told, tmp_path):
    result = call(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "out.yaml").exists()
