"""Measure the tracker, and Stone Soup's beside it, on recordings with known truth.

Usage: python tools/measure_recordings.py DATA [--stonesoup PYTHON] [--only NAME] [--json FILE]

DATA holds the public recordings: tracking/autoferry and air_traffic. Both trackers get the same plots,
the same errors, the same model of motion and the same number of hits and misses; both are measured
by the same routine. Aircraft are recorded without error, so plots are made of them: found with a
chance of 0.9 every 10 s, with an error of 100 m on each axis, among 30 false plots a scan.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.stats import chi2

from rempart.analysis.point_sets import gospa
from rempart.analysis.track_association import States, rows_by_frame
from rempart.analysis.track_measures import track_measures, truth_states
from rempart.run.plots.reading import read_plots, read_truth
from rempart.run.plots.record import PlotRecord, rows_of
from rempart.run.plots.truth import truth_at
from rempart.run.tracking import TrackingChoice, track

BOATS = TrackingChoice(fastest=15.0, manoeuvre=0.5, error=2.0, resolution=12.0)
AIRCRAFT = TrackingChoice(fastest=350.0, manoeuvre=2.0)
FERRY = (2, 3, 4, 13, 17)
ERROR, PD, FALSE, SCAN, SPAN = 100.0, 0.9, 30, 10.0, 1200.0
HITS, MISSES, GATE = 3, 5, float(np.sqrt(chi2.ppf(0.999, 2)))
IN_VIEW = 2
"""Scans that a target is in view before and after a plot of its own."""


def ferry(data, scenario):
    """Radar plots of a scenario of the Autoferry data set, and its truth."""
    folder = data / "tracking" / "autoferry" / f"scenario{scenario}"
    record = read_plots(folder / f"scenario{scenario}_detections.json.gz").only(("radar",))
    return record, read_truth(folder / f"scenario{scenario}_groundTruth.json.gz", record), BOATS, 20.0


def aircraft(data, name):
    """Aircraft of a recording as plots with error and clutter, and where they truly were."""
    file = data / "air_traffic" / name
    told = read_plots(file)
    truth = read_truth(file, told)
    dice = np.random.default_rng(1)
    times = np.arange(0.0, min(float(truth.time.max()), SPAN) + 1e-9, SCAN)
    frame, _, place, _ = truth_at(truth, times)
    seen = dice.random(len(frame)) < PD
    low, high = place[:, :2].min(axis=0), place[:, :2].max(axis=0)
    false = dice.uniform(low, high, (FALSE * len(times), 2))
    where = np.concatenate((place[seen, :2] + dice.normal(0.0, ERROR, (int(seen.sum()), 2)), false))
    when = np.concatenate((times[frame[seen]], np.repeat(times, FALSE)))
    order = np.argsort(when, kind="stable")
    value = np.full((len(order), 4), np.nan)
    value[:, :2] = where[order]
    rows = rows_of(when[order], value)
    return PlotRecord(rows, ("radar",), frame=told.frame, start=told.start), truth, AIRCRAFT, 1000.0


def in_view(truth, tracks, cutoff):
    """Truth only while a plot of its own is at most so many scans away.

    Plots are given to targets one to one, at least total distance: where the radar saw two boats as
    one, only one of them is in view.
    """
    where = tracks.record.positions()[:, :2]
    seen = {}
    for frame, rows in enumerate(rows_by_frame(truth, len(tracks.scans))):
        plots = where[tracks.scans[frame].rows]
        for row in gospa(truth.position[rows], plots, cutoff).pairs[:, 0]:
            seen.setdefault(truth.owner[rows[row]], []).append(frame)
    near = [
        any(abs(frame - other) <= IN_VIEW for other in seen.get(owner, ()))
        for frame, owner in zip(truth.frame.tolist(), truth.owner.tolist(), strict=True)
    ]
    return States(*(column[np.array(near)] for column in truth))


def others(tracks, python):
    """Tracks of Stone Soup on the same plots, and the time it took."""
    where = tracks.record.positions()[:, :2]
    asked = {
        "scans": [[scan.time, where[scan.rows].tolist()] for scan in tracks.scans],
        "error": tracks.used["error"], "noise": tracks.used["acceleration_density"],
        "fastest": tracks.used["fastest"], "hits": HITS, "misses": MISSES, "gate": GATE,
    }  # fmt: skip
    script = Path(__file__).with_name("stonesoup_tracks.py")
    done = subprocess.run(
        [python, script], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    rows = np.array(answer["tracks"], dtype=float).reshape(-1, 6)
    return States(rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2:4], rows[:, 4:]), answer[
        "seconds"
    ]


def figures(truth, seen, tracks, cutoff, seconds):
    """The figures of one tracker on one recording."""
    times = tracks.scan_times
    whole = track_measures(truth, seen, times, cutoff)
    view = track_measures(in_view(truth, tracks, cutoff), seen, times, cutoff)
    return {
        "held": whole.held, "held_in_view": view.held,
        "least_held_in_view": min(one.held for one in view.holdings),
        "switches": whole.switches, "gospa": whole.gospa, "missed": whole.missed, "false": whole.false,
        "localisation": whole.localisation, "latency": whole.latency,
        "completeness": whole.siap.completeness, "ambiguity": whole.siap.ambiguity,
        "spuriousness": whole.siap.spuriousness, "tracks": len(np.unique(seen.owner)), "seconds": seconds,
    }  # fmt: skip


def main():
    """Measure every recording."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--stonesoup", metavar="PYTHON")
    parser.add_argument("--only")
    parser.add_argument("--association", default="gnn")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    sets = {f"autoferry_{n}": lambda n=n: ferry(asked.data, n) for n in FERRY}
    sets["england"] = lambda: aircraft(asked.data, "stonesoup_OpenSky_Plane_States.csv.gz")
    sets["paris"] = lambda: aircraft(asked.data, "opensky_quickstart.json.gz")
    answer = {}
    for name, load in sets.items():
        if asked.only and not name.startswith(asked.only):
            continue
        record, truth, choice, cutoff = load()
        choice = replace(choice, association=asked.association)
        track(record, choice)
        start = perf_counter()
        tracks = track(record, choice)
        seconds = perf_counter() - start
        true = truth_states(truth, tracks)
        ours = States(tracks.scan, tracks.track, tracks.mean[:, :2], tracks.mean[:, 3:5])
        answer[name] = {"plots": record.count, "scans": len(tracks.scans), "settings": dict(tracks.used)}
        answer[name]["rempart"] = figures(true, ours, tracks, cutoff, seconds)
        if asked.stonesoup:
            theirs, took = others(tracks, asked.stonesoup)
            answer[name]["stonesoup"] = figures(true, theirs, tracks, cutoff, took)
        print(json.dumps({name: answer[name]}, indent=1), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
