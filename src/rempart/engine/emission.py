"""Emission control: radars that are silent until their group is cued, and radiate from then on."""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel
from rempart.engine.agenda import cancel, schedule
from rempart.engine.log import note
from rempart.engine.turning import keeps_turning, start_following, start_turning
from rempart.events.kinds import RADIATING


@inner_kernel
def cue_group(world, state, group, vehicle, now):
    """A group holds a firm track from `now` on: its silent radars shall radiate."""
    if state.trial.n_silent[0] == 0:
        return
    agenda = state.agenda
    for sensor in range(world.sensors.shape[0]):
        search, slot = state.searches[sensor], state.slots.wake + sensor
        if search.is_silent == 0 or search.is_lost == 1 or world.sensors.group[sensor] != group:
            continue
        if agenda.place[slot] < 0 or now < agenda.time[agenda.place[slot]]:
            search.cue = vehicle
            schedule(agenda, slot, now)


@inner_kernel
def radiate(world, state, sensor, now):
    """A silent radar begins to radiate."""
    search = state.searches[sensor]
    search.is_silent = 0
    state.trial.n_silent[0] -= 1
    note(state, now, RADIATING, search.cue, sensor, 0.0)
    is_searching = world.sensors.turn[sensor] < math.inf
    if is_searching and (search.n_in_view > 0 or keeps_turning(world, sensor)):
        start_turning(world, state, sensor, now)
    start_following(world, state, world.sensors.group[sensor], now)


@inner_kernel
def silence_for_good(state, sensor):
    """A radar that is out of action will not radiate any more, were it cued."""
    cancel(state.agenda, state.slots.wake + sensor)
    cancel(state.agenda, state.slots.follow + sensor)
