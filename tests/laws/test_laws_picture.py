"""Laws of the tracker that hold for any input."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rempart.picture.bank import new_tracker
from rempart.picture.innovation import correct, hold_plot, innovate, wrapped
from rempart.picture.mixing import fill_switch
from rempart.picture.motion import carry
from rempart.picture.multitarget import track_plots
from rempart.picture.plots import POLAR_PLOT, POSITION_PLOT, Plots, scans_all_round, tally_figures
from rempart.picture.settings import constant_velocity, coordinated_turn, model_set, tracker_settings

WILD = st.floats(-1e9, 1e9) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 5.0])
SMALL = {"most_tracks": 12, "most_plots": 8, "most_gated": 4}
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(
    value=arrays(float, (24, 4), elements=WILD),
    error=arrays(float, (24, 4), elements=WILD),
    time=arrays(float, 4, elements=st.floats(-20.0, 20.0)),
    kind=st.sampled_from([POSITION_PLOT, POLAR_PLOT]),
    association=st.sampled_from(["gnn", "jpda"]),
)
def test_no_plot_is_lost_from_the_count_and_no_estimate_is_not_a_number(
    value, error, time, kind, association
):
    error = np.abs(error)
    plots = Plots(np.repeat(time, 6), value, error, np.full(24, 1e-8))
    scans = scans_all_round(time, np.full(4, 6), 0.9, kind)
    tracker = tracker_settings(association=association, keeps_tentative=True, **SMALL)
    history, tally = track_plots(plots, scans, tracker)
    figures = tally_figures(tally)
    late = figures["late_scans"] * 6
    refused = sum(
        figures[name]
        for name in ("not_finite", "off_earth", "no_error", "out_of_time", "duplicates", "surplus")
    )
    assert figures["plots"] + late == 24
    assert refused + figures["started"] + figures["no_room"] <= figures["plots"]
    assert np.isfinite(history.mean).all()
    assert np.isfinite(history.cover).all()
    for scan in set(history.scan):
        given_out = history.plot[(history.scan == scan) & (history.plot >= 0)]
        if association == "gnn":
            assert len(set(given_out)) == len(given_out)


@FEW
@given(angle=st.floats(-1e4, 1e4))
def test_a_wrapped_angle_points_the_same_way(angle):
    found = wrapped(angle)
    assert -np.pi - 1e-9 <= found <= np.pi + 1e-9
    np.testing.assert_allclose(np.exp(1j * found), np.exp(1j * angle), atol=1e-9)


@FEW
@given(interval=st.floats(0.0, 100.0), sojourn=st.floats(0.1, 1e4), n=st.integers(1, 4))
def test_changes_of_model_are_chances_and_keep_the_even_mixture(interval, sojourn, n):
    out = np.zeros((n, n))
    fill_switch(np.full(n, sojourn), interval, out)
    assert (out >= 0.0).all()
    np.testing.assert_allclose(out.sum(axis=1), 1.0)
    np.testing.assert_allclose(np.full(n, 1.0 / n) @ out, 1.0 / n)


@FEW
@given(seed=st.integers(0, 1000), interval=st.floats(0.0, 30.0), is_turn=st.booleans())
def test_waiting_makes_unsure_and_a_plot_makes_surer(seed, interval, is_turn):
    dice = np.random.default_rng(seed)
    models = model_set(coordinated_turn() if is_turn else constant_velocity())
    work = new_tracker(tracker_settings(models, **SMALL)).work
    root = dice.normal(0, 1, (7, 7)) * np.array([50.0, 50, 50, 20, 20, 20, 0.01])[:, None]
    mean, cover = dice.normal(0, 100, 7) * [1, 1, 1, 1, 1, 1, 1e-3], root @ root.T
    size = np.linalg.det(cover[:6, :6])
    carry(models, 0, interval, mean, cover, work)
    if not is_turn:
        assert np.linalg.det(cover[:6, :6]) >= size * (1 - 1e-6)
    work.pad.clock = 0.0
    plots = Plots(np.zeros(1), dice.normal(0, 100, (1, 4)), np.full((1, 4), 30.0), np.ones(1))
    before = cover.copy()
    hold_plot(plots, 0, scans_all_round([0.0], [1], 0.9), 0, work.pad)
    distance, _ = innovate(mean, cover, work.pad)
    correct(mean, cover, work.pad)
    assert distance >= 0.0
    assert (np.diag(cover) <= np.diag(before) * (1 + 1e-9)).all()
    assert (np.diag(cover)[:3] <= 30.0**2 + 1e-6).all()
    np.testing.assert_array_equal(cover, cover.T)
