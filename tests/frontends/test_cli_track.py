"""`rempart track`: files in, table and page out, on plots whose truth is known."""

import json
import math
import struct

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app
from rempart.run.track_table import COLUMNS

HOSTILE_NAME = "a&b.csv"


@pytest.fixture
def call():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, ["track", *map(str, arguments)])


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Four aircraft for 25 scans of 4 s, seen with a chance of 0.9 and an error of 30 m, in some clutter."""
    folder, dice = tmp_path_factory.mktemp("plots"), np.random.default_rng(6)
    start = dice.uniform(-3e4, 3e4, (4, 2))
    speed = dice.uniform(100, 250, 4)[:, np.newaxis] * np.array([(1, 0), (0, 1), (-1, 0), (0.7, -0.7)])
    plots, truth = ["time,x,y"], ["time,target,x,y"]
    for scan in range(25):
        time = 4.0 * scan
        places = start + time * speed
        truth += [f"{time},t{n},{x},{y}" for n, (x, y) in enumerate(places)]
        seen = places[dice.random(4) < 0.9]
        clutter = dice.uniform(-4e4, 4e4, (3, 2))
        everything = np.concatenate((seen + dice.normal(0, 30.0, seen.shape), clutter))
        plots += [f"{time},{x},{y}" for x, y in everything]
    (folder / HOSTILE_NAME).write_text("\n".join(plots) + "\n")
    (folder / "truth.csv").write_text("\n".join(truth) + "\n")
    return folder


def test_tracks_of_known_aircraft(call, recording, tmp_path):
    result = call(recording / HOSTILE_NAME, "--truth", recording / "truth.csv", "--fastest", "300m/s",
                  "--manoeuvre", "1m/s2", "-o", tmp_path / "sub" / "out", "--json")  # fmt: skip
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["scans"] == 25
    assert told["settings"]["error"] == pytest.approx(30.0, rel=0.35)
    assert told["settings"]["pd"] == pytest.approx(0.9, abs=0.08)
    assert told["measures"]["siap"]["completeness"] > 0.85
    assert told["measures"]["latency"] < 16.0
    table = pq.read_table(tmp_path / "sub" / "out.parquet")
    assert table.column_names == list(COLUMNS)
    assert len(set(table["track"].to_pylist())) == told["tracks"]
    assert table["up"].null_count == table["latitude_deg"].null_count == table.num_rows
    page = (tmp_path / "sub" / "out.html").read_text(encoding="utf-8")
    assert "a&amp;b.csv" in page
    assert "http" not in page


def test_the_answer_in_words(call, recording, tmp_path):
    result = call(
        recording / HOSTILE_NAME, "-o", tmp_path / "out", "--association", "jpda", "--error", "30 m"
    )
    assert result.exit_code == 0, result.output
    assert "tracks from" in result.stdout
    assert str(tmp_path / "out.parquet") in result.stdout


def test_a_polar_radar_that_stands_somewhere(call, recording, tmp_path):
    rows = [line.split(",") for line in (recording / HOSTILE_NAME).read_text().splitlines()[1:]]
    polar = ["time,sensor,range,azimuth_deg"]
    for time, x, y in rows:
        slant, azimuth = np.hypot(float(x), float(y)), np.degrees(np.arctan2(float(x), float(y))) % 360
        polar.append(f"{time},north,{slant},{azimuth}")
        polar.append(f"{time},other,{slant + 5e4},{azimuth}")
    file = tmp_path / "polar.csv"
    file.write_text("\n".join(polar) + "\n")
    result = call(file, "--sensor", "north=33.5,44.3,50", "--angle-error", "0.1 deg", "--error", "30 m",
                  "--fastest", "300 m/s", "-o", tmp_path / "out", "--json")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["plots"] == len(rows)
    table = pq.read_table(tmp_path / "out.parquet")
    assert set(table["sensor"].to_pylist()) == {"north"}
    lat = np.array(table["latitude_deg"].to_pylist())
    assert (np.abs(lat - 33.5) < 1.0).all()


def asterix(category, body):
    return bytes([category]) + struct.pack(">H", 3 + len(body)) + body


def test_a_turning_radar_in_asterix(call, tmp_path):
    """Two aircraft on straight flights around a radar that turns in 5 s and tells where it stands."""
    place = b"".join(round(angle * 2**23 / 180).to_bytes(3, "big") for angle in (33.0, 44.0))
    mark = bytes([0b10000001, 0b00010000, 25, 1]) + struct.pack(">h", 30) + place
    content = asterix(34, mark)
    reports = []
    for turn in range(40):
        for start, speed in (((20e3, 30e3), (180.0, 20.0)), ((-40e3, -10e3), (60.0, -200.0))):
            time = 5.0 * turn
            for _ in range(4):
                x, y = (a + v * time for a, v in zip(start, speed, strict=True))
                azimuth = math.atan2(x, y) % (2 * math.pi)
                time = 5.0 * (turn + azimuth / (2 * math.pi))
            where = round(math.hypot(x, y) * 256 / 1852), round(azimuth * 65536 / (2 * math.pi)) % 65536
            stamp = round((3600 + time) * 128).to_bytes(3, "big")
            reports.append((time, bytes([0b11010000, 25, 1]) + stamp + struct.pack(">HH", *where)))
    content += b"".join(asterix(48, report) for _, report in sorted(reports))
    (tmp_path / "radar.ast").write_bytes(content)
    result = call(tmp_path / "radar.ast", "--fastest", "350m/s", "-o", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["settings"]["scan_time"] == pytest.approx(5.0, abs=0.05)
    assert told["tracks"] == 2
    table = pq.read_table(tmp_path / "out.parquet").to_pydict()
    speeds = np.hypot(table["east_rate"], table["north_rate"])
    late = np.array(table["time"]) > 3600 + 60
    expected = np.where(np.array(table["east"]) > 0, np.hypot(180, 20), np.hypot(60, 200))
    np.testing.assert_allclose(speeds[late], expected[late], rtol=0.08)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scan-time", "4"), "no unit"),
        (("--fastest", "-3 m/s"), "more than 0"),
        (("--sensor", "nobody"), "not in the file"),
        (("--sensor", "sensor=95,44"), "LAT,LON"),
        (("--sensor", "sensor=33,44,5,6"), "LAT,LON"),
        (("--association", "best"), "gnn or jpda"),
        (("--truth", "nothing.csv"), "does not exist"),
    ],
)
def test_faults_are_told_and_nothing_is_written(call, recording, tmp_path, arguments, words):
    result = call(recording / HOSTILE_NAME, *arguments, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "time,x,y\n", "time,x,y\nnan,1,1\n", "a,b\n1,2\n"])
def test_files_without_plots_are_told(call, tmp_path, text):
    file = tmp_path / "plots.csv"
    file.write_text(text)
    result = call(file, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "error:" in result.stderr
