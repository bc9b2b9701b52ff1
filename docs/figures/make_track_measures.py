"""Draw the figure of the page on measures of tracks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.analysis.point_sets import gospa, ospa

CUTOFF = 100.0


def draw_measures(axes: Axes) -> None:
    """Parts of GOSPA, and OSPA, of 20 targets and 18 tracks of them and 3 false ones, as errors grow."""
    dice = np.random.default_rng(1)
    truth = dice.uniform(0.0, 5000.0, (20, 2))
    errors, false = dice.normal(0.0, 1.0, (40, 18, 2)), dice.uniform(0.0, 5000.0, (40, 3, 2))
    spreads = np.linspace(1.0, 120.0, 60)
    rows = []
    for spread in spreads:
        sets = [np.concatenate((truth[:18] + spread * e, f)) for e, f in zip(errors, false, strict=True)]
        parts = [gospa(truth, tracks, CUTOFF) for tracks in sets]
        mean = np.mean([(p.localisation, p.missed, p.false) for p in parts], axis=0)
        rows.append((*mean, np.mean([ospa(truth, tracks, CUTOFF) for tracks in sets])))
    table = np.array(rows).T
    axes.stackplot(
        spreads,
        table[:3],
        labels=("localisation", "missed", "false"),
        colors=["#1b4965", "#ca6702", "#9aa5ad"],
    )
    axes.set(xlabel="error of a track on each axis [m]", ylabel="GOSPA [m]", xlim=(1, 120), ylim=(0, 2200))
    other = axes.twinx()
    other.plot(spreads, table[3], color="#111111", ls="--", label="OSPA (right)")
    other.set(ylim=(0, 110), ylabel="OSPA [m]")
    other.grid(visible=False)
    other.spines["right"].set_visible(True)
    lines = [*axes.get_legend_handles_labels()[0], *other.get_legend_handles_labels()[0]]
    axes.legend(lines, [line.get_label() for line in lines], loc="upper left")


FIGURES: dict[str, Callable[[Axes], None]] = {"track_measures": draw_measures}


if __name__ == "__main__":
    write_figures(FIGURES)
