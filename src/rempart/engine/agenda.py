"""The agenda: a binary heap of what happens next, with one slot for everything that can be pending.

Each pending thing (the next turn of a radar, the next decision about a track, …) owns one slot,
so an appointment can be moved or cancelled in place, nothing stale is ever met, and the agenda
cannot overflow. Equal times are served in slot order, whatever the order they were entered in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rempart.base.kernel import by_address, lean_kernel


@by_address
class Agenda(NamedTuple):
    """Heap of (time, slot)."""

    time: np.ndarray
    """(n_slots,) float64 [s], in heap order"""
    slot: np.ndarray
    """(n_slots,) int64, in heap order"""
    place: np.ndarray
    """(n_slots,) int64: where a slot stands in the heap, -1 if nothing is pending"""
    size: np.ndarray
    """(1,) int64"""


def new_agenda(n_slots: int) -> Agenda:
    """An empty agenda with room for every slot."""
    return Agenda(
        np.zeros(n_slots), np.zeros(n_slots, np.int64), np.full(n_slots, -1, np.int64), np.zeros(1, np.int64)
    )


@lean_kernel
def clear_agenda(agenda):
    """Forget everything that is pending."""
    for slot in range(agenda.place.shape[0]):
        agenda.place[slot] = -1
    agenda.size[0] = 0


@lean_kernel
def schedule(agenda, slot, time):
    """Enter an appointment, or move the one that the slot already has."""
    place = agenda.place[slot]
    if place < 0:
        place = agenda.size[0]
        agenda.size[0] = place + 1
        _rise(agenda, place, slot, time)
    elif time < agenda.time[place]:
        _rise(agenda, place, slot, time)
    else:
        _sink(agenda, place, slot, time)


@lean_kernel
def cancel(agenda, slot):
    """Forget a slot's appointment, if it has one."""
    place = agenda.place[slot]
    if place < 0:
        return
    agenda.place[slot] = -1
    last = agenda.size[0] - 1
    agenda.size[0] = last
    if place == last:
        return
    moved, time = agenda.slot[last], agenda.time[last]
    _rise(agenda, place, moved, time)
    _sink(agenda, agenda.place[moved], moved, time)


@lean_kernel
def _rise(agenda, place, slot, time):
    while place > 0:
        parent = (place - 1) >> 1
        parent_time, parent_slot = agenda.time[parent], agenda.slot[parent]
        if parent_time < time or (parent_time == time and parent_slot < slot):
            break
        _put(agenda, place, parent_slot, parent_time)
        place = parent
    _put(agenda, place, slot, time)


@lean_kernel
def _sink(agenda, place, slot, time):
    size = agenda.size[0]
    child = 2 * place + 1
    while child < size:
        other = child + 1
        if other < size and _is_before(agenda, other, child):
            child = other
        child_time, child_slot = agenda.time[child], agenda.slot[child]
        if time < child_time or (time == child_time and slot < child_slot):
            break
        _put(agenda, place, child_slot, child_time)
        place = child
        child = 2 * place + 1
    _put(agenda, place, slot, time)


@lean_kernel
def _is_before(agenda, a, b):
    time_a, time_b = agenda.time[a], agenda.time[b]
    return time_a < time_b or (time_a == time_b and agenda.slot[a] < agenda.slot[b])


@lean_kernel
def _put(agenda, place, slot, time):
    agenda.time[place] = time
    agenda.slot[place] = slot
    agenda.place[slot] = place
