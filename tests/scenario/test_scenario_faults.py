"""Bad scenarios: every fault in one answer, each with its line; never a traceback, never a hang."""

import os
import re
from pathlib import Path

import pytest

from rempart.base.errors import ScenarioError
from rempart.scenario.loading import build_scenario, load_scenario

DATA = Path(__file__).parent / "data"
SYSTEMS = {"s-400": "air-defence", "drone": "level", "rocket": "ballistic", "airliner": "level"}
GOOD = """\
rempart: 1
title: Small
area: {terrain: flat}
assets:
  refinery: {at: [33.25, 44.40]}
defence:
  batteries:
    north: {system: s-400, at: [33.60, 44.30]}
raid:
  drones: {threat: drone, from: [35, 43], to: refinery, height: 300 m agl}
traffic:
  airway: {aircraft: airliner, count: 2, route: [[31, 47], [36, 43]], height: 10 km amsl}
"""


def faults_of(path_or_name, systems=SYSTEMS):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path_or_name, systems)
    for fault in caught.value.faults:
        assert "\n" not in str(fault)
        assert len(str(fault)) < 1500
        assert fault.where
        assert fault.found
        assert fault.allowed
    return caught.value.faults


def faults_in(tmp_path, text, systems=SYSTEMS):
    path = tmp_path / "bad.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return faults_of(path, systems)


def test_ten_faults_are_told_in_one_answer():
    path = DATA / "ten_faults.yaml"
    expected = [
        (3, "durration", "no key 'durration'", "duration", "Did you mean 'duration'?"),
        (6, "assets.refinery.at", "latitude 133.25 does not exist", "-90 to 90", ""),
        (7, "assets.port.at", "[25, 55] lies outside the terrain", "'iraq'", ""),
        (10, "defence.command.link_delay", "'2 km' is a length, not a time", "s, ms, min, h", ""),
        (12, "defence.batteries.north.facing", "90 has no unit", "rad, mrad, deg", ""),
        (13, "defence.batteries.inner.system", "'pantsir-s2'", "tor-m2", "Did you mean 'pantsir-s1'?"),
        (14, "defence.batteries.outer.channels", "found 0", "1 or more", ""),
        (16, "raid.drones.count", "found -24", "1 or more", ""),
        (21, "raid.missiles.via", "back and forth", "in order of flight", "reverse order"),
        (24, "raid.nobody.count", "found 0", "1 or more", ""),
    ]
    faults = faults_of(path, None)
    assert len(faults) == len(expected)
    for fault, (line, where, found, allowed, remedy) in zip(faults, expected, strict=True):
        assert fault.where.endswith(f"ten_faults.yaml:{line}: {where}")
        assert found in fault.found
        assert allowed in fault.allowed
        assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("rempart: 1", "rempart: 2", ":1: rempart", "2"),
        ("rempart: 1", "rempart: true", ":1: rempart", "True"),
        ("title: Small", "title: 7", ":2: title", "7"),
        ("title: Small\n", "", "title", "is missing"),
        ("flat", "no_such.tif", ":3: area.terrain", "no_such.tif"),
        ("{at: [33.25, 44.40]}", "", ":5: assets.refinery", "null"),
        ("[33.25, 44.40]", "[33.25, 444.0]", ":5: assets.refinery.at", "longitude 444"),
        ("[33.25, 44.40]", "[here, 44.0]", ":5: assets.refinery.at", "not a place"),
        ("airway: {", "2nd: {", ":12: traffic.2nd", "2nd"),
        ("s-400,", "drone,", ":8: defence.batteries.north.system", "is an air vehicle"),
        ("s-400,", "S-400,", ":8: defence.batteries.north.system", "no system 'S-400'"),
        ("system: s-400", "system: s-400, count: 2.5", ":8: defence.batteries.north.count", "2.5"),
        ("system: s-400", "system: s-400, count: '2'", ":8: defence.batteries.north.count", "'2'"),
        ("system: s-400", "system: s-400, turn: 0 s", ":8: defence.batteries.north.turn", "out of range"),
        ("to: refinery", "to: refinary", ":10: raid.drones.to", "no asset"),
        ("threat: drone", "threat: s-400", ":10: raid.drones.threat", "air-defence system"),
        ("threat: drone", "threat: rocket", ":10: raid.drones.height", "ballistic threat takes no height"),
        (", height: 300 m agl", "", ":10: raid.drones", "height of flight is missing"),
        ("300 m agl", "300 m", ":10: raid.drones.height", "measured from"),
        ("from: [35, 43]", "from: [33.25, 44.40]", ":10: raid.drones", "twice in a row"),
        ("from: [35, 43]", "from: [35, 43], via: [[34, 44], [34, 44]]", ":10: raid.drones.via", "twice"),
        ("count: 2, ", "", ":12: traffic.airway", "not said once"),
        ("count: 2", "count: 2, per_hour: 3", ":12: traffic.airway", "not said once"),
        ("count: 2", "per_hour: 3", ":12: traffic.airway", "0 flights"),
        ("route: [[31, 47], [36, 43]]", "route: [[31, 47]]", ":12: traffic.airway.route", "1"),
        ("aircraft: airliner", "aircraft: rocket", ":12: traffic.airway.aircraft", "ballistic"),
        ("title: Small", "title: S\nduration: 1 h\nperfect: [luck]", ":4: perfect[0]", "'luck'"),
    ],
)  # fmt: skip
def test_one_fault(tmp_path, old, new, where, found):
    assert old in GOOD
    faults = faults_in(tmp_path, GOOD.replace(old, new))
    assert len(faults) == 1
    assert where in faults[0].where
    assert found in faults[0].found


def test_the_good_scenario_has_none(tmp_path):
    path = tmp_path / "good.yaml"
    path.write_text(GOOD)
    assert load_scenario(path, SYSTEMS).title == "Small"


def test_starts_after_the_end(tmp_path):
    text = GOOD.replace("height: 300 m agl", "height: 300 m agl, start: 10..11 min") + "duration: 5 min\n"
    assert "after the end" in faults_in(tmp_path, text)[0].found


def test_swapped_coordinates_are_recognised(tmp_path):
    text = (
        GOOD.replace("flat", "iraq")
        .replace("[33.25, 44.40]", "[44.40, 33.25]")
        .replace("[35, 43]", "[43, 35]")
    )
    asset, departure = faults_in(tmp_path, text)
    assert "did you mean [33.25, 44.4]?" in asset.remedy
    assert "did you mean [35, 43]?" in departure.remedy


def test_empty_raid(tmp_path):
    head = GOOD.split("raid:")[0]
    assert faults_in(tmp_path, head + "raid: {}\n")[0].where.endswith(":9: raid")
    assert faults_in(tmp_path, head + "raid:\n")[0].where.endswith(":9: raid")
    assert faults_in(tmp_path, head)[0].found == "is missing"


def test_a_via_that_is_the_aim(tmp_path):
    text = GOOD.replace("from: [35, 43]", "from: [35, 43], via: [[33.25, 44.40]]")
    assert "[33.25, 44.4] twice" in faults_in(tmp_path, text)[0].found


def test_a_detour_is_a_route(tmp_path):
    path = tmp_path / "detour.yaml"
    path.write_text(GOOD.replace("from: [35, 43]", "from: [35, 43], via: [[34, 46], [32, 46], [32, 43]]"))
    assert len(load_scenario(path, SYSTEMS).raid["drones"].via) == 3


@pytest.mark.parametrize(
    ("content", "where", "found"),
    [
        (b"", ":1", "nothing"),
        (b"# only a remark\n", ":1", "nothing"),
        (b"- 1\n- 2\n", ":1", "list"),
        (b"just words", ":1", "plain text"),
        (b"\x7fELF\x02\x01\x01\x00\xff\xfe", "", "UTF-8"),
        (b"a: \x00\x01", "", ""),
        (b"a: b\n\tc: d\n", ":2", "tab"),
        (b"a: [1, 2\nb: 3\n", ":2", ""),
        (b"a: 1\na: 2\n", ":2", "'a' again"),
        (b"a: 1\n---\nb: 2\n", "", "second document"),
        (b"a: !!python/object/apply:os.system [ls]\n", ":1", "tag"),
        (b"[" * 100_000, ":1", "levels"),
        (b"{a: " * 100_000, ":1", "levels"),
        (b"a: &x [1]\nb: [*x, *x]\n", ":1", "alias"),
        (b"a: &x [*x]\n", ":1", "alias"),
        (b"x" * 2_000_001, "", "bytes"),
    ],
)
def test_what_is_not_a_scenario_gets_one_line(tmp_path, content, where, found):
    faults = faults_in(tmp_path, content)
    assert len(faults) == 1
    assert f"bad.yaml{where}" in faults[0].where
    assert found in faults[0].found


def test_alias_bomb(tmp_path):
    layers = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    faults = faults_in(tmp_path, "l0: &l0 [1]\n" + "\n".join(layers))
    assert "alias" in faults[0].found


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000_000)
    assert "100000000000 bytes" in faults_of(path)[0].found


def test_paths_that_are_no_files(tmp_path):
    assert "is a folder" in faults_of(tmp_path)[0].found
    assert "no such file" in faults_of(tmp_path / "missing.yaml")[0].found
    assert "Did you mean 'iraq_2020_proposal'?" in faults_of("iraq_2020_propsal")[0].remedy
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in faults_of(tmp_path / "pipe")[0].found
    faults_of("x" * 5000)
    faults_of("nul\0byte")


def test_thousands_of_faults_are_cut_short(tmp_path):
    names = "\n".join(f"  a{n}: {{at: [99, {n}]}}" for n in range(3000))
    faults = faults_in(tmp_path, GOOD.replace("assets:\n", f"assets:\n{names}\n"))
    assert len(faults) == 101
    assert "2900 faults more" in faults[-1].found


def test_input_is_quoted_safely(tmp_path):
    text = GOOD.replace("title: Small", f'"\\e[31m\\n{"k" * 5000}": 1\ntitle: {"t" * 5000}')
    for fault in faults_in(tmp_path, text):
        assert not re.search(r"[\x00-\x1f]", str(fault))


def test_plain_values_are_told_by_path():
    with pytest.raises(ScenarioError, match="mine: raid: is missing"):
        build_scenario({"rempart": 1, "title": "x"}, "mine", SYSTEMS)


def test_missing_user_catalogue(tmp_path):
    faults = faults_in(
        tmp_path, GOOD.replace("drone,", "small-attack-drone,") + "catalogue: [nowhere]\n", None
    )
    assert faults[0].where.endswith(":13: catalogue")
    assert len(faults) == 1


def test_an_unknown_way_of_association_is_refused_with_those_there_are(tmp_path):
    text = GOOD.replace("raid:", "  policy: {track: {association: nearest}}\nraid:")
    (fault,) = faults_in(tmp_path, text)
    assert fault.where.endswith("defence.policy.track.association") or "association" in fault.where
    assert "nearest" in fault.found
    for way in ("known", "gnn", "jpda"):
        assert way in fault.allowed


@pytest.mark.parametrize("way", ["known", "gnn", "jpda"])
def test_every_way_of_association_is_read(tmp_path, way):
    text = GOOD.replace("raid:", f"  policy: {{track: {{association: {way}}}}}\nraid:")
    path = tmp_path / "good.yaml"
    path.write_text(text)
    assert load_scenario(path, SYSTEMS).defence.policy.track.association == way
