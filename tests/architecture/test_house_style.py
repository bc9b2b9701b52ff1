"""The sources obey the house style, and the checks that say so can fail."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_tool(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


budgets = load_tool("check_budgets")


def faults_of(tmp_path: Path, source: str, path: str = "physics/radar.py") -> list[str]:
    file = tmp_path / "rempart" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)
    faults, _ = budgets.check(tmp_path / "rempart")
    return [f"{fault.place} {fault.message}" for fault in faults]


def function(n_lines: int, name: str = "long") -> str:
    return f"def {name}():\n" + "    x = 1\n" * (n_lines - 1)


def kernel(parameters: str, body: str) -> str:
    return f"@kernel\ndef one({parameters}):\n{body}\n    return 0\n"


def nested(depth: int) -> str:
    lines = [f"{'    ' * (level + 1)}for _ in range(2):" for level in range(depth)]
    return "\n".join([*lines, "    " * (depth + 1) + "pass"])


def test_the_sources_keep_the_budgets():
    faults, figures = budgets.check(ROOT / "src" / "rempart")
    assert not faults, "\n".join(map(str, faults))
    assert "functions" in figures


def test_the_sources_pass_the_linter():
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "src", "tests", "tools"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (function(61), "61 lines of code"),
        ("x = 1\n" * 501, "501 lines; a module"),
        (kernel("a, b, c, d, e, f, g, h", "    pass"), "8 parameters"),
        (kernel("a, *, b, **c", nested(4)), "blocks 4 deep"),
        ("def f():\n    global x\n    x = 1\n", "`global`"),
        ("try:\n    pass\nexcept:\n    pass\n", "bare `except`"),
        ("exec('x = 1')\n", "`exec`"),
        ("print('hello')\n", "`print`"),
        ("".join(function(9, f"f{i}") for i in range(3)), "median 9 lines"),
        ("".join(function(31 if i < 2 else 2, f"f{i}") for i in range(10)), "90th percentile 31 lines"),
    ],
)
def test_a_broken_budget_is_told(tmp_path, source, fault):
    assert any(fault in told for told in faults_of(tmp_path, source))


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n" + '    """' + "words\n" * 80 + '    """\n    return 1\n',
        "def f():\n" + "    # why\n\n" * 40 + "    return 1\n",
        kernel("a, b, c, d, e, f, g", nested(3)),
        kernel("a", "    if a: pass\n    elif b: pass\n    elif c: pass\n    elif d: pass"),
        "def f(a, b, c, d, e, f, g, h):\n" + nested(5) + "\n",
    ],
    ids=["docstring", "comments", "kernel at its limits", "elif is not deeper", "not a kernel"],
)  # fmt: skip
def test_what_is_allowed_passes(tmp_path, source):
    assert faults_of(tmp_path, source) == []


@pytest.mark.parametrize("path", ["base/utils.py", "common/radar.py", "physics/radar_helpers.py"])
def test_a_name_that_says_nothing_is_told(tmp_path, path):
    assert any("says nothing" in told for told in faults_of(tmp_path, "x = 1\n", path))


def test_only_the_command_line_prints(tmp_path):
    assert faults_of(tmp_path, "print('hello')\n", "frontends/cli/console.py") == []


def test_locks_agree():
    running, developing = (pins(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock"))
    assert running <= developing
    assert "numba" in {pin.partition("==")[0] for pin in running}


def pins(lock: Path) -> set[str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {line.rstrip(" \\") for line in lines if line and not line.startswith((" ", "#"))}
