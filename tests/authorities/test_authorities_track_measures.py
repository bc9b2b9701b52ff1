"""Published and independently computed OSPA and GOSPA distances, and tracks of a real radar's plots."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rempart.analysis.consistency import consistency
from rempart.analysis.point_sets import gospa, ospa
from rempart.analysis.track_measures import measure_tracks
from rempart.run.plots.reading import read_plots, read_truth
from rempart.run.tracking import TrackingChoice, track

STOCK = Path(__file__).parents[3] / "shared" / "reference" / "physics_cases.json"
CASES = json.loads(STOCK.read_text()) if STOCK.is_file() else []
METRICS = [case for case in CASES if case["topic"] == "tracking_metrics"]
pytestmark = pytest.mark.skipif(
    not CASES, reason="reference data are not here: no folder 'shared' beside the project"
)


@pytest.mark.parametrize("case", METRICS, ids=lambda case: case["id"])
def test_distances_of_sets(case):
    given = case["inputs"]
    assert given["gospa_alpha"] == 2
    truth, tracks = (np.array(given[name], dtype=float).reshape(-1, 2) for name in ("truth", "tracks"))
    tolerance = case["tolerance"]["abs"]
    how = (given["cutoff"], given["order"])
    assert ospa(truth, tracks, *how) == pytest.approx(case["expected"]["ospa"], abs=tolerance)
    assert gospa(truth, tracks, *how).distance == pytest.approx(case["expected"]["gospa"], abs=tolerance)


def test_every_case_is_answered():
    assert len(METRICS) == 5


def test_the_band_of_a_mean_nees():
    case = next(case for case in CASES if case["id"] == "nees-100-4")
    found = consistency(np.zeros(case["inputs"]["runs"]), case["inputs"]["dimension"])
    assert found[1:3] == pytest.approx((case["expected"]["lower"], case["expected"]["upper"]), abs=1e-4)


FERRY = STOCK.parents[1] / "data" / "tracking" / "autoferry"


@pytest.mark.parametrize(("scenario", "held", "false"), [(2, 0.94, 1.6), (4, 0.75, 2.3), (13, 0.8, 1.0)])
def test_boats_that_a_real_radar_saw(scenario, held, false):
    """As told on the page of the measures: no boat changes its track, and the shore stays within bounds."""
    folder = FERRY / f"scenario{scenario}"
    plots = read_plots(folder / f"scenario{scenario}_detections.json.gz").only(("radar",))
    truth = read_truth(folder / f"scenario{scenario}_groundTruth.json.gz", plots)
    tracks = track(plots, TrackingChoice(fastest=15.0, manoeuvre=0.5, error=2.0))
    found = measure_tracks(tracks, truth, cutoff=20.0)
    assert found.held > held
    assert found.switches == 0
    assert found.false < false
