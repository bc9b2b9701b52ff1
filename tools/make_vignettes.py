"""Play the scenarios of the vignette pages again, and write what came out into the pages and their maps.

A page of docs/vignettes says between two marks which scenarios it plays:

    <!-- played: al_asad_rockets_2021_06_20 trials=200 measures=spent -->
    <!-- end -->

What stands between the marks is written anew; all else is left as it is. The map of the first scenario
becomes docs/vignettes/images/PAGE.png (this needs Chromium).
"""

from __future__ import annotations

import math
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "vignettes"
BLOCK = re.compile(r"<!-- (played|ranges): (.*?) -->\n(.*?)<!-- end -->", re.DOTALL)
DEFAULT_TRIALS = 200
DEFAULT_SAMPLES = 24
SEED = 1
MAP_WIDTH = 1120
N_CAUSES = 3
N_FIGURES = 3


@dataclass(frozen=True)
class Order:
    """What one pair of marks asks for."""

    kind: str
    """`played` or `ranges`"""
    scenarios: tuple[str, ...]
    trials: int
    samples: int
    measures: tuple[str, ...]


def pages() -> list[Path]:
    """All vignette pages."""
    return sorted(page for page in PAGES.glob("*.md") if page.name != "README.md")


def orders(text: str) -> list[Order]:
    """What the marks of a page ask for, in order."""
    return [_order(*match.groups()[:2]) for match in BLOCK.finditer(text)]


def _order(kind: str, words: str) -> Order:
    options = dict(word.split("=", 1) for word in words.split() if "=" in word)
    measures = tuple(name for name in options.get("measures", "").split(",") if name)
    names = tuple(word.strip(",") for word in words.split() if "=" not in word)
    trials = int(options.get("trials", DEFAULT_TRIALS if kind == "played" else 50))
    return Order(kind, names, trials, int(options.get("samples", DEFAULT_SAMPLES)), measures)


def summaries(order: Order) -> dict[str, Any]:
    """Scenario → the summary of its trials."""
    from rempart.analysis.answer import run
    from rempart.scenario.loading import load_scenario

    with tempfile.TemporaryDirectory() as folder:
        return {
            name: run(load_scenario(name), order.trials, SEED, out=folder).summary for name in order.scenarios
        }


def played_table(order: Order, found: dict[str, Any]) -> str:
    """The table that stands between the marks."""
    head = ["scenario", "leakage (95 % interval)", "why they leak", "rounds per raid"]
    head += [name.replace("_", " ") for name in order.measures]
    rows = [head, ["---"] * len(head)]
    for name, summary in found.items():
        low, high = summary.leakage.low, summary.leakage.high
        rows.append(
            [
                f"`{name}`",
                f"{100 * summary.leakage.value:.1f} % ({100 * low:.1f} to {100 * high:.1f})",
                _causes(summary.leak_causes),
                _rounds(summary.rounds_by_system),
                *(_measure(summary.measures[measure]) for measure in order.measures),
            ]
        )
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{table}\n\n{order.trials} trials each, seed {SEED}.\n"


def ranges_table(order: Order) -> str:
    """What each scenario's answer is over the ranges of its figures."""
    from rempart.analysis.ranges import summarise_ranges
    from rempart.run.outer_loop import play_ranges
    from rempart.scenario.loading import load_scenario

    rows = [["scenario", "leakage in nine samples of ten", "ignorance in the variance", "look up first"]]
    rows.append(["---"] * len(rows[0]))
    with tempfile.TemporaryDirectory() as folder:
        for name in order.scenarios:
            told = summarise_ranges(
                play_ranges(load_scenario(name), order.samples, order.trials, SEED, out=folder)
            )
            band, share = told.total.band, told.total.split.ignorance_share.value
            part = "–" if math.isnan(share) else f"{100 * share:.0f} %"
            figures = [weight.label for weight in told.total.weights if weight.is_told][:N_FIGURES]
            reach = f"{100 * band.low:.1f} to {100 * band.high:.1f} %"
            rows.append([f"`{name}`", reach, part, "; ".join(figures) or "none told apart from chance"])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{table}\n\n{order.samples} samples of the figures, {order.trials} trials each, seed {SEED}.\n"


def _causes(shares: dict[str, float]) -> str:
    listed = list(shares.items())
    told = [f"{cause.replace('_', ' ')} {100 * share:.0f} %" for cause, share in listed[:N_CAUSES]]
    return ", ".join(told) or "nothing leaks"


def _rounds(by_system: dict[str, Any]) -> str:
    return ", ".join(f"{system} {used.value:.1f}" for system, used in by_system.items()) or "none"


def _measure(estimate: Any) -> str:
    if estimate.unit == "USD":
        return f"{estimate.value / 1e6:.3g} M USD ({estimate.low / 1e6:.3g} to {estimate.high / 1e6:.3g})"
    if estimate.unit == "1":
        return f"{100 * estimate.value:.1f} % ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def draw_scenario(name: str, picture: Path) -> None:
    """The map of a scenario as PNG, as its report shows it."""
    from PIL import Image

    from make_figures import BROWSERS, screenshot  # type: ignore[import-not-found]
    from rempart.analysis.map import draw_map
    from rempart.analysis.mapping import world_map
    from rempart.run.lowering import lower
    from rempart.scenario.loading import load_scenario

    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"The maps need one of {', '.join(BROWSERS)}")
    drawn = draw_map(world_map(lower(load_scenario(name))), float(MAP_WIDTH))
    height = round(float(re.search(r'viewBox="0 0 \S+ ([\d.]+)"', drawn.markup).group(1)))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "map.html"
        style = (
            "body{margin:0;background:#fff;font-family:'Liberation Sans',Arial,sans-serif}svg{display:block}"
        )
        page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{drawn.markup}", "utf-8")
        raw = Path(folder) / "map.png"
        screenshot(browser, page, raw, (MAP_WIDTH, height))
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.open(raw).convert("RGB").quantize(128).save(picture, optimize=True)


def main() -> int:
    """Write the pages that are named, or all."""
    wanted = set(sys.argv[1:])
    for page in pages():
        if wanted and page.stem not in wanted:
            continue
        text = page.read_text(encoding="utf-8")
        text = BLOCK.sub(_written, text)
        page.write_text(text, encoding="utf-8")
        draw_scenario(orders(text)[0].scenarios[0], PAGES / "images" / f"{page.stem}.png")
        print(f"Wrote {page.relative_to(ROOT)}")
    return 0


def _written(match: re.Match[str]) -> str:
    kind, words, _ = match.groups()
    order = _order(kind, words)
    table = played_table(order, summaries(order)) if kind == "played" else ranges_table(order)
    return f"<!-- {kind}: {words} -->\n{table}<!-- end -->"


if __name__ == "__main__":
    sys.exit(main())
