"""Whatever stands in a file, loading it ends in a system or in a CatalogError, never in a traceback."""

import random
from dataclasses import replace

import pytest

from rempart.base.errors import CatalogError
from rempart.catalog import library
from rempart.catalog.document import Entry, read_document

JUNK = (None, True, 0, -1, 1e999, "", "x", "{a}", [], {}, [None], {"unit": Entry("km", "km", "f:1")})


def _positions(entry, path=()):
    inner = entry.value.items() if isinstance(entry.value, dict) else ()
    if isinstance(entry.value, list):
        inner = enumerate(entry.value)
    for key, item in inner:
        yield (*path, key)
        yield from _positions(item, (*path, key))


def _planted(entry, path, junk):
    """A copy of a document with junk at one place."""
    if not path:
        return Entry([Entry(item, str(item), "f:1") for item in junk] if isinstance(junk, list) else junk,
                     "" if junk is None else str(junk), "f:1")  # fmt: skip
    changed = dict(entry.value) if isinstance(entry.value, dict) else list(entry.value)
    changed[path[0]] = _planted(changed[path[0]], path[1:], junk)
    return replace(entry, value=changed)


@pytest.mark.parametrize("name", ["pantsir-s1", "igla-s", "ballistic-missile"])
def test_junk_anywhere_is_refused_cleanly(monkeypatch, name):
    path = library.SYSTEMS / f"{name}.yaml"
    document = read_document(path)
    draw = random.Random(7)
    positions = draw.sample(sorted(_positions(document), key=str), 60)
    n_refused = 0
    for position in positions:
        planted = _planted(document, position, draw.choice(JUNK))
        monkeypatch.setattr(library, "_document", lambda _, planted=planted: planted)
        try:
            library._load(name, {name: path}, library._shipped_sources())
        except CatalogError as error:
            n_refused += 1
            assert error.faults
            assert all(fault.where and fault.allowed for fault in error.faults)
    assert n_refused > 30
