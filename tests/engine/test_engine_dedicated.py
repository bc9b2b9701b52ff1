"""Dedicated looks in play: a steered beam gives single tracks more looks than the turns do."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import advance, begin_trial, play_logged
from rempart.engine.state import FIRM, new_state
from rempart.engine.truth import true_position
from rempart.events.identities import HOLD
from rempart.events.kinds import ASSIGNED, IDENTIFIED, PLOT, TRACK_DROPPED
from rempart.picture.tracker import track_position
from world_builder import POLICY, build_world, played, with_pictures

WATCH = POLICY._replace(weapons_control=HOLD)
EVERY = 1.0


def steered(n=3, n_dedicated=2, turn=10.0, gap=6e3, **chosen):
    """Threats one behind the other, towards an asset under a radar with a steered beam."""
    starts = [(60e3 + gap * k, 0.0, 5e3) for k in range(n)]
    usual = {"turn": turn, "pd": 0.8, "policy": WATCH, "angle_error": 0.002, "duration": 200.0}
    world = build_world(starts, [(0.0, 0.0, 0.0)] * n, **(usual | chosen))
    world.sensors.n_dedicated, world.sensors.dedicated_turn = n_dedicated, EVERY
    world.sensors.azimuth_cell, world.sensors.elevation_cell = 0.035, 0.035
    return world


def turns_and_others(world, trial=0):
    """Plots of the sensor's turns, and those in between; then the first identity."""
    events, _, _ = play_logged(world, 1, trial)
    plots = events[events["kind"] == PLOT]
    before = events["time"][events["kind"] == IDENTIFIED].min()
    phase = plots["time"][0] % world.sensors.turn[0]
    off = np.abs(
        (plots["time"] - phase + 0.5 * world.sensors.turn[0]) % world.sensors.turn[0]
        - 0.5 * world.sensors.turn[0]
    )
    return plots[off < 1e-6], plots[off >= 1e-6], before


def test_without_dedicated_looks_all_plots_are_of_turns():
    _, others, _ = turns_and_others(steered(n_dedicated=0))
    assert len(others) == 0


def test_hostile_tracks_are_looked_at_between_turns_and_not_before():
    _, others, identified = turns_and_others(steered())
    assert len(others) > 100
    assert others["time"].min() > identified


def test_the_most_urgent_come_first_and_no_more_than_it_can_follow():
    _, others, _ = turns_and_others(steered())
    late = others[others["time"] > 120.0]
    assert set(late["vehicle"]) == {0, 1}
    for time in np.unique(late["time"]):
        assert (late["time"] == time).sum() <= 2


def test_an_engaged_track_goes_before_nearer_ones():
    """One look a time: it follows the track under fire, which is not the nearest."""
    world = steered(n=2, n_dedicated=1, policy=POLICY, reach=50e3, gap=1e3)
    events, _, _ = play_logged(world, 1, 0)
    names = {"plots": events[events["kind"] == PLOT], "assigned": events[events["kind"] == ASSIGNED]}
    first = names["assigned"][0]
    others = turns_and_others(world)[1]
    after = others[(others["time"] > first["time"]) & (others["time"] < first["time"] + 5.0)]
    engaged = set(names["assigned"]["vehicle"][names["assigned"]["time"] <= first["time"] + 5.0])
    assert len(after) > 0
    assert set(after["vehicle"]) <= engaged


def test_detections_are_those_of_the_chance():
    found = played(steered(n=1), 40)
    bare = played(steered(n=1, n_dedicated=0), 40)
    looks, hits = found.looks.sum() - bare.looks.sum(), found.detections.sum() - bare.detections.sum()
    assert looks > 40 * 100
    assert abs(hits / looks - 0.8) < 4.0 * np.sqrt(0.16 / looks)


def test_only_what_lies_in_its_sector_is_looked_at():
    world = steered()
    world.sensors.facing, world.sensors.half_sector = -0.5 * np.pi, 0.3
    assert len(turns_and_others(world)[1]) == 0


def place_errors(world, until):
    """Distance from the truth of each firm track [m], carried to a time."""
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    advance(world, state, until)
    errors = []
    for case in np.flatnonzero(state.cases.status == FIRM):
        vehicle = state.cases.vehicle[case]
        told = np.array(track_position(state.tracks, case, until))
        errors.append(np.linalg.norm(told - true_position(world, state, vehicle, until)))
    return np.array(errors)


@pytest.mark.parametrize("n_dedicated", [0, 3])
def test_pictures_hold_each_target_once_with_and_without(n_dedicated):
    world = with_pictures(steered(n_dedicated=n_dedicated), new_density=1e-12, new_volume_density=1e-16)
    errors = place_errors(world, 180.0)
    assert len(errors) == 3
    assert (errors < 1500.0).all()
    assert played(world, 3).false_tracks.sum() == 0


def test_pictures_are_surer_with_dedicated_looks():
    told = [np.median(place_errors(with_pictures(steered(n_dedicated=n)), 185.0 + 0.5)) for n in (0, 3)]
    assert told[1] < 0.8 * told[0]


def test_tracks_beside_the_followed_one_are_not_dropped():
    """Three abreast in one beam, of which one is followed: none of them is lost for it."""
    starts = [(60e3, 800.0 * k, 5e3) for k in range(3)]
    world = build_world(
        starts,
        [(0.0, 800.0 * k, 0.0) for k in range(3)],
        turn=5.0,
        pd=0.95,
        policy=WATCH,
        angle_error=0.001,
        duration=150.0,
    )
    world.sensors.n_dedicated, world.sensors.dedicated_turn = 1, EVERY
    world.sensors.azimuth_cell, world.sensors.elevation_cell = 0.035, 0.035
    world.sensors.range_cell = 1.0
    events, _, _ = play_logged(with_pictures(world), 1, 0)
    assert len(events[events["kind"] == PLOT]) > 150
    assert len(events[events["kind"] == TRACK_DROPPED]) == 0


def test_what_has_been_shot_down_is_looked_at_in_vain():
    """The beam of a picture goes on to where its target would be, and finds nothing."""
    world = with_pictures(steered(n=1, policy=POLICY, pk=1.0, runs_to_end=True))
    events, ledger, _ = play_logged(world, 1, 0)
    ended = float(ledger.times[0, 5])
    assert np.isfinite(ended)
    assert not (events["time"][events["kind"] == PLOT] > ended).any()
