"""Look tables on disk: given back as they were, computed again when damaged, never confused."""

from __future__ import annotations

import os
from typing import NamedTuple

import numba
import numpy as np
import pytest

from rempart.base.errors import Fault, StoreError
from rempart.base.files import cache_folder
from rempart.engine.world import VIEW, records
from rempart.run import look_cache
from rempart.run.look_cache import digest_of, kept_or_computed
from rempart.run.visibility import Seen


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("REMPART_CACHE_DIR", str(tmp_path))


def tables(seed=1):
    dice = np.random.default_rng(seed)
    views = records(VIEW, (2, 3, 4))
    views.start, views.first, views.count = dice.integers(0, 100, (3, 2, 3, 4))
    pd, snr = dice.random((2, 500)).astype(np.float32)
    return Seen(pd, snr, views, dice.integers(0, 4, (3, 4)))


def computed(calls, seed=1):
    def compute():
        calls.append(seed)
        return tables(seed)

    return compute


def files():
    return sorted(cache_folder("looks").iterdir())


def assert_same(found, expected):
    np.testing.assert_array_equal(found.pd, expected.pd)
    np.testing.assert_array_equal(found.snr, expected.snr)
    np.testing.assert_array_equal(found.reach, expected.reach)
    for name in VIEW.names:
        np.testing.assert_array_equal(found.views[name], expected.views[name])


def test_tables_are_computed_once_and_come_back_the_same():
    calls = []
    first, second = (kept_or_computed("key", computed(calls)) for _ in range(2))
    assert calls == [1]
    assert_same(second, first)
    assert_same(second, tables())


def test_what_comes_back_is_of_the_same_types():
    """Else every kernel that takes a world would be compiled twice."""
    fresh, kept = (kept_or_computed("key", tables) for _ in range(2))
    for name in Seen._fields:
        before, after = getattr(fresh, name), getattr(kept, name)
        assert type(after) is type(before)
        assert after.dtype == before.dtype
        assert after.flags.writeable == before.flags.writeable
        assert numba.typeof(after) == numba.typeof(before)
    assert numba.typeof(kept.views[:, 0, 0]) == numba.typeof(fresh.views[:, 0, 0])
    assert kept.views.dtype.isalignedstruct


def spoilt(content):
    """Ways in which a file can be damaged."""
    middle = len(content) // 2
    yield b""
    yield b"not a table"
    yield content[:middle]
    yield content[:-1]
    yield content + b"\0"
    yield b"PK\x03\x04" + bytes(100)
    for place in (0, 20, 60, 300, middle, len(content) - 30):
        yield content[:place] + bytes([content[place] ^ 0x5A]) + content[place + 1 :]


def test_a_damaged_file_is_computed_again():
    kept_or_computed("key", tables)
    (path,) = files()
    whole = path.read_bytes()
    for number, content in enumerate(spoilt(whole)):
        path.write_bytes(content)
        calls = []
        assert_same(kept_or_computed("key", computed(calls)), tables())
        assert calls == [1], number
        assert path.read_bytes() == whole


def test_a_folder_in_the_place_of_a_file_does_no_harm():
    (cache_folder("looks") / "key.looks").mkdir(parents=True)
    assert_same(kept_or_computed("key", tables), tables())


def test_a_disk_that_cannot_be_written_to_does_no_harm(monkeypatch):
    def refuse(path, content):
        raise StoreError(Fault(str(path), "cannot be written", "a path in a folder you may write to"))

    monkeypatch.setattr("rempart.base.files.write_atomically", refuse)
    assert_same(kept_or_computed("key", tables), tables())
    assert files() == []


def test_tables_of_many_samples_do_not_fill_the_disk(monkeypatch):
    kept_or_computed("key-0", tables)
    (first,) = files()
    os.utime(first, (1e9, 1e9))
    monkeypatch.setattr("rempart.base.files.CACHE_BYTES", 3 * first.stat().st_size)
    for number in range(1, 5):
        kept_or_computed(f"key-{number}", tables)
        os.utime(cache_folder("looks") / f"key-{number}.looks", (1e9 + number, 1e9 + number))
    kept_or_computed("last", tables)
    assert [path.stem for path in files()] == ["key-3", "key-4", "last"]


class Place(NamedTuple):
    x: float
    y: float


PARTS = [
    [Place(1.0, 2.0), [np.arange(3.0)], {0: np.zeros(2), 1: np.ones(2)}, 7, "radar"],
    [Place(1.0, np.nextafter(2.0, 3.0)), [np.arange(3.0)], {0: np.zeros(2), 1: np.ones(2)}, 7, "radar"],
    [
        Place(1.0, 2.0),
        [np.array([0.0, 1.0, np.nextafter(2.0, 3.0)])],
        {0: np.zeros(2), 1: np.ones(2)},
        7,
        "radar",
    ],
    [Place(1.0, 2.0), [np.arange(3.0)], {0: np.zeros(2), 2: np.ones(2)}, 7, "radar"],
    [Place(1.0, 2.0), [np.arange(3.0)], {0: np.ones(2), 1: np.zeros(2)}, 7, "radar"],
    [Place(1.0, 2.0), [np.arange(3.0)], {0: np.zeros(2), 1: np.ones(2)}, 8, "radar"],
    [Place(1.0, 2.0), [np.arange(3.0)], {0: np.zeros(2), 1: np.ones(2)}, 7, "radars"],
    [[1.0, 2.0]],
    [[1.0], 2.0],
    [1.0, [2.0]],
    [1, 2],
    [12],
    [np.zeros((2, 3))],
    [np.zeros((3, 2))],
    [np.zeros(6)],
    [np.zeros(12, np.float32)],
    [np.zeros(6, np.int64)],
    [],
    [[]],
]


def test_a_key_changes_with_every_input():
    keys = [digest_of(parts) for parts in PARTS]
    assert len(set(keys)) == len(PARTS)
    assert keys == [digest_of(parts) for parts in PARTS]
    assert all(len(key) == 32 for key in keys)


def test_the_order_of_a_dict_does_not_matter():
    assert digest_of([{1: 2.0, 0: 1.0}]) == digest_of([{0: 1.0, 1: 2.0}])


def test_a_key_changes_with_the_program(monkeypatch):
    before = digest_of([1.0])
    monkeypatch.setattr(look_cache, "_program", lambda: b"another version")
    assert digest_of([1.0]) != before
