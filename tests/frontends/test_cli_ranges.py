"""`rempart ranges` on a small raid with the real engine."""

import json

import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app

SMALL = """\
rempart: 1
title: A small raid in doubt
question: What are the figures worth?
area: {terrain: flat}
assets: {depot: {at: [33.3, 44.4], value: 5}}
defence:
  batteries: {inner: {system: tor-m2, at: [33.32, 44.4]}}
raid:
  drones: {threat: small-attack-drone, count: 4, from: [33.5, 44.3], to: depot, height: 300 m agl}
"""
OPTIONS = ("--samples", 5, "--trials", 4, "--seed", 2)


@pytest.fixture(scope="module")
def call():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    file = tmp_path_factory.mktemp("scenarios") / "small.yaml"
    file.write_text(SMALL)
    return file


@pytest.fixture(scope="module")
def played(call, small, tmp_path_factory):
    """The answer as JSON, and the folder of its samples."""
    out = tmp_path_factory.mktemp("out")
    result = call("ranges", small, *OPTIONS, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    (folder,) = out.iterdir()
    return json.loads(result.stdout), folder


def test_json_has_the_houses_shape(played):
    answer, folder = played
    assert (answer["scenario"], answer["seed"], answer["samples"], answer["trials"]) == ("small", 2, 5, 4)
    assert answer["digest"][:12] in folder.name
    assert set(answer["measures"]["leakage"]) == {"value", "low", "high", "n", "unit"}
    assert set(answer["by_class"]) == {"small-drone"}
    assert {row["system"] for row in answer["figures"]} == {"small-attack-drone", "tor-m2"}
    assert answer["seconds"] > 0


def test_the_folder_holds_the_samples_and_what_they_were_drawn_from(played):
    import pyarrow.parquet as pq

    answer, folder = played
    table = pq.read_table(folder / "samples.parquet")
    manifest = json.loads((folder / "ranges.json").read_text(encoding="utf-8"))
    figures = [f"{row['system']}.{row['path']}" for row in manifest["figures"]]
    assert table.column_names == ["sample", "leakage", *figures]
    assert manifest["complete"]
    for row in manifest["figures"]:
        column = table[f"{row['system']}.{row['path']}"].to_numpy()
        assert ((column >= row["low"]) & (column <= row["high"])).all()
    assert table["leakage"].to_numpy().mean() == pytest.approx(answer["measures"]["leakage"]["value"])


def test_the_screen_and_the_page_tell_the_same(call, small, played, tmp_path):
    answer, folder = played
    report = tmp_path / "ranges.html"
    result = call("ranges", small, *OPTIONS, "--out", folder.parent, "--report", report)
    assert result.exit_code == 0
    leakage = f"{100 * answer['measures']['leakage']['value']:.1f}"
    for text in (result.stdout, report.read_text(encoding="utf-8")):
        assert "A small raid in doubt" in text
        assert leakage in text
    assert str(folder) in result.stdout
    assert str(report) in result.stdout


@pytest.mark.parametrize("options", [("--samples", 3), ("--trials", 1), ("--threads", 0), ("--seed", -1)])
def test_numbers_that_make_no_sense_are_usage_errors(call, small, options):
    assert call("ranges", small, *options).exit_code == 2


def test_a_scenario_without_ranges_is_a_fault(call, tmp_path):
    plain = tmp_path / "plain.yaml"
    plain.write_text(
        SMALL.replace("tor-m2", "generic-radar-site").replace("small-attack-drone", "generic-threat")
    )
    result = call("ranges", plain)
    assert result.exit_code == 2
    assert "none of the figures that it uses has a range" in result.stderr
    assert result.stdout == ""
