"""Published and independently computed figures on geodesy, the radio horizon and line of sight."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from rempart.base.kernel import kernel
from rempart.geo import frames, horizon
from rempart.geo.geodesic import inverse
from rempart.geo.profile import visible_profile
from rempart.geo.terrain import bilinear

STOCK = Path(__file__).parents[3] / "shared" / "reference" / "physics_cases.json"
CASES = json.loads(STOCK.read_text()) if STOCK.is_file() else []


def cases_of(topic):
    found = [pytest.param(case, id=case["id"]) for case in CASES if case["topic"] == topic]
    absent = pytest.mark.skip(reason="reference data are not here: no folder 'shared' beside the project")
    return found or [pytest.param(None, id="absent", marks=absent)]


def lowest(ground, step, antenna, curvature):
    out = np.empty(len(ground))
    visible_profile(np.asarray(ground, dtype=float), np.arange(len(ground)) * step, antenna, curvature, out)
    return out


def geodesic(case):
    lat1, lon1, lat2, lon2 = (
        math.radians(case["inputs"][f"{key}_deg"]) for key in ("lat1", "lon1", "lat2", "lon2")
    )
    distance, azimuth = inverse(lat1, lon1, lat2, lon2)
    back = inverse(lat2, lon2, lat1, lon1)[1] - math.pi
    expected, tolerance = case["expected"], case["tolerance"]
    assert distance == pytest.approx(expected["distance_m"], abs=tolerance["distance_abs"])
    for found, name in ((azimuth, "azimuth1_deg"), (back, "azimuth2_deg")):
        error = math.degrees(math.remainder(found - math.radians(expected[name]), 2 * math.pi))
        assert error == pytest.approx(0.0, abs=tolerance["azimuth_abs"])


def to_ecef(case):
    inputs = case["inputs"]
    found = frames.geodetic_to_ecef(
        math.radians(inputs["lat_deg"]), math.radians(inputs["lon_deg"]), float(inputs["height_m"])
    )
    assert found == pytest.approx(case["expected"]["ecef_m"], abs=case["tolerance"]["abs"])


def topocentric(case):
    inputs = case["inputs"]
    origin = (math.radians(inputs["origin_lat_deg"]), math.radians(inputs["origin_lon_deg"]))
    found = frames.ecef_to_enu(*inputs["ecef_m"], *origin, float(inputs["origin_height_m"]))
    assert found == pytest.approx(case["expected"]["enu_m"], abs=case["tolerance"]["abs"])


def polar(case):
    inputs = case["inputs"]
    found = frames.aer_to_enu(
        math.radians(inputs["azimuth_deg"]),
        math.radians(inputs["elevation_deg"]),
        float(inputs["slant_range_m"]),
    )
    assert found == pytest.approx(case["expected"]["enu_m"], abs=case["tolerance"]["abs"])


def to_geodetic(case):
    lat, lon, height = frames.ecef_to_geodetic(*case["inputs"]["ecef_m"])
    expected, tolerance = case["expected"], case["tolerance"]
    assert math.degrees(lat) == pytest.approx(expected["lat_deg"], abs=tolerance["angle_abs"])
    assert math.degrees(lon) == pytest.approx(expected["lon_deg"], abs=tolerance["angle_abs"])
    assert height == pytest.approx(expected["height_m"], abs=tolerance["height_abs"])


GEODESY = {
    "jfk-lhr": geodesic,
    "short-10km": geodesic,
    "kyiv-lviv": geodesic,
    "epsg-9602-ecef": to_ecef,
    "pole-ecef": to_ecef,
    "equator-ecef-20km": to_ecef,
    "epsg-origin-ecef": to_ecef,
    "epsg-9836-topocentric": topocentric,
    "aer-to-enu": polar,
    "ecef-to-geodetic-a": to_geodetic,
}


@pytest.mark.parametrize("case", cases_of("geodesy"))
def test_geodesy(case):
    GEODESY[case["id"]](case)


def radius_of(inputs):
    return inputs["k_factor"] * inputs["earth_radius_m"]


def mutual_range(inputs):
    return horizon.mutual_horizon_range(
        inputs["antenna_height_m"], inputs["target_height_m"], radius_of(inputs)
    )


def unobstructed(inputs):
    """Terrain that just touches the chord between two heights, under the bulge."""
    share = inputs["distance_from_radar_m"] / inputs["path_length_m"]
    chord = inputs["radar_height_m"] * (1 - share) + inputs["target_height_m"] * share
    rest = inputs["path_length_m"] - inputs["distance_from_radar_m"]
    return chord - horizon.earth_bulge(inputs["distance_from_radar_m"], rest, radius_of(inputs))


def behind_ridge(inputs):
    step = 1000.0
    ground = np.full(int(inputs["target_distance_m"] / step) + 1, -1e4)
    ground[int(inputs["ridge_distance_m"] / step)] = inputs["ridge_height_m"]
    return lowest(ground, step, inputs["radar_height_m"], 1 / radius_of(inputs))[-1]


HORIZON = {
    "effearthradius-default": lambda i: horizon.effective_radius(
        i["earth_radius_m"], i["refractivity_gradient_per_m"]
    ),
    "range2height-300km": lambda i: horizon.height_at_range(
        i["range_m"], math.radians(i["elevation_deg"]), i["antenna_height_m"], i["effective_radius_m"]
    ),
    "height2el-8km": lambda i: math.degrees(
        horizon.elevation_of(
            i["range_m"], i["target_height_m"], i["antenna_height_m"], i["effective_radius_m"]
        )
    ),
    "height2range-1km": lambda i: horizon.range_to_height(
        math.radians(i["elevation_deg"]), i["target_height_m"], i["antenna_height_m"], i["effective_radius_m"]
    ),
    "radar-horizon-a": mutual_range,
    "radar-horizon-d": mutual_range,
    "radar-horizon-e": mutual_range,
    "earth-bulge-a": unobstructed,
    "masked-height-behind-ridge": behind_ridge,
}


@pytest.mark.parametrize("case", cases_of("horizon_geometry"))
def test_horizon(case):
    found = HORIZON[case["id"]](case["inputs"])
    expected = next(iter(case["expected"].values()))
    assert found == pytest.approx(expected, **{"abs": 0.0, **case["tolerance"]})
    if "k_factor" in case["expected"]:
        assert found / case["inputs"]["earth_radius_m"] == pytest.approx(
            case["expected"]["k_factor"], rel=1e-5
        )


COORDINATE = np.arange(-100, 101) * 100.0
X, Y = np.meshgrid(COORDINATE, COORDINATE)
DEMS = {
    "viewshed-gauss-hill-oh10-th50-cc0": 300 * np.exp(-((X - 3000) ** 2 + Y**2) / (2 * 800**2)),
    "viewshed-wall-x2km-oh20-th0-cc0": np.where(X == 2000, 100.0, 0.0),
    "viewshed-ripple-oh15-th0-cc0": 80 * np.sin(2 * np.pi * X / 4000) * np.cos(2 * np.pi * Y / 5000) + 100,
}


@kernel
def is_seen(dem, row, column, antenna, target):
    """Whether a target over a cell is seen from the middle of the grid; marched in half cells."""
    distance = math.sqrt((row - 100.0) ** 2 + (column - 100.0) ** 2)
    n_steps = math.ceil(2.0 * distance)
    ground, visible = np.empty(n_steps + 1), np.empty(n_steps + 1)
    shares = np.arange(n_steps + 1) / n_steps
    for j in range(n_steps + 1):
        ground[j] = bilinear(dem, 100.0 + shares[j] * (row - 100.0), 100.0 + shares[j] * (column - 100.0))
    visible_profile(ground, 100.0 * distance * shares, ground[0] + antenna, 0.0, visible)
    return ground[-1] + target >= visible[-1] - 1e-9


@kernel
def share_seen(dem, cells, antenna, target):
    n_seen = 0
    for i in range(len(cells)):
        n_seen += is_seen(dem, cells[i, 0], cells[i, 1], antenna, target)
    return n_seen / len(cells)


def viewshed(case):
    inputs, distance = case["inputs"], np.hypot(X, Y)
    cells = np.argwhere((distance <= inputs["max_distance_m"]) & (distance > 0.0))
    found = share_seen(DEMS[case["id"]], cells, inputs["observer_height_m"], inputs["target_height_m"])
    for tool in ("visible_fraction_ray_march", "visible_fraction_gdal"):
        assert found == pytest.approx(case["expected"][tool], abs=case["tolerance"]["fraction_abs"])


def wall_shadow(case):
    inputs = case["inputs"]
    ground = np.zeros(int(inputs["query_distance_m"] / 100) + 1)
    ground[int(inputs["wall_distance_m"] / 100)] = inputs["wall_height_m"]
    found = lowest(ground, 100.0, inputs["observer_height_m"], 0.0)[-1]
    assert found == pytest.approx(case["expected"]["minimum_visible_height_m"], abs=case["tolerance"]["abs"])


def smooth_earth(case):
    inputs = case["inputs"]
    visible = lowest(np.zeros(20_000), 1.0, inputs["observer_height_m"], 1 / radius_of(inputs))
    farthest = np.flatnonzero(visible <= 1e-9).max()
    assert farthest == pytest.approx(case["expected"]["max_visible_distance_m"], **case["tolerance"])


@pytest.mark.parametrize("case", cases_of("terrain_line_of_sight"))
def test_terrain_line_of_sight(case):
    special = {"wall-shadow-height": wall_shadow, "earth-curvature-flat-terrain": smooth_earth}
    special.get(case["id"], viewshed)(case)
