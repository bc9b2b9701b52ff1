"""Every fault that is put into a recording is found, counted and mended by its rule; nothing else is."""

import gzip
import json
import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recording_builder import steady, write_csv
from rempart.base.errors import ScenarioError
from rempart.scenario.recording.flights import load_recording, write_recording
from rempart.scenario.recording.heights import flight_heights, without_errors
from rempart.scenario.recording.rules import MAX_SPEED, POSITION_SLACK, RULES, Tally
from rempart.scenario.recording.strands import distances, strands, unit_vectors


def cleaned(tmp_path, records):
    return load_recording(write_csv(tmp_path / f"{random.getrandbits(60):x}.csv", records))


def found(recording):
    return {name: count for name, count, _ in recording.tally.applied()}


def jumped(one, index):
    return {**one, "lat": one["lat"] - 20.0 if index % 2 else one["lat"] + 20.0}


SINGLE_FAULTS = {
    "malformed": lambda one, i: {**one, "time": "noon"},
    "no_position": lambda one, i: {**one, "lon": ""},
    "out_of_range": lambda one, i: {**one, "lat": 95.0},
    "wrong_clock": lambda one, i: {**one, "time": one["time"] + 864_000.0},
    "on_ground": lambda one, i: {**one, "onground": True},
    "jump": jumped,
    "height_error": lambda one, i: {**one, "geoaltitude": 20_000.0},
}
"""Faults of one record that leave its neighbours alone."""


def test_a_steady_recording_is_kept_whole(tmp_path):
    recording = cleaned(tmp_path, steady() + steady("abcdef", lon=3.0))
    assert found(recording) == {}
    assert recording.tally["kept"] == recording.tally["read"] == 120
    assert [flight.name for flight in recording.flights] == ["3c4591-1", "abcdef-1"]
    assert recording.flights[0].callsign == "TEST1"
    assert recording.start == 1_600_000_000.0
    np.testing.assert_allclose(np.degrees(recording.flights[0].lat), [one["lat"] for one in steady()])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    faults=st.dictionaries(
        st.integers(1, 28).map(lambda place: 2 * place),
        st.sampled_from(sorted([*SINGLE_FAULTS, "stale", "duplicate"])),
        max_size=8,
    )
)
def test_any_mixture_of_faults_is_counted_exactly(tmp_path, faults):
    most = {"height_error": 2, "jump": 4}
    kinds = list(faults.values())
    faults = {place: fault for place, fault in faults.items() if kinds.count(fault) <= most.get(fault, 8)}
    records = []
    for index, one in enumerate(steady()):
        fault = faults.get(index)
        if fault == "stale":
            records.append({**one, "lat": records[-1]["lat"]})
        elif fault == "duplicate":
            records += [one, one]
        else:
            records.append(SINGLE_FAULTS[fault](one, index) if fault else one)
    recording = cleaned(tmp_path, records)
    wanted = {fault: list(faults.values()).count(fault) for fault in faults.values()}
    if "height_error" in wanted:
        wanted["height_from_pressure"] = wanted["height_error"]
    assert found(recording) == wanted
    assert len(recording.flights) == 1
    assert recording.tally["read"] == len(records) == recording.tally["kept"] + recording.tally.dropped
    assert np.ptp(recording.flights[0].height) == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(30)))
def test_the_order_of_a_file_changes_no_flight(tmp_path, order):
    records = steady(n=30)
    shuffled = [records[place] for place in order]
    recording = cleaned(tmp_path, shuffled)
    highest, late = -1, 0
    for place in order:
        late += place < highest
        highest = max(highest, place)
    assert recording.tally["out_of_order"] == late
    np.testing.assert_array_equal(recording.flights[0].time, [one["time"] for one in records])
    assert set(found(recording)) <= {"out_of_order"}


def test_a_silence_splits_a_flight(tmp_path):
    recording = cleaned(tmp_path, [one for i, one in enumerate(steady(n=120)) if not 40 <= i < 75])
    assert found(recording) == {"gap": 1}
    assert [len(flight.time) for flight in recording.flights] == [40, 45]
    assert [flight.name for flight in recording.flights] == ["3c4591-1", "3c4591-2"]


def test_two_aircraft_under_one_address_are_told_apart(tmp_path):
    two = [one for pair in zip(steady(), steady(lat=40.0, lon=5.0), strict=True) for one in pair]
    recording = cleaned(tmp_path, two)
    assert found(recording) == {"shared_address": 1}
    assert sorted(round(float(np.degrees(flight.lon[0]))) for flight in recording.flights) == [2, 5]
    assert all(len(flight.time) == 60 for flight in recording.flights)


@pytest.mark.parametrize("speed_deg", [0.0002, 0.002])
def test_aircraft_under_one_address_keep_their_ways_where_these_cross(speed_deg, tmp_path):
    """One flies north and the other south, 7 km beside it; both report old positions now and then."""
    north = [{**one, "lat": round(48.0 + speed_deg * 10.0 * i, 7)} for i, one in enumerate(steady(n=100))]
    south = [
        {
            **one,
            "time": one["time"] + 5.0,
            "lat": round(48.0 + speed_deg * (1000.0 - 10.0 * i), 7),
            "lon": 2.1,
        }
        for i, one in enumerate(north)
    ]
    for track in (north, south):
        for place in range(20, 24):
            track[place] = {**track[place], "lat": track[19]["lat"]}
    recording = cleaned(tmp_path, [one for pair in zip(north, south, strict=True) for one in pair])
    assert found(recording) == {"shared_address": 1, "stale": 8}
    assert [len(flight.time) for flight in recording.flights] == [96, 96]
    assert all(np.ptp(flight.lon) == 0.0 for flight in recording.flights)


def test_a_place_once_jumped_to_draws_no_one_later(tmp_path):
    """A jump ahead on the way, to where the aircraft comes by two minutes after."""
    records = steady()
    records[10] = {**records[10], "lat": round(records[10]["lat"] + 0.002 * 10.0 * 12 + 0.001, 7)}
    recording = cleaned(tmp_path, records)
    assert found(recording) == {"jump": 1}
    assert len(recording.flights[0].time) == 59


def test_three_aircraft_under_one_address(tmp_path):
    three = [one for group in zip(steady(), steady(lat=40.0), steady(lat=30.0), strict=True) for one in group]
    recording = cleaned(tmp_path, three)
    assert found(recording) == {"shared_address": 2}
    assert len(recording.flights) == 3


def test_a_jump_that_stays_splits_a_flight(tmp_path):
    records = [one if i < 30 else {**one, "lat": one["lat"] + 5.0} for i, one in enumerate(steady())]
    recording = cleaned(tmp_path, records)
    assert found(recording) == {"lasting_jump": 1}
    assert [len(flight.time) for flight in recording.flights] == [30, 30]


@pytest.mark.parametrize(("n", "step"), [(4, 60.0), (6, 10.0)])
def test_what_is_too_short_is_left_out(n, step, tmp_path):
    recording = cleaned(tmp_path, [*steady(), *steady("abcdef", n=n, step=step)])
    assert found(recording) == {"short": n}
    assert {flight.address for flight in recording.flights} == {"3c4591"}


def test_records_at_one_time_in_nearly_one_place_count_once(tmp_path):
    records = steady()
    records.insert(10, {**records[9], "lat": records[9]["lat"] + 0.001})
    assert found(cleaned(tmp_path, records)) == {"duplicate": 1}


def test_pressure_stands_in_for_a_missing_height_with_the_flights_own_offset(tmp_path):
    records = [{**one, "geoaltitude": ""} if 5 <= i < 9 else one for i, one in enumerate(steady())]
    recording = cleaned(tmp_path, records)
    assert found(recording) == {"height_from_pressure": 4}
    np.testing.assert_allclose(recording.flights[0].height, 10_000.0)


def test_pressure_alone_is_taken_as_it_is(tmp_path):
    recording = cleaned(tmp_path, [{**one, "geoaltitude": ""} for one in steady()])
    assert found(recording) == {"height_from_pressure": 60}
    np.testing.assert_allclose(recording.flights[0].height, 9_900.0)


def test_missing_heights_are_bridged_in_time():
    time = np.arange(5.0) * 10.0
    nothing = np.full(5, np.nan)
    tally = Tally()
    height = flight_heights(time, np.array([np.nan, 100.0, np.nan, 300.0, np.nan]), nothing, tally)
    assert height.tolist() == [100.0, 100.0, 200.0, 300.0, 300.0]
    assert dict(tally) == {"height_error": 0, "height_from_pressure": 0, "height_bridged": 3}


def test_a_flight_without_any_height_is_left_out(tmp_path):
    mute = [{**one, "geoaltitude": "", "baroaltitude": "nan"} for one in steady("abcdef")]
    assert found(cleaned(tmp_path, steady() + mute)) == {"no_height": 60}


def test_a_height_is_an_error_unless_it_lasts():
    time = np.arange(7.0)
    spike, n_spike = without_errors(time, np.array([0, 0, 0, 9000.0, 0, 0, 0]))
    assert np.isnan(spike).tolist() == [False] * 3 + [True] + [False] * 3
    assert n_spike == 1
    _, n_step = without_errors(time, np.array([0, 0, 0, 9000.0, 9000.0, 9000.0, 9000.0]))
    assert n_step == 0
    two, n_two = without_errors(time, np.array([9000.0, 0, 0, 9000.0, 0, 0, 0]))
    assert np.isnan(two).tolist() == [True, False, False, True, False, False, False]
    assert n_two == 2
    _, n_far = without_errors(time, np.array([0, 0, 99_000.0, np.inf, 0, -5000.0, 0]))
    assert n_far == 2


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(st.tuples(st.floats(30, 60), st.floats(0, 40)), min_size=1, max_size=25),
    gaps=st.lists(st.floats(0, 200), min_size=25, max_size=25),
)
def test_no_strand_holds_a_step_that_cannot_be_flown(places, gaps):
    lat, lon = np.radians(np.array(places)).T
    time = np.cumsum(gaps)[: len(places)]
    directions = unit_vectors(lat, lon)
    numbers = strands(time, directions)
    assert sorted(set(numbers)) == list(range(numbers.max() + 1))
    for number in set(numbers):
        mine = numbers == number
        steps = distances(directions[mine][:-1], directions[mine][1:])
        assert (steps <= MAX_SPEED * np.diff(time[mine]) + POSITION_SLACK + 1e-6).all()


def test_a_recording_of_nothing_but_jumps_takes_no_long_time(tmp_path):
    """Each record alone, at one time: the work for each is bounded."""
    places = np.random.default_rng(1).uniform(-80.0, 80.0, (6000, 2))
    alone = [{**steady()[0], "lat": lat, "lon": lon} for lat, lon in places.tolist()]
    recording = cleaned(tmp_path, [*steady("abcdef"), *alone])
    assert found(recording) == {"short": 6000}


def test_flights_written_are_read_back_as_they_were(tmp_path):
    recording = cleaned(
        tmp_path, steady() + steady("abcdef", lat=-20.0) + [{**steady()[5], "onground": True}]
    )
    again = load_recording(write_recording(recording, tmp_path / "flights.parquet"))
    assert again.told() == recording.told()
    for here, there in zip(recording.flights, again.flights, strict=True):
        assert here[:3] == there[:3]
        for name in ("time", "lat", "lon", "height"):
            np.testing.assert_allclose(getattr(here, name), getattr(there, name), rtol=0, atol=1e-12)


def test_flights_of_another_version_are_refused(tmp_path):
    path = write_recording(cleaned(tmp_path, steady()), tmp_path / "flights.parquet")
    table = pq.read_table(path)
    told = json.loads(table.schema.metadata[b"rempart-flights"])
    pq.write_table(
        table.replace_schema_metadata({b"rempart-flights": json.dumps({**told, "version": 99})}), path
    )
    with pytest.raises(ScenarioError, match="version 99"):
        load_recording(path)


def test_damaged_flights_are_refused(tmp_path):
    path = write_recording(cleaned(tmp_path, steady()), tmp_path / "flights.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["lat"]), path)
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_recording(path)


def test_a_recording_without_a_flight_says_why(tmp_path):
    with pytest.raises(ScenarioError, match=r"no usable flight in 60 records \(60 on_ground\)"):
        cleaned(tmp_path, [{**one, "onground": True} for one in steady()])


def test_every_rule_says_what_it_does():
    assert {rule.action for rule in RULES.values()} == {"drop", "mend", "split"}
    assert all(rule.meaning for rule in RULES.values())


REAL = {
    "opensky_quickstart.json.gz": (
        213, 239, 284_505, 212_997,
        {"on_ground": 55_371, "stale": 16_126, "short": 10, "out_of_order": 795, "height_error": 90,
         "height_from_pressure": 212_821, "height_bridged": 176, "gap": 34, "jump": 1, "lasting_jump": 1},
    ),
    "opensky_aircraft_carrier.json.gz": (
        1, 5, 9_024, 2_930, {"no_position": 1_689, "stale": 4_405, "height_from_pressure": 2_930, "gap": 4},
    ),
    "opensky_inflight_refuelling.json.gz": (
        1, 1, 10_397, 9_991,
        {"no_position": 1, "stale": 405, "height_error": 17, "height_from_pressure": 9_974,
         "height_bridged": 17},
    ),
    "stonesoup_OpenSky_Plane_States.csv.gz": (
        82, 85, 6_052, 5_398,
        {"stale": 645, "short": 9, "height_error": 17, "height_from_pressure": 6,
         "height_bridged": 4, "gap": 6},
    ),
    "stonesoup_UAV_Rot.csv.gz": (1, 1, 965, 963, {"stale": 2, "unaddressed": 965}),
}  # fmt: skip
"""File → aircraft, flights, records read and kept, and what each rule found."""


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_real_recordings(name, shared):
    n_aircraft, n_flights, n_read, n_kept, rules = REAL[name]
    told = load_recording(shared / "data" / "air_traffic" / name).told()
    assert (told["aircraft"], told["flights"]) == (n_aircraft, n_flights)
    assert told["records"] == {"read": n_read, "kept": n_kept}
    assert {rule: found["count"] for rule, found in told["rules"].items()} == rules


@pytest.mark.shared
def test_the_stale_records_of_a_real_recording_are_those_counted_by_hand(shared):
    """The plain twin: in order of time, count the records that stand where the one before stood."""
    path = shared / "data" / "air_traffic" / "opensky_aircraft_carrier.json.gz"
    rows = [row for row in json.loads(gzip.decompress(path.read_bytes())) if row["latitude"] is not None]
    rows.sort(key=lambda row: row["timestamp"])
    stale = gaps = 0
    for before, after in pairwise(rows):
        silent = after["timestamp"] - before["timestamp"] > 300_000
        gaps += silent
        same = (before["latitude"], before["longitude"]) == (after["latitude"], after["longitude"])
        stale += same and not silent
    assert (stale, gaps) == (4_405, 4)


def test_a_list_of_records_of_a_table_library(tmp_path):
    """Empty cells come as None from Parquet, and cost only what they are needed for."""
    records = [{**one, "baroaltitude": None} for one in steady()]
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "states.parquet")
    recording = load_recording(tmp_path / "states.parquet")
    assert found(recording) == {}
    assert len(recording.flights) == 1
