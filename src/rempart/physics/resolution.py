"""Which echoes a sensor cannot tell apart, and how many false plots its cells bring."""

from __future__ import annotations

import math

from rempart.base.kernel import lean_kernel

RANGE_CELL, BEAM = 6.0, 10.0
"""Width of a cell in standard deviations of a plot, where only these are known (grade D): `usual_cell`."""
SURVIVING_SHARE = 0.1
"""Share of false alarms that a radar sends on as plots, after what repeats from turn to turn at one place is
struck out (grade D)."""
MOST_FALSE_PLOTS = 200.0
"""No sensor is taken to send more false plots in one turn than this."""


@lean_kernel
def are_unresolved(one, other, cells):
    """Whether two echoes of one look come out as one plot.

    Parameters
    ----------
    one, other : (range, azimuth, elevation)
        [m], [rad], [rad].
    cells : (range, azimuth, elevation)
        Widths of a resolution cell; infinite for what the sensor does not tell.

    Returns
    -------
    bool
        True if they are closer than a cell in all three; the same whichever comes first.

    Limits
    ------
    A cell has a hard edge; echoes of unequal strength are no harder to part.
    """
    turn = abs(one[1] - other[1]) % (2.0 * math.pi)
    turn = min(turn, 2.0 * math.pi - turn)
    is_near = abs(one[0] - other[0]) < cells[0] and turn < cells[1]
    return is_near and (cells[2] == math.inf or abs(one[2] - other[2]) < cells[2])


def usual_cell(error: float, cells_per_error: float) -> float:
    """Width of a cell [as `error`] of a sensor of which only the error of a plot is known.

    Returns
    -------
    float
        Proportional to `error`.

    Source
    ------
    Error of a range is ΔR / √(2 S/N), of a monopulse angle θ / (1.6 √(2 S/N)): M. I. Skolnik, Introduction
    to Radar Systems. At 13 dB, where a fluctuating target is seen every second time, a cell is 6 errors
    in range and 10 in angle.
    """
    return cells_per_error * error


def false_plots(pfa: float, extents: tuple[float, float, float], cells: tuple[float, float, float]) -> float:
    """False plots to be expected in one turn.

    Parameters
    ----------
    pfa : float
        Chance of a false alarm per cell and look.
    extents, cells : (range, azimuth, elevation)
        What is searched, and the width of a cell; a cell may be infinite.

    Returns
    -------
    float
        Rises with `pfa` and the extents, falls with the cells; at most `MOST_FALSE_PLOTS`.

    Limits
    ------
    The same over the whole coverage: no weather, birds or hills that bring more in some places.
    """
    n_cells = 1.0
    for extent, cell in zip(extents, cells, strict=True):
        n_cells *= max(extent / cell, 1.0)
    return min(pfa * n_cells * SURVIVING_SHARE, MOST_FALSE_PLOTS)
