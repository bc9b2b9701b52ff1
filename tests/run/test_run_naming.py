"""Names stand in the order of the world's tables."""

from __future__ import annotations

import dataclasses

import pytest

from rempart.base.dice import entity_hash
from rempart.engine.world import GROUP
from rempart.events.vehicle_classes import CLASS_NAMES
from scenario_builder import FLAT, HILLS, lowered_of


@pytest.mark.parametrize("base", [FLAT, HILLS], ids=["flat", "hills"])
def test_there_is_one_name_for_each_row(base):
    lowered = lowered_of(base)
    world, names = lowered.world, lowered.names
    assert (
        len(names.vehicles) == len(names.vehicle_groups) == len(names.vehicle_systems) == len(world.vehicles)
    )
    assert len(names.sensors) == len(world.sensors)
    assert len(names.units) == len(names.unit_batteries) == len(names.unit_systems) == len(world.units)
    assert len(names.weapons) == len(names.weapon_units) == len(names.weapon_kinds) == len(world.weapons)
    assert len(names.assets) == len(world.assets)
    assert len(names.groups) == len(world.groups)
    assert world.groups.dtype == GROUP


def test_names_hash_to_the_dice_of_their_rows():
    world, names = lowered_of(HILLS).world, lowered_of(HILLS).names
    for table, listed in (
        (world.vehicles, names.vehicles),
        (world.sensors, names.sensors),
        (world.weapons, names.weapons),
    ):
        assert table.entity.tolist() == [int(entity_hash(name)) for name in listed]
        assert len(set(table.entity.tolist())) == len(listed)


def test_names_are_made_of_the_names_in_the_scenario():
    names = lowered_of(HILLS).names
    assert names.vehicles == ("cruise-1", "cruise-2", "cruise-3", "strike-1", "strike-2")
    assert names.vehicle_groups == ("cruise",) * 3 + ("strike",) * 2
    assert names.vehicle_systems == ("cruise-missile",) * 3 + ("strike-aircraft",) * 2
    assert names.units == ("close-1", "close-2", "far")
    assert names.unit_batteries == ("close", "close", "far")
    assert names.unit_systems == ("pantsir-s1", "pantsir-s1", "buk-m3")
    assert names.weapons == ("close-1/57e6", "close-1/2a38m", "close-2/57e6", "close-2/2a38m", "far/9m317m")
    assert names.weapon_units == (0, 0, 1, 1, 2)
    assert names.weapon_kinds == ("57e6", "2a38m", "57e6", "2a38m", "9m317m")


def test_vehicles_carry_the_class_of_their_system():
    world, names = lowered_of(FLAT).world, lowered_of(FLAT).names
    classes = [CLASS_NAMES[index] for index in world.vehicles.vehicle_class]
    assert dict(zip(names.vehicle_systems, classes, strict=True)) == {
        "generic-threat": "strike-aircraft",
        "airliner": "airliner",
    }
    assert world.vehicles.is_hostile.tolist() == [1, 1, 1, 0, 0]
    assert [names.assets[index] for index in world.vehicles.asset[:3]] == ["city"] * 3
    assert world.vehicles.asset[3:].tolist() == [-1, -1]


def test_names_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        lowered_of(FLAT).names.units = ()
