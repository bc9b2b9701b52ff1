"""Answers over the ranges, from invented samples: variance, importance, sentences, the page."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from rempart.analysis.importance import SPARE_SAMPLES, importance, samples_to_tell
from rempart.analysis.ranges import ALL, summarise_ranges
from rempart.analysis.ranges_charts import importance_bars, sample_dots, split_bars
from rempart.analysis.ranges_page import ranges_html, write_ranges_page
from rempart.analysis.variance import split_variance
from rempart.catalog.figures import Figure
from rempart.events.vehicle_classes import CLASS_NAMES
from rempart.run.ignorance import Doubt
from rempart.run.outer_loop import Ranges

DRONES, MISSILES = CLASS_NAMES.index("small-drone"), CLASS_NAMES.index("cruise-missile")
RNG = np.random.default_rng(20)


def invented(n=40, trials=30, n_figures=30, title="Does it hold?", leak=None, left_out=None):
    """Samples in which the first figure makes drones leak, the second missiles, and no other matters."""
    rng = np.random.default_rng(n + trials)
    values = rng.random((n, n_figures))
    threats = np.zeros(len(CLASS_NAMES), np.int64)
    threats[[DRONES, MISSILES]] = 20, 10
    chances = np.zeros((n, 1, len(CLASS_NAMES)))
    chances[:, 0, DRONES], chances[:, 0, MISSILES] = 0.1 + 0.6 * values[:, 0], 0.3 - 0.1 * values[:, 1]
    if leak is not None:
        chances[...] = leak
    leakers = rng.binomial(threats, np.broadcast_to(chances, (n, trials, len(CLASS_NAMES)))).astype(np.int32)
    figure = Figure(0.5, 0.0, 1.0, "probability", "1", "0..1", ("a-source",), "C", "unchecked")
    manifest = {
        "rempart": "0", "scenario": {"name": "small", "title": title, "question": ""}, "digest": "d" * 32,
        "seed": 1, "samples": n + len(left_out or {}), "trials": trials,
    }  # fmt: skip
    return Ranges(
        Path("nowhere"),
        manifest,
        tuple(Doubt(f"system-{i}", f"fire_unit.weapons.round.figure_{i}", figure) for i in range(n_figures)),
        np.arange(n),
        values,
        leakers,
        leakers[0],
        threats,
        left_out or {},
    )


@pytest.fixture(scope="module")
def summary():
    return summarise_ranges(invented())


def test_samples_and_trials_that_add_up_are_split_exactly():
    samples, trials = RNG.normal(0.4, 0.05, 12), RNG.normal(0.0, 0.03, 30)
    found = split_variance(samples[:, None] + trials)
    assert found.ignorance.value == pytest.approx(samples.std(ddof=1))
    assert found.luck.value == pytest.approx(trials.std(ddof=1))
    share = samples.var(ddof=1) / (samples.var(ddof=1) + trials.var(ddof=1))
    assert found.ignorance_share.value == pytest.approx(share)
    assert found.noise == pytest.approx(0.0, abs=1e-9)


def test_luck_alone_leaves_no_ignorance():
    found = [split_variance(RNG.random((16, 20))) for _ in range(40)]
    shares = np.array([one.ignorance_share.value for one in found])
    assert shares.mean() < 0.03
    assert np.mean([one.ignorance_share.low > 0.0 for one in found]) < 0.1
    assert np.mean([one.luck.value for one in found]) == pytest.approx(np.sqrt(1 / 12), rel=0.02)


def test_the_interval_of_the_mean_holds_what_it_promises():
    """Samples, trials and cells are all drawn anew each time; 95 % ± 4 standard errors of 400."""
    n_held = 0
    for _ in range(400):
        drawn = 0.1 * RNG.normal(size=(12, 1)) + 0.05 * RNG.normal(size=15) + 0.1 * RNG.normal(size=(12, 15))
        told = split_variance(np.clip(0.5 + drawn, 0.0, 1.0)).mean
        n_held += told.low <= 0.5 <= told.high
    assert n_held / 400 == pytest.approx(0.96, abs=0.04)


def test_where_nothing_varies_there_is_no_share_but_an_interval():
    found = split_variance(np.zeros((6, 20)))
    assert np.isnan(found.ignorance_share.value)
    assert (found.luck.value, found.ignorance.value) == (0.0, 0.0)
    assert found.mean.low == 0.0 < found.mean.high


def test_a_figure_that_makes_it_leak_is_found_whatever_its_scale():
    values = RNG.random((40, 8))
    found = importance(values, np.exp(5.0 * values[:, 3]))
    assert found.correlation[3].value == pytest.approx(1.0)
    assert found.is_told.tolist() == [i == 3 for i in range(8)]
    other = importance(np.exp(values), -(values[:, 3] ** 3))
    assert other.correlation[3].value == pytest.approx(-1.0)


def test_rank_correlations_are_spearmans():
    values, outcome = RNG.random((20, 12)), RNG.integers(0, 6, 20)
    found = importance(values, outcome)
    assert not found.is_partial
    for column, told in zip(values.T, found.correlation, strict=True):
        assert told.value == pytest.approx(spearmanr(column, outcome).statistic)
        assert told.low < told.value < told.high


def test_with_samples_to_spare_the_other_figures_are_held_fixed():
    n, k = 60, 5
    values = RNG.random((n, k))
    values[:, 1] = values[:, 0] + 0.3 * RNG.random(n)
    outcome = values[:, 0] + 0.2 * RNG.random(n)
    found = importance(values, outcome)
    assert found.is_partial
    ranks, target = rankdata(values, axis=0), rankdata(outcome)
    for figure in range(k):
        others = np.column_stack([np.ones(n), np.delete(ranks, figure, axis=1)])
        left = [
            one - others @ np.linalg.lstsq(others, one, rcond=None)[0] for one in (ranks[:, figure], target)
        ]
        assert found.correlation[figure].value == pytest.approx(np.corrcoef(*left)[0, 1])
    assert spearmanr(values[:, 1], outcome).statistic > 0.6
    assert found.is_told[0]
    assert not found.is_told[1]


def test_partial_correlation_waits_for_enough_samples():
    assert not importance(RNG.random((4 + SPARE_SAMPLES, 5)), RNG.random(4 + SPARE_SAMPLES)).is_partial
    assert importance(RNG.random((5 + SPARE_SAMPLES, 5)), RNG.random(5 + SPARE_SAMPLES)).is_partial


def test_chance_alone_tells_a_figure_once_in_twenty_times():
    told = [importance(RNG.random((16, 40)), RNG.random(16), seed=i).is_told.any() for i in range(100)]
    assert np.mean(told) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 100)
    assert np.any(told)


def test_more_outcomes_give_chance_more_tries():
    values, outcome = RNG.random((30, 10)), RNG.random(30)
    one, five = importance(values, outcome), importance(values, outcome, families=5)
    np.testing.assert_allclose(five.p, np.minimum(5 * one.p, 1.0))
    assert five.chance > one.chance


def test_a_figure_or_outcome_that_never_changes_has_no_weight():
    values = RNG.random((20, 4))
    values[:, 2] = 0.5
    found = importance(values, values[:, 0])
    assert found.correlation[2].value == 0.0
    assert not importance(values, np.zeros(20)).is_told.any()


def test_so_many_samples_bring_chance_down_to_the_correlation():
    needed = samples_to_tell(0.4, 60)
    found = importance(RNG.random((needed, 60)), RNG.random(needed))
    assert not found.is_partial
    assert found.chance == pytest.approx(0.4, abs=0.03)
    assert samples_to_tell(0.2, 60) > 3 * needed


def test_a_perfect_order_of_few_samples_is_not_sure():
    found = importance(np.arange(6.0)[:, None] + np.zeros((6, 3)), np.arange(6.0)).correlation[0]
    assert found.value == found.high == pytest.approx(1.0)
    assert found.low < 0.8


def test_the_total_and_its_classes(summary):
    assert list(summary.by_class) == ["cruise-missile", "small-drone"]
    total, drones, missiles = (
        summary.total,
        summary.by_class["small-drone"],
        summary.by_class["cruise-missile"],
    )
    np.testing.assert_allclose(total.expected, (20 * drones.expected + 10 * missiles.expected) / 30)
    assert drones.split.mean.value == pytest.approx(0.4, abs=0.08)
    assert total.band.least <= total.band.low <= total.band.median <= total.band.high <= total.band.most
    assert total.split.ignorance_share.value > 0.5


def test_the_ranking_puts_first_what_is_told_and_moves_most(summary):
    first, second = summary.ranking[:2]
    assert first.label == "system-0 · round · figure 0"
    assert (first.correlation.value > 0.9, first.is_told) == (True, True)
    assert (second.system, second.threats, second.is_told) == ("system-1", "cruise-missile", True)
    assert second.correlation.value < 0.0
    assert first.points > second.points
    assert not any(weight.is_told for weight in summary.ranking[2:])
    assert len({(one.system, one.path) for one in summary.ranking}) == len(summary.ranking) == 30
    assert "system-0 · round · figure 0" in summary.advice
    assert "by way of cruise-missile" in summary.advice


def test_the_json_is_plain_and_has_the_houses_shape(summary):
    told = json.loads(json.dumps(summary.to_json(1.0), allow_nan=False))
    assert set(told["measures"]["leakage"]) == {"value", "low", "high", "n", "unit"}
    assert (told["samples"], told["played"], told["trials"], told["seed"]) == (40, 40, 30, 1)
    assert len(told["figures"]) == 30
    assert told["figures"][0]["moves_leakage"] > 0
    assert told["figures"][-1]["moves_leakage"] is None


@pytest.mark.parametrize("leak", [0.0, 1.0])
def test_where_all_leaks_or_nothing_does_it_is_said(leak):
    found = summarise_ranges(invented(leak=leak))
    assert "same in every trial" in found.support
    assert found.advice.startswith("No single figure")
    json.dumps(found.to_json(), allow_nan=False)
    assert "nothing varies" in ranges_html(found)


def test_few_samples_promise_nothing():
    found = summarise_ranges(invented(n=5, n_figures=60))
    assert not any(weight.is_told for weight in found.ranking)
    assert "samples would bring that down" in found.advice


def test_what_was_left_out_is_told():
    found = summarise_ranges(invented(left_out={3: "burst_rounds: 300; allowed: less"}))
    assert "1\u00a0sample of 41" in found.gaps
    assert "burst_rounds" in ranges_html(found)
    assert summarise_ranges(invented()).gaps == ""


class Tags(HTMLParser):
    """Opened and closed tags, and what is addressed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        pass


def test_the_page_is_well_formed_and_addresses_nothing(summary, tmp_path):
    text = write_ranges_page(summary, tmp_path / "page.html").read_text(encoding="utf-8")
    page = Tags(text)
    assert (page.open, page.addresses) == ([], [])
    assert "http" not in text
    assert text.count("<circle") == 40


def test_a_hostile_title_is_written_out(tmp_path):
    page = ranges_html(summarise_ranges(invented(title="<script>alert(1)</script>")))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("n", [5, 40, 400])
def test_charts_are_xml_and_stay_inside(n):
    found = summarise_ranges(invented(n=n, trials=4))
    spreads = {ALL: found.total, **found.by_class}
    for markup in (
        sample_dots(found.total),
        importance_bars(found.ranking, found.chance),
        split_bars(spreads),
    ):
        picture = ET.fromstring(markup)
        _, _, width, height = map(float, picture.get("viewBox").split())
        for rect in picture.iter("rect"):
            x, y, across = (float(rect.get(name)) for name in ("x", "y", "width"))
            assert 0.0 <= x <= x + across <= width
            assert 0.0 <= y <= height
        for dot in picture.iter("circle"):
            assert 0.0 <= float(dot.get("cx")) <= width
            assert 0.0 <= float(dot.get("cy")) <= height
