"""Write Stone Soup's answers to random questions on track measures, for tests/analysis/stonesoup.

Needs an environment of its own: python3 -m venv /tmp/stonesoup && /tmp/stonesoup/bin/pip install
stonesoup==1.9.1. Then: /tmp/stonesoup/bin/python tools/stonesoup_measures.py
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from stonesoup.measures import Euclidean
from stonesoup.metricgenerator.ospametric import GOSPAMetric, OSPAMetric
from stonesoup.metricgenerator.tracktotruthmetrics import SIAPMetrics
from stonesoup.types.association import AssociationSet, TimeRangeAssociation
from stonesoup.types.groundtruth import GroundTruthPath, GroundTruthState
from stonesoup.types.state import State
from stonesoup.types.time import TimeRange
from stonesoup.types.track import Track

FILE = Path(__file__).resolve().parents[1] / "tests" / "analysis" / "stonesoup" / "measures.json"
START = datetime(2020, 1, 1)
N_FRAMES = 12


def at(frame):
    """Time of a frame."""
    return START + timedelta(seconds=2 * frame)


def set_case(rng, order):
    """Two random sets and Stone Soup's distances between them."""
    truth, tracks = (rng.uniform(0, 60, (rng.integers(0, 9), 2)).round(3) for _ in range(2))
    cutoff = float(rng.choice([5.0, 20.0, 100.0]))
    a, b = ([State(point, timestamp=START) for point in points] for points in (truth, tracks))
    if not a and not b:
        return None
    parts = GOSPAMetric(c=cutoff, p=order).compute_gospa_metric(b, a)[0].value
    return {
        "truth": truth.tolist(), "tracks": tracks.tolist(), "cutoff": cutoff, "order": order,
        "ospa": float(OSPAMetric(c=cutoff, p=order).compute_OSPA_distance(b, a).value),
        **{name: float(parts[name]) for name in ("distance", "localisation", "missed", "false")},
    }  # fmt: skip


def paths(rng, count, kind, state):
    """Objects that live from one frame to another, with position and velocity."""
    made = []
    for _ in range(count):
        first = int(rng.integers(0, N_FRAMES - 4))
        last = int(rng.integers(first + 3, N_FRAMES))
        made.append(kind([
            state(np.append(rng.uniform(0, 100, 2), rng.normal(0, 5, 2)).round(3), timestamp=at(frame))
            for frame in range(first, last + 1)
        ]))  # fmt: skip
    return made


def frames_of(path):
    """First and last frame of a path."""
    times = [state.timestamp for state in path]
    return tuple(int((time - START).total_seconds() / 2) for time in (min(times), max(times)))


def siap_case(rng):
    """A random picture with random associations, and Stone Soup's attributes of it."""
    truth = paths(rng, 4, GroundTruthPath, GroundTruthState)
    tracks = paths(rng, 6, Track, State)
    stretches, associations = [], set()
    for j, track in enumerate(tracks):
        i = int(rng.integers(0, len(truth)))
        (a, b), (c, d) = frames_of(track), frames_of(truth[i])
        first, last = max(a, c), min(b, d)
        if last - first >= 1 and rng.random() < 0.85:
            stretches.append([i, j, first, last])
            span = TimeRange(at(first), at(last))
            associations.add(TimeRangeAssociation({truth[i], track}, span))
    generator = SIAPMetrics(
        position_measure=Euclidean((0, 1)), velocity_measure=Euclidean((2, 3)),
        tracks_key="tracks", truths_key="truth",
    )  # fmt: skip
    manager = SimpleNamespace(
        states_sets={"tracks": set(tracks), "truth": set(truth)},
        association_set=AssociationSet(associations),
        list_timestamps=lambda generator: [at(frame) for frame in range(N_FRAMES)],
    )
    told = {metric.title: metric.value for metric in generator.compute_metric(manager)}
    return {
        "times": [2.0 * frame for frame in range(N_FRAMES)],
        "truth": rows(truth), "tracks": rows(tracks), "stretches": stretches,
        "siap": [float(told[f"SIAP {name}"]) for name in (
            "Completeness", "Ambiguity", "Spuriousness", "Position Accuracy", "Velocity Accuracy",
            "Rate of Track Number Change", "Longest Track Segment")],
    }  # fmt: skip


def rows(objects):
    """Frame, number of the object, position and velocity of every state."""
    return [
        [int((state.timestamp - START).total_seconds() / 2), number,
         *(float(value) for value in np.asarray(state.state_vector).ravel())]
        for number, path in enumerate(objects) for state in path
    ]  # fmt: skip


def main():
    """Write the file."""
    rng = np.random.default_rng(4)
    sets = [case for order in (1, 2) for _ in range(40) if (case := set_case(rng, order))]
    content = {"stonesoup": "1.9.1", "sets": sets, "siap": [siap_case(rng) for _ in range(12)]}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(f"Wrote {FILE}")


if __name__ == "__main__":
    main()
