"""What a system is, as its file tells it. Every number is a `Figure`; `figure.value` is SI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Annotated, Any

from rempart.catalog.figures import Figure
from rempart.catalog.form import (
    Angle,
    Area,
    Background,
    Count,
    CountByClass,
    FiringRate,
    Fraction,
    Frequency,
    Length,
    LengthByClass,
    Names,
    Probability,
    ProbabilityByClass,
    Speed,
    Swerling,
    Text,
    Time,
    choice,
    part,
    parts,
    variants,
)
from rempart.events.vehicle_classes import CLASS_NAMES


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """A radar, calibrated by one published pair of range and radar cross-section."""

    title: Text
    role: Annotated[str, choice("acquisition", "engagement", "both")]
    """`acquisition` searches, `engagement` only guides, `both` does either"""
    frequency: Frequency
    reference_range: Length
    """where a target of `reference_rcs` is seen with probability `reference_pd` in one look"""
    reference_rcs: Area
    reference_pd: Probability
    swerling: Swerling
    """fluctuation case in which the reference holds"""
    false_alarm: Probability
    """probability of a false alarm per look and cell"""
    instrumented_range: Length
    """beyond it nothing is shown, however large"""
    minimum_range: Length
    turn: Time | None = None
    """time between looks at one target; absent for a radar that only guides"""
    elevation_min: Angle
    elevation_max: Angle
    sector: Angle
    """width in azimuth, centred on where the battery faces"""
    antenna_height: Length
    """above the ground"""
    range_error: Length
    """one standard deviation of one plot"""
    angle_error: Angle
    """one standard deviation of one plot, azimuth and elevation alike"""


@dataclass(frozen=True, kw_only=True)
class Weapon:
    """What missiles and guns have in common; `rounds` and the rest are per fire unit."""

    title: Text
    kind: Annotated[str, choice("missile", "gun")]
    rounds: Count
    range_min: Length
    range_max: Length
    height_min: Length
    """above the ground at the fire unit, as `height_max`"""
    height_max: Length
    speed_max: Speed
    """of the round: a missile's at burn-out, a shell's at the muzzle"""
    end_speed_fraction: Fraction
    """speed at `range_max` as a part of `speed_max`"""
    target_speed_max: Speed
    interval: Time
    """between rounds (bursts) at one target"""
    reload_time: Time
    """from an empty to a full magazine"""


@dataclass(frozen=True, kw_only=True)
class Missile(Weapon):
    """A guided round with a kill probability by vehicle class."""

    pk: ProbabilityByClass
    """of one round that arrives; a class that is not named is not engaged"""
    class_range_max: LengthByClass = field(default_factory=dict)
    """a shorter reach against some classes"""


@dataclass(frozen=True, kw_only=True)
class Gun(Weapon):
    """A gun that fires bursts; its kill probability follows from dispersion and presented area."""

    burst_rounds: Count
    firing_rate: FiringRate
    dispersion: Angle
    """of single rounds, one standard deviation per axis"""
    aiming_error: Angle
    """of whole bursts, one standard deviation per axis"""
    hits_needed: CountByClass
    """hits that kill, by vehicle class; a class that is not named is not engaged"""


@dataclass(frozen=True, kw_only=True)
class FireUnit:
    """The smallest element that can engage by itself."""

    title: Text
    sensor: Text
    """guides: the battery's if it is among `battery.sensors`, else each fire unit's own"""
    sensors: Names
    """radars that search and that each fire unit brings along"""
    channels: Count
    """targets engaged at once"""
    reaction_time: Time
    """from assignment to launch"""
    weapons: Annotated[dict[str, Weapon], variants("kind", missile=Missile, gun=Gun)]


@dataclass(frozen=True, kw_only=True)
class Battery:
    """Fire units under one command post."""

    sensors: Names
    """radars of the battery itself, one each"""
    fire_units: Count


@dataclass(frozen=True, kw_only=True)
class AirDefenceSystem:
    """Radars, and fire units with their weapons."""

    name: str
    title: Text
    kind: Annotated[str, choice("air-defence")]
    summary: Text
    sensors: Annotated[dict[str, Sensor], parts(Sensor)]
    fire_unit: Annotated[FireUnit, part(FireUnit)]
    battery: Annotated[Battery, part(Battery)]
    background: Background = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RadarCrossSection:
    """Radar cross-section from three sides."""

    nose: Area
    side: Area
    tail: Area


@dataclass(frozen=True, kw_only=True)
class AirVehicle:
    """Anything that flies in a scenario, threat or traffic."""

    name: str
    title: Text
    kind: Annotated[str, choice("air-vehicle")]
    summary: Text
    vehicle_class: Annotated[str, choice(*CLASS_NAMES)]
    trajectory: Annotated[str, choice("level", "ballistic")]
    speed: Speed | None = None
    """over the ground; absent for a ballistic arc, whose speed follows from range and apogee"""
    apogee: Length | None = None
    """of a ballistic arc"""
    rcs: Annotated[RadarCrossSection, part(RadarCrossSection)]
    swerling: Swerling
    presented_area: Area
    """that a gun can hit"""
    p_transponder: Probability
    """chance that it gives a valid transponder reply"""
    p_conforms: Probability
    """chance that it behaves as civil traffic does"""
    background: Background = field(default_factory=dict)


System = AirDefenceSystem | AirVehicle
FORMS: dict[str, type] = {"air-defence": AirDefenceSystem, "air-vehicle": AirVehicle}


def figures_of(part: Any, path: str = "") -> Iterator[tuple[str, Figure]]:
    """Every figure of a system with its path, in the order of the form: `("fire_unit.channels", …)`."""
    if isinstance(part, Figure):
        yield path, part
        return
    if is_dataclass(part):
        inner = {item.name: getattr(part, item.name) for item in fields(part)}
    else:
        inner = part if isinstance(part, dict) else {}
    for key, value in inner.items():
        yield from figures_of(value, f"{path}.{key}" if path else key)
