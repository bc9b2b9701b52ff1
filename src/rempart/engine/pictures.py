"""The groups' pictures as the rest of the engine handles them.

Where association is known there are none: `tracker` is then None, which the compiler sees before it looks at
what would follow. So those who track target by target do not wait for the tracker to be compiled.
"""

from __future__ import annotations

from rempart.base.kernel import inner_kernel
from rempart.picture.bank import clear_pictures, picture_of, release_slot, sweep_slots


@inner_kernel
def empty_pictures(tracker):
    """Before a trial: no group has a track."""
    if tracker is not None:
        clear_pictures(tracker)


@inner_kernel
def keep_track(tracker, case):
    """While a weapon is committed to a track, its slot is not given to another."""
    if tracker is not None:
        tracker.bank.tracks[case].is_kept = True


@inner_kernel
def release_track(tracker, group, case):
    """No weapon is committed to a track any more; its slot is given back if the track is gone."""
    if tracker is not None:
        release_slot(picture_of(tracker, group).bank, case)


@inner_kernel
def delete_track(tracker, group, case):
    """A group gives a track up."""
    if tracker is not None:
        bank = picture_of(tracker, group).bank
        bank.tracks[case].ident = 0
        sweep_slots(bank)


@inner_kernel
def is_in_bank(tracker, case, ident):
    """Whether the tracker still has the track of this number; always so where association is known."""
    if tracker is not None:
        return tracker.bank.tracks[case].ident == ident
    return True
