"""The page of tracks: well formed, self-contained, true to what it shows, and safe with hostile names."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from rempart.analysis.track_chart import MOST_BARS, MOST_DOTS, step_of, view_of
from rempart.analysis.track_measures import default_cutoff, measure_tracks
from rempart.analysis.track_picture import track_lines, track_page, used_rows, write_track_picture
from rempart.base.errors import RempartError
from rempart.run.plots.record import PlotRecord, rows_of
from rempart.run.plots.scanning import scans_of
from rempart.run.plots.truth import truth_of
from rempart.run.tracking import Tracks

USED = {"scan_time": 2.0, "pd": 0.9, "error": 5.0, "fastest": 300.0, "manoeuvre": 2.0, "association": "gnn",
        "clutter_per_scan": 0.5}  # fmt: skip
VOID = {"meta", "br", "link", "hr", "img", "input"}


class Page(HTMLParser):
    """Checks that what is opened is closed; keeps the addresses that the page names."""

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.tags = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [v for k, v in attributes if k in ("src", "href", "xlink:href")]

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def straight_tracks(n_tracks=3, n_scans=12):
    """Tracks that go east side by side, each on its plots; the second is broken and goes on as another."""
    frame = np.repeat(np.arange(n_scans), n_tracks)
    which = np.tile(np.arange(n_tracks), n_scans)
    mean = np.zeros((len(frame), 6))
    mean[:, 0], mean[:, 1], mean[:, 3] = 100.0 * frame, 1000.0 * which, 50.0
    value = np.full((len(frame), 4), np.nan)
    value[:, :2] = mean[:, :2] + 3.0
    record = PlotRecord(rows_of(2.0 * frame, value), ("radar",), refused={"off_earth": 7})
    number = np.where((which == 1) & (frame > 5), n_tracks, which) + 1
    cover = np.tile(np.eye(3), (len(frame), 1, 1))
    plots = np.arange(len(frame))
    tracks = Tracks(
        2.0 * frame, frame, number, plots, mean, cover, record, scans_of(record), USED, {"started": 4}
    )
    places = np.column_stack((mean[:, :2], np.full(len(frame), np.nan)))
    truth = truth_of(2.0 * frame, which, places, tuple(f"boat {n}" for n in range(n_tracks)))
    return SimpleNamespace(tracks=tracks, truth=truth)


@pytest.fixture
def made():
    return straight_tracks()


def test_the_page_is_whole_and_names_no_address(made):
    measures = measure_tracks(made.tracks, made.truth, 50.0)
    for text in (track_page(made.tracks, "p.csv"), track_page(made.tracks, "p.csv", made.truth, measures)):
        page = Page(text)
        assert not page.addresses
        assert "script" not in page.tags
        assert "http" not in text
        assert "prefers-color-scheme:dark" in text
        assert "nan" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S).lower().split()


def test_it_says_what_was_measured(made):
    measures = measure_tracks(made.tracks, made.truth, 50.0)
    assert measures.held == 1.0
    assert measures.switches == 1
    text = track_page(made.tracks, "p.csv", made.truth, measures)
    assert "4\u00a0tracks from 36\u00a0plots in 22\u00a0s; targets are held 100.0\u00a0% of the time" in text
    assert "1\u00a0change of track" in text
    assert text.count('class="span"') == 4
    assert "boat 2" in text


def test_a_line_a_track(made):
    lines = track_lines(made.tracks)
    assert [line.name for line in lines] == ["1", "2", "3", "4"]
    assert [len(line.times) for line in lines] == [12, 6, 12, 6]
    assert track_page(made.tracks, "p.csv").count('class="track"') == 4


def test_hostile_names_are_written_out(made):
    text = track_page(made.tracks, "<script>alert(1)</script>.csv")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_names_of_targets_are_written_out(made):
    truth = truth_of(made.truth.time, made.truth.owner, made.truth.position, ("<b>", "&", '"'))
    text = track_page(made.tracks, "p.csv", truth, measure_tracks(made.tracks, truth, 50.0))
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_what_was_refused_is_told(made):
    rows = dict(used_rows(made.tracks))
    assert rows["Refused: a place that is not on Earth"] == "7"
    assert rows["Tracker: started"] == "4"


def test_no_track_at_all(made):
    tracks = made.tracks
    empty = np.zeros(0, int)
    nothing = Tracks(np.zeros(0), empty, empty, empty, np.zeros((0, 6)), np.zeros((0, 3, 3)), tracks.record,
                     tracks.scans, USED)  # fmt: skip
    measures = measure_tracks(nothing, made.truth, 50.0)
    assert measures.held == 0.0
    text = track_page(nothing, "p.csv", made.truth, measures)
    Page(text)
    assert "No track became firm" in text


def test_the_page_stays_small_with_many_tracks():
    made = straight_tracks(200, 10)
    text = track_page(made.tracks, "p.csv")
    assert text.count('class="span"') == MOST_BARS
    assert f"The {MOST_BARS} longest of 201" in text


@pytest.mark.parametrize("count", [0, 1, MOST_DOTS, MOST_DOTS + 1, 10 * MOST_DOTS])
def test_dots_are_bounded(count):
    assert len(range(0, count, step_of(count))) <= MOST_DOTS


def test_a_view_holds_every_place():
    places = np.random.default_rng(1).uniform(-5e4, 9e4, (300, 2)) * (1.0, 0.1)
    view = view_of(places)
    pixels = np.array(view.pixels(places))
    assert (pixels >= 0).all()
    assert (pixels <= (1120, 640)).all()
    apart = np.linalg.norm(pixels[0] - pixels[1]) / np.linalg.norm(places[0] - places[1])
    assert apart == pytest.approx(view.scale)


def test_nothing_to_show_is_told():
    with pytest.raises(RempartError):
        view_of(np.zeros((0, 2)))


def test_the_cutoff_follows_the_errors(made):
    assert default_cutoff(made.tracks) == 50.0


def test_it_is_written_to_a_file(made, tmp_path):
    path = write_track_picture(made.tracks, tmp_path / "tracks.html", "p.csv")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
