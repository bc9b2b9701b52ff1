"""Identity by a Bayesian net: known odds, and that what was concluded before is concluded still."""

import math
from itertools import product

import pytest

from rempart.events.identities import HOSTILE, NEUTRAL, UNKNOWN
from rempart.picture.classification import civil_flight_shown
from rempart.picture.doubt import NO_DOUBT, Doubt
from rempart.picture.identity import (
    Chances,
    Evidence,
    hostile_chance,
    hostile_log_odds,
    identity_from_chance,
    identity_net,
    majority,
    reply_step,
)

REPLY, CONDUCT = Chances(0.95, 0.02), Chances(0.95, 0.05)
USUAL = identity_net({"reply": REPLY, "conduct": CONDUCT}, heard=0.98)
NOTHING = Evidence(0, 0, -1, -1, -1, -1, -1)


def two_pieces(replied, conforms):
    """Odds of hostile from whether a track has ever replied and whether it behaves."""
    odds = 0.02 / 0.95 if replied else 0.98 / 0.05
    return odds * (0.05 / 0.95 if conforms else 0.95 / 0.05)


@pytest.mark.parametrize(("replied", "conforms"), list(product((0, 1), repeat=2)))
def test_one_interrogation_and_conduct_give_the_product_of_their_odds(replied, conforms):
    evidence = NOTHING._replace(n_interrogations=1, n_replies=replied, conduct=conforms)
    odds = hostile_log_odds(evidence, USUAL)
    assert odds == pytest.approx(math.log(two_pieces(replied, conforms)), abs=1e-12)


@pytest.mark.parametrize("conforms", (0, 1))
def test_the_usual_net_concludes_whether_it_ever_replied_however_often_it_was_asked(conforms):
    """Over all that a play of a week can bring, at an interrogation every 10 s."""
    for n in [*range(1, 60), 100, 1000, 60_480]:
        for k in {0, 1, 2, n // 2, n - 1, n} & set(range(n + 1)):
            evidence = NOTHING._replace(n_interrogations=n, n_replies=k, conduct=conforms)
            odds = two_pieces(k > 0, conforms)
            expected = HOSTILE if odds >= 9.0 else NEUTRAL if odds <= 1.0 / 9.0 else UNKNOWN
            assert identity_from_chance(hostile_chance(evidence, USUAL), USUAL.decisive) == expected


def test_a_single_reply_among_many_misses_is_taken_for_a_false_one():
    net = identity_net({"reply": REPLY}, heard=0.98, false_reply=0.02)
    assert reply_step(1, 1, net) < -3.0
    assert reply_step(2, 1, net) == pytest.approx(0.0, abs=1e-9)  # a miss is as rare as a false reply
    assert reply_step(5, 1, net) == pytest.approx(math.log((1 - 0.02 / 0.98) / (1 - 0.95 / 0.98)), rel=1e-3)


def test_misses_of_a_weak_interrogator_tell_little_until_there_are_many():
    net = identity_net({"reply": Chances(0.29, 0.003)}, heard=0.3)
    steps = [reply_step(n, 0, net) for n in (1, 3, 10, 100)]
    assert steps[0] == pytest.approx(math.log(0.997 / 0.71))
    assert steps == sorted(steps)
    assert steps[3] == pytest.approx(math.log(0.99 / (1 - 0.29 / 0.3)), rel=1e-3)


def test_what_cannot_be_tells_nothing():
    """One reply and one miss, where a working transponder is always heard and nothing else ever is."""
    net = identity_net({"reply": Chances(0.5, 0.1)}, heard=1.0, false_reply=0.0)
    assert reply_step(2, 1, net) == 0.0
    assert reply_step(2, 2, net) == pytest.approx(math.log(0.2))


def test_evidence_that_is_not_named_tells_nothing():
    net = identity_net({}, prior=0.2)
    assert hostile_log_odds(Evidence(7, 3, 1, 0, 1, 0, 1), net) == pytest.approx(math.log(0.25))


def test_evidence_as_strong_as_the_threshold_decides():
    net = identity_net({"declared": Chances(0.1, 0.9)})
    assert identity_from_chance(hostile_chance(NOTHING._replace(declared=1), net), 0.9) == HOSTILE
    assert identity_from_chance(hostile_chance(NOTHING._replace(declared=0), net), 0.9) == NEUTRAL


@pytest.mark.parametrize(
    ("chances", "others"),
    [
        ({"colour": Chances(0.5, 0.5)}, {}),
        ({"speed": Chances(0.0, 0.5)}, {}),
        ({"speed": Chances(0.5, 1.0)}, {}),
        ({"speed": Chances(math.nan, 0.5)}, {}),
        ({"reply": Chances(0.95, 0.02)}, {"heard": 0.9}),
        ({}, {"prior": 0.0}),
        ({}, {"prior": math.nan}),
        ({}, {"decisive": 0.5}),
        ({}, {"heard": 0.3, "false_reply": 0.3}),
        ({}, {"heard": 1.1}),
    ],
)
def test_beliefs_that_cannot_be_are_refused(chances, others):
    with pytest.raises(ValueError):
        identity_net(chances, **others)


def test_declarations_count_by_their_majority():
    assert [majority(*votes) for votes in ((0, 0), (1, 1), (2, 1), (0, 1))] == [-1, -1, 1, 0]


@pytest.mark.parametrize(
    ("velocity", "height", "cross_section", "expected"),
    [
        ((-170.0, 170.0, 0.0), 10e3, 50.0, 1),
        ((-170.0, 170.0, 0.0), 10e3, math.nan, 1),
        ((0.0, 128.0, 12.0), 2500.0, 30.0, 1),
        ((0.0, 240.0, 0.0), 10e3, 5.0, 0),
        ((0.0, 240.0, 0.0), 300.0, 50.0, 0),
        ((0.0, 240.0, 0.0), 15e3, 50.0, 0),
        ((0.0, 350.0, 0.0), 10e3, 50.0, 0),
        ((0.0, 60.0, 0.0), 3e3, 50.0, 0),
        ((0.0, 200.0, -60.0), 5e3, 50.0, 0),
    ],
)
def test_what_flies_and_looks_like_an_airliner(velocity, height, cross_section, expected):
    assert civil_flight_shown(velocity, height, cross_section, NO_DOUBT) == expected


def test_doubt_of_speed_height_and_climb_counts_in_favour_of_a_track():
    for velocity, height in (
        ((0.0, 300.0, 0.0), 10e3),
        ((0.0, 240.0, 0.0), 900.0),
        ((0.0, 200.0, 40.0), 5e3),
    ):
        assert civil_flight_shown(velocity, height, 50.0, NO_DOUBT) == 0
        assert civil_flight_shown(velocity, height, 50.0, Doubt(0.0, 150.0, 15.0, 15.0)) == 1
        assert civil_flight_shown(velocity, height, 5.0, Doubt(0.0, 150.0, 15.0, 15.0)) == 0
