"""Pictures of tracks: over the plots seen from above, and over time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from rempart.analysis.svg import Picture, nice_step, path_of, ticks
from rempart.analysis.wording import fixed, number
from rempart.base.errors import Fault, RempartError

HUES = 8
"""Colours of tracks; they repeat."""
MOST_DOTS = 30_000
"""Plots that are drawn; of more, every so manieth."""
MOST_LINES = 1000
"""Tracks that are drawn, the longest ones."""
MOST_CORNERS = 150
"""Corners of a line that is drawn; of more, every so manieth."""
MOST_NAMES = 60
"""Tracks whose number is written beside their end, the longest ones."""
MOST_BARS = 60
"""Tracks that the picture over time shows, the longest ones."""
WIDTH, HEIGHT = 1120.0, 640.0
_ROW = 15.0


class Line(NamedTuple):
    """One track or the path of one target."""

    name: str
    times: np.ndarray
    """(n,) [s]"""
    places: np.ndarray
    """(n, 2) east, north [m]"""
    hue: int = 0


class View(NamedTuple):
    """East and north [m] of a part of the ground as pixels, both at one scale."""

    west: float
    south: float
    scale: float
    left: float
    bottom: float

    def pixels(self, places: np.ndarray) -> list[tuple[float, float]]:
        """Pixels of places (n, 2)."""
        x = self.left + (places[:, 0] - self.west) * self.scale
        y = self.bottom - (places[:, 1] - self.south) * self.scale
        return list(zip(x.tolist(), y.tolist(), strict=True))


def tracks_from_above(
    plots: np.ndarray, tracks: Sequence[Line], truth: Sequence[Line], stands: np.ndarray
) -> str:
    """Tracks over plots, and the truth under both where it is known.

    Parameters
    ----------
    plots : ndarray
        (n, 2) east, north [m].
    tracks, truth : sequence of Line
    stands : ndarray
        (s, 2) where sensors stood [m].
    """
    everything = [plots, stands, *(line.places for line in (*tracks, *truth))]
    view = view_of(np.concatenate([places.reshape(-1, 2) for places in everything]))
    picture = Picture(WIDTH, HEIGHT)
    _ground(picture, view)
    picture.parts.append(
        f'<clipPath id="above"><rect x="0" y="0" width="{WIDTH}" height="{HEIGHT}"/></clipPath>'
    )
    picture.open("g", clip_path="url(#above)")
    for line in truth:
        picture.add("path", d=_corners(view, line), class_="truth")
    picture.add("path", d=_dots(view.pixels(plots[:: step_of(len(plots))])), class_="plots")
    for x, y in view.pixels(stands[:1]):
        picture.add("path", d=f"M{x - 6:.1f} {y + 5:.1f}h12l-6 -11Z", class_="stand")
    drawn = longest(tracks, MOST_LINES)
    for line in drawn:
        picture.open("g", class_=f"hue{line.hue}")
        picture.add("path", d=_corners(view, line), class_="track")
        picture.close("g")
    _ends(picture, view, drawn)
    picture.close("g")
    told = f"{len(tracks)} tracks over {len(plots)} plots; the tracks are in the table below."
    return picture.markup("above-map", "Tracks from above", told)


def view_of(places: np.ndarray, width: float = WIDTH, height: float = HEIGHT) -> View:
    """A view that holds all places but the wildest thousandth on each side."""
    if not len(places):
        raise RempartError(Fault("picture", "has nothing to show", "at least one plot"))
    low, high = np.quantile(places, (0.001, 0.999), axis=0) if len(places) > 5000 else (
        places.min(axis=0), places.max(axis=0))  # fmt: skip
    size = np.maximum(high - low, 1.0) * 1.08
    scale = float(min(width / size[0], height / size[1]))
    centre = 0.5 * (low + high)
    return View(
        float(centre[0] - 0.5 * width / scale), float(centre[1] - 0.5 * height / scale), scale, 0.0, height
    )


def step_of(count: int, most: int = MOST_DOTS) -> int:
    """Of so many every so manieth is drawn."""
    return max(1, -(-count // most))


def longest(lines: Sequence[Line], most: int) -> list[Line]:
    """The lines that last longest, in their order."""
    if len(lines) <= most:
        return list(lines)
    spans = np.array([line.times[-1] - line.times[0] for line in lines])
    return [lines[n] for n in np.sort(np.argsort(-spans, kind="stable")[:most])]


def _corners(view: View, line: Line) -> str:
    """The path of a line, its end kept."""
    step = step_of(len(line.places), MOST_CORNERS)
    return path_of(view.pixels(line.places[(len(line.places) - 1) % step :: step]))


def life_of_tracks(rows: Sequence[tuple[str, Sequence[Line]]], first: float, last: float) -> str:
    """Each row a name and the stretches of time of the tracks in it.

    Parameters
    ----------
    rows : sequence
        A row for a track, or for a target with the tracks that held it.
    first, last : float
        Time [s] of the edges.
    """
    left, right = 96.0, WIDTH - 10.0
    scale = (right - left) / max(last - first, 1e-9)
    bottom = 8.0 + _ROW * len(rows)
    picture = Picture(WIDTH, bottom + 24.0)
    for tick in ticks(0.0, last - first, 8):
        x = left + tick * scale
        picture.add("line", x1=x, y1=4.0, x2=x, y2=bottom, class_="grid")
        picture.add("text", f"{number(tick)} s", x=x, y=bottom + 16, text_anchor="middle", class_="word")
    for n, (name, lines) in enumerate(rows):
        y = 6.0 + _ROW * n
        picture.add("text", escape(name), x=left - 8, y=y + 10, text_anchor="end", class_="word")
        for line in lines:
            x = left + (line.times[0] - first) * scale
            wide = max((line.times[-1] - line.times[0]) * scale, 2.0)
            label = f"<title>{escape(line.name)}: {fixed(line.times[-1] - line.times[0], 1)} s</title>"
            bar = {"x": x, "y": y + 1.5, "width": wide, "height": _ROW - 4.0, "rx": 2, "class_": "span"}
            picture.open("g", class_=f"hue{line.hue}")
            picture.add("rect", label, **bar)
            picture.close("g")
    return picture.markup("life", "Tracks over time", f"{len(rows)} rows; the table below tells them.")


def _dots(points: list[tuple[float, float]]) -> str:
    """One path of dots: lines of no length with round ends."""
    return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)


def _ground(picture: Picture, view: View) -> None:
    picture.add("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="frame")
    step = nice_step(WIDTH / view.scale, 8)
    for axis, size in ((0, WIDTH), (1, HEIGHT)):
        start = (view.west, view.south)[axis]
        for place in ticks(start, start + size / view.scale, max(1, round(size / view.scale / step))):
            pixel = (place - start) * view.scale
            x1, y1, x2, y2 = (
                (pixel, 0.0, pixel, HEIGHT) if axis == 0 else (0.0, HEIGHT - pixel, WIDTH, HEIGHT - pixel)
            )
            picture.add("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="grid")
    length = nice_step(WIDTH / view.scale * 0.14, 1)
    wide, y = length * view.scale, HEIGHT - 16.0
    picture.add("path", d=f"M16 {y - 5}v5h{wide:.1f}v-5", fill="none", class_="bar")
    told = f"{number(length)} m" if length < 1000.0 else f"{number(length / 1000.0)} km"
    picture.add("text", told, x=16 + wide / 2, y=y - 7, text_anchor="middle", class_="word")


def _ends(picture: Picture, view: View, tracks: Sequence[Line]) -> None:
    """A dot where each track ends, and its number where there is room."""
    taken: list[tuple[float, float]] = []
    by_length = sorted(tracks, key=lambda line: line.times[0] - line.times[-1])
    for rank, line in enumerate(by_length):
        ((x, y),) = view.pixels(line.places[-1:])
        picture.open("g", class_=f"hue{line.hue}")
        picture.add("circle", cx=x, cy=y, r=3.2, class_="end")
        is_free = all(abs(x - a) > 22.0 or abs(y - b) > 11.0 for a, b in taken)
        if rank < MOST_NAMES and is_free:
            taken.append((x, y))
            picture.add("text", escape(line.name), x=x + 6, y=y + 4, class_="name")
        picture.close("g")
