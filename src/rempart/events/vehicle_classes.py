"""The closed list of air-vehicle classes; the index is what the engine's arrays hold."""

from __future__ import annotations

VEHICLE_CLASSES: dict[str, str] = {
    "small-drone": "one-way attack drone or quadcopter, up to some 5 m span",
    "male-drone": "medium-altitude long-endurance drone (Bayraktar TB2, MQ-9 class)",
    "cruise-missile": "subsonic cruise missile at low height",
    "ballistic-missile": "short-range ballistic missile",
    "rocket": "unguided artillery rocket or mortar round",
    "strike-aircraft": "attack aircraft or fighter-bomber",
    "helicopter": "attack or transport helicopter",
    "airliner": "civil transport aircraft",
}
"""Class name → meaning, in index order. New classes are appended, never inserted."""

CLASS_NAMES: tuple[str, ...] = tuple(VEHICLE_CLASSES)
N_CLASSES = len(CLASS_NAMES)

(
    SMALL_DRONE,
    MALE_DRONE,
    CRUISE_MISSILE,
    BALLISTIC_MISSILE,
    ROCKET,
    STRIKE_AIRCRAFT,
    HELICOPTER,
    AIRLINER,
) = range(N_CLASSES)
