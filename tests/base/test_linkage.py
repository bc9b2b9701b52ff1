"""Kernels that call each other by symbol: from the cache they are what they were, or are compiled anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rempart.base.kernel import IS_PLAIN

pytestmark = pytest.mark.skipif(IS_PLAIN, reason="plain Python has no cache of kernels")

KERNELS = """
from rempart.base.kernel import inner_kernel, lean_kernel

@inner_kernel
def third(x):
    return x + {step}

@inner_kernel
def second(x):
    return 10.0 * third(x)

@lean_kernel
def first(x):
    return second(x) + third(x)
"""
CALL = """
import rempart.base.kernel
from numba.core import event
made = []
class Listener(event.Listener):
    def on_start(self, happened): made.append(happened.data["dispatcher"].py_func.__name__)
    def on_end(self, happened): pass
event.register("numba:compile", Listener())
from kernels_of_test import {name}
print({name}(1.0), *made)
"""


@pytest.fixture
def call(tmp_path):
    """What a new process prints that calls a kernel of a module: its answer, and what it compiled."""
    (tmp_path / "kernels_of_test.py").write_text(KERNELS.format(step="2.0"))

    def called(name="first"):
        source = Path(__file__).parents[2] / "src"
        surroundings = {**os.environ, "REMPART_CACHE_DIR": str(tmp_path / "cache")}
        surroundings["PYTHONPATH"] = os.pathsep.join((str(source), str(tmp_path)))
        command = [sys.executable, "-c", CALL.format(name=name)]
        told = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
        return told.stdout.split()

    return called


def entries(folder, name):
    found = [path for path in folder.rglob(f"kernels_of_test.{name}-*") if path.is_file()]
    assert found
    return found


def test_the_second_process_compiles_nothing(call):
    assert call() == ["33.0", "first", "second", "third"]
    assert call() == ["33.0"]


def test_a_new_caller_calls_what_is_there(call):
    """`second` is compiled once more, as what kernels can call; `third` is loaded."""
    assert call("second") == ["30.0", "second", "third"]
    assert call() == ["33.0", "first", "second"]


def test_a_called_kernel_that_is_gone_from_the_cache_is_compiled_again_with_its_callers(call, tmp_path):
    call()
    for path in entries(tmp_path / "cache", "third"):
        path.unlink()
    told = call()
    assert told[0] == "33.0"
    assert "third" in told
    assert call() == ["33.0"]


def test_entries_of_two_processes_may_be_mixed(call, tmp_path):
    """Two processes start at once, and of what both write to the cache now this, now that remains."""
    kept = tmp_path / "kept"
    call()
    shutil.copytree(tmp_path / "cache", kept)
    shutil.rmtree(tmp_path / "cache")
    call("second")
    call()
    for path in entries(kept, "first"):
        shutil.copy2(path, tmp_path / "cache" / path.relative_to(kept))
    assert call() == ["33.0", "first"]
