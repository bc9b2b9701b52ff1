"""Files are written whole or not at all; errors carry their faults; the kernel cache knows its sources."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from rempart.base import files
from rempart.base import kernel as kernel_module
from rempart.base.errors import CatalogError, ExportError, Fault, RempartError, ScenarioError, StoreError
from rempart.base.files import cache_folder, keep, kept, write_atomically
from rempart.base.kernel import inlined_kernel, kernel, kernel_digest, lean_kernel


def test_a_file_is_written_whole(tmp_path):
    target = tmp_path / "new" / "a.txt"
    assert write_atomically(target, "first") == target
    write_atomically(target, b"second")
    assert target.read_text() == "second"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    target = write_atomically(tmp_path / "a.txt", "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rempart.base.files.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write_atomically(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_has_the_users_permissions_and_other_threads_keep_theirs(tmp_path, monkeypatch):
    """To read the mask one has to set it, for all threads: so it must not be read at all."""
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(files.os, "umask", None)
        target = write_atomically(tmp_path / "a.txt", "x")
        assert target.stat().st_mode & 0o777 == 0o640
    finally:
        monkeypatch.undo()
        os.umask(before)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as raised:
        write_atomically(tmp_path / "file" / "a.txt", "x")
    assert len(str(raised.value).splitlines()) == 1
    assert "cannot be written" in str(raised.value)


@pytest.mark.parametrize("name", [".", "..", "folder"])
def test_a_folder_is_no_file_to_write(tmp_path, monkeypatch, name):
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        write_atomically(Path(name), "x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_cache_goes_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("REMPART_CACHE_DIR", str(tmp_path / "elsewhere"))
    assert cache_folder("masks") == tmp_path / "elsewhere" / "masks"
    assert cache_folder("masks").is_dir()


def test_what_is_kept_comes_back_and_damage_is_noticed(tmp_path):
    path = tmp_path / "a"
    assert kept(path) is None
    keep(path, b"content")
    assert kept(path) == b"content"
    whole = path.read_bytes()
    for damaged in (b"", whole[:10], whole[:-1], whole + b"x", whole[:-1] + b"T"):
        path.write_bytes(damaged)
        assert kept(path) is None
    keep(path, b"")
    assert kept(path) == b""


def test_of_what_is_kept_the_longest_unused_goes_first(tmp_path, monkeypatch):
    for second, name in enumerate("abcd"):
        keep(tmp_path / name, bytes(84))
        os.utime(tmp_path / name, (second, second))
    assert kept(tmp_path / "a") is not None
    monkeypatch.setattr(files, "CACHE_BYTES", 399)
    keep(tmp_path / "e", bytes(84))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "d", "e"]
    monkeypatch.setattr(files, "CACHE_BYTES", 99)
    keep(tmp_path / "f", bytes(84))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "d", "e"]


def test_a_disk_that_cannot_be_written_to_keeps_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file" / "below", b"x")
    assert kept(tmp_path / "file" / "below") is None


def test_an_error_carries_its_faults():
    one = Fault("a.yaml:3 raid", "'speed: fast'", "a speed such as 250 m/s", "Write a number.")
    two = Fault("a.yaml:9 assets", "nothing", "at least one asset")
    error = ScenarioError([one, two])
    assert error.faults == (one, two)
    assert str(error).splitlines() == [
        "a.yaml:3 raid: 'speed: fast'; allowed: a speed such as 250 m/s. Write a number.",
        "a.yaml:9 assets: nothing; allowed: at least one asset",
    ]
    assert RempartError("in words").faults == ()
    assert StoreError(one).faults == (one,)
    for kind in (ScenarioError, CatalogError, StoreError, ExportError):
        assert issubclass(kind, RempartError)


@pytest.mark.parametrize("decorator", [kernel, lean_kernel, inlined_kernel])
def test_a_kernel_divides_by_zero_without_raising(decorator):
    def ratio(a, b):
        return a / b

    if kernel_module.IS_PLAIN:
        assert decorator(ratio) is ratio
    else:
        assert decorator(ratio)(np.float64(1.0), np.float64(0.0)) == np.inf


def test_the_digest_follows_the_sources(tmp_path, monkeypatch):
    """Another source in a kernel room gives another folder; one elsewhere does not."""
    for room in ("base", "run"):
        (tmp_path / "rempart" / room).mkdir(parents=True)
    monkeypatch.setattr(kernel_module, "__file__", str(tmp_path / "rempart" / "base" / "kernel.py"))
    source = tmp_path / "rempart" / "base" / "kernel.py"
    source.write_text("a = 1\n")
    first = kernel_digest()
    (tmp_path / "rempart" / "run" / "store.py").write_text("b = 1\n")
    assert kernel_digest() == first
    source.write_text("a = 2\n")
    assert kernel_digest() != first
