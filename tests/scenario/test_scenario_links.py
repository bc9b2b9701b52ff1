"""Links between batteries: what they give, what gets lost, how tracks are fused; each key good and bad."""

from __future__ import annotations

import pytest

from rempart.base.errors import ScenarioError
from rempart.scenario.loading import build_scenario, load_scenario, scenario_yaml

GOOD = """\
rempart: 1
title: Two sites that tell each other what they track
assets: {town: {at: [33.25, 44.40]}}
defence:
  command:
    topology: autonomous
    links:
      there: {from: far, to: close, delay: 3 s, gives: tracks, loss: 0.1, fusion: best-source, every: 8 s}
      back: {from: close, to: far, gives: tracks}
  batteries:
    close: {system: pantsir-s1, at: [33.30, 44.40]}
    far: {system: buk-m3, at: [33.60, 44.30]}
  policy: {track: {association: gnn}}
raid: {drones: {threat: small-attack-drone, from: [35, 43], to: town, height: 300 m agl}}
"""


def _file(folder, text):
    path = folder / "links.yaml"
    path.write_text(text)
    return path


def test_all_keys_are_read(tmp_path):
    links = load_scenario(_file(tmp_path, GOOD)).defence.command.links
    there, back = links["there"], links["back"]
    assert (there.gives, there.loss, there.rule, there.every) == ("tracks", 0.1, "best-source", 8.0)
    assert (back.gives, back.loss, back.rule, back.every) == ("tracks", 0.0, "intersection", None)


def test_a_link_gives_plots_and_loses_nothing_unless_told(tmp_path):
    text = GOOD.replace(", gives: tracks, loss: 0.1, fusion: best-source, every: 8 s", "")
    link = load_scenario(_file(tmp_path, text)).defence.command.links["there"]
    assert (link.gives, link.loss, link.fusion, link.every) == ("plots", 0.0, None, None)


def test_what_is_resolved_loads_again(tmp_path):
    scenario = load_scenario(_file(tmp_path, GOOD))
    again = load_scenario(_file(tmp_path, scenario_yaml(scenario)))
    assert again.to_dict() == scenario.to_dict()
    assert again.digest == scenario.digest


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("gives: tracks, loss", "gives: plot, loss", ":8: defence.command.links.there.gives", "'plot'"),
        ("loss: 0.1", "loss: 1.5", ":8: defence.command.links.there.loss", "1.5"),
        ("loss: 0.1", "loss: -0.1", ":8: defence.command.links.there.loss", "-0.1"),
        ("best-source", "average", ":8: defence.command.links.there.fusion", "'average'"),
        ("every: 8 s", "every: 8", ":8: defence.command.links.there.every", "no unit"),
        ("gives: tracks, loss: 0.1", "loss: 0.1", ":8: defence.command.links.there.fusion", "gives plots"),
        ("gives: tracks, loss: 0.1", "loss: 0.1", ":8: defence.command.links.there.every", "gives plots"),
        ("association: gnn", "association: known", ":5: defence", "link 'back' gives tracks"),
        ("  policy: {track: {association: gnn}}\n", "", ":5: defence", "link 'back' gives tracks"),
    ],
)  # fmt: skip
def test_each_fault_is_told_where_it_stands(tmp_path, old, new, where, found):
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        load_scenario(_file(tmp_path, GOOD.replace(old, new)))
    assert any(where in fault.where and found in fault.found for fault in caught.value.faults), caught.value


def test_plots_may_get_lost_whatever_the_association():
    import yaml

    values = yaml.safe_load(GOOD)
    values["defence"]["policy"] = {}
    values["defence"]["command"]["links"] = {"cue": {"from": "far", "to": "close", "loss": 0.5}}
    assert build_scenario(values, "links").defence.command.links["cue"].loss == 0.5
