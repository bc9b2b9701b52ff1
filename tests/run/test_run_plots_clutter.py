"""The map of clutter adds up to what was free, and tells a busy corner from a quiet one."""

import numpy as np
import pytest

from rempart.run.plots.clutter import FIRST_SHARE, clutter_densities
from rempart.run.plots.record import PlotRecord, rows_of
from rempart.run.plots.scanning import scans_of


def spread(n_scans=50, each=40, up=np.nan):
    dice = np.random.default_rng(7)
    value = np.full((n_scans * each, 4), np.nan)
    value[:, :2] = dice.uniform(0.0, 2400.0, (n_scans * each, 2))
    value[:, 2] = up
    return PlotRecord(rows_of(np.repeat(np.arange(n_scans, dtype=float), each), value), ("sensor",))


def test_an_even_spread_is_found():
    record = spread(each=400)
    scans = scans_of(record)
    everything = clutter_densities(record, scans, np.ones(record.count, bool))
    assert 1.0 / (1.0 / everything).mean() == pytest.approx(400 / 2400.0**2, rel=0.03)
    first = clutter_densities(record, scans, None)
    np.testing.assert_allclose(first, FIRST_SHARE * 400 / 2400.0**2, rtol=0.02)


def test_plots_of_tracks_do_not_count():
    record = spread()
    is_free = record.rows.value[:, 0] < 1200.0
    found = clutter_densities(record, scans_of(record), is_free)
    assert (found > 0).all()
    assert found[~is_free].max() < 0.2 * found[is_free].mean()


def test_with_heights_it_is_per_volume():
    flat, tall = spread(), spread(up=np.tile(np.linspace(0.0, 9000.0, 40), 50))
    ratio = clutter_densities(flat, scans_of(flat), None) / clutter_densities(tall, scans_of(tall), None)
    np.testing.assert_allclose(ratio, 9000.0, rtol=0.05)
