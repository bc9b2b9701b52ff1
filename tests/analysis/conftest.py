"""Invented runs, made by a few lines of dice of their own: no engine is needed to test answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from rempart.events.outcomes import CAUSE_NAMES

GROUPS = (
    ("drones-north", "small-attack-drone", "small-drone", 14, 0.10),
    ("drones-west", "small-attack-drone", "small-drone", 10, 0.16),
    ("cruise-west", "cruise-missile", "cruise-missile", 9, 0.30),
    ("cruise-south", "cruise-missile", "cruise-missile", 7, 0.34),
    ("ballistic", "ballistic-missile", "ballistic-missile", 8, 0.45),
    ("strike", "strike-aircraft", "strike-aircraft", 12, 0.05),
)
BATTERIES = (
    ("north", "s-400", ("48n6e3", "9m96e2"), (48, 32)),
    ("west", "buk-m3", ("9m317ma",), (36,)),
    ("inner-1", "tor-m2", ("9m338",), (16,)),
    ("inner-2", "pantsir-s1", ("57e6", "2a38m"), (12, 40)),
)
ASSETS = ("refinery", "government", "airport", "power station")
CAUSE_WEIGHTS = {
    "masked": 3.0,
    "not_detected": 1.0,
    "no_firm_track": 1.5,
    "detected_too_late": 6.0,
    "channels_saturated": 4.0,
    "magazine_empty": 1.0,
    "shot_and_missed": 8.0,
    "kill_wrongly_assessed": 1.2,
    "identity_held": 0.8,
}


@dataclass(frozen=True)
class InventedResults:
    """The attributes of a run's results that answers are made from."""

    manifest: dict[str, Any]
    ledger: Any
    measures: Any
    folder: str = ""
    scenario: Any = field(default=None)


def invent(
    trials: int = 40,
    seed: int = 1,
    leak: float | None = None,
    groups: tuple = GROUPS,
    n_traffic: int = 10,
    n_figures: int = 30,
    title: str = "Would the January 2020 offer have protected central Iraq?",
    first_trial: int = 0,
    better: float = 0.0,
) -> InventedResults:
    """A run of `trials` raids; `leak` sets every threat's chance to leak, `better` takes some off."""
    rows: dict[str, list] = {name: [] for name in _LEDGER}
    measures: list[dict[str, Any]] = []
    for trial in range(first_trial, first_trial + trials):
        rng = np.random.default_rng([seed, trial])
        start = len(rows["trial"])
        for group in groups:
            for i in range(group[3]):
                _threat(rows, rng, trial, group, i, leak, better)
        for i in range(n_traffic):
            _airliner(rows, rng, trial, i)
        measures.append(_measures(rows, rng, trial, start))
    return InventedResults(
        _manifest(trials, seed, title, n_figures), _ledger(rows), pa.table(_columns(measures))
    )


_LEDGER = [
    "trial",
    "vehicle",
    "group",
    "system",
    "class",
    "is_hostile",
    "first_detected",
    "first_firm",
    "identified",
    "first_assigned",
    "first_launch",
    "ended",
    "shots",
    "outcome",
    "cause",
    "killer",
    "killer_battery",
    "asset",
]
_TIMES = ("first_detected", "first_firm", "identified", "first_assigned", "first_launch")


def _threat(rows, rng, trial, group, i, leak, better):
    name, system, vehicle_class, _, chance = group
    luck, asset = rng.random(), ASSETS[int(rng.integers(len(ASSETS)))]
    chance = (chance if leak is None else leak) - better
    leaks = luck < chance
    weights = np.array([CAUSE_WEIGHTS.get(cause, 0.0) for cause in CAUSE_NAMES])
    cause = CAUSE_NAMES[int(rng.choice(len(CAUSE_NAMES), p=weights / weights.sum()))] if leaks else None
    speed = {"small-drone": 50.0, "cruise-missile": 240.0, "ballistic-missile": 1500.0}.get(
        vehicle_class, 250.0
    )
    arrival = 200e3 / speed * 0.4 + rng.uniform(0, 300)
    last = len(_TIMES)
    if leaks:
        last = {
            "masked": 0,
            "not_detected": 0,
            "no_firm_track": 1,
            "identity_held": 2,
            "detected_too_late": 3,
            "channels_saturated": 3,
            "magazine_empty": 3,
        }.get(cause, last)
    steps = np.cumsum(rng.uniform(0.3, 1.0, len(_TIMES))) * arrival / 8 + 0.2 * arrival
    battery = BATTERIES[int(rng.integers(len(BATTERIES)))]
    shots = int(rng.integers(1, 4)) if last == len(_TIMES) else 0
    row = {
        "trial": trial,
        "vehicle": f"{name}-{i + 1}",
        "group": name,
        "system": system,
        "class": vehicle_class,
        "is_hostile": True,
        "ended": arrival if leaks else steps[-1] + rng.uniform(10, 60),
        "shots": shots,
        "outcome": "leaked" if leaks else "killed",
        "cause": cause,
        "asset": asset,
        "killer": None if leaks else f"{battery[0]}-1/{battery[2][0]}",
        "killer_battery": None if leaks else battery[0],
    }
    row.update({key: float(steps[k]) if k < last else None for k, key in enumerate(_TIMES)})
    for key in _LEDGER:
        rows[key].append(row[key])


def _airliner(rows, rng, trial, i):
    engaged = rng.random() < 0.004
    row = dict.fromkeys(_LEDGER)
    row.update(
        {
            "trial": trial,
            "vehicle": f"airway-{i + 1}",
            "group": "airway",
            "system": "airliner",
            "class": "airliner",
            "is_hostile": False,
            "first_detected": 100.0,
            "first_firm": 130.0,
            "ended": 1900.0,
            "shots": int(engaged),
            "outcome": "departed",
        }
    )
    for key in _LEDGER:
        rows[key].append(row[key])


def _measures(rows, rng, trial, start):
    here = range(start, len(rows["trial"]))
    hostile = [r for r in here if rows["is_hostile"][r]]
    leaked = [r for r in hostile if rows["outcome"][r] == "leaked"]
    shots = sum(rows["shots"][r] for r in here)
    measures = {
        "trial": trial,
        "threats": len(hostile),
        "leakers": len(leaked),
        "leakage": len(leaked) / max(len(hostile), 1),
        "killed": len(hostile) - len(leaked),
        "shots": shots,
        "civil_engaged": sum(rows["shots"][r] > 0 for r in here if not rows["is_hostile"][r]),
        "civil_killed": 0,
        "looks": 100 * len(here),
        "detections": 40 * len(here),
    }
    weapons = [(b[0], w, n) for b in BATTERIES for w, n in zip(b[2], b[3], strict=True)]
    shares = rng.multinomial(shots, [n / sum(w[2] for w in weapons) for _, _, n in weapons])
    for (battery, weapon, _), fired in zip(weapons, shares, strict=True):
        measures[f"rounds.{battery}.{weapon}"] = int(fired)
    for asset in ASSETS:
        measures[f"hits.{asset}"] = sum(rows["asset"][r] == asset for r in leaked)
    measures["value_lost"] = sum(measures[f"hits.{a}"] > 0 for a in ASSETS) / len(ASSETS)
    return measures


def _ledger(rows):
    types = {"trial": pa.int32(), "is_hostile": pa.bool_(), "shots": pa.int16()}
    columns = {}
    for name in _LEDGER:
        if name in (*_TIMES, "ended"):
            columns[name] = pa.array(rows[name], pa.float32())
        elif name in types:
            columns[name] = pa.array(rows[name], types[name])
        else:
            columns[name] = pa.array(rows[name], pa.string()).dictionary_encode()
    return pa.table(columns)


def _columns(measures):
    return {name: [row[name] for row in measures] for name in (measures[0] if measures else {"trial": 0})}


def _manifest(trials, seed, title, n_figures):
    figures = [
        {
            "system": BATTERIES[i % 4][1],
            "path": f"fire_unit.weapons.w{i}.range_max",
            "value": f"{100 + i}",
            "unit": "km",
            "grade": "ABCD"[i * 7 % 4],
            "citation": ("checked", "unchecked", "none")[i % 3],
            "sources": ["iiss-2020"],
        }
        for i in range(n_figures)
    ]
    return {
        "rempart": "0.1.0",
        "format": 1,
        "digest": "5f0c2b7a91d4",
        "world_digest": "99aa77bb22cc",
        "seed": seed,
        "trials": trials,
        "complete": True,
        "marking": "SIMULATED - EXERCISE",
        "figures": figures,
        "scenario": {
            "name": "iraq-2020",
            "title": title,
            "digest": "aa11bb22cc33",
            "question": "How much of a mixed raid leaks, layer by layer?",
        },
        "names": {
            "unit_batteries": [b[0] for b in BATTERIES],
            "unit_systems": [b[1] for b in BATTERIES],
            "weapons": [f"{b[0]}-1/{w}" for b in BATTERIES for w in b[2]],
            "weapon_units": [i for i, b in enumerate(BATTERIES) for _ in b[2]],
            "weapon_kinds": [w for b in BATTERIES for w in b[2]],
        },
        "loaded": {f"{b[0]}.{w}": n for b in BATTERIES for w, n in zip(b[2], b[3], strict=True)},
    }


@pytest.fixture(name="invent")
def _invent():
    return invent
