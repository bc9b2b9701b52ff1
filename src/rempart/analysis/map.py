"""The report's map: terrain, coverage, routes, batteries and assets, and a close-up of the defence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rempart.analysis.graticule import draw_degrees, draw_graticule, draw_scale, scale_box
from rempart.analysis.labels import Labels
from rempart.analysis.laydown import Asset, Coverage, MapInput
from rempart.analysis.legend import draw_legend
from rempart.analysis.projection import Bounds, Window, fitted, ring, window_around
from rempart.analysis.shading import shaded_relief
from rempart.analysis.svg import (
    AMBER,
    BLUE,
    CORAL,
    GREY,
    INK,
    MUTED,
    PAPER,
    Picture,
    path_of,
    shortened,
    text_width,
)
from rempart.analysis.symbols import (
    MARCH_DASH,
    TRAFFIC_DASH,
    coverage_style,
    draw_arrow,
    draw_asset,
    draw_site,
    draw_vehicles,
    ring_dash,
    route_dash,
)
from rempart.analysis.wording import fixed, plural, words

_LONGEST_NAME = 240.0
"""Room [px] for the vehicles that an asset is made of."""


@dataclass(frozen=True)
class Map:
    """The finished picture and how many names found no room."""

    markup: str
    unnamed: int


def draw_map(source: MapInput, width: float = 1120.0) -> Map:
    """The whole area; beside it a close-up of the defence where that is small on the whole map."""
    close = _close_up(source)
    whole_width = width * 0.56 if close else width - 60.0
    whole = Window(_wide_enough(source.bounds, close is not None), 30.0, 12.0, whole_width - 34.0)
    picture = Picture(width, whole.top + whole.height + 26.0)
    unnamed = _draw_window(picture, source, whole, name_sites=close is None)
    if close:
        left = whole_width + 34.0
        window = Window(fitted(close, (width - left - 4.0) / whole.height), left, 12.0, width - left - 4.0)
        _mark_close_up(picture, whole, window)
        unnamed += _draw_window(picture, source, window, name_sites=True)
    draw_legend(picture, source)
    return Map(picture.markup("map", "Map of the scenario", _described(source)), unnamed)


def _close_up(source: MapInput) -> Bounds | None:
    points = [(s.lat, s.lon) for s in source.sites] + [(a.lat, a.lon) for a in source.assets]
    if len(points) < 2:
        return None
    close = window_around(points, 20e3, 1.0)
    is_small = close.north - close.south < 0.45 * (source.bounds.north - source.bounds.south)
    return close if is_small else None


def _wide_enough(bounds: Bounds, is_beside: bool) -> Bounds:
    """Grow the bounds so that the frame is neither a strip nor a tower."""
    middle = math.cos(0.5 * (bounds.south + bounds.north))
    aspect = (bounds.east - bounds.west) * middle / (bounds.north - bounds.south)
    least, most = (0.9, 1.25) if is_beside else (1.3, 2.2)
    if aspect < least:
        return fitted(bounds, least)
    return fitted(bounds, most) if aspect > most else bounds


def _draw_window(picture: Picture, source: MapInput, window: Window, name_sites: bool) -> int:
    clip = f"clip{window.left:.0f}"
    frame: dict[str, Any] = {
        "x": window.left,
        "y": window.top,
        "width": window.width,
        "height": window.height,
    }
    picture.parts.append(f'<clipPath id="{clip}">')
    picture.add("rect", **frame)
    picture.close("clipPath")
    picture.open("g", clip_path=f"url(#{clip})")
    picture.rect(**frame, fill="#f1f2ee")
    if source.terrain is not None:
        picture.add(
            "image",
            href=shaded_relief(source.terrain, window, round(window.width * 1.35)),
            preserveAspectRatio="none",
            **frame,
        )
    labels = Labels(window, [scale_box(window)])
    for layer in range(len(source.coverage)):
        _coverage(picture, source.coverage[layer], window, layer)
    draw_graticule(picture, window)
    _rings(picture, source, window)
    _marches(picture, source, window)
    _routes(picture, source, window)
    unnamed = _symbols(picture, source, window, labels, name_sites)
    draw_scale(picture, window)
    picture.close("g")
    picture.add("rect", fill="none", stroke=GREY, **frame)
    draw_degrees(picture, window)
    return unnamed


def _coverage(picture: Picture, coverage: Coverage, window: Window, layer: int) -> None:
    """A flat fill of the union, then only those parts of the outlines that lie outside it."""
    colour, dash = coverage_style(layer)
    shapes = [path_of([window.place(*point) for point in polygon], True) for polygon in coverage.polygons]
    shapes = [shape for shape in shapes if shape]
    picture.open("g", opacity=0.10)
    for shape in shapes:
        picture.add("path", d=shape, fill=colour)
    picture.close("g")
    name = f"union{layer}-{window.left:.0f}"
    picture.parts.append(
        f'<mask id="{name}" maskUnits="userSpaceOnUse" x="0" y="0" width="3000" height="3000">'
    )
    picture.rect(0, 0, 3000, 3000, "white")
    for shape in shapes:
        picture.add("path", d=shape, fill="black")
    picture.close("mask")
    picture.open("g", mask=f"url(#{name})", opacity=0.95)
    for shape in shapes:
        picture.add("path", d=shape, fill="none", stroke=colour, stroke_width=3.2, stroke_dasharray=dash)
    picture.close("g")


def _rings(picture: Picture, source: MapInput, window: Window) -> None:
    for site in source.sites:
        if site.reach > 0:
            shape = path_of([window.place(*point) for point in ring(site.lat, site.lon, site.reach)], True)
            dash = ring_dash(source.systems.index(site.system))
            picture.add("path", d=shape, fill="none", stroke=BLUE, stroke_width=1.3, stroke_dasharray=dash)


def _marches(picture: Picture, source: MapInput, window: Window) -> None:
    for way in source.marches:
        shape = path_of([window.place(*point) for point in way])
        picture.add("path", d=shape, fill="none", stroke=PAPER, stroke_width=5, stroke_opacity=0.6)
        picture.add("path", d=shape, fill="none", stroke=AMBER, stroke_width=2.2, stroke_dasharray=MARCH_DASH)
        draw_arrow(picture, [window.place(*point) for point in way], AMBER)


def _routes(picture: Picture, source: MapInput, window: Window) -> None:
    for route in source.routes:
        shape = path_of([window.place(*point) for point in route.points])
        if not route.is_hostile:
            picture.add("path", d=shape, fill="none", stroke=PAPER, stroke_width=4, stroke_opacity=0.6)
            picture.add(
                "path", d=shape, fill="none", stroke=MUTED, stroke_width=1.2, stroke_dasharray=TRAFFIC_DASH
            )
            continue
        dash = route_dash(source.classes.index(route.vehicle_class))
        picture.add("path", d=shape, fill="none", stroke=PAPER, stroke_width=4, stroke_opacity=0.55)
        picture.add("path", d=shape, fill="none", stroke=CORAL, stroke_width=1.9, stroke_dasharray=dash)
        draw_arrow(picture, [window.place(*point) for point in route.points])


def _symbols(picture: Picture, source: MapInput, window: Window, labels: Labels, name_sites: bool) -> int:
    assets = [(a, *window.place(a.lat, a.lon)) for a in source.assets]
    sites = [(s, *window.place(s.lat, s.lon)) for s in source.sites]
    for _, x, y in assets + sites:
        labels.reserve(x, y, 7.0 if name_sites else 4.0)
    for _, x, y in sites:
        draw_site(picture, x, y, 1.0 if name_sites else 0.65)
    for asset, x, y in assets:
        draw = draw_vehicles if asset.vehicles else draw_asset
        draw(picture, x, y, 1.0 if name_sites else 0.65)
    unnamed = 0
    if name_sites:
        for asset, x, y in assets:
            if window.holds(x, y):
                unnamed += not _named(picture, labels, (_asset_label(asset), x, y), AMBER, 600)
        for site, x, y in sites:
            if window.holds(x, y):
                unnamed += not _named(picture, labels, (site.name, x, y), BLUE, 600)
    if name_sites and window.left > 100.0:
        return unnamed
    return unnamed + _route_names(picture, source, window, labels)


def _asset_label(asset: Asset) -> str:
    told = f"{asset.name}: {asset.vehicles}" if asset.vehicles else asset.name
    return shortened(told, 11.5, max(_LONGEST_NAME, text_width(asset.name, 11.5)))


def _route_names(picture: Picture, source: MapInput, window: Window, labels: Labels) -> int:
    unnamed, done = 0, set()
    for route in source.routes:
        if route.group in done:
            continue
        done.add(route.group)
        inside = [p for p in (window.place(*point) for point in route.points) if window.holds(*p, margin=4.0)]
        if inside:
            colour = CORAL if route.is_hostile else MUTED
            unnamed += not _named(picture, labels, (words(route.group), *inside[0]), colour, 600)
    return unnamed


def _named(
    picture: Picture, labels: Labels, named: tuple[str, float, float], colour: str, weight: int
) -> bool:
    name, x, y = named
    label = labels.place(name, x, y)
    if label is None:
        return False
    if label.leader:
        picture.line(x, y, *label.leader, colour, stroke_width=0.9)
    picture.text(
        label.x,
        label.y,
        label.text,
        fill=colour,
        font_size=11.5,
        font_weight=weight,
        stroke=PAPER,
        stroke_width=3.2,
        paint_order="stroke",
        stroke_linejoin="round",
    )
    return True


def _mark_close_up(picture: Picture, whole: Window, close: Window) -> None:
    left, top = whole.place(close.bounds.north, close.bounds.west)
    right, bottom = whole.place(close.bounds.south, close.bounds.east)
    picture.rect(
        left, top, right - left, bottom - top, PAPER, fill_opacity=0.25, stroke=INK, stroke_width=1.4
    )
    edge = whole.left + whole.width
    for y, far in ((top, close.top), (bottom, close.top + close.height)):
        picture.line(min(right, edge), y, close.left, far, INK, stroke_width=0.8, stroke_opacity=0.5)


def _described(source: MapInput) -> str:
    south, west, north, east = (fixed(math.degrees(edge), 1) for edge in source.bounds)
    return (
        f"{plural(len(source.sites), 'battery', 'batteries')}, "
        f"{plural(len(source.assets), 'defended asset')}, "
        f"raid and traffic routes between {south}° and {north}° latitude, {west}° and {east}° longitude; "
        "names and places are in the table below."
    )
