"""The map's frame: lines of latitude and longitude, their values, and the scale bar."""

from __future__ import annotations

import math
from typing import Any

from rempart.analysis.labels import Box
from rempart.analysis.projection import Window
from rempart.analysis.svg import INK, MUTED, PAPER, Picture, nice_step
from rempart.analysis.wording import number


def draw_graticule(picture: Picture, window: Window) -> None:
    """Lines of round latitude and longitude."""
    for lat in _meridians(window.bounds.south, window.bounds.north, 6):
        y = window.place(lat, window.bounds.west)[1]
        picture.line(
            window.left, y, window.left + window.width, y, INK, stroke_opacity=0.13, stroke_width=0.8
        )
    for lon in _meridians(window.bounds.west, window.bounds.east, 6):
        x = window.place(window.bounds.south, lon)[0]
        picture.line(x, window.top, x, window.top + window.height, INK, stroke_opacity=0.13, stroke_width=0.8)


def draw_degrees(picture: Picture, window: Window) -> None:
    """Their values, outside the frame."""
    style: dict[str, Any] = {"fill": MUTED, "font_size": 10.5}
    for lat in _meridians(window.bounds.south, window.bounds.north, 6):
        y = window.place(lat, window.bounds.west)[1]
        if window.top + 30 < y < window.top + window.height - 30:
            label = _degree(lat, "NS")
            turned = f"translate({window.left - 6:.1f} {y:.1f}) rotate(-90)"
            picture.text(0, 0, label, "middle", **style, transform=turned)
    for lon in _meridians(window.bounds.west, window.bounds.east, 6):
        x = window.place(window.bounds.south, lon)[0]
        if window.left + 24 < x < window.left + window.width - 24:
            picture.text(x, window.top + window.height + 14, _degree(lon, "EW"), "middle", **style)


def _meridians(low: float, high: float, wanted: int) -> list[float]:
    low_deg, high_deg = math.degrees(low), math.degrees(high)
    step = nice_step(high_deg - low_deg, wanted)
    first = math.ceil(low_deg / step)
    return [math.radians(i * step) for i in range(first, math.floor(high_deg / step) + 1)]


def _degree(angle: float, sides: str) -> str:
    degrees = round(math.degrees(angle), 6)
    return f"{abs(degrees):g}° {sides[0] if degrees >= 0 else sides[1]}"


def scale_box(window: Window) -> Box:
    """The corner that the scale bar takes."""
    bottom = window.top + window.height
    return window.left, bottom - 36, window.left + 24 + _bar(window) * window.metre, bottom


def draw_scale(picture: Picture, window: Window) -> None:
    """A bar of a round length, true at the window's middle latitude."""
    length = _bar(window)
    wide = length * window.metre
    x, y = window.left + 12, window.top + window.height - 12
    picture.rect(x - 6, y - 20, wide + 12, 27, PAPER, fill_opacity=0.78, rx=3)
    picture.line(x, y, x + wide, y, INK, stroke_width=2)
    for place in (x, x + wide):
        picture.line(place, y - 5, place, y + 1, INK, stroke_width=2)
    picture.text(x + wide / 2, y - 6, f"{number(length / 1000)} km", "middle", font_size=11)


def _bar(window: Window) -> float:
    return nice_step(window.width / window.metre * 0.3, 2)
