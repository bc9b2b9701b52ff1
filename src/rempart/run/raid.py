"""Vehicles, routes and positions of the world, and the paths of the vehicles as sensors see them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.dice import entity_hash
from rempart.base.errors import Fault, ScenarioError
from rempart.catalog.systems import AirVehicle
from rempart.engine.world import ROUTE, VEHICLE, records
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.geo.terrain import Terrain
from rempart.run.flightpaths import N_VARIANTS, Flightplan, release_time, sampled_variants
from rempart.run.frame import Frame
from rempart.run.visibility import Path
from rempart.scenario.model import Scenario


class Raid(NamedTuple):
    """All that flies."""

    vehicles: np.recarray
    routes: np.recarray
    positions: np.ndarray
    paths: list[list[Path]]
    """one list a vehicle, of its variants"""


def raid_tables(scenario: Scenario, plans: list[Flightplan], terrain: Terrain, frame: Frame) -> Raid:
    """All that flies, in the order of its plans.

    Raises
    ------
    ScenarioError
        If a threat's route is impossible for it.
    """
    vehicles, routes = records(VEHICLE, len(plans)), records(ROUTE, (len(plans), N_VARIANTS))
    assets, names = list(scenario.assets), {plan.name: index for index, plan in enumerate(plans)}
    paths: list[list[Path]] = []
    row = 0
    for index, plan in enumerate(plans):
        variants, step = _flown(plan, terrain)
        paths.append([_path(plan, variant, step, frame) for variant in variants])
        vehicles[index] = (
            CLASS_NAMES.index(plan.system.vehicle_class),
            int(plan.is_hostile),
            assets.index(plan.asset) if plan.asset else -1,
            names[plan.carrier.name] if plan.carrier else -1,
            float(np.exp(np.mean(np.log(paths[-1][0].rcs)))),
            plan.earliest,
            plan.latest,
            step,
            plan.system.p_transponder.value,
            plan.system.p_conforms.value,
            entity_hash(plan.name),
            int(plan.system.swerling),
            _jam_density(plan.system),
            _p_emits(plan.system),
        )
        for variant, path in enumerate(paths[-1]):
            release = release_time(plan, variant) if plan.carrier else 0.0
            routes[index, variant] = (row, len(path.height), release, 0)
            row += len(path.height)
    positions = np.concatenate([path.position for variants in paths for path in variants])
    return Raid(vehicles, routes, positions.astype(np.float32), paths)


def _flown(plan: Flightplan, terrain: Terrain) -> tuple[list[np.ndarray], float]:
    try:
        return sampled_variants(plan, terrain)
    except ValueError as error:
        raise ScenarioError(
            Fault(
                f"raid.{plan.group}",
                f"{plan.system.name} cannot fly this route ({error})",
                "a distance that its apogee allows, and a release after the start of every variant",
                "Move `from`, give an `elevation`, or release nearer to the aim.",
            )
        ) from error


def _path(plan: Flightplan, variant: np.ndarray, step: float, frame: Frame) -> Path:
    rcs = plan.system.rcs
    position = frame.place(variant[:, 0], variant[:, 1], variant[:, 2])
    return Path(
        position,
        np.ascontiguousarray(variant[:, 2]),
        np.array([rcs.nose.value, rcs.side.value, rcs.tail.value]),
        int(plan.system.swerling),
        plan.system.presented_area.value,
        CLASS_NAMES.index(plan.system.vehicle_class),
        step,
        _p_emits(plan.system),
    )


def _jam_density(system: AirVehicle) -> float:
    return system.jammer.power.value / system.jammer.bandwidth.value if system.jammer else 0.0


def _p_emits(system: AirVehicle) -> float:
    """Chance that it can be heard; a jammer always can."""
    if system.jammer:
        return 1.0
    return system.p_emits.value if system.p_emits else 0.0


def last_arrival(raid: Raid) -> float:
    """When the last flight would end, if nothing stopped it [s]."""
    flights = (raid.routes.count - 1) * raid.vehicles.step[:, None] + raid.routes.release
    return float(np.max(raid.vehicles.latest + flights.max(axis=1), initial=0.0))
