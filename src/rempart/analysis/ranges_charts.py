"""Charts of the answer over the ranges: each gives one inline SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rempart.analysis.ranges import ALL, Spread, Weight
from rempart.analysis.svg import (
    AMBER,
    BLUE,
    CORAL,
    GREY,
    INK,
    MUTED,
    PALE_BLUE,
    Picture,
    shortened,
    ticks,
)
from rempart.analysis.wording import fixed, number, percent

HALF, FULL = 540.0, 1120.0
MOST_BARS = 12
_ROW = 25.0
_LABEL_ROOM = 380.0
Scale = Callable[[float], float]


def sample_dots(spread: Spread) -> str:
    """Expected leakage of each sample as a dot, stacked; the band of nine in ten, and the nominal."""
    left, right, top, bottom = 24.0, 24.0, 40.0, 196.0
    picture = Picture(HALF, bottom + 38)
    low, high = _span([*spread.expected, spread.nominal.value])
    x = _scale(low, high, left, HALF - right)
    picture.rect(x(spread.band.low), top, x(spread.band.high) - x(spread.band.low), bottom - top, PALE_BLUE)
    for value in ticks(100 * low, 100 * high, 7):
        picture.line(x(value / 100), top, x(value / 100), bottom + 3)
        picture.text(x(value / 100), bottom + 16, number(value), "middle", fill=MUTED, font_size=11)
    picture.line(left, bottom, HALF - right, bottom, GREY)
    picture.text(HALF - 4, bottom + 33, "expected leakage of a sample [%] →", "end", fill=MUTED, font_size=11)
    radius, places = _stacked(spread.expected, x, bottom - top - 6)
    for across, level in places:
        picture.add("circle", cx=across, cy=bottom - radius * (2 * level + 1) - 1, r=radius - 0.4, fill=BLUE)
    _mark(picture, x(spread.nominal.value), f"nominal {percent(spread.nominal.value)}", (top, bottom), 13.0)
    _mark(
        picture, x(spread.split.mean.value), f"mean {percent(spread.split.mean.value)}", (top, bottom), 31.0
    )
    band = f"{fixed(100 * spread.band.low, 1)} to {percent(spread.band.high)}"
    told = (
        f"{len(spread.expected)} samples from {percent(spread.band.least)} to {percent(spread.band.most)}; "
        f"nine in ten {band}; nominal {percent(spread.nominal.value)}."
    )
    return picture.markup("samples", "Expected leakage over the samples", told)


def importance_bars(weights: Sequence[Weight], chance: float) -> str:
    """Rank correlation of the strongest figures, with intervals, and what chance alone would reach."""
    shown = weights[:MOST_BARS]
    left, right, top = _LABEL_ROOM + 18.0, 258.0, 26.0
    bottom = top + _ROW * len(shown)
    picture = Picture(FULL, bottom + 38)
    x = _scale(-1.0, 1.0, left, FULL - right)
    picture.rect(x(-chance), top, x(chance) - x(-chance), bottom - top, "#eef2f6")
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        picture.line(x(value), top, x(value), bottom + 3, GREY if value == 0 else "#d5dde6")
        picture.text(x(value), bottom + 16, fixed(value, 1), "middle", fill=MUTED, font_size=11)
    picture.text(x(-1), 14, "← more of it, less leaks", fill=MUTED, font_size=11)
    picture.text(x(1), 14, "more of it, more leaks →", "end", fill=MUTED, font_size=11)
    picture.text(FULL - right + 16, 14, "believed (grade)", fill=MUTED, font_size=11)
    picture.text(
        FULL - 4, bottom + 33, "rank correlation with leakage; pale: what chance reaches", "end", fill=MUTED,
        font_size=11,
    )  # fmt: skip
    for row, weight in enumerate(shown):
        _weight_row(picture, x, top + row * _ROW, weight)
    told = "; ".join(f"{weight.label} {fixed(weight.correlation.value, 2)}" for weight in shown)
    return picture.markup("importance", "Figures that matter", f"Rank correlations: {told}.")


def split_bars(spreads: Mapping[str, Spread]) -> str:
    """Share of ignorance in the variance of one raid, for all threats and by class."""
    left, right, top = 140.0, 130.0, 22.0
    bottom = top + _ROW * len(spreads)
    picture = Picture(HALF, bottom + 38)
    x = _scale(0.0, 1.0, left, HALF - right)
    picture.text(HALF - right + 10, 14, "ignorance, luck", fill=MUTED, font_size=11)
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        picture.text(x(value), bottom + 16, number(100 * value), "middle", fill=MUTED, font_size=11)
    picture.text(HALF - 4, bottom + 33, "share of the variance [%]", "end", fill=MUTED, font_size=11)
    for row, (name, spread) in enumerate(spreads.items()):
        y, share = top + row * _ROW, spread.split.ignorance_share
        picture.text(left - 10, y + 17, shortened(name, 12, left - 14), "end")
        if math.isnan(share.value):
            picture.text(left + 4, y + 17, "nothing varies", fill=MUTED)
            continue
        picture.rect(left, y + 4, x(share.value) - left, 17, AMBER)
        picture.rect(x(share.value), y + 4, x(1) - x(share.value), 17, PALE_BLUE)
        picture.whisker(x(share.low), x(share.high), y + 12.5)
        deviations = (fixed(100 * one.value, 1) for one in (spread.split.ignorance, spread.split.luck))
        picture.text(HALF - right + 10, y + 17, f"{', '.join(deviations)} points", font_size=11.5)
    told = "; ".join(f"{name} {percent(one.split.ignorance_share.value)}" for name, one in spreads.items())
    return picture.markup("split", "Luck and ignorance", f"Share of ignorance in the variance: {told}.")


def _weight_row(picture: Picture, x: Scale, y: float, weight: Weight) -> None:
    value = weight.correlation.value
    ink = INK if weight.is_told else MUTED
    colour = (CORAL if value > 0 else BLUE) if weight.is_told else GREY
    label = weight.label if weight.threats == ALL else f"{weight.label} → {weight.threats}"
    picture.text(x(-1) - 14, y + 17, shortened(label, 12, _LABEL_ROOM), "end", fill=ink)
    picture.rect(x(min(value, 0.0)), y + 5, abs(x(value) - x(0.0)), 15, colour)
    picture.whisker(x(weight.correlation.low), x(weight.correlation.high), y + 12.5)
    believed = shortened(weight.value, 12, 200.0)
    picture.text(x(1) + 16, y + 17, f"{believed} ({weight.grade})", fill=ink)


def _stacked(values: np.ndarray, x: Scale, room: float) -> tuple[float, list[tuple[float, int]]]:
    """Radius of the dots, and where each stands: its place across and how many are below it."""
    for radius in (6.0, 5.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.7):
        heights: dict[int, int] = {}
        places = []
        for value in sorted(values):
            column = round(x(value) / (2 * radius))
            places.append((column * 2 * radius, heights.get(column, 0)))
            heights[column] = heights.get(column, 0) + 1
        if max(heights.values()) * 2 * radius <= room:
            break
    return radius, places


def _mark(picture: Picture, x: float, label: str, span: tuple[float, float], y: float) -> None:
    dash = None if label.startswith("mean") else "4 3"
    picture.line(x, y + 4, x, span[1], INK, stroke_width=1.5, stroke_dasharray=dash)
    picture.text(min(max(x, 60.0), picture.width - 60.0), y, label, "middle", font_weight=600, font_size=11.5)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = float(min(values)), float(max(values))
    margin = max(0.06 * (high - low), 0.004)
    return max(low - margin, 0.0), min(high + margin, 1.0) if high < 1.0 else high + margin


def _scale(low: float, high: float, begin: float, end: float) -> Scale:
    return lambda value: begin + (float(value) - low) / ((high - low) or 1.0) * (end - begin)
