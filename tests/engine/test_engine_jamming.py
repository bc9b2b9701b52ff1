"""Jamming in play: looks, the hold of guiding radars and causes of leaks under the noise of what flies."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.jamming import jammed_pd
from rempart.engine.play import advance, begin_trial, play_logged
from rempart.engine.state import new_state
from rempart.events.identities import HOLD
from rempart.events.kinds import LAUNCH
from rempart.events.outcomes import JAMMED, KILLED, LEAKED
from rempart.physics.jamming import burn_through_range
from world_builder import (
    NOTHING_PERFECT,
    POLICY,
    assert_same,
    build_world,
    only_in_view,
    played,
    with_pictures,
    with_radars,
)

PFA = 1e-6
FAR, HIGH = 100e3, 9000.0
WATCH = POLICY._replace(weapons_control=HOLD)


def at(distance, azimuth, height=HIGH):
    """A place so far from the origin, on an azimuth [deg]."""
    return distance * np.sin(np.radians(azimuth)), distance * np.cos(np.radians(azimuth)), height


def hovering(*places, jammers, noise, strength=20.0 * FAR**4, **chosen):
    """Vehicles that hardly move; the jammers cause `noise` times the receiver's own at 100 km."""
    ends = [(x, y + 1.0, z) for x, y, z in places]
    usual = {"speed": 0.002, "turn": 0.1, "sensor_reach": 1e6, "policy": WATCH, "duration": 400.0}
    world = with_radars(build_world(places, ends, **(usual | chosen)), strength, PFA)
    world.sensors.jam_gain, world.sensors.sidelobe, world.sensors.azimuth_cell = 1e9, 1e-3, np.radians(2.0)
    world.vehicles.jam_density[list(jammers)] = noise * FAR**2 / 1e9
    return world


def only_first_is_seen(world):
    world.views["count"][:, 1:] = 0
    return world


def slant(place):
    return float(np.linalg.norm(place))


CASES = {
    "in the main beam": (at(FAR, 1.0), 1.0, 4.0),
    "beside it": (at(FAR, 40.0), 1e-3, 8000.0),
    "nearer, beside it": (at(0.25 * FAR, -90.0), 1e-3, 500.0),
    "below the horizon": (at(4.5 * FAR, 0.0, -12e3), 0.0, 1e6),
}


@pytest.mark.parametrize("case", CASES)
def test_detections_follow_the_table_at_the_jammed_ratio(case):
    place, share, noise = CASES[case]
    target = at(FAR, 0.0)
    world = only_first_is_seen(hovering(target, place, jammers=[1], noise=noise))
    snr = 20.0 * (FAR / slant(target)) ** 4 / (1.0 + share * noise * (FAR / slant(place)) ** 2)
    found, pd = played(world, 3), PFA ** (1.0 / (1.0 + snr))
    looks, hits = found.looks.sum(), found.detections.sum()
    assert looks > 10_000
    assert abs(hits / looks - pd) < 4.0 * np.sqrt(pd * (1.0 - pd) / looks)


def test_one_that_covers_itself_and_several_that_add_up():
    """Two jammers of half the noise are one of the whole, and one on the target counts in full."""
    target = at(FAR, 0.0)
    itself = only_first_is_seen(hovering(target, at(FAR, 180.0), jammers=[0], noise=4.0))
    shared = only_first_is_seen(hovering(target, at(FAR, 0.5), jammers=[0, 1], noise=2.0))
    assert_same(played(itself, 2), played(shared, 2))
    assert (
        played(itself, 2).detections.sum()
        < 0.9 * played(hovering(target, jammers=[], noise=0.0), 2).detections.sum()
    )


def test_the_unknown_owners_plots_are_jammed_alike():
    """A sheet of plots holds just the hits that tracking target by target has."""
    world = hovering(at(FAR, 0.0), at(FAR, 90.0), jammers=[1], noise=6.0, duration=60.0)
    np.testing.assert_array_equal(played(with_pictures(world), 2).detections, played(world, 2).detections)


def inbound(noise, **chosen):
    """One jammer that flies at the radar of a fire unit; the world, and where it burns through [m]."""
    usual = {"speed": 250.0, "turn": 1.0, "sensor_reach": 1e6, "reach": 60e3, "pk": 1.0, "reaction": 1.0}
    strength = 20.0 * FAR**4
    world = build_world([(120e3, 0.0, 6000.0)], [(0.0, 0.0, 6000.0)], **(usual | chosen))
    world = with_radars(world, strength, PFA)
    world.units.sensor = 0
    world.sensors.jam_gain, world.vehicles.jam_density = 1e9, noise * FAR**2 / 1e9
    return world, burn_through_range(strength, noise * FAR**2, needed_snr())


def needed_snr():
    """Ratio at which one look detects as often as a guiding radar needs."""
    return np.log(PFA) / np.log(0.5) - 1.0


def test_it_burns_through_where_the_formula_says():
    world, burnt = inbound(5.0)
    state = new_state(world)
    begin_trial(world, state, 1, 0)
    along = np.sqrt(burnt**2 - 6000.0**2)
    pds = []
    for offset in (1.02, 0.98):
        now = (120e3 - offset * along) / 250.0
        advance(world, state, now)
        pds.append(jammed_pd(world, state, 0, 0, now))
    assert pds[0] < 0.5 < pds[1]
    assert pds[1] - pds[0] < 0.1


def test_a_fire_unit_shoots_only_inside_burn_through():
    world, burnt = inbound(5.0)
    clear, _ = inbound(0.0)
    launches = []
    for played_world in (world, clear):
        events, _, _ = play_logged(played_world, 1, 0)
        shot = events[events["kind"] == LAUNCH][0]
        launches.append(float(np.linalg.norm([shot["x"], shot["y"], shot["z"]])))
    assert launches[0] <= burnt < launches[1]


def stand_off(**chosen):
    """Threats that come in below the beam of a jammer that stays away, 250 km off."""
    starts = [(0.0, 120e3, 3000.0), (0.0, 250e3, 9000.0)]
    ends = [(0.0, 0.0, 3000.0), (0.0, 125e3, 9000.0)]
    world = build_world(starts, ends, hostile=[1, 0], pk=1.0, **chosen)
    world = with_radars(world, 20.0 * FAR**4, PFA)
    world.sensors.jam_gain, world.sensors.azimuth_cell = 1e9, 0.02
    world.vehicles.asset[1] = -1
    world.views["count"][:, 1] = 0
    return world


def test_what_jamming_hides_leaks_for_that_cause():
    world = stand_off()
    assert (played(world, 5).outcome[:, 0] == KILLED).all()
    world.vehicles.jam_density[1] = 1e12 * FAR**2 / 1e9
    found = played(world, 5)
    assert (found.outcome[:, 0] == LEAKED).all()
    assert set(found.cause[:, 0]) == {JAMMED}
    assert np.isnan(found.first_detected[:, 0]).all()
    assert not found.detections.any()
    mended = world._replace(perfect=NOTHING_PERFECT._replace(detection=True))
    assert (played(mended, 5).outcome[:, 0] == KILLED).all()


def test_one_that_a_fire_unit_cannot_hold_leaks_for_that_cause():
    """A second radar that nothing jams tracks it; the one that would guide is jammed."""
    world = stand_off(sensors=((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
    world.units.sensor, world.sensors.first_table[1] = 0, -1
    assert (played(world, 5).outcome[:, 0] == KILLED).all()
    world.vehicles.jam_density[1] = 1e12 * FAR**2 / 1e9
    found = played(world, 5)
    assert set(found.cause[:, 0]) == {JAMMED}
    assert np.isfinite(found.first_firm[:, 0]).all()
    assert not found.rounds.any()


def test_a_jammer_that_is_shot_down_jams_no_more():
    """It comes first and covers the second, which is seen only after the first has gone."""
    starts, ends = [(0.0, 60e3, 3000.0), (0.0, 100e3, 3000.0)], [(0.0, 0.0, 0.0)] * 2
    world = with_radars(build_world(starts, ends, pk=1.0), 20.0 * FAR**4, PFA)
    world.sensors.jam_gain, world.sensors.azimuth_cell = 1e9, 0.02
    world.vehicles.jam_density[0] = 400.0 * FAR**2 / 1e9
    found = played(world, 10)
    assert (found.outcome[:, 0] == KILLED).all()
    assert (found.first_detected[:, 1] > found.ended[:, 0]).all()


def test_what_is_out_of_view_stays_so():
    world = hovering(at(FAR, 0.0), jammers=[0], noise=1.0)
    only_in_view(world, 0, 0)
    assert not played(world, 2).looks.any()
