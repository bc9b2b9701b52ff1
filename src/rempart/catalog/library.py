"""Find and load the systems that Rempart ships and those in a user's own folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from rempart.base.errors import CatalogError, Fault
from rempart.catalog.bibliography import Source
from rempart.catalog.document import Entry, merge, read_document
from rempart.catalog.reader import Reader, nearest
from rempart.catalog.rules import broken_rules
from rempart.catalog.systems import FORMS, System

_HERE = Path(__file__).parent
SYSTEMS = _HERE / "systems"
"""Folder of the systems that Rempart ships."""
BIBLIOGRAPHY = "bibliography.yaml"
MAX_ANCESTORS = 8
_BASED_ON = "based_on"

Folders = Sequence[str | Path]


def list_systems(folders: Folders = ()) -> tuple[str, ...]:
    """Names of all systems, shipped and in the user's folders, in alphabetical order."""
    return tuple(sorted(_files(folders)))


def load_system(name: str, folders: Folders = ()) -> System:
    """One system, checked against every rule of the catalogue.

    Parameters
    ----------
    name : str
        Name of its file without the ending.
    folders : sequence of path
        The user's own folders with further systems, and with a `bibliography.yaml` of their own.

    Raises
    ------
    CatalogError
        With all faults of the file, or with the nearest names where there is no such system.
    """
    return _shipped_system(name) if not folders else _load(name, _files(folders), bibliography(folders))


def bibliography(folders: Folders = ()) -> Mapping[str, Source]:
    """All sources by their id."""
    return _shipped_sources() if not folders else _with_own_sources(folders)


@cache
def _shipped_system(name: str) -> System:
    return _load(name, _files(()), _shipped_sources())


@cache
def _shipped_sources() -> Mapping[str, Source]:
    return _read_sources(_HERE / BIBLIOGRAPHY)


def _with_own_sources(folders: Folders) -> Mapping[str, Source]:
    sources = dict(_shipped_sources())
    for path in (Path(folder) / BIBLIOGRAPHY for folder in folders):
        own = _read_sources(path) if path.exists() else {}
        for name in own.keys() & sources.keys():
            raise CatalogError(Fault(f"{path} {name}", "an id that is taken", "a new id"))
        sources.update(own)
    return sources


def _read_sources(path: Path) -> dict[str, Source]:
    reader = Reader({})
    sources = reader.parts(_document(path), "", Source)
    if reader.faults:
        raise CatalogError(reader.faults)
    return sources


def _files(folders: Folders) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for folder in (SYSTEMS, *map(Path, folders)):
        if not folder.is_dir():
            raise CatalogError(Fault(str(folder), "not a folder", "a folder of catalogue files"))
        for path in sorted(folder.glob("*.yaml")):
            if path.name == BIBLIOGRAPHY:
                continue
            if path.stem in files:
                raise CatalogError(
                    Fault(str(path), f"a second system named {path.stem!r}", "a name of its own",
                          f"Rename the file; it may say `based_on: {path.stem}`.")
                )  # fmt: skip
            files[path.stem] = path
    return files


def _load(name: str, files: Mapping[str, Path], sources: Mapping[str, Source]) -> System:
    entry = _resolved(name, files, ())
    reader = Reader(sources)
    system: System = reader.variant(entry, "", "kind", FORMS, name=name)
    if not reader.faults:
        for path, found, allowed in broken_rules(system):
            reader.refuse(path, found, allowed)
    if reader.faults:
        raise CatalogError(reader.faults)
    return system


def _resolved(name: str, files: Mapping[str, Path], heirs: tuple[str, ...]) -> Entry:
    """The document of a system, laid over that of the system it is based on."""
    if name not in files:
        known = ", ".join(sorted(files))
        where = f"{heirs[-1]} {_BASED_ON}" if heirs else "catalogue"
        raise CatalogError(Fault(where, f"the unknown system {name!r}", known, nearest(name, files)))
    if name in heirs or len(heirs) > MAX_ANCESTORS:
        chain = " → ".join((*heirs, name))
        raise CatalogError(Fault(f"{files[name]} {_BASED_ON}", chain, "a line of ancestors that ends"))
    entry = _document(files[name])
    base = entry.value.get(_BASED_ON)
    if base is None:
        return entry
    own = {key: value for key, value in entry.value.items() if key != _BASED_ON}
    return merge(_resolved(base.text, files, (*heirs, name)), Entry(own, entry.text, entry.where))


def _document(path: Path) -> Entry:
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _read(path, stamp)


@lru_cache(maxsize=256)
def _read(path: Path, stamp: int) -> Entry:
    """`stamp` makes an edited file a new question."""
    return read_document(path)
