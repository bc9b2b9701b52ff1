"""What a group takes a vehicle for: by its estimate of how large it is, the same throughout a trial."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.engine.play import advance, begin_trial
from rempart.engine.state import new_state
from rempart.events.vehicle_classes import CRUISE_MISSILE, HELICOPTER, SMALL_DRONE, STRIKE_AIRCRAFT
from rempart.picture.classification import CROSS_SECTION_ERROR_DB
from world_builder import NOTHING_PERFECT, build_world, in_groups, played

N_TRIALS = 600


def lone(rcs, speed=250.0, height=300.0, **chosen):
    chosen = {"pd": 1.0, "pk": 1.0, "angle_error": 1e-4} | chosen
    path = [(40e3, 0.0, height)], [(0.0, 0.0, height)]
    world = build_world(*path, speed=speed, **chosen)
    world.vehicles.rcs = rcs
    return world


def only_against(world, vehicle_class):
    world.pk[:, np.arange(world.pk.shape[1]) != vehicle_class] = 0.0
    return world


def test_the_estimate_has_its_error_and_its_mean():
    world = lone(2.0, units=((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    world = in_groups(world, [0], [0, 1], [(0, 1, 0.0)])
    state, found = new_state(world), []
    for trial in range(N_TRIALS):
        begin_trial(world, state, 1, trial)
        advance(world, state, 40.0)
        found.append(10.0 * np.log10(state.cases.cross_section))
    found = np.array(found)
    error = CROSS_SECTION_ERROR_DB / np.sqrt(N_TRIALS)
    assert found.mean(axis=0) == pytest.approx([10.0 * np.log10(2.0)] * 2, abs=4 * error)
    assert found.std(axis=0) == pytest.approx([CROSS_SECTION_ERROR_DB] * 2, rel=0.15)
    assert abs(np.corrcoef(found.T)[0, 1]) < 4 / np.sqrt(N_TRIALS)


@pytest.mark.parametrize(
    ("rcs", "speed", "height", "seen_as"),
    [(0.02, 30.0, 100.0, SMALL_DRONE), (0.3, 250.0, 60.0, CRUISE_MISSILE), (7.0, 70.0, 100.0, HELICOPTER),
     (12.0, 190.0, 500.0, STRIKE_AIRCRAFT)],
)  # fmt: skip
def test_most_are_taken_for_what_they_are(rcs, speed, height, seen_as):
    world = only_against(lone(rcs, speed, height, reach=10e3, rounds=1), seen_as)
    assert (played(world, 100).shots > 0).mean() > 0.85


def test_a_mistaken_vehicle_is_not_shot_at_by_what_could_not_harm_it():
    world = only_against(lone(0.02, 30.0, 100.0, reach=10e3), HELICOPTER)
    assert not played(world, 20).shots.any()


def test_a_perfect_identification_knows_the_class():
    """A strike aircraft that looks like a small drone; the builder's vehicles are strike aircraft."""
    world = only_against(lone(0.02, 30.0, 100.0, reach=10e3), STRIKE_AIRCRAFT)
    perfect = NOTHING_PERFECT._replace(identification=True)
    assert not played(world, 20).shots.any()
    assert played(world._replace(perfect=perfect), 20).shots.all()
