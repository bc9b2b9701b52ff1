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
    Decibel,
    Dimensions,
    Extinction,
    FiringRate,
    Fraction,
    Frequency,
    Length,
    LengthByClass,
    Money,
    Names,
    Power,
    Probability,
    ProbabilityByClass,
    Speed,
    Swerling,
    Text,
    Time,
    choice,
    part,
    variants,
)
from rempart.events.vehicle_classes import CLASS_NAMES

BANDS = ("visual", "infrared")
"""What an optical sensor sees by."""
TASKS = ("detection", "recognition", "identification")
"""What an observer has to make out, each finer than the one before."""


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """What all that sees or hears has in common."""

    title: Text
    kind: Annotated[str, choice("radar", "optical", "seeker", "direction-finder")]
    role: Annotated[str, choice("acquisition", "engagement", "both")]
    """`acquisition` searches, `engagement` only guides, `both` does either"""
    instrumented_range: Length
    """beyond it nothing is shown, however large"""
    minimum_range: Length
    turn: Time | None = None
    """time between looks at one target; absent for a sensor that only guides"""
    elevation_min: Angle
    elevation_max: Angle
    sector: Angle
    """width in azimuth, centred on where the battery faces"""
    antenna_height: Length
    """of the antenna or the eye, above the ground"""


@dataclass(frozen=True, kw_only=True)
class Ranging(Sensor):
    """A sensor that tells how far away a target is, and where."""

    range_error: Length
    """one standard deviation of one plot"""
    angle_error: Angle
    """one standard deviation of one plot, azimuth and elevation alike"""


@dataclass(frozen=True, kw_only=True)
class Dedicated:
    """Looks that a radar with a steered beam can give single tracks between its turns."""

    tracks: Count
    """tracks that it can look at so"""
    every: Time
    """time between those looks"""


@dataclass(frozen=True, kw_only=True)
class Radar(Ranging):
    """A radar, calibrated by one published pair of range and radar cross-section."""

    frequency: Frequency
    reference_range: Length
    """where a target of `reference_rcs` is seen with probability `reference_pd` in one look"""
    reference_rcs: Area
    reference_pd: Probability
    swerling: Swerling
    """fluctuation case in which the reference holds"""
    false_alarm: Probability
    """probability of a false alarm per look and cell"""
    dimensions: Dimensions = 3
    """2: it tells no height"""
    elevation_error: Angle | None = None
    """where it is not that of azimuth; one standard deviation of one plot"""
    rate_error: Speed | None = None
    """of the range rate, one standard deviation of one plot; absent: it tells none"""
    range_resolution: Length | None = None
    """echoes closer than this in range and in both angles are one plot; absent: from `range_error`"""
    azimuth_resolution: Angle | None = None
    """absent: from `angle_error`"""
    elevation_resolution: Angle | None = None
    """absent: from `elevation_error` or `angle_error`"""
    least_speed: Speed | None = None
    """radial speed at which its moving-target filter leaves half an echo; absent: it loses none"""
    blind_speed: Speed | None = None
    """first radial speed at which that filter is blind again; absent: none"""
    sidelobe: Decibel | None = None
    """gain beside the main beam over that in it"""
    false_plots: Count | None = None
    """to be expected in one turn; absent: from `false_alarm` and the cells"""
    dedicated: Annotated[Dedicated | None, part(Dedicated)] = None
    """absent: it only looks as it turns"""


@dataclass(frozen=True, kw_only=True)
class Optical(Ranging):
    """An eye or a camera. It searches its whole sector, or, if it only guides, stays on its target."""

    band: Annotated[str, choice(*BANDS)]
    resolution: Angle
    """smallest detail that it resolves at full contrast; two such details make a cycle"""
    task: Annotated[str, choice(*TASKS)]
    """what counts as having seen a target"""
    contrast: Fraction
    """of a usual target against the sky at no distance, as a part of full contrast"""
    least_contrast: Fraction
    """below it nothing is noticed, however large"""
    absorption: Extinction | None = None
    """of clear air in this band; haze comes from the scenario's visibility"""
    view: Angle
    """width and height of what one glimpse takes in"""
    night: Fraction
    """part of its resolution that is left by night; 0: blind"""


@dataclass(frozen=True, kw_only=True)
class Seeker(Ranging):
    """A round that must itself hold its target before launch: no more than a lock range by class."""

    lock_range: LengthByClass
    """from behind, in clear air by day; a class that is not named is not held"""
    head_on: Fraction
    """lock range from ahead as a part of that from behind"""
    night: Fraction
    """part of the lock range that is left by night; 0: the gunner sees nothing to aim at"""


@dataclass(frozen=True, kw_only=True)
class DirectionFinder(Sensor):
    """Stations that only listen, and find what radiates by crossing their bearings; it tells no height."""

    baseline: Length
    """between its outermost stations"""
    bearing_error: Angle
    """of one station, one standard deviation"""
    reference_pd: Probability
    """to find what radiates and is in sight, in one turn"""


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
    cost: Money | None = None
    """of one round: a missile, or a single shell"""


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
class OnTheMove:
    """How a fire unit that need not halt fights while it drives."""

    speed: Speed
    """fastest while it fires"""
    pk_factor: Fraction
    """kill probability of a round fired while moving as a part of that of one fired at the halt"""


@dataclass(frozen=True, kw_only=True)
class FireUnit:
    """The smallest element that can engage by itself."""

    title: Text
    sensor: Text
    """guides: the battery's if it is among `battery.sensors`, else each fire unit's own"""
    sensors: Names
    """sensors that search and that each fire unit brings along"""
    channels: Count
    """targets engaged at once"""
    reaction_time: Time
    """from assignment to launch"""
    weapons: Annotated[dict[str, Weapon], variants("kind", missile=Missile, gun=Gun)]
    road_speed: Speed | None = None
    """on the march"""
    on_the_move: Annotated[OnTheMove | None, part(OnTheMove)] = None
    """absent: it halts to fire"""


@dataclass(frozen=True, kw_only=True)
class Battery:
    """Fire units under one command post, or sensors alone."""

    sensors: Names
    """sensors of the battery itself, one each"""
    fire_units: Count | None = None
    """absent where there is no fire unit"""


SENSOR_FORMS: dict[str, type] = {
    "radar": Radar,
    "optical": Optical,
    "seeker": Seeker,
    "direction-finder": DirectionFinder,
}


@dataclass(frozen=True, kw_only=True)
class AirDefenceSystem:
    """Sensors, and fire units with their weapons; without a fire unit, a site that only sees."""

    name: str
    title: Text
    kind: Annotated[str, choice("air-defence")]
    summary: Text
    sensors: Annotated[dict[str, Sensor], variants("kind", **SENSOR_FORMS)]
    fire_unit: Annotated[FireUnit | None, part(FireUnit)] = None
    battery: Annotated[Battery, part(Battery)]
    background: Background = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RadarCrossSection:
    """Radar cross-section from three sides."""

    nose: Area
    side: Area
    tail: Area


@dataclass(frozen=True, kw_only=True)
class Jammer:
    """Noise that a vehicle radiates all round, so that radars hear less."""

    power: Power
    """effective radiated power, its antenna's gain included"""
    bandwidth: Frequency
    """over which the power is spread evenly"""


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
    p_emits: Probability | None = None
    """chance that it radiates all the way, so that a direction finder can hear it; absent: it is silent"""
    jammer: Annotated[Jammer | None, part(Jammer)] = None
    cost: Money | None = None
    """of one vehicle"""
    background: Background = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class GroundVehicle:
    """A vehicle that a convoy is made of; it is defended and does not fight."""

    name: str
    title: Text
    kind: Annotated[str, choice("ground-vehicle")]
    summary: Text
    road_speed: Speed
    cost: Money | None = None
    background: Background = field(default_factory=dict)


System = AirDefenceSystem | AirVehicle | GroundVehicle
FORMS: dict[str, type] = {
    "air-defence": AirDefenceSystem,
    "air-vehicle": AirVehicle,
    "ground-vehicle": GroundVehicle,
}


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
