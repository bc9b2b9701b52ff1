"""The tracker's memory: the tracks and the scratch of one scan, all made once and of bounded size."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address, inlined_kernel, inner_kernel, laid_out, lean_kernel, woven_kernel
from rempart.picture.motion import BALLISTIC, CONSTANT_VELOCITY, STATE_SIZE
from rempart.picture.plots import TALLY_NAMES
from rempart.picture.settings import TrackerSettings

NONE = -1


N_LIVE, LOWEST, N_USED, FIRST, LAST_IDENT = range(5)
"""Counts of a picture: live tracks; no slot below is free; slots ever used; its first slot; last number."""

_STATE = (STATE_SIZE,)
_SQUARE = (STATE_SIZE, STATE_SIZE)

TRACK = np.dtype([
    ("ident", np.int64),          # number of the track, from 1; 0: the slot is free
    ("is_firm", np.bool_),
    ("is_covered", np.bool_),     # this scan could see it
    ("is_kept", np.bool_),        # its slot is not to be given back, whatever becomes of the track
    ("is_shared", np.bool_),      # its plot of this scan is also that of a track close by
    ("n_shared", np.int64),       # looks in a row whose plot was shared
    ("source", np.int64),         # number of the sensor whose plot started it
    ("merged_into", np.int64),    # slot of the track into which it was merged, or -1
    ("time", np.float64),         # for which the estimate holds [s]
    ("seen", np.float64),         # time of the last plot [s]
    ("register", np.int64),       # looks as bits, the newest in bit 0
    ("own", np.int64),            # as register, but only looks whose plot was most likely its own
    ("looks", np.int64),          # since the start
    ("hits", np.int64),
    ("misses", np.int64),         # in a row
    ("stem", np.int64),           # number of the track from which it split, or 0
    ("score", np.float64),        # logarithm of the odds that it is of a target
    ("best_score", np.float64),
    ("plot", np.int64),           # row of the plot of this scan, or -1
    ("blend", np.float64, _STATE),     # mean over the models
    ("spread", np.float64, _SQUARE),   # covariance over the models
])  # fmt: skip
"""One track."""

PAD = np.dtype([
    ("is_unscented", np.bool_),
    ("is_straight", np.bool_),                 # seen from above all models go straight on
    ("slot", np.int64),                        # track and row of the plot of the last comparison in a gate,
    ("row", np.int64),                         # or -1 when something else has been compared since
    ("clock", np.float64),                     # time that the estimate at hand holds for [s]
    ("drift", np.float64, (2,)),               # power of acceleration, level and upright [m²/s³]
    ("vague", np.float64),                     # variance of a height of which nothing is known [m²]
    ("state", np.float64, _STATE),
    ("square", np.float64, _SQUARE),
    ("slope", np.float64, _SQUARE),
    ("points", np.float64, (2 * STATE_SIZE, STATE_SIZE)),
    ("images", np.float64, (2 * STATE_SIZE, 4)),   # plots of the points
    ("predicted", np.float64, (4,)),
    ("look", np.float64, (4, STATE_SIZE)),     # slopes of a plot over the state
    ("value", np.float64, (4,)),               # the plot at hand
    ("error", np.float64, (4,)),
    ("origin", np.float64, (3,)),              # of its sensor
    ("seen", np.float64),                      # its time [s]
    ("is_polar", np.bool_),
    ("columns", np.int64, (4,)),               # its measured columns
    ("n_columns", np.int64),
    ("innovation", np.float64, (4,)),          # whitened
    ("root", np.float64, (4, 4)),              # lower root of the innovation's covariance
    ("reach", np.float64, (4, STATE_SIZE)),    # whitened covariance of plot and state
    ("told", np.float64, _STATE),              # a report, brought to the time of a track
    ("told_cover", np.float64, _SQUARE),
    ("fused", np.float64, _SQUARE),
    ("gap", np.float64, (4,)),                 # innovations of all that share a plot, added up
    ("gap_square", np.float64, (4,)),          # their squares
    ("gap_root", np.float64, (4, 4)),          # their covariances
])  # fmt: skip
"""Scratch of the filters."""

SPOT = np.dtype([
    ("place", np.float64, (2,)),   # east, north [m]
    ("cell", np.int64, (2,)),      # of the grid
    ("is_fit", np.bool_),          # not refused
    ("is_taken", np.bool_),        # belongs to a track
    ("parent", np.int64),          # firm track in whose gate it lies, or -1
    ("price", np.float64),         # of the pairing
    ("partner", np.int64),         # slot of its track, or -1
    ("shortest", np.float64),      # way to it in this search
    ("came_from", np.int64),
    ("state", np.int64),           # of the search
    ("first", np.int64),           # layers of the net that gate it
    ("last", np.int64),
    ("bit", np.int64),             # its bit in the sets of the net, or -1
    ("total", np.float64),         # sum over tracks
])  # fmt: skip
"""One plot of the scan at hand."""

GATE = np.dtype([
    ("n_gated", np.int64),
    ("is_asked", np.bool_),        # it may hold a plot of this scan
    ("place", np.float64, (2,)),   # its middle: east, north [m]
    ("width", np.float64),         # half width of the square that holds it [m]
    ("price", np.float64),         # of the pairing
    ("partner", np.int64),         # plot given to it by the pairing, or -1
    ("pd", np.float64),            # chance to be detected, told beforehand if the settings say `knows_pd`
])  # fmt: skip
"""One track's gate."""

NODE = np.dtype([("used", np.int64), ("forward", np.float64), ("backward", np.float64)])
"""A set of plots in use, as bits; weight of the ways that lead to it, and of those that go on."""
EDGE = np.dtype([("start", np.int64), ("end", np.int64), ("choice", np.int64), ("weight", np.float64)])
HASH = np.dtype([("node", np.int64), ("stamp", np.int64)])
LAYER = np.dtype([("node", np.int64), ("edge", np.int64)])
"""First node and first edge of a layer of the net."""


@by_address
class Bank(NamedTuple):
    """The tracks, one a slot."""

    tracks: np.ndarray
    """(n,) of `TRACK`"""
    mean: np.ndarray
    """(n, m, 7) of each model"""
    cover: np.ndarray
    """(n, m, 7, 7)"""
    chance: np.ndarray
    """(n, m) of each model"""
    live: np.ndarray
    """(q,) slots with a track, of this picture; the first `counts[N_LIVE]` entries hold"""
    is_free: np.ndarray
    """(q,) by place in the picture: slot less the first"""
    counts: np.ndarray
    """(5,) `N_LIVE`, `LOWEST`, `N_USED`, `FIRST`, `LAST_IDENT`"""
    clock: np.ndarray
    """(1,) time [s] of the newest scan"""


@by_address
class Work(NamedTuple):
    """Scratch of the filters."""

    pad: np.record
    """`PAD`"""
    mean: np.ndarray
    """(m, 7) mixed"""
    cover: np.ndarray
    """(m, 7, 7) mixed"""
    switch: np.ndarray
    """(m, m)"""
    likelihood: np.ndarray
    """(m, k + 1)"""


@by_address
class Table(NamedTuple):
    """Scratch of one scan: its plots on a grid, and which of them lie in which gates."""

    spots: np.ndarray
    """(p,) of `SPOT`"""
    bucket: np.ndarray
    """(b + 2,) where the plots of a bucket begin in `order`"""
    order: np.ndarray
    """(p,)"""
    listed: np.ndarray
    """(p,) plots in the square round the gate at hand"""
    gates: np.ndarray
    """(n,) of `GATE`"""
    near: np.ndarray
    """(n,) slots of the tracks that this scan could see"""
    gated: np.ndarray
    """(n, k) plots in the gate, counted from the scan's first"""
    gain: np.ndarray
    """(n, k) logarithm of the odds of the pair to a miss"""
    claim: np.ndarray
    """(n, k + 1) chance of the pair; last: of a miss"""


@by_address
class Pairing(NamedTuple):
    """Scratch of the optimal assignment and of the clusters."""

    rows: np.ndarray
    """(n,) slots that take part"""
    touched: np.ndarray
    """(p,) plots reached in this search"""
    root: np.ndarray
    """(n + p,) forest of clusters"""
    order: np.ndarray
    """(n,) slots of one cluster after the other"""
    offset: np.ndarray
    """(n,) where a cluster goes on in `order`, by the slot at the root of its tree"""
    bounds: np.ndarray
    """(n + 1,) first entry of each cluster in `order`"""
    key: np.ndarray
    """(n,) what slots of a cluster are sorted by"""


@by_address
class Net(NamedTuple):
    """Scratch of the joint association."""

    nodes: np.ndarray
    """(q,) of `NODE`"""
    edges: np.ndarray
    """(e,) of `EDGE`"""
    hashes: np.ndarray
    """(h,) of `HASH`: which node of the next layer holds a set"""
    layers: np.ndarray
    """(n + 2,) of `LAYER`"""
    stamp: np.ndarray
    """(1,) of the last layer"""
    message: np.ndarray
    """(n, k) of a track to a plot"""
    answer: np.ndarray
    """(n, k) of a plot to a track"""


@by_address
class Tracker(NamedTuple):
    """Everything that a tracker remembers."""

    bank: Bank
    work: Work
    table: Table
    pairing: Pairing
    net: Net | None
    """None without joint association, so that it is not even compiled"""
    counters: np.ndarray
    """(k,) as `plots.TALLY_NAMES`"""


def new_tracker(settings: TrackerSettings) -> Tracker:
    """An empty tracker of one picture; all its memory is taken here."""
    return picture_view(new_pictures(settings, 1), 0)


def new_pictures(settings: TrackerSettings, n_pictures: int) -> Tracker:
    """Memory of several trackers with one scratch; each is used by its view.

    Slots count through: those of a picture begin at picture × `most_tracks`.
    """
    q, p, k = settings.most_tracks, settings.most_plots, settings.most_gated
    n = n_pictures * q
    tracker = Tracker(
        bank=_new_bank(n_pictures, q, len(settings.models.kind)),
        work=_new_work(settings),
        table=_new_table(n, p, k),
        pairing=_new_pairing(n, p),
        net=_new_net(n, k, settings.most_nodes) if settings.is_jpda else None,
        counters=np.zeros((n_pictures, len(TALLY_NAMES)), dtype=np.int64),
    )
    tracker.bank.counts[:, FIRST] = q * np.arange(n_pictures)
    clear_pictures(tracker)
    return tracker


def picture_view(tracker, picture):
    """The tracker of one picture: its own tracks and counts, with the scratch of all."""
    bank = tracker.bank
    view = Bank(
        bank.tracks, bank.mean, bank.cover, bank.chance,
        bank.live[picture], bank.is_free[picture], bank.counts[picture], bank.clock[picture],
    )  # fmt: skip
    return Tracker(view, tracker.work, tracker.table, tracker.pairing, tracker.net, tracker.counters[picture])


_woven_view = woven_kernel(picture_view)


@woven_kernel
def picture_of(tracker, picture):
    """As `picture_view`, for kernels; woven, since what it lays out lies in its caller's memory."""
    return laid_out(_woven_view(tracker, picture))


@lean_kernel
def clear_pictures(tracker):
    """Empty all pictures; the time it takes goes by what was used."""
    bank = tracker.bank
    for picture in range(bank.counts.shape[0]):
        counts = bank.counts[picture]
        for place in range(counts[N_USED]):
            bank.tracks[counts[FIRST] + place].ident = 0
            bank.tracks[counts[FIRST] + place].is_kept = False
            bank.is_free[picture, place] = True
        counts[N_LIVE], counts[LOWEST], counts[N_USED], counts[LAST_IDENT] = 0, 0, 0, 0
        bank.clock[picture, 0] = -math.inf
        for name in range(tracker.counters.shape[1]):
            tracker.counters[picture, name] = 0


def _records(n: int, dtype: np.dtype) -> np.recarray:
    return np.zeros(n, dtype=dtype).view(np.recarray)


def _new_bank(n_pictures: int, q: int, m: int) -> Bank:
    n = n_pictures * q
    return Bank(
        tracks=_records(n, TRACK),
        mean=np.zeros((n, m, STATE_SIZE)),
        cover=np.zeros((n, m, STATE_SIZE, STATE_SIZE)),
        chance=np.zeros((n, m)),
        live=np.zeros((n_pictures, q), dtype=np.int64),
        is_free=np.ones((n_pictures, q), dtype=np.bool_),
        counts=np.zeros((n_pictures, 5), dtype=np.int64),
        clock=np.zeros((n_pictures, 1)),
    )


def _new_work(settings: TrackerSettings) -> Work:
    m = len(settings.models.kind)
    pad = _records(1, PAD)[0]
    pad.is_unscented, pad.clock, pad.slot = settings.is_unscented, -np.inf, NONE
    is_fall = (settings.models.kind == BALLISTIC) & (settings.models.drag <= 0.0)
    pad.is_straight = (is_fall | (settings.models.kind == CONSTANT_VELOCITY)).all()
    pad.drift[:] = settings.models.noise.max(axis=0)
    pad.vague = settings.height_spread**2
    return Work(
        pad=pad,
        mean=np.zeros((m, STATE_SIZE)),
        cover=np.zeros((m, STATE_SIZE, STATE_SIZE)),
        switch=np.zeros((m, m)),
        likelihood=np.zeros((m, settings.most_gated + 1)),
    )


def _new_table(n: int, p: int, k: int) -> Table:
    n_buckets = 1 << max(4, (p - 1).bit_length())
    return Table(
        spots=_records(p, SPOT),
        bucket=np.zeros(n_buckets + 2, dtype=np.int64),
        order=np.zeros(p, dtype=np.int64),
        listed=np.zeros(p, dtype=np.int64),
        gates=_records(n, GATE),
        near=np.zeros(n, dtype=np.int64),
        gated=np.zeros((n, k), dtype=np.int64),
        gain=np.zeros((n, k)),
        claim=np.zeros((n, k + 1)),
    )


def _new_pairing(n: int, p: int) -> Pairing:
    rows = {name: np.zeros(n, dtype=np.int64) for name in ("rows", "order", "offset")}
    return Pairing(
        touched=np.zeros(p, dtype=np.int64),
        root=np.zeros(n + p, dtype=np.int64),
        bounds=np.zeros(n + 1, dtype=np.int64),
        key=np.zeros(n),
        **rows,
    )


def _new_net(n: int, k: int, most_nodes: int) -> Net:
    return Net(
        nodes=_records(most_nodes, NODE),
        edges=_records(4 * most_nodes, EDGE),
        hashes=_records(1 << (2 * most_nodes - 1).bit_length(), HASH),
        layers=_records(n + 2, LAYER),
        stamp=np.zeros(1, dtype=np.int64),
        message=np.zeros((n, k)),
        answer=np.zeros((n, k)),
    )


@inner_kernel
def take_slot(bank):
    """The lowest free slot, entered among the live ones and numbered; -1 if there is none."""
    counts = bank.counts
    place, size = counts[LOWEST], bank.is_free.shape[0]
    while place < size and not bank.is_free[place]:
        place += 1
    counts[LOWEST] = place
    if place == size:
        return NONE
    slot = counts[FIRST] + place
    bank.is_free[place] = False
    bank.live[counts[N_LIVE]] = slot
    counts[N_LIVE] += 1
    counts[N_USED] = max(counts[N_USED], place + 1)
    counts[LAST_IDENT] += 1
    bank.tracks[slot].ident = counts[LAST_IDENT]
    bank.tracks[slot].is_kept, bank.tracks[slot].merged_into = False, NONE
    return slot


@inner_kernel
def sweep_slots(bank):
    """Give back the slots of tracks that have lost their number, but for kept ones.

    The live ones stay in order.
    """
    counts, n_left = bank.counts, 0
    for entry in range(counts[N_LIVE]):
        slot = bank.live[entry]
        if bank.tracks[slot].ident > 0:
            bank.live[n_left] = slot
            n_left += 1
        elif not bank.tracks[slot].is_kept:
            _give_back(bank, slot)
    counts[N_LIVE] = n_left


@inner_kernel
def release_slot(bank, slot):
    """Keep a slot no longer; it is given back at once if its track is gone.

    The slot must be of the bank's picture, and no scan of it be half done.
    """
    if bank.tracks[slot].is_kept and bank.tracks[slot].ident == 0:
        _give_back(bank, slot)
    bank.tracks[slot].is_kept = False


@inlined_kernel
def _give_back(bank, slot):
    place = slot - bank.counts[FIRST]
    bank.is_free[place] = True
    bank.counts[LOWEST] = min(bank.counts[LOWEST], place)
