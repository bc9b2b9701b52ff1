"""Track a scene of `rempart bench tracker` with Stone Soup, in Stone Soup's own environment.

    python tools/stonesoup_bench.py --make FOLDER        make that environment (Stone Soup 1.9.1, pyehm)
    python tools/stonesoup_bench.py SCENE.npz OUT.npz    track; run by that environment's interpreter

The scene holds plots, scans and the settings; the answer holds the places of all tracks after each
scan and the processor time spent on the tracking itself.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START = datetime.datetime(2000, 1, 1)
PACKAGES = ("stonesoup==1.9.1", "pyehm==2.2")


def make_environment(folder: Path) -> None:
    """Make a virtual environment with Stone Soup in a folder."""
    venv.create(folder, with_pip=True)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", *PACKAGES], check=True)


def tracker(scene: Any, scans: list[tuple[datetime.datetime, set[Any]]]) -> Any:
    """Stone Soup's multi-target tracker with the settings of the scene."""
    import numpy as np
    from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
    from stonesoup.deleter.time import UpdateTimeStepsDeleter
    from stonesoup.hypothesiser.distance import DistanceHypothesiser
    from stonesoup.initiator.simple import MultiMeasurementInitiator
    from stonesoup.measures import Mahalanobis
    from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
    from stonesoup.predictor.kalman import KalmanPredictor
    from stonesoup.tracker.simple import MultiTargetMixtureTracker, MultiTargetTracker
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import KalmanUpdater

    noise, error, gate = float(scene["noise"]), float(scene["error"]), float(scene["gate"])
    predictor = KalmanPredictor(CombinedLinearGaussianTransitionModel([ConstantVelocity(noise)] * 2))
    updater = KalmanUpdater(measurement(error))
    near = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=gate**0.5)
    speed = float(scene["first_speed"])
    initiator = MultiMeasurementInitiator(
        GaussianState([[0.0]] * 4, np.diag([0.0, speed, 0.0, speed]) ** 2),
        UpdateTimeStepsDeleter(int(scene["n_looks"]) - int(scene["n_hits"])),
        GNNWith2DAssignment(near),
        updater,
        measurement(error),
        min_points=int(scene["n_hits"]),
    )
    kinds = {"gnn": MultiTargetTracker, "jpda": MultiTargetMixtureTracker}
    return kinds[str(scene["association"])](
        initiator=initiator,
        deleter=UpdateTimeStepsDeleter(int(scene["most_misses"]) - 1),
        detector=scans,
        data_associator=associator(scene, predictor, updater, near),
        updater=updater,
    )


def associator(scene: Any, predictor: Any, updater: Any, near: Any) -> Any:
    """GNN with a k-d tree, or JPDA by efficient hypothesis management (second version)."""
    from stonesoup.dataassociator.probability import JPDAwithEHM2
    from stonesoup.dataassociator.tree import DetectionKDTreeGNN2D
    from stonesoup.hypothesiser.probability import PDAHypothesiser

    if str(scene["association"]) == "jpda":
        chances = {"prob_detect": float(scene["pd"]), "prob_gate": float(scene["gate_chance"])}
        return JPDAwithEHM2(
            PDAHypothesiser(predictor, updater, clutter_spatial_density=float(scene["clutter"]), **chances)
        )
    return DetectionKDTreeGNN2D(
        near, predictor, updater, number_of_neighbours=5, max_distance_covariance_multiplier=3
    )


def measurement(error: float) -> Any:
    """The model of a plot: east and north."""
    import numpy as np
    from stonesoup.models.measurement.linear import LinearGaussian

    return LinearGaussian(4, (0, 2), np.diag([error, error]) ** 2)


def detections(scene: Any) -> Iterator[tuple[datetime.datetime, set[Any]]]:
    """The scans as Stone Soup takes them."""
    from stonesoup.types.detection import Detection

    model = measurement(float(scene["error"]))
    row = 0
    for moment, count in zip(scene["time"], scene["count"], strict=True):
        when = START + datetime.timedelta(seconds=float(moment))
        found = {
            Detection(place, when, measurement_model=model) for place in scene["place"][row : row + count]
        }
        row += count
        yield when, found


def main(arguments: list[str]) -> int:
    """Make the environment, or track one scene."""
    if arguments[0] == "--make":
        make_environment(Path(arguments[1]))
        return 0
    import numpy as np

    scene = np.load(arguments[0])
    scans = list(detections(scene))
    steps = tracker(scene, scans)
    places, counts = [], []
    begun = time.process_time()
    for _, tracks in steps:
        here = [(float(track.state_vector[0, 0]), float(track.state_vector[2, 0])) for track in tracks]
        places += here
        counts.append(len(here))
    seconds = time.process_time() - begun
    np.savez(arguments[1], place=np.array(places).reshape(-1, 2), count=counts, seconds=seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
