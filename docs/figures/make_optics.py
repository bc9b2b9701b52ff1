"""Make the figure of docs/model/optics.md from the optics: `python docs/figures/make_optics.py`."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.catalog.library import load_system
from rempart.physics.optics import sight_pd
from rempart.run.sensing import sight_of

RANGES = np.linspace(50.0, 9e3, 300)
HEIGHT = 300.0
"""[m] of the target above the observer."""


def draw_optics(axes: Axes) -> None:
    """An eye that is told where to look, one that searches, and a camera, on the same aircraft."""
    area = load_system("su-25").presented_area.value
    eyes, camera = load_system("igla-s").sensors["eyes"], load_system("ir-camera").sensors["camera"]
    sights = (
        ("eye, told where to look", eyes, math.inf, "C0"),
        ("eye, sweeping 90° in 5 s", eyes, eyes.turn.value, "C1"),
        ("infrared camera, sweeping 90° in 10 s", camera, camera.turn.value, "C3"),
    )
    for label, sensor, turn, colour in sights:
        for visibility, style in ((23e3, "-"), (4e3, "--")):
            air = SimpleNamespace(rain=0.0, visibility=visibility, light="day")
            sight = sight_of(sensor, turn, air)
            chance = [sight_pd(sight, area, distance, HEIGHT) for distance in RANGES]
            axes.plot(RANGES / 1e3, chance, style, color=colour, label=label if style == "-" else None)
    axes.plot([], [], "--", color="#777777", label="dashed: visibility 4 km instead of 23 km")
    axes.set(xlabel="range [km]", ylabel="chance of detection in one look", xlim=(0, 9), ylim=(0, 1.02))
    axes.legend()


if __name__ == "__main__":
    write_figures({"optics": draw_optics})
