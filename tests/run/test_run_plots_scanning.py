"""Scans and errors that the file does not tell, taken from the plots."""

import numpy as np
import pytest

from rempart.run.plots.errors import DEFAULT_ERRORS, plot_errors
from rempart.run.plots.record import POLAR, POSITION, Look, PlotError, PlotRecord, rows_of
from rempart.run.plots.scanning import LONGEST_SILENCE, scan_period, scans_of, turning_time
from rempart.run.tracking import TrackingChoice


def record_of(time, east, north=None, kind=POSITION, **more):
    value = np.full((len(time), 4), np.nan)
    value[:, 0] = east
    value[:, 1] = 0.0 if north is None else north
    return PlotRecord(rows_of(np.asarray(time, float), value, kind), ("sensor",), **more)


def turning(turn, n_turns=60, n_targets=5, seed=1):
    dice = np.random.default_rng(seed)
    azimuth = dice.uniform(0, 2 * np.pi, (n_turns, n_targets))
    time = (np.arange(n_turns)[:, np.newaxis] + azimuth / (2 * np.pi)) * turn + dice.normal(
        0, 0.005, azimuth.shape
    )
    order = np.argsort(time, axis=None)
    return time.ravel()[order], azimuth.ravel()[order]


@pytest.mark.parametrize("turn", [1.0, 2.7, 4.137, 10.0])
def test_the_time_of_a_turn_is_seen(turn):
    found, steadiness = turning_time(*turning(turn))
    assert found == pytest.approx(turn, rel=1e-4)
    assert steadiness > 0.98


def test_bearings_that_follow_nothing_are_not_steady():
    time, azimuth = turning(4.0)
    assert turning_time(time, np.random.default_rng(2).permutation(azimuth))[1] < 0.3


def test_a_turn_is_cut_so_that_each_target_is_in_it_once():
    n_turns, turn = 40, 4.0
    bearings = np.array([0.0, 0.01, 2 * np.pi - 0.01, 3.0])
    time = ((np.arange(n_turns)[:, np.newaxis] + bearings / (2 * np.pi)) * turn).ravel()
    azimuth = np.tile(bearings, n_turns)
    order = np.argsort(time)
    scans = scans_of(record_of(time[order], np.full(len(time), 1e4), azimuth[order], POLAR))
    inner = scans[1:-1]
    assert all(len(scan.rows) == 4 for scan in inner)
    assert scan_period(scans, 0) == pytest.approx(turn, rel=1e-3)
    for scan in scans:
        assert np.abs(time[order][scan.rows] - scan.time).max(initial=0.0) < 0.55 * turn


def test_every_plot_is_in_one_scan():
    time, azimuth = turning(3.0)
    scans = scans_of(record_of(time, np.full(len(time), 1e4), azimuth, POLAR))
    assert sorted(np.concatenate([scan.rows for scan in scans]).tolist()) == list(range(len(time)))


def test_frames_that_saw_nothing_are_put_in():
    scans = scans_of(record_of([0, 0, 2, 4, 4, 10, 12, 14], np.arange(8.0)))
    assert [scan.time for scan in scans] == [0, 2, 4, 6, 8, 10, 12, 14]
    assert [len(scan.rows) for scan in scans] == [2, 1, 2, 0, 0, 1, 1, 1]


def test_a_pause_is_not_filled():
    time = np.r_[np.arange(10.0), 1e7 + np.arange(10.0)]
    assert len(scans_of(record_of(time, time))) <= 20 + LONGEST_SILENCE
    assert len(scans_of(record_of(time, time), 1.0)) <= 20 + LONGEST_SILENCE


def test_looks_of_the_file_come_first():
    looks = tuple(Look(float(t), 0, (float(t), 0.0, 0.0)) for t in range(4))
    scans = scans_of(record_of([0, 2, 2], [1, 2, 3], looks=looks))
    assert [len(scan.rows) for scan in scans] == [1, 0, 2, 0]
    assert scans[3].place == (3.0, 0.0, 0.0)


def test_times_of_no_pattern_need_a_scan_time():
    time = np.cumsum(np.random.default_rng(3).exponential(1.0, 200))
    record = record_of(time, time)
    with pytest.raises(PlotError, match="--scan-time"):
        scans_of(record)
    assert scan_period(scans_of(record, 5.0), 0) == pytest.approx(5.0)


def moving(error, n_scans=80, seed=4):
    """Ten targets in even flight, far apart, seen with an error."""
    dice = np.random.default_rng(seed)
    start, speed = dice.uniform(0, 1e5, (10, 2)), dice.uniform(-200, 200, (10, 2))
    time = np.repeat(np.arange(n_scans) * 4.0, 10)
    places = np.tile(start, (n_scans, 1)) + time[:, np.newaxis] * np.tile(speed, (n_scans, 1))
    return time, places + dice.normal(0, error, places.shape)


@pytest.mark.parametrize("error", [5.0, 60.0])
def test_errors_are_seen_in_even_flight(error):
    time, places = moving(error)
    record = record_of(time, places[:, 0], places[:, 1])
    found = plot_errors(record, scans_of(record), TrackingChoice())
    np.testing.assert_allclose(found[:, :2], error, rtol=0.1)


def test_errors_of_ranges_and_angles_are_seen():
    time, places = moving(0.0)
    dice = np.random.default_rng(5)
    slant = np.hypot(*places.T) + dice.normal(0, 40.0, len(time))
    azimuth = np.arctan2(*places.T) % (2 * np.pi) + dice.normal(0, 0.002, len(time))
    record = record_of(time, slant, azimuth, POLAR)
    found = plot_errors(record, scans_of(record, 4.0), TrackingChoice())
    assert found[0, 0] == pytest.approx(40.0, rel=0.2)
    assert found[0, 1] == pytest.approx(0.002, rel=0.2)


def test_what_is_told_comes_before_what_is_seen():
    time, places = moving(5.0)
    record = record_of(time, places[:, 0], places[:, 1])
    found = plot_errors(record, scans_of(record), TrackingChoice(error=33.0))
    assert (found[:, :2] == 33.0).all()


def test_too_few_plots_show_no_error():
    record = record_of([0, 1], [0, 1])
    assert (plot_errors(record, scans_of(record), TrackingChoice())[:, :2] == DEFAULT_ERRORS[0]).all()
