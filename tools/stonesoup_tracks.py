"""Track plots with Stone Soup: scans as JSON on standard input, tracks as JSON on standard output.

Run by tools/measure_recordings.py with an interpreter that has Stone Soup 1.9.1:
python3 -m venv FOLDER && FOLDER/bin/pip install stonesoup==1.9.1

In: {"scans": [[time, [[east, north], …]], …], "error", "noise", "misses", "gate", "hits"}.
Out: {"tracks": [[scan, track, east, north, east rate, north rate], …], "seconds"}.
"""

import json
import sys
from datetime import datetime, timedelta
from time import perf_counter

import numpy as np
from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
from stonesoup.deleter.time import UpdateTimeStepsDeleter
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.initiator.simple import MultiMeasurementInitiator
from stonesoup.measures import Mahalanobis
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import KalmanPredictor
from stonesoup.tracker.simple import MultiTargetTracker
from stonesoup.types.detection import Detection
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import KalmanUpdater

START = datetime(2020, 1, 1)


def tracker(asked, fastest):
    """Stone Soup's global nearest neighbour with the settings that were asked for."""
    noise, error = asked["noise"], asked["error"]
    model = LinearGaussian(4, (0, 2), np.diag([error**2, error**2]))
    moves = CombinedLinearGaussianTransitionModel([ConstantVelocity(noise), ConstantVelocity(noise)])
    predictor, updater = KalmanPredictor(moves), KalmanUpdater(model)
    near = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=asked["gate"])
    prior = GaussianState([[0]] * 4, np.diag([error**2, (fastest / 2) ** 2] * 2), timestamp=START)
    ends = UpdateTimeStepsDeleter(asked["misses"])
    return MultiTargetTracker(
        initiator=MultiMeasurementInitiator(
            prior_state=prior, measurement_model=model, deleter=UpdateTimeStepsDeleter(2),
            data_associator=GNNWith2DAssignment(near), updater=updater, min_points=asked["hits"],
        ),
        deleter=ends, detector=(), data_associator=GNNWith2DAssignment(near), updater=updater,
    ), model  # fmt: skip


def main():
    """Track what is asked."""
    asked = json.load(sys.stdin)
    whole, model = tracker(asked, asked["fastest"])

    def detections():
        for time, places in asked["scans"]:
            when = START + timedelta(seconds=time)
            yield when, {Detection(np.array([[x], [y]]), timestamp=when, measurement_model=model)
                         for x, y in places}  # fmt: skip

    whole.detector = detections()
    names, rows = {}, []
    start = perf_counter()
    for scan, (_, tracks) in enumerate(whole):
        for track in tracks:
            east, east_rate, north, north_rate = (float(v) for v in np.asarray(track.state_vector).ravel())
            number = names.setdefault(track.id, len(names) + 1)
            rows.append([scan, number, east, north, east_rate, north_rate])
    json.dump({"tracks": rows, "seconds": perf_counter() - start}, sys.stdout)


if __name__ == "__main__":
    main()
