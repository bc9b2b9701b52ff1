"""What marches: where it is, what it sees, what it hits; and that a march of no speed is a halt."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import play_logged
from rempart.engine.state import new_state
from rempart.engine.truth import eye_of, is_moving, march_place, place_of
from rempart.events.kinds import ASSIGNED, INTERCEPT_KILL, INTERCEPT_MISS, LAUNCH, PLOT
from rempart.events.outcomes import KILLED, LEAKED
from world_builder import ALL_PERFECT, POLICY, assert_same, build_world, on_the_march, played, ring

SURE = ALL_PERFECT._replace(detection=False)
WAY = [(0.0, 0.0, 0.0), (100.0, 0.0, 0.0), (100.0, 0.0, 0.0), (100.0, 200.0, 10.0)]


def lone(**chosen):
    chosen = {"pd": 1.0, "pk": 1.0, "perfect": SURE} | chosen
    return build_world([(60e3, 0.0, 3000.0)], [(0.0, 0.0, 0.0)], **chosen)


@pytest.mark.parametrize(
    ("time", "place", "moving", "eye"),
    [(-5.0, WAY[0], False, 0), (100.0, WAY[0], True, 0), (104.0, (40.0, 0.0, 0.0), True, 0),
     (106.0, (60.0, 0.0, 0.0), True, 1), (115.0, WAY[1], False, 2), (125.0, (100.0, 100.0, 5.0), True, 3),
     (130.0, WAY[3], False, 3), (900.0, WAY[3], False, 3)],
)  # fmt: skip
def test_the_place_on_a_march(time, place, moving, eye):
    world = on_the_march(lone(), WAY, sensor=0, unit=0, start=100.0)
    assert march_place(world.marches, world.march_positions, 0, time) == pytest.approx(place)
    assert place_of(world, world.units, 0, time) == pytest.approx(place)
    assert place_of(world, world.assets, 0, time) == (0.0, 0.0, 0.0)
    assert bool(is_moving(world.marches, world.march_positions, 0, time)) == moving
    assert eye_of(world, 0, time) == world.sensors.first_eye[0] + eye


def raid(**chosen):
    sites = ((0.0, 0.0, 0.0), (8e3, -5e3, 0.0))
    usual = {
        "latest": 90.0, "sensors": sites, "units": sites, "pd": 0.6, "rounds": 4, "pk": 0.5, "reach": 15e3,
        "variants": 3, "sensor_reach": 70e3,
        "policy": POLICY._replace(salvo=2, decision_time=3.0, p_miss_seen=0.9),
    }  # fmt: skip
    ends = np.random.default_rng(5).normal(0.0, 2e3, (8, 3)) * [1, 1, 0]
    return build_world(ring(8, 80e3, 2000.0), ends, **(usual | chosen))


def test_a_march_of_no_speed_is_a_halt_to_the_bit():
    still = raid()
    march = on_the_march(
        raid(), [(0.0, 0.0, 0.0)] * 5, sensor=0, unit=0, asset=0, step=60.0, sees=(70e3, 0.6)
    )
    march.units.pk_moving[0] = 0.1
    assert_same(played(march, 20), played(still, 20))


def test_a_radar_on_the_march_sees_from_where_it_is():
    """It leaves its reach of the path behind, and comes back."""
    way = [(0.0, 0.0, 0.0), (0.0, 9e5, 0.0), (0.0, 9e5, 0.0), (0.0, 0.0, 0.0)]
    world = on_the_march(lone(units=((9e5, 0.0, 0.0),)), way, sensor=0, step=50.0, sees=(150e3, 1.0))
    events, _, _ = play_logged(world, 1, 0)
    times = events["time"][events["kind"] == PLOT]
    assert ((times < 26.0) | (times > 124.0)).all()
    assert (times < 26.0).sum() == pytest.approx(6, abs=1)
    assert (times > 124.0).sum() == pytest.approx((240.0 - 124.0) / 4.0, abs=2)


def test_plots_are_measured_from_where_the_radar_is():
    """Its errors across the line of sight are those of the distance from its place of now."""
    way = [(0.0, 0.0, 0.0), (55e3, 0.0, 3000.0)]
    near = on_the_march(lone(angle_error=0.05, turn=1.0), way, sensor=0, start=0.0, step=1e-3)
    errors = []
    for world in (lone(angle_error=0.05, turn=1.0), near):
        events, _, _ = play_logged(world._replace(policy=world.policy._replace(weapons_control=0)), 1, 0)
        plots = events[(events["kind"] == PLOT) & (events["time"] < 30.0)]
        errors.append(np.std(plots["y"]))
    assert errors[1] < 0.2 * errors[0]


def test_a_fire_unit_fires_from_where_it_is():
    """It comes within reach of the path only at the end of its march."""
    far, near = (0.0, 90e3, 0.0), (0.0, 0.0, 0.0)
    out_of_reach = lone(units=(far,), reach=20e3)
    assert (played(out_of_reach, 2).outcome == LEAKED).all()
    world = on_the_march(out_of_reach, [far, near], unit=0, start=0.0, step=60.0)
    events, ledger, _ = play_logged(world, 1, 0)
    assert ledger.codes[0, 0] == KILLED
    assert events["time"][events["kind"] == LAUNCH].min() > 60.0


@pytest.mark.parametrize(("share", "pk"), [(0.4, 0.4), (1.0, 1.0)])
def test_a_round_fired_on_the_move_kills_with_its_share(share, pk):
    world = on_the_march(lone(), [(0.0, 0.0, 0.0), (0.0, 500.0, 0.0)], unit=0, step=1e3)
    world.units.pk_moving = share
    events, _, _ = play_logged(world, 1, 0)
    ended = events[np.isin(events["kind"], (INTERCEPT_KILL, INTERCEPT_MISS))]
    assert len(ended) > 0
    np.testing.assert_allclose(ended["value"], pk)


def test_a_unit_that_must_halt_fires_only_at_a_halt():
    way = [(0.0, 0.0, 0.0), (0.0, 300.0, 0.0), (0.0, 300.0, 0.0), (0.0, 600.0, 0.0)]
    world = on_the_march(
        lone(reach=60e3, policy=POLICY._replace(max_salvos=9), pk=1e-12), way, unit=0, step=60.0
    )
    world.units.pk_moving = 0.0
    events, _, _ = play_logged(world, 1, 0)
    for kind in (ASSIGNED, LAUNCH):
        times = events["time"][events["kind"] == kind]
        assert len(times) > 0
        assert (((times >= 60.0) & (times < 120.0)) | (times >= 180.0)).all()


def test_an_asset_on_the_march_is_endangered_where_it_is():
    """The track passes 20 km from where the asset stood, and over the place to which it has gone."""
    world = build_world([(60e3, 20e3, 1000.0)], [(-60e3, 20e3, 1000.0)], hostile=[True], pd=1.0, perfect=SURE)
    state = new_state(on_the_march(world, [(0.0, 0.0, 0.0), (0.0, 20e3, 0.0)], asset=0, step=1.0))
    moved = on_the_march(world, [(0.0, 0.0, 0.0), (0.0, 20e3, 0.0)], asset=0, step=1.0)
    played(moved, 1, state=state)
    assert (state.assets.x[0], state.assets.y[0]) == (0.0, 20e3)
    assert (moved.assets.y == 0.0).all()
