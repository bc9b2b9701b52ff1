"""`rempart terrain` from the shell's side."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app

rasterio = pytest.importorskip("rasterio")
from rasterio.transform import from_origin  # noqa: E402


@pytest.fixture
def call(monkeypatch, tmp_path):
    monkeypatch.setenv("REMPART_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["terrain", *map(str, words)])


def write(path, void=False):
    heights = np.full((20, 30), 120, np.int16)
    if void:
        heights[4, 5] = -32768
    with rasterio.open(
        path, "w", driver="GTiff", width=30, height=20, count=1, dtype="int16", crs="EPSG:4326",
        transform=from_origin(44.0, 33.6, 0.01, 0.01),
    ) as out:  # fmt: skip
        out.write(heights, 1)
    return path


def test_import_list_show_remove(call, tmp_path):
    path = write(tmp_path / "my-ground.tif", void=True)
    done = call("import", path, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["n_voids"] == 1
    assert call("import", path, "--name", "filled", "--fill-voids").exit_code == 0
    listed = {row["name"]: row for row in json.loads(call("list", "--json").stdout)["terrain"]}
    assert list(listed) == ["flat", "iraq", "filled", "my-ground"]
    assert (listed["filled"]["n_voids"], listed["filled"]["n_filled"]) == (0, 1)
    assert "1 left" in call("list").stdout
    shown = call("show", "filled").stdout
    assert "none, 1 filled" in shown
    assert "my-ground.tif" in shown
    assert json.loads(call("show", "filled", "--json").stdout)["shape"] == [20, 30]
    assert call("remove", "filled").exit_code == 0
    assert call("show", "filled").exit_code == 2


def test_faults_are_one_line_and_code_2(call, tmp_path):
    for words, told in [
        (("import", tmp_path / "absent.tif"), "no such file"),
        (("show", "nowhere"), "no such terrain"),
        (("import", write(tmp_path / "a.tif"), "--name", "iraq"), "comes with Rempart"),
    ]:
        done = call(*words)
        assert done.exit_code == 2
        assert told in done.stderr
        assert "Traceback" not in done.output


def test_a_scenario_stands_on_imported_terrain(call, tmp_path):
    from rempart.geo.store import load_terrain
    from rempart.scenario.loading import build_scenario
    from scenario_builder import FLAT, values_of

    call("import", write(tmp_path / "a.tif"), "--name", "mine")
    values = values_of(FLAT, area__terrain="mine", area__origin=[33.50, 44.10])
    for part in ("assets__city__at", "defence__batteries__north__at"):
        values = values_of(values, **{part: [33.50, 44.10]})
    values = values_of(values, assets__depot=None, defence__batteries__south=None)
    scenario = build_scenario(values)
    assert load_terrain(scenario.area.terrain).ground_at(*np.radians([33.50, 44.10])) == 120.0
