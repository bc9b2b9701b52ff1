"""Plots from CSV and Parquet: columns, units, dates, and what is refused."""

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rempart.base.errors import RempartError
from rempart.run.plots import cleaning
from rempart.run.plots.reading import read_plots, read_truth
from rempart.run.plots.record import POLAR, POSITION, PlotError


@pytest.fixture
def table(tmp_path):
    def write(text, name="plots.csv"):
        file = tmp_path / name
        content = text.encode() if isinstance(text, str) else text
        file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return file

    return write


def test_places_on_the_ground(table):
    record = read_plots(table("time,x,y,error\n100.5,1,2,10\n101.5,3,4,20\n"))
    assert record.start == 100.0
    np.testing.assert_array_equal(record.rows.time, [0.5, 1.5])
    np.testing.assert_array_equal(record.rows.value[:, :2], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(record.rows.error[:, :2], [[10, 10], [20, 20]])
    assert (record.rows.kind == POSITION).all()
    assert record.sensors == ("sensor",)
    assert record.frame is None


def test_polar_plots_of_two_sensors(table):
    rows = "0,north,1000,90,30,-5,50,0.5\n1,south,2000,180,,,50,0.5\n"
    heads = "time,sensor,range,azimuth_deg,elevation_deg,range_rate,error,angle_error_deg\n"
    record = read_plots(table(heads + rows))
    assert record.sensors == ("north", "south")
    assert record.rows.sensor.tolist() == [0, 1]
    assert (record.rows.kind == POLAR).all()
    np.testing.assert_allclose(record.rows.value[0], [1000, np.pi / 2, np.pi / 6, -5])
    assert np.isnan(record.rows.value[1, 2:]).all()
    np.testing.assert_allclose(record.rows.error[0, :3], [50, *np.radians([0.5, 0.5])])
    np.testing.assert_allclose(record.positions()[0], [1000 * np.cos(np.pi / 6), 0, 500], atol=1e-9)
    assert record.only(("south",)).count == 1


def test_latitudes_become_a_local_frame(table):
    record = read_plots(table("time,lat,lon,height\n0,33.0,44.0,0\n1,33.01,44.0,0\n2,33.0,44.01,0\n"))
    assert np.degrees(record.frame[:2]) == pytest.approx((33.0, 44.0))
    east, north = record.rows.value[:, 0], record.rows.value[:, 1]
    assert north[1] - north[0] == pytest.approx(1109.1, abs=0.5)
    assert east[2] - east[0] == pytest.approx(934.6, abs=0.5)


@pytest.mark.parametrize("stamp", ["2024-03-01T00:00:{:02d}Z", "2024-03-01 00:00:{:02d}"])
def test_dates_are_seconds_since_1970(table, stamp):
    text = "time,x,y\n" + "".join(f"{stamp.format(second)},1,{second}\n" for second in (5, 7))
    record = read_plots(table(text))
    assert record.start == 1709251205.0
    np.testing.assert_array_equal(record.rows.time, [0.0, 2.0])


def test_parquet_and_packed_csv_read_the_same(table, tmp_path):
    columns = {"time": [0.0, 1.0], "x": [1.0, 2.0], "y": [3.0, 4.0], "sensor": ["a", "b"]}
    pq.write_table(pa.table(columns), tmp_path / "plots.parquet")
    packed = table("time,x,y,sensor\n0,1,3,a\n1,2,4,b\n", "plots.csv.gz")
    one, other = read_plots(tmp_path / "plots.parquet"), read_plots(packed)
    np.testing.assert_array_equal(one.rows.value, other.rows.value)
    assert one.sensors == other.sensors == ("a", "b")


def test_every_corrupt_plot_is_refused_and_counted(table):
    good = "0,1,1\n1,2,1\n"
    bad = "nan,1,1\n2,inf,1\n3,,1\n4,abc,1\n1,2,1\n5,1e9,1\n1,2\n"
    record = read_plots(table(f"time,x,y\n{good}{bad}"))
    assert record.count == 2
    assert record.refused == {"not_finite": 4, "duplicate": 1, "off_earth": 1, "unreadable": 1}


def test_a_place_off_this_earth(table):
    record = read_plots(table("time,lat,lon,height\n0,33,44,0\n1,95,44,0\n2,33,400,0\n3,33,44,1e8\n"))
    assert record.count == 1
    assert record.refused == {"off_earth": 3}


def test_time_that_runs_back_is_put_in_order(table):
    record = read_plots(table("time,x,y\n0,1,1\n5,2,2\n3,3,3\n4,4,4\n"))
    assert record.rows.time.tolist() == [0, 3, 4, 5]
    assert record.rows.value[:, 0].tolist() == [1, 3, 4, 2]
    assert record.out_of_order == 1


def test_a_crowd_at_one_time_is_bounded(table, monkeypatch):
    monkeypatch.setattr(cleaning, "MOST_AT_ONCE", 50)
    text = "time,x,y\n" + "".join(f"0,{n},0\n" for n in range(130)) + "1,0,0\n"
    record = read_plots(table(text))
    assert record.count == 51
    assert record.refused == {"crowd": 80}


def test_a_crowd_is_counted_across_blocks():
    n = 30_000
    from rempart.run.plots.record import rows_of

    blocks = [rows_of(np.zeros(n), np.random.default_rng(b).uniform(0, 1e5, (n, 4))) for b in range(3)]
    kept = cleaning.clean(blocks)
    assert len(kept.rows.time) == cleaning.MOST_AT_ONCE
    assert kept.refused == {"crowd": 3 * n - cleaning.MOST_AT_ONCE}


def test_more_plots_than_are_kept_are_counted():
    from rempart.run.plots.record import rows_of

    blocks = [rows_of(np.arange(10.0) + 10 * b, np.ones((10, 4))) for b in range(5)]
    kept = cleaning.clean(blocks, most=25)
    assert len(kept.rows.time) == 25
    assert kept.refused == {"surplus": 25}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plots.csv", ""),
        ("plots.csv", "a,b\n1,2\n"),
        ("plots.csv", "time,x\n1,2\n"),
        ("plots.csv", "x,y\n1,2\n"),
        ("plots.csv", "time,x,y\n"),
        ("plots.parquet", "no parquet"),
        ("plots.csv", b"\xff\xfe\x00\x01" * 50),
        ("plots.json", "{"),
        ("plots.json", "[1, 2]"),
        ("plots.txt", "time,x,y\n0,1,1\n"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(table, name, text):
    with pytest.raises(PlotError) as caught:
        read_plots(table(text, name))
    assert caught.value.faults[0].allowed


def test_a_damaged_gzip_file_is_told(tmp_path):
    for name in ("plots.csv.gz", "plots.json.gz", "plots.ast.gz"):
        file = tmp_path / name
        file.write_bytes(gzip.compress(b"time,x,y\n0,1,1\n" * 100)[:40])
        with pytest.raises(PlotError):
            read_plots(file)


def test_no_file_and_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(PlotError):
            read_plots(path)


def test_truth_of_a_table(table):
    plots = read_plots(table("time,lat,lon\n10,33,44\n20,33.1,44\n"))
    truth = read_truth(
        table("time,target,lat,lon,height\n12,a,33,44,9\n14,a,33,44,9\n13,b,33.1,44,9\n", "t.csv"), plots
    )
    assert truth.names == ("a", "b")
    assert truth.time.tolist() == [2.0, 4.0, 3.0]
    np.testing.assert_allclose(truth.position[:2, :2], plots.rows.value[[0, 0], :2], atol=0.01)


@pytest.mark.parametrize("text", ["time,x,y,target\n0,1,1,a\n", "time,lat,lon\n0,33,44\n"])
def test_truth_that_does_not_fit(table, text):
    plots = read_plots(table("time,lat,lon\n10,33,44\n"))
    with pytest.raises(PlotError):
        read_truth(table(text, "t.csv"), plots)


CELLS = st.one_of(st.floats(), st.text(max_size=6), st.sampled_from(["", "nan", "1e400", "-0", '"', "1,2"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12))
def test_junk_is_refused_or_counted(table, rows):
    text = "time,x,y\n" + "\n".join(",".join(map(str, row)) for row in rows)
    file = table(text.encode("utf-8", "replace"))
    try:
        record = read_plots(file)
    except RempartError:
        return
    assert np.isfinite(record.rows.time).all()
    assert np.isfinite(record.rows.value[:, :2]).all()
    assert (np.diff(record.rows.time) >= 0).all()
