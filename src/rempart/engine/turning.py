"""When a sensor looks next: its turns, and the looks that it gives single tracks in between."""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.engine.agenda import schedule
from rempart.engine.world import KNOWN

LOOK_MARGIN = 1e-9
"""A look closer before the entry than this part of a turn is left to the next turn."""


@inlined_kernel
def keeps_turning(world, sensor):
    """Whether a sensor looks round even with nothing in view, since it may report what is not there."""
    is_searching = world.sensors.turn[sensor] < math.inf
    return world.policy.association != KNOWN and world.sensors.n_false[sensor] > 0.0 and is_searching


@inner_kernel
def start_turning(world, state, sensor, now):
    """Set a sensor that stood idle looking round, at its own phase."""
    search, turn = state.searches[sensor], world.sensors.turn[sensor]
    look = max(math.ceil((now - search.phase) / turn + LOOK_MARGIN), 0)
    search.look = look
    schedule(state.agenda, state.slots.turn + sensor, search.phase + look * turn)


@inner_kernel
def start_following(world, state, group, now):
    """Set the radars of a group that can look at single tracks between their turns to do so."""
    if state.trial.n_steered[0] == 0:
        return
    for sensor in range(world.sensors.shape[0]):
        radar, search = world.sensors[sensor], state.searches[sensor]
        is_able = radar.group == group and radar.n_dedicated > 0 and radar.dedicated_turn < math.inf
        is_idle = state.agenda.place[state.slots.follow + sensor] < 0
        if is_able and is_idle and search.is_lost == 0 and search.is_silent == 0:
            follow_next(world, state, sensor, now)


@inner_kernel
def follow_next(world, state, sensor, now):
    """Enter a radar's next dedicated looks in the agenda."""
    search, interval = state.searches[sensor], world.sensors.dedicated_turn[sensor]
    search.visit = math.floor((now - search.phase) / interval + LOOK_MARGIN) + 1
    schedule(state.agenda, state.slots.follow + sensor, search.phase + search.visit * interval)
