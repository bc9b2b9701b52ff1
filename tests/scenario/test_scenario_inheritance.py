"""`based_on`: what a scenario says is laid over what it inherits, and faults keep their file and line."""

import pytest

from rempart.base.errors import ScenarioError
from rempart.scenario.loading import load_scenario

SYSTEMS = {"s-400": "air-defence", "tor-m2": "air-defence", "drone": "level"}
BASE = """\
rempart: 1
title: Base
assets: {refinery: {at: [33.25, 44.40]}}
defence:
  batteries:
    north: {system: s-400, at: [33.60, 44.30]}
    south: {system: s-400, at: [33.00, 44.30]}
  policy: {weapons: free, rounds: 2}
raid: {drones: {threat: drone, from: [35, 43], to: refinery, height: 300 m agl}}
"""


def write(folder, **files):
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def test_only_what_differs_is_said(tmp_path):
    write(tmp_path, base=BASE, heir=(
        "based_on: base.yaml\ntitle: Heir\n"
        "defence: {batteries: {north: {system: tor-m2}, south: null}, policy: {weapons: tight}}\n"
    ))  # fmt: skip
    heir = load_scenario(tmp_path / "heir.yaml", SYSTEMS)
    assert heir.title == "Heir"
    assert list(heir.defence.batteries) == ["north"]
    assert heir.defence.batteries["north"].system == "tor-m2"
    assert heir.defence.batteries["north"].at.lat_deg == 33.60
    assert heir.defence.policy.weapons == "tight"
    assert heir.defence.policy.rounds == 2


def test_paths_are_taken_from_the_file_that_says_them(tmp_path):
    write(tmp_path, base=BASE)
    write(tmp_path / "sub", heir="based_on: ../base.yaml\ncatalogue: [mine]\n")
    heir = load_scenario(tmp_path / "sub" / "heir.yaml", SYSTEMS)
    assert heir.catalogue == (str(tmp_path / "sub" / "mine"),)


def test_a_terrain_file_counts_by_its_name(tmp_path):
    text = BASE + "area: {terrain: ground.tif}\n"
    write(tmp_path / "one", base=text)
    with pytest.raises(ScenarioError, match=r"area\.terrain: .*one/ground\.tif: no such"):
        load_scenario(tmp_path / "one" / "base.yaml", SYSTEMS)


def test_each_fault_names_its_own_file(tmp_path):
    write(tmp_path, base=BASE.replace("rounds: 2", "rounds: 0"), heir="based_on: base.yaml\ntitle: 3\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(tmp_path / "heir.yaml", SYSTEMS)
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 2
    assert "base.yaml:8: defence.policy.rounds" in told[0]
    assert "heir.yaml:2: title" in told[1]


def test_deleting_what_is_not_there(tmp_path):
    write(tmp_path, base=BASE, heir="based_on: base.yaml\ndefence: {batteries: {nroth: null}}\n")
    with pytest.raises(ScenarioError, match=r"heir\.yaml:2: defence\.batteries\.nroth.*none to delete"):
        load_scenario(tmp_path / "heir.yaml", SYSTEMS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("based_on: heir.yaml\n", "based on itself"),
        ("based_on: other.yaml\n", "based on itself"),
        ("based_on: gone.yaml\n", "no such file"),
        ("based_on: [a]\n", "found a list"),
        ("based_on: .\n", "folder"),
        ("based_on: c1.yaml\n", "too deep"),
        ("based_on: loop.yaml\n", "loop.yaml"),
        ('based_on: "\\0"\n', "no such file"),
    ],
)
def test_lines_of_descent_that_do_not_end(tmp_path, text, message):
    write(tmp_path, other="based_on: heir.yaml\n", heir=text)
    write(tmp_path, **{f"c{n}": f"based_on: c{n + 1}.yaml\n" for n in range(1, 12)})
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    with pytest.raises(ScenarioError, match=message) as caught:
        load_scenario(tmp_path / "heir.yaml", SYSTEMS)
    assert len(caught.value.faults) == 1


def test_shipped_scenarios_can_be_built_on(tmp_path):
    write(tmp_path, mine="based_on: iraq_2020_proposal\nperfect: [detection]\n")
    assert load_scenario(tmp_path / "mine.yaml").perfect == ("detection",)
