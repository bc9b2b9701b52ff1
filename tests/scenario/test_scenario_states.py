"""Recorded states from every form of file, and a plain fault for every other file."""

import gzip
import io
import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recording_builder import steady, write_csv
from rempart.base.errors import ScenarioError
from rempart.scenario.recording import json_stream, states, tracks
from rempart.scenario.recording.json_stream import json_values
from rempart.scenario.recording.states import STATE, form_of, read_states, read_time
from rempart.scenario.recording.tracks import Sorted


def read(path):
    return np.concatenate([np.empty(0, STATE), *read_states(path)])


def vector(record):
    """A record as a state vector of OpenSky's interface."""
    return [
        record["icao24"], record["callsign"] + "  ", "Nowhere", record["time"], record["time"], record["lon"],
        record["lat"], record["baroaltitude"], record["onground"], 222.0, 0.0, 0.0, None,
        record["geoaltitude"],
    ]  # fmt: skip


def in_feet(record):
    return {
        "timestamp": int(record["time"] * 1000),
        "icao24": record["icao24"].upper(),
        "latitude": record["lat"],
        "longitude": record["lon"],
        "geoaltitude": record["geoaltitude"] / 0.3048,
        "altitude": record["baroaltitude"] / 0.3048,
        "callsign": record["callsign"],
        "onground": record["onground"],
        "groundspeed": 430.0,
    }


RECORDS = steady(n=7) + steady("abcdef", n=5, lon=3.0)


def as_json(tmp_path, value):
    path = tmp_path / "states.json"
    path.write_text(json.dumps(value))
    return path


def gzipped(tmp_path):
    path = tmp_path / "states.csv.gz"
    path.write_bytes(gzip.compress(write_csv(tmp_path / "states.csv", RECORDS).read_bytes()))
    return path


def lines(tmp_path):
    path = tmp_path / "states.json"
    answers = [{"time": 1.0, "states": [vector(one)]} for one in RECORDS]
    path.write_text("\n".join(map(json.dumps, answers)))
    return path


def parquet(tmp_path):
    table = pa.Table.from_pylist([in_feet(one) for one in RECORDS])
    moments = table["timestamp"].cast(pa.timestamp("ms", "UTC"))
    pq.write_table(table.set_column(0, "timestamp", moments), tmp_path / "states.parquet")
    return tmp_path / "states.parquet"


FORMS = {
    "csv": lambda folder: write_csv(folder / "states.csv", RECORDS),
    "csv.gz": gzipped,
    "list of records": lambda folder: as_json(folder, RECORDS),
    "records in feet": lambda folder: as_json(folder, [in_feet(one) for one in RECORDS]),
    "one answer": lambda folder: as_json(folder, {"time": 1, "states": [vector(one) for one in RECORDS]}),
    "answers line by line": lines,
    "parquet in feet": parquet,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_records(form, tmp_path):
    found = read(FORMS[form](tmp_path))
    assert found["address"].tolist() == [one["icao24"].encode() for one in RECORDS]
    assert set(found["callsign"]) == {b"TEST1"}
    for field, key in (("time", "time"), ("lat_deg", "lat"), ("lon_deg", "lon")):
        np.testing.assert_allclose(found[field], [one[key] for one in RECORDS], rtol=0, atol=1e-6)
    np.testing.assert_allclose(found["height"], 10_000.0, rtol=1e-12)
    np.testing.assert_allclose(found["pressure_height"], 9_900.0, rtol=1e-12)
    assert not found["is_grounded"].any()


def test_a_vector_without_a_time_has_that_of_its_answer(tmp_path):
    silent = vector(RECORDS[0])
    silent[3] = None
    assert read(as_json(tmp_path, {"time": 77, "states": [silent]}))["time"].tolist() == [77.0]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (1.6e9, 1.6e9),
        ("1600000000.5", 1_600_000_000.5),
        (1_600_000_000_000, 1.6e9),
        (1.6e15, 1.6e9),
        (1.6e18, 1.6e9),
        ("2020-09-13T12:26:40Z", 1.6e9),
        ("2020-09-13 12:26:40", 1.6e9),
        ("2020-09-13T14:26:40+02:00", 1.6e9),
    ],
)
def test_times_in_every_unit(written, seconds):
    assert read_time(written) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize("written", ["yesterday", None, "", [], "nan"])
def test_what_is_no_time(written):
    assert math.isnan(read_time(written))


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("1600000000,abc,48,2,1,1,X,False,9", "address"),
        ("1600000000,,48,2,1,1,X,False", "address"),
        ("1600000000,a-very-long-address-indeed,48,2,1,1,X,False", "address"),
        ("soon,abc,48,2,1,1,X,False", "time"),
        ("1600000000,abc,north,2,1,1,X,False", "lat_deg"),
    ],
)
def test_a_record_that_cannot_be_read_is_empty_there(line, field, tmp_path):
    path = write_csv(tmp_path / "states.csv", [])
    path.write_text(path.read_text() + line + "\n")
    found = read(path)
    assert len(found) == 1
    assert found[field][0] == b"" or np.isnan(found[field][0])


def test_on_the_ground_in_every_spelling(tmp_path):
    said = ["True", "true", "1", "1.0", "False", "0", "", "no"]
    path = write_csv(tmp_path / "states.csv", [{**RECORDS[0], "onground": word} for word in said])
    assert read(path)["is_grounded"].tolist() == [True] * 4 + [False] * 4


def test_a_file_without_addresses_is_of_one_aircraft(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("timestamp,latitude,longitude,altitude (m)\n1600000000,48,2,700\n")
    found = read(path)
    assert found["address"][0] == states.UNADDRESSED
    assert found["height"][0] == 700.0


def test_a_bare_altitude_is_not_guessed_at(tmp_path):
    with pytest.raises(ScenarioError, match="does not say its unit"):
        form_of(["time", "lat", "lon", "altitude"], tmp_path)
    assert form_of(["time", "lat", "lon", "altitude_ft"], tmp_path).pressure_factor == 0.3048
    assert form_of(["time", "lat", "lon", "altitude", "groundspeed"], tmp_path).pressure_factor == 0.3048


def bad(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


BAD = {
    "nothing there": lambda folder: folder / "none.csv",
    "a folder": lambda folder: folder,
    "no columns of ours": lambda folder: bad(folder, "a.csv", b"x,y\n1,2\n"),
    "empty table": lambda folder: bad(folder, "a.csv", b""),
    "an endless line": lambda folder: bad(folder, "a.csv", b"time,lat,lon\n" + b"1" * 200_000),
    "not gzip": lambda folder: bad(folder, "a.csv.gz", b"time,lat,lon\n"),
    "half a gzip": lambda folder: bad(folder, "a.csv.gz", gzip.compress(b"time,lat,lon\n" * 9999)[:60]),
    "not json": lambda folder: bad(folder, "a.json", b"# a heading"),
    "half a list": lambda folder: bad(folder, "a.json", b'[{"time": 1, "lat": 1, "lon": 1}'),
    "too deep": lambda folder: bad(folder, "a.json", b"[" * 100_000),
    "not parquet": lambda folder: bad(folder, "a.parquet", b"PAR1 and no more"),
    "parquet that is not there": lambda folder: folder / "a.parquet",
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_no_recording_is_one_plain_fault(what, tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read(BAD[what](tmp_path))
    (fault,) = caught.value.faults
    assert fault.where
    assert fault.found
    assert "\n" not in str(fault)


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("text", ["[%s]", " [ %s ] ", "%s"])
def test_json_values_do_not_depend_on_how_they_are_cut(chunk, text, monkeypatch):
    monkeypatch.setattr(json_stream, "CHUNK", chunk)
    values = [{"a": [1, {"b": "]"}], "c": 'quote " and , comma'}, [1, 2], {"d": None}]
    written = text % (", ".join if "[" in text else "\n".join)(map(json.dumps, values))
    assert list(json_values(io.StringIO(written))) == values


def test_a_value_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(json_stream, "CHUNK", 8)
    monkeypatch.setattr(json_stream, "MAX_VALUE", 100)
    with pytest.raises(ValueError, match="more than 100"):
        list(json_values(io.StringIO('["' + "x" * 1000)))


def test_records_come_back_by_aircraft_in_the_order_of_the_file(tmp_path):
    mixed = [one for pair in zip(RECORDS[:5], RECORDS[7:], strict=True) for one in pair]
    path = write_csv(tmp_path / "states.csv", mixed)
    with Sorted(read_states(path), "x") as records:
        groups = {group["address"][0].decode(): group["time"].tolist() for group in records.aircraft()}
        assert records.n_records == 10
    assert groups == {
        name: [one["time"] for one in mixed if one["icao24"] == name] for name in ("3c4591", "abcdef")
    }


def test_a_recording_beyond_bounds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tracks, "MAX_RECORDS", 10)
    with pytest.raises(ScenarioError, match="more than 10 records"):
        Sorted(read_states(write_csv(tmp_path / "states.csv", RECORDS)), "x")


def test_memory_does_not_grow_with_the_recording(monkeypatch):
    """Each batch is on disk before the next is read, and one bin at a time comes back."""
    monkeypatch.setattr(tracks, "N_BINS", 8)
    batch = np.zeros(1000, STATE)
    batch["address"] = [f"{k:06x}".encode() for k in range(1000)]
    with Sorted((batch for _ in range(20)), "x") as records:
        sizes = [len(group) for group in records.aircraft()]
    assert sizes == [20] * 1000
