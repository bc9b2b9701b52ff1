"""Answers on the screen say everything that was asked for, and their figures add up."""

import re
from pathlib import Path

import numpy as np
import pytest

from rempart.analysis.comparison import paired
from rempart.analysis.estimates import Estimate
from rempart.analysis.summary import COUNTED_IF_ANY, AssetFate, BatteryUse, Summary, WeaponUse
from rempart.frontends.cli import tables
from rempart.frontends.cli.console import show
from rempart.run.tables import MEASURE_COLUMNS


def estimate(value, unit="1"):
    return Estimate(value, value * 0.9, value * 1.1, 200, unit)


def summary(**changes) -> Summary:
    rounds = estimate(40.0, "rounds")
    values = {
        "version": "0.1.0",
        "scenario": "small",
        "title": "A small raid",
        "question": "Does it hold?",
        "digest": "abc",
        "seed": 7,
        "trials": 200,
        "measures": {
            "leakage": estimate(0.184),
            "p_civil_engaged": estimate(0.25),
            "civil_killed": estimate(0.1, "aircraft"),
        },
        "by_class": {"cruise-missile": estimate(0.3), "small-drone": estimate(0.1)},
        "by_group": {},
        "cause_counts": {"masked": 1, "shot_and_missed": 1, "magazine_empty": 1},
        "chain": {},
        "batteries": (
            BatteryUse("north", "s-400", (WeaponUse("48n6e3", rounds, 30, 50, 64),), estimate(20)),
        ),
        "rounds_by_system": {"s-400": rounds},
        "kills_by_system": {"s-400": estimate(20.0, "threats")},
        "assets": (AssetFate("refinery", estimate(0.6), estimate(1.5, "hits")),),
        "spans": {},
        "leakers_per_trial": np.array([1, 2]),
        "n_traffic": 10.0,
    }
    return Summary(**(values | changes))


@pytest.fixture
def screen(monkeypatch, capsys):
    """What the user sees of some parts of an answer on a screen of some width."""

    def shown(*parts, width=110) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        show(*parts)
        return capsys.readouterr().out

    return shown


def test_the_answer_says_all_that_was_asked(screen):
    text = screen(*tables.answer(summary(), {"Report": Path("/a/report.html")}))
    told = ["A small raid", "Does it hold?", "200 trials, seed 7", "cruise-missile", "small-drone"]
    told += ["shot and missed", "s-400", "refinery", "a civil aircraft is fired at", "/a/report.html"]
    assert [words for words in told if words not in text] == []
    assert re.search(r"18\.4.%.*95.% interval 16\.6 to 20\.2.%", text)


def test_costs_and_losses_are_told_where_they_are_known(screen):
    assert "Costs and losses" not in screen(*tables.answer(summary(), {}))
    known = {
        "spent": Estimate(41.2e6, 40.0e6, 42.4e6, 200, "USD"),
        "sensors_lost": Estimate(1.5, 1.4, 1.6, 200, "sensors"),
        "readiness": estimate(0.5),
    }
    text = screen(*tables.answer(summary(measures=summary().measures | known), {}), width=80)
    assert re.search(r"cost of rounds fired, million USD +41 +40 to 42", text)
    assert re.search(r"own sensors lost +1\.5 +1\.4 to 1\.6", text)
    assert re.search(r"rounds left +50\.0.%", text)
    assert "own fire units lost" not in text


def test_a_difference_in_money_is_in_millions(screen):
    told = paired(np.array([2e6, 3e6, 2e6, 3e6]), np.array([1e6, 1e6, 2e6, 2e6]), "USD")
    text = screen(tables.differences_table("Per raid", {"spent": told}))
    assert re.search(r"cost of rounds fired, million USD +2\.5 +1\.5 +−1 ", text)


def test_each_cost_loss_and_mistake_is_a_measure_and_none_is_left_out():
    told = set(tables.COSTS_AND_LOSSES) | set(tables.PICTURE_MISTAKES)
    assert told <= set(MEASURE_COLUMNS) | {"cost_per_kill"}
    assert set(COUNTED_IF_ANY) <= told


def test_mistakes_of_the_picture_are_told_where_there_were_any(screen):
    assert "Mistakes of the air picture" not in screen(*tables.answer(summary(), {}))
    known = {
        "swaps": Estimate(3.5, 3.0, 4.0, 200, "tracks"),
        "completeness": estimate(0.76),
        "position_error": Estimate(151.0, 140.0, 160.0, 200, "m"),
    }
    text = screen(*tables.answer(summary(measures=summary().measures | known), {}), width=100)
    assert re.search(r"tracks that went on with another +3\.5 +3\.0 to 4\.0", text)
    assert re.search(r"Commands hold 76\.0.% of what their sensors could see, 151.m off on average\.", text)


def test_shares_of_causes_add_up_to_100_as_they_are_shown(screen):
    text = screen(tables.causes_table({"masked": 1, "shot_and_missed": 1, "magazine_empty": 1}))
    *shares, total = (float(share) for share in re.findall(r"(\d+\.\d) %", text))
    assert len(shares) == 3
    assert round(sum(shares), 6) == total == 100.0


def test_without_a_leaker_no_cause_is_shown(screen):
    text = screen(*tables.answer(summary(cause_counts={}), {}))
    assert "Why they leak" not in text


def test_a_name_is_shown_as_it_is_and_not_as_markup(screen):
    text = screen(*tables.answer(summary(title="[red]Raid[/red]", assets=()), {}))
    assert "[red]Raid[/red]" in text


def test_a_long_path_is_not_broken(screen):
    place = Path("/a/" + "very_long_folder/" * 12 + "report.html")
    assert str(place) in screen(*tables.answer(summary(), {"Report": place}), width=60)


@pytest.mark.parametrize(("share", "blocks"), [(0.0, 0), (0.5, 10), (1.0, 20)])
def test_a_bar_is_as_long_as_its_share(share, blocks):
    assert tables.bar(share) == "█" * blocks


def test_a_difference_that_is_told_is_marked(screen):
    told = paired(np.array([0.5, 0.6, 0.5, 0.6]), np.array([0.1, 0.2, 0.2, 0.1]))
    untold = paired(np.array([0.5, 0.6, 0.5, 0.6]), np.array([0.6, 0.5, 0.5, 0.6]))
    rows = screen(tables.differences_table("Per raid", {"first": told, "second": untold})).splitlines()
    assert [line.rstrip().endswith("*") for line in rows if line.startswith(("first", "second"))] == [
        True,
        False,
    ]
