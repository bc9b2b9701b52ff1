"""How good the air picture was, over all trials of a run: estimates, and the sentence that sums them up."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rempart.analysis.estimates import SHARE, Estimate, mean_over_trials
from rempart.analysis.records import Records
from rempart.analysis.wording import duration, number, percent

UNITS: dict[str, str] = {
    "completeness": "1",
    "ambiguity": "tracks",
    "spuriousness": "1",
    "position_error": "m",
    "height_error": "m",
    "velocity_error": "m/s",
    "nees": "squares",
    "misidentified": "1",
    "unidentified": "1",
    "misclassified": "1",
    "continuity": "changes/h",
    "longest_track": "1",
    "picture_gospa": "m",
    "latency": "s",
}
"""Measures of the air picture and the units in which they are told."""
MEANINGS: dict[str, str] = {
    "completeness": "share of the objects in view that have a firm track",
    "ambiguity": "firm tracks for each object that has any; 1 is best",
    "spuriousness": "share of the firm tracks that follow nothing",
    "position_error": "mean distance on the ground of a track from what it follows",
    "height_error": "mean error of its height",
    "velocity_error": "mean error of its velocity on the ground",
    "nees": "squared error over its claimed covariance; 6 if tracks know their errors",
    "misidentified": "share of the declared identities that are wrong",
    "unidentified": "share of the tracks of objects without a declared identity",
    "misclassified": "share of the tracks of objects that are taken for another class",
    "continuity": "changes of the track that holds an object, per hour held",
    "longest_track": "time with the track that held an object longest, over its time in view",
    "picture_gospa": "error of a command's whole picture: located, missed and false together",
    "latency": "from the first detection of a vehicle to its first firm track",
}
_OF_COMMANDS = ("completeness.", "spuriousness.", "position_error.")


def picture_estimates(records: Records) -> dict[str, Estimate]:
    """Means over the trials in which there was something to measure; measures without any are left out."""
    return {
        name: _estimate(column, UNITS[name.partition(".")[0]])
        for name, column in records.measures.items()
        if (name in UNITS or name.startswith(_OF_COMMANDS)) and np.isfinite(column).any()
    }


def picture_sentence(measures: Mapping[str, Estimate]) -> str:
    """The air picture in a sentence; empty where there was none."""
    if "completeness" not in measures:
        return ""
    told = f"Commands hold {percent(measures['completeness'].value)} of what their sensors could see"
    parts = []
    if "position_error" in measures:
        parts.append(f"{number(measures['position_error'].value)}\u00a0m off on average")
    if "latency" in measures:
        parts.append(f"{duration(measures['latency'].value)} after first detection")
    spurious = measures.get("spuriousness")
    ghosts = ""
    if spurious and spurious.value > 0.0:
        ghosts = f" {percent(spurious.value)} of their tracks follow nothing."
    return told + (f", {' and '.join(parts)}." if parts else ".") + ghosts


def _estimate(column: np.ndarray, unit: str) -> Estimate:
    known = column[np.isfinite(column)]
    return mean_over_trials(known, unit, SHARE if unit == "1" else (0.0, math.inf))
