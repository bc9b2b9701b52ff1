"""What the loader refuses in a figure, seen through a system of one's own."""

import pytest

from rempart.catalog.library import load_system

GOOD = {
    "value": "30",
    "unit": "km",
    "sources": "[sputnik-2018-pantsir]",
    "grade": "B",
    "citation": "checked",
}


@pytest.fixture
def with_figure(save):
    """A Pantsir whose missile reach is the given figure."""

    def _with_figure(**changes: str | None) -> str:
        given = {key: text for key, text in {**GOOD, **changes}.items() if text is not None}
        rows = "".join(f"        {key}: {text}\n" for key, text in given.items())
        save("mine", f"based_on: pantsir-s1\nfire_unit:\n  weapons:\n    57e6:\n      range_max:\n{rows}")
        return "mine"

    return _with_figure


def test_a_good_figure_is_taken(with_figure, tmp_path):
    system = load_system(with_figure(), (tmp_path,))
    assert system.fire_unit.weapons["57e6"].range_max.value == 30_000.0


@pytest.mark.parametrize("key", ["unit", "sources", "grade", "citation", "value"])
def test_a_figure_without_what_it_rests_on_is_refused(with_figure, faults_of, key):
    (fault,) = faults_of(with_figure(**{key: None}))
    assert "mine.yaml:" in fault.where
    assert fault.where.endswith(f"range_max.{key}")
    assert fault.found == "missing"


@pytest.mark.parametrize(
    ("changes", "where", "found"),
    [
        ({"unit": "kg"}, "unit", "mass"),
        ({"unit": "miles"}, "unit", "unknown unit"),
        ({"value": "30 km"}, "unit", "not a number"),
        ({"value": "true"}, "unit", "not a number"),
        ({"value": "-1"}, "unit", "negative"),
        ({"sources": "[pantsir-brochure]"}, "sources", "unknown source 'pantsir-brochure'"),
        ({"sources": "[]"}, "sources", "a list"),
        ({"sources": "sputnik-2018-pantsir"}, "sources", "sputnik"),
        ({"grade": "E"}, "grade", "'E'"),
        ({"citation": "seen"}, "citation", "'seen'"),
        ({"low": "5"}, "low", "one bound"),
        ({"low": "31", "high": "40"}, "value", "30 km (31..40)"),
        ({"colour": "red"}, "colour", "unknown key"),
        ({"note": '""'}, "note", "nothing"),
        ({"derived": "halved"}, "range_max", "derived: 'halved'"),
        ({"derived": "'{fire_unit.weapons.57e6.wings} doubled'"}, "range_max", "wings"),
        ({"derived": "'{fire_unit.channels} doubled'"}, "range_max", "grade B"),
        ({"alternatives": "[{value: 20, unit: km}]"}, "alternatives", "item 1, sources: missing"),
        ({"alternatives": "[20]"}, "alternatives", "not a plain figure"),
    ],
)
def test_a_faulty_figure_is_refused_where_it_is_wrong(with_figure, faults_of, changes, where, found):
    faults = faults_of(with_figure(**changes))
    assert any(fault.where.endswith(where) and found in fault.found for fault in faults), faults


@pytest.mark.parametrize(
    ("sources", "grade", "citation", "where"),
    [
        ("[wikipedia-pantsir]", "B", "unchecked", "grade"),
        ("[wikipedia-pantsir]", "C", "checked", "citation"),
        ("[wikipedia-pantsir]", "D", "none", "citation"),
        ("[open-game-catalogue]", "B", "checked", "grade"),
        ("[project-assumption]", "C", "none", "grade"),
        ("[project-assumption]", "D", "unchecked", "citation"),
    ],
)
def test_trust_is_bounded_by_what_was_read(with_figure, faults_of, sources, grade, citation, where):
    (fault,) = faults_of(with_figure(sources=sources, grade=grade, citation=citation))
    assert fault.where.endswith(where)


def test_a_claim_is_never_the_pk_to_use(save, faults_of):
    save(
        "mine",
        "based_on: tor-m2\nfire_unit: {weapons: {9m338k: {pk: {cruise-missile: "
        "{value: 0.99, unit: 1, sources: [missilery-tor], grade: C, citation: unchecked, claim: true}}}}}\n",
    )
    (fault,) = faults_of("mine")
    assert fault.where.endswith("cruise-missile.claim")


def test_all_faults_of_a_figure_are_told_at_once(with_figure, faults_of):
    faults = faults_of(with_figure(unit="kg", grade="E", sources="[nobody]", citation=None))
    ends = {fault.where.rpartition(".")[2] for fault in faults}
    assert ends == {"unit", "grade", "sources", "citation"}
