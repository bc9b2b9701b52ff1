"""A YAML file as plain values that remember their file and line.

Only the plain part of YAML is read: mappings, lists and scalars. Anchors, aliases, tags, repeated
keys and a second document are refused, so no file can grow or surprise while it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rempart.base.errors import CatalogError, Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Entry:
    """One value of a file; mappings and lists hold further entries."""

    value: Any
    text: str
    """as written, for a scalar; says what was found, for the others"""
    where: str
    """file:line"""


def read_document(path: Path) -> Entry:
    """The whole file as one mapping.

    Raises
    ------
    CatalogError
        If it cannot be read, is not plain YAML or does not hold a mapping.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = yaml.parse(_text(path), Loader=loader)
    try:
        root = _document(events, str(path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or error.context or "not YAML"
        raise _refused(f"{path}:{line}", f"{problem} (column {column})", "YAML") from error
    except yaml.YAMLError as error:
        raise _refused(str(path), "characters that YAML does not allow", "text in UTF-8") from error
    if not isinstance(root.value, dict):
        # Not quoted: a file named by mistake may hold anything, and much of it.
        found = {list: "a list", type(None): "nothing"}.get(type(root.value), "plain text")
        raise _refused(root.where, found, "a mapping of keys to values")
    return root


def merge(base: Entry, changes: Entry) -> Entry:
    """`base` with `changes` laid over it: mappings key by key, `null` removes, all else replaces.

    A figure is replaced whole, so that a changed number never keeps another number's source.
    """
    if not (_is_branch(base) and _is_branch(changes)):
        return changes
    merged = dict(base.value)
    for key, change in changes.value.items():
        merged[key] = merge(merged[key], change) if key in merged else change
    kept = {key: entry for key, entry in merged.items() if entry.value is not None}
    return Entry(kept, changes.text, changes.where)


def _is_branch(entry: Entry) -> bool:
    return isinstance(entry.value, dict) and "grade" not in entry.value and "unit" not in entry.value


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused(str(path), error.strerror or "cannot be read", "a readable file") from error
    if len(data) > MAX_BYTES:
        raise _refused(str(path), f"more than {MAX_BYTES} bytes", "a smaller file")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _refused(str(path), "bytes that are not UTF-8", "text in UTF-8") from error


def _document(events: Iterator[Any], file: str) -> Entry:
    import yaml

    opening = (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
    root: Entry | None = None
    for event in events:
        if isinstance(event, yaml.StreamEndEvent):
            break
        if isinstance(event, opening):
            continue
        if root is not None:
            raise _refused(f"{file}:{event.start_mark.line + 1}", "a second document", "one document")
        root = _entry(event, events, file, 0)
    return root or Entry(None, "nothing", f"{file}:1")


def _entry(event: Any, events: Iterator[Any], file: str, depth: int) -> Entry:
    import yaml

    where = f"{file}:{event.start_mark.line + 1}"
    if event.anchor or getattr(event, "tag", None):
        raise _refused(where, "an anchor, alias or tag", "plain values", "Write the value out.")
    if depth > MAX_DEPTH:
        raise _refused(where, f"more than {MAX_DEPTH} levels", "a flatter file")
    if isinstance(event, yaml.ScalarEvent):
        return Entry(_scalar(event), event.value, where)
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(events, file, depth, where)
    return _mapping(events, file, depth, where)


def _list(events: Iterator[Any], file: str, depth: int, where: str) -> Entry:
    import yaml

    entries: list[Entry] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        entries.append(_entry(event, events, file, depth + 1))
    return Entry(entries, "a list", where)


def _mapping(events: Iterator[Any], file: str, depth: int, where: str) -> Entry:
    import yaml

    entries: dict[str, Entry] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _entry(event, events, file, depth + 1)
        if isinstance(key.value, (dict, list)):
            raise _refused(key.where, key.text, "a plain word as key")
        if key.text in entries:
            raise _refused(key.where, f"the key {key.text!r} again", "each key once")
        entries[key.text] = _entry(next(events), events, file, depth + 1)
    return Entry(entries, "a mapping", where)


def _scalar(event: Any) -> str | float | int | bool | None:
    """Numbers, true, false and null where they stand unquoted; everything else is text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if len(text) < 16 and text.lstrip("+-").isdigit() else float(text)


def _refused(where: str, found: str, allowed: str, remedy: str = "") -> CatalogError:
    return CatalogError(Fault(where, found, allowed, remedy))
