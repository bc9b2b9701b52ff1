"""Which reader a file is for, told by its ending and, for JSON, by what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rempart.base.errors import Fault
from rempart.run.plots.asterix import read_asterix
from rempart.run.plots.autoferry import (
    ORIGIN,
    autoferry_plots,
    autoferry_truth,
    is_autoferry,
    is_autoferry_truth,
)
from rempart.run.plots.files import file_json
from rempart.run.plots.opensky import is_opensky, opensky_plots
from rempart.run.plots.placing import geodetic_places, local_places
from rempart.run.plots.record import Frame, PlotError, PlotRecord
from rempart.run.plots.table import read_table
from rempart.run.plots.truth import Truth, truth_of

KINDS = {
    ".csv": "table",
    ".parquet": "table",
    ".json": "json",
    ".ast": "asterix",
    ".asterix": "asterix",
    ".raw": "asterix",
    ".bin": "asterix",
}
"""Ending of a file → what it holds; `.gz` may follow."""


def read_plots(path: Path | str) -> PlotRecord:
    """Plots of a file.

    Raises
    ------
    PlotError
        If the file is not there, of no known kind, or cannot be used.
    """
    path = Path(path)
    kind = _kind(path)
    if kind == "table":
        return read_table(path)
    if kind == "asterix":
        return read_asterix(path)
    content = file_json(path)
    if is_autoferry(content):
        return autoferry_plots(content)
    if is_opensky(content):
        return opensky_plots(content)
    found = "holds JSON of an unknown layout"
    raise PlotError(Fault(str(path), found, "Autoferry detections, or OpenSky states"))


def read_truth(path: Path | str, plots: PlotRecord) -> Truth:
    """Where targets truly were, in the frame and the time of the plots.

    Raises
    ------
    PlotError
        If the file cannot be used, or tells no target, or its places cannot be put in that frame.
    """
    path = Path(path)
    kind = _kind(path)
    if kind == "json":
        content = file_json(path)
        if is_autoferry_truth(content):
            return _checked(path, _ferry_truth(path, content, plots))
        if not is_opensky(content):
            raise PlotError(
                Fault(
                    str(path), "holds JSON of an unknown layout", "Autoferry ground truth, or OpenSky states"
                )
            )
        return _checked(path, _own_reports(path, opensky_plots(content), plots))
    if kind == "table":
        return _checked(path, _own_reports(path, read_table(path, plots.frame), plots))
    raise PlotError(Fault(str(path), "is no file of truth", "CSV, Parquet or JSON"))


def _kind(path: Path) -> str:
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "does not exist"
        raise PlotError(Fault(str(path), found, "a file of plots"))
    ending = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if ending.lower() not in KINDS:
        raise PlotError(
            Fault(str(path), f"has the ending {ending!r}", ", ".join(KINDS) + "; or .gz after it")
        )
    return KINDS[ending.lower()]


def _own_reports(path: Path, told: PlotRecord, plots: PlotRecord) -> Truth:
    """Reports of targets about themselves as truth."""
    if (told.frame is None) != (plots.frame is None):
        known, other = (
            ("a local frame", "latitudes") if told.frame is None else ("latitudes", "a local frame")
        )
        raise PlotError(Fault(str(path), f"gives places in {known}", f"{other}, as the plots do"))
    position = told.rows.value[:, :3]
    if told.frame is not None and plots.frame is not None and told.frame != plots.frame:
        position = _moved(position, told.frame, plots.frame)
    return truth_of(told.rows.time + told.start - plots.start, told.rows.owner, position, told.owners)


def _moved(position: np.ndarray, frame: Frame, wanted: Frame) -> np.ndarray:
    """Places of one frame in another; up stays NaN where it is not known."""
    flat = np.nan_to_num(position, nan=0.0)
    lat, lon, height = geodetic_places(flat, frame).T
    found = local_places(lat, lon, height, wanted)
    found[np.isnan(position[:, 2]), 2] = np.nan
    return found


def _ferry_truth(path: Path, content: list[Any], plots: PlotRecord) -> Truth:
    rows = autoferry_truth(content)
    if plots.frame != ORIGIN:
        raise PlotError(Fault(str(path), "is of the Autoferry data set", "the truth of these plots"))
    names = sorted({name for _, name, _, _ in rows})
    places = np.array([(t, east, north, np.nan) for t, _, east, north in rows]).reshape(-1, 4)
    owner = np.array([names.index(name) for _, name, _, _ in rows], np.int64)
    return truth_of(places[:, 0] - plots.start, owner, places[:, 1:], tuple(names))


def _checked(path: Path, truth: Truth) -> Truth:
    if not len(truth.time):
        raise PlotError(Fault(str(path), "tells no place of a named target", "rows with time, target, place"))
    return truth
