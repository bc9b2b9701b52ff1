"""Messages between groups: which get lost, and the reports of tracks that are under way.

The delay of a link never changes, so reports arrive in the order in which they were sent: each link has one
queue, a ring of fixed size, and one appointment, for the oldest report in it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rempart.base.dice import dice_key, uniform
from rempart.base.kernel import by_address, inlined_kernel, inner_kernel
from rempart.engine.purposes import MESSAGE_LOSS
from rempart.engine.world import World, records
from rempart.picture.motion import STATE_SIZE

MOST_REPORTS = 4096
"""Reports that can be under way on one link; one more is not sent."""

REPORT = np.dtype([("due", "f8"), ("time", "f8"), ("vehicle", "i8")], align=True)
"""When a report arrives [s], for when it holds [s], and whom the track followed (for the books only)."""
SENT = np.dtype([("ident", "i8"), ("time", "f8")], align=True)
"""Number of the track that was last reported from a slot, 0: none yet; and when [s]."""


@by_address
class Dispatches(NamedTuple):
    """Reports under way: entry `first` of a link's ring is the oldest."""

    rows: np.recarray
    """(n_links, room) of `REPORT`"""
    mean: np.ndarray
    """(n_links, room, 7): the estimates as they were when sent"""
    cover: np.ndarray
    """(n_links, room, 7, 7)"""
    first: np.ndarray
    """(n_links,) int64"""
    count: np.ndarray
    """(n_links,) int64"""
    sent: np.recarray
    """(n_links, n_slots) of `SENT`, by slot of the giver"""


def new_dispatches(world: World) -> Dispatches | None:
    """Empty queues; none where no group gives tracks to another."""
    n_links, room = len(world.track_links), _room(world)
    if n_links == 0:
        return None
    return Dispatches(
        rows=records(REPORT, (n_links, room)),
        mean=np.zeros((n_links, room, STATE_SIZE)),
        cover=np.zeros((n_links, room, STATE_SIZE, STATE_SIZE)),
        first=np.zeros(n_links, np.int64),
        count=np.zeros(n_links, np.int64),
        sent=records(SENT, (n_links, world.n_slots)),
    )


def _room(world: World) -> int:
    """Reports of all tracks that a group can hold, as often as they are sent during the longest delay."""
    most = 1
    for link in world.track_links:
        rate = sum(
            1.0 / sensor.turn
            for sensor in world.sensors
            if link.giver in world.feeds.group[sensor.first_feed : sensor.end_feed]
        )
        if link.every > 0.0:
            rate = min(rate, 1.0 / link.every)
        most = max(most, 1 + math.ceil(link.delay * rate))
    return min(most * world.n_slots, MOST_REPORTS)


@inner_kernel
def clear_dispatches(dispatches, world, n_used):
    """Before a trial: nothing is under way, and of the slots in use so far nothing has been sent."""
    if dispatches is not None:
        for link in range(dispatches.first.shape[0]):
            dispatches.first[link], dispatches.count[link] = 0, 0
            for slot in range(n_used[world.track_links.giver[link]]):
                dispatches.sent.ident[link, slot] = 0


@inlined_kernel
def is_sheet_delivered(world, state, feed, look):
    """Whether the plots of a sensor's turn of this number reach the group of a feed; all of them, or none."""
    loss = world.feeds.loss[feed]
    return loss <= 0.0 or _is_delivered(world, state, world.feeds.entity[feed], loss, look)


@inlined_kernel
def is_report_delivered(world, state, link, entity, count):
    """Whether a link delivers the report of a track, of which this is the `count`-th plot."""
    loss = world.track_links.loss[link]
    return loss <= 0.0 or _is_delivered(world, state, world.track_links.entity[link] ^ entity, loss, count)


@inner_kernel
def _is_delivered(world, state, entity, loss, count):
    key = dice_key(state.trial.seed[0], state.trial.number[0], entity, MESSAGE_LOSS)
    return world.perfect.communication or uniform(key, count) >= loss
