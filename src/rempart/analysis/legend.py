"""The map's legend: what each symbol and line means."""

from __future__ import annotations

from collections.abc import Callable

from rempart.analysis.laydown import MapInput
from rempart.analysis.svg import AMBER, BLUE, CORAL, MUTED, Picture, text_width
from rempart.analysis.symbols import (
    MARCH_DASH,
    TRAFFIC_DASH,
    coverage_style,
    draw_asset,
    draw_site,
    draw_vehicles,
    ring_dash,
    route_dash,
)

Draw = Callable[[float, float], None]


def draw_legend(picture: Picture, source: MapInput) -> None:
    """Entries flow from left to right below the frames; the picture grows by as many lines as needed."""
    x, y = 30.0, picture.height + 12.0
    for label, draw in _entries(picture, source):
        width = 44.0 + text_width(label, 11.5) + 14.0
        if x + width > picture.width and x > 30.0:
            x, y = 30.0, y + 20.0
        draw(x, y)
        picture.text(x + 36, y + 4, label, font_size=11.5)
        x += width
    picture.height = y + 14.0


def _entries(picture: Picture, source: MapInput) -> list[tuple[str, Draw]]:
    entries: list[tuple[str, Draw]] = []
    for layer, coverage in enumerate(source.coverage):
        entries.append((coverage.label, _swatch(picture, *coverage_style(layer))))
    if source.sites:
        entries.append(("battery", lambda x, y: draw_site(picture, x + 15, y)))
    for place, system in enumerate(source.systems):
        entries.append((f"reach of {system}", _stroke(picture, BLUE, ring_dash(place))))
    if any(not asset.vehicles for asset in source.assets):
        entries.append(("defended asset", lambda x, y: draw_asset(picture, x + 15, y)))
    if any(asset.vehicles for asset in source.assets):
        entries.append(("defended vehicles", lambda x, y: draw_vehicles(picture, x + 15, y)))
    if source.marches:
        entries.append(("march", _stroke(picture, AMBER, MARCH_DASH)))
    for place, name in enumerate(source.classes):
        entries.append((name.replace("-", " "), _stroke(picture, CORAL, route_dash(place))))
    if any(not route.is_hostile for route in source.routes):
        entries.append(("civil traffic", _stroke(picture, MUTED, TRAFFIC_DASH)))
    return entries


def _stroke(picture: Picture, colour: str, dash: str | None) -> Draw:
    return lambda x, y: picture.line(x, y, x + 30, y, colour, stroke_width=2, stroke_dasharray=dash)


def _swatch(picture: Picture, colour: str, dash: str | None) -> Draw:
    return lambda x, y: picture.rect(
        x, y - 6, 30, 12, colour, fill_opacity=0.14, stroke=colour, stroke_width=1.6, stroke_dasharray=dash
    )
