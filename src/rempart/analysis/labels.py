"""Names on a map without collisions: each takes the first free place near its point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from rempart.analysis.projection import Window
from rempart.analysis.svg import text_width

Box = tuple[float, float, float, float]
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


@dataclass(frozen=True)
class Label:
    """A placed name: where its text begins (baseline), and whether a leader line is needed."""

    text: str
    x: float
    y: float
    leader: tuple[float, float] | None


@dataclass
class Labels:
    """Places already taken in a frame; ask for names in order of importance."""

    window: Window
    taken: list[Box] = field(default_factory=list)

    def reserve(self, x: float, y: float, radius: float) -> None:
        """Keep a symbol free of names."""
        self.taken.append((x - radius, y - radius, x + radius, y + radius))

    def place(self, text: str, x: float, y: float, size: float = 11.5, gap: float = 10.0) -> Label | None:
        """The name beside its point, or farther off with a leader line; None if there is no room."""
        width = text_width(text, size) + 2
        for distance in (gap, gap + 14, gap + 28, gap + 46, gap + 66, gap + 90):
            for direction in _DIRECTIONS:
                box = _box(x, y, direction, distance, (width, size * 1.2))
                if self._is_free(box):
                    self.taken.append(box)
                    leader = _edge(box, x, y) if distance > gap else None
                    return Label(text, box[0] + 1, box[3] - size * 0.28, leader)
        return None

    def _is_free(self, box: Box) -> bool:
        corners = self.window.holds(box[0], box[1], 2.0) and self.window.holds(box[2], box[3], 2.0)
        return corners and not any(_overlap(box, other) for other in self.taken)


def overlaps(boxes: Sequence[Box]) -> int:
    """How many pairs of boxes overlap."""
    return sum(_overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def _box(x: float, y: float, direction: tuple[int, int], distance: float, size: tuple[float, float]) -> Box:
    across, down = direction
    reach = distance / math.hypot(across, down)
    centre_x = x + across * (reach + size[0] / 2)
    centre_y = y + down * (reach + size[1] / 2)
    return centre_x - size[0] / 2, centre_y - size[1] / 2, centre_x + size[0] / 2, centre_y + size[1] / 2


def _edge(box: Box, x: float, y: float) -> tuple[float, float]:
    return min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
