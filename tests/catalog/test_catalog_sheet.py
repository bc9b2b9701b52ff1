import json

import pytest

from rempart.catalog.figures import GRADES
from rempart.catalog.library import list_systems, load_system
from rempart.catalog.sheet import data_sheet, weakest_figures
from rempart.catalog.systems import figures_of


def test_a_sheet_has_every_figure_once_and_is_plain_data():
    system = load_system("pantsir-s1")
    sheet = data_sheet(system)
    assert [row["path"] for row in sheet["figures"]] == [path for path, _ in figures_of(system)]
    assert json.loads(json.dumps(sheet)) == sheet
    assert sum(sheet["grades"].values()) == len(sheet["figures"])
    assert list(sheet["grades"]) == list(GRADES)


def test_a_row_reads_like_a_data_sheet():
    rows = {row["path"]: row for row in data_sheet(load_system("pantsir-s1"))["figures"]}
    row = rows["fire_unit.weapons.57e6.pk.small-drone"]
    assert (row["section"], row["label"], row["written"]) == ("57E6", "pk small-drone", "0.2..0.6")
    assert (row["low"], row["high"], row["grade"], row["citation"]) == (0.2, 0.6, "D", "none")
    assert [contested["written"] for contested in row["alternatives"]] == ["0.23", "0.58", "0.7..0.95"]
    assert rows["sensors.search.antenna_height"]["written"] == "5 m (4..6)"
    assert rows["fire_unit.channels"]["section"] == "Pantsir-S1 vehicle"


def test_facts_hold_what_is_no_figure():
    facts = data_sheet(load_system("s-400"))["facts"]
    assert {"section": "Battery", "label": "sensors", "text": "91n6e, 96l6e"} in facts
    assert {"section": "92N6E engagement radar", "label": "role", "text": "engagement"} in facts


def test_facts_tell_what_kind_of_part_it_is():
    facts = data_sheet(load_system("igla-s"))["facts"]
    assert {"section": "Eyes of the team", "label": "band", "text": "visual"} in facts
    assert {"section": "9M342", "label": "kind", "text": "missile"} in facts


@pytest.mark.parametrize("name", ["ir-camera", "truck"])
def test_sites_without_weapons_and_vehicles_have_sheets_too(name):
    system = load_system(name)
    sheet = data_sheet(system)
    assert [row["path"] for row in sheet["figures"]] == [path for path, _ in figures_of(system)]
    assert sheet["kind"] == system.kind


def test_the_weakest_figures_come_first():
    rows = weakest_figures(load_system(name) for name in list_systems())
    grades = [row["grade"] for row in rows]
    assert grades == sorted(grades, reverse=True)
    spreads = [(row["high"] - row["low"]) / (abs(row["value"]) or 1) for row in rows if row["grade"] == "D"]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] > 1
