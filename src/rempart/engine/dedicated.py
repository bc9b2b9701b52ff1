"""Looks that a radar with a steered beam gives to single tracks between its turns."""

from __future__ import annotations

import math

from rempart.base.dice import uniform
from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.doctrine.evaluation import evaluate_threat
from rempart.engine.agenda import cancel
from rempart.engine.decision import locate_assets
from rempart.engine.state import FIRM, FLYING
from rempart.engine.truth import look_pd, place_of, separation, true_position
from rempart.engine.turning import follow_next
from rempart.engine.world import KNOWN
from rempart.events.identities import HOSTILE
from rempart.picture.tracker import track_position, track_velocity

FIRST_DEDICATED = 1 << 40
"""Dedicated looks are numbered from here on, so that they share no draw with those of turns."""


@inner_kernel
def cast_dedicated(world, state, sensor, now):
    """Roll the dedicated looks that are due now, and enter the next ones if there is a track to follow.

    The looks fill the first rows of `looked` and `is_hit`, as those of a turn do, and of `state.followed`.
    They are numbered by the sensor's `look`, which the caller sets back.

    Returns
    -------
    int
        Number of looks, at most the radar's `n_dedicated`.
    """
    search = state.searches[sensor]
    search.look = FIRST_DEDICATED + search.visit
    n_followed = _list_followed(world, state, sensor, now)
    if n_followed < 0:
        cancel(state.agenda, state.slots.follow + sensor)
        return 0
    follow_next(world, state, sensor, now)
    n_looks, most = 0, min(world.sensors.n_dedicated[sensor], state.in_view.shape[1])
    for place in range(n_followed):
        if n_looks == most:
            break
        _bring_most_urgent(state.followed, place, n_followed)
        if _look_at(world, state, sensor, state.followed.case[place], n_looks, now):
            state.followed.case[n_looks] = state.followed.case[place]
            n_looks += 1
    return n_looks


@inner_kernel
def _list_followed(world, state, sensor, now):
    """List the tracks in a radar's coverage that it would follow; -1 if its group has none at all."""
    group, cases, n_followed = world.sensors.group[sensor], state.cases, 0
    locate_assets(world, state, now)
    is_idle = True
    for case in range(group * world.n_slots, group * world.n_slots + state.n_used[group]):
        is_engaged = cases.weapon[case] >= 0
        if cases.status[case] != FIRM or not (is_engaged or cases.identity[case] == HOSTILE):
            continue
        is_idle = False
        place = track_position(state.tracks, case, now)
        if not _is_covered(world, sensor, place, now):
            continue
        _, time_to_go = evaluate_threat(place, track_velocity(state.tracks, case), state.assets)
        state.followed.case[n_followed] = case
        state.followed.wait[n_followed] = -1.0 if is_engaged else time_to_go
        n_followed += 1
    return -1 if is_idle else n_followed


@inner_kernel
def _is_covered(world, sensor, place, now):
    """Whether a place lies in a radar's range, sector and elevations."""
    radar, site = world.sensors[sensor], place_of(world, world.sensors, sensor, now)
    distance = separation(place, site)
    if not radar.range_min <= distance <= radar.range_max:
        return False
    tilt = math.asin((place[2] - site[2]) / max(distance, 1.0))
    off = bearing_to(site, place) - radar.facing
    off = abs(math.atan2(math.sin(off), math.cos(off)))
    return radar.elevation_min <= tilt <= radar.elevation_max and off <= radar.half_sector + 1e-9


@inlined_kernel
def bearing_to(site, place):
    """Azimuth of a place [rad], clockwise from the frame's north."""
    return math.atan2(place[0] - site[0], place[1] - site[1])


@inner_kernel
def _bring_most_urgent(followed, place, n_followed):
    """Put the most urgent of the rows from `place` on there."""
    first = place
    for row in range(place + 1, n_followed):
        if followed.wait[row] < followed.wait[first]:
            first = row
    case, wait = followed.case[first], followed.wait[first]
    followed.case[first], followed.wait[first] = followed.case[place], followed.wait[place]
    followed.case[place], followed.wait[place] = case, wait


@inner_kernel
def _look_at(world, state, sensor, case, look, now):
    """Roll one look at a track; false, and none, if it is known that there is nothing to see."""
    search, view, vehicle = state.searches[sensor], state.in_view[sensor], state.cases.vehicle[case]
    chance = 0.0
    if vehicle >= 0 and state.flights.status[vehicle] == FLYING:
        chance = look_pd(world, state, sensor, vehicle, now)
    is_known = world.policy.association == KNOWN
    if is_known and chance <= 0.0:
        return False
    view.looked[look], view.is_hit[look] = vehicle, 0
    if chance > 0.0 and (is_known or _is_in_beam(world, state, sensor, case, now)):
        draw = uniform(search.detection_key ^ world.vehicles.entity[vehicle], search.look)
        view.is_hit[look] = 1 if world.perfect.detection or draw < chance else 0
    return True


@inner_kernel
def _is_in_beam(world, state, sensor, case, now):
    """Whether what a track follows truly is where the beam points: at the place that the track tells."""
    radar, site = world.sensors[sensor], place_of(world, world.sensors, sensor, now)
    told = track_position(state.tracks, case, now)
    truth = true_position(world, state, state.cases.vehicle[case], now)
    off = bearing_to(site, truth) - bearing_to(site, told)
    off = abs(math.atan2(math.sin(off), math.cos(off)))
    return (
        off <= radar.azimuth_cell and abs(tilt_to(site, truth) - tilt_to(site, told)) <= radar.elevation_cell
    )


@inlined_kernel
def tilt_to(site, place):
    """Elevation of a place [rad]."""
    return math.atan2(place[2] - site[2], math.hypot(place[0] - site[0], place[1] - site[1]))


@inner_kernel
def aim_scan(world, state, sensor, case, now):
    """Narrow the sheet's scan to the beam around what a track tells.

    It goes by a number of its own: that a tentative track beside the followed one has no plot in it is no
    reason to give that track up.
    """
    radar, scans = world.sensors[sensor], state.sheet.scans
    site, told = place_of(world, world.sensors, sensor, now), track_position(state.tracks, case, now)
    tilt, half = tilt_to(site, told), radar.elevation_cell
    scans.bearing[0], scans.width[0] = bearing_to(site, told), 2.0 * radar.azimuth_cell
    scans.elevation[0, 0] = max(tilt - half, radar.elevation_min)
    scans.elevation[0, 1] = min(tilt + half, radar.elevation_max)
    scans.source[0] = world.sensors.shape[0] + sensor
