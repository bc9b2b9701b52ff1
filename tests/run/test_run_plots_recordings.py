"""Plots of two public data sets' own layouts: Autoferry and OpenSky."""

import json

import numpy as np
import pytest

from rempart.run.plots.reading import read_plots, read_truth
from rempart.run.plots.record import PlotError
from rempart.run.plots.truth import LONGEST_GAP, truth_at, truth_of


def ferry(sensor, time, measured, own=(100.0, 200.0)):
    return {"sensorID": sensor, "time": time, "ownshipPosition": list(own), "measurement": measured}


@pytest.fixture
def written(tmp_path):
    def write(content, name="detections.json"):
        file = tmp_path / name
        file.write_text(json.dumps(content))
        return file

    return write


FERRY = [
    ferry(2, 1000.5, [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]),
    ferry(4, 1000.6, [0.1, 0.2]),
    ferry(1, 1000.7, [5.0, 6.0]),
    ferry(2, 1002.2, []),
    ferry(2, 1003.9, [7.0, 8.0]),
]
FERRY_TRUTH = [
    [{"targetID": 1, "position": [101.0, 210.0, 0], "time": 1000.0}],
    [{"targetID": 1, "position": [103.0, 210.0, 0], "time": 1002.0}],
]


def test_detections_are_put_in_the_fixed_frame(written):
    record = read_plots(written(FERRY))
    assert record.sensors == ("radar", "lidar")
    radar = record.only(("radar",))
    assert radar.rows.value[:, :2].tolist() == [[210, 101], [220, 102], [230, 103], [208, 107]]
    assert record.refused == {"bearing_only": 2}
    assert [look.time for look in radar.looks] == pytest.approx([0.5, 2.2, 3.9])
    assert radar.looks[0].place == (200.0, 100.0, 0.0)


def test_truth_of_the_ferry_is_in_the_frame_and_time_of_its_plots(written):
    plots = read_plots(written(FERRY))
    truth = read_truth(written(FERRY_TRUTH, "truth.json"), plots)
    frame, owner, position, velocity = truth_at(truth, np.array([0.5, 1.0, 3.0]))
    assert frame.tolist() == [0, 1]
    assert owner.tolist() == [0, 0]
    np.testing.assert_allclose(position[:, :2], [[210, 101.5], [210, 102]])
    np.testing.assert_allclose(velocity[:, :2], [[0, 1], [0, 1]])


BROKEN = [
    {"sensorID": 2, "measurement": 0},
    ferry(2, "noon", [[1.0], [2.0]]),
    ferry(9, 1001.0, [[1.0], [2.0]]),
    ferry(2, 1001.0, [[1.0, 2.0], [3.0]]),
    ferry(2, 1001.0, [1.0, 2.0, 3.0]),
    ferry(2, 1001.0, [1.0, 2.0], own=("a", "b")),
    "frame",
]


def test_broken_frames_are_counted(written):
    record = read_plots(written([*FERRY, *BROKEN]))
    assert record.count == 5
    assert record.refused["unreadable"] == len(BROKEN)


def test_states_of_both_layouts(written):
    records = [
        [{"timestamp": 5000, "icao24": "abc", "latitude": 48.0, "longitude": 2.0, "altitude": 1000.0}],
        [{"timestamp": 6000, "icao24": "def", "latitude": None, "longitude": 2.0, "altitude": None}],
    ]
    state = ["abc", "CALL", "X", 5, 6, 2.0, 48.0, 304.8, False, 0, 0, 0, None, None]
    one = read_plots(written(records))
    other = read_plots(written({"time": 5, "states": [state, ["short"]]}, "states.json"))
    for record in (one, other):
        assert record.count == 1
        assert record.owners[0] == "abc"
        assert record.start == 5.0
        assert record.refused == {"not_finite": 1}
        np.testing.assert_allclose(record.rows.value[0, :3], [0, 0, 304.8], atol=1e-6)


def test_states_are_their_own_truth(written):
    records = [[{"timestamp": 1000 * t, "icao24": "abc", "latitude": 48.0 + t / 100, "longitude": 2.0,
                 "altitude": 1000.0} for t in range(4)]]  # fmt: skip
    file = written(records)
    plots = read_plots(file)
    truth = read_truth(file, plots)
    assert truth.names == ("abc",)
    np.testing.assert_allclose(truth.position, plots.rows.value[:, :3])


@pytest.mark.parametrize("content", [[], {}, {"states": 3}, [[]], [{"sensorID": 1}], 7, None, [[{"a": 1}]]])
def test_json_of_another_layout_is_told(written, content):
    with pytest.raises(PlotError):
        read_plots(written(content))


@pytest.mark.parametrize("content", [[], FERRY_TRUTH, [[{"targetID": 1, "position": 3}]], {"states": []}])
def test_truth_of_another_recording_is_told(written, content):
    states = [[{"timestamp": 5000, "icao24": "abc", "latitude": 48.0, "longitude": 2.0, "altitude": 1.0}]]
    plots = read_plots(written(states))
    with pytest.raises(PlotError):
        read_truth(written(content, "truth.json"), plots)


def test_nothing_is_said_in_a_gap():
    times = np.array([0.0, 10.0, 20.0 + LONGEST_GAP, 30.0 + LONGEST_GAP])
    truth = truth_of(times, np.zeros(4, int), np.column_stack((times, times, times)), ("a",))
    frame, *_ = truth_at(truth, np.array([-1.0, 5.0, 50.0, 25.0 + LONGEST_GAP, 1e6]))
    assert frame.tolist() == [1, 3]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("scenario", "plots", "scans"), [(2, 437, 70), (3, 394, 78), (4, 277, 59), (13, 167, 69), (17, 191, 48)]
)
def test_the_real_ferry(shared, scenario, plots, scans):
    folder = shared / "data" / "tracking" / "autoferry" / f"scenario{scenario}"
    record = read_plots(folder / f"scenario{scenario}_detections.json.gz").only(("radar",))
    truth = read_truth(folder / f"scenario{scenario}_groundTruth.json.gz", record)
    assert (record.count, len(record.looks)) == (plots, scans)
    assert truth.names == ("1", "2")


@pytest.mark.shared
def test_the_real_states_over_england(shared):
    record = read_plots(shared / "data" / "air_traffic" / "stonesoup_OpenSky_Plane_States.csv.gz")
    assert (record.count, len(record.owners)) == (6052, 84)
    assert not record.refused
