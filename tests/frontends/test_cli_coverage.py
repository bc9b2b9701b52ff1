"""`rempart coverage` from the shell's side."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app

SCENARIO = """
rempart: 1
title: One site
area: {terrain: flat}
assets: {town: {at: [33.3, 44.4]}}
defence: {batteries: {lone: {system: generic-radar-site, at: [33.3, 44.4]}}}
raid: {strike: {threat: generic-threat, count: 1, from: [34.6, 44.4], to: town, height: 3 km amsl}}
"""


@pytest.fixture
def call(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text(SCENARIO)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["coverage", str(path), "--step", "4 km", *map(str, words)])


def test_the_answer_on_screen_and_as_json(call):
    done = call("-a", "100 m agl", "-a", "3 km agl")
    assert done.exit_code == 0, done.output
    assert "3 km agl" in done.stdout
    told = json.loads(call("-a", "100 m agl", "-a", "3 km agl", "--rcs", "0 dBsm", "--json").stdout)
    low, high = told["altitudes"]
    assert 0 < low["seen_km2"] < high["seen_km2"]
    assert told["rcs_m2"] == 1.0


@pytest.mark.parametrize(("name", "start"), [
    ("c.tif", b"II*\0"), ("c.geojson", b'{"type"'), ("c.png", b"\x89PNG"), ("c.svg", b"<svg"),
])  # fmt: skip
def test_each_ending_makes_its_format(call, tmp_path, name, start):
    done = call("-a", "3 km agl", "-o", tmp_path / name)
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(("words", "told"), [
    (("--altitude", "100 m"), "does not say what the height is measured from"),
    (("--altitude", "900 km agl"), "out of range"),
    (("--rcs", "1"), "has no unit"),
    (("--rcs", "0 m2"), "out of range"),
    (("--step", "1 m"), "longer step"),
    (("--region", "nowhere"), "no such region"),
    (("-o", "map.jpg"), "tells no format"),
    (("-f", "png"), "without a file"),
    (("-f", "bmp", "-o", "map.png"), "no format"),
])  # fmt: skip
def test_wrong_options_are_one_line_and_code_2(call, words, told):
    done = call(*words)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
