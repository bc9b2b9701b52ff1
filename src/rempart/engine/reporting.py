"""What a sensor puts on its sheet in one turn: echoes with errors, close ones as one, and false plots."""

from __future__ import annotations

import math

from rempart.base.dice import normal_triple, uniform
from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.engine.dedicated import aim_scan
from rempart.engine.jamming import sensed_snr
from rempart.engine.scorecard import DETECTIONS, FALSE_PLOTS, UNRESOLVED
from rempart.engine.sheet import MOST_FALSE_PLOTS
from rempart.engine.truth import place_of, separation, true_position, true_velocity
from rempart.physics.direction_finding import triangulation_errors
from rempart.physics.measurement import ReportErrors, error_share, polar_report
from rempart.physics.resolution import are_unresolved
from rempart.picture.innovation import wrapped

HIGHEST_PLOT = 30e3
"""No sensor reports anything higher above itself, were it false [m]."""
LEAST_SNR = 1e-3
"""Power that an echo counts for at least when two are merged."""
DRAWS_A_TURN = 1024
"""Draws kept for the false plots of one turn: their number, and three for each of `MOST_FALSE_PLOTS`."""
LEAST_DENSITY = 1e-22
"""False plots per turn and m³ (m²) that a tracker expects at least."""


@inner_kernel
def report_turn(world, state, sensor, n_looks, now):
    """Fill the sheet with the plots of one turn; its `scans` tell how many.

    Returns
    -------
    int
        Number of plots: at most the hits and the false ones.
    """
    view = state.in_view[sensor]
    origin = place_of(world, world.sensors, sensor, now)
    n_plots = 0
    for look in range(n_looks):
        if world.perfect.detection or view.is_hit[look] == 1:
            _report_echo(world, state, sensor, view.looked[look], now, (origin, n_plots))
            n_plots += 1
    state.trial.detections[0] += n_plots
    state.card.sensing[sensor, DETECTIONS] += n_plots
    n_plots = _merge_unresolved(world, state, sensor, n_plots)
    n_plots = _add_false(world, state, sensor, n_plots, now)
    _head_scan(world, state, sensor, n_plots, now)
    return n_plots


@inner_kernel
def report_dedicated(world, state, sensor, look, now):
    """Fill the sheet with the plot of one dedicated look, or with none; their number.

    It shows what the radar follows and nothing beside it.
    """
    view = state.in_view[sensor]
    n_plots = 1 if view.is_hit[look] == 1 else 0
    if n_plots == 1:
        origin = place_of(world, world.sensors, sensor, now)
        _report_echo(world, state, sensor, view.looked[look], now, (origin, 0))
    state.trial.detections[0] += n_plots
    state.card.sensing[sensor, DETECTIONS] += n_plots
    _head_scan(world, state, sensor, n_plots, now)
    aim_scan(world, state, sensor, state.followed.case[look], now)
    return n_plots


@inner_kernel
def _head_scan(world, state, sensor, n_plots, now):
    """Say of a sheet whose it is and what the sensor could see."""
    radar, sheet = world.sensors[sensor], state.sheet
    scans, origin = sheet.scans, place_of(world, world.sensors, sensor, now)
    scans.time[0], scans.count[0], scans.source[0] = now, n_plots, sensor
    scans.origin[0, 0], scans.origin[0, 1], scans.origin[0, 2] = origin
    scans.elevation[0, 0], scans.elevation[0, 1] = radar.elevation_min, radar.elevation_max
    scans.cell[0, 0], scans.cell[0, 1] = radar.range_cell, radar.azimuth_cell
    scans.cell[0, 2] = radar.elevation_cell
    scans.reach[0], scans.bearing[0], scans.width[0] = radar.range_max, radar.facing, 2.0 * radar.half_sector
    for plot in range(n_plots):
        sheet.plots.time[plot] = now
        sheet.plots.clutter[plot] = false_density(radar, sheet.plots.value[plot, 0])


@inner_kernel
def _report_echo(world, state, sensor, vehicle, now, place):
    """Enter one echo: place is the sensor's origin and the row of the sheet."""
    origin, row = place
    search, sheet = state.searches[sensor], state.sheet
    truth = true_position(world, state, vehicle, now)
    snr = sensed_snr(world, state, sensor, vehicle, now)
    errors = report_errors(world.sensors[sensor], search, snr, separation(truth, origin))
    key = search.noise_key ^ world.vehicles.entity[vehicle]
    first = normal_triple(key, search.look)
    last = normal_triple(search.rate_key ^ world.vehicles.entity[vehicle], search.look)[0]
    velocity = true_velocity(world, state, vehicle, now)
    report = polar_report(truth, velocity, origin, errors, (first[0], first[1], first[2], last))
    value, error = sheet.plots.value[row], sheet.plots.error[row]
    for column in range(4):
        value[column], error[column] = report[column], errors[column]
    sheet.vehicle[row], sheet.snr[row] = vehicle, max(snr, LEAST_SNR)
    sheet.echo[vehicle], sheet.heard[vehicle] = row, now
    sheet.source[row], sheet.final[row] = vehicle, row


@inlined_kernel
def report_errors(radar, search, snr, distance):
    """Errors of one report of a sensor, at this signal-to-noise ratio and distance [m]."""
    share = error_share(snr, radar.error_snr)
    along, across = share * radar.range_error, share * radar.angle_error
    if radar.baseline > 0.0:
        along, across = triangulation_errors(distance, radar.baseline, radar.angle_error)
    upright = share * radar.elevation_error
    return ReportErrors(along, across, upright, radar.rate_error, search.range_bias, search.azimuth_bias)


@inner_kernel
def _merge_unresolved(world, state, sensor, n_plots):
    """Make one plot of those that lie in one cell; the rows that are left, from the first on."""
    sheet, radar = state.sheet, world.sensors[sensor]
    if n_plots < 2 or radar.range_cell <= 0.0:
        return n_plots
    _sort_by_range(sheet, n_plots)
    for place in range(n_plots):
        plot = sheet.order[place]
        for before in range(place - 1, -1, -1):
            other = sheet.order[before]
            if sheet.plots.value[plot, 0] - sheet.plots.value[other, 0] > radar.range_cell:
                break
            if sheet.snr[other] > 0.0 and _is_same_cell(sheet, radar, plot, other):
                _join(sheet, other, plot)
                sheet.final[plot] = other
                break
    n_left = _close_ranks(state, n_plots)
    state.trial.unresolved[0] += n_plots - n_left
    state.card.sensing[sensor, UNRESOLVED] += n_plots - n_left
    return n_left


@inner_kernel
def _is_same_cell(sheet, radar, plot, other):
    cells = (radar.range_cell, radar.azimuth_cell, radar.elevation_cell)
    return are_unresolved(sheet.plots.value[plot], sheet.plots.value[other], cells)


@inner_kernel
def _join(sheet, plot, weaker):
    """Put both echoes at their mean place, weighted by power; the row `weaker` is left without power."""
    if sheet.snr[weaker] > sheet.snr[plot]:
        sheet.vehicle[plot] = sheet.vehicle[weaker]
    share = sheet.snr[weaker] / (sheet.snr[weaker] + sheet.snr[plot])
    value, other = sheet.plots.value[plot], sheet.plots.value[weaker]
    for column in range(4):
        gap = other[column] - value[column]
        # Azimuths on either side of north are close, however far apart their numbers.
        value[column] += share * (wrapped(gap) if column == 1 else gap)
    sheet.snr[plot] += sheet.snr[weaker]
    sheet.snr[weaker] = 0.0


@inner_kernel
def _close_ranks(state, n_plots):
    """Move up the rows that still have power, in their order; `order` then says where each has gone."""
    sheet = state.sheet
    kept = 0
    for plot in range(n_plots):
        if sheet.snr[plot] <= 0.0:
            continue
        sheet.order[plot] = kept
        if kept < plot:
            sheet.vehicle[kept], sheet.snr[kept] = sheet.vehicle[plot], sheet.snr[plot]
            for column in range(4):
                sheet.plots.value[kept, column] = sheet.plots.value[plot, column]
                sheet.plots.error[kept, column] = sheet.plots.error[plot, column]
        kept += 1
    for plot in range(n_plots):
        sheet.final[plot] = sheet.order[sheet.final[plot]]
    return kept


@inner_kernel
def _sort_by_range(sheet, n_plots):
    """Fill `order` with the first rows by range (Shell's sort)."""
    for row in range(n_plots):
        sheet.order[row] = row
    gap = n_plots // 2
    while gap > 0:
        for row in range(gap, n_plots):
            plot, place = sheet.order[row], row
            while (
                place >= gap and sheet.plots.value[sheet.order[place - gap], 0] > sheet.plots.value[plot, 0]
            ):
                sheet.order[place] = sheet.order[place - gap]
                place -= gap
            sheet.order[place] = plot
        gap //= 2


@inner_kernel
def _add_false(world, state, sensor, n_plots, now):
    """Add a turn's false plots, evenly over the cells of the sensor's coverage."""
    radar, search, sheet = world.sensors[sensor], state.searches[sensor], state.sheet
    if radar.n_false <= 0.0 or world.perfect.detection:
        return n_plots
    key, first = search.false_key, DRAWS_A_TURN * search.look
    n_false = _poisson(radar.n_false, uniform(key, first))
    n_false = min(n_false, MOST_FALSE_PLOTS, sheet.vehicle.shape[0] - n_plots)
    state.trial.false_plots[0] += n_false
    state.card.sensing[sensor, FALSE_PLOTS] += n_false
    for number in range(n_false):
        next_draw = first + 3 * number + 1
        draws = (uniform(key, next_draw), uniform(key, next_draw + 1), uniform(key, next_draw + 2))
        _enter_false(radar, sheet, n_plots + number, draws)
    return n_plots + n_false


@inlined_kernel
def _enter_false(radar, sheet, row, draws):
    value, error = sheet.plots.value[row], sheet.plots.error[row]
    value[0] = radar.range_min + draws[0] * (radar.range_max - radar.range_min)
    value[1] = radar.facing + (2.0 * draws[1] - 1.0) * radar.half_sector
    lowest, highest = _elevations(radar, value[0])
    value[2] = lowest + draws[2] * (highest - lowest) if radar.elevation_error < math.inf else math.nan
    value[3] = math.nan
    error[0], error[1], error[2] = radar.range_error, radar.angle_error, radar.elevation_error
    sheet.vehicle[row], sheet.snr[row] = -1, 0.0


@inner_kernel
def _elevations(radar, distance):
    """Lowest and highest elevation of false plots at a distance: above the ground, below the sky's end."""
    lowest = max(radar.elevation_min, 0.0)
    highest = min(radar.elevation_max, math.asin(min(HIGHEST_PLOT / max(distance, 1.0), 1.0)))
    return lowest, max(highest, lowest + 1e-3)


@inner_kernel
def false_density(radar, distance):
    """False plots to be expected per turn and m³ at a distance, or per m² of a sensor without height."""
    cells = max(radar.range_max - radar.range_min, 1.0) * 2.0 * radar.half_sector * max(distance, 1.0)
    if radar.elevation_error < math.inf:
        lowest, highest = _elevations(radar, distance)
        cells *= max(distance, 1.0) * (math.sin(highest) - math.sin(lowest))
    return max(radar.n_false / cells, LEAST_DENSITY)


@inner_kernel
def _poisson(mean, draw):
    """Number of events from one draw, by going up the distribution."""
    number, chance = 0, math.exp(-mean)
    total = chance
    while draw > total and number < 10.0 * mean + 20.0:
        number += 1
        chance *= mean / number
        total += chance
    return number
