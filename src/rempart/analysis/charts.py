"""The report's charts: each takes figures of the summary and gives one inline SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from rempart.analysis.estimates import Estimate
from rempart.analysis.summary import BatteryUse, WeaponUse
from rempart.analysis.svg import (
    AMBER,
    BLUE,
    CORAL,
    GREY,
    INK,
    MID_BLUE,
    MUTED,
    PALE_BLUE,
    PAPER,
    TEAL,
    Picture,
    shortened,
    text_width,
    ticks,
)
from rempart.analysis.wording import estimate_interval, fixed, number, percent, words

HALF, FULL = 540.0, 1120.0
_ROW = 27.0
_KINDS = {"all": (GREY, INK), "class": (BLUE, INK), "group": (MID_BLUE, MUTED)}
_LOSSES = {
    "in coverage": "no radar could see",
    "detected": "not detected",
    "firm track": "no firm track",
    "identified": "not identified",
    "assigned": "no fire unit assigned",
    "launched at": "not launched at",
    "killed": "shot at, not killed",
}


def waterfall(chain: Mapping[str, Estimate]) -> str:
    """Kill chain: the raid, what was lost at each stage, and what was shot down."""
    stages = list(chain)
    total = chain[stages[0]].value
    left, right, top = 158.0, 62.0, 8.0
    picture = Picture(HALF, top + _ROW * (len(stages) + 1) + 34)
    x = _scale(0.0, max(total, 1e-9), left, HALF - right)
    _axis(picture, x, (0.0, total), top, top + _ROW * (len(stages) + 1), "threats per raid (mean)")
    _waterfall_row(picture, x, top, ("raid", 0.0, total, GREY, fixed(total, 1)))
    for row, (before, after) in enumerate(pairwise(stages), start=1):
        low, high = chain[after].value, chain[before].value
        label = f"−{fixed(high - low, 1)}" if high - low >= 0.05 else "0"
        _waterfall_row(picture, x, top + row * _ROW, (_LOSSES[after], low, high, CORAL, label))
        picture.line(x(high), top + (row - 1) * _ROW + 21, x(high), top + row * _ROW + 6, GREY)
    killed = chain[stages[-1]].value
    row = len(stages)
    picture.line(x(killed), top + (row - 1) * _ROW + 21, x(killed), top + row * _ROW + 6, GREY)
    _waterfall_row(picture, x, top + row * _ROW, ("killed", 0.0, killed, TEAL, fixed(killed, 1)))
    told = ", ".join(f"{name} {fixed(estimate.value, 1)}" for name, estimate in chain.items())
    return picture.markup(
        "waterfall", "Kill-chain waterfall", f"Threats per raid that reached each stage: {told}."
    )


def cause_bars(percentages: Mapping[str, float], counts: Mapping[str, int]) -> str:
    """Leak causes: share of all leakers; the printed shares add up to 100.0 %."""
    left, right, top = 170.0, 118.0, 8.0
    bottom = top + _ROW * max(len(percentages), 1)
    picture = Picture(HALF, bottom + 34)
    most = max(percentages.values(), default=100.0)
    x = _scale(0.0, most, left, HALF - right)
    _axis(picture, x, (0.0, most), top, bottom, "share of all leakers [%]")
    for row, (cause, share) in enumerate(percentages.items()):
        y = top + row * _ROW
        picture.text(left - 10, y + 18, words(cause), "end")
        picture.rect(left, y + 5, max(x(share) - left, 1.0), 17, CORAL, rx=2)
        label = f"{fixed(share, 1)} %"
        picture.text(x(share) + 7, y + 18, label, font_weight=600)
        picture.text(x(share) + 13 + text_width(label, 12), y + 18, f"({number(counts[cause])})", fill=MUTED)
    told = ", ".join(f"{words(cause)} {fixed(share, 1)} %" for cause, share in percentages.items())
    return picture.markup("causes", "Leak causes", f"Shares of all leakers: {told or 'there are none'}.")


def leakage_bars(rows: Sequence[tuple[str, str, Estimate]]) -> str:
    """Leakage of all, by class and by raid group: a bar, and a whisker for its 95 % interval.

    Each row is a kind (`all`, `class` or `group`), a name and an estimate.
    """
    left, right, top = 158.0, 150.0, 8.0
    bottom = top + _ROW * max(len(rows), 1)
    picture = Picture(HALF, bottom + 34)
    most = max([e.high if e.n > 1 else e.value for _, _, e in rows if not math.isnan(e.value)] + [0.05])
    x = _scale(0.0, most, left, HALF - right)
    _axis(picture, x, (0.0, most), top, bottom, "leakage [%]", scale=100.0)
    for row, (kind, name, estimate) in enumerate(rows):
        y = top + row * _ROW
        colour, ink = _KINDS[kind]
        picture.text(left - 10, y + 18, shortened(name, 12, left - 16), "end", fill=ink)
        if math.isnan(estimate.value):
            continue
        picture.rect(left, y + 5, max(x(estimate.value) - left, 1.0), 17, colour, rx=2)
        if estimate.n > 1:
            picture.whisker(x(max(estimate.low, 0.0)), x(min(estimate.high, most)), y + 13.5)
        picture.text(HALF - 4, y + 18, _value_and_interval(estimate), "end", font_size=11.5)
    told = "; ".join(f"{name} {_value_and_interval(estimate)}" for _, name, estimate in rows)
    return picture.markup("classes", "Leakage by class", f"Leakage with 95 % interval: {told}.")


def histogram(leakers: np.ndarray, n_threats: float) -> str:
    """How many raids had how many leakers, with the mean and the 5 % and 95 % quantiles."""
    left, right, top, bottom = 48.0, 16.0, 34.0, 222.0
    picture = Picture(HALF, bottom + 38)
    low, high, width = _bins(leakers)
    edges = np.arange(low, high + width + 0.5, width) - 0.5
    counts, _ = np.histogram(leakers, edges)
    most = float(max(counts.max(initial=0), 1))
    x = _scale(float(edges[0]), float(edges[-1]), left, HALF - right)
    y = _scale(0.0, most, bottom, top + 14)
    for value in (v for v in ticks(0.0, most, 4) if float(v).is_integer()):
        picture.line(left, y(value), HALF - right, y(value))
        picture.text(left - 8, y(value) + 4, number(value), "end", fill=MUTED, font_size=11)
    for start, count in zip(edges[:-1], counts, strict=True):
        gap = 1.0 if x(start + width) - x(start) > 4 else 0.0
        picture.rect(x(start) + gap, y(count), x(start + width) - x(start) - 2 * gap, bottom - y(count), BLUE)
    picture.line(left, bottom, HALF - right, bottom, GREY)
    for value in (v for v in ticks(low, high, 8) if float(v).is_integer()):
        picture.text(x(value), bottom + 16, number(value), "middle", fill=MUTED, font_size=11)
    picture.text(HALF - right, bottom + 33, "leakers in one raid →", "end", fill=MUTED, font_size=11)
    picture.text(left - 8, 12, "↑ raids", "start", fill=MUTED, font_size=11)
    _quantile_lines(picture, leakers, x, (top, bottom))
    told = f"mean {fixed(float(leakers.mean()), 1)}, from {leakers.min():.0f} to {leakers.max():.0f}"
    return picture.markup(
        "histogram",
        "Leakers per raid",
        f"Leakers of {number(n_threats)} threats over {len(leakers)} raids: {told}.",
    )


def battery_bars(uses: Sequence[BatteryUse]) -> str:
    """Rounds fired by each battery, as a share of those ready where that is known."""
    rows = [(use, weapon, place == 0) for use in uses for place, weapon in enumerate(use.weapons)]
    left, right, top = 300.0, 250.0, 26.0
    bottom = top + _ROW * max(len(rows), 1)
    picture = Picture(FULL, bottom + 36)
    is_share = bool(rows) and all(weapon.loaded > 0 for _, weapon, _ in rows)
    most = max([_fired(w, is_share, w.high) for _, w, _ in rows] + [1.0 if is_share else 1e-9])
    x = _scale(0.0, most, left, FULL - right)
    label = "share of ready rounds fired [%]" if is_share else "rounds fired per raid"
    _axis(picture, x, (0.0, most), top, bottom, label, scale=100.0 if is_share else 1.0)
    heads = (
        (12.0, "battery"),
        (150.0, "weapon"),
        (FULL - right + 20, "fired (5–95 % of raids)"),
        (FULL - 72, "kills"),
    )
    for place, head in heads:
        picture.text(place, 14, head, fill=MUTED, font_size=11)
    for row, (use, weapon, is_first) in enumerate(rows):
        _battery_row(picture, x, top + row * _ROW, (use, weapon, is_first, is_share))
    told = "; ".join(f"{u.battery} {w.weapon} {_rounds_text(w)}" for u, w, _ in rows)
    return picture.markup("batteries", "Rounds fired by battery", f"Rounds fired per raid: {told or 'none'}.")


def grade_bar(grades: Mapping[str, int]) -> str:
    """How many of the assumptions have which grade."""
    colours = {"A": TEAL, "B": BLUE, "C": AMBER, "D": CORAL}
    total = max(sum(grades.values()), 1)
    picture = Picture(FULL, 62)
    start = 0.0
    for grade, count in grades.items():
        width = FULL * count / total
        picture.rect(start, 4, max(width - 2, 0.5), 26, colours.get(grade, GREY), rx=2)
        if width > 30:
            picture.text(start + 9, 22, grade, fill=PAPER, font_weight=700)
        label = f"{number(count)} ({percent(count / total, 0)})"
        if width > text_width(label, 11.5):
            picture.text(start + 1, 49, label, fill=MUTED, font_size=11.5)
        start += width
    told = ", ".join(f"grade {grade}: {count}" for grade, count in grades.items())
    return picture.markup("grades", "Grades of the assumptions", f"Figures by grade: {told or 'none'}.")


def _scale(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: begin + (float(value) - low) / span * (end - begin)


def _axis(
    picture: Picture,
    x: Callable[[float], float],
    span: tuple[float, float],
    top: float,
    bottom: float,
    label: str,
    scale: float = 1.0,
) -> None:
    wanted = 4 if x(span[1]) - x(span[0]) < 320 else 6
    for value in ticks(span[0] * scale, max(span[1] * scale, 1e-9), wanted):
        place = x(value / scale)
        picture.line(place, top, place, bottom + 3)
        picture.text(place, bottom + 16, number(value), "middle", fill=MUTED, font_size=11)
    picture.line(x(span[0]), top, x(span[0]), bottom + 3, GREY)
    picture.text(picture.width - 4, bottom + 32, label + " →", "end", fill=MUTED, font_size=11)


def _waterfall_row(
    picture: Picture, x: Callable[[float], float], y: float, row: tuple[str, float, float, str, str]
) -> None:
    name, low, high, colour, label = row
    picture.text(148, y + 18, name, "end")
    picture.rect(x(low), y + 5, max(x(high) - x(low), 1.0 if high > low else 0.0), 17, colour, rx=2)
    picture.text(x(high) + 6, y + 18, label, font_weight=600)


def _bins(values: np.ndarray) -> tuple[int, int, int]:
    """First and last bin and their width: whole numbers, 9 to 40 bins, none below zero."""
    low, high = int(values.min()), int(values.max())
    low = max(0, min(low, (low + high) // 2 - 4))
    high = max(high, low + 8)
    return low, high, max(1, math.ceil((high - low + 1) / 40))


def _quantile_lines(
    picture: Picture, values: np.ndarray, x: Callable[[float], float], span: tuple[float, float]
) -> None:
    top, bottom = span
    low, high = np.quantile(values, [0.05, 0.95], method="inverted_cdf")
    for place, dash in ((low, "4 3"), (high, "4 3"), (float(values.mean()), None)):
        picture.line(x(place), top, x(place), bottom, INK, stroke_width=1.5, stroke_dasharray=dash)
    label = f"mean {fixed(float(values.mean()), 1)}"
    spread = f"dashed: 5 % and 95 % of raids ({number(float(low))} and {number(float(high))})"
    centre = min(max(x(values.mean()), 80.0), picture.width - 80.0)
    picture.text(centre, top - 6, label, "middle", font_weight=600)
    picture.text(picture.width - 16, 12, spread, "end", fill=MUTED, font_size=11)


def _battery_row(
    picture: Picture,
    x: Callable[[float], float],
    y: float,
    row: tuple[BatteryUse, WeaponUse, bool, bool],
) -> None:
    use, weapon, is_first, is_share = row
    if is_first:
        picture.line(12, y + 0.5, picture.width - 8, y + 0.5)
        picture.text(12, y + 18, shortened(use.battery, 12, 132), font_weight=600)
        picture.text(picture.width - 72, y + 18, fixed(use.kills.value, 1), fill=TEAL, font_weight=600)
    picture.text(150, y + 18, shortened(weapon.weapon, 12, 142))
    if is_share:
        picture.rect(x(0), y + 6, x(1) - x(0), 15, PALE_BLUE, rx=2)
    fired = x(_fired(weapon, is_share, weapon.fired.value))
    picture.rect(x(0), y + 6, fired - x(0), 15, BLUE, rx=2)
    low, high = (x(_fired(weapon, is_share, v)) for v in (weapon.low, weapon.high))
    picture.whisker(low, high, y + 13.5)
    picture.text(picture.width - 230, y + 18, _rounds_text(weapon))


def _fired(weapon: WeaponUse, is_share: bool, rounds: float) -> float:
    return rounds / weapon.loaded if is_share else rounds


def _rounds_text(weapon: WeaponUse) -> str:
    of = f" of {number(weapon.loaded)}" if math.isfinite(weapon.loaded) else ""
    return f"{fixed(weapon.fired.value, 1)}{of} ({number(weapon.low, 2)}–{number(weapon.high, 2)})"


def _value_and_interval(estimate: Estimate) -> str:
    if estimate.n < 2 or math.isnan(estimate.value):
        return percent(estimate.value)
    return f"{fixed(100 * estimate.value, 1)} ({estimate_interval(estimate)})"
