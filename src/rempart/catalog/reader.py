"""Fill in a form from a file's entries, and note every fault on the way instead of stopping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_type_hints

from rempart.base.errors import Fault
from rempart.catalog.bibliography import Source
from rempart.catalog.document import Entry
from rempart.catalog.figures import dimension_of
from rempart.catalog.form import Rule
from rempart.catalog.sourcing import figure_faults, read_figure

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class Reader:
    """Reads parts; `faults` holds what was wrong, `places` where each path stands.

    What cannot be read becomes None, so a result is only to be used while `faults` is empty.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self.faults: list[Fault] = []
        self.places: dict[str, str] = {}

    def refuse(self, path: str, found: str, allowed: str, remedy: str = "") -> None:
        """Note a fault at a path."""
        place = self.places.get(path) or self.places.get(path.rpartition(".")[0], "")
        self.faults.append(Fault(f"{place} {path}".strip(), found, allowed, remedy))

    def part(self, entry: Entry, path: str, form: type, **fixed: Any) -> Any:
        """An instance of `form`, a dataclass whose annotations are those of `form.py`.

        `fixed` holds the fields that do not come from the file.
        """
        if not self._is_mapping(entry, path):
            return None
        rules = rules_of(form)
        for key in entry.value.keys() - rules.keys():
            self._refuse_key(entry.value[key], _below(path, key), rules)
        given = {}
        for key, rule in rules.items():
            below = _below(path, key)
            if key in entry.value:
                self.places[below] = entry.value[key].where
                given[key] = getattr(self, rule.kind)(entry.value[key], below, *rule.arguments)
            elif key in _required(form):
                self.refuse(below, "missing", f"{key}: is required here", f"Add {key}.")
                given[key] = None
        return form(**fixed, **given)

    def parts(self, entry: Entry, path: str, form: type) -> dict[str, Any]:
        """Parts of one form by name."""
        named = self._named(entry, path)
        return {name: self.part(item, _below(path, name), form) for name, item in named.items()}

    def variants(self, entry: Entry, path: str, key: str, forms: Mapping[str, type]) -> dict[str, Any]:
        """Parts by name, each in the form that its `key` chooses."""
        read = {}
        for name, item in self._named(entry, path).items():
            read[name] = self.variant(item, _below(path, name), key, forms)
        return read

    def variant(self, entry: Entry, path: str, key: str, forms: Mapping[str, type], **fixed: Any) -> Any:
        """A part in the form that the value of its `key` chooses."""
        if not self._is_mapping(entry, path):
            return None
        chosen = entry.value.get(key)
        if chosen is None or chosen.text not in forms:
            found = repr(chosen.text) if chosen else "missing"
            self.refuse(_below(path, key), found, " or ".join(forms))
            return None
        return self.part(entry, path, forms[chosen.text], **fixed)

    def figure(self, entry: Entry, path: str, dimension: str) -> Any:
        """A figure, or None where it breaks a rule."""
        if not self._is_mapping(entry, path):
            return None
        faults = list(figure_faults(entry, dimension, self.sources))
        for key, found, allowed in faults:
            self.places.setdefault(_below(path, key), entry.value.get(key, entry).where)
            self.refuse(_below(path, key), found, allowed)
        return None if faults else read_figure(entry, dimension)

    def figures(self, entry: Entry, path: str, dimension: str, keys: tuple[str, ...]) -> dict[str, Any]:
        """Figures of one dimension by key."""
        read = {}
        for key, item in self._named(entry, path).items():
            if key in keys:
                read[key] = self.figure(item, _below(path, key), dimension)
            else:
                self._refuse_key(item, _below(path, key), keys)
        return read

    def background(self, entry: Entry, path: str) -> dict[str, Any]:
        """Figures of any dimension, each told by its unit."""
        read = {}
        for name, item in self._named(entry, path).items():
            unit = item.value["unit"].text if _has_unit(item) else "1"
            dimension = dimension_of(unit)
            if dimension is None:
                self.refuse(_below(path, name), f"the unknown unit {unit!r}", "m, km, s, deg, kg, …")
            else:
                read[name] = self.figure(item, _below(path, name), dimension)
        return read

    def text(self, entry: Entry, path: str) -> str:
        """Text that says something."""
        if isinstance(entry.value, (dict, list)) or not entry.text.strip():
            self.refuse(path, entry.text or "nothing", "text")
        return " ".join(entry.text.split())

    def choice(self, entry: Entry, path: str, *allowed: str) -> str:
        """One of the allowed words."""
        if entry.text not in allowed:
            self.refuse(path, repr(entry.text), ", ".join(allowed), nearest(entry.text, allowed))
        return entry.text

    def whole(self, entry: Entry, path: str, least: int, most: int) -> Any:
        """A whole number within bounds."""
        is_whole = isinstance(entry.value, int) and not isinstance(entry.value, bool)
        if not is_whole or not least <= entry.value <= most:
            self.refuse(path, repr(entry.text), f"a whole number from {least} to {most}")
        return entry.value

    def names(self, entry: Entry, path: str) -> tuple[str, ...]:
        """A list of words."""
        is_list = isinstance(entry.value, list)
        if not is_list or any(isinstance(item.value, (dict, list)) for item in entry.value):
            self.refuse(path, entry.text, "a list of names")
            return ()
        return tuple(item.text for item in entry.value)

    def _named(self, entry: Entry, path: str) -> dict[str, Entry]:
        if not self._is_mapping(entry, path):
            return {}
        for name, item in entry.value.items():
            self.places[_below(path, name)] = item.where
            if not _NAME.fullmatch(name):
                self.refuse(_below(path, name), f"the name {name!r}", "a-z, 0-9 and single hyphens")
        return entry.value

    def _is_mapping(self, entry: Entry, path: str) -> bool:
        self.places.setdefault(path, entry.where)
        if isinstance(entry.value, dict):
            return True
        self.refuse(path, repr(entry.text), "a mapping of keys to values")
        return False

    def _refuse_key(self, entry: Entry, path: str, allowed: Iterable[str]) -> None:
        self.places[path] = entry.where
        key = path.rpartition(".")[2]
        self.refuse(path, f"the unknown key {key!r}", ", ".join(allowed), nearest(key, allowed))


@cache
def rules_of(form: type) -> dict[str, Rule]:
    """Key → rule of every field that a file may fill in."""
    hints = get_type_hints(form, include_extras=True)
    rules = {item.name: _rule(hints[item.name]) for item in fields(form)}
    return {key: rule for key, rule in rules.items() if rule}


@cache
def _required(form: type) -> frozenset[str]:
    needed = (item.name for item in fields(form) if item.default is item.default_factory is MISSING)
    return frozenset(needed)


def _rule(hint: Any) -> Rule | None:
    """The rule of an annotation, or of the first member of `Annotated[…] | None`."""
    for candidate in (hint, *get_args(hint)):
        for extra in getattr(candidate, "__metadata__", ()):
            if isinstance(extra, Rule):
                return extra
    return None


def _has_unit(entry: Entry) -> bool:
    return isinstance(entry.value, dict) and "unit" in entry.value


def nearest(found: str, allowed: Iterable[str]) -> str:
    """A question with the closest allowed word, empty if none is close."""
    close = get_close_matches(found, list(allowed), n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(close)}?" if close else ""


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
