"""A small vocabulary for inline SVG: everything written is escaped, every picture has words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

INK = "#14202e"
MUTED = "#4f6174"
LINE = "#d5dde6"
PAPER = "#ffffff"
GREY = "#8494a5"
BLUE = "#1a67a3"
PALE_BLUE = "#c9dff0"
MID_BLUE = "#7fb2dc"
CORAL = "#c43d28"
TEAL = "#0b7a62"
AMBER = "#8a5f00"

_NARROW = frozenset("ijlftr.,:;|!'()[] \u202f\u00a0I")
_WIDE = frozenset("mwMW%@—→")


def text_width(text: str, size: float) -> float:
    """Width of a text [px] in a common sans-serif face, on the safe side."""
    units = sum(0.36 if c in _NARROW else 0.92 if c in _WIDE else 0.70 if c.isupper() else 0.61 for c in text)
    return units * size


def shortened(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis if it is wider than the room."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def nice_step(span: float, wanted: int) -> float:
    """A step of 1, 2 or 5 times a power of ten that cuts a span into about so many parts."""
    rough = max(span, 1e-12) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Round values from low to high."""
    step = nice_step(high - low, wanted)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


@dataclass
class Picture:
    """An SVG picture under way; coordinates in px, y downwards."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def add(self, tag: str, content: str = "", **attributes: Any) -> None:
        """Append one element; attribute names take `_` for `-`, values are escaped."""
        self.parts.append(element(tag, content, **attributes))

    def open(self, tag: str, **attributes: Any) -> None:
        """Begin an element that holds what is added until `close`."""
        self.parts.append(element(tag, **attributes)[:-2].rstrip() + ">")

    def close(self, tag: str) -> None:
        """End an element begun with `open`."""
        self.parts.append(f"</{tag}>")

    def rect(self, x: float, y: float, width: float, height: float, fill: str, **more: Any) -> None:
        """A filled rectangle; nothing if it has no width."""
        if width > 0:
            self.add("rect", x=x, y=y, width=width, height=height, fill=fill, **more)

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, **more: Any) -> None:
        """A straight line."""
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)

    def text(self, x: float, y: float, text: str, anchor: str = "start", **more: Any) -> None:
        """A line of text with its baseline at y."""
        attributes = {"fill": INK, "font_size": 12, **more}
        self.add("text", escape(text), x=x, y=y, text_anchor=anchor, **attributes)

    def whisker(self, low: float, high: float, y: float, stroke: str = INK) -> None:
        """An interval from low to high with end ticks, on a pale ground so that it shows on a bar."""
        self.line(low, y, high, y, PAPER, stroke_width=4)
        self.line(low, y, high, y, stroke, stroke_width=1.6)
        for x in (low, high):
            self.line(x, y - 4, x, y + 4, stroke, stroke_width=1.6)

    def markup(self, name: str, title: str, description: str) -> str:
        """The finished picture; `name` must be unique on the page."""
        head = f'<title id="{escape(name)}-t">{escape(title)}</title>'
        head += f'<desc id="{escape(name)}-d">{escape(description)}</desc>'
        return (
            f'<svg class="chart" viewBox="0 0 {_plain(self.width)} {_plain(self.height)}" role="img" '
            f'aria-labelledby="{escape(name)}-t" aria-describedby="{escape(name)}-d">'
            f"{head}{''.join(self.parts)}</svg>"
        )


def element(tag: str, content: str = "", **attributes: Any) -> str:
    """One element; `content` is markup, attribute values are escaped."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{told}>{content}</{tag}>" if content else f"<{tag}{told}/>"


def path_of(points: Sequence[tuple[float, float]], is_closed: bool = False) -> str:
    """The `d` of a path through the points."""
    if not points:
        return ""
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{steps}{'Z' if is_closed else ''}"


def _plain(value: object) -> str:
    if isinstance(value, float):
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text if text not in ("-0", "") else "0"
    return str(value)
