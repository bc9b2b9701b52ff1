"""Writing the event log while a trial plays."""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel


@inlined_kernel
def note(state, time, kind, vehicle, actor, value):
    """Add one event; its position is filled in from the vehicle's true route afterwards."""
    note_at(state, (time, value), kind, vehicle, actor, (math.nan, math.nan, math.nan))


@inlined_kernel
def note_at(state, time_and_value, kind, vehicle, actor, position):
    """Add one event at a believed position [m]."""
    row = state.trial.n_logged[0]
    state.trial.n_logged[0] = row + 1
    if row >= state.log.shape[0]:
        return
    state.log[row, 0] = time_and_value[0]
    state.log[row, 1] = kind
    state.log[row, 2] = vehicle
    state.log[row, 3] = actor
    state.log[row, 4] = time_and_value[1]
    state.log[row, 5] = position[0]
    state.log[row, 6] = position[1]
    state.log[row, 7] = position[2]
