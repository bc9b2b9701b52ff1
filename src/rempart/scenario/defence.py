"""The defending side: batteries, command and policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from rempart.scenario.fields import (
    Azimuth,
    DefenceSystem,
    Delay,
    Entries,
    Named,
    OneOrMore,
    Part,
    Share,
    Site,
    one_of,
    surroundings,
)
from rempart.scenario.identification import Identification
from rempart.scenario.marching import March
from rempart.scenario.quantities import Quantity, refusal

DropTime = Annotated[float, Quantity("time", "s", 1, 600, "20 s")]
Turn = Annotated[float, Quantity("time", "s", 0.1, 60, "4 s")]
Radius = Annotated[float, Quantity("length", "km", 0, 500, "8 km")]
Offset = Annotated[float, Quantity("length", "m", 0, 10_000, "50 m")]
Misalignment = Annotated[float, Quantity("angle", "deg", 0, 10, "0.2 deg")]
Few = Annotated[int, Field(strict=True, ge=1, le=20)]
Copies = Annotated[int, Field(strict=True, ge=1, le=100)]
Reloads = Annotated[int, Field(strict=True, ge=0, le=1000)]
Channels = Annotated[int, Field(strict=True, ge=1, le=1000)]


class Link(Part):
    """A way for plots or tracks from one battery to another that commands itself."""

    giver: str = Field(alias="from")
    """Battery that gives the plots of its sensors, or its tracks."""
    to: str
    """Battery that uses plots as it does its own, or fuses the tracks with its own."""
    delay: Delay = 0.0
    """How much later than in the giver's own air picture they count."""
    gives: Literal["plots", "tracks"] = "plots"
    """`plots`: all plots of its sensors; `tracks`: its firm tracks, each when a plot has fed it. Tracks need
    `association` by `gnn` or `jpda`."""
    loss: Share = 0.0
    """Chance that a message does not arrive: the plots of one turn of a sensor, or one report of a track."""
    fusion: Literal["intersection", "best-source"] | None = None
    """With `gives: tracks`: how a report and the receiver's track of the same target become one. By default
    `intersection`: covariance intersection; `best-source`: the surer of the two is kept."""
    every: Delay | None = None
    """With `gives: tracks`: least time between two reports of one track; default: one for each plot of it."""

    @field_validator("giver", "to")
    @classmethod
    def _battery_exists(cls, name: str, info: ValidationInfo) -> str:
        around = surroundings(info)
        if around:
            around.check_battery(name)
        if info.field_name == "to" and name == info.data.get("giver"):
            raise refusal(f"{name!r} is linked with itself", "another battery than `from`")
        return name

    @field_validator("fusion", "every")
    @classmethod
    def _of_tracks(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("gives") == "plots":
            raise refusal(
                f"`{info.field_name}` is said of a link that gives plots", "`gives: tracks` beside it"
            )
        return value

    @property
    def rule(self) -> str:
        """How reports are fused, also where it is not said."""
        return self.fusion or "intersection"


class Command(Part):
    """How batteries are tied together."""

    topology: Literal["centralised", "autonomous"] = "centralised"
    """`centralised`: one air picture and one commander for all batteries; `autonomous`: each battery
    has its own."""
    link_delay: Delay = 2.0
    """From a sensor's plot to the air picture, and from a decision to the fire unit."""
    decision_time: Delay = 5.0
    """From an identified track to the commander's first decision about it."""
    links: Named[Link] = Field(default_factory=lambda: Entries({}))
    """Plots or tracks that autonomous batteries give to one another, by name."""

    @field_validator("links")
    @classmethod
    def _tie_batteries(cls, links: Mapping[str, Link], info: ValidationInfo) -> Mapping[str, Link]:
        if links and info.data.get("topology") == "centralised":
            raise refusal(
                "links tie nothing under one command: all batteries share one air picture",
                "`topology: autonomous`, or no links",
            )
        ends = [(link.giver, link.to) for link in links.values()]
        for pair in ends:
            if ends.count(pair) > 1:
                raise refusal(f"two links lead from {pair[0]!r} to {pair[1]!r}", "one link each way")
        return links


class Registration(Part):
    """How well a battery's sensors know where they stand and point; a fault is the same for a whole trial."""

    range: Offset = 0.0
    """Fault of all ranges of one sensor, one standard deviation over trials."""
    azimuth: Misalignment = 0.0
    """Fault of all its azimuths, likewise."""


class Battery(Part, json_schema_extra=one_of("at", "march", "escorts")):
    """One battery of a catalogue system, or several alike."""

    system: DefenceSystem
    """Name of an air-defence system in the catalogue."""
    at: Site | None = None
    """Where the battery stands; for several copies, the centre of their ring."""
    march: March | None = None
    """In place of `at`: the way that it moves along. What cannot fire on the move fires before and after."""
    escorts: str | None = None
    """In place of `at`: the asset on the march with which it moves."""
    facing: Azimuth = 0.0
    """Azimuth, clockwise from north, of the middle of a sector radar's field of view, and of the
    first copy and the first fire unit on their rings."""
    count: Copies = 1
    """Copies of the battery, evenly spaced on a ring around `at`; a single one stands at `at`."""
    spread: Radius = 5e3
    """Radius of the ring of copies."""
    fire_units: Copies | None = None
    """Fire units in each copy; default: the catalogue's."""
    fire_unit_spread: Radius = 1e3
    """Radius of the ring of fire units around their battery; a single one stands with it."""
    channels: Channels | None = None
    """Engagements that each fire unit can guide at once; default: the catalogue's."""
    turn: Turn | None = None
    """Time between looks of the searching sensors; default: the catalogue's."""
    reloads: Reloads | None = None
    """Full reloads that each fire unit has in reserve; default: no end of them."""
    registration: Registration = Registration()
    """How well its sensors are aligned."""
    emission: Literal["on", "cued"] = "on"
    """`on`: its radars radiate from the start; `cued`: they are silent until its command holds a firm track
    from another source."""

    @field_validator("march")
    @classmethod
    def _can_march(cls, march: March | None, info: ValidationInfo) -> March | None:
        around, system = surroundings(info), info.data.get("system")
        if around and march and system:
            around.check_road_speed(system, march.speed)
        return march

    @field_validator("escorts")
    @classmethod
    def _keeps_up(cls, escorts: str | None, info: ValidationInfo) -> str | None:
        around, system = surroundings(info), info.data.get("system")
        if around and escorts is not None:
            speed = around.convoys[around.check_convoy(escorts)]
            if speed is not None and system:
                around.check_road_speed(system, speed)
        return escorts

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if sum(place is not None for place in (self.at, self.march, self.escorts)) != 1:
            raise refusal("the place is not said once", "one of `at`, `march` and `escorts`")
        return self


class Assessment(Part):
    """Whether the defence sees what its rounds did."""

    time: Delay = 5.0
    """From intercept to the declared result."""
    kill_seen: Share = 0.95
    """Chance that a kill is declared a kill."""
    miss_seen: Share = 0.95
    """Chance that a miss is declared a miss."""


class Tracking(Part):
    """When plots become a track, and when a track is given up."""

    hits: Few = 3
    """Plots that confirm a track, out of `looks`."""
    looks: Few = Field(default=5, validate_default=True)
    """Looks in a row in which the `hits` must fall."""
    drop_after: DropTime = 20.0
    """A track without plots for this long is dropped."""
    association: Literal["known", "gnn", "jpda"] = "known"
    """How plots find their tracks. `known`: each goes to the track of the vehicle that it shows, and there
    are no false plots; `gnn`: by global nearest neighbour, `jpda`: by joint probabilities, both from plots
    of which nobody knows whose they are, close ones merged, false ones among them."""

    @field_validator("looks")
    @classmethod
    def _room_for_hits(cls, looks: int, info: ValidationInfo) -> int:
        hits = info.data.get("hits", 1)
        if looks < hits:
            raise refusal(f"{looks} looks cannot hold {hits} hits", f"{hits} looks or more")
        return looks


class Policy(Part):
    """How the defence decides."""

    weapons: Literal["hold", "tight", "free"] = "tight"
    """Weapons control status. `hold`: fire at nothing; `tight`: only at tracks declared hostile;
    `free`: at every track not declared neutral."""
    salvo: Literal["shoot-look-shoot", "shoot-shoot"] = "shoot-look-shoot"
    """`shoot-look-shoot`: assess each salvo before the next; `shoot-shoot`: fire all salvos
    without waiting."""
    rounds: Annotated[int, Field(strict=True, ge=1, le=16)] = 1
    """Rounds of one salvo."""
    salvos: Copies = 3
    """Salvos that one fire unit fires at one track at most."""
    assignment: Literal["marginal-return", "nearest", "earliest", "least-cost"] = "marginal-return"
    """Which weapon takes a track. `marginal-return`: the best kill probability, sparing low
    magazines; `nearest`: the shortest distance to intercept; `earliest`: the first to intercept;
    `least-cost`: the least cost of a round over its kill probability."""
    assessment: Assessment = Assessment()
    """Kill assessment."""
    track: Tracking = Tracking()
    """Track initiation and deletion."""
    identification: Identification = Identification()
    """Identification."""


class Defence(Part):
    """The defending side."""

    command: Command = Command()
    """Command and control."""
    batteries: OneOrMore[Battery]
    """Batteries by name."""
    policy: Policy = Policy()
    """Rules of firing."""

    @field_validator("policy")
    @classmethod
    def _someone_declares(cls, policy: Policy, info: ValidationInfo) -> Policy:
        command = info.data.get("command")
        if "declared" in policy.identification.evidence and command and not command.links:
            raise refusal(
                "no other command declares anything, so that the evidence `declared` tells nothing",
                "batteries with `topology: autonomous`, and `links` between them",
            )
        return policy

    @model_validator(mode="after")
    def _has_tracks_to_give(self) -> Self:
        givers = [name for name, link in self.command.links.items() if link.gives == "tracks"]
        if givers and self.policy.track.association == "known":
            raise refusal(
                f"link {givers[0]!r} gives tracks, but where the target of each plot is known none are fused",
                "`policy: {track: {association: gnn}}` or `jpda`, or a link that gives plots",
            )
        return self
