"""Scenarios whose plots have no names: room and settings for tracks, and results that all can read."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from rempart.analysis.explanation import explain
from rempart.analysis.report import report_html
from rempart.engine.play import play_logged
from rempart.engine.world import ASSOCIATIONS, KNOWN
from rempart.events.kinds import KIND_NAMES, LAUNCH
from rempart.export.acmi import acmi_text
from rempart.export.czml import czml_text
from rempart.export.events import events_csv, events_json_lines
from rempart.export.geojson import geojson_text
from rempart.run import scene
from rempart.run.air_picture import MOST_TRACKS, association_of, picture_tables
from rempart.run.campaign import run
from rempart.run.replay import Replay, replay
from scenario_builder import FLAT, lowered_of, scenario_of
from world_builder import assert_same, played

GNN = {"defence__policy__track": {"association": "gnn"}}
LEAKY = {"defence__policy__assessment": {"kill_seen": 0.7, "miss_seen": 0.7}, "raid__strike__count": 40}


@pytest.mark.parametrize("name", ASSOCIATIONS)
def test_a_scenario_says_how_plots_find_their_tracks(name):
    changes = {"defence__policy__track": {"association": name}}
    world = lowered_of(FLAT, **changes).world
    assert ASSOCIATIONS[world.policy.association] == name
    if name == "known":
        assert world.tracker is None
        assert world.n_slots == len(world.vehicles)
    else:
        assert world.tracker.is_jpda == (name == "jpda")
        assert world.tracker.most_tracks == world.n_slots > 2 * len(world.vehicles)
        assert world.tracker.most_plots > len(world.vehicles)


def test_known_is_the_usual_way():
    assert lowered_of(FLAT).world.policy.association == KNOWN
    changes = {"defence__policy__track": {"association": "known"}}
    assert_same(played(lowered_of(FLAT, **changes).world, 2), played(lowered_of(FLAT).world, 2))


def test_perfect_tracking_knows_whose_plot_is_whose():
    world = lowered_of(FLAT, **GNN, perfect=["tracking"]).world
    assert association_of(scenario_of(FLAT, **GNN, perfect=["tracking"])) == KNOWN
    assert world.tracker is None
    assert_same(played(world, 2), played(lowered_of(FLAT, perfect=["tracking"]).world, 2))


def test_the_rules_of_the_scenario_are_those_of_its_tracker():
    rules = {"association": "gnn", "hits": 2, "looks": 4, "drop_after": "33 s"}
    tracker = lowered_of(FLAT, defence__policy__track=rules).world.tracker
    assert (tracker.n_hits, tracker.n_looks, tracker.drop_time) == (2, 4, 33.0)


def test_there_is_room_for_the_false_plots_of_the_busiest_group():
    scenario, world = scenario_of(FLAT, **GNN), lowered_of(FLAT, **GNN).world
    quiet, loud = world.sensors.copy(), world.sensors.copy()
    quiet.n_false, loud.n_false = 0.0, [40.0, 10.0]
    n = len(world.vehicles)
    few, many = (
        picture_tables(scenario, n, sensors, world.feeds, world.track_links).n_slots
        for sensors in (quiet, loud)
    )
    n_groups = len(world.groups)
    busiest = 50 if n_groups == 1 else 40
    assert (few, many) == (2 * n + 32, 2 * n + 32 + 6 * busiest)
    loud.n_false = 1e4
    assert picture_tables(scenario, n, loud, world.feeds, world.track_links).n_slots == MOST_TRACKS


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return run(scenario_of(FLAT, **GNN, **LEAKY), 12, seed=1, out=tmp_path_factory.mktemp("runs"), threads=2)


def test_a_run_counts_what_the_picture_did(results, tmp_path):
    counts = {name: results.measures[name].to_numpy() for name in ("false_plots", "detections", "leakers")}
    assert counts["false_plots"].sum() > 0
    assert (counts["detections"] > 0).all()
    assert (results.measures["shots_at_nothing"].to_numpy() >= 0).all()
    one = run(scenario_of(FLAT, **GNN, **LEAKY), 12, seed=1, out=tmp_path, threads=1)
    assert one.ledger.equals(results.ledger)
    assert one.measures.equals(results.measures)


def test_a_run_can_be_explained_and_reported(results):
    leakers = int(results.measures["leakers"].to_numpy().sum())
    assert leakers > 0
    told = explain(results)
    assert told.leakers == leakers
    assert sum(cause.share for cause in told.causes) == pytest.approx(1.0)
    for cause in told.causes:
        assert explain(results, cause.trial, cause.threat).cause == cause.cause
    assert "SIMULATED - EXERCISE" in report_html(results)


def assert_exported(trial):
    """Every format takes the trial, and each row of the log is told."""
    assert acmi_text(trial).count("\n#") > 10
    assert len(json.loads(czml_text(trial))) > len(trial.flights)
    assert json.loads(geojson_text(trial))["features"]
    lines = [json.loads(line) for line in events_json_lines(trial).splitlines()]
    assert len(lines) == len(trial.events) == len(list(csv.DictReader(io.StringIO(events_csv(trial)))))
    assert {line["kind"] for line in lines} <= set(KIND_NAMES)


def test_every_trial_is_replayed_and_exported(results):
    for trial in range(3):
        again = replay(results, trial)
        assert_exported(again)
        nobodys = [event for event in again.events if event.vehicle is None and event.kind == "plot"]
        assert len(nobodys) == results.measures["false_plots"].to_numpy()[trial]
        assert all(event.at is not None for event in nobodys)


@pytest.fixture(scope="module")
def at_nothing():
    """A trial with false plots in plenty and fire units that need no sensor: rounds fly at nothing."""
    lowered = lowered_of(FLAT, **GNN, **LEAKY)
    sensors, units = lowered.world.sensors.copy(), lowered.world.units.copy()
    # A coarse radar of little reach, so that chance makes tracks soon.
    sensors.n_false, sensors.range_max, sensors.angle_error = 10.0, 30e3, 0.02
    sensors.elevation_error, units.sensor = np.inf, -1
    world = lowered.world._replace(sensors=sensors, units=units, duration=15e3, runs_to_end=True)
    lowered = replace(lowered, world=world)
    for trial in range(20):
        log, ledger, _ = play_logged(world, 1, trial)
        if ((log["kind"] == LAUNCH) & (log["vehicle"] < 0)).any():
            return scene.Trial(lowered, log, *ledger)
    raise AssertionError("nothing was fired at nothing")


def test_rounds_at_nothing_are_drawn_where_nothing_was(at_nothing):
    lowered, end = at_nothing.lowered, at_nothing.end
    again = Replay(
        "title", "question", "digest", 1, 0, end,
        scene.Point(lowered.origin_lat, lowered.origin_lon, lowered.origin_height),
        tuple(scene.flights(at_nothing)), tuple(scene.shots(at_nothing)),
        tuple(scene.sites(lowered, end)), tuple(scene.assets(lowered, end)), tuple(scene.events(at_nothing)),
    )  # fmt: skip
    wasted = [shot for shot in again.shots if shot.target is None]
    assert wasted
    for shot in wasted:
        assert shot.result in ("short", "open")
        assert np.isfinite([shot.path.lat, shot.path.lon, shot.path.height]).all()
    assert_exported(again)
    assert "a false track" in czml_text(again)
    shots = [feature["properties"] for feature in json.loads(geojson_text(again))["features"]]
    assert sum(shot["kind"] == "shot" and shot["target"] is None for shot in shots) == len(wasted)
