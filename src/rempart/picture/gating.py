"""Which plots lie in a track's gate, found through the grid; and the odds of each pair to a miss.

Source: Blackman & Popoli, Design and Analysis of Modern Tracking Systems (1999), ch. 6.
Limits: a gate keeps its `most_gated` likeliest plots; gates that held more are counted.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.picture.bank import N_LIVE
from rempart.picture.innovation import hold_plot, innovate
from rempart.picture.mixing import carry_track
from rempart.picture.plots import CROWDED_GATES, POLAR_PLOT
from rempart.picture.sifting import bucket_of

FEW_PLOTS = 8
"""Plots of a scan up to which the grid has one cell, and all are looked at."""
MOST_CELLS = 64
"""Cells beyond which a gate is looked for among all plots."""
LEAST_PD = 1e-3
"""Chance of detection below which a look is none."""


class Beam(NamedTuple):
    """What a scan covers, told so that no angle need be found to say whether a place lies in it."""

    place: tuple[float, float, float]
    """Of the sensor: east, north, up [m]."""
    square: float
    """Of the greatest distance over the ground [m²]."""
    heading: tuple[float, float]
    """East and north parts of the middle of the sector."""
    cosine: float
    """Of half the sector's width."""
    low: float
    """Tangent of the lowest elevation."""
    high: float


@inner_kernel
def beam_of(scans, scan):
    """What a scan covers."""
    origin, bearing, width = scans.origin[scan], scans.bearing[scan], scans.width[scan]
    steepest = 0.5 * math.pi - 1e-9
    return Beam(
        (origin[0], origin[1], origin[2]),
        scans.reach[scan] * scans.reach[scan],
        (math.sin(bearing), math.cos(bearing)),
        math.cos(0.5 * width) if width < 2.0 * math.pi else -2.0,
        math.tan(max(scans.elevation[scan, 0], -steepest)),
        math.tan(min(scans.elevation[scan, 1], steepest)),
    )


@inlined_kernel
def is_inside(beam, state, interval):
    """Whether a scan covers the place to which a state comes on a straight way in an interval [s]."""
    east = state[0] + interval * state[3] - beam.place[0]
    north = state[1] + interval * state[4] - beam.place[1]
    square = east * east + north * north
    if not square <= beam.square:
        return False
    up = state[2] + interval * state[5] - beam.place[2]
    distance = math.sqrt(max(square, 1.0))
    is_ahead = east * beam.heading[0] + north * beam.heading[1] >= beam.cosine * distance
    return is_ahead and beam.low * distance <= up <= beam.high * distance


@inner_kernel
def find_near(tracker, scans, scan, settings, extent, n_plots):
    """Find the tracks that a scan covers, and those whose gates reach to where its plots lie.

    Parameters
    ----------
    extent : Extent
        Of the plots.

    Returns
    -------
    int, float
        Number of near tracks, whose slots are the first of `table.near`; mean half width of the gates
        that may hold a plot [m].
    """
    bank, table, time = tracker.bank, tracker.table, scans.time[scan]
    beam, pad = beam_of(scans, scan), tracker.work.pad
    n_near, n_asked, total = 0, 0, 0.0
    for entry in range(bank.counts[N_LIVE]):
        slot = bank.live[entry]
        track, gate = bank.tracks[slot], table.gates[slot]
        track.plot, track.is_shared, gate.n_gated = -1, False, 0
        if not settings.knows_pd:
            gate.pd = scans.pd[scan]
        if n_plots > 0 and not pad.is_straight:
            carry_track(bank, slot, time, settings.models, tracker.work)
        interval = max(time - track.time, 0.0)
        track.is_covered = gate.pd >= LEAST_PD and is_inside(beam, track.blend, interval)
        gate.is_asked = False
        if n_plots > 0:
            _place_gate(track, gate, settings, extent, time, pad.drift[0])
        if gate.is_asked:
            n_asked += 1
            total += gate.width
        if gate.is_asked or track.is_covered:
            table.near[n_near] = slot
            n_near += 1
    return n_near, total / max(n_asked, 1)


@inlined_kernel
def _place_gate(track, gate, settings, extent, time, drift):
    """Lay a square round the place where a track is foretold, and see whether it reaches to the plots."""
    interval = max(time - track.time, 0.0)
    east = track.blend[0] + interval * track.blend[3]
    north = track.blend[1] + interval * track.blend[4]
    width = half_width(track, settings, extent.widest, interval, time, drift)
    gate.place[0], gate.place[1], gate.width = east, north, width
    is_level = east - width <= extent.east and extent.west <= east + width
    gate.is_asked = is_level and north - width <= extent.north and extent.south <= north + width


@inlined_kernel
def place_variance(spread, interval, drift):
    """Variance [m²] of a track's place after an interval [s], the greater of east and north."""
    variance = max(
        spread[0, 0] + interval * (2.0 * spread[0, 3] + interval * spread[3, 3]),
        spread[1, 1] + interval * (2.0 * spread[1, 4] + interval * spread[4, 4]),
    )
    return variance + drift * interval * interval * interval / 3.0


@inlined_kernel
def half_width(track, settings, widest, interval, time, drift):
    """Half width [m] of the square over the ground that holds a track's gate after an interval [s].

    A track of one plot has no known velocity; its gate ends where the fastest target could be.
    """
    variance = place_variance(track.spread, interval, drift) + widest * widest
    width = math.sqrt(settings.gates[4] * variance)
    if track.hits == 1:
        error = math.sqrt(settings.gates[4] * 2.0) * widest
        width = min(width, settings.fastest * abs(time - track.seen) + error)
    return width


@inner_kernel
def fill_gate(tracker, slot, plots, scans, scan, settings, grid):
    """Fill the gate of one track, as `find_near` has placed it: its plots and their gains.

    Parameters
    ----------
    grid : (n_plots, n_buckets, per_metre)
        Plots looked at, buckets, cells a metre.
    """
    table, gate = tracker.table, tracker.table.gates[slot]
    n_plots, n_buckets, per_metre = grid
    east, north, width = gate.place[0], gate.place[1], gate.width
    low_east, high_east = math.floor((east - width) * per_metre), math.floor((east + width) * per_metre)
    low_north, high_north = math.floor((north - width) * per_metre), math.floor((north + width) * per_metre)
    n_listed = 0
    if not (high_east - low_east + 1.0) * (high_north - low_north + 1.0) <= MOST_CELLS:
        for plot in range(n_plots):
            n_listed = _list_plot(table, gate, plot, n_listed)
    else:
        for column in range(int(low_east), int(high_east) + 1):
            for row in range(int(low_north), int(high_north) + 1):
                n_listed = _list_cell(table, gate, (column, row), n_buckets, n_listed)
    for entry in range(n_listed):
        _try_plot(tracker, slot, table.listed[entry], plots, scans, scan, settings)


@inlined_kernel
def _list_cell(table, gate, cell, n_buckets, n_listed):
    """List the plots of a cell that lie in the square round a gate; how many are listed by now."""
    bucket = bucket_of(cell[0], cell[1], n_buckets)
    for entry in range(table.bucket[bucket], table.bucket[bucket + 1]):
        spot = table.spots[table.order[entry]]
        if spot.cell[0] == cell[0] and spot.cell[1] == cell[1]:
            n_listed = _list_plot(table, gate, table.order[entry], n_listed)
    return n_listed


@inlined_kernel
def _list_plot(table, gate, plot, n_listed):
    """List a plot if it is free and lies in the square round a gate."""
    spot = table.spots[plot]
    off = max(abs(spot.place[0] - gate.place[0]), abs(spot.place[1] - gate.place[1]))
    if not spot.is_fit or spot.is_taken or not off <= gate.width:
        return n_listed
    table.listed[n_listed] = plot
    return n_listed + 1


@inner_kernel
def _try_plot(tracker, slot, plot, plots, scans, scan, settings):
    """Enter a plot in a track's gate if it lies inside; the track is then carried to the scan's time."""
    bank, table, pad = tracker.bank, tracker.table, tracker.work.pad
    carry_track(bank, slot, scans.time[scan], settings.models, tracker.work)
    track, row = bank.tracks[slot], scans.start[scan] + plot
    pad.clock = track.time
    n_columns = hold_plot(plots, row, scans, scan, pad)
    distance, density = innovate(track.blend, track.spread, pad)
    pad.slot, pad.row = slot, row
    if not distance <= settings.gates[n_columns]:
        return
    if track.is_firm and table.spots[plot].parent < 0:
        table.spots[plot].parent = slot
    pd = bounded_pd(table, slot)
    new = settings.new_volume_density if math.isfinite(plots.value[row, 2]) else settings.new_density
    false = (plots.clutter[row] + new) * plot_volume(plots, row, scans, scan, settings)
    gain = density + math.log(pd / ((1.0 - pd * settings.gate_chance) * false))
    _enter(tracker, slot, plot, gain)


@inlined_kernel
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


@inlined_kernel
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


@inlined_kernel
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
