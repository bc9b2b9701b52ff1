"""The report: one well-formed file that asks nothing of any network, whatever the run was like."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pytest

from rempart.analysis import svg
from rempart.analysis.laydown import Asset, MapInput, Route, Site
from rempart.analysis.projection import Bounds
from rempart.analysis.report import report_html, report_trial, write_report
from rempart.base.errors import StoreError

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}'
LONG = "an-uncommonly-long-name-of-a-battery-that-goes-on-and-on-and-on" * 3


def body(html):
    """The parsed page: fails if any element is not closed."""
    root = ElementTree.fromstring(html.split("\n", 1)[1])
    assert root.tag == "html"
    return root


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"leak": 0.0},
        {"leak": 1.0},
        {"trials": 1},
        {"trials": 1, "leak": 0.0},
        {"trials": 2},
        {"n_traffic": 0},
        {"n_figures": 1000},
        {"n_figures": 0},
        {"groups": (("lone", "rocket", "rocket", 1, 0.5),)},
        {"groups": (("many", "rocket", "rocket", 300, 0.5),), "trials": 3},
        {"title": LONG},
    ],
)
def test_the_page_is_well_formed_and_asks_nothing_of_any_network(invent, kind):
    html = report_html(invent(**{"trials": 12, **kind}))
    root = body(html)
    for node in root.iter():
        for name, value in node.attrib.items():
            if name in ("src", "href", "xlink:href", "action", "data", "srcset"):
                assert value.startswith("data:"), (node.tag, name, value)
    assert not re.search(r"url\(\s*['\"]?(?!#)|@import|https?://|<script|<link|<iframe", html)
    assert not re.search(r"\b(nan|inf|None)\b", html)
    assert "SIMULATED - EXERCISE" in html
    assert "ILLUSTRATIVE" in html


def test_every_picture_has_a_title_a_description_and_unique_names(invent):
    root = body(report_html(invent(12), _map()))
    pictures = list(root.iter("svg"))
    assert len(pictures) == 8
    for picture in pictures:
        assert picture.find("title").text
        assert len(picture.find("desc").text) > 20
        assert picture.get("aria-labelledby") == picture.find("title").get("id")
    names = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(names) == len(set(names))


def test_printed_leak_causes_add_up_to_exactly_one_hundred(invent):
    html = report_html(invent(23))
    described = re.search(r"Shares of all leakers: ([^<]*)\.</desc>", html)[1]
    shares = [float(text) for text in re.findall(r"([\d.]+) %", described)]
    assert len(shares) > 3
    assert sum(round(10 * share) for share in shares) == 1000


def test_hostile_names_are_written_out_not_obeyed(invent):
    results = invent(6, title=HOSTILE, groups=((HOSTILE, HOSTILE, "rocket", 5, 0.5),))
    manifest = {
        **results.manifest,
        "marking": HOSTILE,
        "figures": [
            {
                "system": HOSTILE,
                "path": HOSTILE,
                "value": HOSTILE,
                "unit": "km",
                "grade": "D",
                "citation": HOSTILE,
                "sources": [HOSTILE],
            }
        ],
    }
    manifest["scenario"] = {"name": HOSTILE, "title": HOSTILE, "question": HOSTILE, "digest": HOSTILE}
    html = report_html(replace(results, manifest=manifest), _map(HOSTILE))
    root = body(html)
    assert not list(root.iter("script"))
    assert not list(root.iter("img"))
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)
    assert HOSTILE in "".join(root.itertext())


def test_long_names_are_shortened_in_pictures(invent):
    results = invent(6)
    manifest = results.manifest
    manifest["names"]["unit_batteries"][0] = LONG
    columns = [name.replace("rounds.north.", f"rounds.{LONG}.") for name in results.measures.column_names]
    renamed = replace(results, measures=results.measures.rename_columns(columns))
    for node in body(report_html(renamed)).iter("text"):
        assert svg.text_width(node.text, float(node.get("font-size"))) < 420


def test_the_answer_leads(invent):
    results = invent(40)
    leakage = float(np.mean(results.measures["leakage"].to_numpy()))
    text = " ".join(body(report_html(results)).itertext())
    assert f"{100 * leakage:.1f}\u00a0% of the raid leaks" in text
    assert "averaged over 40\u00a0simulated raids" in text
    assert "Nothing leaked" in report_html(invent(9, leak=0.0))


def test_the_timeline_marks_each_threat_of_the_median_trial_once(invent):
    results = invent(15)
    root = body(report_html(results))
    drawn = next(node for node in root.iter("svg") if node.get("aria-labelledby") == "timeline-t")
    leakers = results.measures["leakers"].to_numpy()[report_trial(results)]
    triangles = [node for node in drawn.iter("path") if node.get("fill") == svg.CORAL]
    assert len(triangles) == leakers + 1  # one in the legend
    circles = [node for node in drawn.iter("circle") if node.get("fill") == svg.TEAL]
    assert len(circles) == 60 - leakers + 1


def test_an_event_log_adds_every_shot(invent):
    results = invent(4)
    trial = report_trial(results)
    log = [
        {"time": 100.0, "kind": "launch", "vehicle": "strike-1", "actor": "north-1/48n6e3", "value": 130.0},
        {"time": 104.0, "kind": "launch", "vehicle": "strike-1", "actor": "north-1/48n6e3", "value": 134.0},
        {
            "time": 130.0,
            "kind": "intercept_miss",
            "vehicle": "strike-1",
            "actor": "north-1/48n6e3",
            "value": 0.6,
        },
        {
            "time": 134.0,
            "kind": "intercept_kill",
            "vehicle": "strike-1",
            "actor": "north-1/48n6e3",
            "value": 0.6,
        },
    ]
    root = body(report_html(results, events=log))
    drawn = next(node for node in root.iter("svg") if node.get("aria-labelledby") == "timeline-t")
    kills = [n for n in drawn.iter("line") if n.get("stroke") == svg.TEAL]
    misses = [n for n in drawn.iter("line") if n.get("stroke") == svg.GREY and n.get("stroke-width") == "1.6"]
    assert (len(kills), len(misses)) == (1, 1)
    assert "north" in {node.text for node in drawn.iter("text")}
    assert f"Trial {trial}" in drawn.find("desc").text


def test_a_threat_still_flying_at_the_end_is_no_leaker(invent):
    results = invent(3, leak=0.0)
    ledger = results.ledger
    outcome = pa.array(["airborne"] * ledger.num_rows).dictionary_encode()
    place = ledger.column_names.index("outcome")
    flying = ledger.set_column(place, "outcome", outcome)
    flying = flying.set_column(
        flying.column_names.index("ended"), "ended", pa.nulls(ledger.num_rows, pa.float32())
    )
    body(report_html(replace(results, ledger=flying)))


def test_the_file_is_written_whole_or_not_at_all(invent, tmp_path):
    path = write_report(invent(3), tmp_path / "report.html", _map())
    assert path.read_text().rstrip().endswith("</html>")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        write_report(invent(3), tmp_path / "file" / "report.html")


def test_text_stands_out_from_its_ground():
    for ink in (svg.INK, svg.MUTED, svg.BLUE, svg.CORAL, svg.TEAL, svg.AMBER):
        assert _contrast(ink, svg.PAPER) >= 4.5
    assert _contrast(svg.MUTED, "#f3f6f9") >= 4.5


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _map(name="north"):
    lat, lon = math.radians(33.3), math.radians(44.4)
    return MapInput(
        Bounds(lat - 0.05, lon - 0.05, lat + 0.05, lon + 0.05),
        routes=[Route(name, name, [(lat - 0.04, lon), (lat, lon)])],
        sites=[Site(name, name, lat, lon, 50e3)],
        assets=[Asset(name, lat + 0.001, lon, 5.0)],
    )
