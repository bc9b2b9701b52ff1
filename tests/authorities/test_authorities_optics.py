"""Published and independently recomputed figures of sight, one test a case."""

import json
from pathlib import Path

import pytest

from rempart.physics import optics

STOCK = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "physics_cases.json"


def johnson(i):
    return {"probability": optics.transfer_probability(i["resolved_cycles_over_N50"])}


def koschmieder(i):
    assert i["contrast_threshold"] == optics.CONTRAST_THRESHOLD
    extinction = optics.haze_extinction(i["visibility_m"], optics.WAVELENGTHS["visual"])
    return {
        "extinction_per_m": extinction,
        "transmission": optics.transmission(extinction, i["range_m"]),
    }


def cycles(i):
    found = optics.cycles_across(i["critical_dimension_m"], i["range_m"], i["ifov_rad"])
    return {"cycles_on_target": found, "pixels_on_target": 2.0 * found}


def range_of_a_task(i):
    """By bisection, since nothing in the program asks for a range."""
    assert i["N50_cycles"] == optics.CYCLES_50["recognition"]
    near, far = 1.0, 1e6
    for _ in range(100):
        middle = 0.5 * (near + far)
        resolved = optics.cycles_across(i["critical_dimension_m"], middle, i["ifov_rad"])
        enough = optics.transfer_probability(resolved / i["N50_cycles"]) > i["probability"]
        near, far = (middle, far) if enough else (near, middle)
    return {"range_m": near}


def answer(inputs):
    if "resolved_cycles_over_N50" in inputs:
        return johnson(inputs)
    if "visibility_m" in inputs:
        return koschmieder(inputs)
    return range_of_a_task(inputs) if "probability" in inputs else cycles(inputs)


def cases():
    if not STOCK.exists():
        reason = pytest.mark.skip(reason="the stock of reference cases is not beside this folder")
        return [pytest.param(None, marks=reason, id="stock")]
    wanted = [case for case in json.loads(STOCK.read_text()) if case["topic"] == "electro_optical"]
    return [pytest.param(case, id=case["id"]) for case in wanted]


@pytest.mark.parametrize("case", cases())
def test_a_reference_case(case):
    found, tolerance = answer(case["inputs"]), case["tolerance"]
    assert set(found) == set(case["expected"])
    for name, expected in case["expected"].items():
        assert found[name] == pytest.approx(
            expected, rel=tolerance.get("rel", 0.0), abs=tolerance.get("abs", 0.0)
        )
    if "published" in case:
        assert found["probability"] == pytest.approx(case["published"], abs=0.045)
