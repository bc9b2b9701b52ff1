"""Explanations: causes, worst and median trial, and one threat's chain."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from rempart.analysis.explanation import explain, link_of, median_trial, why_no_link, worst_trial
from rempart.analysis.records import read_records
from rempart.base.errors import RempartError
from rempart.events.outcomes import CAUSE_NAMES, CAUSES

LINKS = {"detection", "tracking", "identification", "communication", "assignment", "assessment"}


def test_a_run_is_explained_by_its_causes(invent):
    results = invent(30)
    found = explain(results)
    assert found.leakers == int(results.measures["leakers"].to_numpy().sum())
    assert sum(told.share for told in found.causes) == pytest.approx(1.0)
    for told in found.causes:
        chain = explain(results, told.trial, told.threat)
        assert (chain.outcome, chain.cause) == ("leaked", told.cause)
    json.dumps(found.to_json())


def test_worst_and_median_trial(invent):
    records = read_records(invent(31))
    leakers = records.per_trial(records.is_leaker)
    assert leakers[worst_trial(records)] == leakers.max()
    assert leakers[median_trial(records)] == np.median(leakers)


def test_a_run_without_leakers_says_so(invent):
    assert explain(invent(5, leak=0.0)).lines() == ["No threat leaked in 5\u00a0trials."]


def test_a_trial_lists_its_leakers_in_order_of_time(invent):
    results = invent(5)
    found = explain(results, 3)
    times = [row[1] for row in found.leakers]
    assert times == sorted(times)
    assert len(times) == results.measures["leakers"].to_numpy()[3]


def test_trial_zero_is_a_trial(invent):
    assert explain(invent(3), 0).trial == 0


def test_a_threats_chain_is_dated_and_ends_in_its_outcome(invent):
    results = invent(5)
    found = explain(results, 2, "strike-1")
    assert [step.time for step in found.steps] == sorted(step.time for step in found.steps)
    assert found.steps[-1].kind in ("leaked", "intercept_kill")
    assert found.lines()[0] == "Trial 2, strike-1 (strike-aircraft)"


def test_an_event_log_is_told_in_full(invent):
    log = [
        _event(10, "takeoff"),
        _event(20, "plot", "radar"),
        _event(24, "plot", "radar"),
        _event(28, "track_firm", "group", 3),
        _event(30, "blocked", "group", "channels_saturated"),
        _event(31, "blocked", "group", "magazine_empty"),
        _event(35, "assigned", "north-1/48n6e3", 60),
        _event(40, "launch", "north-1/48n6e3", 60),
        _event(60, "intercept_miss", "north-1/48n6e3", 0.7),
        _event(62, "leaked"),
        {**_event(61, "leaked"), "vehicle": "another"},
    ]
    found = explain(invent(2), 1, "strike-1", log)
    texts = [step.text for step in found.steps]
    assert texts[1] == "2\u00a0plots by radar until T+00:24"
    assert texts[3].startswith("could not be engaged: every fire unit in reach was guiding")
    assert "north-1/48n6e3 misses (pk 0.70)" in texts
    assert len(texts) == 9


def test_an_identity_that_stands_is_told_once(invent):
    log = [
        _event(10, "identified", "group", "unknown"),
        _event(12, "plot", "radar"),
        _event(20, "identified", "group", "unknown"),
        _event(22, "plot", "radar"),
        _event(25, "track_dropped", "group", 3),
        _event(30, "identified", "group", "unknown"),
        _event(40, "identified", "group", "hostile"),
        _event(62, "leaked"),
    ]
    texts = [step.text for step in explain(invent(2), 1, "strike-1", log).steps]
    assert texts[0] == "declared unknown 2\u00a0times until T+00:20"
    assert texts[1].startswith("2\u00a0plots by radar")
    assert texts[3:5] == ["declared unknown", "declared hostile"]


def test_carriers_and_losses_are_told(invent):
    log = [
        _event(5, "released"),
        _event(30, "blocked", "group", "knocked_out"),
        _event(40, "blocked", "group", "knocked_out"),
        _event(62, "sensor_lost", "north/radar"),
        _event(62, "unit_lost", "north-1"),
        _event(62, "leaked"),
    ]
    assert [step.text for step in explain(invent(2), 1, "strike-1", log).steps] == [
        "let go by its carrier",
        f"could not be engaged 2\u00a0times until T+00:40: {CAUSES['knocked_out']}",
        "north/radar is put out of action",
        "north-1 is put out of action",
        "reaches its aim",
    ]


def test_what_is_lost_with_its_carrier_is_told_with_and_without_a_log(invent):
    results = invent(2)
    ledger = results.ledger
    (row,) = np.flatnonzero(
        (ledger["trial"].to_numpy() == 1) & (np.array(ledger["vehicle"].to_pylist()) == "strike-1")
    )
    for name, value in (
        ("outcome", "not_released"),
        ("cause", None),
        ("killer", None),
        ("first_launch", None),
    ):
        cells = ledger[name].to_pylist()
        cells[row] = value
        kind = ledger.schema.field(name).type
        ledger = ledger.set_column(ledger.column_names.index(name), name, pa.array(cells).cast(kind))
    lost = replace(results, ledger=ledger)
    found = explain(lost, 1, "strike-1")
    assert (found.outcome, found.cause) == ("not_released", None)
    assert found.steps[-1].text.startswith("lost with its carrier, which was shot down")
    (step,) = explain(lost, 1, "strike-1", [_event(30, "not_released", None, 3)]).steps
    assert step.text == "lost with its carrier"


def test_shares_on_the_screen_add_up_to_100(invent):
    lines = explain(invent(30)).lines()[1:-2]
    shares = [float(line.split("\u00a0%")[0]) for line in lines]
    assert len(shares) > 1
    assert sum(shares) == pytest.approx(100.0)


def test_a_near_name_is_offered(invent):
    with pytest.raises(RempartError, match="strike-1"):
        explain(invent(2), 1, "strik-1")
    with pytest.raises(RempartError, match="trials 0 to 1"):
        explain(invent(2), 7)
    with pytest.raises(RempartError, match="detected_too_late"):
        link_of("detected_to_late")


def test_every_cause_has_a_link_or_a_reason_why_not():
    for cause in CAUSE_NAMES:
        link = link_of(cause)
        assert link in LINKS if link else why_no_link(cause)
        assert bool(link) != bool(why_no_link(cause))
    assert link_of("kill-wrongly-assessed") == "assessment"


def test_the_guide_tells_every_cause_and_its_link(root):
    guide = (root / "docs" / "guide" / "explain.md").read_text()
    for cause, meaning in CAUSES.items():
        words = meaning.removeprefix("it was ").removeprefix("terrain")
        row = next(line for line in guide.splitlines() if line.startswith(f"| `{cause}`"))
        assert words in row
        assert row.endswith(f"| {link_of(cause) or 'none'} |")


def _event(time, kind, actor=None, value=0.0):
    return {"time": float(time), "kind": kind, "vehicle": "strike-1", "actor": actor, "value": value}
