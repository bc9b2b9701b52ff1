"""What pydantic found, told as faults: file and line, what was found, what is allowed, what to do."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from rempart.base.errors import Fault
from rempart.scenario.fields import Part
from rempart.scenario.surroundings import nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from rempart.catalog.document import Entry

_ALLOWED = {
    "missing": "{description}",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "literal_error": "{expected}",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to entries",
    "model_type": "a mapping of keys to values",
    "string_pattern_mismatch": "a name of up to 40 letters, digits, - and _, beginning with a letter",
}


def faults_of(errors: Sequence[ErrorDetails], root: Entry, model: type[Part]) -> list[Fault]:
    """One fault for each of pydantic's errors, in order of line."""
    told = [(_line(root, error["loc"]), _fault(error, root, model)) for error in errors]
    return [fault for _, fault in sorted(told, key=lambda pair: pair[0])]


def _fault(error: ErrorDetails, root: Entry, model: type[Part]) -> Fault:
    path = tuple(part for part in error["loc"] if part != "[key]")
    where = f"{_entry(root, path).where}: {_dotted(path)}"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "fault":
        return Fault(where, _short(context["found"]), context["allowed"], context["remedy"])
    if kind == "extra_forbidden":
        keys = _keys(_model_at(model, path[:-1]))
        return Fault(where, f"there is no key {_short(repr(path[-1]))}", *nearest(str(path[-1]), keys))
    found = "is missing" if kind == "missing" else _quoted(error["input"], kind)
    return Fault(where, found, _allowed(error, model, path), _remedy(error))


def _allowed(error: ErrorDetails, model: type[Part], path: tuple[int | str, ...]) -> str:
    context = {"description": _description(model, path), **error.get("ctx", {})}
    phrase = _ALLOWED.get(error["type"])
    return phrase.format(**context) if phrase else error["msg"]


def _remedy(error: ErrorDetails) -> str:
    if error["type"] == "literal_error" and isinstance(error["input"], str):
        choices = [choice.strip(" '") for choice in error["ctx"]["expected"].replace(" or ", ",").split(",")]
        return nearest(error["input"], choices)[1]
    if error["type"] != "missing" and error["input"] is None:
        return "`null` deletes a key inherited by `based_on`; here is none to delete."
    return ""


def _quoted(value: object, kind: str) -> str:
    if isinstance(value, (Mapping, list, tuple)):
        name = "mapping" if isinstance(value, Mapping) else "list"
        return f"holds {len(value)}" if kind in ("too_short", "too_long") else f"found a {name}"
    return f"found {'null' if value is None else _short(repr(value))}"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _dotted(path: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_short(_visible(part))}" for part in path)
    return text.lstrip(".") or "scenario"


def _visible(key: str) -> str:
    return key if key.isprintable() else repr(key)


def _entry(root: Entry, path: tuple[int | str, ...]) -> Entry:
    """The entry at the path, or the deepest one on the way that exists."""
    entry = root
    for part in path:
        inside = entry.value
        if isinstance(inside, list) and isinstance(part, int):
            inside = dict(enumerate(inside))
        if not isinstance(inside, dict) or part not in inside:
            break
        entry = inside[part]
    return entry


def _line(root: Entry, path: tuple[int | str, ...]) -> tuple[str, int]:
    file, _, line = _entry(root, path).where.rpartition(":")
    return file, int(line) if line.isdigit() else 0


def _model_at(model: type[Part] | None, path: tuple[int | str, ...]) -> type[Part] | None:
    """The part of the model that a path leads to; names of entries are stepped over."""
    part, stepping = model, False
    for key in path:
        if stepping or part is None:
            stepping = False
            continue
        field = next((f for name, f in part.model_fields.items() if (f.alias or name) == key), None)
        if field is None:
            return None
        part, stepping = _part_in(field.annotation)
    return part


def _part_in(annotation: Any) -> tuple[type[Part] | None, bool]:
    """The `Part` in a type, and whether it is an entry of a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation, False
    is_mapping = get_origin(annotation) not in (None, Union, types.UnionType)
    for argument in get_args(annotation):
        part, inner = _part_in(argument)
        if part:
            return part, inner or is_mapping
    return None, False


def _keys(model: type[Part] | None) -> list[str]:
    fields = model.model_fields if model else {}
    keys = [field.alias or name for name, field in fields.items()]
    return [*keys, "based_on"] if "rempart" in fields else keys


def _description(model: type[Part], path: tuple[int | str, ...]) -> str:
    part = _model_at(model, path[:-1])
    fields = part.model_fields if part else {}
    found = (field.description for name, field in fields.items() if (field.alias or name) == path[-1])
    return next(found, None) or "see `rempart schema`"
