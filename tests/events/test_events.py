"""The closed lists: names and indices belong together, and every entry says what it means."""

from __future__ import annotations

import pytest

from rempart.events import identities, kinds, outcomes, vehicle_classes

LISTS = [
    (identities, identities.IDENTITY_NAMES, {}),
    (identities, identities.WEAPONS_CONTROL_NAMES, {}),
    (outcomes, outcomes.OUTCOME_NAMES, {}),
    (outcomes, outcomes.CAUSE_NAMES, {}),
    (
        kinds,
        kinds.KIND_NAMES,
        {"leaked": "LEAKED_EVENT", "departed": "DEPARTED_EVENT", "not_released": "NOT_RELEASED_EVENT"},
    ),
    (vehicle_classes, vehicle_classes.CLASS_NAMES, {}),
]


@pytest.mark.parametrize(("module", "names", "spellings"), LISTS)
def test_the_constant_of_a_name_is_its_index(module, names, spellings):
    for index, name in enumerate(names):
        constant = spellings.get(name, name.upper().replace("-", "_"))
        assert getattr(module, constant) == index


def test_every_entry_is_explained():
    tables = (
        identities.IDENTITIES, identities.WEAPONS_CONTROL, outcomes.OUTCOMES, outcomes.CAUSES,
        vehicle_classes.VEHICLE_CLASSES,
    )  # fmt: skip
    assert all(len(meaning) > 8 for table in tables for meaning in table.values())
    assert all(len(row) == 3 and all(row) for row in kinds.EVENT_KINDS.values())


def test_the_log_has_a_column_for_each_field():
    names = ("time", "kind", "vehicle", "actor", "value", "x", "y", "z")
    assert kinds.EVENT_DTYPE.names == names
