"""Play three scenarios with perfect tracking, with association known, by nearest neighbour and by joint
probabilities, and write what came out into docs/model/air_picture.md, between its two marks.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "model" / "air_picture.md"
BLOCK = re.compile(r"<!-- played: trials=(\d+) (.*?) -->\n(.*?)<!-- end -->", re.DOTALL)
SEED = 1
WAYS: dict[str, dict[str, Any]] = {
    "perfect tracking": {"perfect": ["tracking"]},
    "`known`": {},
    "`gnn`": {"defence": {"policy": {"track": {"association": "gnn"}}}},
    "`jpda`": {"defence": {"policy": {"track": {"association": "jpda"}}}},
}
"""How the picture is made → what changes in the scenario."""
USUAL = "`known`"
COUNTS = ("shots", "false_tracks", "swaps", "duals", "unresolved", "shots_at_nothing")
SHARES = ("completeness", "spuriousness", "misidentified")
LENGTHS = ("position_error",)


def played(name: str, trials: int) -> list[list[str]]:
    """One row for each way of making the picture."""
    from rempart.analysis.answer import run
    from rempart.analysis.comparison import compare
    from rempart.scenario.loading import amend_scenario, load_scenario

    scenario, found, seconds = load_scenario(name), {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for way, changes in WAYS.items():
            asked = amend_scenario(scenario, changes)
            run(asked, 1, SEED, out=folder)  # compiles and makes ready
            begun = time.process_time()
            found[way] = run(asked, trials, SEED, out=folder)
            seconds[way] = time.process_time() - begun
    rows = []
    for way, told in found.items():
        summary = told.summary
        gap = "" if way == USUAL else _points(compare(found[USUAL], told).measures["leakage"].difference)
        measures = summary.measures
        rows.append(
            [f"`{name}`" if not rows else "", way, _share(summary.leakage), gap]
            + [_share(measures.get(part)) for part in SHARES]
            + [_number(measures.get(part), "{:.0f} m") for part in LENGTHS]
            + [_number(measures.get(part), "{:.1f}") for part in COUNTS]
            + [f"{seconds[way] / seconds[USUAL]:.1f}"]
        )
    return rows


def _share(estimate: Any) -> str:
    if estimate is None:
        return "–"
    return f"{100 * estimate.value:.1f} % ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"


def _points(estimate: Any) -> str:
    return f"{100 * estimate.value:+.1f} ({100 * estimate.low:+.1f} to {100 * estimate.high:+.1f})"


def _number(estimate: Any, form: str) -> str:
    return "0" if estimate is None else form.format(estimate.value)


def table(trials: int, names: list[str]) -> str:
    """The table of all scenarios."""
    head = ["scenario", "picture", "leakage", "against `known` [points]"]
    head += [part.replace("_", " ") for part in (*SHARES, *LENGTHS, *COUNTS)] + ["processor time"]
    rows = [head, ["---"] * len(head), *(row for name in names for row in played(name, trials))]
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{lines}\n\n{trials} trials each, seed {SEED}, paired by common dice; counts are per raid.\n"


def main() -> int:
    """Write the page."""
    text = PAGE.read_text(encoding="utf-8")
    mark = BLOCK.search(text)
    if mark is None:
        raise SystemExit(f"{PAGE.name} has no block to fill.")
    trials, names = int(mark[1]), mark[2].split()
    filled = f"<!-- played: trials={trials} {mark[2]} -->\n{table(trials, names)}<!-- end -->"
    PAGE.write_text(text[: mark.start()] + filled + text[mark.end() :], encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
