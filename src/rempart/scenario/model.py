"""The scenario as typed, immutable values: what the user asked, SI inside.

Attribute names are the YAML keys, except where Python or SI forbids: `from` is `departure`,
`class` is `asset_class`, `weather` is `rain`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator

from rempart.scenario.assets import Asset
from rempart.scenario.defence import Battery, Defence
from rempart.scenario.digest import scenario_digest
from rempart.scenario.fields import DURATION, Entries, Named, OneOrMore, Part, Site, Weather
from rempart.scenario.marching import March
from rempart.scenario.quantities import Place, Quantity, refusal
from rempart.scenario.raid import Group
from rempart.scenario.traffic import Airway

Link = Literal["detection", "tracking", "identification", "communication", "assignment", "assessment"]
Version = Annotated[int, Field(strict=True, ge=1, le=1)]
Duration = Annotated[float, DURATION]
Visibility = Annotated[float, Quantity("length", "km", 0.05, 200, "15 km")]


class Area(Part):
    """Where it happens, and in what weather."""

    terrain: str = Field(default="flat", min_length=1, max_length=1000)
    """`iraq` (shipped), `flat` (height 0 everywhere), a name brought in with `rempart terrain import`, or
    the path of a GeoTIFF, HGT or DTED file."""
    rain: Weather = Field(default=0.0, alias="weather")
    """`clear`, or the rain rate over the whole area."""
    visibility: Visibility = 15e3
    """Meteorological visibility; it limits eyes and cameras."""
    light: Literal["day", "night"] = "day"
    """Whether eyes and cameras see by day or by night."""
    ground: Literal["rough", "flat"] = "rough"
    """What radars stand on. `rough`: its reflections scatter and are left out; `flat`: even as a dry lake,
    it reflects, so that their beams split into lobes."""
    origin: Site | None = None
    """Origin of the local frame; default: the middle of the assets."""


@dataclass(frozen=True)
class Source:
    """Where a scenario came from."""

    name: str
    """short name, for folders and titles: the file's stem"""
    text: str
    """the file as the user wrote it, empty if there was none"""


class Scenario(Part):
    """What the user asked: validated, immutable, complete."""

    rempart: Version
    """Version of the scenario format: 1."""
    title: str = Field(min_length=1, max_length=200)
    """One line that names it."""
    question: str = Field(default="", max_length=2000)
    """The question it is to answer."""
    duration: Duration | None = None
    """Play exactly this long; default: until everything is decided."""
    area: Area = Area()
    """Ground and weather."""
    assets: OneOrMore[Asset]
    """Defended assets by name."""
    defence: Defence
    """The defending side."""
    raid: OneOrMore[Group]
    """Groups of threats by name."""
    traffic: Named[Airway] = Field(default_factory=lambda: Entries({}), validate_default=True)
    """Neutral air traffic by name."""
    catalogue: tuple[str, ...] = Field((), max_length=20)
    """Folders with your own systems, added to the shipped catalogue."""
    perfect: tuple[Link, ...] = ()
    """Links of the kill chain taken as perfect, to measure what each one costs."""

    _source: Source = PrivateAttr(default=Source("scenario", ""))

    @field_validator("perfect")
    @classmethod
    def _each_once(cls, links: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(sorted(set(links)))

    @field_validator("assets")
    @classmethod
    def _knocked_out_once(cls, assets: Mapping[str, Asset]) -> Mapping[str, Asset]:
        taken: dict[tuple[str, str], str] = {}
        for name, asset in assets.items():
            for part in ("sensors", "units") if asset.part == "all" else (asset.part,):
                other = taken.setdefault((asset.battery or "", part), name)
                if asset.battery and other != name:
                    raise refusal(
                        f"{other!r} and {name!r} both stand for the {part} of {asset.battery!r}",
                        "one asset for each part of a battery",
                    )
        return assets

    @field_validator("traffic")
    @classmethod
    def _some_corridor(cls, traffic: Mapping[str, Airway], info: ValidationInfo) -> Mapping[str, Airway]:
        defence = info.data.get("defence")
        evidence = defence.policy.identification.evidence if defence else ()
        if "corridor" in evidence and not any(airway.is_published for airway in traffic.values()):
            raise refusal(
                "no airway is published, so that the evidence `corridor` tells nothing",
                "an airway along a `route` that is `published`",
            )
        return traffic

    @property
    def name(self) -> str:
        """Short name: the stem of its file."""
        return self._source.name

    @property
    def source_text(self) -> str:
        """The file as the user wrote it, empty if there was none."""
        return self._source.text

    @cached_property
    def origin(self) -> Place:
        """Origin of the local frame: as given, or the middle of the assets.

        Batteries have no part in it, so that adding one moves nothing else.
        """
        return self.area.origin or _middle(
            [place for asset in self.assets.values() for place in self.places_of(asset)]
        )

    def places_of(self, thing: Asset | Battery) -> tuple[Place, ...]:
        """Where an asset or a battery stands: one place, or the corners of its march."""
        march = self.march_of(thing)
        if march is not None:
            return march.route
        host = self.defence.batteries[thing.battery] if isinstance(thing, Asset) and thing.battery else thing
        assert host.at is not None  # its place is said once, and it is neither a march nor a host
        return (host.at,)

    def march_of(self, thing: Asset | Battery) -> March | None:
        """The march of an asset or a battery, which may be that of its battery or its convoy."""
        if isinstance(thing, Asset) and thing.battery:
            return self.march_of(self.defence.batteries[thing.battery])
        if isinstance(thing, Battery) and thing.escorts:
            return self.assets[thing.escorts].march
        return thing.march

    @property
    def n_threats(self) -> int:
        """Threats of the whole raid that have an aim; a carrier counts by its weapons."""
        return sum(group.n_threats for group in self.raid.values())

    def to_dict(self) -> dict[str, Any]:
        """The resolved scenario as plain values, units written; it loads again to an equal one."""
        return self.model_dump(by_alias=True, exclude_none=True, mode="json")

    @cached_property
    def digest(self) -> str:
        """Digest of all that the scenario says, whatever the order, comments or units in its file."""
        return scenario_digest(self.to_dict())

    def with_source(self, source: Source) -> Self:
        """The same scenario, labelled with where it came from."""
        labelled = self.model_copy()
        labelled._source = source
        return labelled


def _middle(places: list[Place]) -> Place:
    """Mean direction of the places, so that the date line does no harm."""
    x = sum(math.cos(place.lat) * math.cos(place.lon) for place in places)
    y = sum(math.cos(place.lat) * math.sin(place.lon) for place in places)
    z = sum(math.sin(place.lat) for place in places)
    return Place(math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))
