"""The rules by which recorded traffic is cleaned: what each one does, and how often it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

MAX_SPEED = 450.0
"""Over the ground [m/s]; no airliner is as fast with any wind."""
POSITION_SLACK = 500.0
"""A position may be this far off without being a jump [m]: coarse clocks and late reports."""
MAX_GAP = 300.0
"""A longer silence ends a flight [s]."""
MAX_CLOCK_GAP = 24
"""Records parted from the bulk of their file by more hours than this have a wrong clock."""
MIN_RECORDS = 5
"""Fewer positions make no flight."""
MIN_FLIGHT_TIME = 60.0
"""A shorter flight is left out [s]."""
LOWEST, HIGHEST = -500.0, 30_000.0
"""A height outside of this is an error of the record [m]."""
MAX_CLIMB = 150.0
"""Faster changes of height are errors of the record [m/s]."""
HEIGHT_SLACK = 150.0
"""A height may be this far off without being an error [m]."""


class Rule(NamedTuple):
    """What a rule does (`drop`, `mend` or `split`) to what it finds, in words."""

    action: str
    meaning: str


RULES = {
    "malformed": Rule("drop", "records without an address or a time that can be read"),
    "no_position": Rule("drop", "records without latitude or longitude"),
    "out_of_range": Rule("drop", "records at a latitude or longitude that does not exist"),
    "wrong_clock": Rule("drop", f"records more than {MAX_CLOCK_GAP} h apart from the bulk of the file"),
    "on_ground": Rule("drop", "records that say the aircraft is on the ground"),
    "stale": Rule(
        "drop", f"records that repeat a position of the last {MAX_GAP:g} s, though time has passed"
    ),
    "jump": Rule("drop", f"positions that would take more than {MAX_SPEED:g} m/s to reach and leave"),
    "duplicate": Rule("drop", "records of the same aircraft and time as another: the first counts"),
    "short": Rule("drop", f"records of flights under {MIN_RECORDS} positions or {MIN_FLIGHT_TIME:g} s"),
    "no_height": Rule("drop", "records of flights without a single height"),
    "out_of_order": Rule("mend", "records older than one before them of the same aircraft: sorted"),
    "unaddressed": Rule("mend", "records of a file without addresses: taken as one aircraft"),
    "height_error": Rule("mend", "heights that cannot be, or that no climb leads to: taken as missing"),
    "height_from_pressure": Rule("mend", "heights from pressure, as the geometric one is missing"),
    "height_bridged": Rule("mend", "missing heights: bridged in time between those before and after"),
    "gap": Rule("split", f"silences of more than {MAX_GAP:g} s: what follows is another flight"),
    "lasting_jump": Rule("split", "jumps to a place from which the records go on: another flight"),
    "shared_address": Rule("split", "aircraft that fly under the address of another: told apart by place"),
}
"""Name → rule, in the order in which they are applied to a record."""


class Tally(Counter[str]):
    """How often each rule was applied, with the numbers of records read and kept.

    Dropping rules count records, so that what is read is what is kept and what is dropped.
    """

    @property
    def dropped(self) -> int:
        """Records that any rule left out."""
        return sum(self[name] for name, rule in RULES.items() if rule.action == "drop")

    def applied(self) -> Iterator[tuple[str, int, Rule]]:
        """Every rule that found something, and how often."""
        for name, rule in RULES.items():
            if self[name]:
                yield name, self[name], rule
