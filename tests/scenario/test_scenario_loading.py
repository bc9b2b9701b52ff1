"""Good scenarios load, stay as they are, and are written so that they load again."""

import copy
import pickle

import pytest
import yaml
from pydantic import ValidationError

from rempart.base.errors import ScenarioError
from rempart.base.units import Height
from rempart.scenario.loading import (
    amend_scenario,
    build_scenario,
    load_scenario,
    scenario_yaml,
    shipped_scenarios,
)
from rempart.scenario.quantities import Interval, Place

SYSTEMS = {"s-400": "air-defence", "drone": "level", "rocket": "ballistic", "airliner": "level"}
SMALL = {
    "rempart": 1,
    "title": "Small",
    "assets": {"refinery": {"at": [33.25, 44.40], "value": 10, "class": "industrial"}},
    "defence": {"batteries": {"north": {"system": "s-400", "at": [33.60, 44.30]}}},
    "raid": {
        "drones": {"threat": "drone", "count": 3, "from": [35, 43], "to": "refinery", "height": "300 m agl"}
    },
}


def small(**changes):
    return build_scenario({**copy.deepcopy(SMALL), **changes}, known_systems=SYSTEMS)


def test_attributes_are_si():
    scenario = small(
        duration="60 min",
        area={"weather": "25 mm/h"},
        traffic={
            "airway": {
                "aircraft": "airliner",
                "per_hour": 12,
                "route": [[31, 47], [36, 43]],
                "height": "10 km amsl",
                "start": "0..30 min",
                "spread": "2 km",
                "speed": "450 kt",
            }
        },
        perfect=["tracking", "detection", "tracking"],
    )
    airway = scenario.traffic["airway"]
    assert scenario.duration == 3600.0
    assert scenario.area.rain == pytest.approx(25e-3 / 3600)
    assert scenario.assets["refinery"].asset_class == "industrial"
    assert scenario.raid["drones"].departure == Place(35.0, 43.0)
    assert scenario.raid["drones"].height == Height(300.0, "agl")
    assert airway.start == Interval(0.0, 1800.0)
    assert airway.n_flights == 6
    assert airway.speed == pytest.approx(231.5)
    assert scenario.perfect == ("detection", "tracking")
    assert scenario.defence.batteries["north"].channels is None
    assert scenario.n_threats == 3


def test_origin_is_the_middle_of_the_assets_whatever_the_defence():
    assets = {"a": {"at": [33, 44]}, "b": {"at": [33, 46]}}
    more = {"batteries": {"x": {"system": "s-400", "at": [30, 40]}}}
    origin = small(assets=assets, raid=raid(to="a")).origin
    assert origin.lon_deg == pytest.approx(45.0)
    assert origin.lat_deg == pytest.approx(33.0, abs=0.01)
    assert small(assets=assets, raid=raid(to="a"), defence=more).origin == origin
    assert small(area={"origin": [33.1, 44.1]}).origin == Place(33.1, 44.1)


def raid(**changes):
    return {"drones": {**SMALL["raid"]["drones"], **changes}}


def test_origin_bears_the_date_line():
    assets = {"a": {"at": [10, 179]}, "b": {"at": [10, -179]}}
    assert abs(small(assets=assets, raid=raid(to="a")).origin.lon_deg) == pytest.approx(180.0)


def test_a_scenario_cannot_be_changed():
    scenario = small()
    with pytest.raises(ValidationError):
        scenario.title = "other"
    with pytest.raises(ValidationError):
        scenario.raid["drones"].count = 4
    with pytest.raises(TypeError):
        scenario.assets["port"] = scenario.assets["refinery"]
    assert pickle.loads(pickle.dumps(scenario)).digest == scenario.digest


def test_digest_is_about_what_is_said_not_how():
    digest = small().digest
    reordered = dict(reversed(list(SMALL.items())))
    assert build_scenario(reordered, name="other", known_systems=SYSTEMS).digest == digest
    assert small(raid=raid(height="0.3 km agl", start="0 min")).digest == digest
    assert small(raid=raid(height="301 m agl")).digest != digest
    assert small(perfect=["detection"]).digest != digest


def test_names_come_in_order_whatever_the_file():
    both = {"b": {"at": [33, 44]}, "a": {"at": [33, 45]}}
    assert list(small(assets=both, raid=raid(to="a")).assets) == ["a", "b"]


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenarios_survive_a_round_trip(name, tmp_path):
    scenario = load_scenario(name)
    path = tmp_path / "scenario.yaml"
    path.write_text(scenario_yaml(scenario))
    again = load_scenario(path)
    assert again.digest == scenario.digest
    assert again.to_dict() == scenario.to_dict()
    assert again.origin == scenario.origin
    assert scenario.name == name
    assert scenario.source_text.startswith("#")


def test_the_demo_is_what_it_says():
    scenario = load_scenario("iraq_2020_proposal")
    systems = {battery.system for battery in scenario.defence.batteries.values()}
    assert systems == {"s-400", "buk-m3", "tor-m2", "pantsir-s1"}
    threats = {group.threat for group in scenario.raid.values()}
    assert threats == {"small-attack-drone", "cruise-missile", "ballistic-missile", "strike-aircraft"}
    assert scenario.n_threats == 60
    assert sum(airway.n_flights for airway in scenario.traffic.values()) == 10
    assert len(scenario.source_text.splitlines()) <= 80


def test_the_ladder_differs_only_in_the_defence():
    full, bare = (load_scenario(name) for name in ("iraq_2020_proposal", "iraq_2020_pantsir_only"))
    assert {battery.system for battery in bare.defence.batteries.values()} == {"pantsir-s1"}
    assert (bare.raid, bare.assets, bare.traffic, bare.origin) == (
        full.raid,
        full.assets,
        full.traffic,
        full.origin,
    )


def test_the_reference_case_is_what_it_says():
    scenario = load_scenario("bench_engine")
    turns = [battery.turn for battery in scenario.defence.batteries.values()]
    assert (len(turns), min(turns), max(turns), sum(turns) / len(turns)) == (10, 1.0, 10.0, 4.0)
    assert (scenario.n_threats, scenario.duration) == (100, 1800.0)


def test_amending_lays_changes_over():
    scenario = small(duration="60 min")
    amended = amend_scenario(scenario, {"perfect": ["tracking"], "duration": None}, SYSTEMS)
    assert amended.perfect == ("tracking",)
    assert amended.duration is None
    assert amended.raid == scenario.raid
    with pytest.raises(ScenarioError, match=r"changes: perfect\[0\]"):
        amend_scenario(scenario, {"perfect": ["everything"]}, SYSTEMS)


def test_written_scenarios_are_plain_yaml():
    values = yaml.safe_load(scenario_yaml(small()))
    assert values["raid"]["drones"]["height"] == "300 m agl"
    assert values["defence"]["command"]["link_delay"] == "2 s"
    assert "channels" not in values["defence"]["batteries"]["north"]
