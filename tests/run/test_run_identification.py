"""What a scenario says of identification reaches the world's tables."""

import math

import numpy as np
import pytest

from rempart.geo.store import load_terrain
from rempart.picture.corridors import corridor_shown
from rempart.picture.doubt import NO_DOUBT
from rempart.run.frame import Frame
from rempart.run.identification import (
    declaration_delays,
    identity_beliefs,
    published_corridors,
    threat_sector,
)
from rempart.scenario.loading import build_scenario
from scenario_builder import FLAT

ALL_ROUND = ["reply", "corridor"]


def scenario_with(identification=None, command=None, **airway):
    values = {
        **FLAT,
        "defence": {**FLAT["defence"]},
        "traffic": {"airway": FLAT["traffic"]["airway"] | airway},
    }
    values["defence"]["policy"] = {"identification": identification or {}}
    values["defence"]["command"] = command or {}
    return build_scenario(values)


def corridors_of(scenario, terrain="flat"):
    origin = scenario.origin
    return published_corridors(scenario, load_terrain(terrain), Frame(origin.lat, origin.lon, 0.0))


def test_by_default_a_reply_and_conduct_are_all_the_evidence():
    net = identity_beliefs(scenario_with())
    assert net.conduct_absent == pytest.approx(math.log(0.95 / 0.05))
    assert (net.corridor_shown, net.speed_shown, net.origin_shown, net.declared_shown) == (0, 0, 0, 0)
    assert (net.prior, net.decisive, net.heard, net.false_reply) == (0.0, 0.9, 0.98, 0.0)


def test_beliefs_reach_the_net():
    told = {
        "evidence": ["speed", "corridor"],
        "prior": 0.2,
        "decisive": 0.95,
        "false_reply": 0.01,
        "believed": {"heard": 0.97, "speed": {"neutral": 0.6, "hostile": 0.3}},
    }
    net = identity_beliefs(scenario_with(told))
    assert net.prior == pytest.approx(math.log(0.25))
    assert (net.decisive, net.heard, net.false_reply) == (0.95, 0.97, 0.01)
    assert net.speed_shown == pytest.approx(math.log(0.5))
    assert net.speed_absent == pytest.approx(math.log(0.7 / 0.4))
    assert net.works_neutral == net.works_hostile
    assert net.conduct_shown == 0.0


def test_a_sector_and_what_it_tells_by_default():
    told = {"evidence": ["origin"], "threat_sector": {"from": "300 deg", "to": "60 deg"}}
    scenario = scenario_with(told)
    start, width = threat_sector(scenario)
    assert (start, width) == pytest.approx((math.radians(300.0), math.radians(120.0)))
    net = identity_beliefs(scenario)
    assert net.origin_shown == pytest.approx(math.log((0.8 + 0.2 / 3.0) / (1.0 / 3.0)))
    assert threat_sector(scenario_with()) == (0.0, 0.0)


def test_corridors_are_the_published_airways():
    corridors, points = corridors_of(scenario_with({"evidence": ALL_ROUND}, width="6 km", both_ways=True))
    row = corridors[0]
    assert (row.first, row.count, row.half_width, row.both_ways) == (0, 3, 3e3, 1)
    assert (row.low, row.high) == (8700.0, 9300.0)
    assert points.shape == (3, 3)
    middle = 0.5 * (points[0] + points[1])
    along = (points[1] - points[0]) / 500.0
    assert corridor_shown(corridors, points, middle, along, 9e3, NO_DOUBT) == 1
    assert corridor_shown(corridors, points, middle, -along, 9e3, NO_DOUBT) == 1
    assert corridor_shown(corridors, points, middle, along, 8e3, NO_DOUBT) == 0


def test_corridors_cost_nothing_where_they_are_no_evidence():
    corridors, points = corridors_of(scenario_with())
    assert len(corridors) == len(points) == 0


def test_a_corridor_above_ground_reaches_over_valley_and_hill():
    scenario = scenario_with(
        {"evidence": ALL_ROUND}, height="500 m agl", route=[[35.0, 45.5], [36.0, 45.5]], count=1
    )
    terrain = load_terrain("iraq")
    corridors, _ = corridors_of(scenario, "iraq")
    ground = [
        terrain.ground_at(math.radians(35.0 + share), math.radians(45.5))
        for share in np.linspace(0.0, 1.0, 223)
    ]
    assert corridors.low[0] == pytest.approx(min(ground) + 200.0, abs=60.0)
    assert corridors.high[0] == pytest.approx(max(ground) + 800.0, abs=60.0)
    assert max(ground) - min(ground) > 300.0


def test_declarations_take_the_links_and_their_delays():
    command = {
        "topology": "autonomous",
        "links": {"cue": {"from": "north", "to": "south", "delay": "7 s"}}
    }  # fmt: skip
    groups = {"north": 0, "south": 1}
    scenario = scenario_with({"evidence": ["declared", "reply"]}, command)
    assert declaration_delays(scenario, groups).tolist() == [[math.inf, 7.0], [math.inf, math.inf]]
    silent = scenario_with({"evidence": ["reply"]}, command)
    assert np.isinf(declaration_delays(silent, groups)).all()
    assert np.isinf(declaration_delays(scenario, {"north": 0, "south": 0})).all()
