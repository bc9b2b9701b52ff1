"""Every cause of a leak has its words wherever the report speaks of causes."""

from rempart.analysis import explanation, sentences
from rempart.events.outcomes import CAUSES


def test_every_cause_has_a_reason():
    assert set(sentences._REASONS) == set(CAUSES)


def test_every_cause_has_a_link_or_says_why_not():
    assert all(explanation.link_of(cause) or cause in explanation._NO_LINK for cause in CAUSES)
