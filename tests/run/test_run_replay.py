"""A replay is the very trial of the campaign, put into names and geodetic coordinates."""

from __future__ import annotations

import math
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from rempart.base.errors import ExportError, StoreError
from rempart.events.kinds import KIND_NAMES
from rempart.geo.frames import geodetic_to_enu
from rempart.run import store
from rempart.run.campaign import run
from rempart.run.replay import replay
from rempart.run.scene import SHOT_RESULTS, Trial, shots

N_TRIALS = 12


@pytest.fixture
def results(scenario, tmp_path):
    return run(scenario, N_TRIALS, seed=4, out=tmp_path)


def enu(played, place):
    return np.array(geodetic_to_enu(place.lat, place.lon, place.height, *played.origin))


def test_flights_are_those_of_the_ledger(results):
    for trial in range(N_TRIALS):
        played = replay(results, trial)
        rows = results.trial(trial).to_pylist()
        for flight in played.flights:
            row = next(row for row in rows if row["vehicle"] == flight.name)
            assert (flight.outcome, flight.cause, flight.group) == (
                row["outcome"],
                row["cause"],
                row["group"],
            )
            if row["ended"] is not None:
                assert flight.path.time[-1] == pytest.approx(row["ended"], abs=1e-4)
            assert sum(shot.target == flight.name for shot in played.shots) == row["shots"]
            kills = [shot for shot in played.shots if shot.target == flight.name and shot.result == "kill"]
            assert len(kills) == (flight.outcome == "killed")


def test_flights_follow_their_routes(results):
    """Each of these flies straight from 40 km out in 200 s, so its place is known at any time."""
    played = replay(results, 0)
    for flight in played.flights:
        start = flight.path.time[0]
        points = np.array(
            [
                geodetic_to_enu(*place, *played.origin)
                for place in zip(flight.path.lat, flight.path.lon, flight.path.height, strict=True)
            ]
        )
        share = (flight.path.time - start) / 200.0
        if flight.is_hostile:
            east = 2000.0 * (flight.name == "missiles-2")
            truth = np.stack(
                [np.full(len(share), east), 40000.0 * (1 - share), 500.0 - 400.0 * share], axis=1
            )
        else:
            truth = np.stack([10000.0 - 40000.0 * share, 0.0 * share, 9000.0 + 0.0 * share], axis=1)
        assert np.abs(points - truth).max() < 0.01
        assert np.all(np.diff(flight.path.time) > 0.0)


def test_a_leaker_ends_at_its_asset(scenario, tmp_path):
    scenario.pk = 0.05
    results = run(scenario, N_TRIALS, seed=4, out=tmp_path)
    ends = []
    for trial in range(N_TRIALS):
        played = replay(results, trial)
        at = {asset.name: asset.at for asset in played.assets}
        for flight in played.flights:
            if flight.outcome == "leaked":
                path = flight.path
                end = np.array(geodetic_to_enu(path.lat[-1], path.lon[-1], path.height[-1], *played.origin))
                ends.append(np.linalg.norm(end - enu(played, at[flight.asset])))
    assert ends
    assert max(ends) < 0.01


def test_shots_begin_at_their_unit_and_meet_their_target(results):
    n_shots = 0
    for trial in range(N_TRIALS):
        played = replay(results, trial)
        units = {site.name: site.at for site in played.sites if site.role == "fire unit"}
        flights = {flight.name: flight.path for flight in played.flights}
        for shot in played.shots:
            n_shots += 1
            assert shot.path.lat[0] == pytest.approx(units[shot.unit].lat, abs=1e-12)
            assert (shot.kind, shot.battery) == ("missile", "north")
            if shot.result == "kill":
                target = flights[shot.target]
                assert shot.path.lat[-1] == pytest.approx(target.lat[-1], abs=1e-9)
                assert shot.path.time[-1] == pytest.approx(target.time[-1], abs=1e-6)
    assert n_shots > N_TRIALS


def test_events_are_named(results):
    played = replay(results, 3)
    kinds = Counter(event.kind for event in played.events)
    assert set(kinds) <= set(KIND_NAMES)
    assert kinds["launch"] == len(played.shots)
    assert [event.time for event in played.events] == sorted(event.time for event in played.events)
    takeoff = next(event for event in played.events if event.kind == "takeoff")
    assert (takeoff.actor, takeoff.value, takeoff.detail) == (None, 0.0, None)
    identified = next(event for event in played.events if event.kind == "identified")
    assert (identified.actor, identified.value) == ("command", None)
    assert identified.detail in ("hostile", "neutral", "unknown")
    plot = next(event for event in played.events if event.kind == "plot")
    assert plot.actor == "north/radar"
    assert plot.at is not None


def test_rounds_of_one_weapon_are_told_apart(lowered):
    """The first falls short, of two fired at once the second kills, the last is still on its way."""
    from rempart.events.kinds import EVENT_DTYPE, INTERCEPT_KILL, INTERCEPT_MISS, LAUNCH, TAKEOFF

    nowhere = (math.nan,) * 3
    log = np.array([
        (0.0, TAKEOFF, 0, -1, 0.0, *nowhere), (12.0, LAUNCH, 0, 0, -1.0, *nowhere),
        (20.0, LAUNCH, 0, 0, 50.0, *nowhere), (20.0, LAUNCH, 0, 0, 50.0, *nowhere),
        (30.0, LAUNCH, 0, 0, 60.0, *nowhere), (45.33, INTERCEPT_MISS, 0, 0, 0.0, *nowhere),
        (50.0, INTERCEPT_MISS, 0, 0, 0.6, *nowhere), (50.0, INTERCEPT_KILL, 0, 0, 0.6, *nowhere),
    ], dtype=EVENT_DTYPE)  # fmt: skip
    times, codes = np.full((3, 6), np.nan), np.zeros((3, 5), np.int32)
    told = [shot.result for shot in shots(Trial(lowered, log, times, codes))]
    assert told == ["short", "miss", "kill", "open"]
    assert set(told) == set(SHOT_RESULTS)


def test_trials_out_of_range_are_refused(results):
    for trial in (-1, N_TRIALS):
        with pytest.raises(ExportError, match=f"from 0 to {N_TRIALS - 1}"):
            replay(results, trial)


def test_a_world_that_has_changed_is_refused(results, scenario, monkeypatch):
    lowering = sys.modules["rempart.run.lowering"]
    real = lowering.lower
    monkeypatch.setattr(lowering, "lower", lambda scenario: replace(real(scenario), world_digest="other"))
    with pytest.raises(StoreError, match="means something else"):
        replay(store.open_results(results.folder), 0)
    monkeypatch.setattr(lowering, "lower", lambda scenario: real(type(scenario)(pk=1.0)))
    with pytest.raises(StoreError, match="comes out differently"):
        for trial in range(N_TRIALS):
            replay(store.open_results(results.folder), trial)
