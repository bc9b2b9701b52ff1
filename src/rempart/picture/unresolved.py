"""Targets too close to be told apart give one plot; it is given to all their tracks.

Source: Koch & van Keuk, Multiple hypothesis track maintenance with possibly unresolved measurements
(IEEE TAES 1997), with one hypothesis: what is foretold within one cell is not told apart.
Limits: a target that is lost beside another is believed for as long as the other covers for it.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel
from rempart.picture.innovation import RANGE, foretell, wrapped
from rempart.picture.plots import POLAR_PLOT

_NOBODY = -1


@inner_kernel
def share_plots(tracker, scans, scan, n_rows):
    """Give tracks that went without a plot that of a neighbour which the sensor cannot tell from them."""
    bank, table, rows = tracker.bank, tracker.table, tracker.pairing.rows
    for entry in range(n_rows):
        slot = rows[entry]
        if table.gates[slot].partner != _NOBODY:
            continue
        best, best_gain = _NOBODY, -math.inf
        for choice in range(table.gates[slot].n_gated):
            plot, gain = table.gated[slot, choice], table.gain[slot, choice]
            owner = table.spots[plot].partner
            if owner != _NOBODY and gain > best_gain and are_unresolved(tracker, slot, owner, scans, scan):
                best, best_gain = plot, gain
        if best != _NOBODY:
            table.gates[slot].partner = best
            bank.tracks[slot].is_shared = True
            bank.tracks[table.spots[best].partner].is_shared = True


@inner_kernel
def are_unresolved(tracker, slot, other, scans, scan):
    """Whether two tracks are foretold within one cell of the sensor.

    Returns
    -------
    bool
        The same with the two tracks exchanged; never for a cell of size zero.
    """
    cell, pad = scans.cell[scan], tracker.work.pad
    one, two = tracker.bank.tracks[slot].blend, tracker.bank.tracks[other].blend
    if scans.kind[scan] != POLAR_PLOT:
        return math.hypot(one[0] - two[0], one[1] - two[1]) < cell[RANGE]
    foretell(one, 0.0, scans.origin[scan], True, pad.gap)
    foretell(two, 0.0, scans.origin[scan], True, pad.gap_square)
    is_same = abs(pad.gap[0] - pad.gap_square[0]) < cell[0]
    is_same = is_same and abs(wrapped(pad.gap[1] - pad.gap_square[1])) < cell[1]
    return is_same and abs(pad.gap[2] - pad.gap_square[2]) < cell[2]
