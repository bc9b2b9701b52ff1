"""Which plots lie in a track's gate, found through the grid; and the odds of each pair to a miss.

Source: Blackman & Popoli, Design and Analysis of Modern Tracking Systems (1999), ch. 6.
Limits: a gate keeps its `most_gated` likeliest plots; gates that held more are counted.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel, woven_kernel
from rempart.picture.bank import N_LIVE
from rempart.picture.innovation import innovate, wrapped
from rempart.picture.mixing import advance
from rempart.picture.plots import CROWDED_GATES, POLAR_PLOT
from rempart.picture.sifting import bucket_of

MOST_CELLS = 64
"""Cells beyond which a gate is looked for among all plots."""
LEAST_PD = 1e-3
"""Chance of detection below which a look is none."""


@woven_kernel
def find_near(tracker, scans, scan, settings, widest, n_plots):
    """Find the tracks that a scan could see, and carry them to its time if it has plots.

    Tracks whose gate reaches into the coverage are near; those whose place lies in it are covered.

    Returns
    -------
    int, float
        Number of near tracks, whose slots are the first of `table.near`; mean half width of their
        gates [m].
    """
    bank, table, time = tracker.bank, tracker.table, scans.time[scan]
    n_near, total = 0, 0.0
    for entry in range(bank.counts[N_LIVE]):
        slot = bank.live[entry]
        track = bank.tracks[slot]
        interval = max(time - track.time, 0.0)
        width = half_width(track, settings, widest, interval, time, tracker.work.pad.drift[0])
        track.plot, track.is_shared = -1, False
        table.gates[slot].n_gated = 0
        if not settings.knows_pd:
            table.gates[slot].pd = scans.pd[scan]
        is_near, is_covered = coverage(track.blend, interval, width, scans, scan)
        track.is_covered = is_covered and table.gates[slot].pd >= LEAST_PD
        if not is_near:
            continue
        if interval > 0.0 and n_plots > 0:
            advance(settings.models, interval, bank, slot, tracker.work)
            track.time = time
        table.near[n_near] = slot
        n_near += 1
        total += width
    return n_near, total / max(n_near, 1)


@inner_kernel
def coverage(blend, interval, width, scans, scan):
    """Whether a place carried along its velocity lies within `width` [m] of a scan's coverage, and inside."""
    east = blend[0] + interval * blend[3] - scans.origin[scan, 0]
    north = blend[1] + interval * blend[4] - scans.origin[scan, 1]
    distance = math.sqrt(east * east + north * north)
    if distance > scans.reach[scan] + width:
        return False, False
    is_covered = distance <= scans.reach[scan]
    if scans.width[scan] < 2.0 * math.pi:
        off = abs(wrapped(math.atan2(east, north) - scans.bearing[scan])) - 0.5 * scans.width[scan]
        if off > 0.0 and distance * math.sin(min(off, 0.5 * math.pi)) > width:
            return False, False
        is_covered = is_covered and off <= 0.0
    low, high = scans.elevation[scan, 0], scans.elevation[scan, 1]
    if is_covered and high - low < math.pi:
        tilt = math.atan2(blend[2] + interval * blend[5] - scans.origin[scan, 2], distance)
        is_covered = low <= tilt <= high
    return True, is_covered


@inner_kernel
def half_width(track, settings, widest, interval, time, drift):
    """Half width [m] of the square over the ground that holds a track's gate after an interval [s].

    A track of one plot has no known velocity; its gate ends where the fastest target could be.
    """
    spread = track.spread
    variance = max(
        spread[0, 0] + interval * (2.0 * spread[0, 3] + interval * spread[3, 3]),
        spread[1, 1] + interval * (2.0 * spread[1, 4] + interval * spread[4, 4]),
    )
    variance += drift * (interval * interval * interval) / 3.0 + widest * widest
    width = math.sqrt(settings.gates[4] * variance)
    if track.hits == 1:
        error = math.sqrt(settings.gates[4] * 2.0) * widest
        width = min(width, settings.fastest * abs(time - track.seen) + error)
    return width


@woven_kernel
def fill_gate(tracker, slot, plots, scans, scan, settings, grid):
    """Fill the gate of one track: its plots and their gains.

    Parameters
    ----------
    grid : (n_plots, n_buckets, cell, widest)
        Plots looked at, buckets, size of a cell [m], largest standard deviation of a plot [m].
    """
    bank, table = tracker.bank, tracker.table
    n_plots, n_buckets, cell, widest = grid
    tracker.work.pad.clock = bank.tracks[slot].time
    width = half_width(bank.tracks[slot], settings, widest, 0.0, scans.time[scan], 0.0)
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
    pd = bounded_pd(table, slot)
    new = settings.new_volume_density if math.isfinite(plots.value[row, 2]) else settings.new_density
    false = (plots.clutter[row] + new) * plot_volume(plots, row, scans, scan, settings)
    gain = density + math.log(pd / ((1.0 - pd * settings.gate_chance) * false))
    _enter(tracker, slot, plot, gain)


@inner_kernel
def bounded_pd(table, slot):
    """Chance to detect a track, of which the logarithm exists and that of the contrary too."""
    return min(max(table.gates[slot].pd, 1e-6), 1.0 - 1e-9)


@inner_kernel
def gate_volume(n_columns, threshold, determinant):
    """Volume of a gate in the units of its plots, from the determinant of the innovation's covariance.

    Source: Bar-Shalom & Li, Multitarget-Multisensor Tracking (1995): the volume of an ellipsoid.
    """
    unit = math.pi ** (0.5 * n_columns) / math.gamma(0.5 * n_columns + 1.0)
    return unit * threshold ** (0.5 * n_columns) * math.sqrt(determinant)


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
