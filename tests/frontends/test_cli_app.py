"""The command as a whole: help, version, and what faults, Ctrl-C and defects look like."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rempart.base.errors import Fault, RempartError, ScenarioError
from rempart.frontends.cli.app import app
from rempart.scenario import loading

COMMANDS = (
    "demo", "run", "compare", "ranges", "explain", "replay", "coverage", "scenarios", "validate", "catalog",
    "terrain", "traffic", "import", "track", "schema", "bench",
)  # fmt: skip
GROUPS = ("catalog", "terrain", "traffic", "import")


@pytest.fixture
def call():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


def raising(error):
    def fail(*_arguments, **_options):
        raise error

    return fail


def test_help_lists_every_command(call):
    result = call("--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in GROUPS])
def test_the_help_of_a_command_has_examples(call, name):
    result = call(name, "--help")
    assert result.exit_code == 0
    assert f"$ rempart {name}" in result.stdout


def test_version_is_the_package_version(call):
    from importlib.metadata import version

    assert call("--version").stdout == f"rempart {version('rempart')}\n"


@pytest.mark.parametrize(
    "arguments",
    ["fly", "run", "run x --trials 0", "run x --trials many", "run x --until-width 2", "replay x"],
)
def test_wrong_usage_exits_with_2(call, arguments):
    result = call(*arguments.split())
    assert result.exit_code == 2
    assert result.stdout == ""


def test_each_fault_is_one_line_on_standard_error(call, monkeypatch):
    faults = [
        Fault("a.yaml:3: raid", "found [bold]-1[/bold]\nand more", "1 or more"),
        Fault("b", "c" * 300, "d"),
    ]
    monkeypatch.setattr(loading, "load_scenario", raising(ScenarioError(faults)))
    result = call("run", "a.yaml", "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == "error: a.yaml:3: raid: found [bold]-1[/bold] and more; allowed: 1 or more"
    assert lines[1] == f"error: b: {'c' * 300}; allowed: d"
    assert lines[2] == "2 faults"
    assert len(lines) == 3


def test_an_error_without_faults_is_one_line(call, monkeypatch):
    monkeypatch.setattr(loading, "load_scenario", raising(RempartError("out of luck")))
    result = call("run", "a.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "error: out of luck\n")


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        (KeyboardInterrupt(), "Stopped.\n"),
        (KeyboardInterrupt("stopped; 25 of 200 trials are kept"), "Stopped; 25 of 200 trials are kept.\n"),
    ],
    ids=["nothing to tell", "something is kept"],
)
def test_ctrl_c_exits_with_130_and_says_what_is_kept(call, monkeypatch, stop, told):
    monkeypatch.setattr(loading, "load_scenario", raising(stop))
    result = call("run", "a.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", told)


def test_a_defect_of_the_program_is_not_hidden(call, monkeypatch):
    monkeypatch.setattr(loading, "load_scenario", raising(ZeroDivisionError("defect")))
    assert isinstance(call("run", "a.yaml").exception, ZeroDivisionError)


def test_bad_input_leaves_no_traceback_in_a_real_process(tmp_path):
    code = "from rempart.frontends.cli.app import main; main()"
    command = [sys.executable, "-c", code, "run", str(tmp_path), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


CLI = [sys.executable, "-c", "from rempart.frontends.cli.app import main; main()"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_poor_encoding_gets_plain_signs(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    shown = subprocess.run(
        [*CLI, "catalog", "list"], capture_output=True, timeout=60, env=environment, check=True
    ).stdout.decode(encoding)
    assert "-----" in shown
    assert "?" not in shown
    command = [*CLI, "validate", "no-such-scenario-\u2026.yaml", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=60, env=environment)
    assert done.returncode == 2
    assert json.loads(done.stdout.decode(encoding))["files"][0]["file"] == command[-2]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["catalog", "list"], ["catalog", "list", "--json"]])
def test_a_full_disk_behind_standard_output_is_a_fault(arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*CLI, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode != 0
    assert done.stderr.startswith("error: standard output: cannot be written")
    assert "Traceback" not in done.stderr


def test_schema_is_the_schema(call, tmp_path):
    from rempart.scenario.schema import json_schema

    assert json.loads(call("schema").stdout) == json_schema()
    file = tmp_path / "schema.json"
    assert call("schema", "--out", file).exit_code == 0
    assert json.loads(file.read_text()) == json_schema()


def test_a_benchmark_gives_figures_and_machine(call, monkeypatch):
    from rempart.frontends.cli import bench

    monkeypatch.setitem(bench.BENCHES, "engine", lambda: {"trials_per_second": 1234.5})
    answer = json.loads(call("bench", "engine", "--json").stdout)
    assert answer["bench"] == "engine"
    assert answer["figures"] == {"trials_per_second": 1234.5}
    assert answer["machine"]["cores"] >= 1
    assert answer["machine"]["python"].startswith("3.")
    assert "trials per second" in call("bench").stdout


def test_an_unknown_benchmark_is_refused(call):
    result = call("bench", "enginee")
    assert result.exit_code == 2
    assert "allowed: engine" in result.stderr
