"""Make the figure of docs/model/air_picture.md: `python docs/figures/make_air_picture.py`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.engine.play import play_logged
from rempart.events.kinds import PLOT, TRACK_FIRM, TRACK_SWAPPED
from rempart.run.lowering import lower
from rempart.scenario.loading import build_scenario

SITE = [33.0, 44.0]
SCENARIO = {
    "rempart": 1,
    "title": "Three drones in a row",
    "duration": "12 min",
    "area": {"terrain": "flat", "origin": SITE},
    "assets": {"town": {"at": SITE, "value": 1}},
    "defence": {
        "batteries": {"site": {"system": "tor-m2", "at": SITE}},
        "policy": {"weapons": "hold", "track": {"association": "gnn"}},
    },
    "raid": {
        "row": {
            "threat": "small-attack-drone",
            "count": 3,
            "from": [33.2, 44.06],
            "to": "town",
            "height": "600 m agl",
            "spread": "1.2 km",
            "start": "0..20 s",
        }
    },
}
SEED, TRIAL = 1, 0
HALF, NEAR, FAR = 9.0, -1.0, 19.0
"""[km] of the ground that is shown, east or west, and south to north."""


def _is_shown(east, north):
    return (np.abs(east) < 1e3 * HALF) & (north > 1e3 * NEAR) & (north < 1e3 * FAR)


def draw_turns(axes: Axes) -> None:
    """All plots of a trial, true and false, and where tracks became firm or changed what they follow."""
    world = lower(build_scenario(SCENARIO)).world
    world.sensors.n_false[:] = np.where(np.isfinite(world.sensors.turn), 1.0, 0.0)
    events, _, _ = play_logged(world, SEED, TRIAL)
    plots = events[(events["kind"] == PLOT) & _is_shown(events["x"], events["y"])]
    for is_false, colour, label in ((True, "#b0b0b0", "false plot"), (False, "#1b4965", "echo")):
        shown = plots[(plots["vehicle"] < 0) == is_false]
        axes.plot(shown["x"] / 1e3, shown["y"] / 1e3, ".", color=colour, ms=3.0, lw=0.0, label=label)
    for kind, mark, colour, label in (
        (TRACK_FIRM, "o", "#5a8f29", "track becomes firm"),
        (TRACK_SWAPPED, "x", "#9b2226", "track goes on with another's plots"),
    ):
        shown = events[events["kind"] == kind]
        axes.plot(
            shown["x"] / 1e3, shown["y"] / 1e3, mark, color=colour, ms=7.0, mfc="none", lw=0.0, label=label
        )
    axes.plot(0.0, 0.0, "^", color="#222222", ms=8.0, lw=0.0, label="radar")
    axes.set(xlim=(-HALF, HALF), ylim=(NEAR, FAR), xlabel="east [km]", ylabel="north [km]")
    axes.set_aspect("equal")
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))


if __name__ == "__main__":
    write_figures({"air_picture": draw_turns})
