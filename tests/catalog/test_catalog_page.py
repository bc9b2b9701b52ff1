"""The guide's page on the catalogue names every key, and its examples work."""

import re
from pathlib import Path

import pytest

from rempart.catalog.bibliography import Source
from rempart.catalog.library import load_system
from rempart.catalog.reader import rules_of
from rempart.catalog.sourcing import KEYS
from rempart.catalog.systems import (
    AirDefenceSystem,
    AirVehicle,
    Battery,
    Dedicated,
    DirectionFinder,
    FireUnit,
    GroundVehicle,
    Gun,
    Jammer,
    Missile,
    OnTheMove,
    Optical,
    Radar,
    RadarCrossSection,
    Seeker,
)
from rempart.events.vehicle_classes import CLASS_NAMES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "catalogue.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FORMS = (
    AirDefenceSystem, Radar, Dedicated, Optical, Seeker, DirectionFinder, FireUnit, OnTheMove, Missile,
    Gun, Battery, AirVehicle, RadarCrossSection, Jammer, GroundVehicle,
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_key_is_told(form):
    assert [key for key in rules_of(form) if f"`{key}`" not in PAGE and f"`{key}: " not in PAGE] == []


def test_keys_of_figures_and_sources_are_told():
    assert [key for key in (*KEYS, *CLASS_NAMES) if f"`{key}`" not in PAGE] == []
    assert [key for key in rules_of(Source) if f"\n{'  '}{key}: " not in EXAMPLES[2]] == []


def test_the_examples_work(save, tmp_path):
    save("tor-m2-worn", EXAMPLES[1])
    save("bibliography", EXAMPLES[2])
    system = load_system("tor-m2-worn", (tmp_path,))
    assert system.fire_unit.channels.value == 2.0
    assert "airliner" not in system.fire_unit.weapons["9m338k"].pk
