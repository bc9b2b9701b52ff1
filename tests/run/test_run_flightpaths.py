"""Routes and their variants: where they begin and end, how they scatter, how they keep off the ground."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rempart.base.units import Height
from rempart.catalog.library import load_system
from rempart.geo.geodesic import destination, inverse
from rempart.geo.store import load_terrain
from rempart.run.flightpaths import (
    DIVE_ANGLE,
    LOWEST_CLEARANCE,
    N_VARIANTS,
    SAMPLE_PATH,
    STEEPEST_CLIMB,
    Flightplan,
    flightplans,
    sampled_variants,
    shifted_corners,
)
from scenario_builder import FLAT, HILLS, scenario_of

IRAQ = load_terrain("iraq")
LEVEL = load_terrain("flat")
START, TURN, AIM = (tuple(map(math.radians, place)) for place in ((36.1, 46.2), (35.9, 45.4), (35.2, 45.3)))


def plan_of(system="cruise-missile", name="cruise-1", corners=(START, TURN, AIM), **changes):
    vehicle = load_system(system)
    usual = {
        "group": name.rsplit("-", 1)[0], "system": vehicle, "is_hostile": True, "asset": "city",
        "earliest": 0.0, "latest": 60.0, "corners": corners, "height": Height(80.0, "agl"),
        "spread": 4000.0, "speed": vehicle.speed.value if vehicle.speed else None,
    }  # fmt: skip
    return Flightplan(name=name, **(usual | changes))


def ballistic(**changes):
    plan = plan_of("ballistic-missile", "srbm-1", (START, AIM), height=None)
    return replace(plan, **changes)


def airway(**changes):
    corners = (START, TURN, AIM)
    height = Height(9000.0, "amsl")
    return plan_of("airliner", "airway-1", corners, is_hostile=False, asset=None, height=height, **changes)


def offset(here, there, place):
    """How far a place lies to the right of the line from here towards there [m]."""
    _, course = inverse(*here, *there)
    distance, bearing = inverse(*here, *place)
    return distance * math.sin(bearing - course)


def ground_of(terrain, path):
    return np.array([terrain.ground_at(lat, lon) for lat, lon, _ in path])


def lengths(path):
    return np.array([inverse(*path[k, :2], *path[k + 1, :2])[0] for k in range(len(path) - 1)])


def test_every_vehicle_has_a_plan_of_its_own():
    scenario = scenario_of(FLAT)
    systems = {name: load_system(name) for name in ("generic-threat", "airliner")}
    plans = list(flightplans(scenario, systems))
    assert [plan.name for plan in plans] == ["strike-1", "strike-2", "strike-3", "airway-1", "airway-2"]
    assert [plan.is_hostile for plan in plans] == [True] * 3 + [False] * 2
    assert [(plan.earliest, plan.latest) for plan in plans] == [(0.0, 120.0)] * 3 + [(0.0, 300.0)] * 2
    city = scenario.assets["city"].at
    assert plans[0].corners[-1] == (city.lat, city.lon)
    assert plans[0].speed == systems["generic-threat"].speed.value


def test_the_scenario_can_set_the_speed():
    systems = {name: load_system(name) for name in ("generic-threat", "airliner")}
    plans = list(flightplans(scenario_of(FLAT, raid__strike__speed="180 m/s"), systems))
    assert {plan.speed for plan in plans if plan.is_hostile} == {180.0}


def test_a_threats_aim_stays_and_its_other_corners_move():
    plan = plan_of()
    shifted = [shifted_corners(plan, variant) for variant in range(N_VARIANTS)]
    assert {corners[-1] for corners in shifted} == {AIM}
    for corner in (0, 1):
        assert len({corners[corner] for corners in shifted}) == N_VARIANTS


def test_jitter_goes_to_the_side_and_scatters_as_said():
    """Over many names: no mean shift, the standard deviation asked for, corners independent."""
    legs = ((START, TURN), (TURN, AIM))
    shifts = []
    for name in range(150):
        plan = plan_of(name=f"cruise-{name}")
        for variant in range(N_VARIANTS):
            corners = shifted_corners(plan, variant)
            shifts.append([offset(*leg, corners[index]) for index, leg in enumerate(legs)])
            along = inverse(*START, *corners[0])[0] - abs(shifts[-1][0])
            assert abs(along) < 5.0
    shifts = np.array(shifts)
    n = len(shifts)
    assert (np.abs(shifts.mean(axis=0)) < 4.0 * 4000.0 / math.sqrt(n)).all()
    assert (np.abs(shifts.std(axis=0) / 4000.0 - 1.0) < 4.0 / math.sqrt(2 * n)).all()
    assert abs(np.corrcoef(shifts.T)[0, 1]) < 4.0 / math.sqrt(n)


def test_without_spread_all_variants_are_the_route_itself():
    for variant in range(N_VARIANTS):
        np.testing.assert_allclose(
            shifted_corners(plan_of(spread=0.0), variant), [START, TURN, AIM], atol=1e-12
        )


def test_an_aircraft_keeps_to_one_parallel_of_its_airway():
    straight = (
        START,
        destination(*START, math.radians(200.0), 60e3),
        destination(*START, math.radians(200.0), 150e3),
    )
    plan = replace(airway(), corners=straight)
    seen = set()
    for variant in range(N_VARIANTS):
        corners = shifted_corners(plan, variant)
        shifts = [offset(straight[0], straight[2], corner) for corner in corners]
        np.testing.assert_allclose(shifts, shifts[0], rtol=0.01)
        seen.add(round(shifts[0]))
    assert len(seen) == N_VARIANTS


def test_a_variant_depends_on_its_vehicles_name_alone():
    """More threats in a group, or other groups, leave every earlier route as it was."""
    systems = {name: load_system(name) for name in ("generic-threat", "airliner")}
    other = {**FLAT["raid"]["strike"], "from": [33.0, 43.0], "count": 2}
    few = list(flightplans(scenario_of(FLAT), systems))
    many = list(flightplans(scenario_of(FLAT, raid__strike__count=5, raid__another=other), systems))
    places = {plan.name: shifted_corners(plan, 3) for plan in many}
    assert len(many) == len(few) + 4
    for plan in few:
        assert places[plan.name] == shifted_corners(plan, 3)
    assert len({tuple(corners) for corners in places.values()}) == len(many)


def test_variants_begin_and_end_at_their_corners():
    for plan in (plan_of(), airway(), ballistic()):
        variants, _ = sampled_variants(plan, IRAQ)
        assert len(variants) == N_VARIANTS
        for number, path in enumerate(variants):
            corners = shifted_corners(plan, number)
            for sample, corner in ((0, corners[0]), (-1, corners[-1])):
                np.testing.assert_allclose(path[sample, :2], corner, atol=1e-9)


@pytest.mark.parametrize("plan", [plan_of(), airway(), plan_of("small-attack-drone", "drone-1")])
def test_samples_are_evenly_spaced_and_keep_the_speed(plan):
    variants, step = sampled_variants(plan, IRAQ)
    assert step == pytest.approx(min(SAMPLE_PATH / plan.speed, 5.0))
    for path in variants:
        between = lengths(path)
        # The sphere of the route against the ellipsoid; corners cut some samples short.
        assert np.median(between) == pytest.approx(plan.speed * step, rel=0.01)
        assert between.max() < 1.01 * plan.speed * step


def test_clearance_over_real_ground_is_kept():
    plan = plan_of()
    for path in sampled_variants(plan, IRAQ)[0]:
        ground = ground_of(IRAQ, path)
        to_go = np.append(np.cumsum(lengths(path)[::-1])[::-1], 0.0)
        clearance = path[:, 2] - ground
        is_cruising = to_go > (np.max(path[:, 2]) - ground[-1]) / math.tan(DIVE_ANGLE) + 1000.0
        assert is_cruising.sum() > 100
        assert clearance[is_cruising].min() > 80.0 - 1e-6
        assert np.isclose(clearance[is_cruising], 80.0).any()
        assert clearance.min() >= -1e-9


def test_ground_is_followed_no_steeper_than_a_climb_allows():
    plan = plan_of(is_hostile=False)
    variants, step = sampled_variants(plan, IRAQ)
    for path in variants:
        slope = np.diff(path[:-1, 2]) / (plan.speed * step)
        assert np.abs(slope).max() < math.tan(STEEPEST_CLIMB) * 1.01
        assert np.abs(slope).max() > 0.5 * math.tan(STEEPEST_CLIMB)


def test_a_drone_or_cruise_missile_ends_on_the_ground():
    for system in ("cruise-missile", "small-attack-drone"):
        plan = plan_of(system, height=Height(300.0, "agl"))
        for path in sampled_variants(plan, IRAQ)[0]:
            ground = IRAQ.ground_at(*AIM)
            assert path[-1, 2] == pytest.approx(ground, abs=1e-6)
            dive = (path[-2, 2] - path[-1, 2]) / lengths(path[-2:])[0]
            assert dive == pytest.approx(math.tan(DIVE_ANGLE), rel=0.02)


def test_an_aircraft_passes_over_its_aim():
    plan = plan_of("strike-aircraft", height=Height(5000.0, "amsl"))
    for path in sampled_variants(plan, IRAQ)[0]:
        assert (path[:, 2] == 5000.0).all()


def test_a_height_above_sea_level_still_clears_the_hills():
    plan = plan_of("strike-aircraft", height=Height(900.0, "amsl"))
    for path in sampled_variants(plan, IRAQ)[0]:
        clearance = path[:, 2] - ground_of(IRAQ, path)
        assert clearance.min() > LOWEST_CLEARANCE - 1e-6
        assert path[:, 2].min() >= 900.0
        assert path[:, 2].max() > 1000.0


def test_a_ballistic_flight_rises_from_the_ground_to_its_apogee_and_falls_on_the_ground():
    plan = ballistic()
    variants, step = sampled_variants(plan, IRAQ)
    for path in variants:
        assert path[0, 2] == pytest.approx(IRAQ.ground_at(*path[0, :2]), abs=1e-6)
        assert path[-1, 2] == pytest.approx(IRAQ.ground_at(*AIM), abs=1e-6)
        highest = path[:, 2].max()
        assert plan.system.apogee.value * 0.999 < highest <= plan.system.apogee.value * 1.0001
        top = int(path[:, 2].argmax())
        assert (np.diff(path[: top + 1, 2]) > 0.0).all()
        assert (np.diff(path[top:, 2]) < 0.0).all()
    assert 0.0 < step <= 0.5


def test_variants_of_a_ballistic_flight_take_the_same_number_of_steps():
    variants, step = sampled_variants(ballistic(spread=10e3), LEVEL)
    assert len({len(path) for path in variants}) == 1
    # A vacuum throw to 80 km takes 2 √(2 h / g) = 255 s; a curved Earth and weaker pull add little.
    assert (len(variants[0]) - 1) * step == pytest.approx(2.0 * math.sqrt(2.0 * 80e3 / 9.8), rel=0.03)


def test_an_apogee_below_the_ground_is_refused():
    system = load_system("ballistic-missile")
    low = replace(system, apogee=replace(system.apogee, value=10.0))
    with pytest.raises(ValueError, match="not above"):
        sampled_variants(ballistic(system=low), IRAQ)


def test_the_hills_are_hills():
    """The tests above would say nothing over a plain."""
    scenario = scenario_of(HILLS)
    assert scenario.area.terrain == "iraq"
    path = sampled_variants(plan_of(), IRAQ)[0][0]
    assert np.ptp(ground_of(IRAQ, path)) > 500.0
