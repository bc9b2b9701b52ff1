"""The attributes of an air picture: Stone Soup's stored answers, and cases by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from rempart.analysis.siap import Segment, Siap, segments, siap, tracks_needed
from rempart.analysis.track_association import Pairs, States, held_pairs, nearest_pairs

STORED = json.loads((Path(__file__).parent / "stonesoup" / "measures.json").read_text())["siap"]


def states(rows):
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return States(table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2:4], table[:, 4:6])


def path(owner, frames, x, y=0.0):
    return [(frame, owner, x + 10.0 * frame, y, 10.0, 0.0) for frame in frames]


def stored_pairs(truth, tracks, stretches):
    rows = []
    for i, j, first, last in stretches:
        for frame in range(first, last + 1):
            a = np.flatnonzero((truth.frame == frame) & (truth.owner == i))
            b = np.flatnonzero((tracks.frame == frame) & (tracks.owner == j))
            rows.append((a[0], b[0]))
    table = np.array(rows, dtype=int).reshape(-1, 2)
    return Pairs(table[:, 0], table[:, 1])


@pytest.mark.parametrize("case", STORED)
def test_attributes_are_those_of_stone_soup(case):
    truth, tracks = states(case["truth"]), states(case["tracks"])
    found = siap(truth, tracks, np.array(case["times"]), stored_pairs(truth, tracks, case["stretches"]))
    assert len(case["siap"]) == len(Siap._fields)
    np.testing.assert_allclose(found, case["siap"], rtol=1e-9)


def test_a_perfect_picture():
    truth = states([*path(0, range(5), 0.0), *path(1, range(5), 0.0, 500.0)])
    pairs = nearest_pairs(truth, truth, 5, 50.0)
    assert siap(truth, truth, np.arange(5.0), pairs) == Siap(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def test_two_tracks_on_one_truth_are_ambiguous_and_one_far_off_is_spurious():
    truth = states(path(0, range(4), 0.0))
    tracks = states([*path(7, range(4), 1.0), *path(8, range(4), -3.0), *path(9, range(4), 900.0)])
    found = siap(truth, tracks, np.arange(4.0), nearest_pairs(truth, tracks, 4, 50.0))
    assert found.completeness == 1.0
    assert found.ambiguity == 2.0
    assert found.spuriousness == pytest.approx(1 / 3)
    assert found.position_accuracy == pytest.approx(2.0)


def test_a_pair_is_kept_though_another_track_comes_nearer():
    truth = states(path(0, range(4), 0.0))
    tracks = states([*path(1, range(4), 8.0), *path(2, range(1, 4), 1.0)])
    held = held_pairs(truth, tracks, 4, 20.0)
    assert tracks.owner[held.track].tolist() == [1, 1, 1, 1]


def test_a_track_that_went_away_is_replaced():
    truth = states(path(0, range(6), 0.0))
    tracks = states([*path(1, range(3), 8.0), *path(2, range(1, 6), 1.0)])
    held = held_pairs(truth, tracks, 6, 20.0)
    assert tracks.owner[held.track].tolist() == [1, 1, 1, 2, 2, 2]


def test_no_pair_is_beyond_the_gate_even_if_it_was_held():
    truth = states([*path(0, range(3), 0.0), *path(1, range(3), 0.0, 30.0)])
    tracks = states([*path(5, [0], 0.0), *path(5, [1, 2], 300.0), *path(6, range(3), 0.0, 30.0)])
    held = held_pairs(truth, tracks, 3, 20.0)
    apart = np.linalg.norm(truth.position[held.truth] - tracks.position[held.track], axis=1)
    assert (apart < 20.0).all()
    assert len(held.truth) == 4


def test_segments_break_where_a_frame_is_missing():
    truth = states(path(0, range(6), 0.0))
    tracks = states(path(3, [0, 1, 3, 4, 5], 0.0))
    found = segments(truth, tracks, nearest_pairs(truth, tracks, 6, 5.0))
    assert found == [Segment(0, 3, 0, 1), Segment(0, 3, 3, 5)]


@pytest.mark.parametrize(
    ("spans", "needed"),
    [([], 0), ([(0, 9)], 1), ([(0, 4), (3, 9)], 2), ([(0, 9), (2, 5)], 1), ([(0, 2), (5, 6)], 2)],
)
def test_the_least_number_of_tracks(spans, needed):
    assert tracks_needed([Segment(0, n, *span) for n, span in enumerate(spans)]) == needed
