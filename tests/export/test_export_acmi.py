"""Tacview files: a strict linter of our own, and an independent reader (pyacmi)."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from pyacmi import Acmi

from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.export.acmi import VEHICLE_TYPES, acmi_text, acmi_zip, plain
from rempart.export.recording import Recording


def lint(text):
    """Objects still alive, events and global properties; fails at the first line that breaks the format."""
    lines = text.split("\n")
    assert lines[:2] == ["\ufeffFileType=text/acmi/tacview", "FileVersion=2.2"]
    assert lines[-1] == ""
    now, alive, removed, events, properties = -1.0, {}, set(), [], {}
    for line in lines[2:-1]:
        assert not re.search(r"[\x00-\x1f]", line), line
        if line.startswith("#"):
            assert float(line[1:]) > now, "times must increase"
            now = float(line[1:])
        elif line.startswith("-"):
            del alive[line[1:]]
            removed.add(line[1:])
        elif line.startswith("0,Event="):
            assert now >= 0.0
            kind, *rest = line.removeprefix("0,Event=").split("|")
            events.append((now, kind, rest))
            named = [part.partition(":")[2] for part in rest if re.match(r"(Source|Target)Id:", part)]
            assert set(named or rest[:1]) <= set(alive) | removed, line
        elif line.startswith("0,"):
            key, _, value = line.removeprefix("0,").partition("=")
            properties[key] = value
        else:
            number, *cells = re.split(r"(?<!\\),", line)
            assert re.fullmatch(r"[0-9a-f]+", number)
            assert number not in removed, "a number is never used again"
            told = dict(cell.split("=", 1) for cell in cells)
            lon, lat, height = (float(part) for part in told["T"].split("|"))
            assert -180 <= lon <= 180
            assert -90 <= lat <= 90
            if number not in alive:
                assert {"Type", "Name", "Coalition", "Color"} <= set(told)
            alive[number] = (*alive.get(number, ()), (now, lon, lat, height))
    return alive, events, properties


def test_the_file_keeps_the_format(replay):
    alive, events, properties = lint(acmi_text(replay))
    # What stays: asset, sensor, fire unit, the airliner and the round still on its way.
    assert len(alive) == 5
    assert properties["ReferenceTime"] == "2020-01-01T00:00:00Z"
    assert [(time, kind) for time, kind, _ in events] == [
        (40.0, "Message"), (44.0, "Message"), (90.5, "Destroyed"), (90.5, "Timeout"), (100.0, "Timeout"),
        (110.25, "LeftArea"), (110.25, "Bookmark"),
    ]  # fmt: skip
    assert [rest[-1] for _, kind, rest in events if kind == "Timeout"] == ["Outcome:Kill", "Outcome:Miss"]


def test_it_is_marked(replay):
    _, _, properties = lint(acmi_text(replay))
    assert properties["Title"].startswith("SIMULATED - EXERCISE")
    assert properties["Comments"].startswith("SIMULATED - EXERCISE")
    assert "Trial 17" in properties["Comments"]


def test_an_independent_reader_sees_the_same(replay, tmp_path):
    for name in ("t17.txt.acmi", "t17.zip.acmi"):
        file = Recording(replay).to_acmi(tmp_path / name)
        seen = Acmi()
        seen.load_acmi(str(file))
        objects = {thing.id: thing for thing in seen.objects.values()}
        assert len(objects) == 3 + 3 + 3
        drone = next(thing for thing in objects.values() if thing.get_value("CallSign") == "drones-1")
        assert (drone.name, drone.tags) == ("small-attack-drone", VEHICLE_TYPES["small-drone"])
        assert drone.longitude() == pytest.approx(44.3, abs=1e-6)
        assert drone.latitude(45.25) == pytest.approx(33.65, abs=1e-6)
        assert drone.altitude() == pytest.approx(250.0, abs=0.01)
        assert drone.removed_at == 90.5


def test_what_marches_moves_and_is_a_vehicle(marching, tmp_path):
    lint(acmi_text(marching))
    seen = Acmi()
    seen.load_acmi(str(Recording(marching).to_acmi(tmp_path / "t17.txt.acmi")))
    on_the_ground = [thing for thing in seen.objects.values() if thing.tags.startswith("Ground")]
    assert {(thing.name, thing.tags) for thing in on_the_ground} == {
        (plain(marching.assets[0].name), "Ground+Static+Building"),
        ("convoy", "Ground+Vehicle"),
        ("north-1", "Ground+Vehicle+Sensor"),
        ("north-1", "Ground+Vehicle+AntiAircraft"),
    }
    for thing in on_the_ground:
        places = [thing.latitude(time) for time in (0.0, 60.0, 120.0)]
        expected = [33.25] * 3 if "Static" in thing.tags else [33.25, 33.3, 33.35]
        assert places == pytest.approx(expected, abs=1e-6)


def test_releases_and_losses_are_messages(marching):
    _, events, _ = lint(acmi_text(marching))
    told = {(time, rest[-1]) for time, kind, rest in events if kind == "Message"}
    assert (1.5, "drones-1: let go by airway-1") in told
    assert (110.25, "missiles-1: puts out of action north-1") in told
    # What was lost with its carrier never flew, so there is no object to speak of.
    assert not any("bomb-1" in text for _, text in told)


def test_zipped_bytes_do_not_depend_on_the_clock(replay):
    content = acmi_zip(replay)
    assert content == acmi_zip(replay)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["trial-17.txt.acmi"]
        assert archive.read("trial-17.txt.acmi").decode() == acmi_text(replay)


def test_every_class_has_a_type():
    assert set(VEHICLE_TYPES) == set(CLASS_NAMES)


def test_text_that_would_break_a_line():
    assert plain("a, b|c\\d\ne\x00f") == "a\\, b/c/d e f"
