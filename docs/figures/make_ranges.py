"""Make the figure of docs/model/ignorance.md: `python docs/figures/make_ranges.py`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.analysis import importance as model

SAMPLES = (16, 24, 32, 48, 64, 96, 128, 192, 256)


def chance(n_samples: int, n_figures: int) -> float:
    """What the strongest of so many figures that do not matter reaches, in plain rank correlation."""
    rng = np.random.default_rng(n_samples * n_figures)
    return model.importance(rng.random((n_samples, n_figures)), rng.random(n_samples)).chance


def draw_ignorance(axes: Axes) -> None:
    """Rank correlation that chance alone reaches, over samples, for some numbers of figures."""
    model.SPARE_SAMPLES = 10**9  # keep to the plain form, so that the lines compare
    for n_figures in (200, 20, 1):
        label = f"{n_figures} figure{'s' if n_figures > 1 else ''}"
        axes.plot(SAMPLES, [chance(n, n_figures) for n in SAMPLES], "o-", ms=4, label=label)
    axes.set_xscale("log")
    axes.set_xticks(SAMPLES, [str(n) for n in SAMPLES])
    axes.minorticks_off()
    axes.set(xlabel="samples", ylabel="rank correlation that chance reaches", ylim=(0, 1))
    axes.legend(loc="upper right")


if __name__ == "__main__":
    write_figures({"ignorance": draw_ignorance})
