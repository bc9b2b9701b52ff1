"""Recorded plots as arrays, whatever file they came from, and what had to be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from rempart.base.errors import RempartError

POSITION, POLAR = 0, 1
"""Kinds of a plot: east, north, up; or range, azimuth, elevation, range rate."""
MOST_PLOTS = 2_000_000
"""Plots of one file that are kept; the rest is counted as surplus."""
MOST_AT_ONCE = 20_000
"""Plots of one sensor at one time that are kept."""
FARTHEST = 1e7
"""[m] A position farther from the origin, or a longer range, is not on this Earth."""
OFF_EARTH = 2 * FARTHEST
"""[m] What a reader puts for a place whose latitude, longitude or height cannot be."""
HIGHEST, LOWEST = 1e6, -12e3
"""[m] Heights above the ellipsoid that a target may have."""


class PlotError(RempartError):
    """A file of plots or of truth cannot be used as it stands."""


class Frame(NamedTuple):
    """Origin of the local tangent frame: latitude, longitude [rad], height [m]."""

    lat: float
    lon: float
    height: float


class Rows(NamedTuple):
    """Some plots as read: struct of arrays, SI and radians, NaN where not measured."""

    time: np.ndarray
    """(n,) [s]"""
    sensor: np.ndarray
    """(n,) number of the sensor"""
    kind: np.ndarray
    """(n,) POSITION or POLAR"""
    value: np.ndarray
    """(n, 4) east, north, up [m], – ; or range [m], azimuth, elevation [rad], range rate [m/s]"""
    error: np.ndarray
    """(n, 4) standard deviations of the same"""
    owner: np.ndarray
    """(n,) number of the target that reported itself, -1 where a sensor only saw something"""


class Look(NamedTuple):
    """When a sensor looked, whether it saw something or not."""

    time: float
    sensor: int
    place: tuple[float, float, float]
    """where it stood: east, north, up [m]"""


@dataclass(frozen=True)
class PlotRecord:
    """All plots of a file in the order of time."""

    rows: Rows
    sensors: tuple[str, ...]
    owners: tuple[str, ...] = ()
    places: Mapping[int, tuple[float, float, float]] = field(default_factory=dict)
    """sensor → where it stands: east, north, up [m]; the origin where it is not told"""
    frame: Frame | None = None
    """None: the frame's place on Earth is not known"""
    start: float = 0.0
    """[s] what time 0 is: seconds since 1970 (UTC), or of the day, as the file counts"""
    looks: tuple[Look, ...] = ()
    """all looks in the order of time, if the file tells them"""
    periods: Mapping[int, float] = field(default_factory=dict)
    """sensor → time of one turn [s], if the file tells it"""
    out_of_order: int = 0
    """plots that came after a later one; they are kept, each in its place"""
    refused: Mapping[str, int] = field(default_factory=dict)
    """why plots were left out, and how many"""

    @property
    def count(self) -> int:
        """Number of plots."""
        return len(self.rows.time)

    def only(self, names: tuple[str, ...]) -> PlotRecord:
        """The plots and looks of the sensors of these names."""
        wanted = [number for number, name in enumerate(self.sensors) if name in names]
        kept = np.flatnonzero(np.isin(self.rows.sensor, wanted))
        looks = tuple(look for look in self.looks if look.sensor in wanted)
        return replace(self, rows=take(self.rows, kept), looks=looks)

    def positions(self) -> np.ndarray:
        """East, north, up [m] (n, 3) of every plot; up is 0 where no height was measured."""
        value = self.rows.value
        found = np.nan_to_num(value[:, :3], nan=0.0)
        polar = self.rows.kind == POLAR
        elevation = np.nan_to_num(value[polar, 2], nan=0.0)
        ground = value[polar, 0] * np.cos(elevation)
        azimuth = value[polar, 1]
        seen = (ground * np.sin(azimuth), ground * np.cos(azimuth), value[polar, 0] * np.sin(elevation))
        found[polar] = np.column_stack(seen)
        for sensor, place in self.places.items():
            found[polar & (self.rows.sensor == sensor)] += place
        return found


def take(rows: Rows, which: np.ndarray) -> Rows:
    """Some of the rows, by number or by a mask."""
    return Rows(*(column[which] for column in rows))


def joined(parts: list[Rows]) -> Rows:
    """Several rows one after the other."""
    if not parts:
        return Rows(
            np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 4)), np.zeros((0, 4)),
            np.zeros(0, np.int64),
        )  # fmt: skip
    return Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def rows_of(
    time: np.ndarray, value: np.ndarray, kind: int | np.ndarray = POSITION, **more: np.ndarray
) -> Rows:
    """Rows of one sensor of which no errors and no owners are known, unless told."""
    n = len(time)
    return Rows(
        time,
        more.get("sensor", np.zeros(n, np.int64)),
        np.broadcast_to(np.asarray(kind, np.int64), n).copy(),
        value,
        more.get("error", np.full((n, 4), np.nan)),
        more.get("owner", np.full(n, -1, np.int64)),
    )
