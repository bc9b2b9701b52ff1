"""The air picture over all trials: estimates of what could be measured, and one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from rempart.analysis.air_picture import MEANINGS, UNITS, picture_estimates, picture_sentence
from rempart.analysis.estimates import Estimate
from rempart.analysis.report import report_html
from rempart.run.tables import MEASURE_COLUMNS


class Told:
    """The measures of some trials, as `Records` holds them."""

    def __init__(self, **measures):
        self.measures = {name.replace("__", "."): np.array(column) for name, column in measures.items()}


def share(value):
    return Estimate(value, max(value - 0.01, 0.0), value + 0.01, 9)


def test_every_measure_of_the_picture_has_a_unit_and_a_meaning():
    assert UNITS.keys() == MEANINGS.keys() <= MEASURE_COLUMNS.keys()


def test_trials_without_anything_to_measure_do_not_count():
    found = picture_estimates(
        Told(completeness=[0.5, np.nan, 0.7, 0.6], latency=[np.nan] * 4, shots=[1.0] * 4)
    )
    assert set(found) == {"completeness"}
    assert found["completeness"].value == pytest.approx(0.6)
    assert found["completeness"].n == 3
    assert 0.0 <= found["completeness"].low < 0.6 < found["completeness"].high <= 1.0


def test_commands_are_told_apart():
    found = picture_estimates(Told(completeness__north=[0.5, 0.7], position_error__north=[90.0, 110.0]))
    assert found["position_error.north"].value == 100.0
    assert found["position_error.north"].unit == "m"


def test_the_sentence_says_what_is_held_how_well_and_what_is_nothing():
    measures = {"completeness": share(0.9), "position_error": Estimate(123.4, 120.0, 126.0, 9, "m"),
                "latency": Estimate(8.0, 7.0, 9.0, 9, "s"), "spuriousness": share(0.05)}  # fmt: skip
    told = picture_sentence(measures).replace("\u00a0", " ")
    assert told == (
        "Commands hold 90.0 % of what their sensors could see, 123 m off on average and 8.0 s after first "
        "detection. 5.0 % of their tracks follow nothing."
    )
    assert picture_sentence({"completeness": share(0.9)}).replace("\u00a0", " ") == (
        "Commands hold 90.0 % of what their sensors could see."
    )
    assert picture_sentence({}) == ""


def test_the_report_shows_the_picture_only_where_there_is_one(invent):
    results = invent(6)
    assert "Air picture" not in report_html(results)
    n = results.measures.num_rows
    columns = {"completeness": [0.8] * (n - 1) + [0.9], "completeness.north": [0.7] * n}
    for name, column in columns.items():
        results = with_measure(results, name, column)
    page = report_html(results)
    assert "Air picture" in page
    assert "By command" in page


def with_measure(results, name, column):
    import dataclasses

    import pyarrow as pa

    return dataclasses.replace(results, measures=results.measures.append_column(name, pa.array(column)))
