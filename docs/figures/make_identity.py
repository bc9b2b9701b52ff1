"""Make the figures of docs/model/identity.md: `python docs/figures/make_identity.py`."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from style import write_figures

from rempart.picture.identity import Chances, Evidence, IdentityNet, hostile_log_odds, identity_net
from rempart.scenario.identification import Identification

NOTHING = Evidence(0, 0, -1, -1, -1, -1, -1)
ANSWERS = {
    "conduct": "behaves as its\nflight plan says",
    "corridor": "flies along\na corridor",
    "speed": "flies and looks\nlike an airliner",
    "origin": "came from the\nthreatened sector",
    "declared": "another command\nsays hostile",
}


def usual_net(*evidence: str, false_reply: float = 0.0) -> IdentityNet:
    """The net of these pieces of evidence, with the beliefs that a scenario has by default."""
    told = Identification()
    chances = {node: Chances(*told.chances_of(node)) for node in evidence}  # type: ignore[arg-type]
    return identity_net(chances, told.prior, told.decisive, told.believed.heard, false_reply)


def draw_net(axes: Axes) -> None:
    """The nodes, and which hangs on which."""
    identity, works = (0.5, 0.86), (0.07, 0.52)
    places = {"reply": (0.07, 0.16)} | {
        name: (0.25 + 0.17 * index, 0.30 if index % 2 else 0.40) for index, name in enumerate(ANSWERS)
    }
    _draw_node(axes, identity, "identity\nhostile or neutral", "#f3d9c0")
    _draw_node(axes, works, "transponder\nworks", "#e9ecef")
    _draw_node(axes, places["reply"], "reply, at each\ninterrogation", "#d5e3ec")
    for name, label in ANSWERS.items():
        _draw_node(axes, places[name], label, "#d5e3ec")
    _draw_arrow(axes, identity, works)
    _draw_arrow(axes, works, places["reply"])
    for name in ANSWERS:
        _draw_arrow(axes, identity, places[name])
    axes.set(xlim=(-0.05, 1.05), ylim=(0.0, 1.0))
    axes.axis("off")


def _draw_node(axes: Axes, place: tuple[float, float], label: str, colour: str) -> None:
    axes.add_patch(Ellipse(place, 0.165, 0.21, facecolor=colour, edgecolor="#222222", lw=0.8, zorder=3))
    axes.text(*place, label, ha="center", va="center", fontsize=7.0, zorder=4)


def _draw_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": "#555555", "lw": 0.9, "shrinkA": 22, "shrinkB": 31}
    axes.annotate("", end, start, arrowprops=style, zorder=1)


def draw_identity(axes: Axes) -> None:
    """Odds after each combination of the two usual pieces of evidence, and the two thresholds."""
    net, cases = usual_net("reply", "conduct"), list(product((1, 0), repeat=2))
    odds = [
        hostile_log_odds(NOTHING._replace(n_interrogations=1, n_replies=a, conduct=b), net) for a, b in cases
    ]
    labels = [f"{'reply' if a else 'no reply'},\n{'conforms' if b else 'does not conform'}" for a, b in cases]
    colours = ["#5a8f29", "#9aa5ad", "#9aa5ad", "#9b2226"]
    axes.barh(labels, np.array(odds) / math.log(10.0), color=colours, height=0.55)
    threshold = math.log10(net.decisive / (1.0 - net.decisive))
    for edge, name in ((-1, "neutral"), (1, "hostile")):
        axes.axvline(edge * threshold, color="#222222", ls=":", lw=1.2)
        axes.text(edge * 1.1, 3.55, name, ha="left" if edge > 0 else "right", color="#222222")
    axes.text(0.0, 3.55, "unknown", ha="center", color="#222222")
    axes.set_xlabel("odds of hostile to neutral, powers of ten")
    axes.grid(axis="y", visible=False)


def draw_replies(axes: Axes) -> None:
    """What interrogations add, over their number, for several numbers of replies."""
    for false_reply, line in ((0.0, ":"), (0.02, "-")):
        net = usual_net("reply", false_reply=false_reply)
        for replies, colour in ((0, "#9b2226"), (1, "#ca6702"), (2, "#1b4965")):
            asked = np.arange(max(replies, 1), 9)
            odds = [hostile_log_odds(Evidence(int(n), replies, -1, -1, -1, -1, -1), net) for n in asked]
            told = f"{replies} {'reply' if replies == 1 else 'replies'}" if line == "-" else None
            axes.plot(
                asked, np.array(odds) / math.log(10.0), line, color=colour, marker="o", ms=3, label=told
            )
    axes.plot([], [], ":", color="#555555", label="no false replies")
    axes.plot([], [], "-", color="#555555", label="2 % false replies")
    axes.set(xlabel="interrogations so far", ylabel="odds of hostile, powers of ten")
    axes.legend(loc="center right", bbox_to_anchor=(1.0, 0.55), ncols=1)


if __name__ == "__main__":
    write_figures({"identity_net": draw_net, "identity": draw_identity, "identity_replies": draw_replies})
