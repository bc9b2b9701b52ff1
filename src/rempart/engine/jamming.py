"""Looks under jamming: what the noise of the jammers in flight leaves of a radar's signal-to-noise ratio.

Each look is first rolled as if nothing jammed; what jamming then takes away is told with the same draw. So
a jammer never makes a look better, and without one in the air nothing here is read.
"""

from __future__ import annotations

import math

import numpy as np

from rempart.base.dice import uniform
from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.engine.truth import look_pd, look_snr, place_of, separation, true_position
from rempart.engine.world import LEAST_PD, N_SNR, SNR_FLOOR_DB, SNR_STEP_DB
from rempart.geo.frames import height_above
from rempart.geo.horizon import REFRACTION, mutual_horizon_range
from rempart.physics.jamming import jammed_snr, jamming_to_noise


@inner_kernel
def switch_jammer(world, state, vehicle, is_on):
    """Enter a vehicle in the list of jammers in flight, or strike it off; one that does not jam never is."""
    if world.vehicles.jam_density[vehicle] <= 0.0:
        return
    jammers, kept = state.jammers, 0
    for place in range(state.trial.n_jammers[0]):
        if jammers[place] != vehicle:
            jammers[kept] = jammers[place]
            kept += 1
    if is_on:
        jammers[kept] = vehicle
        kept += 1
    state.trial.n_jammers[0] = kept


@inlined_kernel
def may_be_jammed(world, state, sensor):
    """Whether something in flight jams, and the sensor is a radar; perfect detection is not jammed."""
    return (
        state.trial.n_jammers[0] > 0
        and world.sensors.first_table[sensor] >= 0
        and not world.perfect.detection
    )


@inner_kernel
def noise_of_jammers(world, state, sensor, vehicle, now):
    """Jamming over noise in a radar that looks at a vehicle: that of all jammers in flight, added up.

    A jammer counts where the radar sees it over a smooth earth, and in full where it stands within one cell
    in azimuth of the vehicle, as one on the vehicle itself does.
    """
    radar, total = world.sensors[sensor], 0.0
    site = place_of(world, world.sensors, sensor, now)
    place = true_position(world, state, vehicle, now)
    azimuth = math.atan2(place[0] - site[0], place[1] - site[1])
    for entry in range(state.trial.n_jammers[0]):
        jammer = state.jammers[entry]
        source = true_position(world, state, jammer, now)
        if not _is_over_horizon(world, site, source):
            continue
        off = math.atan2(source[0] - site[0], source[1] - site[1]) - azimuth
        off = abs(math.atan2(math.sin(off), math.cos(off)))
        share = 1.0 if off <= radar.azimuth_cell else radar.sidelobe
        density = world.vehicles.jam_density[jammer]
        total += jamming_to_noise(density, radar.jam_gain, share, separation(source, site))
    return total


@inner_kernel
def _is_over_horizon(world, site, source):
    """Whether two places see each other over a smooth earth that is level with the frame's origin."""
    radius = world.earth_radius
    heights = (
        height_above(site[0], site[1], site[2], radius),
        height_above(source[0], source[1], source[2], radius),
    )
    apart = math.hypot(source[0] - site[0], source[1] - site[1])
    return apart <= mutual_horizon_range(heights[0], heights[1], REFRACTION * radius)


@inner_kernel
def jammed_pd(world, state, sensor, vehicle, now):
    """Detection probability of one look by a radar now, under jamming; at most that without."""
    pd = look_pd(world, state, sensor, vehicle, now)
    noise = noise_of_jammers(world, state, sensor, vehicle, now)
    if pd <= 0.0 or noise <= 0.0:
        return pd
    snr = jammed_snr(look_snr(world, state, sensor, vehicle, now), noise)
    row = world.sensors.first_table[sensor] + world.vehicles.swerling[vehicle]
    jammed = min(_read_pd(world.pd_over_snr, row, snr), pd)
    return jammed if jammed >= LEAST_PD else 0.0


@inner_kernel
def _read_pd(pd_over_snr, row, snr):
    """Detection probability at a signal-to-noise ratio."""
    if snr <= 0.0:
        return 0.0
    place = (10.0 * math.log10(snr) - SNR_FLOOR_DB) / SNR_STEP_DB
    if place <= 0.0:
        return 0.0
    cell = min(int(place), N_SNR - 2)
    low, high = np.float64(pd_over_snr[row, cell]), np.float64(pd_over_snr[row, cell + 1])
    return low + min(place - cell, 1.0) * (high - low)


@inlined_kernel
def sensed_snr(world, state, sensor, vehicle, now):
    """Signal-to-noise ratio of one look by a sensor now, jamming counted as noise."""
    snr = look_snr(world, state, sensor, vehicle, now)
    if not may_be_jammed(world, state, sensor):
        return snr
    return jammed_snr(snr, noise_of_jammers(world, state, sensor, vehicle, now))


@inner_kernel
def jam_looks(world, state, sensor, n_looks, now):
    """Strike out the hits among the looks of a turn that jamming hides."""
    if not may_be_jammed(world, state, sensor):
        return
    search, view = state.searches[sensor], state.in_view[sensor]
    for look in range(n_looks):
        if view.is_hit[look] == 0:
            continue
        vehicle = view.looked[look]
        draw = uniform(search.detection_key ^ world.vehicles.entity[vehicle], search.look)
        if draw >= jammed_pd(world, state, sensor, vehicle, now):
            view.is_hit[look] = 0
            state.flights.n_jammed[vehicle] += 1
