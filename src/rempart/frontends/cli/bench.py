"""`rempart bench`: how fast is it here?"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer

from rempart.base.errors import Fault, RempartError
from rempart.frontends.cli.options import Json, examples

EXAMPLES = examples("rempart bench", "rempart bench engine --json", "rempart bench tracker --json")

Name = Annotated[str, typer.Argument(help="Which benchmark.")]


def _engine() -> dict[str, float]:
    from rempart.run.bench import engine_figures

    return engine_figures()


def _tracker() -> dict[str, float]:
    from rempart.run.tracker_bench import tracker_figures

    return tracker_figures()


BENCHES: dict[str, Callable[[], dict[str, float]]] = {"engine": _engine, "tracker": _tracker}
"""Benchmark → what measures it; figures carry their unit in their name."""


def _tracker_note() -> str:
    from rempart.run.tracker_bench import tracker_note

    return tracker_note()


NOTES: dict[str, Callable[[], str]] = {"tracker": _tracker_note}
"""Benchmark → what must be said of its figures."""


def bench(name: Name = "engine", as_json: Json = False) -> None:
    """Measure the speed of the program on this machine."""
    from rempart.frontends.cli.console import show, show_json

    if name not in BENCHES:
        raise RempartError(Fault("bench", f"{name!r} is not a benchmark", ", ".join(BENCHES)))
    answer = {"bench": name, "figures": BENCHES[name](), "machine": machine()}
    note = NOTES[name]() if name in NOTES else ""
    if as_json:
        show_json({**answer, "note": note} if note else answer)
        return
    from rempart.frontends.cli.tables import bench_table

    show(bench_table(answer))
    if note:
        show(note)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{package: version(package) for package in ("numba", "numpy", "rempart")},
    }


def _processor() -> str:
    from pathlib import Path

    table = Path("/proc/cpuinfo")
    if table.is_file():
        for line in table.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
