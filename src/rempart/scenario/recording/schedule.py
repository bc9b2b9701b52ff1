"""Recorded flights set on the clock of play, where the scenario wants them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rempart.scenario.recording.cleaning import Flight
from rempart.scenario.recording.strands import unit_vectors

SHORTEST = 1.0
"""Less of a flight than this is left out [s]."""


class Carry(NamedTuple):
    """A rigid move on the sphere: `origin` comes to `to`, all else turns clockwise about it [rad]."""

    origin: tuple[float, float]
    to: tuple[float, float]
    turn: float


class RecordedFlight(NamedTuple):
    """One flight of a recording, as it is played."""

    name: str
    start: float
    """when it enters [s of play]"""
    time: np.ndarray
    """since `start` [s]"""
    lat: np.ndarray
    lon: np.ndarray
    """[rad]"""
    height: np.ndarray
    """[m]"""

    @property
    def duration(self) -> float:
        """How long it is in the air [s]."""
        return float(self.time[-1])

    def sampled(self, step: float) -> tuple[np.ndarray, float]:
        """Positions at even times.

        Parameters
        ----------
        step : float
            Wanted time between samples [s].

        Returns
        -------
        positions : (n, 3)
            Latitude, longitude [rad], height [m]; the first and last are those of the flight.
        step : float
            Time between samples [s], so that a whole number of them makes the flight.
        """
        n_steps = max(1, round(self.duration / step))
        wanted = np.linspace(0.0, self.duration, n_steps + 1)
        return _at(wanted, self.time, self.lat, self.lon, self.height), self.duration / n_steps


class Schedule(NamedTuple):
    """What of a recording is played."""

    flights: tuple[RecordedFlight, ...]
    n_cut: int
    """flights that were under way when play began"""
    n_outside: int
    """flights that ended before play began, or began after its end"""


def scheduled(flights: Iterable[Flight], start: float, carry: Carry | None, until: float) -> Schedule:
    """The flights that are in the air during play.

    Parameters
    ----------
    flights : iterable of Flight
    start : float
        UTC [s] that becomes second 0 of play.
    carry : Carry, optional
        Where to; as recorded by default.
    until : float
        End of play [s], or infinity.
    """
    played: list[RecordedFlight] = []
    n_cut = n_outside = 0
    for flight in flights:
        time = flight.time - start
        if time[-1] < SHORTEST or time[0] >= until:
            n_outside += 1
            continue
        lat, lon = carried(flight.lat, flight.lon, carry) if carry else (flight.lat, flight.lon)
        whole = RecordedFlight(flight.name, 0.0, time, lat, lon, flight.height)
        n_cut += int(time[0] < 0.0)
        played.append(_entered(whole))
    return Schedule(tuple(played), n_cut, n_outside)


def _entered(flight: RecordedFlight) -> RecordedFlight:
    """The flight from second 0 of play on, with its times counted from its own start."""
    start = max(0.0, float(flight.time[0]))
    later = flight.time > start
    times = np.concatenate([[start], flight.time[later]])
    path = _at(times, *flight[2:])
    return RecordedFlight(flight.name, start, times - start, path[:, 0], path[:, 1], path[:, 2])


def middle(flights: Iterable[Flight]) -> tuple[float, float]:
    """Mean direction [rad] of all positions."""
    x, y, z = sum(unit_vectors(flight.lat, flight.lon).sum(axis=0) for flight in flights)
    return math.atan2(z, math.hypot(x, y)), math.atan2(y, x)


def carried(lat: np.ndarray, lon: np.ndarray, carry: Carry) -> tuple[np.ndarray, np.ndarray]:
    """Places [rad] after a rigid move on the sphere.

    Returns
    -------
    lat, lon : (n,)
        Angles between places, seen from the middle of the earth, are as before.

    Limits
    ------
    Latitudes are taken as those of a sphere: a move to another latitude changes distances on the
    ellipsoid by up to 1 %, from the equator to a pole (0.3 % from 49 to 33 degrees).
    """
    cosine, sine = math.cos(carry.turn), math.sin(carry.turn)
    turn = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    moved = unit_vectors(lat, lon) @ _local(*carry.origin).T @ turn.T @ _local(*carry.to)
    return np.arctan2(moved[:, 2], np.hypot(moved[:, 0], moved[:, 1])), np.arctan2(moved[:, 1], moved[:, 0])


def _local(lat: float, lon: float) -> np.ndarray:
    """Rows: the directions east, north and up at a place."""
    east = (-math.sin(lon), math.cos(lon), 0.0)
    up = (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
    return np.array([east, np.cross(up, east), up])


def _at(
    wanted: np.ndarray, time: np.ndarray, lat: np.ndarray, lon: np.ndarray, height: np.ndarray
) -> np.ndarray:
    """Latitude, longitude, height at the wanted times: straight between recorded positions."""
    directions = unit_vectors(lat, lon)
    x, y, z = (np.interp(wanted, time, directions[:, axis]) for axis in range(3))
    return np.column_stack([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x), np.interp(wanted, time, height)])
