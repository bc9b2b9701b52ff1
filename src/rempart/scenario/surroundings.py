"""What a scenario leans on outside itself: the systems of the catalogue and the terrain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from rempart.base.errors import RempartError
from rempart.scenario.quantities import Place, refusal

AIR_DEFENCE = "air-defence"
LEVEL = "level"
BALLISTIC = "ballistic"
GROUND = "ground"


@dataclass(frozen=True)
class Surroundings:
    """The context in which the values of one scenario are checked.

    Attributes
    ----------
    systems : sequence of str
        Names in the catalogue.
    nature : callable
        Name → `air-defence`, `ground`, or how an air vehicle flies: `level` or `ballistic`.
    road_speed : callable
        Name → how fast it marches at most [m/s]; None if nobody says.
    terrain : Terrain or None
        None when it could not be read; places are then not checked against it.
    targets : mapping
        Assets by name; None for one whose place cannot be read.
    convoys : mapping
        Assets that march by name, with their speed [m/s]; None for one that cannot be read.
    batteries : mapping
        Batteries by name, with the number of their copies.
    duration : float
        When play ends [s]; infinite when the scenario does not say.
    """

    systems: Sequence[str] = ()
    nature: Callable[[str], str] = lambda name: LEVEL
    road_speed: Callable[[str], float | None] = lambda name: None
    terrain: Any = None
    targets: Mapping[str, Place | None] = field(default_factory=dict)
    convoys: Mapping[str, float | None] = field(default_factory=dict)
    batteries: Mapping[str, int] = field(default_factory=dict)
    duration: float = float("inf")

    def check_system(self, name: str, natures: tuple[str, ...], kind: str) -> str:
        """The name, if the catalogue has a system of that kind by that name.

        Raises
        ------
        PydanticCustomError
            With the nearest names, or with what the system is instead.
        """
        if name not in self.systems:
            raise refusal(f"the catalogue has no system {name!r}", *nearest(name, self._alike(natures)))
        try:
            nature = self.nature(name)
        except RempartError as error:
            found = f"{name!r} cannot be used: {str(error).splitlines()[0]}"
            raise refusal(found, "a catalogue file without faults") from error
        if nature not in natures:
            raise refusal(f"{name!r} is {_ARTICLE[nature]}", kind, "See `rempart catalog list`.")
        return name

    def _alike(self, natures: tuple[str, ...]) -> list[str]:
        alike = []
        for name in self.systems:
            with suppress(RempartError):
                if self.nature(name) in natures:
                    alike.append(name)
        return alike

    def check_target(self, name: str) -> str:
        """The name, if an asset is called so."""
        if name not in self.targets:
            raise refusal(f"no asset is called {name!r}", *nearest(name, list(self.targets)))
        return name

    def check_convoy(self, name: str) -> str:
        """The name, if it is that of an asset on the march."""
        if self.check_target(name) not in self.convoys:
            allowed = ", ".join(sorted(self.convoys)) or "an asset with a `march`, of which there is none"
            raise refusal(f"{name!r} does not march", allowed, "Say `at` for a battery that stands still.")
        return name

    def check_battery(self, name: str, alone: bool = False) -> str:
        """The name, if a battery is called so and, where it must stand `alone`, has no copies."""
        if name not in self.batteries:
            raise refusal(f"no battery is called {name!r}", *nearest(name, list(self.batteries)))
        if alone and self.batteries[name] > 1:
            found = f"{name!r} is {self.batteries[name]} copies, each in a place of its own"
            raise refusal(found, "a battery with `count: 1`", "Write the copies as batteries.")
        return name

    def check_road_speed(self, name: str, speed: float) -> None:
        """Refuse a march faster than the system can move."""
        with suppress(RempartError, KeyError):
            limit = self.road_speed(name)
            if limit is not None and speed > limit * (1.0 + 1e-9):
                raise refusal(
                    f"{name!r} cannot march at {speed * 3.6:.3g} km/h", f"up to {limit * 3.6:.3g} km/h"
                )

    def check_ground(self, place: Place) -> Place:
        """The place, if it lies on the terrain."""
        if self.terrain is None or self.terrain.contains(place.lat, place.lon):
            return place
        raise refusal(f"{place} lies outside the terrain", self._extent(), self._swapped(place))

    def check_order(self, place: Place) -> Place:
        """The place, unless it lies on the terrain only with latitude and longitude swapped."""
        remedy = self._swapped(place)
        if remedy and not self.terrain.contains(place.lat, place.lon):
            raise refusal(f"{place} lies outside the terrain", self._extent(), remedy)
        return place

    def _swapped(self, place: Place) -> str:
        swapped = Place(place.lon_deg, place.lat_deg)
        is_place = self.terrain is not None and abs(swapped.lat_deg) <= 90.0
        if is_place and self.terrain.contains(swapped.lat, swapped.lon):
            return f"Latitude comes first: did you mean {swapped}?"
        return ""

    def _extent(self) -> str:
        return f"a place on the terrain {self.terrain.name!r} (area.terrain: flat has no edge)"


_ARTICLE = {
    AIR_DEFENCE: "an air-defence system",
    LEVEL: "an air vehicle",
    BALLISTIC: "a ballistic threat",
    GROUND: "a ground vehicle",
}


def nearest(name: str, names: Sequence[str]) -> tuple[str, str]:
    """What is allowed in place of a name that is not there, and the suggestion that comes closest."""
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    listed = ", ".join(sorted(names)[:20]) + (", …" if len(names) > 20 else "")
    return listed or "none is defined", f"Did you mean {close[0]!r}?" if close else ""
