"""The rules that every figure of the catalogue obeys, and the reading of one that does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rempart.catalog.bibliography import Source
from rempart.catalog.document import Entry
from rempart.catalog.figures import CITATIONS, GRADES, Figure, nominal, to_si, units_of

KEYS = ("value", "low", "high", "unit", "sources", "grade", "citation", "claim", "derived", "note",
        "alternatives")  # fmt: skip
"""Keys of a figure, in the order in which files have them."""

_REQUIRED = ("unit", "sources", "grade", "citation")
Broken = tuple[str, str, str]
"""Key inside the figure, what was found, what is allowed."""


def figure_faults(
    entry: Entry, dimension: str, sources: Mapping[str, Source], is_alternative: bool = False
) -> Iterator[Broken]:
    """Every rule that a figure breaks; nothing for a figure that may be used."""
    given = entry.value
    for key in given.keys() - set(KEYS):
        yield key, "an unknown key", ", ".join(KEYS)
    for key in _REQUIRED:
        if key not in given:
            yield key, "missing", f"every figure has {', '.join(_REQUIRED)}"
    yield from _number_faults(given, dimension)
    yield from _word_faults(given)
    yield from _source_faults(given, sources)
    if not is_alternative:
        yield from _default_faults(given, dimension)
        yield from _alternative_faults(given, dimension, sources)


def read_figure(entry: Entry, dimension: str) -> Figure:
    """A figure from an entry without faults."""
    given = entry.value
    low, value, high = _numbers(given, dimension)
    return Figure(
        value=value,
        low=low,
        high=high,
        dimension=dimension,
        unit=given["unit"].text,
        written=_written(given),
        sources=tuple(item.text for item in given["sources"].value),
        grade=given["grade"].text,
        citation=given["citation"].text,
        note=_text(given, "note"),
        derived=_text(given, "derived"),
        is_claim="claim" in given and given["claim"].value,
        alternatives=tuple(read_figure(item, dimension) for item in _items(given, "alternatives")),
    )


def _number_faults(given: dict[str, Entry], dimension: str) -> Iterator[Broken]:
    if "value" not in given and not {"low", "high"} <= given.keys():
        yield "value", "missing", "value, or low and high, or all three"
    elif ("low" in given) != ("high" in given):
        yield "low", "one bound of a range", "low and high together"
    if "unit" not in given:
        return
    try:
        low, value, high = _numbers(given, dimension)
    except ValueError as error:
        yield "unit", str(error), f"numbers of {dimension} in {units_of(dimension)}"
        return
    if not low <= value <= high:
        yield "value", f"{_written(given)}", "low <= value <= high"


def _numbers(given: dict[str, Entry], dimension: str) -> tuple[float, float, float]:
    unit = given["unit"].text
    read = {}
    for key in ("value", "low", "high"):
        if key in given:
            read[key] = to_si(_number(given[key], key), unit, dimension)
    value = read.get("value")
    low = read.get("low", value if value is not None else 0.0)
    high = read.get("high", value if value is not None else low)
    return low, nominal(low, high, dimension) if value is None else value, high


def _number(entry: Entry, key: str) -> float:
    if isinstance(entry.value, bool) or not isinstance(entry.value, (int, float)):
        raise ValueError(f"{key}: {entry.text!r} is not a number; the unit stands in `unit`")
    return entry.value


def _word_faults(given: dict[str, Entry]) -> Iterator[Broken]:
    for key, allowed in (("grade", GRADES), ("citation", CITATIONS)):
        if key in given and given[key].text not in allowed:
            yield key, repr(given[key].text), ", ".join(allowed)
    for key in ("note", "derived"):
        if key in given and not _text(given, key):
            yield key, "nothing", "text, or leave the key out"
    if "claim" in given and not isinstance(given["claim"].value, bool):
        yield "claim", repr(given["claim"].text), "true or false"


def _source_faults(given: dict[str, Entry], sources: Mapping[str, Source]) -> Iterator[Broken]:
    if "sources" not in given:
        return
    cited = [item.text for item in _items(given, "sources")]
    if not cited:
        yield "sources", given["sources"].text or "nothing", "a list of ids of the bibliography"
    unknown = [name for name in cited if name not in sources]
    for name in unknown:
        yield "sources", f"the unknown source {name!r}", "ids of the bibliography"
    if cited and not unknown and {"grade", "citation"} <= given.keys():
        read = [sources[name] for name in cited]
        yield from _trust_faults(given["grade"].text, given["citation"].text, read)


def _trust_faults(grade: str, citation: str, cited: list[Source]) -> Iterator[Broken]:
    """How good a grade can be is bounded by what was read."""
    own = [source for source in cited if source.kind == "own"]
    seen = [source for source in cited if source.access == "seen"]
    if (citation == "none") != (len(own) == len(cited)):
        yield "citation", repr(citation), "none exactly where the only source is an assumption"
    if citation == "checked" and not seen:
        yield "citation", "'checked', but no source was read", "unchecked"
    if citation == "none" and grade != "D":
        yield "grade", repr(grade), "D for an assumption"
    if citation == "unchecked" and grade in ("A", "B"):
        yield "grade", repr(grade), "C or D while the citation is unchecked"
    if seen and grade in ("A", "B") and all(source.kind == "simulation" for source in seen):
        yield "grade", repr(grade), "C or D where only another simulation's data were read"


def _default_faults(given: dict[str, Entry], dimension: str) -> Iterator[Broken]:
    if dimension == "probability" and "claim" in given and given["claim"].value:
        yield "claim", "a maker's or party's claim as the figure to use", "such a claim among `alternatives`"


def _alternative_faults(
    given: dict[str, Entry], dimension: str, sources: Mapping[str, Source]
) -> Iterator[Broken]:
    if "alternatives" in given and not isinstance(given["alternatives"].value, list):
        yield "alternatives", given["alternatives"].text, "a list of figures"
    for i, item in enumerate(_items(given, "alternatives")):
        if not isinstance(item.value, dict) or "alternatives" in item.value:
            yield "alternatives", f"item {i + 1} is not a plain figure", "figures without alternatives"
            continue
        for key, found, allowed in figure_faults(item, dimension, sources, is_alternative=True):
            yield "alternatives", f"item {i + 1}, {key}: {found}", allowed


def _items(given: dict[str, Entry], key: str) -> list[Entry]:
    return given[key].value if key in given and isinstance(given[key].value, list) else []


def _text(given: dict[str, Entry], key: str) -> str:
    return " ".join(given[key].text.split()) if key in given else ""


def _written(given: dict[str, Entry]) -> str:
    """The numbers as the file has them: `10 km`, `5..20 km` or `10 km (5..20)`."""
    unit = "" if given["unit"].text in ("1", "count") else f" {given['unit'].text}"
    span = f"{given['low'].text}..{given['high'].text}" if "low" in given else ""
    if "value" not in given:
        return span + unit
    return f"{given['value'].text}{unit}" + (f" ({span})" if span else "")
