"""Correct a track with the plot it was given, or with several, each by its chance.

Source: Bar-Shalom, Daum & Huang, The probabilistic data association filter (IEEE Control Systems
2009), in the form of a mixture, which also holds where the plots' errors differ; Blom & Bar-Shalom
(1988) for the chances of the models; Koch & van Keuk, Multiple hypothesis track maintenance with
possibly unresolved measurements (IEEE TAES 1997), for plots that several targets share.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel
from rempart.picture.innovation import compare, correct, hold_plot, innovate, whiten
from rempart.picture.mixing import fill_blend
from rempart.picture.motion import STATE_SIZE, copy_estimate


@inner_kernel
def take_plot(bank, slot, plots, row, scans, scan, work):
    """Correct every model of a track with one plot, and the chances of the models with it."""
    n_models, pad = bank.chance.shape[1], work.pad
    pad.clock = bank.tracks[slot].time
    hold_plot(plots, row, scans, scan, pad)
    best = -math.inf
    for model in range(n_models):
        mean, cover = bank.mean[slot, model], bank.cover[slot, model]
        # The gate compares the plot with the blend, which is the estimate where there is one model.
        density = 0.0
        if n_models > 1 or pad.slot != slot or pad.row != row:
            _, density = innovate(mean, cover, pad)
        correct(mean, cover, pad)
        pad.slot = -1
        work.likelihood[model, 0] = density
        best = max(best, density)
    if n_models > 1:
        _weigh(bank.chance[slot], work.likelihood, best)
    fill_blend(bank, slot)


@inner_kernel
def take_shared_plot(tracker, plot, plots, scans, scan, n_rows):
    """Correct all tracks that were given one plot, as if it were the mean of the plots they foretell.

    How far the echo's centre may lie from that mean, since one target may echo more than another,
    widens the plot's error.

    Returns
    -------
    None
        Tracks of equal covariance move alike: their distance stays.
    """
    bank, table, work, rows = tracker.bank, tracker.table, tracker.work, tracker.pairing.rows
    n_sharing, n_columns = 0, hold_plot(plots, scans.start[scan] + plot, scans, scan, work.pad)
    work.pad.gap[:], work.pad.gap_square[:], work.pad.gap_root[:, :] = 0.0, 0.0, 0.0
    for entry in range(n_rows):
        if table.gates[rows[entry]].partner == plot:
            track = bank.tracks[rows[entry]]
            work.pad.clock = track.time
            compare(track.blend, track.spread, work.pad)
            _add_gap(work, n_columns)
            n_sharing += 1
    _widen(work, n_columns, n_sharing, work.pad.error)
    for entry in range(n_rows):
        slot = rows[entry]
        if table.gates[slot].partner == plot:
            _correct_shared(bank, slot, n_columns, work)


@inner_kernel
def _add_gap(work, n_columns):
    """Add one track's innovation and its covariance to those of all that share a plot."""
    for entry in range(n_columns):
        work.pad.gap[entry] += work.pad.innovation[entry]
        work.pad.gap_square[entry] += work.pad.innovation[entry] ** 2
        for other in range(entry + 1):
            work.pad.gap_root[entry, other] += work.pad.root[entry, other]


@inner_kernel
def _widen(work, n_columns, n, error):
    """Make the covariance that of n times the plot less the sum of those foretold."""
    for entry in range(n_columns):
        scatter = n * work.pad.gap_square[entry] - work.pad.gap[entry] ** 2
        noise = (n * n - n) * error[work.pad.columns[entry]] ** 2
        work.pad.gap_root[entry, entry] += noise + max(scatter, 0.0) / 3.0


@inner_kernel
def _correct_shared(bank, slot, n_columns, work):
    for model in range(bank.chance.shape[1]):
        mean, cover = bank.mean[slot, model], bank.cover[slot, model]
        work.pad.clock = bank.tracks[slot].time
        compare(mean, cover, work.pad)
        for entry in range(n_columns):
            work.pad.innovation[entry] = work.pad.gap[entry]
            for other in range(entry + 1):
                work.pad.root[entry, other] = work.pad.gap_root[entry, other]
        whiten(work.pad)
        correct(mean, cover, work.pad)
    fill_blend(bank, slot)


@inner_kernel
def _weigh(chance, log_density, best):
    """Bayes' rule for the models, from the logarithms of their densities."""
    total = 0.0
    for model in range(chance.shape[0]):
        chance[model] *= math.exp(max(log_density[model, 0] - best, -300.0))
        total += chance[model]
    for model in range(chance.shape[0]):
        chance[model] = max(chance[model] / total, 1e-12)


@inner_kernel
def take_claims(tracker, slot, plots, scans, scan):
    """Correct a track with all plots in its gate, each weighted by the chance that it is the track's.

    Returns
    -------
    None
        With the whole chance on one plot the same as `take_plot`; with none of it nothing changes.
    """
    bank, table, work = tracker.bank, tracker.table, tracker.work
    n_gated, first = table.gates[slot].n_gated, scans.start[scan]
    work.pad.clock = bank.tracks[slot].time
    n_models = bank.chance.shape[1]
    for choice in range(n_gated):
        hold_plot(plots, first + table.gated[slot, choice], scans, scan, work.pad)
        for model in range(n_models):
            _, density = innovate(bank.mean[slot, model], bank.cover[slot, model], work.pad)
            work.likelihood[model, choice] = density
    _share_models(bank.chance[slot], table.claim[slot], n_gated, work.likelihood)
    for model in range(n_models):
        _mix_plots(tracker, slot, model, plots, scans, scan)
    fill_blend(bank, slot)


@inner_kernel
def _share_models(chance, claim, n_gated, likelihood):
    """Turn densities into joint chances of model and plot; the last column is that of a miss.

    Afterwards `chance` holds the new chances of the models.
    """
    n_models = chance.shape[0]
    miss = likelihood.shape[1] - 1
    for choice in range(n_gated):
        best = -math.inf
        for model in range(n_models):
            best = max(best, likelihood[model, choice])
        total = 0.0
        for model in range(n_models):
            density = math.exp(max(likelihood[model, choice] - best, -300.0))
            likelihood[model, choice] = chance[model] * density
            total += likelihood[model, choice]
        for model in range(n_models):
            likelihood[model, choice] *= claim[choice] / max(total, 1e-300)
    for model in range(n_models):
        likelihood[model, miss] = chance[model] * claim[claim.shape[0] - 1]
        total = likelihood[model, miss]
        for choice in range(n_gated):
            total += likelihood[model, choice]
        chance[model] = max(total, 1e-12)


@inner_kernel
def _mix_plots(tracker, slot, model, plots, scans, scan):
    """Replace one model's estimate by the mixture of its corrections."""
    bank, table, work = tracker.bank, tracker.table, tracker.work
    mean, cover = bank.mean[slot, model], bank.cover[slot, model]
    chance = bank.chance[slot, model]
    miss = work.likelihood.shape[1] - 1
    mixed, second = work.mean[model], work.cover[model]
    mixed[:] = 0.0
    second[:, :] = 0.0
    _add_moments(work.likelihood[model, miss] / chance, mean, cover, mean, second, mixed)
    for choice in range(table.gates[slot].n_gated):
        weight = work.likelihood[model, choice] / chance
        if weight < 1e-9:
            continue
        hold_plot(plots, scans.start[scan] + table.gated[slot, choice], scans, scan, work.pad)
        copy_estimate(mean, cover, work.pad.state, work.pad.slope)
        innovate(mean, cover, work.pad)
        correct(work.pad.state, work.pad.slope, work.pad)
        _add_moments(weight, work.pad.state, work.pad.slope, mean, second, mixed)
    for row in range(STATE_SIZE):
        for column in range(STATE_SIZE):
            cover[row, column] = second[row, column] - mixed[row] * mixed[column]
    for row in range(STATE_SIZE):
        mean[row] += mixed[row]


@inner_kernel
def _add_moments(weight, mean, cover, base, second, first):
    """Add one part of a mixture to its first and second moment about `base`."""
    for row in range(STATE_SIZE):
        gap = mean[row] - base[row]
        first[row] += weight * gap
        for column in range(STATE_SIZE):
            second[row, column] += weight * (cover[row, column] + gap * (mean[column] - base[column]))
