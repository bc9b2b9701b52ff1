"""Sensors made ready at every place where they look, and what they see of every route.

A sensor that stands still has one eye; one on the march has one for each row of its way.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rempart.geo.mask_map import MaskMap
from rempart.geo.terrain import Terrain
from rempart.run.frame import Frame
from rempart.run.laydown import Laydown, PlacedSensor
from rempart.run.look_cache import digest_of, kept_or_computed
from rempart.run.sensing import ready_eye, sensor_mask, snr_tables
from rempart.run.visibility import Eye, Path, Seen, look_tables
from rempart.scenario.model import Area


class Sensing(NamedTuple):
    """The sensors made ready, and what they see."""

    first_eye: np.ndarray
    """(n_sensors + 1,): eyes of sensor k are first_eye[k] .. first_eye[k + 1] - 1"""
    eyes: list[Eye]
    masks: list[MaskMap]
    """one an eye"""
    seen: Seen
    tables: list[dict[int, np.ndarray]]
    """one a sensor: fluctuation case → detection probability over signal-to-noise ratio"""

    def eyes_of(self, sensor: int) -> list[Eye]:
        """A sensor's eyes, in order of its way."""
        return self.eyes[self.first_eye[sensor] : self.first_eye[sensor + 1]]

    def masks_by_sensor(self) -> list[list[MaskMap]]:
        """Masks of each sensor's eyes."""
        ends = zip(self.first_eye[:-1], self.first_eye[1:], strict=True)
        return [self.masks[first:end] for first, end in ends]


def stands_of(placed: PlacedSensor) -> list[PlacedSensor]:
    """The sensor, at each place where it looks."""
    if placed.way is None:
        return [placed]
    places = zip(placed.way.lat, placed.way.lon, strict=True)
    return [replace(placed, lat=float(lat), lon=float(lon)) for lat, lon in places]


def sensed(area: Area, laydown: Laydown, paths: list[list[Path]], terrain: Terrain, frame: Frame) -> Sensing:
    """All sensors made ready, and what they see of all routes.

    Limits
    ------
    What a sensor on the march sees from a stretch of its way is told for every moment of every
    route, whether or not both can be there at once; so a route counts as in its reach if any
    stretch reaches it.
    """
    swerlings = sorted({path.swerling for variants in paths for path in variants})
    stands = [stands_of(placed) for placed in laydown.sensors]
    masks = [sensor_mask(stand, terrain, frame) for own in stands for stand in own]
    eyes = [
        ready_eye(stand, mask, terrain, frame, area)
        for stand, mask in zip((stand for own in stands for stand in own), masks, strict=True)
    ]
    tables = [snr_tables(placed, swerlings) for placed in laydown.sensors]
    eye_tables = [table for table, own in zip(tables, stands, strict=True) for _ in own]
    heights = [mask.height for mask in masks]
    seen = kept_or_computed(
        digest_of([eyes, heights, eye_tables, paths]),
        lambda: look_tables(eyes, heights, eye_tables, paths, os.cpu_count() or 1),
    )
    first_eye = np.cumsum([0, *map(len, stands)])
    return Sensing(first_eye, eyes, masks, seen, tables)
