"""The floor plan holds, each room explains itself, and the package is light to import."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "rempart"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
HEAVY = ("numba", "numpy", "pyarrow", "pydantic", "scipy", "duckdb", "yaml", "rich", "typer")


def lint_imports(config: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports; "
    code += f"sys.exit(lint_imports(config_filename={str(config)!r}, no_cache=True))"
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    environment = {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.split())


def test_imports_only_fall():
    done = lint_imports(ROOT / ".importlinter")
    assert done.returncode == 0, done.stdout


def test_an_upward_import_would_be_noticed(tmp_path):
    config = tmp_path / "importlinter.ini"
    config.write_text(
        "[importlinter]\nroot_package = rempart\n"
        "[importlinter:contract:upside-down]\nname = Upside down\ntype = layers\ncontainers = rempart\n"
        "layers =\n    base\n    run\n"
    )
    done = lint_imports(config)
    assert done.returncode == 1
    assert "Upside down BROKEN" in done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_has_a_page(room):
    readme = PACKAGE / room / "README.md"
    assert readme.is_file(), f"{room} does not say what it is for"
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= 80


def test_importing_the_package_loads_nothing_heavy():
    assert not loaded_after("import rempart") & set(HEAVY)


def test_the_command_line_starts_light():
    loaded = loaded_after("import rempart.frontends.cli.app")
    assert not loaded & (set(HEAVY) - {"typer"})


def test_public_names_are_listed_and_load():
    import rempart

    assert set(rempart.__all__) <= set(dir(rempart))
    assert len(rempart.__all__) <= 12
    for name in rempart.__all__:
        assert getattr(rempart, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = rempart.nonsense


@pytest.mark.parametrize("first", ["rempart.run", "rempart.run.store", "rempart.analysis.summary"])
def test_run_can_be_called_in_whatever_order_things_are_imported(first):
    code = f"import {first}, rempart\nassert callable(rempart.run) and callable(rempart.open_results)"
    assert "rempart" in loaded_after(code)
