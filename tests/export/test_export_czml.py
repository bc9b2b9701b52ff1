"""CZML: the rules of the format that a globe depends on."""

from __future__ import annotations

import json
import re
from datetime import datetime

import numpy as np
import pytest

from rempart.export.czml import czml_text
from rempart.export.notation import EPOCH


@pytest.fixture
def packets(replay):
    return json.loads(czml_text(replay))


def span(text):
    begin, end = (datetime.fromisoformat(part) for part in text.split("/"))
    return (begin - EPOCH).total_seconds(), (end - EPOCH).total_seconds()


def test_document_comes_first_and_is_marked(packets):
    document = packets[0]
    assert (document["id"], document["version"]) == ("document", "1.0")
    assert document["name"].startswith("SIMULATED - EXERCISE")
    assert document["description"].startswith("SIMULATED - EXERCISE")
    # The last interceptor is on its way until 130 s.
    assert span(document["clock"]["interval"]) == (0.0, 130.0)


def test_identities_are_unique(packets):
    ids = [packet["id"] for packet in packets]
    assert len(ids) == len(set(ids)) == 1 + 1 + 2 + 3 + 2 + 3


def test_nothing_outside_is_asked_for(replay):
    assert not re.search(r"https?:|//[a-z]|\"uri\"|\"image\"", czml_text(replay))


def test_samples_cover_the_availability(packets):
    moving = [packet for packet in packets if "epoch" in packet.get("position", {})]
    assert len(moving) == 6
    for packet in moving:
        position = packet["position"]
        samples = np.array(position["cartographicDegrees"]).reshape(-1, 4)
        assert np.all(np.diff(samples[:, 0]) > 0.0)
        assert (samples[0, 0], samples[-1, 0]) == span(packet["availability"])
        assert position["interpolationAlgorithm"] == "LINEAR"
        assert np.all(np.abs(samples[:, 2]) <= 90.0)


def test_a_position_in_between_is_where_it_should_be(packets):
    missile = next(packet for packet in packets if packet["id"] == "flight/missiles-1")
    samples = np.array(missile["position"]["cartographicDegrees"]).reshape(-1, 4)
    lat = np.interp(10.0 + 100.25 / 3.0, samples[:, 0], samples[:, 2])
    assert lat == pytest.approx(34.25 - 1.0 / 3.0, abs=1e-6)


def test_what_marches_is_where_it_should_be(marching):
    packets = {packet["id"]: packet for packet in json.loads(czml_text(marching))}
    for id_ in ("asset/convoy", "site/sensor/north-1", "site/fire unit/north-1"):
        assert span(packets[id_]["availability"]) == (0.0, 120.0)
        samples = np.array(packets[id_]["position"]["cartographicDegrees"]).reshape(-1, 4)
        halfway = [np.interp(60.0, samples[:, 0], samples[:, axis]) for axis in (1, 2, 3)]
        assert halfway == pytest.approx([44.3, 33.3, 40.0], abs=1e-6)
    (stands,) = (packet for id_, packet in packets.items() if id_.startswith("asset/refinery"))
    assert stands["position"] == {"cartographicDegrees": [44.35, 33.25, 35.0]}


def test_colours_are_four_bytes_and_texts_are_escaped(packets):
    for colour in re.findall(r'"rgba": \[([^\]]*)\]', json.dumps(packets)):
        assert all(0 <= int(part) <= 255 for part in colour.split(","))
        assert colour.count(",") == 3
    assert "&lt;much&gt;" in packets[0]["description"]
    assert not any("<" in packet.get("description", "") for packet in packets)


def test_leaks_and_kills_are_marked_where_they_happen(packets):
    marks = {packet["name"]: packet for packet in packets if packet["id"].startswith("end/")}
    assert set(marks) == {"missiles-1 leaked", "drones-1 shot down"}
    assert span(marks["drones-1 shot down"]["availability"]) == (90.5, 130.0)
    assert marks["missiles-1 leaked"]["position"]["cartographicDegrees"] == [44.35, 33.25, 35.0]
