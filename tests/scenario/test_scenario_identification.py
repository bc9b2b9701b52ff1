"""What may be said of identification, and what is refused because it would tell nothing."""

import copy
import math

import pytest
import yaml

from rempart.base.errors import ScenarioError
from rempart.scenario.loading import build_scenario, scenario_yaml

BASE = {
    "rempart": 1,
    "title": "Identification",
    "assets": {"city": {"at": [33.3, 44.4]}},
    "defence": {"batteries": {"north": {"system": "site", "at": [33.4, 44.4]},
                              "south": {"system": "site", "at": [33.2, 44.4]}}},
    "raid": {"one": {"threat": "drone", "from": [34.3, 44.4], "to": "city", "height": "300 m agl"}},
    "traffic": {"airway": {"aircraft": "airliner", "count": 2, "height": "10 km amsl",
                           "route": [[34.0, 43.2], [33.2, 44.6]]}},
}  # fmt: skip
SYSTEMS = {"airliner": "level", "drone": "level", "site": "air-defence"}
SECTOR = {"from": "300 deg", "to": "60 deg"}


def scenario_with(identification, airway=None, command=None):
    values = copy.deepcopy(BASE)
    values["defence"]["policy"] = {"identification": identification}
    values["defence"]["command"] = command or {}
    values["traffic"]["airway"] |= airway or {}
    return build_scenario(values, "test", SYSTEMS)


def faults_of(identification, airway=None, command=None):
    with pytest.raises(ScenarioError) as caught:
        scenario_with(identification, airway, command)
    return [(fault.where, fault.found) for fault in caught.value.faults]


def test_a_scenario_with_every_key_reads_back_the_same():
    told = {
        "evidence": ["speed", "origin", "corridor", "reply", "reply"],
        "threat_sector": SECTOR,
        "prior": 0.3,
        "decisive": 0.95,
        "false_reply": 0.02,
        "believed": {"heard": 0.97, "reply": {"neutral": 0.9, "hostile": 0.01}},
    }
    scenario = scenario_with(told, {"width": "12 km"})
    again = build_scenario(yaml.safe_load(scenario_yaml(scenario)), "test", SYSTEMS)
    assert again == scenario
    identification = scenario.defence.policy.identification
    assert identification.evidence == ("corridor", "origin", "reply", "speed")
    assert identification.threat_sector.width == pytest.approx(math.radians(120.0))
    assert identification.chances_of("reply") == (0.9, 0.01)
    assert identification.chances_of("origin") == pytest.approx((1 / 3, 0.8 + 0.2 / 3))


def test_what_is_believed_of_the_origin_can_be_said():
    told = {"evidence": ["origin"], "threat_sector": SECTOR,
            "believed": {"origin": {"neutral": 0.5, "hostile": 0.6}}}  # fmt: skip
    assert scenario_with(told).defence.policy.identification.chances_of("origin") == (0.5, 0.6)


@pytest.mark.parametrize(
    ("identification", "airway", "where", "found"),
    [
        ({"evidence": ["colour"]}, {}, "defence.policy.identification.evidence[0]", "colour"),
        ({"prior": 0}, {}, "defence.policy.identification.prior", "0"),
        ({"decisive": 0.5}, {}, "defence.policy.identification.decisive", "0.5"),
        ({"false_reply": 0.6}, {}, "defence.policy.identification.false_reply", "0.6"),
        ({"evidence": ["origin"]}, {}, "defence.policy.identification", "not both there"),
        ({"threat_sector": SECTOR}, {}, "defence.policy.identification", "not both there"),
        ({"evidence": ["origin"], "threat_sector": {"from": "0 deg", "to": "360 deg"}}, {},
         "defence.policy.identification.threat_sector", "the same"),
        ({"evidence": ["origin"], "threat_sector": {"from": 300, "to": "60 deg"}}, {},
         "defence.policy.identification.threat_sector.from", "300"),
        ({"believed": {"speed": {"neutral": 1.0, "hostile": 0.2}}}, {},
         "defence.policy.identification.believed.speed.neutral", "1"),
        ({"believed": {"speed": {"neutral": 0.9}}}, {},
         "defence.policy.identification.believed.speed.hostile", ""),
        ({"believed": {"heard": 0.5}}, {}, "defence.policy.identification.believed.reply", "more often"),
        ({"false_reply": 0.4, "believed": {"heard": 0.3, "reply": {"neutral": 0.2, "hostile": 0.1}}}, {},
         "defence.policy.identification.believed", "no more often than false ones"),
        ({"evidence": ["corridor"]}, {"published": False}, "traffic", "no airway is published"),
        ({}, {"published": False, "width": "8 km"}, "traffic.airway", "not published"),
        ({"evidence": ["declared"]}, {}, "defence.policy", "no other command"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_place(identification, airway, where, found):
    told = faults_of(identification, airway)
    assert any(place.endswith(where) and found in text for place, text in told), told


def test_corridors_without_any_traffic_are_refused():
    values = copy.deepcopy(BASE)
    del values["traffic"]
    values["defence"]["policy"] = {"identification": {"evidence": ["corridor"]}}
    with pytest.raises(ScenarioError, match="no airway is published"):
        build_scenario(values, "test", SYSTEMS)


def test_declarations_come_over_links():
    links = {"cue": {"from": "north", "to": "south"}}
    command = {"topology": "autonomous", "links": links}
    scenario = scenario_with({"evidence": ["declared"]}, command=command)
    assert scenario.defence.policy.identification.evidence == ("declared",)
