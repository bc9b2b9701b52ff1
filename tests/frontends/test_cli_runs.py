"""The commands that play: run, compare, explain and replay, on a small raid with the real engine."""

import json
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from rempart.frontends.cli.app import app
from rempart.run.store import open_results

SMALL = """\
rempart: 1
title: A small raid
question: Does one battery hold?
area: {terrain: flat}
assets: {depot: {at: [33.3, 44.4], value: 5}}
defence:
  batteries: {inner: {system: tor-m2, at: [33.32, 44.4]}}
raid:
  drones: {threat: small-attack-drone, count: 6, from: [33.7, 44.2], to: depot, height: 300 m agl}
  missiles: {threat: cruise-missile, count: 4, from: [33.3, 45.0], to: depot, height: 80 m agl}
traffic:
  airway: {aircraft: airliner, count: 1, route: [[33.0, 44.0], [33.8, 44.8]], height: 10 km amsl}
"""


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
    """The answer of one run, and its results folder."""
    out = tmp_path_factory.mktemp("out")
    result = call("run", small, "--trials", 30, "--seed", 3, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    (folder,) = out.iterdir()
    return json.loads(result.stdout), folder


def test_json_has_the_agreed_shape(played):
    answer, folder = played
    assert (answer["seed"], answer["trials"], answer["scenario"]) == (3, 30, "small")
    assert answer["digest"][:12] in folder.name
    assert set(answer["measures"]["leakage"]) == {"value", "low", "high", "n", "unit"}
    assert set(answer["by_class"]) == {"small-drone", "cruise-missile"}
    causes = answer["leak_causes"]
    assert not causes or sum(causes.values()) == pytest.approx(1.0)
    assert answer["seconds"] > 0


def test_the_screen_and_the_json_tell_the_same(call, small, played):
    answer, folder = played
    result = call("run", small, "--trials", 30, "--seed", 3, "--out", folder.parent)
    assert result.exit_code == 0
    assert "A small raid" in result.stdout
    assert f"{100 * answer['measures']['leakage']['value']:.1f}" in result.stdout
    assert str(folder) in result.stdout


def test_a_report_is_written_where_it_was_asked_for(call, small, played, tmp_path):
    report = tmp_path / "answer.html"
    result = call("run", small, "--trials", 30, "--seed", 3, "--out", played[1].parent, "--report", report)
    assert result.exit_code == 0
    assert str(report) in result.stdout
    assert "A small raid" in report.read_text(encoding="utf-8")


def test_compare_gives_a_verdict(call, small, played, tmp_path):
    weaker = tmp_path / "weaker.yaml"
    weaker.write_text(f"based_on: {small}\ntitle: Hold fire\ndefence: {{policy: {{weapons: hold}}}}\n")
    result = call("compare", weaker, small, "--trials", 30, "--seed", 3, "--out", tmp_path, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["trials"] == 30
    assert answer["measures"]["leakage"]["a"]["value"] == 1.0
    assert "less than A" in answer["verdict"]
    shown = call("compare", weaker, played[1], "--trials", 30, "--seed", 3, "--out", tmp_path)
    assert answer["verdict"][:30] in shown.stdout


def test_compare_refuses_other_dice(call, small, played):
    result = call("compare", played[1], small, "--seed", 4, "--trials", 5)
    assert result.exit_code == 2
    assert "seed" in result.stderr


def test_explain_tells_causes_trial_and_threat(call, played):
    answer, folder = played
    whole = json.loads(call("explain", folder, "--json").stdout)
    assert whole["trials"] == 30
    assert {told["cause"] for told in whole["causes"]} == set(answer["leak_causes"])
    trial = whole["worst_trial"]["trial"]
    assert f"Trial {trial}" in call("explain", folder, "--trial", trial).stdout
    name = open_results(folder).names["vehicles"][0]
    threat = json.loads(call("explain", folder, "--trial", trial, "--threat", name, "--json").stdout)
    assert threat["steps"][0]["kind"] == "takeoff"
    assert threat["outcome"] in ("leaked", "killed", "airborne")
    alone = json.loads(call("explain", folder, "--threat", name, "--json").stdout)
    assert alone["steps"][0]["kind"] == "takeoff"


def test_what_if_plays_again_with_a_perfect_link(call, played):
    result = call("explain", played[1], "--what-if", "not_detected", "--json")
    answer = json.loads(result.stdout)
    assert (answer["perfect"], answer["trials"]) == ("detection", 30)
    assert answer["verdict"]


@pytest.mark.parametrize(
    ("cause", "told"), [("magazine_empty", "no link of the chain"), ("bad_luck", "is not a cause")]
)
def test_what_if_refuses_a_cause_without_a_link(call, played, cause, told):
    result = call("explain", played[1], "--what-if", cause)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("form", "name"),
    [("acmi", "t.acmi"), ("czml", "t.czml"), ("geojson", "t.geojson"), ("events", "t.jsonl")],
)
def test_replay_writes_every_format(call, played, tmp_path, form, name):
    result = call("replay", played[1], "--trial", 2, "--format", form, "--out", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert (tmp_path / name).stat().st_size > 100


def test_replay_takes_the_format_from_the_ending_and_asks_before_it_plays(call, played, tmp_path):
    assert call("replay", played[1], "--trial", 2, "--out", tmp_path / "t.geojson").exit_code == 0
    assert (tmp_path / "t.geojson").read_text().startswith('{"type":"FeatureCollection"')
    for name in ("t.json", "t.xlsx"):
        result = call("replay", tmp_path / "no run", "--trial", 2, "--out", tmp_path / name)
        assert result.exit_code == 2
        assert "does not tell the format" in result.stderr


def test_nothing_but_the_answer_where_there_is_no_terminal(call, small, played):
    result = call("run", small, "--trials", 30, "--seed", 3, "--out", played[1].parent)
    assert result.stderr == ""


def test_replay_refuses_a_trial_that_was_not_played(call, played, tmp_path):
    result = call("replay", played[1], "--trial", 30, "--out", tmp_path / "t.acmi")
    assert result.exit_code == 2
    assert "0 to 29" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_what_is_finished_and_the_next_run_goes_on(small, tmp_path):
    code = "from rempart.frontends.cli.app import main; main()"
    command = [sys.executable, "-c", code, "run", str(small), "--trials", "200000", "--out", str(tmp_path)]
    # A suite that runs in the background has been told to take no Ctrl-C, and would hand that down.
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    while process.poll() is None and not list(tmp_path.glob("*/blocks/*")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "goes on from there" in err
    assert "Traceback" not in err
    (folder,) = tmp_path.iterdir()
    kept = len(list((folder / "blocks").iterdir()))
    assert kept >= 1
    answer = CliRunner().invoke(app, ["run", str(small), "--trials", "25", "--out", str(tmp_path), "--json"])
    assert json.loads(answer.stdout)["trials"] == 25
