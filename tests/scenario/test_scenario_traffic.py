"""Streams of flights keep what they promise, and recorded flights arrive where and when they are wanted."""

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recording_builder import steady, write_csv
from rempart.base.errors import ScenarioError
from rempart.base.units import Height
from rempart.geo.geodesic import inverse
from rempart.scenario.loading import amend_scenario, build_scenario
from rempart.scenario.recording.schedule import Carry, RecordedFlight, carried
from rempart.scenario.recording.strands import EARTH_RADIUS, distances, unit_vectors
from rempart.scenario.traffic import Airway, declaration, recorded_flights

SYSTEMS = {"airliner": "level", "drone": "level", "site": "air-defence"}
BASE = {
    "rempart": 1,
    "title": "Traffic",
    "assets": {"city": {"at": [33.3, 44.4]}},
    "defence": {"batteries": {"north": {"system": "site", "at": [33.4, 44.4]}}},
    "raid": {"one": {"threat": "drone", "from": [34.3, 44.4], "to": "city", "height": "300 m agl"}},
}
ROUTE = [[30.9, 47.1], [33.4, 44.9], [36.2, 43.2]]


def scenario_with(**stream):
    values = copy.deepcopy(BASE)
    values["traffic"] = {"stream": {"aircraft": "airliner", **stream}}
    return build_scenario(values, "test", SYSTEMS)


def stream_of(**stream) -> Airway:
    return scenario_with(**stream).traffic["stream"]


def flow(**stream) -> Airway:
    return stream_of(**{"route": ROUTE, "height": "10 km amsl", "start": "0..60 min", **stream})


@pytest.fixture
def recorded(tmp_path):
    return str(
        write_csv(tmp_path / "states.csv", steady() + steady("abcdef", start=1_600_000_300.0, lon=3.0))
    )


def test_a_plain_stream_enters_at_random_over_the_whole_interval():
    entrances = list(flow(count=5).entrances())
    assert len(entrances) == 5
    assert all(one.start == (0.0, 3600.0) for one in entrances)
    assert all([place.lat_deg for place in one.route] == [30.9, 33.4, 36.2] for one in entrances)
    assert {one.height for one in entrances} == {Height(10_000.0, "amsl")}


def test_flights_take_ways_and_levels_in_turn():
    levels = ["9 km amsl", "10 km amsl", "11 km amsl"]
    values = {"route": ROUTE, "heights": levels, "start": "0..60 min"}
    one_way = [one.height.value for one in stream_of(**values, count=4).entrances()]
    assert one_way == [9e3, 10e3, 11e3, 9e3]
    both = [(one.route[0].lat_deg, one.height.value) for one in
            stream_of(**values, count=6, both_ways=True).entrances()]  # fmt: skip
    assert both == [(30.9, 9e3), (36.2, 10e3), (30.9, 11e3), (36.2, 10e3), (30.9, 9e3), (36.2, 10e3)]


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 40),
    separation=st.integers(1, 120),
    n_levels=st.integers(1, 4),
    both_ways=st.booleans(),
    length=st.integers(10, 400),
)
def test_a_separation_holds_whatever_the_dice_say(count, separation, n_levels, both_ways, length):
    values = {
        "route": ROUTE,
        "heights": [f"{8 + level} km amsl" for level in range(n_levels)],
        "start": f"5..{5 + length} min",
        "separation": f"{separation} s",
        "both_ways": both_ways,
    }
    try:
        entrances = list(stream_of(**values, count=count).entrances())
    except ScenarioError as error:
        assert "do not fit" in str(error)
        return
    assert len(entrances) == count
    lanes = {}
    for one in entrances:
        assert one.start.low >= 300.0
        assert one.start.high <= 300.0 + 60.0 * length + 1e-6
        before = lanes.get((one.route[0], one.height))
        assert before is None or one.start.low - before >= separation - 1e-6
        lanes[one.route[0], one.height] = one.start.high


def test_a_stream_as_dense_as_its_separation_is_regular():
    starts = [one.start for one in flow(per_hour=12.0, separation="5 min").entrances()]
    assert [start.low for start in starts] == [300.0 * index for index in range(12)]
    assert all(start.high == start.low for start in starts)


BAD = {
    "neither way": ({}, "there is no route"),
    "one waypoint": ({"route": [[31.0, 47.0]], "height": "9 km amsl", "count": 1}, "at least 2 waypoints"),
    "no height": ({"route": ROUTE, "count": 1}, "either `height` or `heights`"),
    "two heights": (
        {"route": ROUTE, "count": 1, "height": "9 km amsl", "heights": ["9 km amsl"]}, "either `height`",
    ),
    "no number": ({"route": ROUTE, "height": "9 km amsl"}, "either `count` or `per_hour`"),
    "two numbers": (
        {"route": ROUTE, "height": "9 km amsl", "count": 1, "per_hour": 60.0, "start": "0..9 min"},
        "either `count`",
    ),
    "too dense": (
        {"route": ROUTE, "height": "9 km amsl", "count": 61, "start": "0..60 min", "separation": "1 min"},
        "up to 59.0164 s",
    ),
    "a shift of nothing": (
        {"route": ROUTE, "height": "9 km amsl", "count": 1, "shift": "1 min"}, "shift without recorded",
    ),
    "a word for yes": ({"route": ROUTE, "height": "9 km amsl", "count": 1, "both_ways": "yes"}, "both_ways"),
    "no such file": ({"recorded": "none.csv"}, "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_makes_no_stream_is_told(what):
    stream, told = BAD[what]
    with pytest.raises(ScenarioError, match=r"traffic\.stream") as caught:
        stream_of(**stream)
    assert told in str(caught.value)


def test_recorded_flights_take_nothing_of_a_route(recorded):
    with pytest.raises(ScenarioError, match="recorded flights take no count, height"):
        stream_of(recorded=recorded, count=3, height="9 km amsl")


def test_a_shift_beyond_all_flights_is_refused(recorded):
    with pytest.raises(ScenarioError, match="no recorded flight is in the air"):
        stream_of(recorded=recorded, shift="-20 min")


def test_a_resolved_scenario_loads_again(recorded):
    for stream in ({"recorded": recorded, "shift": "-2 min", "move": {"to": [33.0, 44.0], "turn": "30 deg"}},
                   {"route": ROUTE, "heights": ["9 km amsl"], "count": 4, "both_ways": True}):  # fmt: skip
        scenario = scenario_with(**stream)
        assert amend_scenario(scenario, {}, SYSTEMS).digest == scenario.digest


def test_recorded_flights_keep_their_times_and_places(recorded):
    first, second = recorded_flights(stream_of(recorded=recorded))
    assert (first.name, first.start, first.duration) == ("3c4591-1", 0.0, 590.0)
    assert (second.name, second.start, second.duration) == ("abcdef-1", 300.0, 590.0)
    np.testing.assert_allclose(np.degrees(first.lat), [one["lat"] for one in steady()], atol=1e-9)
    np.testing.assert_allclose(first.height, 10_000.0)


def test_a_shift_delays_or_cuts(recorded):
    late = recorded_flights(stream_of(recorded=recorded, shift="10 min"))
    assert [flight.start for flight in late] == [600.0, 900.0]
    cut, whole = recorded_flights(stream_of(recorded=recorded, shift="-95 s"))
    assert (cut.start, cut.duration, whole.start) == (0.0, 495.0, 205.0)
    assert np.degrees(cut.lat[0]) == pytest.approx(48.0 + 0.002 * 95.0, abs=1e-6)
    assert (np.diff(cut.time) > 0.0).all()


def test_what_is_not_in_the_air_during_play_is_left_out(recorded):
    airway = stream_of(recorded=recorded, shift="-10 min")
    assert [flight.name for flight in recorded_flights(airway)] == ["abcdef-1"]
    told = declaration(airway)["played"]
    assert told == {"flights": 1, "cut_at_start": 1, "outside_of_play": 1}
    assert recorded_flights(stream_of(recorded=recorded, shift="10 min"), until=700.0)[0].name == "3c4591-1"
    assert len(recorded_flights(stream_of(recorded=recorded, shift="10 min"), until=700.0)) == 1


def test_the_declaration_says_what_was_done(recorded):
    move = {"from": [48.0, 2.0], "to": [33.0, 44.0], "turn": "30 deg"}
    told = declaration(stream_of(recorded=recorded, shift="5 min", move=move))
    assert told["source"] == "states.csv"
    assert len(told["digest"]) == 32
    assert told["records"] == {"read": 120, "kept": 120}
    assert told["shift"] == 300.0
    assert told["move"] == {
        "from": pytest.approx([48.0, 2.0]), "to": pytest.approx([33.0, 44.0]), "turn": pytest.approx(30.0),
    }  # fmt: skip


ANGLES = st.floats(-math.pi, math.pi)
LATS = st.floats(-1.5, 1.5)


@settings(max_examples=100, deadline=None)
@given(points=st.lists(st.tuples(LATS, ANGLES), min_size=2, max_size=6), origin=st.tuples(LATS, ANGLES),
       to=st.tuples(LATS, ANGLES), turn=ANGLES)  # fmt: skip
def test_a_move_is_rigid(points, origin, to, turn):
    lat, lon = np.array([*points, origin]).T
    moved = carried(lat, lon, Carry(origin, to, turn))
    before, after = unit_vectors(lat, lon), unit_vectors(*moved)
    np.testing.assert_allclose(after @ after.T, before @ before.T, atol=1e-12)
    np.testing.assert_allclose(after[-1], unit_vectors(*np.array([to]).T)[0], atol=1e-12)
    back = carried(*moved, Carry(to, origin, -turn))
    np.testing.assert_allclose(unit_vectors(*back), before, atol=1e-12)


@pytest.mark.parametrize("turn", [0.0, 90.0, -45.0, 200.0])
def test_a_turn_is_clockwise(turn):
    """A point due north of the pivot comes to lie at the bearing of the turn."""
    lat, lon = carried(
        np.array([0.85]), np.array([0.03]), Carry((0.84, 0.03), (0.58, 0.77), math.radians(turn))
    )
    distance, bearing = inverse(0.58, 0.77, float(lat[0]), float(lon[0]))
    assert math.cos(bearing - math.radians(turn)) == pytest.approx(1.0, abs=1e-5)
    assert distance == pytest.approx(0.01 * EARTH_RADIUS, rel=0.004)


@settings(max_examples=50, deadline=None)
@given(step=st.floats(0.3, 40.0), gaps=st.lists(st.floats(1.0, 60.0), min_size=2, max_size=20))
def test_samples_are_even_in_time_and_lie_on_the_flight(step, gaps):
    time = np.concatenate([[0.0], np.cumsum(gaps)])
    flight = RecordedFlight("x", 0.0, time, 0.8 + 3e-5 * time, np.full(len(time), 0.1), 5000.0 + time)
    samples, even = flight.sampled(step)
    assert even * (len(samples) - 1) == pytest.approx(flight.duration)
    assert abs(even - step) <= step * step / flight.duration or len(samples) == 2
    np.testing.assert_allclose(samples[[0, -1], 0], flight.lat[[0, -1]], atol=1e-12)
    wanted = np.arange(len(samples)) * even
    np.testing.assert_allclose(samples[:, 0], 0.8 + 3e-5 * wanted, atol=1e-9)
    np.testing.assert_allclose(samples[:, 2], 5000.0 + wanted, atol=1e-6)


def test_a_flight_over_the_date_line_stays_short():
    lon = np.radians([179.9, -179.9])
    flight = RecordedFlight("x", 0.0, np.array([0.0, 100.0]), np.array([0.5, 0.5]), lon, np.array([1e3, 1e3]))
    samples, _ = flight.sampled(10.0)
    directions = unit_vectors(samples[:, 0], samples[:, 1])
    assert distances(directions[:-1], directions[1:]).max() < 2_000.0


@pytest.mark.shared
def test_paris_over_baghdad(shared):
    """Distances between aircraft stay within 0.4 % when a recording moves 16 degrees south."""
    path = str(shared / "data" / "air_traffic" / "opensky_quickstart.json.gz")
    here = recorded_flights(stream_of(recorded=path))
    there = recorded_flights(stream_of(recorded=path, move={"to": [33.25, 44.25], "turn": "30 deg"}))
    assert len(here) == len(there) == 239
    for flight, moved in zip(here[::30], there[::30], strict=True):
        before = inverse(flight.lat[0], flight.lon[0], flight.lat[-1], flight.lon[-1])[0]
        after = inverse(moved.lat[0], moved.lon[0], moved.lat[-1], moved.lon[-1])[0]
        assert after == pytest.approx(before, rel=0.004)
        np.testing.assert_array_equal(flight.time, moved.time)
        np.testing.assert_array_equal(flight.height, moved.height)
