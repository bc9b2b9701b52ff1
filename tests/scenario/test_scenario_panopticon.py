"""Another tool's laydowns become scenarios that hold, and say what they lost on the way."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rempart.base.errors import RempartError, ScenarioError
from rempart.catalog.library import list_systems
from rempart.scenario.loading import load_scenario
from rempart.scenario.panopticon import EXACT, STAND_INS, import_laydown, laydown_yaml
from rempart.scenario.schema import PUBLISHED


def unit(kind, name, side, lat, lon, **more):
    return {"id": f"id-{name}", "name": name, "className": kind, "sideId": side, "latitude": lat,
            "longitude": lon, "altitude": 10000, "speed": 450, "route": [], **more}  # fmt: skip


GAME = {
    "currentScenario": {
        "name": "A small game",
        "duration": 7200,
        "sides": [{"id": "b", "name": "BLUE"}, {"id": "r", "name": "RED"}, {"id": "g", "name": "GREEN"}],
        "relationships": {"hostiles": {"b": ["r"]}},
        "aircraft": [
            unit("F-16C", "Viper #1", "r", 34.5, 44.0, route=[[34.0, 44.2], [33.31, 44.41]]),
            unit("F-16C", "Viper #1", "r", 34.6, 44.0, targetId="id-Depot"),
            unit("Zeppelin", "Old", "r", 34.7, 44.0),
            unit("F-16C", "Own", "b", 33.3, 44.3),
            unit("F-16C", "Bystander", "g", 33.3, 44.3),
        ],
        "facilities": [
            unit("Buk-M3", "Site A", "b", 33.4, 44.4),
            unit("HQ-9", "Site B", "b", 33.4, 44.5),
            unit("Buk-M3", "Depot", "b", 33.1, 44.7),
            unit("S-400", "Theirs", "r", 36.0, 44.7),
        ],
        "airbases": [unit("Airfield", "Home AB", "b", 33.3, 44.4, aircraft=[{"name": "parked"}])],
        "ships": [],
        "missions": [{"assignedUnitIds": ["x"], "assignedTargetIds": ["y"]}],
        "referencePoints": [{"name": "p"}],
    },
    "currentSideId": "b",
}


@pytest.fixture
def saved(tmp_path):
    def save(game):
        path = tmp_path / "game.json"
        path.write_text(game if isinstance(game, str) else json.dumps(game))
        return path

    return save


def with_unit(index=0, kind="aircraft", **changes):
    game = copy.deepcopy(GAME)
    game["currentScenario"][kind][index].update(changes)
    return game


def lost(laydown):
    return {omission.what: omission.why for omission in laydown.omissions}


def test_a_laydown_becomes_a_scenario(saved, tmp_path):
    laydown = import_laydown(saved(GAME))
    path = tmp_path / "game.yaml"
    path.write_text(laydown_yaml(laydown, "game.json"))
    scenario = load_scenario(path)
    assert scenario.title == "A small game"
    assert scenario.duration == 7200.0
    assert dict(scenario.assets).keys() == {"home-ab", "depot"}
    assert {name: one.system for name, one in scenario.defence.batteries.items()} == {
        "site-a": "buk-m3", "depot": "buk-m3",
    }  # fmt: skip
    first, second = scenario.raid["viper-1"], scenario.raid["viper-1-2"]
    assert (first.threat, first.to, first.height.value) == ("f-16", "home-ab", pytest.approx(3048.0))
    assert [place.lat_deg for place in first.via] == [34.0]
    assert first.speed == pytest.approx(450 * 1852 / 3600)
    assert second.to == "depot"


def test_what_did_not_carry_over_is_listed_with_its_reason(saved):
    told = lost(import_laydown(saved(GAME)))
    assert told["Site B (HQ-9)"] == told["Old (Zeppelin)"] == "no entry of the catalogue stands for its class"
    assert told["Own (F-16C)"] == "the defence has no aircraft"
    assert told["aircraft on Home AB (Airfield)"] == "the defence has no aircraft"
    assert told["side GREEN"] == "it is not hostile to the side that defends"
    assert told["Theirs (S-400)"] == "the raid's own ground forces play no part"
    assert {"missions", "referencePoints", "range and weapons of facilities"} <= told.keys()
    assert "aim of Viper #1 (F-16C)" in told


def test_every_unit_is_carried_over_or_listed(saved):
    laydown = import_laydown(saved(GAME))
    listed = " ".join(lost(laydown))
    given = GAME["currentScenario"]
    for kind in ("aircraft", "facilities", "airbases"):
        for one in given[kind]:
            key = one["name"].lower().replace(" #", "-").replace(" ", "-")
            parts = (laydown.values["assets"], laydown.values["defence"]["batteries"], laydown.values["raid"])
            assert any(key in part for part in parts) or one["name"] in listed or one["sideId"] == "g"


def test_comments_open_the_file_and_cannot_break_it(saved, tmp_path):
    game = with_unit(2, name="Evil\nraid: {}\u2028\u0007# x")
    text = laydown_yaml(import_laydown(saved(game)), "a\nb.json")
    head = text.split("rempart: 1")[0].splitlines()
    assert all(line.startswith("# ") for line in head)
    assert "# - Evil raid: {} # x (Zeppelin): no entry of the catalogue stands for its class" in head
    (tmp_path / "game.yaml").write_text(text)
    load_scenario(tmp_path / "game.yaml")


def test_the_other_side_can_defend(saved):
    game = copy.deepcopy(GAME)
    game["currentScenario"]["relationships"] = {}
    laydown = import_laydown(saved(game), "RED", {"F-16C": "su-25"})
    assert laydown.values["defence"]["batteries"] == {"theirs": {"system": "s-400", "at": [36.0, 44.7]}}
    assert laydown.values["raid"].keys() == {"own", "bystander"}
    assert {one["threat"] for one in laydown.values["raid"].values()} == {"su-25"}
    with pytest.raises(ScenarioError, match="no side 'PINK'"):
        import_laydown(saved(game), "PINK")


@pytest.mark.parametrize(
    ("game", "told"),
    [
        (with_unit(altitude=1e9), "its altitude cannot be"),
        (with_unit(latitude=1e308), "it has no place on earth"),
        (with_unit(longitude=None), "it has no place on earth"),
        (with_unit(speed=10**400), "it cannot be: the catalogue's counts"),
    ],
)
def test_an_impossible_number_leaves_out_what_it_belongs_to(game, told, saved):
    assert told in lost(import_laydown(saved(game))).values()


def test_waypoints_that_run_back_and_forth_are_left_out(saved):
    outwards = [[33.4, 44.0], [33.7, 44.0], [34.0, 44.0], [34.3, 44.0]]
    laydown = import_laydown(saved(with_unit(route=outwards)))
    assert "via" not in laydown.values["raid"]["viper-1"]
    assert "back and forth" in lost(laydown)["waypoints of Viper #1 (F-16C)"]


BAD = {
    "not json": "hello",
    "nothing": "",
    "a list": "[]",
    "too deep": "[" * 100_000,
    "another tool's": '{"type": "FeatureCollection", "features": []}',
    "sides of another kind": '{"currentScenario": {"sides": 3}}',
    "no sides": '{"currentScenario": {"sides": []}}',
    "one side": '{"currentScenario": {"sides": [{"id": "a"}]}}',
    "no units": '{"currentScenario": {"sides": [{"id": "a"}, {"id": "b"}]}}',
    "no raid": {**GAME, "currentScenario": {**GAME["currentScenario"], "aircraft": []}},
    "no defence": {**GAME, "currentScenario": {**GAME["currentScenario"], "facilities": []}},
    "too many": {**GAME, "currentScenario": {**GAME["currentScenario"], "aircraft": [{}] * 3000}},
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_laydown_is_one_plain_fault(what, saved):
    with pytest.raises(ScenarioError) as caught:
        import_laydown(saved(BAD[what]))
    assert len(caught.value.faults) == 1


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        import_laydown(tmp_path / "none.json")


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.none())
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["aircraft", "facilities", "airbases", None]),
    key=st.sampled_from(
        ["id", "name", "className", "sideId", "latitude", "longitude", "altitude", "speed", "route",
         "targetId", "sides", "missions", "duration", "relationships", "aircraft", "weapons"]
    ),
    junk=JUNK,
)  # fmt: skip
def test_junk_in_any_place_is_a_scenario_or_a_fault(kind, key, junk, saved, tmp_path):
    game = copy.deepcopy(GAME)
    part = game["currentScenario"][kind][0] if kind else game["currentScenario"]
    part[key] = junk
    try:
        laydown = import_laydown(saved(game))
    except RempartError:
        return
    (tmp_path / "out.yaml").write_text(laydown_yaml(laydown, "game.json"))
    load_scenario(tmp_path / "out.yaml")


def test_the_tables_lead_to_the_catalogue():
    names = {*EXACT.values(), *(name for name, _ in STAND_INS.values())}
    assert names <= set(list_systems())
    assert not EXACT.keys() & STAND_INS.keys()
    assert all(key == key.lower() for key in (*EXACT, *STAND_INS))


REAL = {"default_scenario": (1, 1, 1), "simple_demo": (1, 1, 3)}
"""File → assets, batteries, threats."""


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_real_laydowns(name, shared, tmp_path):
    source = shared / "data" / "scenarios" / "panopticon" / f"{name}.json"
    laydown = import_laydown(source)
    path = tmp_path / f"{name}.yaml"
    path.write_text(laydown_yaml(laydown, source.name))
    scenario = load_scenario(path)
    n_batteries = len(scenario.defence.batteries)
    assert (len(scenario.assets), n_batteries, scenario.n_threats) == REAL[name]
    assert scenario.origin.lat_deg == pytest.approx(-8.41883)
    jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text())).validate(
        yaml.safe_load(path.read_text())
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", ["blank_scenario", "stable_baselines_scen"])
def test_real_laydowns_without_a_defence_are_refused(name, shared):
    with pytest.raises(ScenarioError, match="too little for a scenario"):
        import_laydown(Path(shared) / "data" / "scenarios" / "panopticon" / f"{name}.json")


@pytest.mark.shared
def test_the_tables_know_the_classes_of_the_tools_own_list(shared):
    """Each of its classes is in a table, or is known to have no like in the catalogue."""
    classes = json.loads((shared / "data" / "catalogues" / "panopticon_unitdb.json").read_text())
    names = {one["class_name"].lower() for key in ("AircraftDb", "FacilityDb") for one in classes[key]}
    assert names - EXACT.keys() - STAND_INS.keys() == {
        "aster 30", "b-1b lancer", "b-2 spirit", "b-52 stratofortress", "barak 8", "c-12 huron",
        "c-130 hercules", "c-17 globemaster iii", "hq-16", "hq-17", "hq-19", "hq-7", "hq-9",
        "kc-135r stratotanker", "nasams",
        "s-300v4", "s-500 prometey", "thaad",
    }  # fmt: skip
