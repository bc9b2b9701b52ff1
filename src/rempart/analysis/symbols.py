"""The map's symbols and line styles. Shape and dash tell things apart; colour only repeats it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rempart.analysis.svg import BLUE, CORAL, INK, PAPER, Picture, path_of

Style = tuple[str, str | None]

_COVERAGE: tuple[Style, ...] = (("#3d8bc7", None), ("#7a4fb0", "5 3"))
_ROUTE_DASHES = (None, "7 4", "1.5 3.5", "9 3 2 3", "14 4", "3 3")
_RING_DASHES = (None, "6 4", "1.5 3", "9 3 2 3")
TRAFFIC_DASH = "2 4"
MARCH_DASH = "10 3"


def coverage_style(layer: int) -> Style:
    """Colour and dash of a layer of coverage."""
    return _COVERAGE[layer % len(_COVERAGE)]


def route_dash(place: int) -> str | None:
    """Dash of the routes of one class, by its place among the classes."""
    return _ROUTE_DASHES[place % len(_ROUTE_DASHES)]


def ring_dash(place: int) -> str | None:
    """Dash of the range rings of one system, by its place among the systems."""
    return _RING_DASHES[place % len(_RING_DASHES)]


def draw_arrow(picture: Picture, points: Sequence[tuple[float, float]], colour: str = CORAL) -> None:
    """An arrow head at the end of a path, a little short of its last point."""
    if len(points) < 2:
        return
    (x1, y1), (x2, y2) = points[-2], points[-1]
    length = math.hypot(x2 - x1, y2 - y1)
    if length < 1e-6:
        return
    across, down = (x2 - x1) / length, (y2 - y1) / length
    tip = (x2 - 9 * across, y2 - 9 * down)
    base = (tip[0] - 10 * across, tip[1] - 10 * down)
    sides = [(base[0] - 4.5 * down, base[1] + 4.5 * across), (base[0] + 4.5 * down, base[1] - 4.5 * across)]
    picture.add("path", d=path_of([tip, *sides], True), fill=colour, stroke=PAPER, stroke_width=0.8)


def draw_asset(picture: Picture, x: float, y: float, size: float = 1.0) -> None:
    """A defended asset: a diamond."""
    reach = 7.0 * size
    diamond = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
    picture.add("path", d=path_of(diamond, True), fill="#f2b632", stroke=INK, stroke_width=1.2 * size)


def draw_vehicles(picture: Picture, x: float, y: float, size: float = 1.0) -> None:
    """A defended asset made of ground vehicles: a box on two wheels."""
    wide, high, wheel = 8.0 * size, 4.5 * size, 2.4 * size
    for side in (-0.5, 0.5):
        picture.add("circle", cx=x + side * wide, cy=y + high, r=wheel, fill=INK)
    picture.rect(x - wide, y - high, 2 * wide, 2 * high - 1, "#f2b632", stroke=INK, stroke_width=1.2 * size)


def draw_site(picture: Picture, x: float, y: float, size: float = 1.0) -> None:
    """A battery: the frame of a friendly unit with the dome of air defence."""
    wide, high = 8.0 * size, 5.5 * size
    picture.rect(x - wide, y - high, 2 * wide, 2 * high, "#d9ebf8", stroke=BLUE, stroke_width=1.6 * size)
    arc = f"M{x - wide:.1f} {y + high:.1f}A{wide:.1f} {high * 1.25:.1f} 0 0 1 {x + wide:.1f} {y + high:.1f}"
    picture.add("path", d=arc, fill="none", stroke=BLUE, stroke_width=1.4 * size)
