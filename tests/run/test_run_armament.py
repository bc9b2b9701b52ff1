"""What the engine knows of a weapon, against its page in the catalogue."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from rempart.catalog.library import load_system
from rempart.engine.world import N_RANGE_BINS
from rempart.events.vehicle_classes import BALLISTIC_MISSILE, CLASS_NAMES, N_CLASSES
from rempart.physics.guns import Gun, burst_pk
from rempart.run.armament import (
    areas_by_class,
    flight_times,
    pk_by_class,
    ready_rounds,
    shot_cost,
    typical_area,
)

VEHICLES = (
    "small-attack-drone",
    "cruise-missile",
    "strike-aircraft",
    "su-25",
    "airliner",
    "ballistic-missile",
)
AREAS = areas_by_class([load_system(name) for name in VEHICLES])
CENTRES = (np.arange(N_RANGE_BINS) + 0.5) / N_RANGE_BINS


def weapon(system, kind):
    return load_system(system).fire_unit.weapons[kind]


MISSILES = [("s-400", "48n6e3"), ("s-400", "9m96e2"), ("buk-m3", "9m317m"), ("tor-m2", "9m338k")]
GUN = weapon("pantsir-s1", "2a38m")


@pytest.mark.parametrize(("system", "kind"), MISSILES)
def test_a_missile_has_its_pk_near_and_never_more(system, kind):
    missile = weapon(system, kind)
    table = pk_by_class(missile, AREAS)
    assert table.shape == (N_CLASSES, N_RANGE_BINS)
    for name, pk in missile.pk.items():
        row = table[CLASS_NAMES.index(name)]
        assert row[0] == pk.value
        assert (np.diff(row) <= 0.0).all()


@pytest.mark.parametrize(("system", "kind"), [*MISSILES, ("pantsir-s1", "2a38m")])
def test_a_class_that_is_not_named_is_not_engaged(system, kind):
    one = weapon(system, kind)
    named = set(one.pk if hasattr(one, "pk") else one.hits_needed)
    table = pk_by_class(one, AREAS)
    for index, name in enumerate(CLASS_NAMES):
        assert (table[index] > 0.0).any() == (name in named)


@pytest.mark.parametrize(("system", "kind", "reach"), [("s-400", "48n6e3", 60e3), ("s-400", "9m96e2", 30e3)])
def test_beyond_the_reach_against_a_class_pk_is_zero(system, kind, reach):
    missile = weapon(system, kind)
    assert missile.class_range_max["ballistic-missile"].value == reach
    distances = CENTRES * missile.range_max.value
    row = pk_by_class(missile, AREAS)[BALLISTIC_MISSILE]
    assert (row[distances > reach] == 0.0).all()
    assert (row[distances <= reach] > 0.0).all()
    last = row[distances <= reach][-1]
    assert 0.5 * row[0] <= last < row[0]


def test_a_class_reach_as_long_as_the_missiles_changes_nothing():
    missile = weapon("s-400", "48n6e3")
    full = replace(missile, class_range_max={"ballistic-missile": missile.range_max})
    none = replace(missile, class_range_max={})
    np.testing.assert_array_equal(pk_by_class(full, AREAS), pk_by_class(none, AREAS))


def test_a_guns_table_is_positive_and_falls():
    table = pk_by_class(GUN, AREAS)
    for name in GUN.hits_needed:
        row = table[CLASS_NAMES.index(name)]
        assert (row > 0.0).all()
        assert (np.diff(row) <= 0.0).all()
        assert (np.diff(row)[row[:-1] < 0.99] < 0.0).all()
        assert row[-1] < 0.2 < row[0] <= 1.0


def test_a_guns_table_is_the_burst_of_its_figures():
    barrel = Gun(
        int(GUN.burst_rounds.value),
        GUN.dispersion.value,
        GUN.aiming_error.value,
        AREAS["cruise-missile"],
        int(GUN.hits_needed["cruise-missile"].value),
    )
    expected = [burst_pk(share * GUN.range_max.value, barrel) for share in CENTRES]
    np.testing.assert_array_equal(pk_by_class(GUN, AREAS)[CLASS_NAMES.index("cruise-missile")], expected)


def test_a_larger_target_is_hit_more_often():
    larger = {name: 2.0 * area for name, area in AREAS.items()}
    row = CLASS_NAMES.index("strike-aircraft")
    small, large = pk_by_class(GUN, AREAS)[row], pk_by_class(GUN, larger)[row]
    assert (large >= small).all()
    assert (large > small)[small < 0.99].all()


def test_areas_are_geometric_means_over_the_kinds_of_vehicle():
    aircraft = [load_system(name).presented_area.value for name in ("strike-aircraft", "su-25")]
    assert AREAS["strike-aircraft"] == pytest.approx(math.sqrt(aircraft[0] * aircraft[1]))
    assert AREAS["airliner"] == pytest.approx(load_system("airliner").presented_area.value)
    assert set(AREAS) == {load_system(name).vehicle_class for name in VEHICLES}
    assert min(AREAS.values()) < typical_area(AREAS) < max(AREAS.values())


def test_a_class_that_is_not_in_the_scenario_counts_as_a_typical_one():
    table = pk_by_class(GUN, {"small-drone": 0.5, "airliner": 50.0})
    row = table[CLASS_NAMES.index("helicopter")]
    alike = pk_by_class(GUN, {"small-drone": 0.5, "airliner": 50.0, "helicopter": 5.0})
    np.testing.assert_allclose(row, alike[CLASS_NAMES.index("helicopter")])


@pytest.mark.parametrize(("system", "kind"), [*MISSILES, ("pantsir-s1", "57e6"), ("pantsir-s1", "2a38m")])
def test_flight_times_rise_and_are_no_shorter_than_top_speed_allows(system, kind):
    one = weapon(system, kind)
    times = flight_times(one)
    edges = np.linspace(0.0, one.range_max.value, N_RANGE_BINS + 1)
    assert times.shape == (N_RANGE_BINS + 1,)
    assert times[0] == 0.0
    assert (np.diff(times) > 0.0).all()
    assert (times >= edges / one.speed_max.value - 1e-9).all()
    slowest = one.speed_max.value * one.end_speed_fraction.value
    assert times[-1] < edges[-1] / slowest + 0.1 * edges[-1] / one.speed_max.value


def test_a_missile_is_slow_to_start_and_a_shell_is_not():
    missile, times = weapon("tor-m2", "9m338k"), flight_times(weapon("tor-m2", "9m338k"))
    first = missile.range_max.value / N_RANGE_BINS
    assert times[1] > 1.5 * first / missile.speed_max.value
    shell = flight_times(GUN)
    assert shell[1] == pytest.approx(GUN.range_max.value / N_RANGE_BINS / GUN.speed_max.value, rel=0.05)


def test_a_missiles_round_is_a_round_and_a_guns_is_a_burst():
    assert ready_rounds(weapon("tor-m2", "9m338k")) == 16
    assert ready_rounds(GUN) == GUN.rounds.value // GUN.burst_rounds.value
    assert ready_rounds(GUN) < GUN.rounds.value


def test_a_shot_costs_a_missile_or_all_shells_of_a_burst():
    assert shot_cost(weapon("tor-m2", "9m338k")) == pytest.approx(350e3)
    assert shot_cost(GUN) == GUN.cost.value * GUN.burst_rounds.value
    assert math.isnan(shot_cost(replace(GUN, cost=None)))
