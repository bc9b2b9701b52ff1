"""A replay written down by hand, with names that would break careless writers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rempart.run.replay import Replay
from rempart.run.scene import Asset, Event, Flight, Path, Point, Shot, Site

AWKWARD = 'refinery, "old" | <b>ü\\x'


def point(lat_deg: float, lon_deg: float, height: float) -> Point:
    return Point(math.radians(lat_deg), math.radians(lon_deg), height)


def path(begin: float, end: float, here: Point, there: Point, n: int = 5) -> Path:
    share = np.linspace(0.0, 1.0, n)
    lat, lon, height = (a + share * (b - a) for a, b in zip(here, there, strict=True))
    return Path(begin + share * (end - begin), lat, lon, height)


@pytest.fixture
def replay() -> Replay:
    """A missile that leaks, a drone that is shot down, an airliner still in the air; one hit, one miss."""
    home, site = point(33.25, 44.35, 35.0), point(33.3, 44.3, 40.0)
    killed_at = point(33.4, 44.3, 250.0)
    flights = (
        Flight(
            "missiles-1",
            "missiles",
            "cruise-missile",
            "cruise-missile",
            True,
            AWKWARD,
            "leaked",
            "masked",
            path(10.0, 110.25, point(34.25, 44.35, 80.0), home),
        ),
        Flight(
            "drones-1",
            "drones",
            "small-attack-drone",
            "small-drone",
            True,
            AWKWARD,
            "killed",
            None,
            path(0.0, 90.5, point(33.9, 44.3, 300.0), killed_at),
        ),
        Flight(
            "airway-1",
            "airway",
            "airliner",
            "airliner",
            False,
            None,
            "airborne",
            None,
            path(5.0, 120.0, point(33.0, 43.0, 10000.0), point(33.0, 43.3, 10000.0)),
        ),
    )
    shots = (
        Shot("north-1/m", "m", "north", "north-1", "drones-1", "kill", path(70.0, 90.5, site, killed_at)),
        Shot("north-1/m", "m", "north", "north-1", "missiles-1", "miss", path(80.0, 100.0, site, home)),
        Shot("north-1/m", "m", "north", "north-1", "missiles-1", "open", path(108.0, 130.0, site, home)),
    )
    events = (
        Event(0.0, "takeoff", "drones-1", None, 0.0, None, point(33.9, 44.3, 300.0)),
        Event(20.0, "plot", "drones-1", "north-1", 0.0, None, point(33.8, 44.3, 290.0)),
        Event(40.0, "track_firm", "drones-1", "command", 3.0, None, point(33.7, 44.3, 280.0)),
        Event(44.0, "identified", "drones-1", "command", None, "hostile", point(33.7, 44.3, 280.0)),
        Event(70.0, "launch", "drones-1", "north-1/m", 90.5, None, point(33.6, 44.3, 280.0)),
        Event(90.5, "intercept_kill", "drones-1", "north-1/m", 0.7, None, killed_at),
        Event(95.0, "reloaded", None, "north-1/m", 4.0, None, None),
        Event(110.25, "leaked", "missiles-1", None, None, "masked", home),
    )
    return Replay(
        title="Does it, or not?\nA | test",
        question="How <much> leaks?",
        digest="ab" * 16,
        seed=7,
        trial=17,
        end=120.0,
        origin=home,
        flights=flights,
        shots=shots,
        # A sensor and a fire unit may share a name.
        sites=(
            Site("north-1", "sensor", None, None, site),
            Site("north-1", "fire unit", "north", "s-400", site),
        ),
        assets=(Asset(AWKWARD, 10.0, home),),
        events=events,
    )


@pytest.fixture
def marching(replay: Replay) -> Replay:
    """The same on the march, beside a convoy; a carrier lets go, another is lost, and two things are hit."""
    way = path(0.0, 120.0, point(33.25, 44.35, 35.0), point(33.35, 44.25, 45.0))
    here, home = point(33.9, 44.3, 300.0), point(33.25, 44.35, 35.0)
    events = (
        Event(1.5, "released", "drones-1", None, None, "airway-1", here),
        Event(90.5, "not_released", "bomb-1", None, None, "drones-1", point(33.4, 44.3, 250.0)),
        Event(110.25, "sensor_lost", "missiles-1", "north-1", None, None, home),
        Event(110.25, "unit_lost", "missiles-1", "north-1", None, None, home),
    )
    return replace(
        replay,
        sites=tuple(replace(site, at=home, way=way) for site in replay.sites),
        assets=(*replay.assets, Asset("convoy", 3.0, home, way)),
        events=tuple(sorted((*replay.events, *events), key=lambda event: event.time)),
    )
