"""How the figures of the documentation look, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

FOLDER = Path(__file__).resolve().parent
STYLE = {
    "figure.figsize": (7.2, 3.8),
    "figure.constrained_layout.use": True,
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "rempart",
    "svg.fonttype": "path",
    "axes.prop_cycle": mpl.cycler(color=["#1b4965", "#ca6702", "#5a8f29", "#9b2226", "#7b6ba8"]),
}


def write_figures(figures: Mapping[str, Callable[[Axes], None]]) -> None:
    """Write one SVG a figure, the same bytes each time."""
    with mpl.rc_context(STYLE):
        for name, draw in figures.items():
            figure, axes = plt.subplots()
            draw(axes)
            figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
            plt.close(figure)
