"""Everything that can happen in a trial: the kinds of row in an event log.

A row is `EVENT_DTYPE`: when, what, to which vehicle, by which actor, and a value whose meaning
the table below gives. `vehicle` and `actor` are indices into the world's names; -1 means none.
"""

from __future__ import annotations

import numpy as np

EVENT_DTYPE = np.dtype(
    [
        ("time", "f8"),
        ("kind", "i4"),
        ("vehicle", "i4"),
        ("actor", "i4"),
        ("value", "f8"),
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
    ]
)
"""Time [s] from the start of the scenario; x, y, z [m] east, north, up of the scenario's origin:
where the vehicle is, or (plot, track rows) where the defender believes it is."""

EVENT_KINDS: dict[str, tuple[str, str, str]] = {
    "takeoff": ("a vehicle enters the scenario", "none", "route variant"),
    "plot": ("a sensor reports a detection", "sensor", "1 if it updated a firm track"),
    "track_firm": ("a track is confirmed", "group", "number of plots so far"),
    "track_dropped": ("a firm track is dropped for lack of plots", "group", "age of the last plot [s]"),
    "identified": ("an identity is declared", "group", "identity index"),
    "assigned": ("a fire unit is committed to a track", "weapon", "predicted time of intercept [s]"),
    "blocked": ("no fire unit could take the track", "group", "cause index"),
    "aborted": ("an engagement is given up before launch", "weapon", "none"),
    "launch": (
        "one interceptor or burst is fired",
        "weapon",
        "time of intercept [s], -1 if it will fall short",
    ),
    "intercept_miss": ("an interceptor arrives and misses", "weapon", "pk it had"),
    "intercept_kill": ("an interceptor arrives and kills", "weapon", "pk it had"),
    "assessed": ("the result of an engagement is declared", "weapon", "1 if declared killed"),
    "reloaded": ("a magazine is filled again", "weapon", "rounds"),
    "leaked": ("a threat reaches its aim", "none", "cause index"),
    "departed": ("a vehicle that aims at nothing completes its route", "none", "none"),
    "released": ("a carrier lets a weapon go", "none", "index of the carrier"),
    "not_released": ("a weapon is lost with its carrier", "none", "index of the carrier"),
    "sensor_lost": ("a sensor is put out of action", "sensor", "none"),
    "unit_lost": ("a fire unit is put out of action", "unit", "none"),
    "track_swapped": ("a firm track goes on with another vehicle's plots", "group", "index of the former"),
    "radiating": ("a silent radar begins to radiate", "sensor", "none"),
}
"""Kind → (what happened, what `actor` indexes, what `value` holds), in index order."""
KIND_NAMES: tuple[str, ...] = tuple(EVENT_KINDS)

(
    TAKEOFF,
    PLOT,
    TRACK_FIRM,
    TRACK_DROPPED,
    IDENTIFIED,
    ASSIGNED,
    BLOCKED,
    ABORTED,
    LAUNCH,
    INTERCEPT_MISS,
    INTERCEPT_KILL,
    ASSESSED,
    RELOADED,
    LEAKED_EVENT,
    DEPARTED_EVENT,
    RELEASED,
    NOT_RELEASED_EVENT,
    SENSOR_LOST,
    UNIT_LOST,
    TRACK_SWAPPED,
    RADIATING,
) = range(len(KIND_NAMES))
