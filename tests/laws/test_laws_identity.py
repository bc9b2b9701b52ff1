"""Laws of the conclusion about whose a track is, for any beliefs and any evidence."""

import math
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from rempart.events.identities import HOSTILE, NEUTRAL, UNKNOWN
from rempart.picture.identity import (
    YES_OR_NO,
    Chances,
    Evidence,
    hostile_chance,
    hostile_log_odds,
    identity_from_chance,
    identity_net,
    reply_step,
)

CHANCE = st.floats(0.001, 0.999)
SHOWN = st.sampled_from([-1, 0, 1])
NOTHING = Evidence(0, 0, -1, -1, -1, -1, -1)
FEW = settings(max_examples=200, deadline=None)


@st.composite
def nets(draw):
    names = draw(st.sets(st.sampled_from(["reply", *YES_OR_NO])))
    chances = {name: Chances(draw(CHANCE), draw(CHANCE)) for name in sorted(names)}
    heard = draw(st.floats(max([0.01, *chances.get("reply", ())]), 1.0))
    false_reply = draw(st.sampled_from([0.0, 0.3, 0.99])) * heard
    return identity_net(chances, draw(CHANCE), 0.9, heard, false_reply)


@st.composite
def pieces(draw):
    n = draw(st.integers(0, 3000))
    return Evidence(n, draw(st.integers(0, n)), *(draw(SHOWN) for _ in YES_OR_NO))


@FEW
@given(nets(), pieces())
def test_a_chance_lies_between_never_and_surely(net, evidence):
    assert 0.0 < hostile_chance(evidence, net) < 1.0


@FEW
@given(nets())
def test_without_evidence_the_prior_stands(net):
    assert hostile_log_odds(NOTHING, net) == net.prior


@FEW
@given(nets(), pieces())
def test_pieces_add_up_in_any_order(net, evidence):
    """Each piece alone moves the log-odds by as much as it does among the others."""
    replies = NOTHING._replace(n_interrogations=evidence.n_interrogations, n_replies=evidence.n_replies)
    alone = [replies, *(NOTHING._replace(**{name: getattr(evidence, name)}) for name in YES_OR_NO)]
    steps = [hostile_log_odds(piece, net) - net.prior for piece in alone]
    for order in (steps, steps[::-1]):
        total = net.prior + sum(order)
        if abs(total) < 29.0 and all(abs(net.prior + step) < 29.0 for step in steps):
            assert math.isclose(hostile_log_odds(evidence, net), total, abs_tol=1e-9)


@FEW
@given(st.data(), st.integers(1, 200), CHANCE, CHANCE, CHANCE)
def test_a_reply_more_never_makes_more_hostile(data, n, one, other, false_share):
    """Wherever neutral tracks carry a working transponder more often than hostile ones."""
    pair = Chances(max(one, other), min(one, other))
    heard = data.draw(st.floats(pair.neutral, 1.0))
    net = identity_net({"reply": pair}, heard=heard, false_reply=false_share * heard)
    steps = [reply_step(n, k, net) for k in range(n + 1)]
    assert all(after <= before + 1e-9 for before, after in pairwise(steps))


@FEW
@given(st.integers(1, 5000), CHANCE, CHANCE)
def test_silence_never_tells_more_than_a_dead_transponder(n, one, other):
    pair = Chances(max(one, other), min(one, other))
    net = identity_net({"reply": pair}, heard=0.9995, false_reply=0.1)
    step = reply_step(n, 0, net)
    limit = math.log((1.0 - net.works_hostile) / (1.0 - net.works_neutral))
    assert -1e-9 <= step <= limit + 1e-9
    assert reply_step(n + 1, 0, net) >= step - 1e-9


@FEW
@given(st.floats(0.0, 1.0), st.floats(0.501, 0.999))
def test_an_identity_is_declared_at_its_threshold_and_not_between(chance, decisive):
    found = identity_from_chance(chance, decisive)
    if abs(chance - 0.5) < decisive - 0.5 - 1e-8:
        assert found == UNKNOWN
    elif abs(chance - 0.5) > decisive - 0.5:
        assert found == (HOSTILE if chance > 0.5 else NEUTRAL)
