"""`based_on`: a scenario that says only how it differs from another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rempart.base.errors import CatalogError, Fault, ScenarioError
from rempart.scenario.surroundings import nearest

if TYPE_CHECKING:
    from rempart.catalog.document import Entry

MAX_DEPTH = 8
LIBRARY = Path(__file__).parent / "library"


def shipped_scenarios() -> tuple[str, ...]:
    """Names of the scenarios that come with Rempart."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def scenario_path(name: str | Path, folder: Path | None = None) -> Path:
    """The file of a shipped scenario, or the path itself, taken from `folder`."""
    if str(name) in shipped_scenarios():
        return LIBRARY / f"{name}.yaml"
    return (folder or Path()) / name


def resolved(path: Path, heirs: tuple[Path, ...] = ()) -> Entry:
    """The scenario of a file with everything that it is based on filled in.

    Raises
    ------
    ScenarioError
        If a file cannot be read, or the files go round in a circle or more than `MAX_DEPTH` deep.
    """
    own = _read(path)
    lineage = (*heirs, path.resolve())
    if lineage[-1] in heirs:
        raise _refused(str(path), "is based on itself, by way of others", "a line of `based_on` that ends")
    if len(lineage) > MAX_DEPTH:
        raise _refused(str(path), "is too deep in a line of `based_on`", f"at most {MAX_DEPTH} files")
    parent = own.value.pop("based_on", None)
    _anchor_paths(own, path.parent)
    if parent is None:
        return own
    if not isinstance(parent.value, str):
        found = f"found {parent.text}"
        raise _refused(f"{parent.where}: based_on", found, "a path or a shipped scenario's name")
    return merged(resolved(scenario_path(parent.value, path.parent), lineage), own)


def merged(base: Entry, own: Entry) -> Entry:
    """`base` with `own` laid over it: mappings key by key, `null` deletes, all else replaces."""
    from rempart.catalog.document import Entry

    if not isinstance(base.value, dict) or not isinstance(own.value, dict):
        return own
    values = dict(base.value)
    for key, entry in own.value.items():
        if key not in values:
            values[key] = entry
        elif entry.value is None:
            del values[key]
        else:
            values[key] = merged(values[key], entry)
    return Entry(values, own.text, own.where)


def _read(path: Path) -> Entry:
    from rempart.catalog.document import MAX_BYTES, read_document

    try:
        if path.exists() and not path.is_file():
            kind = "is a folder" if path.is_dir() else "is not a regular file"
            raise _refused(str(path), kind, "a scenario file (.yaml)")
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise _refused(
                str(path), f"holds {path.stat().st_size} bytes", f"a scenario of up to {MAX_BYTES} bytes"
            )
        if not path.exists():
            raise _refused(str(path), "there is no such file", *_shipped_hint(path))
        return read_document(path)
    except CatalogError as error:
        raise ScenarioError(error.faults) from error
    except OSError as error:
        found = f"cannot be read ({error.strerror})"
        raise _refused(str(path)[:200], found, "a path to a scenario file") from error


def _shipped_hint(path: Path) -> tuple[str, str]:
    names, remedy = nearest(path.stem, shipped_scenarios())
    return f"a path to a scenario file, or a shipped scenario: {names}", remedy


def _anchor_paths(root: Entry, folder: Path) -> None:
    """Make the paths in a file independent of where the program runs."""
    from rempart.catalog.document import Entry

    def anchored(entry: Entry) -> Entry:
        return Entry(str(folder.resolve() / entry.value), entry.text, entry.where)

    area, folders = root.value.get("area"), root.value.get("catalogue")
    if area and isinstance(area.value, dict) and "terrain" in area.value:
        terrain = area.value["terrain"]
        if isinstance(terrain.value, str) and is_path(terrain.value):
            area.value["terrain"] = anchored(terrain)
    for stream in _streams(root):
        if "recorded" in stream.value and isinstance(stream.value["recorded"].value, str):
            stream.value["recorded"] = anchored(stream.value["recorded"])
    if folders and isinstance(folders.value, list):
        folders.value[:] = [anchored(one) if isinstance(one.value, str) else one for one in folders.value]


def _streams(root: Entry) -> list[Entry]:
    traffic = root.value.get("traffic")
    streams = traffic.value.values() if traffic and isinstance(traffic.value, dict) else ()
    return [stream for stream in streams if isinstance(stream.value, dict)]


def is_path(terrain: str) -> bool:
    """Whether a terrain is named by a path rather than by the name of a shipped one."""
    return any(sign in terrain for sign in "./\\")


def _refused(where: str, found: str, allowed: str, remedy: str = "") -> ScenarioError:
    return ScenarioError(Fault(where, found, allowed, remedy))
