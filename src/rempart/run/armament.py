"""Weapons as the engine wants them: kill probability and time of flight over range, per class."""

from __future__ import annotations

import math

import numpy as np

from rempart.catalog.systems import AirVehicle, Gun, Missile, Weapon
from rempart.engine.world import N_RANGE_BINS
from rempart.events.vehicle_classes import CLASS_NAMES, N_CLASSES
from rempart.physics.guns import Gun as Barrel
from rempart.physics.guns import burst_pk_table
from rempart.physics.intercept import flight_time_table
from rempart.physics.lethality import pk_table

BOOST_SHARE = 0.1
"""Boost lasts this part of the time that top speed would need to the reach (assumption, grade D)."""


def pk_by_class(weapon: Weapon, areas: dict[str, float]) -> np.ndarray:
    """Kill probability of one round or burst that arrives, over class and range.

    Parameters
    ----------
    areas : dict
        Vehicle class → presented area [m²], for guns.

    Returns
    -------
    (N_CLASSES, N_RANGE_BINS) array
        Zero for a class that the weapon does not engage.
    """
    table = np.zeros((N_CLASSES, N_RANGE_BINS))
    if isinstance(weapon, Missile):
        for name, pk in weapon.pk.items():
            table[CLASS_NAMES.index(name)] = _missile_pk(weapon, name, pk.value)
    elif isinstance(weapon, Gun):
        for name, hits in weapon.hits_needed.items():
            barrel = Barrel(
                int(weapon.burst_rounds.value),
                weapon.dispersion.value,
                weapon.aiming_error.value,
                areas.get(name, typical_area(areas)),
                int(hits.value),
            )
            table[CLASS_NAMES.index(name)] = burst_pk_table(barrel, weapon.range_max.value, N_RANGE_BINS)
    return table


def _missile_pk(weapon: Missile, name: str, pk: float) -> np.ndarray:
    reach = weapon.range_max.value
    limit = weapon.class_range_max[name].value if name in weapon.class_range_max else reach
    if limit >= reach:
        return pk_table(pk, reach, N_RANGE_BINS)
    centres = (np.arange(N_RANGE_BINS) + 0.5) * reach / N_RANGE_BINS
    inner = pk_table(pk, limit, N_RANGE_BINS)
    cells = np.minimum((centres / limit * N_RANGE_BINS).astype(int), N_RANGE_BINS - 1)
    return np.where(centres <= limit, inner[cells], 0.0)


def areas_by_class(vehicles: list[AirVehicle]) -> dict[str, float]:
    """Presented area [m²] of each class in a scenario, averaged over its kinds of vehicle."""
    found: dict[str, list[float]] = {}
    for vehicle in vehicles:
        found.setdefault(vehicle.vehicle_class, []).append(vehicle.presented_area.value)
    return {name: math.exp(float(np.mean(np.log(values)))) for name, values in found.items()}


def typical_area(areas: dict[str, float]) -> float:
    """Area of a class that is not in the scenario, which only a mistaken track can look like [m²]."""
    return math.exp(float(np.mean(np.log(list(areas.values())))))


def flight_times(weapon: Weapon) -> np.ndarray:
    """Times of flight [s] at the edges of the range bins."""
    reach, speed = weapon.range_max.value, weapon.speed_max.value
    boost = 0.0 if isinstance(weapon, Gun) else BOOST_SHARE * reach / speed
    return flight_time_table(reach, speed, boost, weapon.end_speed_fraction.value, N_RANGE_BINS)


def ready_rounds(weapon: Weapon) -> int:
    """Rounds of a missile, bursts of a gun."""
    rounds = weapon.rounds.value
    return int(rounds // weapon.burst_rounds.value) if isinstance(weapon, Gun) else int(rounds)


def shot_cost(weapon: Weapon) -> float:
    """Price of one missile or one burst [USD]; not a number where the catalogue has none."""
    if weapon.cost is None:
        return math.nan
    return weapon.cost.value * (weapon.burst_rounds.value if isinstance(weapon, Gun) else 1.0)
