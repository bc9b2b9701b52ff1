import json

import numpy as np
import pytest

from rempart.analysis.track_association import States
from rempart.analysis.track_measures import track_measures


def states(*paths):
    rows = [(frame, owner, x + frame, 0.0) for owner, frames, x in paths for frame in frames]
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return States(table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2:])


TIMES = np.arange(0.0, 20.0, 2.0)


def test_measures_of_a_late_track_that_is_replaced():
    truth = states((0, range(10), 0.0), (1, range(10), 500.0))
    tracks = states((11, range(2, 6), 1.0), (12, range(6, 10), 1.0), (13, range(5, 7), 2000.0))
    found = track_measures(truth, tracks, TIMES, cutoff=10.0)
    first, second = found.holdings
    assert (first.held, first.switches, first.latency) == (0.8, 1, 4.0)
    assert (second.held, second.switches) == (0.0, 0)
    assert np.isnan(second.latency)
    assert found.held == pytest.approx(0.4)
    assert found.missed == pytest.approx(1.2)
    assert found.false == pytest.approx(0.2)
    assert found.localisation == pytest.approx(1.0)
    assert found.gospa == pytest.approx(0.8 * 1.0 + 1.2 * 5.0 + 0.2 * 5.0)
    assert found.siap.completeness == pytest.approx(0.4)


def test_no_tracks_at_all():
    found = track_measures(states((0, range(10), 0.0)), states(), TIMES, cutoff=10.0)
    assert found.held == 0.0
    assert found.gospa == 5.0
    assert found.ospa == 10.0


def test_json_has_null_where_nothing_could_be_measured():
    told = track_measures(states((0, range(10), 0.0)), states(), TIMES, cutoff=10.0).to_json()
    assert told["latency"] is None
    assert told["siap"]["position_accuracy"] is None
    json.dumps(told, allow_nan=False)
