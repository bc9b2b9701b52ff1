"""The whole way on a shipped scenario: campaign, folder, replay, every format."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest

from rempart.export.recording import record
from rempart.run.campaign import run
from rempart.run.store import open_results

pytestmark = pytest.mark.skipif(not find_spec("rempart.run.lowering"), reason="lowering is not there yet")


SCENARIOS = ["civil_corridor", pytest.param("iraq_2020_proposal", marks=pytest.mark.slow)]


@pytest.fixture(scope="module", params=SCENARIOS)
def results(request, tmp_path_factory):
    from rempart.scenario.loading import load_scenario

    return run(load_scenario(request.param), 10, seed=1, out=tmp_path_factory.mktemp("results"))


def test_the_folder_gives_back_the_same(results):
    again = open_results(results.folder)
    assert again.ledger.equals(results.ledger)
    assert again.scenario.digest == results.scenario.digest
    assert again.scenario.name == results.manifest["scenario"]["name"] != ""


def test_rounds_fired_are_the_shots_and_no_more_than_loaded_without_reload(results):
    fired = sum(results.rounds_fired().values())
    assert fired.tolist() == results.measure("shots").tolist()
    assert set(results.manifest["loaded"]) == {f"{a}.{b}" for a, b in results.rounds_fired()}


def test_hits_are_the_leakers(results):
    hits = sum(results.measure(name) for name in results.measures.column_names if name.startswith("hits."))
    assert hits.tolist() == results.measure("leakers").tolist()


def test_a_trial_can_be_replayed_from_the_folder_in_every_format(results, tmp_path):
    recording = record(open_results(results.folder), 7)
    rows = {row["vehicle"]: row for row in results.trial(7).to_pylist()}
    assert {flight.name: flight.outcome for flight in recording.replay.flights}.items() <= {
        name: row["outcome"] for name, row in rows.items()
    }.items()
    assert len(recording.replay.shots) == results.measure("shots")[7]
    recording.to_acmi(tmp_path / "t.zip.acmi")
    recording.to_events(tmp_path / "t.csv")
    packets = json.loads(recording.to_czml(tmp_path / "t.czml").read_text())
    features = json.loads(recording.to_geojson(tmp_path / "t.geojson").read_text())["features"]
    assert sum(packet["id"].startswith("flight/") for packet in packets) == len(recording.replay.flights)
    assert sum(feature["properties"]["kind"] == "shot" for feature in features) == len(recording.replay.shots)
