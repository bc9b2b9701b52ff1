"""Threat evaluation: which asset a track endangers, how soon, and how much that matters."""

from __future__ import annotations

import math

from rempart.base.kernel import lean_kernel

ENDANGERED_WITHIN = 5_000.0
"""A track that would pass an asset nearer than this is taken to aim at it [m]."""
SHORTEST_TIME = 10.0
"""Times to go below this count as this, so that urgency stays bounded [s]."""


@lean_kernel
def approach(position, velocity, asset):
    """Time to the closest approach to an asset [s] and the distance then [m], along a straight line.

    The time is zero when the track is already moving away; ground distance and height both count.
    """
    dx, dy, dz = asset[0] - position[0], asset[1] - position[1], asset[2] - position[2]
    speed_squared = velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2
    closing = dx * velocity[0] + dy * velocity[1] + dz * velocity[2]
    time = max(closing / speed_squared, 0.0) if speed_squared > 0.0 else 0.0
    miss_x, miss_y = dx - time * velocity[0], dy - time * velocity[1]
    return time, math.sqrt(miss_x * miss_x + miss_y * miss_y)


@lean_kernel
def evaluate_threat(position, velocity, assets):
    """Rank of a track and the time until it reaches the asset it endangers most.

    Parameters
    ----------
    position, velocity : (x, y, z)
        The track's estimate [m], [m/s].
    assets : records with x, y, z [m] and value

    Returns
    -------
    priority : float
        Largest asset value over time to go [1/s], discounted by how far the track would pass;
        greater for nearer and for more valuable assets.
    time_to_go : float
        [s] to the endangered asset; infinite if the track passes none within `ENDANGERED_WITHIN`.
    """
    priority, time_to_go = 0.0, math.inf
    for asset in range(assets.shape[0]):
        time, miss = approach(position, velocity, (assets.x[asset], assets.y[asset], assets.z[asset]))
        rank = assets.value[asset] / max(time, SHORTEST_TIME) / (1.0 + miss / ENDANGERED_WITHIN)
        if rank > priority:
            priority = rank
            time_to_go = time if miss <= ENDANGERED_WITHIN else math.inf
    return priority, time_to_go
