"""Terrain masking: the lowest height each radar sees around it, and line of sight between points.

Ground outside the terrain, and voids in it, count as height 0 (sea): a mask never hides a target
behind ground that nobody has measured. How much of a map rests on that is counted.
"""

from __future__ import annotations

import math

import numpy as np

from rempart.base.kernel import kernel
from rempart.geo.frames import mean_radius
from rempart.geo.geodesic import inverse
from rempart.geo.horizon import REFRACTION
from rempart.geo.mask_map import N_AZIMUTHS, RANGE_STEP, MaskMap, Site, map_path, read_map, write_map
from rempart.geo.profile import visible_profile
from rempart.geo.rays import LEG, leg_at, point_on_leg, ray_from
from rempart.geo.terrain import Terrain, bilinear, ground_at, post_index

Point = tuple[float, float, float]
"""Latitude, longitude [rad] and height [m]."""


@kernel
def mask_height(heights, range_step, azimuth, distance):
    """Lowest visible height [m] in a direction, between the rays and ranges of a map.

    Parameters
    ----------
    heights : ndarray (n_azimuths, n_ranges)
    range_step : float
        [m]
    azimuth : float
        [rad] from the map's first ray, clockwise; any number of turns.
    distance : float
        [m]

    Returns
    -------
    float
        The map's own value on a ray at a whole number of steps; infinite beyond the map.
    """
    n_azimuths, n_ranges = heights.shape
    column = distance / range_step
    if not 0.0 <= column <= n_ranges - 1:
        return math.inf
    turn = (azimuth / (2.0 * math.pi)) % 1.0 * n_azimuths
    i, j = int(turn), min(int(column), n_ranges - 2)
    sideways, outward = turn - i, column - j
    left, right = i % n_azimuths, (i + 1) % n_azimuths
    near = np.float64(heights[left, j]) * (1.0 - sideways) + np.float64(heights[right, j]) * sideways
    far = np.float64(heights[left, j + 1]) * (1.0 - sideways) + np.float64(heights[right, j + 1]) * sideways
    return near * (1.0 - outward) + far * outward


@kernel
def ground_along(heights, posts, ray, distances, out):
    """Fill `out` with the ground height [m] at distances [m] along a ray; return (voids, outside)."""
    rows, columns = heights.shape
    n_void, n_outside = 0, 0
    leg = leg_at(ray, 0.0)
    for j in range(len(out)):
        if distances[j] >= leg.start + LEG:
            leg = leg_at(ray, distances[j])
        lat, lon = point_on_leg(leg, distances[j])
        row, column = post_index(posts, lat, lon)
        out[j] = bilinear(heights, row, column)
        if math.isnan(out[j]):
            out[j] = 0.0
            is_inside = 0.0 <= row <= rows - 1 and 0.0 <= column <= columns - 1
            n_void += is_inside
            n_outside += not is_inside
    return n_void, n_outside


@kernel
def fill_map(heights, posts, site, distances, kept, curvature, out):
    """Fill a map with the lowest visible heights around a site.

    Parameters
    ----------
    heights, posts
        Of the terrain.
    site : Site
    distances : ndarray (n,)
        Where the ground is sampled on each ray [m], rising from 0.
    kept : ndarray (n_ranges,) of int
        Which of these are the columns of the map.
    curvature : float
        [1/m]
    out : ndarray (n_azimuths, n_ranges)

    Returns
    -------
    n_void, n_outside : int
        Samples that had no height and were taken as sea.
    """
    n_azimuths, n_ranges = out.shape
    ground, visible = np.empty_like(distances), np.empty_like(distances)
    n_void, n_outside = 0, 0
    for i in range(n_azimuths):
        ray = ray_from(site.lat, site.lon, site.first_azimuth + i * 2.0 * math.pi / n_azimuths)
        void, outside = ground_along(heights, posts, ray, distances, ground)
        n_void, n_outside = n_void + void, n_outside + outside
        visible_profile(ground, distances, site.antenna, curvature, visible)
        for j in range(n_ranges):
            out[i, j] = visible[kept[j]]
    return n_void, n_outside


def sample_distances(step: float, n_steps: int, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    """Distances [m] from an antenna at which the ground is sampled: whole steps, and between them.

    Gaps are at most 1 % of the distance (but at least 5 m), because ground near by masks by its slope,
    and at most half the spacing [m] of the terrain's posts.

    Returns
    -------
    distances : ndarray (n,)
        From 0 to step × n_steps.
    whole : ndarray (n_steps + 1,) of int
        Where the whole steps are in it.
    """
    starts = step * np.arange(n_steps)
    gaps = np.minimum(np.maximum(0.01 * starts, 5.0), 0.5 * spacing)
    parts = np.ceil(step / gaps).astype(np.int64)
    whole = np.concatenate([[0], np.cumsum(parts)])
    part = np.arange(whole[-1]) - np.repeat(whole[:-1], parts)
    between = np.repeat(starts, parts) + step * part / np.repeat(parts, parts)
    return np.append(between, step * n_steps), whole


def effective_curvature(lat: float) -> float:
    """1 / (k R) [1/m] at a latitude [rad], with k = 4/3."""
    return 1.0 / (REFRACTION * mean_radius(lat))


def site_of(terrain: Terrain, lat: float, lon: float, antenna_height: float, first_azimuth: float) -> Site:
    """Site of an antenna `antenna_height` [m] above the ground at a position [rad]."""
    ground = ground_at(terrain.heights, terrain.posts, lat, lon)
    return Site(float(lat), float(lon), float(ground + antenna_height), float(first_azimuth))


def computed_map(terrain: Terrain, site: Site, max_range: float) -> MaskMap:
    """Map around a site out to a range [m], computed now; `lowest_visible_height` keeps it on disk."""
    n_steps = max(math.ceil(max_range / RANGE_STEP), 1)
    distances, kept = sample_distances(RANGE_STEP, n_steps, terrain.spacing)
    height = np.empty((N_AZIMUTHS, n_steps + 1), dtype=np.float32)
    curvature = effective_curvature(site.lat)
    counts = fill_map(terrain.heights, terrain.posts, site, distances, kept, curvature, height)
    height.flags.writeable = False
    return MaskMap(height, RANGE_STEP, *counts)


def lowest_visible_height(
    terrain: Terrain,
    lat: float,
    lon: float,
    antenna_height: float,
    max_range: float,
    first_azimuth: float = 0.0,
) -> MaskMap:
    """Lowest height that an antenna sees in every direction, over a 4/3 earth.

    Kept on disk under a name made from every input, unrounded; a damaged file is computed again.

    Parameters
    ----------
    lat, lon : float
        [rad]
    antenna_height : float
        [m] above the ground at the site.
    max_range : float
        [m]
    first_azimuth : float
        True azimuth [rad] of the first ray. With `frames.frame_north` of a scenario's origin here, the
        map is read by bearings in that origin's frame.

    Returns
    -------
    MaskMap
        Never below the ground. A higher antenna sees lower everywhere but at its own foot.

    Limits
    ------
    720 rays are 3.5 km apart at 400 km; a peak between two rays is missed. Heights between posts are
    bilinear. The ray bends as in a standard atmosphere; ducts are not modelled.
    """
    site = site_of(terrain, lat, lon, antenna_height, first_azimuth)
    path = map_path(terrain.digest, site, max_range)
    found = read_map(path)
    if found is None:
        found = computed_map(terrain, site, max_range)
        write_map(path, found)
    return found


def line_of_sight(terrain: Terrain, start: Point, end: Point) -> bool:
    """Whether two points see each other over the terrain and a 4/3 earth.

    Parameters
    ----------
    start, end : (latitude [rad], longitude [rad], height [m above the terrain's datum])

    Returns
    -------
    bool
        False if either point is below the ground.
    """
    distance, azimuth = inverse(start[0], start[1], end[0], end[1])
    n_steps = max(math.ceil(0.5 * distance / RANGE_STEP), 1)
    half, _ = sample_distances(0.5 * distance / n_steps, n_steps, terrain.spacing)
    distances = np.concatenate([half, distance - half[-2::-1]])
    ground, visible = np.empty_like(distances), np.empty_like(distances)
    ray = ray_from(start[0], start[1], azimuth)
    ground_along(terrain.heights, terrain.posts, ray, distances, ground)
    if start[2] < ground[0] or distance == 0.0:
        return start[2] >= ground[0] and end[2] >= ground[0]
    visible_profile(ground, distances, start[2], effective_curvature(start[0]), visible)
    return bool(end[2] >= visible[-1])
