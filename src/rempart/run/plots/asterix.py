"""Radar plots in ASTERIX: category 048 (target reports) and 034 (service messages of the radar).

Only what a tracker needs is kept: who, when, where, how high; from 034 where the radar stands and how
long a turn takes. The rest is stepped over by the rules of the format, Doppler speeds too: their sign
is not told. Target reports that carry no measured polar position are counted.

Source: EUROCONTROL-SPEC-0149 (ASTERIX), part 4 (category 048) and part 2b (category 034).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rempart.base.errors import Fault
from rempart.base.units import UNITS
from rempart.run.plots.cleaning import clean
from rempart.run.plots.files import file_bytes
from rempart.run.plots.placing import local_places
from rempart.run.plots.record import MOST_PLOTS, POLAR, Frame, PlotError, PlotRecord, Rows

RANGE_STEP = UNITS["length"]["nmi"] / 256
AZIMUTH_STEP = 2 * math.pi / 65536
TIME_STEP = 1 / 128
DAY = 86400.0
_HEIGHT_STEP = 25 * UNITS["length"]["ft"]
_PLACE_STEP = math.pi / 2**23
_EARTH = 6371008.8 * 4 / 3
_HEIGHT_ERROR = 100 * UNITS["length"]["ft"]
"""[m] Heights of flight levels are pressure heights; this is what they may be off by."""

Step = Callable[[bytes, int], int]
"""Where an item that begins at a place ends."""


class RecordError(ValueError):
    """A record breaks off or breaks the rules."""


def _fixed(length: int) -> Step:
    return lambda data, place: place + length


def _extended(data: bytes, place: int) -> int:
    """One octet, and one more for as long as its last bit is set."""
    while _octet(data, place) & 1:
        place += 1
    return place + 1


def _repeated(length: int) -> Step:
    return lambda data, place: place + 1 + length * _octet(data, place)


def _explicit(data: bytes, place: int) -> int:
    """The first octet tells the length, itself included."""
    length = _octet(data, place)
    if length < 1:
        raise RecordError("an item of no length")
    return place + length


def _compound(*parts: Step | None) -> Step:
    """A field that tells which subfields follow it; those without a step may not be there."""

    def step(data: bytes, place: int) -> int:
        end = _extended(data, place)
        for part in _present(data, place, end):
            if part >= len(parts) or parts[part] is None:
                raise RecordError("a subfield that the format does not know")
            end = parts[part](data, end)  # type: ignore[misc]
        return end

    return step


def _octet(data: bytes, place: int) -> int:
    if place >= len(data):
        raise RecordError("the block breaks off")
    return data[place]


def _present(data: bytes, first: int, end: int) -> list[int]:
    """Numbers, from 0, of the items that octets of seven flags each announce."""
    flags = [data[place] >> bit & 1 for place in range(first, end) for bit in range(7, 0, -1)]
    return [number for number, flag in enumerate(flags) if flag]


ONE, TWO, THREE, FOUR = _fixed(1), _fixed(2), _fixed(3), _fixed(4)
ITEMS: dict[int, tuple[tuple[str, Step], ...]] = {
    48: (
        ("010", TWO), ("140", THREE), ("020", _extended), ("040", FOUR), ("070", TWO), ("090", TWO),
        ("130", _compound(ONE, ONE, ONE, ONE, ONE, ONE, ONE)),
        ("220", THREE), ("240", _fixed(6)), ("250", _repeated(8)), ("161", TWO), ("042", FOUR),
        ("200", FOUR), ("170", _extended),
        ("210", FOUR), ("030", _extended), ("080", TWO), ("100", FOUR), ("110", TWO),
        ("120", _compound(TWO, _repeated(6))), ("230", TWO),
        ("260", _fixed(7)), ("055", ONE), ("050", TWO), ("065", ONE), ("060", TWO), ("SP", _explicit),
        ("RE", _explicit),
    ),
    34: (
        ("010", TWO), ("000", ONE), ("030", THREE), ("020", ONE), ("041", TWO),
        ("050", _compound(ONE, None, None, ONE, ONE, TWO)),
        ("060", _compound(ONE, None, None, ONE, ONE, ONE)),
        ("070", _repeated(2)), ("100", _fixed(8)), ("110", ONE), ("120", _fixed(8)), ("090", TWO),
        ("RE", _explicit), ("SP", _explicit),
    ),
}  # fmt: skip
"""Category → its items in the order of their flags, and how long each is."""


class Report(NamedTuple):
    """One target report."""

    source: int
    """area and identification code of the radar, as one number"""
    time: float
    """[s] of the day"""
    range: float
    """[m], slant"""
    azimuth: float
    """[rad]"""
    height: float
    """[m] measured or of the flight level, NaN if none"""


class Stock(NamedTuple):
    """What a file held."""

    reports: list[Report]
    periods: dict[int, float]
    """radar → time of a turn [s]"""
    places: dict[int, tuple[float, float, float]]
    """radar → latitude, longitude [rad], height [m]"""
    refused: dict[str, int]


def read_asterix(path: Path) -> PlotRecord:
    """Plots of an ASTERIX file.

    Raises
    ------
    PlotError
        If the file cannot be read or holds no block of category 034 or 048 at all.
    """
    stock = decode(file_bytes(path))
    if not stock.reports and not stock.places and not stock.periods:
        told = ", ".join(f"{count} {name}" for name, count in stock.refused.items()) or "nothing"
        raise PlotError(Fault(str(path), f"holds no target report ({told})", "ASTERIX category 048"))
    return _record(stock)


def decode(data: bytes) -> Stock:
    """Reports and service messages of a run of data blocks; what breaks the rules is counted."""
    stock = Stock([], {}, {}, {"unreadable": 0, "other_category": 0, "no_position": 0, "surplus": 0})
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place + 1 : place + 3], "big")
        if length < 3 or place + length > len(data):
            stock.refused["unreadable"] += 1
            break
        _read_block(data[place], data[place + 3 : place + length], stock)
        place += length
    return stock


def _read_block(category: int, block: bytes, stock: Stock) -> None:
    if category not in ITEMS:
        stock.refused["other_category"] += 1
        return
    place = 0
    while place < len(block):
        try:
            items, place = _items(category, block, place)
        except RecordError:
            # Where a record breaks the rules, nobody knows where the next one of its block begins.
            stock.refused["unreadable"] += 1
            return
        _keep_report(items, stock) if category == 48 else _keep_service(items, stock)


def _items(category: int, block: bytes, place: int) -> tuple[dict[str, bytes], int]:
    """Content of the items of one record, by number, and where the record ends."""
    end = _extended(block, place)
    items: dict[str, bytes] = {}
    for number in _present(block, place, end):
        if number >= len(ITEMS[category]):
            raise RecordError("an item that the format does not know")
        name, step = ITEMS[category][number]
        first, end = end, step(block, end)
        if end > len(block):
            raise RecordError("the block breaks off")
        items[name] = block[first:end]
    return items, end


def _keep_report(items: dict[str, bytes], stock: Stock) -> None:
    if "040" not in items or "140" not in items:
        stock.refused["no_position"] += 1
    elif len(stock.reports) >= MOST_PLOTS:
        stock.refused["surplus"] += 1
    else:
        stock.reports.append(
            Report(
                _whole(items.get("010", b"")),
                _whole(items["140"]) * TIME_STEP,
                _whole(items["040"][:2]) * RANGE_STEP,
                _whole(items["040"][2:]) * AZIMUTH_STEP,
                _height(items),
            )
        )


def _keep_service(items: dict[str, bytes], stock: Stock) -> None:
    source = _whole(items.get("010", b""))
    if "041" in items and _whole(items["041"]):
        stock.periods[source] = _whole(items["041"]) * TIME_STEP
    if "120" in items:
        place = items["120"]
        lat, lon = (_signed(part) * _PLACE_STEP for part in (place[2:5], place[5:8]))
        stock.places[source] = (lat, lon, float(_signed(place[:2])))


def _height(items: dict[str, bytes]) -> float:
    if "110" in items:
        return _signed(items["110"], 14) * _HEIGHT_STEP
    # The first two bits: code not valid, code garbled.
    if "090" in items and not items["090"][0] >> 6:
        return _signed(items["090"], 14) * _HEIGHT_STEP
    return math.nan


def _whole(content: bytes) -> int:
    return int.from_bytes(content, "big")


def _signed(content: bytes, bits: int = 0) -> int:
    """Whole number in two's complement in the last bits."""
    bits = bits or 8 * len(content)
    value = _whole(content) & ((1 << bits) - 1)
    return value - (1 << bits) if value >> (bits - 1) else value


def _record(stock: Stock) -> PlotRecord:
    sources = sorted({report.source for report in stock.reports} | set(stock.places))
    number = {source: sensor for sensor, source in enumerate(sources)}
    table = np.array(stock.reports, dtype=float).reshape(-1, len(Report._fields))
    time = _unwrapped(table[:, 1])
    start = float(np.floor(time.min())) if len(time) else 0.0
    sensor = np.array([number[int(source)] for source in table[:, 0]], np.int64)
    frame, places = _places(stock, number)
    elevation, elevation_error = _elevations(table, np.array([places.get(s, (0, 0, 0))[2] for s in sensor]))
    n = len(table)
    value = np.column_stack((table[:, 2], table[:, 3], elevation, np.full(n, np.nan)))
    error = np.full((n, 4), np.nan)
    error[:, 2] = elevation_error
    rows = Rows(time - start, sensor, np.full(n, POLAR, np.int64), value, error, np.full(n, -1, np.int64))
    kept = clean([rows])
    refused = {name: count for name, count in {**kept.refused, **_sum(stock, kept.refused)}.items() if count}
    return PlotRecord(
        kept.rows,
        tuple(f"{source >> 8}-{source & 255}" for source in sources),
        places=places,
        frame=frame,
        start=start,
        periods={number[source]: period for source, period in stock.periods.items() if source in number},
        out_of_order=kept.out_of_order,
        refused=refused,
    )


def _sum(stock: Stock, refused: dict[str, int]) -> dict[str, int]:
    return {name: count + refused.get(name, 0) for name, count in stock.refused.items()}


def _unwrapped(time: np.ndarray) -> np.ndarray:
    """Times of the day that go on past midnight."""
    days = np.cumsum(np.r_[0, np.diff(time) < -DAY / 2]) - np.cumsum(np.r_[0, np.diff(time) > DAY / 2])
    return np.asarray(time + DAY * days[: len(time)])


def _elevations(table: np.ndarray, stands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Elevation [rad] and its error of a target at a height and slant range, over a round earth."""
    slant, height = np.maximum(table[:, 2], 1.0), table[:, 4]
    sine = (height - stands) / slant - slant / (2 * _EARTH)
    is_seen = np.abs(sine) < 1.0
    elevation = np.where(is_seen, np.arcsin(np.where(is_seen, sine, 0.0)), np.nan)
    return elevation, np.where(is_seen, _HEIGHT_ERROR / slant, np.nan)


def _places(
    stock: Stock, number: dict[int, int]
) -> tuple[Frame | None, dict[int, tuple[float, float, float]]]:
    """The frame at the first radar whose place is told, and where the radars stand in it."""
    told = {number[source]: place for source, place in stock.places.items()}
    if not told:
        return None, {}
    frame = Frame(*told[min(told)])
    places = {}
    for sensor, (lat, lon, height) in told.items():
        (spot,) = local_places(np.array([lat]), np.array([lon]), np.array([height]), frame)
        places[sensor] = (float(spot[0]), float(spot[1]), float(spot[2]))
    return frame, places
