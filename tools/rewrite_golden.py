"""Play the golden scenarios of the tests again and write down what comes out.

Run it after a change that is meant to change results, and review the difference like any other
source: it says what the change did.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
TRIALS, SEED = 20, 1
NOT_OUTCOMES = ("trial", "looks", "detections")


def golden_folders() -> list[Path]:
    """Every golden scenario's folder."""
    return sorted(path.parent for path in GOLDEN.glob("*/scenario.yaml"))


def outcome(folder: Path, seed: int = SEED) -> dict[str, Any]:
    """What a golden scenario comes to: every measure of every trial, and the causes of all leaks.

    `digest` names the whole ledger (times in single precision) and all measures.
    """
    from rempart.engine.play import new_ledger, play_trials
    from rempart.engine.state import new_state
    from rempart.run.lowering import lower
    from rempart.run.tables import Block, ledger_table, measures_table
    from rempart.scenario.loading import load_scenario

    lowered = lower(load_scenario(folder / "scenario.yaml"))
    ledger, tally = new_ledger(lowered.world, TRIALS)
    play_trials(lowered.world, new_state(lowered.world), seed, 0, ledger, tally)
    block, names = Block(0, TRIALS, *ledger, *tally), vars(lowered.names)
    rows, measures = (
        ledger_table(block, lowered.world, names),
        measures_table(block, lowered.world, names, lowered.costs),
    )
    causes = [cause for cause in rows["cause"].to_pylist() if cause]
    return {
        "scenario": lowered.scenario.digest,
        "digest": _digest(ledger.times, ledger.codes, tally.rounds, tally.counters),
        "trials": TRIALS,
        "seed": seed,
        "causes": {cause: causes.count(cause) for cause in sorted(set(causes))},
        "measures": {
            name: [value if value is None else round(value, 9) for value in measures[name].to_pylist()]
            for name in measures.column_names
            if name not in NOT_OUTCOMES
        },
    }


def _digest(times: np.ndarray, *counts: np.ndarray) -> str:
    digest = hashlib.blake2b(times.astype(np.float32).tobytes(), digest_size=16)
    for part in counts:
        digest.update(part.tobytes())
    return digest.hexdigest()


def written(found: dict[str, Any]) -> str:
    """An outcome as a file whose difference can be read: one measure a line."""
    measures = ",\n".join(
        f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in found["measures"].items()
    )
    head = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items() if key != "measures"
    )
    return f'{{\n{head},\n  "measures": {{\n{measures}\n  }}\n}}\n'


def main() -> int:
    """Rewrite the outcome of every golden scenario."""
    for folder in golden_folders():
        path = folder / "outcome.json"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        now = written(outcome(folder))
        path.write_text(now, encoding="utf-8")
        print(f"{path.relative_to(GOLDEN.parent.parent)}: {'unchanged' if now == before else 'rewritten'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
