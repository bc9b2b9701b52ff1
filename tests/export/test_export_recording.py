"""Writing a recording: the format and the ending choose, and a file is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rempart.base.errors import ExportError, StoreError
from rempart.export.recording import FORMATS, Recording

FILES = ["a.acmi", "a.txt.acmi", "a.zip.acmi", "a.CZML", "a.geojson", "a.jsonl", "a.ndjson", "a.csv"]
FORM = {
    "acmi": "acmi",
    "czml": "czml",
    "geojson": "geojson",
    "jsonl": "events",
    "ndjson": "events",
    "csv": "events",
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_marked_and_repeats_byte_for_byte(replay, tmp_path, name):
    form = FORM[name.rpartition(".")[2].lower()]
    first = Recording(replay).write(tmp_path / name, form).read_bytes()
    assert Recording(replay).write(tmp_path / name, form).read_bytes() == first
    if not name.endswith(".zip.acmi"):
        assert b"SIMULATED - EXERCISE" in first
        assert not first.startswith(b"PK")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_ending_chooses_the_form(replay, tmp_path):
    assert Recording(replay).to_acmi(tmp_path / "a.zip.acmi").read_bytes().startswith(b"PK")
    assert Recording(replay).to_events(tmp_path / "a.csv").read_text().startswith("time,kind,")
    assert Recording(replay).to_events(tmp_path / "a.jsonl").read_text().startswith('{"time"')
    assert Recording(replay).to_czml(str(tmp_path / "a.json")).read_text().startswith('[{"id":"document"')
    assert (
        Recording(replay)
        .to_geojson(tmp_path / "b.json")
        .read_text()
        .startswith('{"type":"FeatureCollection"')
    )


def test_an_unknown_format_names_the_known_ones(replay, tmp_path):
    with pytest.raises(ExportError, match="'kml'; allowed: acmi, czml, geojson, events"):
        Recording(replay).write(tmp_path / "a.kml", "kml")
    with pytest.raises(ExportError, match=r"\.jsonl or \.ndjson or \.csv"):
        Recording(replay).write(tmp_path / "a.xlsx", "events")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written(replay, tmp_path):
    (tmp_path / "folder.acmi").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        Recording(replay).to_acmi(tmp_path / "folder.acmi")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        Recording(replay).to_acmi(tmp_path / "file" / "a.acmi")


def test_every_format_and_ending_is_documented():
    page = (Path(__file__).parents[2] / "docs/guide/replay.md").read_text(encoding="utf-8")
    for form, endings in FORMATS.items():
        assert f"`{form}`" in page
        for ending in endings:
            assert f"`{ending}`" in page, ending
