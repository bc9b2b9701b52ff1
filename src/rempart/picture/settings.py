"""How the tracker is set: models of motion, association, start and end of tracks, bounds on memory."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from rempart.base.errors import Fault, RempartError
from rempart.base.kernel import by_address
from rempart.picture.motion import BALLISTIC, CONSTANT_VELOCITY, ESTIMATED_TURN, KNOWN_TURN, Models

ASSOCIATIONS = ("gnn", "jpda")
INITIATIONS = ("m_of_n", "score")
LONGEST_REGISTER = 62


class Motion(NamedTuple):
    """One model of motion, as `model_set` takes it."""

    kind: int
    noise: float
    noise_up: float
    rate: float = 0.0
    rate_noise: float = 0.0
    rate_spread: float = 0.0
    drag: float = 0.0


def constant_velocity(noise: float = 20.0, noise_up: float | None = None) -> Motion:
    """Nearly constant velocity, driven by white acceleration of power `noise` [m²/s³]."""
    return Motion(CONSTANT_VELOCITY, noise, noise if noise_up is None else noise_up)


def turn_of_rate(rate: float, noise: float = 20.0) -> Motion:
    """A level turn of known rate [rad/s], anticlockwise positive."""
    return Motion(KNOWN_TURN, noise, noise, rate=rate)


def coordinated_turn(noise: float = 20.0, rate_noise: float = 1e-3, first_rate: float = 0.1) -> Motion:
    """A level turn whose rate is estimated; `first_rate` [rad/s] is its spread at the start."""
    return Motion(ESTIMATED_TURN, noise, noise, rate_noise=rate_noise, rate_spread=first_rate)


def ballistic(noise: float = 1.0, drag: float = 0.0) -> Motion:
    """Free fall; `drag` is drag coefficient × area / mass [m²/kg]."""
    return Motion(BALLISTIC, noise, noise, drag=drag)


def model_set(*motions: Motion, sojourn: float = 30.0) -> Models:
    """The models among which a target changes; it keeps to each for a mean time `sojourn` [s].

    Raises
    ------
    RempartError
        If there is no model, or a number in one is negative or not finite.
    """
    if not motions:
        raise _refusal("models", "none", "at least one")
    _check_number("sojourn", sojourn, 0.0, math.inf)
    for motion in motions:
        for name in ("noise", "noise_up", "rate_noise", "rate_spread", "drag"):
            _check_number(f"models: {name}", getattr(motion, name), 0.0, math.inf)
        _check_number("models: rate", motion.rate, -math.inf, math.inf)
    spread = max(motion.rate_spread for motion in motions)
    return Models(
        kind=np.array([motion.kind for motion in motions], dtype=np.int64),
        noise=np.array([(motion.noise, motion.noise_up) for motion in motions], dtype=float),
        rate=np.array([motion.rate for motion in motions], dtype=float),
        rate_noise=np.array([motion.rate_noise for motion in motions], dtype=float),
        rate_spread=np.full(len(motions), float(spread)),
        drag=np.array([motion.drag for motion in motions], dtype=float),
        sojourn=np.full(len(motions), float(sojourn)),
    )


@by_address
class TrackerSettings(NamedTuple):
    """All that the tracker is told; made by `tracker_settings`, which checks it."""

    models: Models
    gates: np.ndarray
    """(6,) greatest squared distance inside the gate, by the number of measured components"""
    is_unscented: bool
    is_jpda: bool
    starts_by_score: bool
    keeps_tentative: bool
    knows_pd: bool
    """The chance to detect each track is told in `Table.gates` before each scan, not by the scan."""
    gate_chance: float
    n_hits: int
    n_looks: int
    least_score: float
    """Score without which m hits of n do not make a track firm."""
    score_to_confirm: float
    score_to_drop: float
    score_loss: float
    """Fall of a firm track's score from its best at which it is dropped (by score)."""
    new_density: float
    """New targets to be expected per scan and m², against which false plots compete."""
    new_volume_density: float
    """The same per m³, for plots that tell height."""
    fastest: float
    """[m/s]"""
    height: float
    height_spread: float
    """[m] what is taken of the height of plots that tell none"""
    most_misses: int
    most_shared: int
    """Looks in a row for which two tracks may share one plot and are not taken for duplicates."""
    drop_time: float
    """[s]"""
    widest: float
    """Standard deviation of place at which a track is lost [m]."""
    merge_gate: float
    longest_lag: float
    """[s]"""
    most_tracks: int
    most_plots: int
    most_gated: int
    most_nodes: int


_DEFAULTS: dict[str, Any] = {
    "is_unscented": False, "association": "gnn", "initiation": "m_of_n", "keeps_tentative": False,
    "gate_chance": 0.999, "n_hits": 3, "n_looks": 5, "p_false": 1e-4, "p_miss": 1e-2,
    "least_score": 7.0, "score_loss": 12.0,
    "new_density": 1e-10, "new_volume_density": 1e-14, "knows_pd": False, "most_shared": 30,
    "fastest": 1000.0, "height": 0.0, "height_spread": 3000.0, "most_misses": 5,
    "drop_time": 30.0, "widest": 5000.0, "merge_gate": 4.0, "longest_lag": 5.0, "most_tracks": 4096,
    "most_plots": 20_000, "most_gated": 16, "most_nodes": 4096,
}  # fmt: skip
_BOUNDS: dict[str, tuple[float, float]] = {
    "gate_chance": (0.0, 1.0), "p_false": (0.0, 0.5), "p_miss": (0.0, 0.5), "score_loss": (0.0, math.inf),
    "new_density": (0.0, math.inf), "new_volume_density": (0.0, math.inf),
    "fastest": (0.0, math.inf), "height_spread": (0.0, math.inf),
    "drop_time": (0.0, math.inf), "widest": (0.0, math.inf),
}  # fmt: skip
_COUNTS: dict[str, tuple[int, int]] = {
    "n_hits": (1, LONGEST_REGISTER), "n_looks": (1, LONGEST_REGISTER), "most_misses": (1, 10_000),
    "most_shared": (0, 1_000_000),
    "most_tracks": (1, 1_000_000), "most_plots": (1, 10_000_000), "most_gated": (1, 64),
    "most_nodes": (16, 1_000_000),
}  # fmt: skip


def tracker_settings(models: Models | None = None, **changes: Any) -> TrackerSettings:
    """Settings of the tracker: the defaults with some changed.

    Parameters
    ----------
    models : Models
        From `model_set`; nearly constant velocity if not given.
    **changes
        `is_unscented`, `association` ("gnn" or "jpda"), `gate_chance`, `initiation` ("m_of_n" or
        "score"), `n_hits`, `n_looks`, `least_score`, `p_false`, `p_miss`, `score_loss`,
        `new_density`, `new_volume_density`, `fastest`, `height`, `height_spread`, `most_misses`,
        `most_shared`, `drop_time`, `widest`, `merge_gate` (0: never merge), `longest_lag`,
        `keeps_tentative`, `knows_pd`, `most_tracks`, `most_plots`, `most_gated`, `most_nodes`.

    Raises
    ------
    RempartError
        With every fault found.
    """
    unknown = sorted(set(changes) - set(_DEFAULTS))
    if unknown:
        raise _refusal(", ".join(unknown), "not a setting of the tracker", ", ".join(_DEFAULTS))
    asked = {**_DEFAULTS, **changes}
    _check(asked)
    return TrackerSettings(
        models=models if models is not None else model_set(constant_velocity()),
        gates=_gates(asked["gate_chance"]),
        is_unscented=bool(asked["is_unscented"]),
        is_jpda=asked["association"] == "jpda",
        starts_by_score=asked["initiation"] == "score",
        keeps_tentative=bool(asked["keeps_tentative"]),
        knows_pd=bool(asked["knows_pd"]),
        score_to_confirm=math.log((1.0 - asked["p_miss"]) / asked["p_false"]),
        score_to_drop=math.log(asked["p_miss"] / (1.0 - asked["p_false"])),
        **{name: int(asked[name]) for name in _COUNTS},
        **{  # type: ignore[arg-type]
            name: float(asked[name])
            for name in ("gate_chance", "least_score", "score_loss", "new_density",
                         "new_volume_density", "fastest", "height", "height_spread", "drop_time",
                         "widest", "merge_gate", "longest_lag")
        },
    )  # fmt: skip


def _gates(chance: float) -> np.ndarray:
    from scipy.stats import chi2

    return np.concatenate([np.zeros(1), chi2.ppf(chance, np.arange(1, 6))])


def _check(asked: dict[str, Any]) -> None:
    for name, allowed in (("association", ASSOCIATIONS), ("initiation", INITIATIONS)):
        if asked[name] not in allowed:
            raise _refusal(name, repr(asked[name]), " or ".join(allowed))
    for name, (low, high) in _BOUNDS.items():
        _check_number(name, asked[name], low, high)
        if asked[name] <= low:
            raise _refusal(name, f"{asked[name]!r}", f"above {low:g}")
    for name, (least, most) in _COUNTS.items():
        _check_number(name, asked[name], least, most)
        if asked[name] != int(asked[name]):
            raise _refusal(name, f"{asked[name]!r}", "a whole number")
    for name in ("height", "least_score"):
        _check_number(name, asked[name], -math.inf, math.inf)
    for name in ("merge_gate", "longest_lag"):
        _check_number(name, asked[name], 0.0, math.inf)
    if asked["n_hits"] > asked["n_looks"]:
        raise _refusal("n_hits", f"{asked['n_hits']}", f"at most n_looks = {asked['n_looks']}")
    if not asked["gate_chance"] < 1.0:
        raise _refusal("gate_chance", f"{asked['gate_chance']}", "below 1")


def _check_number(name: str, value: Any, low: float, high: float) -> None:
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not low <= value <= high:
        raise _refusal(name, repr(value), f"a finite number from {low:g} to {high:g}")


def _refusal(where: str, found: str, allowed: str) -> RempartError:
    return RempartError(Fault(f"tracker settings: {where}", found, allowed))
