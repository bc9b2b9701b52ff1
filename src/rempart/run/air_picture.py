"""How the commands of a scenario make tracks of plots: settings of the tracker, and room for its tracks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.engine.sheet import MOST_FALSE_PLOTS
from rempart.engine.world import ASSOCIATIONS, KNOWN
from rempart.picture.motion import Models
from rempart.picture.settings import (
    TrackerSettings,
    ballistic,
    constant_velocity,
    model_set,
    tracker_settings,
)
from rempart.picture.tracker import ACCELERATION_DENSITY
from rempart.scenario.model import Scenario

TRACKS_A_VEHICLE, SPARE_TRACKS, TRACKS_A_FALSE_PLOT = 2, 32, 6
"""Room for tracks: for each vehicle its own and a double; for each false plot of a turn one for as many turns
as a track may stay unproven."""
MOST_TRACKS = 4096
SOJOURN = 300.0
"""Mean time for which a target keeps to one way of moving [s] (grade D)."""
FASTEST = 3000.0
"""No target is thought to be faster [m/s]."""
NEVER = 10_000
"""Misses in a row that end a track: here its age does."""


class AirPicture(NamedTuple):
    """What a world holds about its groups' pictures."""

    n_slots: int
    tracker: TrackerSettings | None


def models_in_play() -> Models:
    """How tracks of nameless plots may move: nearly straight on, or falling freely."""
    return model_set(
        constant_velocity(ACCELERATION_DENSITY), ballistic(ACCELERATION_DENSITY), sojourn=SOJOURN
    )


def association_of(scenario: Scenario) -> int:
    """Index into `ASSOCIATIONS`; perfect tracking knows whose plot is whose."""
    return (
        KNOWN
        if "tracking" in scenario.perfect
        else ASSOCIATIONS.index(scenario.defence.policy.track.association)
    )


def picture_tables(
    scenario: Scenario, n_vehicles: int, sensors: np.recarray, feeds: np.recarray, track_links: np.recarray
) -> AirPicture:
    """Room and settings for the tracks of every group."""
    association = association_of(scenario)
    if association == KNOWN:
        return AirPicture(n_vehicles, None)
    track = scenario.defence.policy.track
    n_sources = 1 + int(np.bincount(track_links.taker).max(initial=0))
    n_slots = _room(n_sources * n_vehicles, sensors, feeds)
    return AirPicture(
        n_slots,
        tracker_settings(
            models_in_play(),
            association=ASSOCIATIONS[association],
            n_hits=track.hits,
            n_looks=track.looks,
            drop_time=track.drop_after,
            most_misses=NEVER,
            fastest=FASTEST,
            most_tracks=n_slots,
            most_plots=n_vehicles + MOST_FALSE_PLOTS,
        ),
    )


def _room(n_vehicles: int, sensors: np.recarray, feeds: np.recarray) -> int:
    """Tracks that the busiest group may have to hold at a time; a vehicle counts for each source of it."""
    n_false = np.zeros(int(feeds.group.max(initial=0)) + 1)
    for sensor in sensors:
        if math.isfinite(sensor.turn):
            for feed in range(sensor.first_feed, sensor.end_feed):
                n_false[feeds.group[feed]] += sensor.n_false
    room = TRACKS_A_VEHICLE * n_vehicles + SPARE_TRACKS + TRACKS_A_FALSE_PLOT * math.ceil(n_false.max())
    return min(room, MOST_TRACKS)
