"""The commander's part of a trial: identity of a firm track, and which weapon, if any, takes it."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.doctrine.assignment import assignment_score
from rempart.doctrine.envelope import is_in_envelope
from rempart.doctrine.evaluation import evaluate_threat
from rempart.engine.agenda import schedule
from rempart.engine.evidence import motion_of
from rempart.engine.jamming import jammed_pd, may_be_jammed
from rempart.engine.log import note
from rempart.engine.state import (
    HOLD_JAMMED,
    OPEN,
    SAW_CHANNELS_BUSY,
    SAW_KNOCKED_OUT,
    SAW_MAGAZINE_EMPTY,
)
from rempart.engine.tracks import group_of, mark_flight
from rempart.engine.truth import (
    eye_of,
    eye_place,
    look_pd,
    march_place,
    moving_share,
    place_of,
    separation,
)
from rempart.engine.world import N_RANGE_BINS
from rempart.events.kinds import BLOCKED
from rempart.events.outcomes import CHANNELS_SATURATED, KNOCKED_OUT, MAGAZINE_EMPTY
from rempart.events.vehicle_classes import BALLISTIC_MISSILE, ROCKET
from rempart.geo.frames import height_above
from rempart.geo.masking import mask_height
from rempart.physics.intercept import (
    Intercept,
    Motion,
    descent_time,
    entry_time,
    intercept,
    tabulated_flight_time,
)
from rempart.picture.classification import apparent_class
from rempart.picture.tracker import track_position, track_velocity

GRAVITY = 9.80665
LOCK_PD = 0.5
"""A sensor can hold a target for guidance where a single look would detect it this often."""
SOONEST_REVIEW, NEAR_REVIEW, LATEST_REVIEW = 1.0, 10.0, 30.0
"""Bounds on the time until a track that cannot be engaged yet is reviewed: at the soonest, while it
is within some fire unit's reach, and at the latest [s]."""
REVIEW_PATH = 1000.0
"""Within the bounds, a track within reach is reviewed each time it has flown this far [m]."""
WAITED_SHARE = 0.5
"""A track that cannot be engaged for some time is reviewed after this part of it."""
PLANNED_BINS = N_RANGE_BINS - 2
"""Meetings are planned within this many bins of a weapon's reach, 3 % short of the last of it, so
that a small error of the track does not let the interceptor fall short."""
LAUNCH_TOLERANCE = 0.5
"""A launch this soon after the reaction time counts as possible at once [s]."""


class Estimate(NamedTuple):
    """What the group believes of a track now."""

    position: tuple
    velocity: tuple
    vehicle_class: int
    speed: float
    time_to_go: float
    """[s] until it reaches the asset it endangers, or, falling freely, the ground"""


class Stand(NamedTuple):
    """Where a fire unit will be when it launches."""

    place: tuple
    eye: int
    """through which its sensor then looks, -1 if it needs no sensor"""
    pk_share: float
    """kill probability of what it launches there, over that at a halt"""


class Offer(NamedTuple):
    """What one weapon could do about a track."""

    launch_delay: float
    """[s] from now to the earliest launch, infinite if there is none"""
    meeting: Intercept


NO_MEETING = Intercept(math.inf, math.inf, 0.0)


@inner_kernel
def estimate_of(world, state, case, now):
    """The group's estimate of a case's track, and how soon it would reach an asset."""
    vehicle = state.cases.vehicle[case]
    position, velocity, height = motion_of(world, state, case, now)
    speed = math.sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    if world.perfect.identification and vehicle >= 0:
        vehicle_class = world.vehicles.vehicle_class[vehicle]
    else:
        vehicle_class = apparent_class(velocity, height, state.cases.cross_section[case])
    if is_falling(vehicle_class):
        fall = Motion(0.0, 0.0, height, velocity[0], velocity[1], velocity[2], GRAVITY)
        time_to_go = descent_time(fall, 0.0)
    else:
        locate_assets(world, state, now)
        _, time_to_go = evaluate_threat(position, velocity, state.assets)
    return Estimate(position, velocity, vehicle_class, speed, time_to_go)


@inlined_kernel
def is_falling(vehicle_class):
    """Whether what a track is taken for flies unpowered, on a parabola."""
    return vehicle_class in (BALLISTIC_MISSILE, ROCKET)


@inlined_kernel
def locate_assets(world, state, now):
    """Put the assets that are on the march where they are now."""
    # A scenario in which nothing marches shall not pay for those in which something does.
    if world.marches.shape[0] > 0:
        _move_assets(world, state, now)


@inner_kernel
def _move_assets(world, state, now):
    for asset in range(world.assets.shape[0]):
        march = world.assets.march[asset]
        if march >= 0:
            x, y, z = march_place(world.marches, world.march_positions, march, now)
            state.assets.x[asset], state.assets.y[asset], state.assets.z[asset] = x, y, z


@inlined_kernel
def is_out_of_action(world, state, unit):
    """Whether a fire unit, or the sensor that guides for it, has been put out of action."""
    sensor = world.units.sensor[unit]
    return state.is_lost[unit] == 1 or (sensor >= 0 and state.searches.is_lost[sensor] == 1)


@inlined_kernel
def can_engage(world, state, unit, vehicle, now):
    """Whether a fire unit can fire at the vehicle from where it is now: in action, not moving if it must
    halt to fire, and with the vehicle held by its sensor."""
    if is_out_of_action(world, state, unit) or moving_share(world, unit, now) <= 0.0:
        return False
    return can_hold(world, state, unit, vehicle, now)


@inlined_kernel
def is_worth_an_offer(world, state, unit, vehicle, now):
    """Whether a fire unit can engage the vehicle now, or is to blame for it that it is out of action.

    A false track looks as good as any other, until a sensor tries to hold it.
    """
    if is_out_of_action(world, state, unit):
        return True
    if vehicle < 0:
        return moving_share(world, unit, now) > 0.0
    return can_engage(world, state, unit, vehicle, now)


@inlined_kernel
def can_hold(world, state, unit, vehicle, now):
    """Whether the fire unit's own sensor can hold the vehicle for guidance now (a fact, not a belief)."""
    sensor = world.units.sensor[unit]
    if sensor < 0:
        return True
    if vehicle < 0 or state.searches.is_silent[sensor] == 1:
        return False
    pd = look_pd(world, state, sensor, vehicle, now)
    if pd >= LOCK_PD and may_be_jammed(world, state, sensor):
        pd = jammed_pd(world, state, sensor, vehicle, now)
        if pd < LOCK_PD:
            mark_flight(state, vehicle, HOLD_JAMMED)
    return pd >= LOCK_PD or (world.perfect.detection and pd > 0.0)


@inlined_kernel
def stand_of(world, unit, time):
    """Where a fire unit will be at a time of launch."""
    sensor = world.units.sensor[unit]
    eye = -1 if sensor < 0 else eye_of(world, sensor, time)
    return Stand(place_of(world, world.units, unit, time), eye, moving_share(world, unit, time))


@inlined_kernel
def offer_of(world, estimate, weapon, delay, stand):
    """When a weapon could launch at a track and where it would meet it, as far as the group can tell.

    The launch is possible where the meeting lies in the weapon's envelope, before the track reaches
    its asset, and in sight of the fire unit's sensor.
    """
    weapons, site = world.weapons, stand.place
    if estimate.speed > weapons.speed_max[weapon] or world.pk[weapon, estimate.vehicle_class, 0] <= 0.0:
        return Offer(math.inf, NO_MEETING)
    place, speed = estimate.position, estimate.velocity
    fall = GRAVITY if is_falling(estimate.vehicle_class) else 0.0
    motion = Motion(
        place[0] - site[0], place[1] - site[1], place[2] - site[2], speed[0], speed[1], speed[2], fall
    )
    planned_reach = weapons.range_max[weapon] * (PLANNED_BINS / N_RANGE_BINS)
    # Most units are out of the track's way; this spares them the search for a meeting.
    if fall == 0.0 and entry_time(motion, planned_reach) >= estimate.time_to_go:
        return Offer(math.inf, NO_MEETING)
    ready = descent_time(motion, weapons.height_max[weapon])
    meeting = intercept(motion, delay, ready, planned_reach, world.flight_time[weapon, : PLANNED_BINS + 1])
    if meeting.time >= estimate.time_to_go or not is_sound(world, estimate, weapon, meeting, stand):
        return Offer(math.inf, NO_MEETING)
    needed, _ = tabulated_flight_time(meeting.range, weapons.range_max[weapon], world.flight_time[weapon])
    return Offer(meeting.time - needed, meeting)


@inlined_kernel
def is_sound(world, estimate, weapon, meeting, stand):
    """Whether a predicted meeting lies in the envelope and in sight of the unit's sensor."""
    if meeting.time == math.inf or expected_pk(world, weapon, estimate.vehicle_class, meeting.range) <= 0.0:
        return False
    time, place, speed = meeting.time, estimate.position, estimate.velocity
    x, y = place[0] + time * speed[0], place[1] + time * speed[1]
    site = stand.place
    height = height_above(x, y, site[2] + meeting.z, world.earth_radius)
    ground = height_above(site[0], site[1], site[2], world.earth_radius)
    if not is_in_envelope(world.weapons, weapon, meeting.range, height - ground):
        return False
    sensor = world.units.sensor[world.weapons.unit[weapon]]
    return sensor < 0 or is_above_mask(world, sensor, stand.eye, (x, y), height)


@inlined_kernel
def is_above_mask(world, sensor, eye, point, height):
    """Whether a point is higher than the terrain and horizon let the sensor see through one of its eyes."""
    sensors, place = world.sensors, eye_place(world, sensor, eye)
    east, north = point[0] - place[0], point[1] - place[1]
    azimuth = math.atan2(east, north)
    mask = world.masks[sensors.mask[sensor] + eye - sensors.first_eye[sensor]]
    lowest = mask_height(mask, sensors.mask_step[sensor], azimuth, math.hypot(east, north))
    return height + world.origin_height >= lowest


@inner_kernel
def decide(world, state, case, now):
    """Choose a weapon for a track, or say what stood in the way and when to look again.

    Returns
    -------
    weapon : int
        -1 if none can be committed now.
    offer : Offer
    """
    vehicle, group = state.cases.vehicle[case], group_of(world, case)
    estimate = estimate_of(world, state, case, now)
    best_weapon, best_offer, best_score = -1, Offer(math.inf, NO_MEETING), -math.inf
    near_review = min(max(REVIEW_PATH / max(estimate.speed, 1.0), SOONEST_REVIEW), NEAR_REVIEW)
    obstacles, review = 0, LATEST_REVIEW
    units = world.units
    for unit in range(world.groups.first_unit[group], world.groups.end_unit[group]):
        if state.salvos[case, unit] >= world.policy.max_salvos:
            continue
        quiet = WAITED_SHARE * time_out_of_reach(world, unit, estimate, now)
        if quiet > near_review or not is_worth_an_offer(world, state, unit, vehicle, now):
            review = min(review, max(quiet, near_review))
            continue
        patience = math.inf
        delay = 0.0 if world.perfect.assignment else units.reaction[unit]
        stand = stand_of(world, unit, now + delay)
        for weapon in range(units.first_weapon[unit], units.end_weapon[unit]):
            offer = offer_of(world, estimate, weapon, delay, stand)
            wait = offer.launch_delay - delay
            if wait > LAUNCH_TOLERANCE:
                patience = min(patience, max(WAITED_SHARE * wait, SOONEST_REVIEW))
                continue
            obstacle = obstacle_of(world, state, unit, weapon)
            obstacles |= obstacle
            score = _score(world, state, estimate, weapon, offer, stand)
            if obstacle == 0 and score > best_score:
                best_weapon, best_offer, best_score = weapon, offer, score
        review = min(review, patience if patience < math.inf else near_review)
    if best_weapon < 0:
        _postpone(world, state, case, now, obstacles, review)
    return best_weapon, best_offer


@inlined_kernel
def time_out_of_reach(world, unit, estimate, now):
    """Least time [s] before a fire unit could launch, were the track to turn straight towards it.

    Negative within reach; a missile in the air while the track comes nearer counts.
    """
    units = world.units
    distance = separation(estimate.position, place_of(world, units, unit, now))
    flown = (distance - units.reach[unit]) / max(estimate.speed, 1.0)
    return flown - units.flight_time[unit] - units.reaction[unit]


@inlined_kernel
def obstacle_of(world, state, unit, weapon):
    """What keeps a fire unit from committing a weapon now, as a mark of a flight; 0 if nothing does."""
    if is_out_of_action(world, state, unit):
        return SAW_KNOCKED_OUT
    if state.magazines.left[weapon] <= 0:
        return SAW_MAGAZINE_EMPTY
    if state.busy[unit] >= world.units.channels[unit] and not world.perfect.assignment:
        return SAW_CHANNELS_BUSY
    return 0


@inlined_kernel
def _score(world, state, estimate, weapon, offer, stand):
    return assignment_score(
        world.policy.assignment,
        stand.pk_share * expected_pk(world, weapon, estimate.vehicle_class, offer.meeting.range),
        offer.meeting.time,
        offer.meeting.range,
        state.magazines.left[weapon] / world.weapons.rounds[weapon],
        world.weapons.cost[weapon],
    )


@inlined_kernel
def expected_pk(world, weapon, vehicle_class, distance):
    """Kill probability of a round that arrives at this distance [m], within the weapon's reach."""
    n_cells = world.pk.shape[2]
    cell = int(distance / world.weapons.range_max[weapon] * n_cells)
    return world.pk[weapon, vehicle_class, min(cell, n_cells - 1)]


@inner_kernel
def _postpone(world, state, case, now, obstacles, review):
    vehicle = state.cases.vehicle[case]
    state.cases.is_waiting[case] = 1 if obstacles & (SAW_CHANNELS_BUSY | SAW_MAGAZINE_EMPTY) else 0
    if obstacles != 0:
        mark_flight(state, vehicle, obstacles)
        cause = obstacle_cause(obstacles)
        note(state, now, BLOCKED, vehicle, group_of(world, case), float(cause))
    schedule(state.agenda, state.slots.decide + case, now + review)


@inlined_kernel
def obstacle_cause(obstacles):
    """Cause of a leak to which these marks of a flight lead."""
    if obstacles & SAW_CHANNELS_BUSY:
        return CHANNELS_SATURATED
    return MAGAZINE_EMPTY if obstacles & SAW_MAGAZINE_EMPTY else KNOCKED_OUT


@inner_kernel
def recall_waiting(world, state, group, now):
    """Review every waiting track of a group, the most urgent first: a channel or a magazine is free."""
    locate_assets(world, state, now)
    for case in range(group * world.n_slots, group * world.n_slots + state.n_used[group]):
        if state.cases.is_waiting[case] == 1 and state.cases.settled[case] == OPEN:
            place = track_position(state.tracks, case, now)
            speed = track_velocity(state.tracks, case)
            priority, _ = evaluate_threat(place, speed, state.assets)
            lag = 1e-3 / (1.0 + priority)
            schedule(state.agenda, state.slots.decide + case, now + lag)
