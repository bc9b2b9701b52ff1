"""Laws of association in play, whatever the plots: nothing is lost from the books."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from rempart.engine.reporting import HIGHEST_PLOT, false_density
from rempart.engine.state import new_state
from rempart.engine.world import SENSOR, records
from rempart.events.outcomes import KILLED, LEAKED
from world_builder import POLICY, build_world, played, ring, with_pictures

battles = st.fixed_dictionaries(
    {
        "n": st.integers(1, 8),
        "pd": st.floats(0.1, 1.0),
        "pk": st.floats(0.0, 1.0),
        "latest": st.floats(0.0, 120.0),
        "rounds": st.integers(1, 6),
        "guided": st.booleans(),
        "way": st.sampled_from(["gnn", "jpda"]),
        "n_false": st.floats(0.0, 12.0),
        "cell": st.sampled_from([0.0, 300.0, 5000.0]),
        "n_slots": st.integers(1, 60),
        "salvo": st.integers(1, 3),
    }
)


def made(asked):
    world = build_world(
        ring(asked["n"], 50e3, 3000.0), [(0.0, 0.0, 0.0)] * asked["n"], pd=asked["pd"], pk=asked["pk"],
        latest=asked["latest"], rounds=asked["rounds"], policy=POLICY._replace(salvo=asked["salvo"]),
    )  # fmt: skip
    world.units.sensor = 0 if asked["guided"] else -1
    cells = (asked["cell"], 0.3, 0.3)
    return with_pictures(world, asked["way"], n_false=asked["n_false"], cells=cells, n_slots=asked["n_slots"])


@settings(max_examples=60, deadline=None)
@given(asked=battles, trial=st.integers(0, 1000))
def test_the_books_are_in_order_when_a_trial_is_over(asked, trial):
    world = made(asked)
    state = new_state(world)
    found = played(world, 1, first_trial=trial, state=state)
    cases, bank = state.cases, state.tracker.bank
    assert (found.rounds + state.magazines.left == asked["rounds"]).all()
    assert found.shots.sum() <= found.rounds.sum()
    if asked["guided"]:
        assert found.shots.sum() == found.rounds.sum()
    assert ((found.cause >= 0) == (found.outcome == LEAKED)).all()
    assert ((found.killer >= 0) == (found.outcome == KILLED)).all()
    assert (found.shots[found.outcome == KILLED] > 0).all()
    assert found.detections[0] <= found.looks[0]
    assert 0 <= found.unresolved[0] <= found.detections[0]
    assert found.updates[0] <= 2 * found.looks[0] + found.false_plots[0]
    assert ((cases.vehicle >= -1) & (cases.vehicle < asked["n"])).all()
    assert state.busy.sum() == (cases.weapon >= 0).sum()
    assert (bank.tracks.is_kept == (cases.weapon >= 0)).all()
    n_live, lowest, n_used = bank.counts[0, :3]
    assert 0 <= n_live <= n_used <= asked["n_slots"]
    assert (~bank.is_free[0]).sum() == n_live + ((bank.tracks.ident == 0) & bank.tracks.is_kept).sum()
    assert not bank.is_free[0, :lowest].any()


@settings(max_examples=60, deadline=None)
@given(
    n_false=st.floats(0.1, 200.0), near=st.floats(100.0, 5e3), depth=st.floats(1e3, 400e3),
    half_sector=st.floats(0.1, math.pi), lowest=st.floats(-0.2, 0.5), height=st.floats(0.01, 1.0),
)  # fmt: skip
def test_the_density_of_false_plots_adds_up_to_their_number(
    n_false, near, depth, half_sector, lowest, height
):
    radar = records(SENSOR, 1)[0]
    radar.n_false, radar.range_min, radar.range_max = n_false, near, near + depth
    radar.half_sector, radar.elevation_min, radar.elevation_max = half_sector, lowest, lowest + height
    radar.elevation_error = 0.01

    def shell(distance):
        low = max(lowest, 0.0)
        high = max(min(lowest + height, math.asin(min(HIGHEST_PLOT / distance, 1.0))), low + 1e-3)
        volume = 2.0 * half_sector * distance**2 * (math.sin(high) - math.sin(low))
        return false_density(radar, distance) * volume

    ends = (near, near + depth)
    assert math.isclose(quad(shell, *ends, limit=200)[0], n_false, rel_tol=1e-6)
    radar.elevation_error = np.inf
    ring_of = quad(lambda r: false_density(radar, r) * 2.0 * half_sector * r, *ends)[0]
    assert math.isclose(ring_of, n_false, rel_tol=1e-6)
