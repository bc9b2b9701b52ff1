"""Every shipped system keeps the promises that the catalogue makes about its figures."""

import json
import math
from pathlib import Path

import pytest

from rempart.catalog.document import read_document
from rempart.catalog.library import SYSTEMS, bibliography, list_systems, load_system
from rempart.catalog.rules import parents_of
from rempart.catalog.sourcing import KEYS
from rempart.catalog.systems import AirDefenceSystem, AirVehicle, Missile, figures_of
from rempart.events.vehicle_classes import CLASS_NAMES

NAMES = list_systems()
SHIPPED = [(name, path, figure) for name in NAMES for path, figure in figures_of(load_system(name))]
ROWS = [row for name, path, figure in SHIPPED for row in (figure, *figure.alternatives)]


def test_the_systems_of_the_first_scenarios_are_there():
    wanted = {
        "s-400", "buk-m3", "tor-m2", "pantsir-s1", "small-attack-drone", "cruise-missile",
        "ballistic-missile", "su-25", "strike-aircraft", "airliner", "generic-radar-site", "generic-threat",
        "s-300-pmu1", "s-300-pmu2", "patriot", "c-ram", "bayraktar-tb2", "mq-9", "shahed-136-class",
        "quadcopter", "rocket-107mm", "rocket-122mm", "tos-1-rocket", "mi-28ne", "mi-35m", "ah-1z", "f-16",
        "igla-s", "ir-camera", "surveillance-radar", "s-400-40n6", "t-90", "tos-1", "truck",
    }  # fmt: skip
    assert wanted <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_value_lies_in_its_range(name):
    for path, figure in figures_of(load_system(name)):
        for row in (figure, *figure.alternatives):
            assert row.low <= row.value <= row.high, path


def test_what_was_not_opened_is_never_better_than_c():
    sources = bibliography()
    for row in ROWS:
        seen = [name for name in row.sources if sources[name].access == "seen"]
        if not seen:
            assert row.grade in "CD"
            assert row.citation != "checked"


def test_only_assumptions_stand_without_citation():
    for row in ROWS:
        assert (row.citation == "none") == (set(row.sources) == {"project-assumption"})


def test_no_kill_probability_is_a_claim():
    used = [figure for _, path, figure in SHIPPED if ".pk." in path]
    assert len(used) > 30
    assert all(figure.grade == "D" and figure.citation == "none" and not figure.is_claim for figure in used)
    assert any(row.is_claim for figure in used for row in figure.alternatives)


def test_derived_figures_name_their_parents():
    derived = [(name, figure) for name, _, figure in SHIPPED if figure.derived]
    assert len(derived) >= 5
    for name, figure in derived:
        parents = dict(figures_of(load_system(name)))
        assert parents_of(figure)
        assert set(parents_of(figure)) <= set(parents)


def test_an_assumption_says_why():
    assert all(figure.note or figure.derived for _, _, figure in SHIPPED if figure.citation == "none")


def test_every_source_is_cited_and_every_citation_listed():
    cited = {name for row in ROWS for name in row.sources}
    assert cited == set(bibliography())


def _mappings(entry):
    inner = entry.value if isinstance(entry.value, list) else []
    if isinstance(entry.value, dict):
        yield entry.value
        inner = list(entry.value.values())
    for item in inner:
        yield from _mappings(item)


@pytest.mark.parametrize("name", NAMES)
def test_figures_have_their_keys_in_one_order(name):
    for mapping in _mappings(read_document(SYSTEMS / f"{name}.yaml")):
        if "grade" in mapping:
            assert list(mapping) == [key for key in KEYS if key in mapping]


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_short(name):
    assert max(map(len, (SYSTEMS / f"{name}.yaml").read_text().splitlines())) <= 110


def test_every_missile_knows_airliners_so_that_errors_have_consequences():
    systems = [load_system(name) for name in NAMES]
    units = [s.fire_unit for s in systems if isinstance(s, AirDefenceSystem) and s.fire_unit]
    missiles = [w for unit in units for w in unit.weapons.values() if isinstance(w, Missile)]
    assert missiles
    assert all("airliner" in missile.pk for missile in missiles)
    assert {s.vehicle_class for s in systems if isinstance(s, AirVehicle)} <= set(CLASS_NAMES)


def test_every_round_has_a_price():
    """So that a comparison of costs is never silently of a part of them; round numbers have none."""
    for name in NAMES:
        system = load_system(name)
        if name == "generic-radar-site" or not isinstance(system, AirDefenceSystem) or not system.fire_unit:
            continue
        for weapon in system.fire_unit.weapons.values():
            assert weapon.cost.value > 0.0, name


def test_a_site_without_weapons_only_sees():
    for name in ("ir-camera", "surveillance-radar"):
        site = load_system(name)
        assert site.fire_unit is None
        assert site.battery.fire_units is None
        assert set(site.battery.sensors) == set(site.sensors)


def test_only_what_is_said_to_fires_on_the_move():
    moving = set()
    for name in NAMES:
        unit = getattr(load_system(name), "fire_unit", None)
        if unit and unit.on_the_move:
            moving.add(name)
            assert unit.on_the_move.speed.high < unit.road_speed.value
            assert unit.on_the_move.pk_factor.value < 1.0
    assert moving == {"pantsir-s1", "tor-m2"}


def test_the_portable_team_is_blind_by_night_and_holds_no_ballistic_target():
    team = load_system("igla-s")
    eyes, seeker = team.sensors["eyes"], team.sensors["seeker"]
    round_ = team.fire_unit.weapons["9m342"]
    assert eyes.night.value == seeker.night.value == 0.0
    assert set(round_.pk) == set(seeker.lock_range)
    assert not {"rocket", "ballistic-missile"} & set(round_.pk)
    assert (round_.height_max.value, round_.rounds.value) == (3500.0, 1.0)


STOCK = {
    ("igla-s", "fire_unit.weapons.9m342.range_max"): ("iglas", "max_range_km", 1e3),
    ("igla-s", "fire_unit.weapons.9m342.range_min"): ("iglas", "min_range_km", 1e3),
    ("igla-s", "fire_unit.weapons.9m342.target_speed_max"): ("iglas", "max_target_speed_mps", 1),
    ("igla-s", "fire_unit.weapons.9m342.rounds"): ("iglas", "ready_missiles", 1),
    ("igla-s", "fire_unit.weapons.9m342.cost"): ("iglas", "cost_per_missile_kusd", 1e3),
    ("igla-s", "fire_unit.reaction_time"): ("iglas", "reaction_time_s", 1),
    ("s-400", "fire_unit.weapons.48n6e3.cost"): ("s400", "cost_per_missile_musd", 1e6),
    ("s-400", "background.regiment_cost"): ("s400", "cost_regiment_musd", 1e6),
    ("s-300-pmu1", "fire_unit.weapons.48n6e.cost"): ("s300pmu1", "cost_per_missile_musd", 1e6),
    ("buk-m3", "background.launcher_cost"): ("bukm3", "cost", 1e6),
    ("tor-m2", "fire_unit.weapons.9m338k.cost"): ("torm2", "cost_per_missile_musd", 1e6),
    ("pantsir-s1", "fire_unit.weapons.57e6.cost"): ("pantsirs1", "cost_per_missile_musd", 1e6),
    ("patriot", "fire_unit.weapons.pac-2-gem.cost"): ("patriot", "cost_gemt_musd", 1e6),
    ("patriot", "background.battery_cost"): ("patriot", "cost_battery_musd", 1e6),
    ("c-ram", "fire_unit.weapons.m61a1.cost"): ("cram", "cost_per_round_usd", 1),
    ("bayraktar-tb2", "cost"): ("tb2", "cost_musd", 1e6),
    ("shahed-136-class", "cost"): ("owa_medium", "cost_kusd", 1e3),
    ("s-400-40n6", "fire_unit.weapons.40n6e.range_max"): ("interceptor_40n6", "max_range_km", 1e3),
    ("s-400-40n6", "fire_unit.weapons.40n6e.speed_max"): ("interceptor_40n6", "max_speed_mps", 1),
    ("t-90", "road_speed"): ("t90", "road_speed_kmh", 1 / 3.6),
    ("t-90", "background.mass"): ("t90", "mass_t", 1e3),
    ("tos-1", "background.iraqi_launchers"): ("tos1", "iraq_quantity", 1),
    ("s-400", "sensors.91n6e.instrumented_range"): ("s400_radars", "91N6E_instrumented_range_km", 1e3),
    ("s-400", "fire_unit.weapons.48n6e3.range_max"): ("interceptor_48n6dm", "max_range_km", 1e3),
    ("s-400", "fire_unit.weapons.9m96e2.range_max"): ("interceptor_9m96e2", "max_range_km", 1e3),
    ("s-400", "fire_unit.weapons.48n6e3.class_range_max.ballistic-missile"):
        ("s400", "ballistic_target_range_km", 1e3),
    ("s-400", "background.launchers_per_battalion"): ("s400", "launchers_per_battalion", 1),
    ("s-400", "fire_unit.reaction_time"): ("s400", "reaction_time_s", 1),
    ("buk-m3", "fire_unit.weapons.9m317m.range_max"): ("bukm3", "max_range_km", 1e3),
    ("buk-m3", "fire_unit.weapons.9m317m.rounds"): ("bukm3", "ready_missiles_per_telar", 1),
    ("buk-m3", "fire_unit.channels"): ("bukm3", "simultaneous_targets_per_telar", 1),
    ("buk-m3", "battery.fire_units"): ("bukm3", "launchers_per_battery", 1),
    ("tor-m2", "fire_unit.weapons.9m338k.rounds"): ("torm2", "ready_missiles", 1),
    ("tor-m2", "fire_unit.channels"): ("torm2", "simultaneous_targets_per_vehicle", 1),
    ("tor-m2", "fire_unit.weapons.9m338k.target_speed_max"): ("torm2", "max_target_speed_mps", 1),
    ("pantsir-s1", "fire_unit.weapons.57e6.range_max"): ("pantsirs1", "missile_max_range_km", 1e3),
    ("pantsir-s1", "fire_unit.weapons.57e6.rounds"): ("pantsirs1", "ready_missiles", 1),
    ("pantsir-s1", "fire_unit.weapons.2a38m.firing_rate"): ("pantsirs1", "gun_rate_rpm", 1 / 60),
    ("pantsir-s1", "fire_unit.reaction_time"): ("pantsirs1", "reaction_time_s", 1),
    ("s-300-pmu1", "fire_unit.weapons.48n6e.range_max"): ("s300pmu1", "max_range_km", 1e3),
    ("s-300-pmu1", "fire_unit.channels"): ("s300pmu1", "simultaneous_targets_per_fire_unit", 1),
    ("s-300-pmu1", "fire_unit.reaction_time"): ("s300pmu1", "reaction_time_s", 1),
    ("s-300-pmu1", "sensors.64n6e.turn"): ("s400_radars", "64N6E_refresh_s", 1),
    ("s-300-pmu2", "fire_unit.weapons.48n6e2.range_max"): ("s300pmu2", "max_range_km", 1e3),
    ("s-300-pmu2", "fire_unit.weapons.48n6e2.target_speed_max"): ("s300pmu2", "max_target_speed_mps", 1),
    ("s-300-pmu2", "fire_unit.weapons.48n6e2.class_range_max.ballistic-missile"):
        ("s300pmu2", "ballistic_target_range_km", 1e3),
    ("s-300-pmu2", "fire_unit.reaction_time"): ("s300pmu2", "reaction_time_s", 1),
    ("patriot", "sensors.mpq-65.sector"): ("patriot", "radar_sector_deg", math.radians(1)),
    ("patriot", "sensors.mpq-65.reference_range"): ("patriot", "radar_range_1m2_km", 1e3),
    ("patriot", "sensors.mpq-65.instrumented_range"): ("patriot", "radar_instrumented_range_km", 1e3),
    ("patriot", "fire_unit.weapons.pac-2-gem.range_max"): ("patriot", "pac2_gemt_range_km", 1e3),
    ("patriot", "fire_unit.weapons.pac-2-gem.class_range_max.ballistic-missile"):
        ("patriot", "pac2_gemt_tbm_range_km", 1e3),
    ("patriot", "fire_unit.weapons.pac-3.range_max"): ("patriot", "pac3_cri_range_km", 1e3),
    ("patriot", "fire_unit.weapons.pac-3.speed_max"): ("patriot", "pac3_speed_mps", 1),
    ("patriot", "background.launchers"): ("patriot", "launchers_per_battery", 1),
    ("c-ram", "fire_unit.weapons.m61a1.firing_rate"): ("cram", "rate_rpm", 1 / 60),
    ("c-ram", "fire_unit.weapons.m61a1.rounds"): ("cram", "ready_rounds", 1),
    ("c-ram", "fire_unit.weapons.m61a1.range_max"): ("cram", "engagement_range_m", 1),
    ("c-ram", "fire_unit.weapons.m61a1.burst_rounds"): ("cram", "burst_rounds", 1),
    ("c-ram", "fire_unit.reaction_time"): ("cram", "reaction_time_s", 1),
    ("bayraktar-tb2", "speed"): ("tb2", "cruise_speed_kmh", 1 / 3.6),
    ("bayraktar-tb2", "rcs.nose"): ("tb2", "rcs_m2", 1),
    ("mq-9", "speed"): ("mq9", "cruise_speed_kmh", 1 / 3.6),
    ("mq-9", "rcs.nose"): ("mq9", "rcs_m2", 1),
    ("shahed-136-class", "speed"): ("owa_medium", "cruise_speed_kmh", 1 / 3.6),
    ("shahed-136-class", "rcs.nose"): ("owa_medium", "rcs_m2", 1),
    ("quadcopter", "speed"): ("quadcopter", "cruise_speed_kmh", 1 / 3.6),
    ("quadcopter", "rcs.nose"): ("quadcopter", "rcs_m2", 1),
    ("rocket-107mm", "rcs.nose"): ("rocket107", "rcs_m2", 1),
    ("rocket-107mm", "background.reach"): ("rocket107", "range_km", 1e3),
    ("rocket-122mm", "rcs.nose"): ("rocket122", "rcs_m2", 1),
    ("rocket-122mm", "background.reach"): ("rocket122", "range_km", 1e3),
    ("tos-1-rocket", "rcs.nose"): ("tos1", "rcs_m2", 1),
    ("tos-1-rocket", "background.reach"): ("tos1", "range_km", 1e3),
    ("mi-28ne", "speed"): ("mi28ne", "cruise_speed_kmh", 1 / 3.6),
    ("mi-35m", "speed"): ("mi35m", "cruise_speed_kmh", 1 / 3.6),
    ("ah-1z", "speed"): ("ah1", "cruise_speed_kmh", 1 / 3.6),
    ("f-16", "background.mass"): ("f16", "mtow_kg", 1),
    ("small-attack-drone", "speed"): ("owa_small", "cruise_speed_kmh", 1 / 3.6),
    ("small-attack-drone", "rcs.nose"): ("owa_small", "rcs_m2", 1),
    ("cruise-missile", "speed"): ("cruise", "cruise_speed_mps", 1),
    ("cruise-missile", "rcs.nose"): ("cruise", "rcs_m2", 1),
    ("ballistic-missile", "apogee"): ("srbm", "apogee_km", 1e3),
    ("su-25", "speed"): ("su25", "cruise_speed_kmh", 1 / 3.6),
    ("strike-aircraft", "rcs.nose"): ("f16", "rcs_m2", 1),
    ("airliner", "speed"): ("airliner", "cruise_speed_kmh", 1 / 3.6),
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(("name", "path"), STOCK)
def test_figures_are_those_of_the_reference_stock(shared: Path, name, path):
    stock = json.loads((shared / "reference" / "catalogue.json").read_text())["systems"]
    system, parameter, factor = STOCK[name, path]
    row = stock[system]["parameters"][parameter]
    figure = dict(figures_of(load_system(name)))[path]
    low, high = row.get("low", row.get("value")), row.get("high", row.get("value"))
    assert (figure.low, figure.high) == pytest.approx((low * factor, high * factor))
    assert figure.grade >= row["grade"]
