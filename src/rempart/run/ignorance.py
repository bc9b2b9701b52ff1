"""Ignorance: the figures of a scenario's systems that are known only as ranges, and samples of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from rempart.base.dice import dice_key, entity_hash, uniform
from rempart.catalog.figures import Figure
from rempart.catalog.rules import broken_rules
from rempart.catalog.systems import figures_of

MANY_TIMES = 100.0
"""A range whose top is this many times its bottom is one of ratios, whatever it measures."""

_STRATUM, _PLACE = 0, 1
"""Streams of a figure's dice: the order of its strata, and where in each the sample lies."""

Systems = Mapping[str, Any]
"""Catalogue name → entry."""


@dataclass(frozen=True)
class Doubt:
    """One figure of one catalogue entry that is known only as a range."""

    system: str
    path: str
    figure: Figure

    @property
    def name(self) -> str:
        """Its name among all doubts of a scenario."""
        return f"{self.system}.{self.path}"

    @property
    def is_logarithmic(self) -> bool:
        """Whether equal ratios, and not equal differences, are taken as equally likely."""
        figure = self.figure
        return figure.is_logarithmic or 0.0 < MANY_TIMES * figure.low <= figure.high

    def at(self, share: float) -> float:
        """The value [SI] below which this share of the range lies.

        Returns
        -------
        float
            In [low, high]; never falls as `share` rises from 0 to 1. Each count of the range gets
            an equal part.
        """
        low, high = self.figure.low, self.figure.high
        if self.figure.dimension == "count":
            return min(float(math.floor(low + share * (high - low + 1.0))), high)
        if self.is_logarithmic:
            return min(max(low * (high / low) ** share, low), high)
        return low + share * (high - low)


def doubts_of(systems: Systems) -> tuple[Doubt, ...]:
    """Every figure with a range, in order of systems and paths; what is only background is left out."""
    return tuple(
        Doubt(name, path, figure)
        for name, system in sorted(systems.items())
        for path, figure in figures_of(system)
        if figure.is_range and not path.startswith("background")
    )


def latin_hypercube(doubts: Sequence[Doubt], samples: int, seed: int) -> np.ndarray:
    """Shares of the ranges, such that each figure has one sample in each of as many equal parts.

    Parameters
    ----------
    doubts : sequence of Doubt
    samples : int
    seed : int

    Returns
    -------
    (samples, len(doubts)) array
        In [0, 1). A figure's column depends on the seed, the number of samples and its own name:
        an entry that is added or taken away leaves the others' columns as they are.

    Source
    ------
    McKay, Beckman & Conover, Technometrics 21 (1979) 239.
    """
    columns = [_strata(doubt.name, samples, seed) for doubt in doubts]
    return np.stack(columns, axis=1) if columns else np.empty((samples, 0))


def values_at(doubts: Sequence[Doubt], shares: np.ndarray) -> np.ndarray:
    """Values [SI] of the figures at their shares, of the same shape."""
    columns = [[doubt.at(share) for share in column] for doubt, column in zip(doubts, shares.T, strict=True)]
    return np.array(columns, dtype=np.float64).reshape(shares.shape[::-1]).T


def systems_with(systems: Systems, doubts: Sequence[Doubt], values: Sequence[float]) -> dict[str, Any]:
    """The systems with these figures taken as known; the other figures stay as they are.

    A figure that the catalogue derives from others is a figure like any other: it is not derived anew.
    """
    chosen = {(doubt.system, doubt.path): float(value) for doubt, value in zip(doubts, values, strict=True)}

    def known(name: str) -> Callable[[str, Figure], Figure]:
        def with_value(path: str, figure: Figure) -> Figure:
            value = chosen.get((name, path))
            return figure if value is None else replace(figure, value=value, low=value, high=value)

        return with_value

    return {name: _mapped(system, "", known(name)) for name, system in systems.items()}


def contradictions(systems: Systems) -> Iterator[str]:
    """What in these systems breaks a rule of the catalogue, so that no such system can be."""
    for name, system in systems.items():
        for path, found, allowed in broken_rules(system):
            yield f"{name}.{path}: {found}; allowed: {allowed}"


def watched(systems: Systems, seen: Callable[[str], None]) -> dict[str, Any]:
    """The same systems; `seen` is told the name of a doubt whenever the figure's value is read."""

    def watching(name: str) -> Callable[[str, Figure], Figure]:
        return lambda path, figure: _Watched.over(figure, lambda: seen(f"{name}.{path}"))

    return {name: _mapped(system, "", watching(name)) for name, system in systems.items()}


class _Watched(Figure):
    """A figure that tells when its value is read."""

    @classmethod
    def over(cls, figure: Figure, tell: Callable[[], None]) -> Figure:
        made = object.__new__(cls)
        made.__dict__.update(vars(figure), tell=tell)
        return made

    @property
    def value(self) -> float:
        self.__dict__["tell"]()
        return float(self.__dict__["value"])


def _strata(name: str, samples: int, seed: int) -> np.ndarray:
    order, place = (np.uint64(dice_key(seed, 0, entity_hash(name), use)) for use in (_STRATUM, _PLACE))
    strata = np.argsort([uniform(order, sample) for sample in range(samples)], kind="stable")
    return (strata + np.array([uniform(place, sample) for sample in range(samples)])) / samples


def _mapped(part: Any, path: str, change: Callable[[str, Figure], Figure]) -> Any:
    """A part with each of its figures changed; a part without figures is left as it is."""
    if isinstance(part, Figure):
        return change(path, part)
    if isinstance(part, dict):
        return {key: _mapped(value, _below(path, key), change) for key, value in part.items()}
    if not is_dataclass(part) or isinstance(part, type):
        return part
    inner = {one.name: getattr(part, one.name) for one in fields(part)}
    return replace(part, **{key: _mapped(value, _below(path, key), change) for key, value in inner.items()})


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
