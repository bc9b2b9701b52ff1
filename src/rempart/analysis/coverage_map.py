"""Maps of coverage: a frame for each height, shaded by how many radars see, outlined where weapons reach."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rempart.analysis.coverage import Share, shares
from rempart.analysis.graticule import draw_degrees, draw_graticule, draw_scale, scale_box
from rempart.analysis.labels import Labels
from rempart.analysis.projection import Bounds, Window
from rempart.analysis.shading import relief_of, shaded_relief
from rempart.analysis.svg import BLUE, CORAL, GREY, INK, MUTED, PAPER, Picture, path_of, shortened, text_width
from rempart.analysis.symbols import draw_site
from rempart.analysis.wording import number, percent, plural
from rempart.geo.outlines import outlines, ring_places
from rempart.run.coverage import Coverage, Grid, Layer
from rempart.run.results import MARKING

_SEEN = (("one radar", (150, 198, 232)), ("two", (86, 156, 212)), ("three", (36, 107, 176)),
         ("four or more", (16, 62, 122)))  # fmt: skip
"""What a shade of blue says, and the shade."""
_OPACITY = 150
_BEYOND = (255, 255, 255, 150)
"""Veil over what is not asked for."""
_FRAME, _GAP, _MARGIN, _TITLE = 520.0, 26.0, 34.0, 62.0
MAX_NAMES = 14
"""More batteries than this are drawn without names."""


def coverage_map(coverage: Coverage) -> Picture:
    """One frame for each height, in two columns where there are several."""
    told = shares(coverage)
    bounds = _bounds(coverage)
    columns = 1 if len(told) == 1 else 2
    frame = _FRAME * (1.5 if columns == 1 else 1.0)
    tall = Window(bounds, 0.0, 0.0, frame).height + 44.0
    rows = math.ceil(len(told) / columns)
    width = 2 * _MARGIN + columns * frame + (columns - 1) * _GAP
    picture = Picture(width, _TITLE + rows * tall)
    picture.rect(0.0, 0.0, width, picture.height + 60.0, PAPER)
    _draw_title(picture, coverage)
    for place, (layer, share) in enumerate(zip(coverage.layers, told, strict=True)):
        left = _MARGIN + (place % columns) * (frame + _GAP)
        top = _TITLE + (place // columns) * tall + 24.0
        _draw_frame(picture, coverage, layer, share, Window(bounds, left, top, frame))
    _draw_legend(picture, coverage)
    return picture


def coverage_svg(coverage: Coverage) -> str:
    """The map as one SVG file that refers to nothing outside itself."""
    picture = coverage_map(coverage)
    markup = picture.markup("coverage", f"{MARKING}: coverage", _described(coverage))
    size = f'width="{picture.width:.0f}" height="{picture.height:.0f}"'
    style = '<style>text{font-family:"DejaVu Sans",Arial,sans-serif}</style>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
    return markup.replace("<svg ", head, 1).replace("<title", f"{style}<title", 1) + "\n"


def coverage_png(coverage: Coverage) -> bytes:
    """The same map as PNG."""
    from rempart.analysis.painting import png_of

    return png_of(coverage_map(coverage))


def _described(coverage: Coverage) -> str:
    parts = [
        f"at {share.label} {percent(share.of_air(share.seen))} is seen and "
        f"{percent(share.of_air(share.engaged))} within reach of a weapon"
        for share in shares(coverage)
        if share.air
    ]
    return f"Of {coverage.region_name}: {'; '.join(parts)}."


def _bounds(coverage: Coverage) -> Bounds:
    """The grid's outer edges with a little room."""
    north, west, lat_step, lon_step = coverage.grid.posts
    rows, columns = coverage.grid.shape
    room = 0.03 * max(rows * lat_step, columns * lon_step)
    top, left = north + 0.5 * lat_step, west - 0.5 * lon_step
    return Bounds(
        max(top - rows * lat_step - room, math.radians(-84)), left - room,
        min(top + room, math.radians(84)), left + columns * lon_step + room,
    )  # fmt: skip


def _draw_title(picture: Picture, coverage: Coverage) -> None:
    room = picture.width - 2 * _MARGIN
    mark = text_width(MARKING, 12.0)
    title = shortened(coverage.scenario.title, 17.0, room - mark - 20.0)
    picture.text(_MARGIN, 26.0, title, font_size=17, font_weight=700)
    picture.text(picture.width - _MARGIN, 25.0, MARKING, "end", fill=CORAL, font_size=12, font_weight=700)
    batteries = plural(len(coverage.scenario.defence.batteries), "battery", "batteries")
    about = f"Coverage by {batteries} against a target of {coverage.rcs:g} m2; region: {coverage.region_name}"
    picture.text(_MARGIN, 46.0, shortened(about, 12.0, room), fill=MUTED)


def _draw_frame(picture: Picture, coverage: Coverage, layer: Layer, share: Share, window: Window) -> None:
    frame: dict[str, Any] = {
        "x": window.left,
        "y": window.top,
        "width": window.width,
        "height": window.height,
    }
    headline = _headline(share, window.width)
    picture.text(window.left, window.top - 8.0, headline, font_size=12.5, font_weight=600)
    picture.rect(**frame, fill="#f1f2ee")
    pixels = round(window.width * 1.35)
    terrain = relief_of(coverage.terrain, window.bounds)
    if terrain is not None:
        relief = shaded_relief(terrain, window, pixels)
        picture.add("image", href=relief, preserveAspectRatio="none", **frame)
    shade = _shaded(coverage.grid, layer, window, pixels)
    picture.add("image", href=shade, preserveAspectRatio="none", **frame)
    draw_graticule(picture, window)
    _draw_region(picture, coverage, window)
    _draw_reach(picture, coverage.grid, layer, window)
    _draw_batteries(picture, coverage, window)
    draw_scale(picture, window)
    picture.add("rect", fill="none", stroke=GREY, **frame)
    draw_degrees(picture, window)


def _headline(share: Share, room: float) -> str:
    if not share.air:
        return f"{share.label}: under the ground everywhere"
    told = [f"{name} {number(round(area / 1e6), 6)} km2 ({percent(share.of_air(area))})"
            for name, area in (("seen", share.seen), ("weapons reach", share.engaged))]  # fmt: skip
    return shortened(f"{share.label}: {', '.join(told)}", 12.5, room)


def _shaded(grid: Grid, layer: Layer, window: Window, pixels: int) -> str:
    """The counts as a picture that lets the ground shine through, as a `data:` address of a PNG."""
    from PIL import Image

    rows, columns = _cells_of_pixels(grid, window, pixels)
    inside = ((rows >= 0) & (rows < grid.shape[0]))[:, None] & ((columns >= 0) & (columns < grid.shape[1]))
    rows, columns = np.clip(rows, 0, grid.shape[0] - 1), np.clip(columns, 0, grid.shape[1] - 1)
    colours = np.array([(0, 0, 0, 0), *((*shade, _OPACITY) for _, shade in _SEEN)], dtype=np.uint8)
    count = np.where(layer.is_air, np.minimum(layer.seen, len(_SEEN)), 0)
    picked = colours[count[rows][:, columns]]
    picked[~(inside & layer.is_air[rows][:, columns])] = _BEYOND
    content = io.BytesIO()
    Image.fromarray(picked, "RGBA").save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def _cells_of_pixels(grid: Grid, window: Window, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    n_rows = max(2, round(pixels * window.height / window.width))
    lats, bounds = window.latitudes(n_rows), window.bounds
    lons = bounds.west + (np.arange(pixels) + 0.5) / pixels * (bounds.east - bounds.west)
    rows = np.rint((grid.posts.north - lats) / grid.posts.lat_step).astype(int)
    return rows, np.rint((lons - grid.posts.west) / grid.posts.lon_step).astype(int)


def _draw_region(picture: Picture, coverage: Coverage, window: Window) -> None:
    if coverage.region is None:
        return
    for rings in coverage.region.polygons:
        for ring in rings:
            shape = path_of([window.place(lat, lon) for lon, lat in ring[:-1]], True)
            picture.add("path", d=shape, fill="none", stroke=INK, stroke_width=1.1, stroke_opacity=0.75)


def _draw_reach(picture: Picture, grid: Grid, layer: Layer, window: Window) -> None:
    for polygon in outlines(layer.is_air & (layer.engaged > 0)):
        for ring in polygon:
            places = ring_places(ring, grid.posts)[:-1]
            shape = path_of([window.place(float(lat), float(lon)) for lat, lon in places], True)
            picture.add("path", d=shape, fill="none", stroke=CORAL, stroke_width=1.3)


def _draw_batteries(picture: Picture, coverage: Coverage, window: Window) -> None:
    placed = [(name, *window.place(*place)) for name, place in coverage.batteries.items()]
    placed = [(name, x, y) for name, x, y in placed if window.holds(x, y, 8.0)]
    labels = Labels(window, [scale_box(window)])
    for _, x, y in placed:
        labels.reserve(x, y, 7.0)
        draw_site(picture, x, y, 0.75)
    for name, x, y in placed if len(placed) <= MAX_NAMES else ():
        label = labels.place(name, x, y)
        if label:
            halo: dict[str, Any] = {"stroke": PAPER, "stroke_width": 3.0, "paint_order": "stroke"}
            picture.text(label.x, label.y, label.text, fill=BLUE, font_size=11.5, font_weight=600, **halo)


def _draw_legend(picture: Picture, coverage: Coverage) -> None:
    """What the shades and lines mean, below the frames."""
    x, y = _MARGIN, picture.height + 8.0
    for label, draw in _entries(picture, coverage):
        width = 44.0 + text_width(label, 11.5) + 14.0
        if x + width > picture.width and x > _MARGIN:
            x, y = _MARGIN, y + 20.0
        draw(x, y)
        picture.text(x + 36.0, y + 4.0, label, font_size=11.5)
        x += width
    picture.height = y + 16.0


def _entries(picture: Picture, coverage: Coverage) -> list[tuple[str, Callable[[float, float], None]]]:
    def swatch(colour: str, **more: object) -> Callable[[float, float], None]:
        return lambda x, y: picture.rect(x, y - 6.0, 30.0, 12.0, colour, stroke=GREY, **more)

    def stroke(colour: str) -> Callable[[float, float], None]:
        return lambda x, y: picture.line(x, y, x + 30.0, y, colour, stroke_width=2.0)

    first = f"seen by {_SEEN[0][0]}"
    names = [first, *(name for name, _ in _SEEN[1:])]
    entries = [(name, swatch(f"rgb{shade}".replace(" ", ""), fill_opacity=0.8))
               for name, (_, shade) in zip(names, _SEEN, strict=True)]  # fmt: skip
    if any(layer.engaged.any() for layer in coverage.layers):
        entries.append(("weapons reach, and their radar holds the target", stroke(CORAL)))
    entries.append(("battery", lambda x, y: draw_site(picture, x + 15.0, y, 0.75)))
    entries.append(("border of the region", stroke(INK)))
    return entries
