"""Kill probability of one interceptor that arrives, over range.

The kill probability of a system against a class of target is an input with its own range and
grade. All that is modelled here is that it is lower near the end of the reach.
"""

from __future__ import annotations

import numpy as np

from rempart.base.kernel import kernel

FLAT_FRACTION = 0.8
"""Share of the reach over which pk holds its full value (assumption, grade D)."""
EDGE_SHARE = 0.5
"""Share of the full pk that is left at the end of the reach (assumption, grade D)."""


@kernel
def pk_at(distance, reach, pk, flat_fraction, edge_share):
    """Kill probability of one interceptor that arrives at a range.

    Parameters
    ----------
    distance, reach : float [m]
    pk : float
        Full value for this class of target.
    flat_fraction : float
        0 <= `flat_fraction` < 1: share of the reach with the full value.
    edge_share : float
        Share of the full value left at `reach`; falls linearly in between.

    Returns
    -------
    float
        In [0, `pk`]; never rises with `distance`; 0 beyond `reach`.

    Limits
    ------
    The shape is an assumption; height, aspect and manoeuvre are not modelled.
    """
    if distance > reach:
        return 0.0
    beyond = max(0.0, distance / reach - flat_fraction) / (1.0 - flat_fraction)
    return pk * (1.0 - (1.0 - edge_share) * beyond)


def pk_table(
    pk: float,
    reach: float,
    n_bins: int,
    flat_fraction: float = FLAT_FRACTION,
    edge_share: float = EDGE_SHARE,
) -> np.ndarray:
    """Kill probability at the centres of `n_bins` uniform bins of range from 0 to `reach`.

    Returns
    -------
    ndarray (n_bins,)
        Never rises.
    """
    centres = (np.arange(n_bins) + 0.5) * (reach / n_bins)
    return np.array([pk_at(centre, reach, pk, flat_fraction, edge_share) for centre in centres])


@kernel
def salvo_pk(pk, n_rounds):
    """Chance that at least one of `n_rounds` independent rounds kills.

    Returns
    -------
    float
        1 - (1 - pk)^n.
    """
    return 1.0 - (1.0 - pk) ** n_rounds
