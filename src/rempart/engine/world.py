"""World: everything about a scenario that is the same in every trial. Arrays only, SI, radians.

Positions are east, north, up [m] in the tangent frame of the scenario's origin (WGS-84); all of
them are true Cartesian coordinates, so distances are straight lines. Index names: `vehicle`,
`variant` (one of the prepared realisations of a vehicle's route), `sensor`, `group` (fire units
that share one air picture and one commander), `unit` (fire unit), `weapon` (one kind of round
with its magazine on one fire unit), `asset`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

N_RANGE_BINS = 64
"""Bins of the pk and time-of-flight tables, uniform from 0 to the weapon's reach."""


class Routes(NamedTuple):
    """True flight paths, sampled uniformly in time; position between samples is linear."""

    position: np.ndarray
    """(n_samples, 3) float32 [m]"""
    first: np.ndarray
    """(n_vehicles, n_variants) int64: row of `position` where a path begins"""
    count: np.ndarray
    """(n_vehicles, n_variants) int64: number of samples; flight time = (count - 1) × step"""
    step: np.ndarray
    """(n_vehicles,) float64 [s]"""


class Vehicles(NamedTuple):
    """Threats and traffic as they truly are."""

    vehicle_class: np.ndarray
    """(n_vehicles,) int64, index into `events.vehicle_classes.CLASS_NAMES`"""
    is_hostile: np.ndarray
    """(n_vehicles,) bool"""
    asset: np.ndarray
    """(n_vehicles,) int64: asset aimed at, -1 for traffic"""
    earliest: np.ndarray
    """(n_vehicles,) float64 [s]: start times are uniform on [earliest, latest]"""
    latest: np.ndarray
    """(n_vehicles,) float64 [s]"""
    p_transponder: np.ndarray
    """(n_vehicles,) float64: chance per trial that a valid transponder reply will be given"""
    p_conforms: np.ndarray
    """(n_vehicles,) float64: chance per trial that it behaves as traffic should"""
    entity: np.ndarray
    """(n_vehicles,) uint64: hash of the name, for the dice"""


class Sensors(NamedTuple):
    """Radars. One that does not search has an infinite `turn` and only guides."""

    position: np.ndarray
    """(n_sensors, 3) float64 [m]"""
    turn: np.ndarray
    """(n_sensors,) float64 [s]: time between looks"""
    range_error: np.ndarray
    """(n_sensors,) float64 [m], one standard deviation"""
    angle_error: np.ndarray
    """(n_sensors,) float64 [rad], one standard deviation, azimuth and elevation alike"""
    group: np.ndarray
    """(n_sensors,) int64: the group whose air picture gets its plots"""
    entity: np.ndarray
    """(n_sensors,) uint64"""


class Looks(NamedTuple):
    """Single-look detection probability along each route as each sensor sees it.

    `pd[start[s, v, r] + k]` belongs to route sample `first[s, v, r] + k`, for
    0 <= k < `count[s, v, r]`; outside it is zero. Zero inside means masked or out of reach.
    """

    pd: np.ndarray
    """(n_table,) float32"""
    start: np.ndarray
    """(n_sensors, n_vehicles, n_variants) int64"""
    first: np.ndarray
    """(n_sensors, n_vehicles, n_variants) int64"""
    count: np.ndarray
    """(n_sensors, n_vehicles, n_variants) int64"""


class Masks(NamedTuple):
    """Lowest height that a sensor can see over azimuth × range (its own known terrain)."""

    height: np.ndarray
    """(n_maps, n_azimuths, n_ranges) float32 [m above the ellipsoid]; sensors share maps"""
    map: np.ndarray
    """(n_sensors,) int64: which map is the sensor's"""
    range_step: np.ndarray
    """(n_maps,) float64 [m]"""


class Units(NamedTuple):
    """Fire units."""

    position: np.ndarray
    """(n_units, 3) float64 [m]"""
    group: np.ndarray
    """(n_units,) int64"""
    channels: np.ndarray
    """(n_units,) int64: engagements guided at once"""
    reaction: np.ndarray
    """(n_units,) float64 [s]: from assignment to launch"""
    sensor: np.ndarray
    """(n_units,) int64: the sensor that must hold the target, -1 if none is needed"""
    first_weapon: np.ndarray
    """(n_units + 1,) int64: weapons of a unit are first_weapon[u] .. first_weapon[u + 1] - 1"""
    first_in_group: np.ndarray
    """(n_groups + 1,) int64: units of a group are consecutive"""


class Weapons(NamedTuple):
    """One kind of round and its magazine on one fire unit (a gun's round is a burst)."""

    unit: np.ndarray
    """(n_weapons,) int64"""
    range_min: np.ndarray
    """(n_weapons,) float64 [m]"""
    range_max: np.ndarray
    """(n_weapons,) float64 [m]"""
    height_min: np.ndarray
    """(n_weapons,) float64 [m above the ground at the unit]"""
    height_max: np.ndarray
    """(n_weapons,) float64 [m above the ground at the unit]"""
    speed_max: np.ndarray
    """(n_weapons,) float64 [m/s]: fastest target it can engage"""
    rounds: np.ndarray
    """(n_weapons,) int64: ready rounds"""
    reload_time: np.ndarray
    """(n_weapons,) float64 [s] from empty to full; infinite: no reload"""
    interval: np.ndarray
    """(n_weapons,) float64 [s] between rounds of one salvo"""
    pk: np.ndarray
    """(n_weapons, n_classes, N_RANGE_BINS) float64, for a round that arrives"""
    flight_time: np.ndarray
    """(n_weapons, N_RANGE_BINS + 1) float64 [s], at the bin edges"""
    entity: np.ndarray
    """(n_weapons,) uint64"""


class Policy(NamedTuple):
    """How the defence decides; the same for all groups."""

    weapons_control: int
    salvo: int
    """rounds of one decision"""
    max_salvos: int
    """salvos at one track before it is given up"""
    looks_between: int
    """1: shoot-look-shoot; 0: all salvos without waiting for assessment"""
    assignment: int
    """index into `doctrine.assignment.RULES`"""
    link_delay: float
    decision_time: float
    assessment_time: float
    p_kill_seen: float
    """chance that a kill is declared a kill"""
    p_miss_seen: float
    """chance that a miss is declared a miss"""
    m_of_n_hits: int
    m_of_n_looks: int
    drop_time: float
    identification_time: float
    p_reply: float
    """chance that a working transponder's reply is received at one interrogation"""


class Perfect(NamedTuple):
    """Links of the chain that are taken as perfect."""

    detection: bool
    tracking: bool
    identification: bool
    communication: bool
    assignment: bool
    assessment: bool


class World(NamedTuple):
    """All constants of a scenario."""

    routes: Routes
    vehicles: Vehicles
    sensors: Sensors
    looks: Looks
    masks: Masks
    units: Units
    weapons: Weapons
    policy: Policy
    perfect: Perfect
    asset_position: np.ndarray
    """(n_assets, 3) float64 [m]"""
    asset_value: np.ndarray
    """(n_assets,) float64"""
    reachable: np.ndarray
    """(n_vehicles, n_variants) uint8: bit 0 some sensor reaches the route, bit 1 some sensor sees it,
    bit 2 some weapon could engage it somewhere (static geometry)"""
    n_groups: int
    earth_radius: float
    """[m], mean radius at the origin"""
    origin_height: float
    """[m above the ellipsoid] of the frame's origin"""
    duration: float
    """[s]"""
    runs_to_end: bool
    """play to `duration` even when nothing is left to decide"""
