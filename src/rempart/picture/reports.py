"""Tracks of other nodes are taken into a picture: fused with the track they agree with, or started.

Source: Julier & Uhlmann, A non-divergent estimation algorithm in the presence of unknown
correlations (ACC 1997), for covariance intersection; Bar-Shalom & Li, Multitarget-Multisensor
Tracking (1995), ch. 8, for the test that two tracks are of one target.
Limits: the test takes the two errors as independent. A report agrees with one track or none.
"""

from __future__ import annotations

import math

from rempart.base.kernel import inner_kernel
from rempart.picture.bank import N_LIVE, take_slot
from rempart.picture.fusion import GOLDEN
from rempart.picture.lifecycle import fill_models, open_track, separation
from rempart.picture.mixing import carry_track, fill_blend
from rempart.picture.motion import STATE_SIZE, add_noise, carry_straight, copy_estimate
from rempart.picture.plots import CONFIRMED, NO_ROOM, STARTED

INTERSECTION, BEST_SOURCE = 0, 1
"""Rules of fusion: covariance intersection; the estimate whose place is surer."""
ROUNDS = 16
SIZE = 6
"""Place and velocity, which are fused; a rate of turn stays the picture's own."""
_NOBODY = -1


@inner_kernel
def take_report(tracker, mean, cover, time, settings, rule):
    """Take a firm track of another node into a picture.

    Parameters
    ----------
    tracker : Tracker
        Of the picture.
    mean : array (7,)
    cover : array (7, 7)
        As `blend` and `spread` of a track.
    time : float [s]
        For which they hold.
    settings : TrackerSettings
    rule : int
        `INTERSECTION` or `BEST_SOURCE`.

    Returns
    -------
    slot : int
        Of the picture's track, which is firm; -1 if there is no room, or the report is no estimate.
    is_new : bool
        Whether the track was started from the report.
    """
    bank, work = tracker.bank, tracker.work
    if not _is_estimate(mean, cover, time):
        return _NOBODY, False
    slot = _agreeing(tracker, mean, cover, time, settings)
    if slot == _NOBODY:
        slot = _start(tracker, mean, cover, time, settings)
        return slot, slot >= 0
    _meet(tracker, slot, mean, cover, time, settings)
    is_surer = place_size(work.pad.told_cover) < place_size(bank.tracks[slot].spread)
    for model in range(bank.chance.shape[1]):
        if rule == INTERSECTION:
            intersect(bank.mean[slot, model], bank.cover[slot, model], work)
        elif is_surer:
            _take_over(bank.mean[slot, model], bank.cover[slot, model], work)
    fill_blend(bank, slot)
    bank.tracks[slot].seen = max(bank.tracks[slot].seen, time)
    return slot, False


@inner_kernel
def _is_estimate(mean, cover, time):
    is_fine = math.isfinite(time)
    for row in range(SIZE):
        is_fine = is_fine and math.isfinite(mean[row]) and 0.0 < cover[row, row] < math.inf
    return is_fine


@inner_kernel
def _agreeing(tracker, mean, cover, time, settings):
    """The firm track that lies nearest to the report and inside its gate; -1 if none does."""
    bank, pad = tracker.bank, tracker.work.pad
    best, nearest = _NOBODY, math.inf
    for entry in range(bank.counts[N_LIVE]):
        slot = bank.live[entry]
        track = bank.tracks[slot]
        if not track.is_firm or not _may_agree(track, mean, cover, time - track.time, settings, pad.drift[0]):
            continue
        _meet(tracker, slot, mean, cover, time, settings)
        known = (0.5 * settings.height_spread) ** 2
        n_known = 5 if max(track.spread[2, 2], pad.told_cover[2, 2]) < known else 4
        distance = separation(track.blend, track.spread, pad.told, pad.told_cover, n_known, pad)
        if distance <= settings.gates[n_known] and distance < nearest:
            best, nearest = slot, distance
    return best


@inner_kernel
def _may_agree(track, mean, cover, interval, settings, drift):
    """A cheap and generous test by the places over the ground, the track carried along its velocity."""
    for axis in range(2):
        gap = track.blend[axis] + interval * track.blend[axis + 3] - mean[axis]
        rates = track.spread[axis + 3, axis + 3] + cover[axis + 3, axis + 3] + abs(interval) * drift
        spread = track.spread[axis, axis] + cover[axis, axis] + interval * interval * rates
        if not abs(gap) <= 3.0 * math.sqrt(settings.gates[5] * spread):
            return False
    return True


@inner_kernel
def _meet(tracker, slot, mean, cover, time, settings):
    """Bring a track and a copy of the report to the newer of their times; a report goes straight on."""
    bank, work = tracker.bank, tracker.work
    told, told_cover = work.pad.told, work.pad.told_cover
    copy_estimate(mean, cover, told, told_cover)
    carry_track(bank, slot, time, settings.models, work)
    interval = time - bank.tracks[slot].time
    if interval < 0.0:
        carry_straight(-interval, told, told_cover)
        add_noise(work.pad.drift[0], work.pad.drift[1], -interval, told_cover)


@inner_kernel
def intersect(mean, cover, work):
    """Fuse an estimate with the report in `work.pad` by covariance intersection, in place.

    Returns
    -------
    float
        Weight of the estimate, 0 to 1. The determinant of place and velocity is at most that of
        either; what is known of a rate of turn stays, no longer correlated with the rest.
    """
    pad = work.pad
    for row in range(SIZE):
        for column in range(SIZE):
            pad.square[row, column] = cover[row, column]
            pad.slope[row, column] = pad.told_cover[row, column]
    _invert(pad.square)
    _invert(pad.slope)
    weight = _best_weight(pad)
    _weigh(weight, pad)
    for row in range(SIZE):
        pad.state[row] = 0.0
        for k in range(SIZE):
            pad.state[row] += weight * pad.square[row, k] * mean[k]
            pad.state[row] += (1.0 - weight) * pad.slope[row, k] * pad.told[k]
    _invert(pad.fused)
    for row in range(SIZE):
        mean[row] = 0.0
        for k in range(SIZE):
            mean[row] += pad.fused[row, k] * pad.state[k]
    _replace(pad.fused, cover)
    return weight


@inner_kernel
def _best_weight(pad):
    """Weight with the greatest determinant of the fused information, by golden section."""
    low, high = 0.0, 1.0
    left, right = 1.0 - GOLDEN, GOLDEN
    at_left, at_right = _log_size(left, pad), _log_size(right, pad)
    for _ in range(ROUNDS):
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = _log_size(left, pad)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = _log_size(right, pad)
    middle = 0.5 * (low + high)
    best, size = middle, _log_size(middle, pad)
    for weight in (0.0, 1.0):
        at_end = _log_size(weight, pad)
        if at_end >= size:
            best, size = weight, at_end
    return best


@inner_kernel
def _weigh(weight, pad):
    """Fill `pad.fused` with the weighted mean of the two informations."""
    for row in range(SIZE):
        for column in range(SIZE):
            pad.fused[row, column] = (
                weight * pad.square[row, column] + (1.0 - weight) * pad.slope[row, column]
            )


@inner_kernel
def _log_size(weight, pad):
    """Logarithm of the determinant of the weighted information."""
    _weigh(weight, pad)
    fused, total = pad.fused, 0.0
    for k in range(SIZE):
        total += math.log(max(fused[k, k], 1e-300))
        for row in range(k + 1, SIZE):
            factor = fused[row, k] / fused[k, k]
            for column in range(k + 1, SIZE):
                fused[row, column] -= factor * fused[k, column]
    return total


@inner_kernel
def _invert(square):
    """Invert the first `SIZE` rows and columns of a positive definite matrix in place."""
    for k in range(SIZE):
        pivot = 1.0 / square[k, k]
        square[k, k] = 1.0
        for column in range(SIZE):
            square[k, column] *= pivot
        for row in range(SIZE):
            if row == k:
                continue
            factor = square[row, k]
            square[row, k] = 0.0
            for column in range(SIZE):
                square[row, column] -= factor * square[k, column]


@inner_kernel
def _replace(square, cover):
    """Copy a covariance of place and velocity, made symmetric, and forget what it has to do with a turn."""
    for row in range(SIZE):
        for column in range(SIZE):
            cover[row, column] = 0.5 * (square[row, column] + square[column, row])
        cover[row, STATE_SIZE - 1] = 0.0
        cover[STATE_SIZE - 1, row] = 0.0


@inner_kernel
def place_size(cover):
    """Determinant of the covariance of place [m⁶]."""
    minor = cover[1, 1] * cover[2, 2] - cover[1, 2] ** 2
    other = cover[0, 1] * cover[2, 2] - cover[1, 2] * cover[0, 2]
    last = cover[0, 1] * cover[1, 2] - cover[1, 1] * cover[0, 2]
    return cover[0, 0] * minor - cover[0, 1] * other + cover[0, 2] * last


@inner_kernel
def _take_over(mean, cover, work):
    """Replace an estimate by the report."""
    for row in range(SIZE):
        mean[row] = work.pad.told[row]
    _replace(work.pad.told_cover, cover)


@inner_kernel
def _start(tracker, mean, cover, time, settings):
    """Start a firm track from the report; its slot, or -1 if there is no room."""
    bank = tracker.bank
    slot = take_slot(bank)
    if slot < 0:
        tracker.counters[NO_ROOM] += 1
        return slot
    tracker.counters[STARTED] += 1
    tracker.counters[CONFIRMED] += 1
    open_track(bank.tracks[slot], time, time, settings.n_hits)
    bank.tracks[slot].is_firm, bank.tracks[slot].own = True, 0
    bank.tracks[slot].score = bank.tracks[slot].best_score = settings.score_to_confirm
    copy_estimate(mean, cover, bank.mean[slot, 0], bank.cover[slot, 0])
    _replace(cover, bank.cover[slot, 0])
    fill_models(bank, slot, settings.models)
    fill_blend(bank, slot)
    return slot
