"""Make the figure of docs/vignettes/rocket_saturation.md: `python docs/figures/make_rocket_saturation.py`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from matplotlib.axes import Axes
from style import write_figures

from rempart.analysis.answer import run
from rempart.scenario.loading import load_scenario

SALVOS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
TRIALS = 200
LADDER = """
based_on: rocket_saturation
title: {rockets} rockets against {mounts} mounts
defence: {{batteries: {{guns: {{fire_units: {mounts}}}}}}}
raid: {{salvo: {{count: {rockets}}}}}
"""


def leakage(rockets: int, mounts: int, folder: Path) -> float:
    """Share of a salvo that comes through."""
    scenario = folder / f"salvo_{rockets}_{mounts}.yaml"
    scenario.write_text(LADDER.format(rockets=rockets, mounts=mounts), encoding="utf-8")
    return run(load_scenario(scenario), TRIALS, 1, out=folder / "results").summary.leakage.value


def draw_salvos(axes: Axes) -> None:
    """Leakage over the rockets of a salvo of ten seconds, for some numbers of mounts."""
    with tempfile.TemporaryDirectory() as folder:
        for mounts in (2, 4, 6):
            found = [100.0 * leakage(rockets, mounts, Path(folder)) for rockets in SALVOS]
            axes.plot(SALVOS, found, "o-", ms=4, label=f"{mounts} mounts")
    axes.set_xscale("log")
    axes.set_xticks(SALVOS, [str(n) for n in SALVOS])
    axes.minorticks_off()
    axes.set(xlabel="Grad rockets in ten seconds", ylabel="leakage [%]", ylim=(0, 100))
    axes.legend(loc="lower right")


if __name__ == "__main__":
    write_figures({"rocket_saturation": draw_salvos})
