"""Recorded flights are in the world as they were recorded, the same in every trial, and are declared."""

import numpy as np

from recording_builder import steady, write_csv
from rempart.geo.frames import height_above
from rempart.run.lowering import lower
from rempart.run.store import describe
from scenario_builder import FLAT, HILLS, scenario_of, variants_of


def recorded(tmp_path, base=FLAT, **stream):
    low = steady("abcdef", start=1_600_000_100.0, lat=32.9, lon=44.1, height=20.0)
    path = write_csv(tmp_path / "states.csv", steady(lat=33.0, lon=44.0, n=40) + low)
    return scenario_of(base, traffic={"city": {"aircraft": "airliner", "recorded": str(path), **stream}})


def test_a_recorded_flight_starts_and_flies_as_recorded(tmp_path):
    lowered = lower(recorded(tmp_path, shift="1 min"))
    first, second = (lowered.names.vehicles.index(f"city-{name}-1") for name in ("3c4591", "abcdef"))
    vehicles = lowered.world.vehicles
    assert (vehicles.earliest[first], vehicles.latest[first]) == (60.0, 60.0)
    assert (vehicles.earliest[second], vehicles.latest[second]) == (160.0, 160.0)
    assert not vehicles.is_hostile[first]
    one, *others = variants_of(lowered, first)
    assert all((other == one).all() for other in others)
    assert (len(one) - 1) * vehicles.step[first] == 390.0
    steps = np.linalg.norm(np.diff(one, axis=0), axis=1) / vehicles.step[first]
    np.testing.assert_allclose(steps, 222.0, rtol=0.01)


def test_no_recorded_flight_passes_below_the_ground(tmp_path):
    lowered = lower(recorded(tmp_path, HILLS, move={"to": [35.9, 45.9]}))
    low = lowered.names.vehicles.index("city-abcdef-1")
    radius = lowered.world.earth_radius
    path = variants_of(lowered, low)[0].astype(np.float64)
    heights = np.array([height_above(*place, radius) for place in path]) + lowered.origin_height
    assert heights.min() > 200.0
    assert np.ptp(heights) > 100.0


def test_the_manifest_declares_what_was_done(tmp_path):
    scenario = recorded(tmp_path, shift="1 min", move={"to": [33.0, 44.0]})
    told = describe(scenario, lower(scenario), 1)["traffic"]["city"]
    assert told["shift"] == 60.0
    assert told["move"]["to"] == [33.0, 44.0]
    assert told["records"] == {"read": 100, "kept": 100}
    assert told["played"] == {"flights": 2, "cut_at_start": 0, "outside_of_play": 0}
