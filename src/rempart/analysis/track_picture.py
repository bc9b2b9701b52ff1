"""The page of tracks: one HTML file with the tracks over the plots, their lives and their measures."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from rempart.analysis.page import rendered_page
from rempart.analysis.track_association import held_pairs
from rempart.analysis.track_chart import (
    HUES,
    MOST_BARS,
    MOST_LINES,
    Line,
    life_of_tracks,
    longest,
    step_of,
    tracks_from_above,
)
from rempart.analysis.track_measures import TrackMeasures, track_states, truth_states
from rempart.analysis.wording import NOTHING, duration, fixed, number, percent, plural
from rempart.base.files import write_atomically
from rempart.run.plots.cleaning import REASONS
from rempart.run.plots.truth import Truth
from rempart.run.tracking import Tracks

_LONGEST = 12


def write_track_picture(
    tracks: Tracks,
    path: Path | str,
    name: str,
    truth: Truth | None = None,
    measures: TrackMeasures | None = None,
) -> Path:
    """Write the page of tracks as one self-contained HTML file, light or dark as its reader likes.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    return write_atomically(Path(path), track_page(tracks, name, truth, measures))


def track_page(
    tracks: Tracks, name: str, truth: Truth | None = None, measures: TrackMeasures | None = None
) -> str:
    """The page as text."""
    lines = track_lines(tracks)
    return rendered_page(
        "tracks.html",
        version=version("rempart"),
        name=name,
        headline=headline(tracks, measures),
        support=_support(tracks, measures),
        tiles=_tiles(tracks, measures),
        map=_map(tracks, lines, truth),
        life=_life(tracks, lines, truth, measures),
        listed=_listed(tracks, lines),
        measures=measures and {"sentence": _held_sentence(measures), "rows": measure_rows(measures)},
        used=used_rows(tracks),
    )


def track_lines(tracks: Tracks) -> list[Line]:
    """Each track as a line, in the order of their numbers."""
    order = np.lexsort((tracks.scan, tracks.track))
    numbers, starts = np.unique(tracks.track[order], return_index=True)
    parts = np.split(order, starts[1:]) if len(order) else []
    return [
        Line(str(number_), tracks.time[rows], tracks.mean[rows, :2], n % HUES)
        for n, (number_, rows) in enumerate(zip(numbers.tolist(), parts, strict=True))
    ]


def measure_rows(measures: TrackMeasures) -> list[tuple[str, str, str]]:
    """Name, value and best value of each measure."""
    attributes = measures.siap
    return [
        ("Held by a track of its own", _share(measures.held), percent(1.0, 0)),
        ("Changes of track", number(measures.switches), "0"),
        ("Time to the first track", duration(measures.latency), "0 s"),
        (f"GOSPA, cut off at {number(measures.cutoff)} m", _metres(measures.gospa), "0 m"),
        ("Distance of a pair", _metres(measures.localisation), "0 m"),
        ("Missed, mean of scans", fixed(measures.missed, 2), "0"),
        ("False, mean of scans", fixed(measures.false, 2), "0"),
        ("OSPA", _metres(measures.ospa), "0 m"),
        ("Completeness", _share(attributes.completeness), percent(1.0, 0)),
        ("Ambiguity: tracks for each target held", fixed(attributes.ambiguity, 2), "1"),
        ("Spuriousness", _share(attributes.spuriousness), percent(0.0, 0)),
        ("Longest stretch of one track", _share(attributes.longest_segment), percent(1.0, 0)),
    ]


def used_rows(tracks: Tracks) -> list[tuple[str, str]]:
    """Settings that were used, and what was refused, as people read them."""
    used = tracks.used
    rows = [
        ("Sensors", ", ".join(tracks.record.sensors[n] for n in np.unique(tracks.record.rows.sensor))),
        ("Scan time", duration(float(used["scan_time"]))),
        ("Probability of detection", fixed(float(used["pd"]), 2)),
        ("Plots of no track", f"{fixed(float(used['clutter_per_scan']), 1)} a scan"),
        ("Error of a plot", _metres(float(used["error"]))),
        ("Fastest target", f"{number(float(used['fastest']))} m/s"),
        ("Manoeuvre", f"{number(float(used['manoeuvre']))} m/s²"),
        ("Association", str(used["association"])),
    ]
    if "angle_error" in used:
        rows.insert(5, ("Error of an angle", f"{number(float(np.degrees(used['angle_error'])))}°"))
    rows += [(f"Refused: {REASONS.get(why, why)}", number(n)) for why, n in tracks.record.refused.items()]
    if tracks.record.out_of_order:
        rows.append(("Put in order of time", number(tracks.record.out_of_order)))
    return rows + [(f"Tracker: {why.replace('_', ' ')}", number(n)) for why, n in tracks.tally.items()]


def headline(tracks: Tracks, measures: TrackMeasures | None) -> str:
    """What came of it in one sentence."""
    span = duration(float(np.ptp(tracks.scan_times)))
    made = f"{plural(tracks.count, 'track')} from {plural(tracks.record.count, 'plot')} in {span}"
    if measures is None:
        return f"{made}."
    held = f"targets are held {percent(measures.held)} of the time they were there"
    return f"{made}; {held}."


def _support(tracks: Tracks, measures: TrackMeasures | None) -> str:
    taken = len(np.unique(tracks.plot[tracks.plot >= 0])) / max(tracks.record.count, 1)
    told = f"{percent(taken)} of the plots belong to a track; the rest is taken for clutter."
    if measures is None:
        return told
    false = f"{fixed(measures.false, 2)} false tracks stood in the picture at a time"
    return f"{plural(measures.switches, 'change')} of track. On average {false}. {told}"


def _tiles(tracks: Tracks, measures: TrackMeasures | None) -> list[dict[str, str]]:
    scans = len(tracks.scans)
    plots = _tile("Plots", number(tracks.record.count), f"{fixed(tracks.record.count / scans, 1)} a scan")
    found = _tile("Tracks", number(tracks.count), "firm at some time")
    if measures is None:
        lasted = [float(np.ptp(line.times)) for line in track_lines(tracks)]
        return [
            plots,
            _tile("Scans", number(scans), f"every {duration(float(tracks.used['scan_time']))}"),
            found,
            _tile("Median life", duration(float(np.median(lasted))) if lasted else NOTHING, "of a track"),
        ]
    return [
        _tile("Held", _share(measures.held), "of target and scan"),
        _tile("Changes of track", number(measures.switches), f"{plural(len(measures.holdings), 'target')}"),
        _tile("GOSPA", _metres(measures.gospa), f"mean of scans, cut off at {number(measures.cutoff)} m"),
        found,
    ]


def _tile(name: str, value: str, note: str) -> dict[str, str]:
    return {"name": name, "value": value, "note": note}


def _map(tracks: Tracks, lines: list[Line], truth: Truth | None) -> dict[str, str]:
    plots = tracks.record.positions()[:, :2]
    stands = np.array([scan.place[:2] for scan in tracks.scans], dtype=float).reshape(-1, 2)
    paths = _paths(truth)
    shown = step_of(len(plots))
    about = "Grey dots: plots" + (f" (one in {shown})" if shown > 1 else "") + ". Lines: tracks, with a dot "
    about += "at their end. North is up" + (". Broad: where the targets truly were." if paths else ".")
    sees = (tracks.record.rows.kind == 1).any() or bool(tracks.record.looks)
    if len(lines) > MOST_LINES:
        about += f" The {MOST_LINES} longest of {len(lines)} tracks are drawn."
    markup = tracks_from_above(plots, lines, paths, stands if sees else stands[:0])
    return {"markup": markup, "about": about, "sentence": f"{plural(len(lines), 'track')} over the plots"}


def _paths(truth: Truth | None) -> list[Line]:
    if truth is None:
        return []
    own = (truth.owner == owner for owner in range(len(truth.names)))
    lines = zip(truth.names, own, strict=True)
    return [Line(name, truth.time[rows], truth.position[rows, :2]) for name, rows in lines if rows.any()]


def _life(
    tracks: Tracks, lines: list[Line], truth: Truth | None, measures: TrackMeasures | None
) -> dict[str, str]:
    times = tracks.scan_times
    edges = float(times[0]), float(times[-1])
    if truth is not None and measures is not None and len(truth.names) <= MOST_BARS:
        rows = _holding_rows(tracks, lines, truth, measures.cutoff)
        about = "One row a target: in colour while a track held it, another colour for another track."
        sentence = "Which track held which target"
    else:
        shown = sorted(longest(lines, MOST_BARS), key=lambda line: float(line.times[0]))
        rows = [(line.name, [line]) for line in shown]
        about = "One row a track, from where it became firm to where it was dropped."
        sentence = "When each track was there"
        if len(lines) > MOST_BARS:
            about += f" The {MOST_BARS} longest of {len(lines)}."
    return {"markup": life_of_tracks(rows, *edges), "about": about, "sentence": sentence}


def _holding_rows(
    tracks: Tracks, lines: list[Line], truth: Truth, cutoff: float
) -> list[tuple[str, list[Line]]]:
    """For each target the stretches in which a track held it."""
    times = tracks.scan_times
    true, seen = truth_states(truth, tracks), track_states(tracks)
    pairs = held_pairs(true, seen, len(times), cutoff)
    hues = {int(line.name): line.hue for line in lines}
    rows = []
    for owner in np.unique(true.owner).tolist():
        own = true.owner[pairs.truth] == owner
        frame, by = true.frame[pairs.truth[own]], seen.owner[pairs.track[own]]
        cuts = np.flatnonzero((np.diff(frame) > 1) | (np.diff(by) != 0)) + 1
        stretches = [part for part in np.split(np.arange(len(frame)), cuts) if len(part)]
        held = [
            Line(f"track {by[part[0]]}", times[frame[part]], np.zeros((0, 2)), hues[int(by[part[0]])])
            for part in stretches
        ]
        rows.append((truth.names[owner], held))
    return rows


def _listed(tracks: Tracks, lines: list[Line]) -> dict[str, Any]:
    rows = []
    first = float(tracks.scan_times[0])
    for line in sorted(lines, key=lambda one: one.times[0] - one.times[-1])[:_LONGEST]:
        own = tracks.track == int(line.name)
        hits = int((tracks.plot[own] >= 0).sum())
        speed = float(np.linalg.norm(tracks.mean[own, 3:5], axis=1).mean())
        when = f"{fixed(float(line.times[0]) - first, 0)} s"
        lasted = duration(float(np.ptp(line.times)))
        missed = number(len(line.times) - hits)
        rows.append((line.name, when, lasted, number(hits), missed, f"{fixed(speed, 1)} m/s"))
    shown = f"The {len(rows)} that lasted longest" if len(rows) < len(lines) else "Every track"
    return {"rows": rows, "sentence": shown if lines else "No track became firm"}


def _held_sentence(measures: TrackMeasures) -> str:
    return (
        f"Targets are held {percent(measures.held)} of the time, with {plural(measures.switches, 'change')}"
    )


def _share(value: float) -> str:
    return percent(value) if np.isfinite(value) else NOTHING


def _metres(value: float) -> str:
    return f"{number(value)} m" if np.isfinite(value) else NOTHING
