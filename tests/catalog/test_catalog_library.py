import pytest

from rempart.base.errors import CatalogError
from rempart.catalog.library import bibliography, list_systems, load_system

OWN_SOURCE = """
field-notes:
  title: Notes from a visit
  publisher: the author
  year: 2024
  address: on request
  kind: publication
  access: seen
"""


def test_an_unknown_name_gets_its_neighbours():
    with pytest.raises(CatalogError) as refused:
        load_system("s400")
    (fault,) = refused.value.faults
    assert "'s400'" in fault.found
    assert "s-400" in fault.remedy
    assert "tor-m2" in fault.allowed


def test_a_system_of_ones_own_inherits_and_overrides(save, tmp_path):
    save("bibliography", OWN_SOURCE)
    save(
        "tor-m2-worn",
        "based_on: tor-m2\ntitle: Worn Tor\nfire_unit:\n  channels: {value: 2, unit: count, "
        "sources: [field-notes], grade: B, citation: checked}\n  weapons: {9m338k: {pk: {airliner: null}}}\n",
    )
    own, shipped = load_system("tor-m2-worn", (tmp_path,)), load_system("tor-m2")
    assert "tor-m2-worn" in list_systems((tmp_path,))
    assert "tor-m2-worn" not in list_systems()
    assert (own.name, own.title, own.fire_unit.channels.value) == ("tor-m2-worn", "Worn Tor", 2.0)
    assert own.sensors == shipped.sensors
    assert set(shipped.fire_unit.weapons["9m338k"].pk) - set(own.fire_unit.weapons["9m338k"].pk) == {
        "airliner"
    }
    assert "field-notes" in bibliography((tmp_path,))
    assert "field-notes" not in bibliography()


def test_an_edited_file_is_read_again(save, tmp_path):
    save("mine", "based_on: su-25\ntitle: First\n")
    assert load_system("mine", (tmp_path,)).title == "First"
    save("mine", "based_on: su-25\ntitle: Second one\n")
    assert load_system("mine", (tmp_path,)).title == "Second one"


def test_a_shipped_name_cannot_be_taken(save, faults_of):
    save("tor-m2", "based_on: tor-m2\n")
    (fault,) = faults_of("tor-m2")
    assert "second system" in fault.found


def test_a_shipped_source_cannot_be_replaced(save, faults_of):
    save("bibliography", OWN_SOURCE.replace("field-notes", "wikipedia-tor"))
    (fault,) = faults_of("tor-m2")
    assert "wikipedia-tor" in fault.where


def test_a_faulty_bibliography_is_refused(save, faults_of):
    save("bibliography", OWN_SOURCE.replace("access: seen", "access: heard").replace("2024", "24"))
    assert {fault.where.rpartition(".")[2] for fault in faults_of("su-25")} == {"access", "year"}


@pytest.mark.parametrize("parent", ["mine", "other", "tor-m3"])
def test_ancestors_must_exist_and_end(save, faults_of, parent):
    save("mine", f"based_on: {parent}\n")
    save("other", "based_on: mine\n")
    assert len(faults_of("mine")) == 1


def test_a_folder_must_be_one(tmp_path):
    with pytest.raises(CatalogError, match="not a folder"):
        list_systems((tmp_path / "nowhere",))


def test_every_fault_of_a_file_is_told_with_its_line(save, faults_of):
    save(
        "mine",
        """\
based_on: pantsir-s1
titel: Mine
fire_unit:
  sensor: eyes
  channels: {value: 0, unit: count, sources: [project-assumption], grade: D, citation: none}
  weapons:
    57e6:
      range_max: {value: 20, unit: km, grade: B}
      pk:
        zeppelin: {value: 0.5, unit: 1, sources: [project-assumption], grade: D, citation: none}
    2a38m: {kind: laser}
sensors:
  search: {role: listening, swerling: 7}
""",
    )
    told = {fault.where.rpartition(" ")[2]: fault for fault in faults_of("mine")}
    assert set(told) == {
        "titel", "fire_unit.weapons.57e6.range_max.sources", "fire_unit.weapons.57e6.range_max.citation",
        "fire_unit.weapons.57e6.pk.zeppelin", "fire_unit.weapons.2a38m.kind", "sensors.search.role",
        "sensors.search.swerling",
    }  # fmt: skip
    assert "mine.yaml:2 " in told["titel"].where
    assert "title" in told["titel"].remedy
    assert "mine.yaml:10 " in told["fire_unit.weapons.57e6.pk.zeppelin"].where


ZERO = "unit: {}, sources: [project-assumption], grade: D, citation: none"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ("fire_unit: {sensor: eyes}", "fire_unit.sensor"),
        ("fire_unit: {sensor: search}", "fire_unit.sensor"),
        ("fire_unit: {sensors: [search, tracking]}", "sensors.tracking.role"),
        ("fire_unit: {sensors: []}", "sensors.search"),
        ("sensors: {search: {turn: null}}", "sensors.search.turn"),
        ("fire_unit: {channels: {value: 0, " + ZERO.format("count") + "}}", "fire_unit.channels"),
        ("sensors: {search: {turn: {value: 0, " + ZERO.format("s") + "}}}", "sensors.search.turn"),
        (
            "fire_unit: {weapons: {57e6: {range_min: {value: 30, " + ZERO.format("km") + "}}}}",
            "fire_unit.weapons.57e6.range_max",
        ),
        (
            "fire_unit: {weapons: {2a38m: {burst_rounds: {value: 2000, " + ZERO.format("count") + "}}}}",
            "fire_unit.weapons.2a38m.burst_rounds",
        ),
        (
            "fire_unit: {weapons: {57e6: {class_range_max: {rocket: {value: 50, "
            + ZERO.format("km")
            + "}}}}}",
            "fire_unit.weapons.57e6.class_range_max.rocket",
        ),
        (
            "sensors: {search: {false_alarm: {value: 0, " + ZERO.format("1") + "}}}",
            "sensors.search.false_alarm",
        ),
        ("fire_unit: {weapons: {57e6: null, 2a38m: null}}", "fire_unit.weapons"),
        ("sensors: {search: {kind: lidar}}", "sensors.search.kind"),
        ("sensors: {search: {kind: optical}}", "sensors.search.frequency"),
        ("fire_unit: null", "battery.fire_units"),
        ("fire_unit: null\nbattery: {fire_units: null}", "battery.sensors"),
        ("battery: {fire_units: null}", "battery.fire_units"),
        ("battery: {sensors: [tracking]}", "fire_unit.on_the_move"),
        ("fire_unit: {on_the_move: {pk_factor: null}}", "fire_unit.on_the_move.pk_factor"),
        ("fire_unit: {road_speed: {value: 5, " + ZERO.format("USD") + "}}", "fire_unit.road_speed.unit"),
    ],
)
def test_what_does_not_fit_together_is_refused(save, faults_of, changes, where):
    save("mine", f"based_on: pantsir-s1\n{changes}\n")
    assert where in {fault.where.rpartition(" ")[2] for fault in faults_of("mine")}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ("dimensions: 2, elevation_error: {value: 1, " + ZERO.format("deg") + "}", "elevation_error"),
        ("dimensions: 4", "dimensions"),
        ("least_speed: null, blind_speed: {value: 90, " + ZERO.format("m/s") + "}", "blind_speed"),
        ("blind_speed: {value: 30, " + ZERO.format("m/s") + "}", "blind_speed"),
        ("sidelobe: {value: 3, " + ZERO.format("dB") + "}", "sidelobe"),
        ("least_speed: {value: 0, " + ZERO.format("m/s") + "}", "least_speed"),
        ("dedicated: {tracks: {value: 8, " + ZERO.format("count") + "}}", "dedicated.every"),
        ("kind: direction-finder", "baseline"),
    ],
)
def test_radars_that_cannot_be_are_refused(save, faults_of, changes, where):
    save("mine", f"based_on: pantsir-s1\nsensors: {{search: {{{changes}}}}}\n")
    assert f"sensors.search.{where}" in {fault.where.rpartition(" ")[2] for fault in faults_of("mine")}


def test_only_what_searches_listens_or_looks_between_turns(save, faults_of):
    save("ears", "based_on: passive-locator\nsensors: {listeners: {role: engagement, turn: null}}\n")
    assert "sensors.listeners.role" in {fault.where.rpartition(" ")[2] for fault in faults_of("ears")}
    dedicated = "{{tracks: {{value: 8, {}}}, every: {{value: 1, {}}}}}".format(
        ZERO.format("count"), ZERO.format("s")
    )
    save("eye", f"based_on: pantsir-s1\nsensors: {{tracking: {{dedicated: {dedicated}}}}}\n")
    assert "sensors.tracking.dedicated" in {fault.where.rpartition(" ")[2] for fault in faults_of("eye")}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ("sensors: {eyes: {role: both}}", "sensors.eyes.role"),
        ("sensors: {eyes: {task: admiration}}", "sensors.eyes.task"),
        ("sensors: {eyes: {contrast: {value: 0.01, " + ZERO.format("1") + "}}}", "sensors.eyes.contrast"),
        ("sensors: {eyes: {view: {value: 0, " + ZERO.format("deg") + "}}}", "sensors.eyes.view"),
        (
            "sensors: {seeker: {role: both, turn: {value: 1, " + ZERO.format("s") + "}}}",
            "sensors.seeker.role",
        ),
        (
            "sensors: {seeker: {lock_range: {helicopter: {value: 0, " + ZERO.format("km") + "}}}}",
            "sensors.seeker.lock_range.helicopter",
        ),
    ],
)
def test_eyes_and_seekers_that_cannot_be_are_refused(save, faults_of, changes, where):
    save("mine", f"based_on: igla-s\n{changes}\n")
    assert where in {fault.where.rpartition(" ")[2] for fault in faults_of("mine")}


def test_a_night_sight_is_an_override(save, tmp_path):
    figure = "{night: {value: 0.5, " + ZERO.format("1") + ", note: with a night sight}}"
    save("igla-s-night", f"based_on: igla-s\nsensors: {{eyes: {figure}, seeker: {figure}}}\n")
    team = load_system("igla-s-night", (tmp_path,))
    assert team.sensors["seeker"].night.value == 0.5
    assert team.sensors["eyes"].resolution == load_system("igla-s").sensors["eyes"].resolution


@pytest.mark.parametrize(
    ("base", "changes", "where"),
    [
        ("su-25", "vehicle_class: zeppelin", "vehicle_class"),
        ("su-25", "trajectory: ballistic", "apogee"),
        ("ballistic-missile", "trajectory: level", "speed"),
        ("su-25", "rcs: {side: null}", "rcs.side"),
        ("su-25", "kind: kite", "kind"),
        ("truck", "road_speed: null", "road_speed"),
        ("truck", "speed: 3", "speed"),
    ],
)
def test_an_impossible_vehicle_is_refused(save, faults_of, base, changes, where):
    save("mine", f"based_on: {base}\n{changes}\n")
    assert where in {fault.where.rpartition(" ")[2] for fault in faults_of("mine")}
