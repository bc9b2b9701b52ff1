"""Tracks from group to group: a firm track that a plot has fed is reported, and fused where that arrives.

Only what a plot has fed is reported, so a group never hands on what it knows by reports alone.
"""

from __future__ import annotations

from rempart.base.kernel import inner_kernel
from rempart.engine.agenda import schedule
from rempart.engine.association import follow, open_case, sweep_picture
from rempart.engine.dispatches import is_report_delivered
from rempart.engine.state import FIRM
from rempart.engine.tracks import entity_of
from rempart.picture.bank import picture_of
from rempart.picture.motion import copy_estimate
from rempart.picture.reports import take_report
from rempart.picture.tracker import TIME

PUNCTUAL = 1e-6
"""A report this little too early for its link's interval is in time [s]."""


@inner_kernel
def send_reports(dispatches, world, state, sensor, now):
    """After a sensor's turn: its groups report the firm tracks that the turn has fed."""
    if dispatches is not None:
        _send_reports(dispatches, world, state, sensor, now)


@inner_kernel
def _send_reports(dispatches, world, state, sensor, now):
    radar, links = world.sensors[sensor], world.track_links
    for feed in range(radar.first_feed, radar.end_feed):
        group = world.feeds.group[feed]
        for link in range(links.shape[0]):
            if links.giver[link] == group:
                _report_group(dispatches, world, state, link, now)


@inner_kernel
def _report_group(dispatches, world, state, link, now):
    group = world.track_links.giver[link]
    first = group * world.n_slots
    for case in range(first, first + state.n_used[group]):
        is_fed = state.cases.status[case] == FIRM and state.tracks[case, TIME] == now
        if is_fed and _is_due(dispatches, world, state, link, case, now):
            sent = dispatches.sent[link, case - first]
            sent.ident, sent.time = state.cases.ident[case], now
            count = state.cases.n_plots[case]
            if is_report_delivered(world, state, link, entity_of(world, state, case), count):
                _send(dispatches, world, state, link, case, now)


@inner_kernel
def _is_due(dispatches, world, state, link, case, now):
    """Whether a track was not reported before, or long enough ago; a report that was lost counts as well."""
    links = world.track_links
    sent = dispatches.sent[link, case - links.giver[link] * world.n_slots]
    if sent.ident != state.cases.ident[case]:
        return True
    return now - sent.time >= links.every[link] - PUNCTUAL


@inner_kernel
def _send(dispatches, world, state, link, case, now):
    room, count = dispatches.rows.shape[1], dispatches.count[link]
    if count == room:
        return
    place = (dispatches.first[link] + count) % room
    row, track = dispatches.rows[link, place], state.tracker.bank.tracks[case]
    row.due = now if world.perfect.communication else now + world.track_links.delay[link]
    row.time, row.vehicle = track.time, state.cases.vehicle[case]
    copy_estimate(track.blend, track.spread, dispatches.mean[link, place], dispatches.cover[link, place])
    dispatches.count[link] = count + 1
    if count == 0:
        schedule(state.agenda, state.slots.report + link, row.due)


@inner_kernel
def receive_reports(dispatches, world, state, link, now):
    """Take the reports that have arrived over a link into the picture of the group at its end."""
    if dispatches is not None:
        _receive_reports(dispatches, world, state, link, now)


@inner_kernel
def _receive_reports(dispatches, world, state, link, now):
    group, room = world.track_links.taker[link], dispatches.rows.shape[1]
    picture = picture_of(state.tracker, group)
    sweep_picture(picture, world, state, group, now)
    while dispatches.count[link] > 0 and dispatches.rows.due[link, dispatches.first[link]] <= now:
        _take(picture, dispatches, world, state, link, now)
        dispatches.first[link] = (dispatches.first[link] + 1) % room
        dispatches.count[link] -= 1
    if dispatches.count[link] > 0:
        due = dispatches.rows.due[link, dispatches.first[link]]
        schedule(state.agenda, state.slots.report + link, due)


@inner_kernel
def _take(picture, dispatches, world, state, link, now):
    """Fuse the oldest report under way with the track it agrees with, or open a case for it."""
    place = dispatches.first[link]
    row, rule = dispatches.rows[link, place], world.track_links.rule[link]
    mean, cover = dispatches.mean[link, place], dispatches.cover[link, place]
    case, is_new = take_report(picture, mean, cover, row.time, world.tracker, rule)
    if case < 0:
        return
    track = picture.bank.tracks[case]
    if is_new:
        open_case(world, state, track, case, row.vehicle)
    follow(world, state, track, case, row.vehicle, 0.0, now)
