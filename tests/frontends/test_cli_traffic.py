"""`rempart traffic clean`: what was found is told, and the flights are written whole or not at all."""

import json

import pytest
from typer.testing import CliRunner

from recording_builder import steady, write_csv
from rempart.frontends.cli.app import app
from rempart.scenario.recording.flights import load_recording


@pytest.fixture
def clean(tmp_path):
    runner = CliRunner()
    out = tmp_path / "flights.parquet"
    call = lambda *arguments: runner.invoke(app, ["traffic", "clean", *map(str, arguments), "-o", str(out)])
    return call, out


@pytest.fixture
def recorded(tmp_path):
    grounded = [{**one, "onground": True} for one in steady("abcdef", n=7)]
    return write_csv(tmp_path / "states.csv", steady() + grounded)


def test_what_was_done_is_a_table(clean, recorded):
    call, out = clean
    result = call(recorded)
    assert result.exit_code == 0
    assert "1 flights of 1 aircraft; 60 of 67 records kept" in result.stdout
    assert "on_ground" in result.stdout
    assert f"Wrote {out}" in result.stdout
    assert load_recording(out).tally["on_ground"] == 7


def test_the_same_as_one_object(clean, recorded):
    call, out = clean
    answer = json.loads(call(recorded, "--json").stdout)
    assert answer["records"] == {"read": 67, "kept": 60}
    assert answer["rules"]["on_ground"]["count"] == 7
    assert answer["rules"]["on_ground"]["action"] == "drop"
    assert answer["file"] == str(out)
    assert len(answer["digest"]) == 32


@pytest.mark.parametrize("content", ["", "x,y\n1,2\n", "time,icao24,lat,lon\n1,a,2,3\n"])
def test_a_file_without_flights_leaves_nothing_behind(clean, content, tmp_path):
    call, _ = clean
    bad = tmp_path / "bad.csv"
    bad.write_text(content)
    result = call(bad, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv"]
