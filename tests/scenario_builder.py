"""Small scenarios of plain values, and the worlds they lower to, each made once a session."""

from __future__ import annotations

import copy
import json
from functools import cache

import numpy as np

from rempart.run.lowering import Lowered, lower
from rempart.scenario.loading import build_scenario
from rempart.scenario.model import Scenario

FLAT = {
    "rempart": 1,
    "title": "A small raid over flat ground",
    "area": {"terrain": "flat", "origin": [33.30, 44.40]},
    "assets": {"city": {"at": [33.30, 44.40], "value": 10}, "depot": {"at": [33.10, 44.70], "value": 3}},
    "defence": {
        "batteries": {
            "north": {"system": "generic-radar-site", "at": [33.45, 44.40]},
            "south": {"system": "generic-radar-site", "at": [33.10, 44.50]},
        },
    },
    "raid": {
        "strike": {
            "threat": "generic-threat", "count": 3, "from": [34.60, 44.40], "to": "city",
            "height": "3 km amsl", "start": "0..2 min", "spread": "2 km",
        },
    },
    "traffic": {
        "airway": {
            "aircraft": "airliner", "count": 2, "route": [[34.0, 43.2], [33.2, 44.6], [32.4, 45.9]],
            "height": "9 km amsl", "start": "0..5 min", "spread": "3 km",
        },
    },
}  # fmt: skip
"""Two generic sites, three threats, two airliners."""

HILLS = {
    **FLAT,
    "title": "A small raid over real ground",
    "area": {"terrain": "iraq", "origin": [35.20, 45.30]},
    "assets": {"city": {"at": [35.20, 45.30], "value": 10}},
    "defence": {
        "batteries": {
            "close": {
                "system": "pantsir-s1", "at": [35.25, 45.30], "fire_units": 2, "fire_unit_spread": "2 km",
            },
            "far": {"system": "buk-m3", "at": [35.00, 45.10], "facing": "90 deg", "fire_units": 1},
        },
    },
    "raid": {
        "cruise": {
            "threat": "cruise-missile", "count": 3, "from": [36.10, 46.20], "to": "city",
            "height": "80 m agl", "start": "0..2 min", "spread": "4 km",
        },
        "strike": {
            "threat": "strike-aircraft", "count": 2, "from": [34.40, 44.20], "to": "city",
            "height": "5 km amsl", "start": "0..2 min", "spread": "4 km",
        },
    },
    "traffic": {},
}  # fmt: skip
"""Hills in the north-east, a raid low through them and one high across the plain."""


def values_of(base: dict, **changes: object) -> dict:
    """The values of a scenario with some changed: keys are paths such as `defence__policy__weapons`.

    None deletes an entry.
    """
    values = copy.deepcopy(base)
    for path, value in changes.items():
        *folders, last = path.split("__")
        part = values
        for folder in folders:
            part = part.setdefault(folder, {})
        if value is None:
            part.pop(last, None)
        else:
            part[last] = value
    return values


def scenario_of(base: dict, **changes: object) -> Scenario:
    return build_scenario(values_of(base, **changes), "small")


def lowered_of(base: dict, **changes: object) -> Lowered:
    """What a changed scenario lowers to; the same object for the same scenario."""
    return _lowered(json.dumps(values_of(base, **changes)))


@cache
def _lowered(text: str) -> Lowered:
    return lower(build_scenario(json.loads(text), "small"))


def variants_of(lowered: Lowered, vehicle: int) -> list[np.ndarray]:
    """Samples (n, 3) [m] of each variant of a vehicle's route in the world."""
    world = lowered.world
    return [world.positions[route.first : route.first + route.count] for route in world.routes[vehicle]]
