"""Play the scenarios of the vignette pages again, and write what came out into the pages and their maps.

A page of docs/vignettes says between two marks what it wants to know of which scenarios:

    <!-- played: al_asad_rockets_2021_06_20 trials=200 measures=spent groups=rockets -->
    <!-- end -->

| mark | writes | options |
|---|---|---|
| `played` | leakage, causes, rounds | `trials`, `measures`, `classes`, `groups` of the summary; `map` |
| `ranges` | leakage over the ranges of the figures | `samples`, `trials` |
| `coverage` | air seen and reached by height, and images/SCENARIO_coverage.png | `region`, `step`, `rcs` |

What stands between the marks is written anew; all else is left as it is. The map of `map`, or
else of the first scenario, becomes docs/vignettes/images/PAGE.png (this needs Chromium).
"""

from __future__ import annotations

import math
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "vignettes"
OPTIONS = {
    "played": {"trials": "200", "measures": "", "classes": "", "groups": "", "map": ""},
    "ranges": {"trials": "50", "samples": "24"},
    "coverage": {"region": "iraq", "step": "4km", "rcs": "1m2"},
}
"""Kind of block → its options and what they are unless told otherwise."""
BLOCK = re.compile(rf"<!-- ({'|'.join(OPTIONS)}): (.*?) -->\n(.*?)<!-- end -->", re.DOTALL)
SEED = 1
MAP_WIDTH = 1120
N_CAUSES = 3
N_FIGURES = 3
N_COLOURS = 256
N_PASSES = 8
"""Over the colours of a picture: without them thin lines keep theirs and wide areas go blotchy."""


@dataclass(frozen=True)
class Order:
    """What one pair of marks asks for."""

    kind: str
    scenarios: tuple[str, ...]
    options: dict[str, str]

    def number(self, option: str) -> int:
        """An option that counts."""
        return int(self.options[option])

    def names(self, option: str) -> list[str]:
        """An option that lists names."""
        return [name for name in self.options[option].split(",") if name]


def pages() -> list[Path]:
    """All vignette pages."""
    return sorted(page for page in PAGES.glob("*.md") if page.name != "README.md")


def orders(text: str) -> list[Order]:
    """What the marks of a page ask for, in order."""
    return [_order(*match.groups()[:2]) for match in BLOCK.finditer(text)]


def _order(kind: str, words: str) -> Order:
    given = dict(word.split("=", 1) for word in words.split() if "=" in word)
    unknown = given.keys() - OPTIONS[kind].keys()
    if unknown:
        raise SystemExit(f"{kind}: {', '.join(sorted(unknown))}? There is only {', '.join(OPTIONS[kind])}.")
    names = tuple(word.strip(",") for word in words.split() if "=" not in word)
    return Order(kind, names, OPTIONS[kind] | given)


def summaries(order: Order) -> dict[str, Any]:
    """Scenario → the summary of its trials."""
    from rempart.analysis.answer import run
    from rempart.scenario.loading import load_scenario

    trials = order.number("trials")
    with tempfile.TemporaryDirectory() as folder:
        return {name: run(load_scenario(name), trials, SEED, out=folder).summary for name in order.scenarios}


def played_table(order: Order) -> str:
    """What came of each scenario with every figure at its nominal."""
    measures, classes, groups = map(order.names, ("measures", "classes", "groups"))
    head = ["scenario", "leakage (95 % interval)", *(f"of {part}" for part in [*classes, *groups])]
    head += ["why they leak", "rounds per raid", *(name.replace("_", " ") for name in measures)]
    rows = [
        [
            f"`{scenario}`",
            _measure(told.leakage),
            *(_measure(told.by_class.get(name)) for name in classes),
            *(_measure(told.by_group.get(name)) for name in groups),
            _causes(told.leak_causes),
            _rounds(told.rounds_by_system),
            *(_measure(told.measures.get(measure)) for measure in measures),
        ]
        for scenario, told in summaries(order).items()
    ]
    return f"{_table(head, rows)}\n\n{order.number('trials')} trials each, seed {SEED}.\n"


def ranges_table(order: Order) -> str:
    """What each scenario's answer is over the ranges of its figures."""
    from rempart.analysis.ranges import summarise_ranges
    from rempart.run.outer_loop import play_ranges
    from rempart.scenario.loading import load_scenario

    samples, trials = order.number("samples"), order.number("trials")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in order.scenarios:
            told = summarise_ranges(play_ranges(load_scenario(name), samples, trials, SEED, out=folder))
            band, share = told.total.band, told.total.split.ignorance_share.value
            part = "–" if math.isnan(share) else f"{100 * share:.0f} %"
            figures = [weight.label for weight in told.total.weights if weight.is_told][:N_FIGURES]
            reach = f"{100 * band.low:.1f} to {100 * band.high:.1f} %"
            rows.append([f"`{name}`", reach, part, "; ".join(figures) or "none told apart from chance"])
    head = ["scenario", "leakage in nine samples of ten", "ignorance in the variance", "look up first"]
    return f"{_table(head, rows)}\n\n{samples} samples of the figures, {trials} trials each, seed {SEED}.\n"


def coverage_table(order: Order) -> str:
    """How much of the air each scenario's defence sees and reaches; draws its maps as well."""
    from rempart.analysis.coverage import shares
    from rempart.analysis.coverage_map import coverage_png
    from rempart.base.units import parse_quantity
    from rempart.geo.region import load_region
    from rempart.run.coverage import ALTITUDES, coverage
    from rempart.scenario.loading import load_scenario

    region, asked = load_region(order.options["region"]), order.options
    step, rcs = parse_quantity(asked["step"], "length"), parse_quantity(asked["rcs"], "area")
    rows = []
    for name in order.scenarios:
        found = coverage(load_scenario(name), ALTITUDES, rcs, region, step)
        for share in shares(found):
            areas = (share.seen, share.seen_twice, share.engaged)
            rows.append([f"`{name}`", share.label, *(_area(area, share.of_air(area)) for area in areas)])
        _save(coverage_png(found), PAGES / "images" / f"{name}_coverage.png")
    head = ["scenario", "height", "seen", "by two radars or more", "weapons reach"]
    air = f"Region {region.name}, cells of {step / 1e3:g} km, a target of {rcs:g} m²"
    return f"{_table(head, rows)}\n\n{air}.\n"


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def _area(area: float, share: float) -> str:
    return f"{area / 1e6:,.0f} km² ({100 * share:.1f} %)"


def _causes(shares: dict[str, float]) -> str:
    listed = list(shares.items())
    told = [f"{cause.replace('_', ' ')} {100 * share:.0f} %" for cause, share in listed[:N_CAUSES]]
    return ", ".join(told) or "nothing leaks"


def _rounds(by_system: dict[str, Any]) -> str:
    return ", ".join(f"{system} {used.value:.1f}" for system, used in by_system.items()) or "none"


def _measure(estimate: Any) -> str:
    if estimate is None:
        return "–"
    if estimate.unit == "USD":
        return f"{estimate.value / 1e6:.3g} M USD ({estimate.low / 1e6:.3g} to {estimate.high / 1e6:.3g})"
    if estimate.unit == "1":
        return f"{100 * estimate.value:.1f} % ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def draw_scenario(name: str, picture: Path) -> None:
    """The map of a scenario as PNG, as its report shows it."""
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
        _save(raw.read_bytes(), picture)


def _save(png: bytes, picture: Path) -> None:
    """Keep a picture in few colours, to be small in the repository."""
    from PIL import Image

    picture.parent.mkdir(parents=True, exist_ok=True)
    whole = Image.open(BytesIO(png)).convert("RGB")
    few = whole.quantize(N_COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=N_PASSES)
    few.save(picture, optimize=True)


TABLES = {"played": played_table, "ranges": ranges_table, "coverage": coverage_table}


def main() -> int:
    """Write the pages that are named, or all."""
    known = {page.stem: page for page in pages()}
    wanted = sys.argv[1:] or list(known)
    if set(wanted) - known.keys():
        raise SystemExit(f"No such page. There are {', '.join(known)}.")
    for page in (known[name] for name in wanted):
        found = orders(page.read_text(encoding="utf-8"))
        if not found:
            raise SystemExit(f"{page.name} has no block to fill.")
        _fill(page, [TABLES[order.kind](order) for order in found])
        chosen = found[0].options.get("map") or found[0].scenarios[0]
        draw_scenario(chosen, PAGES / "images" / f"{page.stem}.png")
        print(f"Wrote {page.relative_to(ROOT)}")
    return 0


def _fill(page: Path, tables: list[str]) -> None:
    """Put the tables between the marks of the page as it is now: somebody may have edited it meanwhile."""
    text, left = page.read_text(encoding="utf-8"), iter(tables)
    page.write_text(
        BLOCK.sub(lambda mark: f"<!-- {mark[1]}: {mark[2]} -->\n{next(left)}<!-- end -->", text),
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
