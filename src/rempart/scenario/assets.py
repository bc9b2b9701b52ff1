"""What is defended: places, convoys, and batteries themselves."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from rempart.scenario.fields import Entries, GroundVehicles, Part, Share, Site, one_of, surroundings
from rempart.scenario.marching import March
from rempart.scenario.quantities import refusal

Worth = Annotated[float, Field(strict=True, gt=0.0, le=1e6)]


class Asset(Part, json_schema_extra=one_of("at", "march", "battery")):
    """Something worth defending."""

    at: Site | None = None
    """Where it stands."""
    march: March | None = None
    """In place of `at`: the way that it moves along, as a convoy does."""
    battery: str | None = None
    """In place of `at`: the battery where it stands, and which goes out of action with it."""
    part: Literal["all", "sensors", "units"] = "all"
    """What of the battery stands there: `all`, only its `sensors`, or only its fire `units`."""
    lost_when_hit: Share = 1.0
    """Chance that one leaker puts that part of the battery out of action."""
    vehicles: GroundVehicles = Field(default_factory=lambda: Entries({}))
    """Ground vehicles that it is made of: name in the catalogue, and how many."""
    value: Worth = 1.0
    """Worth relative to the other assets; the defence ranks threats by it."""
    asset_class: Literal["industrial", "government", "military", "airport", "population"] | None = Field(
        None, alias="class"
    )
    """What it is, for maps and tables."""

    @field_validator("battery")
    @classmethod
    def _battery_exists(cls, battery: str | None, info: ValidationInfo) -> str | None:
        around = surroundings(info)
        return around.check_battery(battery, alone=True) if around and battery else battery

    @field_validator("vehicles")
    @classmethod
    def _all_keep_up(cls, vehicles: Entries[int], info: ValidationInfo) -> Entries[int]:
        around, march = surroundings(info), info.data.get("march")
        if around and march:
            for name in vehicles:
                around.check_road_speed(name, march.speed)
        return vehicles

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if sum(place is not None for place in (self.at, self.march, self.battery)) != 1:
            raise refusal("the place is not said once", "one of `at`, `march` and `battery`")
        alien = [key for key in ("part", "lost_when_hit") if key in self.model_fields_set]
        if self.battery is None and any(getattr(self, key) not in ("all", 1.0) for key in alien):
            raise refusal(f"{' and '.join(alien)} without a battery", "`battery: NAME` beside it")
        return self
