"""The values of a JSON file one after the other, so that a large list is never held whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

CHUNK = 1 << 18
MAX_VALUE = 1 << 26
"""Longest single value that is read [characters]: an answer with all aircraft of the world is far shorter."""

_BETWEEN = " \t\r\n,"


def json_values(stream: IO[str]) -> Iterator[Any]:
    """The elements of a list, or the values of a file that holds one after another.

    Raises
    ------
    ValueError
        If the text is not JSON, ends early, or has a value longer than `MAX_VALUE`.
    """
    decoder, size = json.JSONDecoder(), CHUNK
    text = _opening(stream)
    in_list = text.startswith("[")
    at = 1 if in_list else 0
    while True:
        at = _next_value(text, at)
        if in_list and text[at : at + 1] == "]":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            size *= 2
            more = stream.read(size)
            text, at = text[at:] + more, 0
            if not in_list and not text:
                return
            if not more or len(text) > MAX_VALUE:
                raise ValueError(_complaint(text)) from None
            continue
        size = CHUNK
        yield value


def _opening(stream: IO[str]) -> str:
    """The first chunk that is not blank, from its first sign on."""
    while more := stream.read(CHUNK):
        if not more.isspace():
            return more.lstrip()
    return ""


def _next_value(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def _complaint(text: str) -> str:
    if len(text) > MAX_VALUE:
        return f"a value of more than {MAX_VALUE} characters"
    return f"it is not JSON, or ends early, at {text[:40]!r}" if text else "it is empty or ends early"
