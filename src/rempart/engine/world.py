"""World: everything about a scenario that is the same in every trial. Arrays only, SI, radians.

Positions are east, north, up [m] in the tangent frame of the scenario's origin (WGS-84); all of
them are true Cartesian coordinates, so distances are straight lines. Index names: `vehicle`,
`variant` (one of the prepared realisations of a vehicle's route), `sensor`, `eye` (a sensor at one
place: one that stands still has one, one that marches has one for each stretch of its way), `group`
(fire units that share one air picture and one commander), `unit` (fire unit), `weapon` (one kind of
round with its magazine on one fire unit), `asset`, `march` (the way of something on the ground).

What belongs to one thing is one row of a record array; `world.vehicles.earliest[vehicle]` reads it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address
from rempart.picture.identity import IdentityNet
from rempart.picture.settings import TrackerSettings

SNR_FLOOR_DB, SNR_STEP_DB, N_SNR = -20.0, 0.1, 801
"""Grid of the tables of detection probability over signal-to-noise ratio."""
LEAST_PD = 1e-2
"""A look with less chance than this counts as out of reach."""
N_RANGE_BINS = 64
"""Bins of the pk and time-of-flight tables, uniform from 0 to the weapon's reach."""

VEHICLE = np.dtype(
    [
        ("vehicle_class", "i8"),  # index into events.vehicle_classes.CLASS_NAMES
        ("is_hostile", "i8"),  # 1 for threats, 0 for traffic
        ("asset", "i8"),  # asset aimed at, -1 for traffic and for a carrier that turns back
        ("parent", "i8"),  # vehicle, of a lower index, that carries and releases it; -1: it flies by itself
        ("rcs", "f8"),  # [m²] radar cross-section, mean over aspects
        ("earliest", "f8"),  # [s] start times are uniform on [earliest, latest]; not for a carried one
        ("latest", "f8"),  # [s]
        ("step", "f8"),  # [s] between samples of its routes
        ("p_transponder", "f8"),  # chance per trial that it answers interrogation
        ("p_conforms", "f8"),  # chance per trial that it behaves as traffic should
        ("entity", "u8"),  # hash of the name, for the dice
        ("swerling", "i8"),  # fluctuation case
        ("jam_density", "f8"),  # [W/Hz] that its jammer radiates; 0: it has none
        ("emits", "f8"),  # chance per trial that it radiates, so that a direction finder can hear it
    ],
    align=True,
)
"""One threat or traffic aircraft, as it truly is."""

ROUTE = np.dtype(
    [
        ("first", "i8"),  # row of `positions` where the path begins
        ("count", "i8"),  # samples; flight time = (count - 1) x step
        ("release", "f8"),  # [s] after its parent's start, on the parent's same variant
        ("reachable", "i8"),  # bits of `Reachable`
    ],
    align=True,
)
"""One variant of a vehicle's flight path, sampled uniformly in time; linear in between."""

SENSOR = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),  # [m]
        ("turn", "f8"),  # [s] between looks; infinite for a sensor that only guides
        ("range_error", "f8"),  # [m] one standard deviation
        ("angle_error", "f8"),  # [rad] one standard deviation, azimuth and elevation alike
        ("group", "i8"),  # the group that it belongs to
        ("first_feed", "i8"),
        ("end_feed", "i8"),  # its plots go to feeds first_feed .. end_feed - 1, its own group's first
        ("first_eye", "i8"),
        ("n_eyes", "i8"),  # rows of `views` first_eye .. first_eye + n_eyes - 1, one a stretch of its march
        ("mask", "i8"),  # first eye's map in `masks`, whose first ray points to the frame's north
        ("mask_step", "f8"),  # [m] between ranges of those maps
        ("march", "i8"),  # -1: it stands still at x, y, z
        ("asset", "i8"),  # the asset whose loss puts it out of action, -1 for none
        ("entity", "u8"),
        ("elevation_error", "f8"),  # [rad] one standard deviation; infinite: it tells no height
        ("rate_error", "f8"),  # [m/s] one standard deviation of the range rate; infinite: it tells none
        ("error_snr", "f8"),  # signal-to-noise ratio at which the errors hold; 0: they hold always
        ("range_cell", "f8"),  # [m]: echoes closer than this in range, azimuth and elevation are one plot
        ("azimuth_cell", "f8"),  # [rad]
        ("elevation_cell", "f8"),  # [rad]; infinite for one that tells no height
        ("n_false", "f8"),  # false plots to be expected in one turn
        ("range_min", "f8"),
        ("range_max", "f8"),  # [m]
        ("elevation_min", "f8"),
        ("elevation_max", "f8"),  # [rad]
        ("facing", "f8"),  # [rad] azimuth of the middle of its sector, in the frame
        ("half_sector", "f8"),  # [rad]
        ("range_bias", "f8"),  # [m] standard deviation, over trials, of a fault of all its ranges
        ("azimuth_bias", "f8"),  # [rad] the same of all its azimuths
        ("is_silent", "i8"),  # 1: it does not radiate until its group is cued
        ("jam_gain", "f8"),  # [m² Hz/W] jamming over noise that 1 W/Hz would cause from 1 m, in the main beam
        ("sidelobe", "f8"),  # gain beside the main beam over that in it
        ("n_dedicated", "i8"),  # firm tracks that it can look at between its turns
        ("dedicated_turn", "f8"),  # [s] between those looks; infinite: it has none
        ("first_table", "i8"),  # row of `World.pd_over_snr` of fluctuation case 0, four more follow; -1: none
        (
            "baseline",
            "f8",
        ),  # [m] of a direction finder, whose angle_error is that of one bearing; 0: it is none
    ],
    align=True,
)
"""One radar or optical sensor."""

FEED = np.dtype(
    [
        ("group", "i8"),
        ("delay", "f8"),  # [s] later than its own group's
        ("loss", "f8"),  # chance that the plots of one turn do not arrive
        ("entity", "u8"),
    ],
    align=True,
)
"""A group whose air picture gets a sensor's plots."""

TRACK_LINK = np.dtype(
    [
        ("giver", "i8"),  # the group whose tracks are reported
        ("taker", "i8"),  # the group that takes the reports into its picture
        ("delay", "f8"),  # [s]
        ("loss", "f8"),  # chance that a report does not arrive
        ("every", "f8"),  # [s] least time between reports of one track; 0: each plot of it is followed by one
        ("rule", "i8"),  # index into `FUSIONS`
        ("entity", "u8"),
    ],
    align=True,
)
"""A way for tracks, in place of plots, from one group to another."""

MARCH = np.dtype(
    [
        ("first", "i8"),  # row of `march_positions` where the way begins
        ("count", "i8"),
        ("start", "f8"),  # [s]
        ("step", "f8"),  # [s] between rows; before the first and after the last it stands still
    ],
    align=True,
)
"""The way of something on the ground; linear between rows. A sensor's eye k serves nearest to row k."""

VIEW = np.dtype(
    [
        ("start", "i8"),  # row of `pd`
        ("first", "i8"),  # route sample to which that row belongs
        ("count", "i8"),  # rows; outside them the detection probability is zero
    ],
    align=True,
)
"""The part of a route that a sensor may see."""

UNIT = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),  # [m]
        ("group", "i8"),
        ("channels", "i8"),  # engagements guided at once
        ("reaction", "f8"),  # [s] from assignment to launch
        ("sensor", "i8"),  # the sensor that must hold the target, -1 if none is needed
        ("march", "i8"),  # -1: it stands still at x, y, z
        ("pk_moving", "f8"),  # kill probability while it moves over that at a halt; 0: it must halt to fire
        ("asset", "i8"),  # the asset whose loss puts it out of action, -1 for none
        ("first_weapon", "i8"),
        ("end_weapon", "i8"),  # its weapons are first_weapon .. end_weapon - 1
        ("reach", "f8"),  # [m] of its farthest weapon
        ("flight_time", "f8"),  # [s] of its slowest weapon to the end of its reach
    ],
    align=True,
)
"""One fire unit; the units of a group are consecutive."""

WEAPON = np.dtype(
    [
        ("unit", "i8"),
        ("range_min", "f8"),
        ("range_max", "f8"),  # [m] slant
        ("height_min", "f8"),
        ("height_max", "f8"),  # [m] above the fire unit
        ("speed_max", "f8"),  # [m/s] fastest target it can engage
        ("rounds", "i8"),  # ready rounds (a gun's round is a burst)
        ("reload_time", "f8"),  # [s] from empty to full; infinite: no reload
        ("stock", "i8"),  # rounds in reserve, from which it is reloaded; -1: no end of them
        ("interval", "f8"),  # [s] between rounds of one salvo
        ("cost", "f8"),  # [USD] of one round (burst)
        ("entity", "u8"),
    ],
    align=True,
)
"""One kind of round and its magazine on one fire unit."""

ASSET = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),  # [m]
        ("value", "f8"),
        ("march", "i8"),  # -1: it stands still at x, y, z
        ("p_lost", "f8"),  # chance that a leaker puts out of action what stands there
    ],
    align=True,
)
"""One defended asset."""

GROUP = np.dtype([("first_unit", "i8"), ("end_unit", "i8")], align=True)
"""One group: its fire units are first_unit .. end_unit - 1."""

IN_REACH_OF_SENSOR, IN_SIGHT_OF_SENSOR, IN_REACH_OF_WEAPON = 1, 2, 4
"""Bits of a route: some sensor would see it with nothing in between; some sensor does see it; some
weapon could engage it somewhere."""


ASSOCIATIONS = ("known", "gnn", "jpda")
"""How plots find their tracks: by the truth, by global nearest neighbour, by joint probabilities."""
KNOWN = 0
FUSIONS = ("intersection", "best-source")
"""How a report and the track that it agrees with become one; the numbers are those of `picture.reports`."""


@by_address
class Policy(NamedTuple):
    """How the defence decides; the same for all groups."""

    weapons_control: int
    salvo: int
    """rounds of one decision"""
    max_salvos: int
    """salvos that one fire unit may fire at one track"""
    assignment: int
    """index into `doctrine.assignment.RULES`"""
    association: int
    """`KNOWN`: whose plot is whose is taken as known; else index into `ASSOCIATIONS`"""
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
    sector_start: float
    """[rad] first edge of the threatened sector, clockwise from north"""
    sector_width: float
    """[rad] 0: no sector is threatened"""


@by_address
class Perfect(NamedTuple):
    """Links of the chain that are taken as perfect."""

    detection: bool
    tracking: bool
    identification: bool
    communication: bool
    assignment: bool
    assessment: bool


@by_address
class World(NamedTuple):
    """All constants of a scenario."""

    positions: np.ndarray
    """(n_samples, 3) float32 [m]: the routes of all vehicles, one after another"""
    routes: np.recarray
    """(n_vehicles, n_variants) of `ROUTE`"""
    vehicles: np.recarray
    """(n_vehicles,) of `VEHICLE`"""
    sensors: np.recarray
    """(n_sensors,) of `SENSOR`"""
    pd: np.ndarray
    """(n_rows,) float32: detection probability of one look, along each view"""
    snr: np.ndarray
    """(n_rows,) float32: signal-to-noise power ratio of one look, along each view; 0 for what is no radar"""
    pd_over_snr: np.ndarray
    """(n_tables, N_SNR) float32: detection probability of one look over signal-to-noise ratio, from
    `SNR_FLOOR_DB` in steps of `SNR_STEP_DB`; for the sensors, one a fluctuation case"""
    feeds: np.recarray
    """(n_feeds,) of `FEED`"""
    views: np.recarray
    """(n_eyes, n_vehicles, n_variants) of `VIEW`"""
    masks: np.ndarray
    """(n_maps, n_azimuths, n_ranges) float32 [m above the ellipsoid]: lowest visible height"""
    units: np.recarray
    """(n_units,) of `UNIT`"""
    weapons: np.recarray
    """(n_weapons,) of `WEAPON`"""
    pk: np.ndarray
    """(n_weapons, n_classes, N_RANGE_BINS) float64: kill probability of a round that arrives"""
    flight_time: np.ndarray
    """(n_weapons, N_RANGE_BINS + 1) float64 [s], at the bin edges"""
    assets: np.recarray
    """(n_assets,) of `ASSET`"""
    marches: np.recarray
    """(n_marches,) of `MARCH`"""
    march_positions: np.ndarray
    """(n_rows, 3) float64 [m]"""
    groups: np.recarray
    """(n_groups,) of `GROUP`"""
    corridors: np.recarray
    """(n_corridors,) of `CORRIDOR`: published ones; none where they are no evidence"""
    corridor_points: np.ndarray
    """(n_points, 3) float64 [m]: the corners of all corridors, one after another"""
    declaration_delay: np.ndarray
    """(n_groups, n_groups) float64 [s]: how much later the second hears what the first declares"""
    identity: IdentityNet
    """what the defence believes of evidence"""
    n_slots: int
    """tracks that one group can hold at a time; where association is known, track k is of vehicle k"""
    tracker: TrackerSettings | None
    """of every group's picture; none where association is known"""
    policy: Policy
    perfect: Perfect
    earth_radius: float
    """[m], mean radius at the origin"""
    origin_height: float
    """[m above the ellipsoid] of the frame's origin"""
    duration: float
    """[s]"""
    runs_to_end: bool
    """play to `duration` even when nothing is left to decide"""
    track_links: np.recarray
    """(n_links,) of `TRACK_LINK`; none where association is known"""


def records(dtype: np.dtype, shape: int | tuple[int, ...]) -> np.recarray:
    """Rows of zeros whose fields are read as attributes."""
    return np.zeros(shape, dtype).view(np.recarray)
