"""How good the air picture was in each trial: measures from what the engine has added up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rempart.engine.scorecard import SCORES
from rempart.engine.state import TIMES

SECONDS_AN_HOUR = 3600.0
_SHARES = {
    "completeness": ("held", "objects"),
    "ambiguity": ("following", "held"),
    "position_error": ("position_error", "following"),
    "height_error": ("height_error", "following"),
    "velocity_error": ("velocity_error", "following"),
    "nees": ("squares", "n_squares"),
    "unidentified": ("undecided", "following"),
    "longest_track": ("longest", "objects"),
    "picture_gospa": ("gospa", "moments"),
}
"""Measure → the sums whose ratio it is."""
OF_COMMANDS = ("completeness", "spuriousness", "position_error")
"""Measures that are also told for each command, where there are several."""


def picture_measures(picture: np.ndarray, interval: float, commands: Sequence[str]) -> dict[str, np.ndarray]:
    """Measures of the air picture, one figure a trial; not a number where nothing was there to measure.

    Parameters
    ----------
    picture : array (n_trials, n_groups, n_scores)
        As in `engine.play.Tally`.
    interval : float
        Between the moments that were added up [s].
    commands : sequence of str
        Names of the groups.

    Returns
    -------
    dict
        Over all commands, each with the weight of what it has to show: a share of all objects is a
        share of the objects of all commands together. Then those of single commands.
    """
    found = _measures(picture.sum(axis=1), interval)
    if len(commands) > 1:
        for group, command in enumerate(commands):
            own = _measures(picture[:, group], interval)
            found.update({command_column(name, command): own[name] for name in OF_COMMANDS})
    return found


def command_column(measure: str, command: str) -> str:
    """Name of a measure of one command."""
    return f"{measure}.{command}"


def mean_latency(times: np.ndarray, n_trials: int) -> np.ndarray:
    """Mean time [s] from first detection to first firm track, over the vehicles of a trial that had both."""
    begun, firm = (times[:, TIMES.index(name)] for name in ("first_detected", "first_firm"))
    spans = (firm - begun).reshape(n_trials, -1)
    is_known = np.isfinite(spans)
    return _ratio(np.where(is_known, spans, 0.0).sum(axis=1), is_known.sum(axis=1).astype(float))


def _measures(sums: np.ndarray, interval: float) -> dict[str, np.ndarray]:
    of = dict(zip(SCORES, sums.T, strict=True))
    found = {name: _ratio(of[part], of[whole]) for name, (part, whole) in _SHARES.items()}
    found["spuriousness"] = _ratio(of["tracks"] - of["following"], of["tracks"])
    found["misidentified"] = _ratio(of["wrong"], of["right"] + of["wrong"])
    found["misclassified"] = _ratio(of["class_wrong"], of["class_right"] + of["class_wrong"])
    found["continuity"] = _ratio(of["changes"], of["held"] * (interval / SECONDS_AN_HOUR))
    return found


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0.0)
