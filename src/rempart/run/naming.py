"""Names of everything in a world, by index: what results, replays and reports call things."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """Tuples in the order of the world's tables."""

    vehicles: tuple[str, ...]
    vehicle_groups: tuple[str, ...]
    """raid group or traffic stream of each vehicle"""
    vehicle_systems: tuple[str, ...]
    """catalogue name of each vehicle"""
    assets: tuple[str, ...]
    sensors: tuple[str, ...]
    groups: tuple[str, ...]
    units: tuple[str, ...]
    unit_batteries: tuple[str, ...]
    """battery of each fire unit, as the scenario calls it"""
    unit_systems: tuple[str, ...]
    """catalogue name of each fire unit's system"""
    weapons: tuple[str, ...]
    """fire unit and kind of round, as `north-1/48n6e3`"""
    weapon_units: tuple[int, ...]
    weapon_kinds: tuple[str, ...]
    """kind of round, as the catalogue calls it"""
