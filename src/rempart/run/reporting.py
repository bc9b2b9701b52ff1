"""What a sensor tells of what it sees, and what jamming does to it: numbers of the catalogue as those of the
world, with the usual ones where an entry says nothing."""

from __future__ import annotations

import math
from typing import NamedTuple

from rempart.catalog.figures import Figure
from rempart.catalog.systems import DirectionFinder, Optical, Radar, Ranging, Sensor
from rempart.physics.direction_finding import triangulation_errors
from rempart.physics.jamming import SIDELOBE, antenna_gain, jam_gain
from rempart.physics.radar import SearchRadar, search_radar
from rempart.physics.resolution import BEAM, RANGE_CELL, false_plots, usual_cell


class Cells(NamedTuple):
    """Widths of a resolution cell; infinite for what a sensor does not tell."""

    range: float
    """[m]"""
    azimuth: float
    """[rad]"""
    elevation: float
    """[rad]"""


def reported(sensor: Sensor, is_searching: bool) -> dict[str, float]:
    """Fields of `engine.world.SENSOR` that follow from a sensor's catalogue entry alone.

    Parameters
    ----------
    sensor : Sensor
    is_searching : bool
        Whether it looks round by itself; one that only guides sends no false plots.
    """
    errors = _errors(sensor) | {
        "baseline": sensor.baseline.value if isinstance(sensor, DirectionFinder) else 0.0
    }
    cells = cells_of(sensor)
    fields = errors | {f"{name}_cell": width for name, width in cells._asdict().items()}
    if not isinstance(sensor, Radar):
        return fields | {"dedicated_turn": math.inf}
    return fields | {
        "error_snr": calibrated(sensor).snr,
        "n_false": _n_false(sensor, cells) if is_searching else 0.0,
        "jam_gain": jam_gain(
            sensor.frequency.value, antenna_gain(cells.azimuth, _lit_elevation(sensor, cells))
        ),
        "sidelobe": 10.0 ** (_value(sensor.sidelobe, 10.0 * math.log10(SIDELOBE)) / 10.0),
        "n_dedicated": sensor.dedicated.tracks.value if sensor.dedicated else 0,
        "dedicated_turn": sensor.dedicated.every.value if sensor.dedicated else math.inf,
    }


def calibrated(sensor: Radar) -> SearchRadar:
    """A radar as its published pair makes it."""
    return search_radar(
        sensor.reference_range.value,
        sensor.reference_rcs.value,
        sensor.reference_pd.value,
        sensor.false_alarm.value,
        1,
        int(sensor.swerling),
    )


def cells_of(sensor: Sensor) -> Cells:
    """Resolution cell of a sensor.

    An eye tells no distance, but parts what its detail parts; a direction finder tells emitters apart by
    what they send, and a seeker holds one target.
    """
    if isinstance(sensor, Optical):
        return Cells(math.inf, sensor.resolution.value, sensor.resolution.value)
    if not isinstance(sensor, Radar):
        return Cells(0.0, 0.0, 0.0)
    elevation = usual_cell(_elevation_error(sensor), BEAM)
    return Cells(
        _value(sensor.range_resolution, usual_cell(sensor.range_error.value, RANGE_CELL)),
        _value(sensor.azimuth_resolution, usual_cell(sensor.angle_error.value, BEAM)),
        _value(sensor.elevation_resolution, elevation),
    )


def _errors(sensor: Sensor) -> dict[str, float]:
    """Errors as published; those of a direction finder are of its range at the end of its reach."""
    if isinstance(sensor, DirectionFinder):
        bearing = sensor.bearing_error.value
        far, _ = triangulation_errors(sensor.instrumented_range.value, sensor.baseline.value, bearing)
        return _four_errors(far, bearing, math.inf, math.inf)
    assert isinstance(sensor, Ranging)
    angle = sensor.angle_error.value
    if not isinstance(sensor, Radar):
        return _four_errors(sensor.range_error.value, angle, angle, math.inf)
    rate = _value(sensor.rate_error, math.inf)
    return _four_errors(sensor.range_error.value, angle, _elevation_error(sensor), rate)


def _four_errors(along: float, azimuth: float, elevation: float, rate: float) -> dict[str, float]:
    return {
        "range_error": along, "angle_error": azimuth, "elevation_error": elevation, "rate_error": rate
    }  # fmt: skip


def _elevation_error(sensor: Radar) -> float:
    if sensor.dimensions == 2:
        return math.inf
    return _value(sensor.elevation_error, sensor.angle_error.value)


def _n_false(sensor: Radar, cells: Cells) -> float:
    extents = (
        sensor.instrumented_range.value - sensor.minimum_range.value,
        sensor.sector.value,
        sensor.elevation_max.value - sensor.elevation_min.value,
    )
    return _value(sensor.false_plots, false_plots(sensor.false_alarm.value, extents, cells))


def _lit_elevation(sensor: Radar, cells: Cells) -> float:
    """Beamwidth in elevation; a radar without height lights all its elevations at once."""
    return min(cells.elevation, sensor.elevation_max.value - sensor.elevation_min.value)


def _value(figure: Figure | None, otherwise: float) -> float:
    return figure.value if figure else otherwise
