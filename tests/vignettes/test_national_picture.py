"""What the page of this vignette says: islands at 100 m, all at 10 km; and reach is not protection."""

import pytest

from rempart.analysis.answer import run
from rempart.analysis.comparison import compare
from rempart.analysis.coverage import shares
from rempart.geo.region import load_region
from rempart.run.coverage import ALTITUDES, coverage
from rempart.scenario.loading import load_scenario

pytestmark = pytest.mark.slow
NAMES = ("national_picture", "national_picture_pantsir_only")


@pytest.fixture(scope="module")
def seen():
    """Scenario → shares of the air over Iraq, seen and reached, at the four heights."""
    region = load_region("iraq")
    found = {}
    for name in NAMES:
        layers = shares(coverage(load_scenario(name), ALTITUDES, 1.0, region, 8000.0))
        found[name] = {
            "seen": [share.of_air(share.seen) for share in layers],
            "reached": [share.of_air(share.engaged) for share in layers],
        }
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return {name: run(load_scenario(name), 200, 1, out=folder) for name in NAMES}


def test_low_the_radars_see_islands_and_high_they_see_all(seen):
    low, middle, high, top = seen["national_picture"]["seen"]
    assert 0.12 < low < 0.20
    assert 0.6 < middle < 0.8
    assert 0.95 < high < 1.0
    assert top > 0.999


def test_islands_are_no_larger_than_the_horizon_allows(seen):
    """Eight circles of 55 km, flat and apart, would be 8 × 9,500 km² of 437,000."""
    assert seen["national_picture_pantsir_only"]["seen"][0] < 8 * 9500 / 437_000


def test_reach_stops_growing_at_3_km(seen):
    low, middle, high, top = seen["national_picture"]["reached"]
    assert low < 0.4 * middle < middle < high
    assert abs(top - high) < 0.02
    assert 0.3 < high < 0.4


def test_pantsir_alone_reach_a_fiftieth(seen):
    assert all(0.015 < share < 0.03 for share in seen["national_picture_pantsir_only"]["reached"])


def test_what_is_reached_is_seen(seen):
    for told in seen.values():
        assert all(reached <= saw for reached, saw in zip(told["reached"], told["seen"], strict=True))


def test_a_fiftieth_of_the_country_still_stops_nine_of_ten(played):
    assert played["national_picture_pantsir_only"].summary.leakage.high < 0.1


def test_the_proposal_halves_what_leaks_but_not_at_100_m(played):
    told = compare(played["national_picture"], played["national_picture_pantsir_only"]).leakage
    assert told.b.value > 1.5 * told.a.value
    spread, pantsir = (played[name].summary.by_group for name in NAMES)
    assert spread["at-10-km"].high < pantsir["at-10-km"].low
    assert spread["at-100-m"].high > pantsir["at-100-m"].low
