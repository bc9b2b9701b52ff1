"""Draw, for each air-defence system, where its weapons reach over a round earth."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from rempart.catalog.systems import AirDefenceSystem, System

STYLE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "style.py"
EARTH = 6371e3 * 4.0 / 3.0
"""Radius over which radio rays are straight [m]."""


def draw_envelopes(folder: Path, systems: Iterable[System]) -> int:
    """Write NAME.svg for each system with a fire unit; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    armed = [system for system in systems if isinstance(system, AirDefenceSystem) and system.fire_unit]
    with mpl.rc_context(_style()):
        for system in armed:
            figure, axes = plt.subplots(figsize=(7.2, 3.2))
            _draw(axes, system)
            figure.savefig(folder / f"{system.name}.svg", metadata={"Date": None})
            plt.close(figure)
    kept = {f"{system.name}.svg" for system in armed}
    for old in folder.glob("*.svg"):
        if old.name not in kept:
            old.unlink()
    return len(armed)


def _style() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("style", STYLE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.STYLE)


def _draw(axes: Any, system: AirDefenceSystem) -> None:
    """Boxes of range and height a weapon; below the line the guiding sensor sees nothing on flat ground."""
    assert system.fire_unit is not None
    weapons = list(system.fire_unit.weapons.values())
    colours = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    reach = max(weapon.range_max.value for weapon in weapons)
    ceiling = max(weapon.height_max.value for weapon in weapons)
    for index, weapon in enumerate(sorted(weapons, key=lambda item: -item.range_max.value)):
        colour = colours[index % len(colours)]
        corner = weapon.range_min.value / 1e3, weapon.height_min.value / 1e3
        size = weapon.range_max.value / 1e3 - corner[0], weapon.height_max.value / 1e3 - corner[1]
        axes.add_patch(Rectangle(corner, *size, facecolor=colour, alpha=0.16, edgecolor="none"))
        axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=colour, lw=1.6, label=weapon.title))
    sensor = system.sensors[system.fire_unit.sensor]
    distance = np.linspace(0.0, 1.06 * reach, 300)
    beyond = np.maximum(distance - np.sqrt(2.0 * EARTH * sensor.antenna_height.value), 0.0)
    hidden = beyond**2 / (2.0 * EARTH)
    axes.fill_between(distance / 1e3, 0.0, hidden / 1e3, color="#555555", alpha=0.35, lw=0)
    axes.plot(distance / 1e3, hidden / 1e3, color="#555555", lw=1.2, label="hidden behind the horizon")
    axes.set(xlim=(0.0, 1.06 * reach / 1e3), ylim=(0.0, 1.08 * ceiling / 1e3))
    axes.set(xlabel="slant range [km]", ylabel="height [km]")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8)
