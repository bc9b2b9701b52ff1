"""Which plots lie in a track's gate, found through the grid; and the odds of each pair to a miss.

Source: Blackman & Popoli, Design and Analysis of Modern Tracking Systems (1999), ch. 6.
Limits: a gate keeps its `most_gated` likeliest plots; gates that held more are counted.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel
from rempart.picture.bank import LIVE
from rempart.picture.innovation import innovate, wrapped
from rempart.picture.plots import CROWDED_GATES, POLAR_PLOT
from rempart.picture.sifting import bucket_of

MOST_CELLS = 64
"""Cells beyond which a gate is looked for among all plots."""


@inner_kernel
def covers(scans, scan, place):
    """Whether a scan could see a place (east, north)."""
    east, north = place[0] - scans.origin[scan, 0], place[1] - scans.origin[scan, 1]
    if math.hypot(east, north) > scans.reach[scan]:
        return False
    if scans.width[scan] >= 2.0 * math.pi:
        return True
    return abs(wrapped(math.atan2(east, north) - scans.bearing[scan])) <= 0.5 * scans.width[scan]


@inner_kernel
def half_width(bank, slot, gate, widest, fastest, interval):
    """Half width [m] of the square over the ground that holds a track's gate.

    A track of one plot has no known velocity; its gate ends where the fastest target could be.
    """
    spread = bank.tracks[slot].spread
    variance = max(spread[0, 0], spread[1, 1]) + widest * widest
    width = math.sqrt(gate * variance)
    if bank.tracks[slot].hits == 1:
        error = math.sqrt(gate * 2.0) * widest
        width = min(width, fastest * interval + error)
    return width


@inner_kernel
def mean_gate(bank, settings, widest, time):
    """Mean half width of the gates [m], by which the grid is laid."""
    total, n = 0.0, bank.counts[LIVE]
    for entry in range(n):
        slot = bank.live[entry]
        interval = abs(time - bank.tracks[slot].seen)
        total += half_width(bank, slot, settings.gates[2], widest, settings.fastest, interval)
    return max(total / max(n, 1), 4.0 * widest, 1.0)


@inner_kernel
def fill_gate(tracker, slot, plots, scans, scan, settings, grid):
    """Fill the gate of one track: its plots and their gains.

    Parameters
    ----------
    grid : (n_plots, n_buckets, cell, widest)
        Plots looked at, buckets, size of a cell [m], largest standard deviation of a plot [m].
    """
    bank, table = tracker.bank, tracker.table
    table.gates[slot].n_gated = 0
    n_plots, n_buckets, cell, widest = grid
    interval = abs(scans.time[scan] - bank.tracks[slot].seen)
    width = half_width(bank, slot, settings.gates[4], widest, settings.fastest, interval)
    blend = bank.tracks[slot].blend
    low_east, high_east = math.floor((blend[0] - width) / cell), math.floor((blend[0] + width) / cell)
    low_north, high_north = math.floor((blend[1] - width) / cell), math.floor((blend[1] + width) / cell)
    if not (high_east - low_east + 1.0) * (high_north - low_north + 1.0) <= MOST_CELLS:
        for plot in range(n_plots):
            if table.spots[plot].is_fit and not table.spots[plot].is_taken:
                _try_plot(tracker, slot, plot, plots, scans, scan, (settings, width))
        return
    for column in range(int(low_east), int(high_east) + 1):
        for row in range(int(low_north), int(high_north) + 1):
            _try_cell(tracker, slot, (column, row, n_buckets), plots, scans, scan, (settings, width))


@inner_kernel
def _try_cell(tracker, slot, place, plots, scans, scan, limits):
    table = tracker.table
    column, row, n_buckets = place
    bucket = bucket_of(column, row, n_buckets)
    for entry in range(table.bucket[bucket], table.bucket[bucket + 1]):
        plot = table.order[entry]
        here = table.spots[plot].cell[0] == column and table.spots[plot].cell[1] == row
        if here and table.spots[plot].is_fit and not table.spots[plot].is_taken:
            _try_plot(tracker, slot, plot, plots, scans, scan, limits)


@inner_kernel
def _try_plot(tracker, slot, plot, plots, scans, scan, limits):
    """Enter a plot in a track's gate if it lies inside."""
    bank, table, work = tracker.bank, tracker.table, tracker.work
    settings, width = limits
    blend, row = bank.tracks[slot].blend, scans.start[scan] + plot
    east, north = table.spots[plot].place[0] - blend[0], table.spots[plot].place[1] - blend[1]
    if not max(abs(east), abs(north)) <= width:
        return
    distance, density, n_columns = innovate(blend, bank.tracks[slot].spread, plots, row, scans, scan, work)
    if not distance <= settings.gates[n_columns]:
        return
    if bank.tracks[slot].is_firm and table.spots[plot].parent < 0:
        table.spots[plot].parent = slot
    pd = scans.pd[scan]
    gain = density + math.log(pd / (1.0 - pd * settings.gate_chance))
    gain -= math.log(
        (plots.clutter[row] + settings.new_density) * plot_volume(plots, row, scans, scan, settings)
    )
    _enter(tracker, slot, plot, gain)


@inner_kernel
def plot_volume(plots, row, scans, scan, settings):
    """Size in space of one unit of the plot's components, so that densities compare."""
    if scans.kind[scan] != POLAR_PLOT:
        return 1.0
    value = plots.value[row]
    volume = max(value[0], 1.0)
    if math.isfinite(value[2]):
        volume *= max(value[0], 1.0) * max(math.cos(value[2]), 1e-3)
    if math.isfinite(value[3]):
        volume /= 2.0 * settings.fastest
    return volume


@inner_kernel
def _enter(tracker, slot, plot, gain):
    """Enter a pair; in a full gate it takes the place of the least likely."""
    table = tracker.table
    n_gated = table.gates[slot].n_gated
    place = n_gated
    if n_gated == table.gated.shape[1]:
        tracker.counters[CROWDED_GATES] += 1
        place = 0
        for choice in range(n_gated):
            if table.gain[slot, choice] < table.gain[slot, place]:
                place = choice
        if table.gain[slot, place] >= gain:
            return
    else:
        table.gates[slot].n_gated = n_gated + 1
    table.gated[slot, place] = plot
    table.gain[slot, place] = gain
