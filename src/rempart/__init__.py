"""Rempart: how well does an air defence hold, why did each leaker leak, and how sure are we?

    import rempart

    result = rempart.run(rempart.load("iraq_2020_proposal"), trials=1000, seed=1)
    result.leakage            # Estimate(value, low, high, n)
    rempart.replay(result, trial=17).to_czml("t17.czml")

Each name is loaded when it is first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOMES = {
    "load": ("rempart.scenario.loading", "load_scenario"),
    "run": ("rempart", "run"),
    "compare": ("rempart.analysis.comparison", "compare"),
    "explain": ("rempart.analysis.explanation", "explain"),
    "replay": ("rempart.export.recording", "record"),
    "open_results": ("rempart.analysis.answer", "open_answer"),
    "Results": ("rempart.run.results", "Results"),
    "Estimate": ("rempart.analysis.estimates", "Estimate"),
    "RempartError": ("rempart.base.errors", "RempartError"),
}
__all__ = [*_HOMES, "__version__"]


class _RunRoom(ModuleType):
    """The room `rempart.run` as the function it is known for: `rempart.run(scenario, trials=1000)`."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return import_module("rempart.analysis.answer").run(*arguments, **options)


class _Package(ModuleType):
    """The package; its room `run` stays callable in whatever order things are imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "run":
            value.__class__ = _RunRoom
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("rempart")
    if name == "run":
        return import_module("rempart.run")
    if name in _HOMES:
        home, inner = _HOMES[name]
        return getattr(import_module(home), inner)
    raise AttributeError(f"module 'rempart' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
