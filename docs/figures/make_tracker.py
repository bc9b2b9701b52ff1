"""Make the figure of docs/model/association.md: `python docs/figures/make_tracker.py`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.picture.multitarget import track_plots
from rempart.run.tracker_bench import bench_settings, crossing_scene


def draw_association(axes: Axes) -> None:
    """Plots of all scans in grey, tracks in colour."""
    scene = crossing_scene(12, 25, seed=3)
    history, _ = track_plots(scene.plots, scene.scans, bench_settings("gnn"))
    places = scene.plots.value / 1e3
    axes.plot(places[:, 0], places[:, 1], ".", color="#b9c2c9", ms=2.5, label="plot")
    truth = np.array(scene.truth) / 1e3
    axes.plot(truth[:, :, 0], truth[:, :, 1], color="#222222", lw=0.6, ls=":")
    axes.plot([], [], color="#222222", lw=0.6, ls=":", label="true path")
    for track in np.unique(history.track):
        line = history.mean[history.track == track] / 1e3
        axes.plot(line[:, 0], line[:, 1], lw=1.6)
        axes.plot(line[-1, 0], line[-1, 1], "o", color="#222222", ms=2.5)
    axes.plot([], [], color="#1b4965", label="track, one colour each")
    axes.set(xlabel="east [km]", ylabel="north [km]", aspect="equal")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


if __name__ == "__main__":
    write_figures({"association": draw_association})
