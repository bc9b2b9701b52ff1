"""Damage: a leaker may put out of action the sensors and fire units that stand at its aim."""

from __future__ import annotations

from rempart.base.dice import dice_key, uniform
from rempart.base.kernel import inner_kernel
from rempart.engine.agenda import cancel, schedule
from rempart.engine.emission import silence_for_good
from rempart.engine.engagement import is_launch_due
from rempart.engine.log import note
from rempart.engine.purposes import DAMAGE
from rempart.events.kinds import SENSOR_LOST, UNIT_LOST


@inner_kernel
def strike(world, state, vehicle, now):
    """Roll for the asset that a leaker has reached: all that stands there is lost, or none of it."""
    asset = world.vehicles.asset[vehicle]
    entity = world.vehicles.entity[vehicle]
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity, DAMAGE)
    if uniform(key, 0) >= world.assets.p_lost[asset]:
        return
    for sensor in range(world.sensors.shape[0]):
        if world.sensors.asset[sensor] == asset and state.searches.is_lost[sensor] == 0:
            _lose_sensor(state, sensor, vehicle, now)
    for unit in range(world.units.shape[0]):
        if world.units.asset[unit] == asset and state.is_lost[unit] == 0:
            _lose_unit(world, state, unit, vehicle, now)


@inner_kernel
def _lose_sensor(state, sensor, vehicle, now):
    state.searches.is_lost[sensor] = 1
    state.searches.lost_at[sensor] = now
    state.searches.n_in_view[sensor] = 0
    state.trial.sensors_lost[0] += 1
    cancel(state.agenda, state.slots.turn + sensor)
    silence_for_good(state, sensor)
    note(state, now, SENSOR_LOST, vehicle, sensor, 0.0)


@inner_kernel
def _lose_unit(world, state, unit, vehicle, now):
    state.is_lost[unit] = 1
    state.trial.units_lost[0] += 1
    note(state, now, UNIT_LOST, vehicle, unit, 0.0)
    for weapon in range(world.units.first_weapon[unit], world.units.end_weapon[unit]):
        cancel(state.agenda, state.slots.reload + weapon)
    cases, first = state.cases, world.units.group[unit] * world.n_slots
    for case in range(first, first + state.n_used[world.units.group[unit]]):
        if is_launch_due(state, case) and world.weapons.unit[cases.weapon[case]] == unit:
            # The launch that was due now fails at once, so that another unit may take the track.
            schedule(state.agenda, state.slots.engage + case, now)
