"""The multi-target tracker: from scans of plots to tracks, without knowing which plot is whose.

Each scan: carry every track to its time; refuse what is not a plot; gate; give the plots to firm
tracks, then what is left to tentative ones; start tracks from the rest; note, drop and merge.

Source: Blackman & Popoli, Design and Analysis of Modern Tracking Systems (1999); Bar-Shalom & Li,
Multitarget-Multisensor Tracking (1995).
Limits: one hypothesis is kept. Tentative tracks are always paired by global nearest neighbour.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rempart.base.errors import Fault, RempartError
from rempart.base.kernel import by_address, inner_kernel, kernel
from rempart.picture.bank import N_LIVE, new_tracker, sweep_slots
from rempart.picture.correction import take_claims, take_plot, take_shared_plot
from rempart.picture.gating import FEW_PLOTS, fill_gate, find_near
from rempart.picture.jpda import fill_claims
from rempart.picture.lifecycle import expire, judge, merge_tracks, note_hit, start_track
from rempart.picture.mixing import carry_track
from rempart.picture.motion import STATE_SIZE
from rempart.picture.pairing import pair
from rempart.picture.plots import (
    APPROXIMATED,
    DROPPED,
    LATE_SCANS,
    MERGED,
    OUT_OF_SEQUENCE,
    Plots,
    Scans,
    Tally,
)
from rempart.picture.settings import TrackerSettings, tracker_settings
from rempart.picture.sifting import fill_grid, fill_places, refuse_duplicates, sift
from rempart.picture.unresolved import share_plots

BLOCK_ROWS = 65_536


@by_address
class History(NamedTuple):
    """Tracks after each scan, one row per track and scan."""

    scan: np.ndarray
    """(r,)"""
    time: np.ndarray
    """(r,) [s]"""
    track: np.ndarray
    """(r,) number of the track, from 1"""
    plot: np.ndarray
    """(r,) row of its plot, the likeliest of several, or -1"""
    is_firm: np.ndarray
    """(r,)"""
    mean: np.ndarray
    """(r, 7) place [m] and velocity [m/s], east, north, up; rate of turn [rad/s, anticlockwise]"""
    cover: np.ndarray
    """(r, 6, 6) covariance of place and velocity"""
    modes: np.ndarray
    """(r, m) chances of the models"""
    score: np.ndarray
    """(r,) logarithm of the odds that the track is of a target"""


def track_plots(plots: Plots, scans: Scans, settings: TrackerSettings | None = None) -> tuple[History, Tally]:
    """Track all scans at once.

    Parameters
    ----------
    plots : Plots
    scans : Scans
        In order of arrival.
    settings : TrackerSettings
        From `tracker_settings`.

    Returns
    -------
    History
        Rows in order of scans.
    Tally

    Raises
    ------
    RempartError
        If the arrays do not fit each other.
    """
    settings = settings if settings is not None else tracker_settings()
    blocks = list(track_blocks(plots, scans, settings))
    if not blocks:
        return new_history(0, len(settings.models.kind)), Tally(new_tracker(settings).counters)
    columns = zip(*(block for block, _ in blocks), strict=True)
    return History(*(np.concatenate(column) for column in columns)), blocks[-1][1]


def track_blocks(
    plots: Plots, scans: Scans, settings: TrackerSettings | None = None, n_rows: int = BLOCK_ROWS
) -> Iterator[tuple[History, Tally]]:
    """Track scan by scan in bounded memory; each block has whole scans and the counts up to it.

    Parameters
    ----------
    n_rows : int
        Rows of a block; it holds at least one scan's tracks.
    """
    settings = settings if settings is not None else tracker_settings()
    check_arrays(plots, scans)
    tracker = new_tracker(settings)
    history = new_history(max(n_rows, settings.most_tracks), len(settings.models.kind))
    scan, n_scans = 0, len(scans.time)
    while scan < n_scans:
        scan, n_written = track_scans(tracker, plots, scans, settings, history, scan)
        block = History(*(column[:n_written].copy() for column in history))
        yield block, Tally(tracker.counters.copy())


def check_arrays(plots: Plots, scans: Scans) -> None:
    """Refuse arrays that do not fit each other.

    Raises
    ------
    RempartError
        With every fault found.
    """
    n, s = len(plots.time), len(scans.time)
    shapes = {
        "plots.value": (plots.value, (n, 4)), "plots.error": (plots.error, (n, 4)),
        "plots.clutter": (plots.clutter, (n,)), "scans.origin": (scans.origin, (s, 3)),
        "scans.elevation": (scans.elevation, (s, 2)), "scans.cell": (scans.cell, (s, 3)),
        **{f"scans.{name}": (getattr(scans, name), (s,))
           for name in ("start", "count", "kind", "pd", "reach", "bearing", "width", "source")},
    }  # fmt: skip
    faults = [
        Fault(name, f"shape {np.shape(array)}", f"{shape}")
        for name, (array, shape) in shapes.items()
        if np.shape(array) != shape
    ]
    if not faults and s:
        faults = list(_value_faults(scans, n))
    if faults:
        raise RempartError(faults)


def _value_faults(scans: Scans, n_plots: int) -> Iterator[Fault]:
    if not np.isfinite(scans.time).all():
        yield Fault("scans.time", "not a number", "finite times")
    if not np.isfinite(scans.origin).all():
        yield Fault("scans.origin", "not a number", "finite places")
    if (scans.count < 0).any() or (scans.start < 0).any() or (scans.start + scans.count > n_plots).any():
        yield Fault("scans.start, scans.count", "rows that are not there", f"0 to {n_plots}")
    if not ((scans.pd > 0.0) & (scans.pd < 1.0)).all():
        yield Fault("scans.pd", "a chance of 0 or 1 or outside", "above 0 and below 1")


def new_history(n_rows: int, n_models: int) -> History:
    """Empty rows for the history of a tracker with this number of models."""
    return History(
        scan=np.zeros(n_rows, dtype=np.int64), time=np.zeros(n_rows),
        track=np.zeros(n_rows, dtype=np.int64), plot=np.zeros(n_rows, dtype=np.int64),
        is_firm=np.zeros(n_rows, dtype=np.bool_), mean=np.zeros((n_rows, STATE_SIZE)),
        cover=np.zeros((n_rows, 6, 6)), modes=np.zeros((n_rows, n_models)), score=np.zeros(n_rows),
    )  # fmt: skip


@kernel
def track_scans(tracker, plots, scans, settings, history, first_scan):
    """Track scans until all are done or the next might not fit into `history`.

    All tracks are carried to the time of each scan, whether it could see them or not.

    Returns
    -------
    next scan, rows written
    """
    n_written = 0
    for scan in range(first_scan, scans.time.shape[0]):
        if n_written + tracker.bank.live.shape[0] > history.time.shape[0]:
            return scan, n_written
        track_scan(tracker, plots, scans, scan, settings)
        carry_tracks(tracker, tracker.bank.clock[0], settings)
        expire(tracker, tracker.bank.clock[0], settings)
        n_written = _write(tracker, settings, history, scan, n_written)
    return scans.time.shape[0], n_written


@inner_kernel
def carry_tracks(tracker, time, settings):
    """Carry every track of the picture to a time; those that hold for a later one stay."""
    bank = tracker.bank
    for entry in range(bank.counts[N_LIVE]):
        carry_track(bank, bank.live[entry], time, settings.models, tracker.work)


@inner_kernel
def track_scan(tracker, plots, scans, scan, settings):
    """Bring the tracks that a scan could see up to date with it; the others are not touched.

    Tracks near to which no plot lies still hold for an earlier time. Those that no scan covers any
    more are left to `expire`.

    Returns
    -------
    int
        Number of tracks that the scan covers or whose gates reach to its plots; `table.near` holds
        their slots.
    """
    table, clock = tracker.table, tracker.bank.clock
    lag = clock[0] - scans.time[scan]
    if lag > settings.longest_lag:
        tracker.counters[LATE_SCANS] += 1
        return 0
    if lag > 0.0:
        tracker.counters[OUT_OF_SEQUENCE] += max(scans.count[scan], 0)
    clock[0] = max(clock[0], scans.time[scan])
    n_plots = sift(tracker, plots, scans, scan, settings.longest_lag)
    extent = fill_places(table, plots, scans, scan, n_plots)
    n_near, width = find_near(tracker, scans, scan, settings, extent, n_plots)
    if n_plots > 0:
        per_metre = 1.0 / max(width, 4.0 * extent.widest, 1.0) if n_plots > FEW_PLOTS else 0.0
        n_buckets = fill_grid(table, n_plots, per_metre)
        refuse_duplicates(tracker, plots, scans.start[scan], n_plots, n_buckets)
        grid = (n_plots, n_buckets, per_metre)
        for is_firm in (True, False):
            _give_plots(tracker, plots, scans, scan, settings, (n_near, *grid), is_firm)
    _close_scan(tracker, plots, scans, scan, settings, n_near, n_plots)
    return n_near


@inner_kernel
def _give_plots(tracker, plots, scans, scan, settings, extent, is_firm):
    """Gate, pair and correct the firm or the tentative tracks among the near ones."""
    bank, table, rows = tracker.bank, tracker.table, tracker.pairing.rows
    n_near, n_plots, n_buckets, per_metre = extent
    n_rows = 0
    for entry in range(n_near):
        slot = table.near[entry]
        if not table.gates[slot].is_asked or bank.tracks[slot].is_firm != is_firm:
            continue
        fill_gate(tracker, slot, plots, scans, scan, settings, (n_plots, n_buckets, per_metre))
        if table.gates[slot].n_gated > 0:
            rows[n_rows] = slot
            n_rows += 1
    if is_firm and settings.is_jpda:
        if scans.cell[scan, 0] > 0.0:
            n_rows = _set_unresolved_apart(tracker, plots, scans, scan, n_rows, n_plots)
        share_out(tracker.net, tracker, plots, scans, scan, n_rows, n_plots)
    else:
        pair(tracker.pairing, table, n_rows, n_plots)
        if is_firm and scans.cell[scan, 0] > 0.0:
            share_plots(tracker, scans, scan, n_rows)
        _hand_out(tracker, plots, scans, scan, n_rows)


@inner_kernel
def _set_unresolved_apart(tracker, plots, scans, scan, n_rows, n_plots):
    """Correct the tracks that share a plot; the rest keep what is left in their gates.

    Returns
    -------
    int
        Number of slots left in `pairing.rows`, each with a plot in its gate.
    """
    bank, table, rows = tracker.bank, tracker.table, tracker.pairing.rows
    pair(tracker.pairing, table, n_rows, n_plots)
    share_plots(tracker, scans, scan, n_rows)
    n_shared = 0
    for entry in range(n_rows):
        slot = rows[entry]
        if bank.tracks[slot].is_shared:
            rows[entry], rows[n_shared] = rows[n_shared], slot
            n_shared += 1
    if n_shared == 0:
        return n_rows
    _hand_out(tracker, plots, scans, scan, n_shared)
    n_left = 0
    for entry in range(n_shared, n_rows):
        slot = rows[entry]
        if _plots_left(table, slot) > 0:
            rows[n_left] = slot
            n_left += 1
    return n_left


@inner_kernel
def _plots_left(table, slot):
    """Take out of a gate the plots that belong to other tracks; how many are left."""
    n_left = 0
    for choice in range(table.gates[slot].n_gated):
        plot = table.gated[slot, choice]
        if not table.spots[plot].is_taken:
            table.gated[slot, n_left], table.gain[slot, n_left] = plot, table.gain[slot, choice]
            n_left += 1
    table.gates[slot].n_gated = n_left
    return n_left


@inner_kernel
def _hand_out(tracker, plots, scans, scan, n_rows):
    """Correct each track with the plot that the pairing gave it."""
    bank, table, pairing = tracker.bank, tracker.table, tracker.pairing
    for entry in range(n_rows):
        slot = pairing.rows[entry]
        plot = table.gates[slot].partner
        if plot < 0:
            continue
        row, is_owner = scans.start[scan] + plot, table.spots[plot].partner == slot
        table.spots[plot].is_taken = True
        gain = 0.0
        for choice in range(table.gates[slot].n_gated):
            if table.gated[slot, choice] == plot and is_owner:
                gain = table.gain[slot, choice]
        if not bank.tracks[slot].is_shared:
            take_plot(bank, slot, plots, row, scans, scan, tracker.work)
        elif is_owner:
            take_shared_plot(tracker, plot, plots, scans, scan, n_rows)
        note_hit(bank, slot, row, plots.time[row], gain, is_owner)


@inner_kernel
def share_out(net, tracker, plots, scans, scan, n_rows, n_plots):
    """Give each track all plots in its gate by their chances, if there is a net to find them."""
    if net is not None:
        tracker.counters[APPROXIMATED] += fill_claims(tracker, n_rows, n_plots)
        _share_out(tracker, plots, scans, scan, n_rows)


@inner_kernel
def _share_out(tracker, plots, scans, scan, n_rows):
    """Correct each track with all plots in its gate; a plot claimed by more than half is taken."""
    bank, table, pairing = tracker.bank, tracker.table, tracker.pairing
    for entry in range(n_rows):
        slot = pairing.rows[entry]
        for choice in range(table.gates[slot].n_gated):
            table.spots[table.gated[slot, choice]].total = 0.0
    for entry in range(n_rows):
        slot = pairing.rows[entry]
        take_claims(tracker, slot, plots, scans, scan)
        best = 0
        for choice in range(table.gates[slot].n_gated):
            plot = table.gated[slot, choice]
            table.spots[plot].total += table.claim[slot, choice]
            table.spots[plot].is_taken = table.spots[plot].total > 0.5
            if table.claim[slot, choice] > table.claim[slot, best]:
                best = choice
        if table.claim[slot, table.claim.shape[1] - 1] <= 0.5:
            row = scans.start[scan] + table.gated[slot, best]
            is_own = table.claim[slot, best] > 0.5
            note_hit(bank, slot, row, plots.time[row], _joint_gain(table, slot), is_own)


@inner_kernel
def _joint_gain(table, slot):
    """Logarithm of the odds of all plots in a gate together to a miss."""
    total, best = 0.0, table.gain[slot, 0]
    for choice in range(table.gates[slot].n_gated):
        best = max(best, table.gain[slot, choice])
    for choice in range(table.gates[slot].n_gated):
        total += math.exp(table.gain[slot, choice] - best)
    return best + math.log(total)


@inner_kernel
def _close_scan(tracker, plots, scans, scan, settings, n_near, n_plots):
    """Note the look on every near track, merge, and start tracks from the plots that are left."""
    table, counters = tracker.table, tracker.counters
    n_gone = counters[DROPPED] + counters[MERGED]
    # A scan without plots tells too little to give up a track for what may have become of it since.
    time = scans.time[scan] if n_plots > 0 else -math.inf
    for entry in range(n_near):
        judge(tracker, table.near[entry], scans.source[scan], settings, time)
    if settings.merge_gate > 0.0 and n_plots > 0:
        merge_tracks(tracker, n_near, settings)
    for plot in range(n_plots):
        if table.spots[plot].is_fit and not table.spots[plot].is_taken:
            start_track(tracker, plots, scans.start[scan] + plot, scans, scan, settings)
    # Only now, so that after the scan each slot still tells what became of its track.
    if counters[DROPPED] + counters[MERGED] > n_gone:
        sweep_slots(tracker.bank)


@inner_kernel
def _write(tracker, settings, history, scan, n_written):
    """Write the tracks of a scan into the history; the rows written so far."""
    bank = tracker.bank
    row = n_written
    for entry in range(bank.counts[N_LIVE]):
        slot = bank.live[entry]
        if not (bank.tracks[slot].is_firm or settings.keeps_tentative):
            continue
        history.scan[row], history.time[row] = scan, bank.clock[0]
        history.track[row], history.plot[row] = bank.tracks[slot].ident, bank.tracks[slot].plot
        history.is_firm[row], history.score[row] = bank.tracks[slot].is_firm, bank.tracks[slot].score
        for state in range(STATE_SIZE):
            history.mean[row, state] = bank.tracks[slot].blend[state]
        for state in range(6):
            for other in range(6):
                history.cover[row, state, other] = bank.tracks[slot].spread[state, other]
        for model in range(bank.chance.shape[1]):
            history.modes[row, model] = bank.chance[slot, model]
        row += 1
    return row
