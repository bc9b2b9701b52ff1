"""How tracks start, become firm, are dropped and are merged.

Every plot that no track took starts a tentative one. It becomes firm by m hits among its first n
looks, or when the sequential test of its score says so; it is dropped when it no longer can.

Source: Wald, Sequential tests of statistical hypotheses (1945); Sittler (1964) and Blackman & Popoli
(1999), ch. 6, for the score.
Limits: a target that splits gives its velocity to a piece only where the piece is seen inside the
gate of the track from which it split.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inlined_kernel, inner_kernel
from rempart.picture.bank import FIRST, N_LIVE, N_USED, sweep_slots, take_slot
from rempart.picture.gating import bounded_pd, place_variance
from rempart.picture.mixing import fill_blend
from rempart.picture.motion import STATE_SIZE, copy_estimate
from rempart.picture.plots import CONFIRMED, DROPPED, MERGED, NO_ROOM, POLAR_PLOT, SPLIT, STARTED

_SPLIT_SHARE = 0.1
"""Spread of a piece's velocity about that of the track it split from, as a share of the fastest."""


@inner_kernel
def start_track(tracker, plots, row, scans, scan, settings):
    """Start a tentative track from a plot of the scan; its slot, or -1 if there is no room."""
    bank = tracker.bank
    slot = take_slot(bank)
    if slot < 0:
        tracker.counters[NO_ROOM] += 1
        return slot
    tracker.counters[STARTED] += 1
    open_track(bank.tracks[slot], scans.time[scan], plots.time[row], 1)
    bank.tracks[slot].plot, bank.tracks[slot].source = row, scans.source[scan]
    mean, cover = bank.mean[slot, 0], bank.cover[slot, 0]
    mean[:] = 0.0
    cover[:, :] = 0.0
    if scans.kind[scan] == POLAR_PLOT:
        _place_polar(plots, row, scans, scan, settings, mean, cover)
    else:
        _place(plots, row, settings, mean, cover)
    _inherit(tracker, slot, row - scans.start[scan], settings)
    fill_models(bank, slot, settings.models)
    fill_blend(bank, slot)
    return slot


@inner_kernel
def open_track(track, time, seen, n_hits):
    """The marks of a track that is new, tentative, and has had so many plots in as many looks."""
    track.is_firm, track.is_covered, track.is_shared = False, True, False
    track.time, track.seen, track.plot = time, seen, -1
    track.register = track.own = (1 << n_hits) - 1
    track.looks = track.hits = n_hits
    track.misses, track.stem, track.n_shared = 0, 0, 0
    track.score, track.best_score = 0.0, 0.0


@inlined_kernel
def _place(plots, row, settings, mean, cover):
    """First estimate from a plot that tells a place."""
    value, error = plots.value[row], plots.error[row]
    has_height = math.isfinite(value[2])
    speed = _first_speed(settings)
    for axis in range(3):
        known = axis < 2 or has_height
        mean[axis] = value[axis] if known else settings.height
        cover[axis, axis] = error[axis] ** 2 if known else settings.height_spread**2
        cover[axis + 3, axis + 3] = speed * speed


@inner_kernel
def _first_speed(settings):
    """Standard deviation of each component of a velocity of which only the fastest is known."""
    return 0.5 * settings.fastest


@inner_kernel
def curved_moments(distance, error, angle_error):
    """Where range and angle with errors put a target on average, along the true line of sight and across.

    Parameters
    ----------
    distance, error : float [m]
        True range and its standard deviation.
    angle_error : float [rad]

    Returns
    -------
    share : float
        Mean distance along the line over the true one: below 1, since errors bend the place off it.
    along, across : float [m²]
        Variances.

    Source
    ------
    Lerro & Bar-Shalom, Tracking with debiased consistent converted measurements (IEEE TAES 1993).
    """
    spread = angle_error * angle_error
    bent = -math.expm1(-spread)
    along = 0.5 * (distance * bent) ** 2 + 0.5 * error * error * (1.0 + math.exp(-2.0 * spread))
    across = 0.5 * (distance * distance + error * error) * -math.expm1(-2.0 * spread)
    return math.exp(-0.5 * spread), along, across


@inner_kernel
def _place_polar(plots, row, scans, scan, settings, mean, cover):
    """First estimate from a polar plot; a range rate tells the velocity along the line of sight."""
    value, error = plots.value[row], plots.error[row]
    has_height = math.isfinite(value[2])
    tilt = value[2] if has_height else 0.0
    sine, cosine = math.sin(value[1]), math.cos(value[1])
    along = (math.cos(tilt) * sine, math.cos(tilt) * cosine, math.sin(tilt))
    across = (cosine, -sine, 0.0)
    upright = (-math.sin(tilt) * sine, -math.sin(tilt) * cosine, math.cos(tilt))
    ground = value[0] * math.cos(tilt)
    share, level, sideways = curved_moments(ground, error[0], error[1])
    spread = (level, sideways, (value[0] * error[2]) ** 2 if has_height else 0.0)
    has_rate = math.isfinite(value[3])
    speed = _first_speed(settings) ** 2
    gain = min(error[3] ** 2, speed) - speed if has_rate else 0.0
    for axis in range(3):
        stretched = value[0] / share if axis < 2 else value[0]
        mean[axis] = scans.origin[scan, axis] + stretched * along[axis]
        mean[axis + 3] = value[3] * along[axis] if has_rate else 0.0
        cover[axis + 3, axis + 3] = speed
        for other in range(3):
            cover[axis, other] = (
                spread[0] * along[axis] * along[other] + spread[1] * across[axis] * across[other]
            )
            cover[axis, other] += spread[2] * upright[axis] * upright[other]
            cover[axis + 3, other + 3] += gain * along[axis] * along[other]
    if not has_height:
        mean[2], cover[2, 2] = settings.height, settings.height_spread**2


@inner_kernel
def _inherit(tracker, slot, plot, settings):
    """Give a track that starts in the gate of a firm one the velocity of that one."""
    bank, parent = tracker.bank, tracker.table.spots[plot].parent
    if parent < 0 or bank.tracks[parent].ident <= 0:
        return
    bank.tracks[slot].stem = bank.tracks[parent].ident
    spread = (_SPLIT_SHARE * settings.fastest) ** 2
    for axis in range(3, 6):
        bank.mean[slot, 0, axis] = bank.tracks[parent].blend[axis]
        for other in range(3, 6):
            bank.cover[slot, 0, axis, other] = bank.tracks[parent].spread[axis, other]
        bank.cover[slot, 0, axis, axis] += spread


@inlined_kernel
def fill_models(bank, slot, models):
    """Fill the estimate of every model from that of the first, all equally likely."""
    n_models = models.kind.shape[0]
    mean, cover = bank.mean[slot, 0], bank.cover[slot, 0]
    for model in range(n_models):
        bank.chance[slot, model] = 1.0 / n_models
        copy_estimate(mean, cover, bank.mean[slot, model], bank.cover[slot, model])
    for model in range(n_models):
        bank.mean[slot, model, STATE_SIZE - 1] = models.rate[model]
        bank.cover[slot, model, STATE_SIZE - 1, STATE_SIZE - 1] = models.rate_spread[model] ** 2


@inlined_kernel
def note_hit(bank, slot, row, time, gain, is_own):
    """Remember a look that found a plot; `is_own` if it is most likely of the track's own target."""
    track = bank.tracks[slot]
    track.plot, track.seen = row, max(time, track.seen)
    track.hits += 1
    track.score += gain
    track.own = _noted(track.own, is_own)
    track.n_shared = track.n_shared + 1 if track.is_shared else 0


@inner_kernel
def judge(tracker, slot, source, settings, time):
    """After a scan of a sensor: note the look, make a tentative track firm, drop one that is lost.

    What is known of the track's place is judged at `time` [s], or when its estimate holds if that is later.
    """
    track, drift = tracker.bank.tracks[slot], tracker.work.pad.drift[0]
    is_hit = track.plot >= 0
    # What one sensor sees well, another may hardly see: only the one that started a track can disprove it.
    is_noted = is_hit or (track.is_covered and (track.is_firm or track.source == source))
    if is_noted:
        track.looks += 1
        track.register = _noted(track.register, is_hit)
        track.misses = 0 if is_hit else track.misses + 1
        if not is_hit:
            track.score += math.log(1.0 - bounded_pd(tracker.table, slot) * settings.gate_chance)
            track.own = _noted(track.own, False)
            track.n_shared = 0
    track.best_score = max(track.best_score, track.score)
    if not track.is_firm and _is_proven(track, settings):
        track.is_firm = True
        tracker.counters[CONFIRMED] += 1
        if track.stem > 0:
            tracker.counters[SPLIT] += 1
    # A track that no plot came near still holds for an earlier time.
    interval = max(time - track.time, 0.0)
    is_too_wide = is_noted and not place_variance(track.spread, interval, drift) <= settings.widest**2
    if is_too_wide or is_stale(track, settings, tracker.bank.clock[0]) or _is_lost(track, settings):
        track.ident = 0
        tracker.counters[DROPPED] += 1


@inner_kernel
def expire(tracker, now, settings):
    """Drop the tracks that have gone too long without a plot, or of which too little is known."""
    bank, n_dropped = tracker.bank, 0
    for entry in range(bank.counts[N_LIVE]):
        track = bank.tracks[bank.live[entry]]
        if is_stale(track, settings, now):
            track.ident = 0
            n_dropped += 1
    if n_dropped > 0:
        tracker.counters[DROPPED] += n_dropped
        sweep_slots(bank)


@inner_kernel
def _noted(register, is_hit):
    return ((register << 1) | int(is_hit)) & 0x3FFFFFFFFFFFFFFF


@inner_kernel
def _is_proven(track, settings):
    if settings.starts_by_score:
        return track.score >= settings.score_to_confirm
    return track.hits >= settings.n_hits and track.score >= settings.least_score


@inlined_kernel
def is_stale(track, settings, now):
    """Whether a track has gone too long without a plot, or, if it is firm, its place is hardly known.

    A tentative one waits for its sensor to look again, unless its place is no number.
    """
    east, north = track.spread[0, 0], track.spread[1, 1]
    is_number = math.isfinite(east + north + track.blend[0] + track.blend[1])
    too_wide = track.is_firm and max(east, north) > settings.widest**2
    return now - track.seen > settings.drop_time or too_wide or not is_number


@inner_kernel
def _is_lost(track, settings):
    if track.is_firm:
        fallen = track.best_score - track.score > settings.score_loss
        return track.misses >= settings.most_misses or (settings.starts_by_score and fallen)
    if settings.starts_by_score:
        return track.score < settings.score_to_drop
    return track.looks - track.hits > settings.n_looks - settings.n_hits


@inner_kernel
def merge_tracks(tracker, n_near, settings):
    """Merge the younger of two firm tracks that agree and of which never both have a plot into the other.

    Only tracks that have a plot of this scan in both their gates are compared.
    """
    bank, table = tracker.bank, tracker.table
    for entry in range(n_near):
        slot = table.near[entry]
        if bank.tracks[slot].ident <= 0 or not bank.tracks[slot].is_firm:
            continue
        for choice in range(table.gates[slot].n_gated):
            other = table.spots[table.gated[slot, choice]].parent
            if other < 0 or other == slot or bank.tracks[other].ident <= 0 or bank.tracks[slot].ident <= 0:
                continue
            if not _are_same(bank, slot, other, tracker.work, settings):
                continue
            is_younger = bank.tracks[slot].ident > bank.tracks[other].ident
            _merge(tracker, slot if is_younger else other, other if is_younger else slot)


@inner_kernel
def _merge(tracker, slot, other):
    """Drop a track as one with another; those merged into it before follow."""
    bank = tracker.bank
    bank.tracks[slot].ident, bank.tracks[slot].merged_into = 0, other
    tracker.counters[MERGED] += 1
    first = bank.counts[FIRST]
    for place in range(bank.counts[N_USED]):
        if bank.tracks[first + place].merged_into == slot:
            bank.tracks[first + place].merged_into = other


@inner_kernel
def _are_same(bank, slot, other, work, settings):
    n_shared = min(bank.tracks[slot].n_shared, bank.tracks[other].n_shared)
    if bank.tracks[slot].is_shared and bank.tracks[other].is_shared and n_shared <= settings.most_shared:
        return False
    seen_both = bank.tracks[slot].own & bank.tracks[other].own & ((1 << settings.n_looks) - 1)
    if seen_both & (seen_both - 1):
        return False
    one, two = bank.tracks[slot], bank.tracks[other]
    return separation(one.blend, one.spread, two.blend, two.spread, 4, work.pad) < settings.merge_gate


@inner_kernel
def separation(mean, cover, other_mean, other_cover, n_columns, pad):
    """Squared distance of two estimates in standard deviations, their errors taken as independent.

    Parameters
    ----------
    mean, other_mean : array (7,)
    cover, other_cover : array (7, 7)
    n_columns : int
        4: by place and velocity over the ground; 5: by height as well.
    pad : PAD
        Scratch.
    """
    total, square, gap = 0.0, pad.square, pad.state
    for row in range(n_columns):
        state = _compared(row)
        gap[row] = mean[state] - other_mean[state]
        for column in range(row + 1):
            beside = _compared(column)
            part = cover[state, beside] + other_cover[state, beside]
            for k in range(column):
                part -= square[row, k] * square[column, k]
            square[row, column] = (
                math.sqrt(max(part, 1e-12)) if row == column else part / square[column, column]
            )
        for k in range(row):
            gap[row] -= square[row, k] * gap[k]
        gap[row] /= square[row, row]
        total += gap[row] ** 2
    return total


@inlined_kernel
def _compared(row):
    """Column of the state: east, north, their rates, up."""
    if row < 2:
        return row
    return row + 1 if row < 4 else 2
