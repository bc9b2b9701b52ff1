"""A scorecard: what a trial adds up about how good the groups' pictures are, and the memory for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address, inner_kernel
from rempart.engine.world import World, records

SCORES = (
    "objects",
    "held",
    "tracks",
    "following",
    "position_error",
    "height_error",
    "velocity_error",
    "squares",
    "n_squares",
    "right",
    "wrong",
    "undecided",
    "class_right",
    "class_wrong",
    "changes",
    "longest",
    "gospa",
    "moments",
)
"""What is added up for each group, moment by moment; `docs/model/track_measures.md` says what they mean."""
(
    OBJECTS,
    HELD,
    TRACKS,
    FOLLOWING,
    POSITION_ERROR,
    HEIGHT_ERROR,
    VELOCITY_ERROR,
    SQUARES,
    N_SQUARES,
    RIGHT,
    WRONG,
    UNDECIDED,
    CLASS_RIGHT,
    CLASS_WRONG,
    CHANGES,
    LONGEST,
    GOSPA,
    MOMENTS,
) = range(len(SCORES))
SENSINGS = ("looks", "detections", "false_plots", "unresolved")
"""What is counted for each sensor."""
LOOKS, DETECTIONS, FALSE_PLOTS, UNRESOLVED = range(len(SENSINGS))

MOMENTS_A_FLIGHT = 12
"""Moments in a flight of median length at which the pictures are compared with the truth."""
SHORTEST_INTERVAL, LONGEST_INTERVAL = 1.0, 120.0
"""Between those moments [s]."""
MOST_NEAR = 32
"""Tracks close to one object that may be its partner; of more, the nearest."""

DESK = np.dtype(
    [("next", "f8"), ("interval", "f8"), ("number", "i8"), ("squares", "f8", (3, 7, 7))], align=True
)
"""When the pictures are next compared with the truth [s], how often they have been, and scratch of the
squared errors."""

HOLDING = np.dtype(
    [
        (
            "object",
            "i8",
        ),  # a vehicle that is an object of the group now; a list of its own, from the first on
        ("moment", "i8"),  # the last at which the vehicle was an object
        ("held_at", "i8"),  # the last moment at which a track followed it
        ("holder", "i8"),  # number of the track that holds it, 0: none has so far
        ("candidate", "i8"),  # number of the track that will hold it after this moment
        ("run", "i8"),  # moments for which the holder has held it
        ("longest", "i8"),  # such run
    ],
    align=True,
)
"""How a group holds one vehicle."""

PLACE = np.dtype([("moment", "i8"), ("position", "f8", (3,)), ("velocity", "f8", (3,))], align=True)
"""Where a vehicle truly is [m], [m/s], at the moment of this number."""

MARK = np.dtype(
    [
        ("east", "f8"),
        ("north", "f8"),  # [m]
        ("order", "i8"),  # a mark by its east; a list of its own
        ("price", "f8"),
        ("partner", "i8"),
        ("shortest", "f8"),
        ("came_from", "i8"),
        ("state", "i8"),
        ("touched", "i8"),  # a list of its own
    ],
    align=True,
)
"""One track of the picture at hand; from `price` on as the pairing (`picture.pairing`) asks for."""
GATE = np.dtype(
    [
        ("row", "i8"),  # its own number
        ("n_gated", "i8"),
        ("price", "f8"),
        ("partner", "i8"),
        ("gated", "i8", (MOST_NEAR,)),  # marks close to the object
        ("gain", "f8", (MOST_NEAR,)),  # [m²] what the pair saves
    ],
    align=True,
)
"""One object of the picture at hand, as the pairing asks for."""


@by_address
class Board(NamedTuple):
    """One picture beside the truth, column by column under the names of the pairing."""

    spots: np.recarray
    gates: np.recarray
    gated: np.ndarray
    gain: np.ndarray
    rows: np.ndarray
    touched: np.ndarray


@by_address
class Scorecard(NamedTuple):
    """All that a trial adds up about its pictures, and scratch. Few arrays, as every call passes them on."""

    desk: np.recarray
    """(1,) of `DESK`"""
    sums: np.ndarray
    """(n_groups, n_scores) float64, columns are `SCORES`"""
    sensing: np.ndarray
    """(n_sensors, 4) int64, columns are `SENSINGS`"""
    n_objects: np.ndarray
    """(n_groups,) int64: objects at this moment"""
    holdings: np.recarray
    """(n_groups, n_vehicles) of `HOLDING`"""
    places: np.recarray
    """(n_vehicles,) of `PLACE`"""
    marks: np.recarray
    """(n_slots,) of `MARK`"""
    gates: np.recarray
    """(n_vehicles,) of `GATE`"""


def new_scorecard(world: World) -> Scorecard:
    """An empty scorecard."""
    n_vehicles, n_groups = len(world.vehicles), len(world.groups)
    desk, gates = records(DESK, 1), records(GATE, n_vehicles)
    desk.interval[0] = survey_interval(world)
    gates.row = np.arange(n_vehicles)
    return Scorecard(
        desk=desk,
        sums=np.zeros((n_groups, len(SCORES))),
        sensing=np.zeros((len(world.sensors), len(SENSINGS)), np.int64),
        n_objects=np.zeros(n_groups, np.int64),
        holdings=records(HOLDING, (n_groups, n_vehicles)),
        places=records(PLACE, n_vehicles),
        marks=records(MARK, world.n_slots),
        gates=gates,
    )


def survey_interval(world: World) -> float:
    """Time [s] between moments at which the pictures are compared with the truth."""
    if not len(world.vehicles):
        return LONGEST_INTERVAL
    times = (world.routes.count - 1) * world.vehicles.step[:, None]
    interval = float(np.median(times)) / MOMENTS_A_FLIGHT
    return min(max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL)


@inner_kernel
def clear_scorecard(card):
    """Before a trial: nothing has been added up."""
    card.desk.next[0], card.desk.number[0] = card.desk.interval[0], 0
    card.sums[:, :] = 0.0
    card.sensing[:, :] = 0
    for vehicle in range(card.places.shape[0]):
        card.places.moment[vehicle] = 0
    for group in range(card.holdings.shape[0]):
        for vehicle in range(card.holdings.shape[1]):
            holding = card.holdings[group, vehicle]
            holding.moment, holding.held_at, holding.holder = 0, 0, 0
            holding.run, holding.longest = 0, 0


@inner_kernel
def copy_scores(card, picture, sensing):
    """Copy what a trial has added up to its rows of the tally."""
    for group in range(picture.shape[0]):
        for score in range(picture.shape[1]):
            picture[group, score] = card.sums[group, score]
    for sensor in range(sensing.shape[0]):
        for column in range(sensing.shape[1]):
            sensing[sensor, column] = card.sensing[sensor, column]
