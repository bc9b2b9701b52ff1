"""From the records of one aircraft to its flights, by the stated rules, everything counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

from rempart.scenario.recording.heights import flight_heights
from rempart.scenario.recording.rules import MAX_GAP, MIN_FLIGHT_TIME, MIN_RECORDS, Tally
from rempart.scenario.recording.states import UNADDRESSED
from rempart.scenario.recording.strands import strands, unit_vectors


class Flight(NamedTuple):
    """One uninterrupted flight of one aircraft."""

    name: str
    """address and number of the flight, as `3c4591-1`"""
    address: str
    callsign: str
    time: np.ndarray
    """UTC [s], rising"""
    lat: np.ndarray
    lon: np.ndarray
    """[rad]"""
    height: np.ndarray
    """[m]"""


def cleaned_flights(records: np.ndarray, span: tuple[float, float], tally: Tally) -> Iterator[Flight]:
    """The flights of one aircraft in order of time.

    Parameters
    ----------
    records : (n,) of `STATE`
        Of one address, in the order of the file.
    span : (float, float)
        First and last time [UTC s] that a right clock can show.
    tally : Tally
        Is added to; afterwards the records given are the records kept and those dropped.
    """
    address = records["address"][0].decode()
    numbers = count(1)
    usable = _in_order(_readable(records, span, tally), tally)
    for piece in _pieces(usable, tally):
        for flight in _whole_flights(piece, tally):
            made = _flight(address, flight, tally)
            if made:
                tally["kept"] += len(made.time)
                yield made._replace(name=f"{address}-{next(numbers)}")


def _readable(records: np.ndarray, span: tuple[float, float], tally: Tally) -> np.ndarray:
    """The records that say who was where in the air and when."""
    lat, lon, time = records["lat_deg"], records["lon_deg"], records["time"]
    tally["read"] += len(records)
    left = np.ones(len(records), bool)
    tests = {
        "malformed": (records["address"] == b"") | ~np.isfinite(time),
        "no_position": ~np.isfinite(lat) | ~np.isfinite(lon),
        "out_of_range": (np.abs(lat) > 90.0) | (np.abs(lon) > 180.0),
        "wrong_clock": (time < span[0]) | (time > span[1]),
        "on_ground": records["is_grounded"],
    }
    for rule, is_found in tests.items():
        tally[rule] += int((left & is_found).sum())
        left &= ~is_found
    if len(records) and records["address"][0] == UNADDRESSED:
        tally["unaddressed"] += int(left.sum())
    return records[left]


def _in_order(records: np.ndarray, tally: Tally) -> np.ndarray:
    """The records sorted by time."""
    time = records["time"]
    if len(time) > 1:
        tally["out_of_order"] += int((time[1:] < np.maximum.accumulate(time)[:-1]).sum())
    return records[np.argsort(time, kind="stable")]


def _pieces(records: np.ndarray, tally: Tally) -> Iterator[np.ndarray]:
    """The records between silences."""
    cuts = np.flatnonzero(np.diff(records["time"]) > MAX_GAP) + 1
    tally["gap"] += len(cuts)
    yield from (piece for piece in np.split(records, cuts) if len(piece))


def _whole_flights(piece: np.ndarray, tally: Tally) -> Iterator[np.ndarray]:
    """The flights of a piece: one for each strand of positions; strays are left out."""
    piece = _renewed(piece, tally)
    direction = unit_vectors(np.radians(piece["lat_deg"]), np.radians(piece["lon_deg"]))
    numbers = strands(piece["time"], direction)
    sizes = np.bincount(numbers)
    kept = np.flatnonzero(sizes >= MIN_RECORDS)
    if not len(kept):
        tally["short"] += len(piece)
        return
    tally["jump"] += int(sizes.sum() - sizes[kept].sum())
    end = -np.inf
    for index, number in enumerate(kept):
        strand = piece[numbers == number]
        if index:
            tally["shared_address" if strand["time"][0] < end else "lasting_jump"] += 1
        end = max(end, strand["time"][-1])
        yield from _pieces(_once(strand, tally), tally)


def _renewed(records: np.ndarray, tally: Tally) -> np.ndarray:
    """The records without those that repeat a position, which would end in a jump.

    Other aircraft under the address may stand between the two.
    """
    order = np.lexsort((records["time"], records["lon_deg"], records["lat_deg"]))
    lat, lon, time = (records[name][order] for name in ("lat_deg", "lon_deg", "time"))
    since = np.diff(time)
    is_stale = np.zeros(len(records), bool)
    is_stale[order[1:]] = (np.diff(lat) == 0.0) & (np.diff(lon) == 0.0) & (since > 0.0) & (since <= MAX_GAP)
    tally["stale"] += int(is_stale.sum())
    return records[~is_stale]


def _once(strand: np.ndarray, tally: Tally) -> np.ndarray:
    """The first record of each time."""
    is_first = np.ones(len(strand), bool)
    is_first[1:] = np.diff(strand["time"]) > 0.0
    tally["duplicate"] += int((~is_first).sum())
    return strand[is_first]


def _flight(address: str, records: np.ndarray, tally: Tally) -> Flight | None:
    time = records["time"]
    if len(records) < MIN_RECORDS or time[-1] - time[0] < MIN_FLIGHT_TIME:
        tally["short"] += len(records)
        return None
    height = flight_heights(time, records["height"], records["pressure_height"], tally)
    if height is None:
        tally["no_height"] += len(records)
        return None
    signs, counts = np.unique(records["callsign"], return_counts=True)
    counts = np.where(signs == b"", 0, counts)
    callsign = signs[np.argmax(counts)].decode()
    lat, lon = np.radians(records["lat_deg"]), np.radians(records["lon_deg"])
    return Flight("", address, callsign, time.copy(), lat, lon, height)
