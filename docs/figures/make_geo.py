"""Make the figures of the geometry pages from the model itself: `python docs/figures/make_geo.py`."""

from __future__ import annotations

import math
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from style import FOLDER, STYLE

from rempart.geo import frames, horizon, masking, profile, rays
from rempart.geo.store import load_terrain

SITE = (math.radians(35.45), math.radians(44.1))
"""A made-up radar on the plain, west of the mountains."""
MAST, REACH, ABOVE = 20.0, 200e3, 1000.0


def draw_frames(figure: Figure) -> None:
    """Error of the sphere that stands for the ellipsoid, over distance."""
    axes = figure.subplots()
    distances = np.linspace(1e3, 500e3, 120)
    lat0 = math.radians(33.0)
    radius = frames.mean_radius(lat0)
    for azimuth_deg, name in ((0, "to the north"), (45, "to the north-east"), (90, "to the east")):
        azimuth = math.radians(azimuth_deg)
        errors = []
        for distance in distances:
            x, y = distance * math.sin(azimuth), distance * math.cos(azimuth)
            z = 5000.0 - distance**2 / (2 * radius)
            exact = frames.enu_to_geodetic(x, y, z, lat0, 0.77, 0.0)[2]
            errors.append(frames.height_above(x, y, z, radius) - exact)
        axes.plot(distances / 1e3, errors, label=name)
    axes.set(xlabel="distance from the origin [km]", ylabel="height on the sphere\nminus exact height [m]")
    axes.legend(loc="upper left")


def draw_horizon(figure: Figure) -> None:
    """Lowest height seen over a smooth earth, with and without refraction."""
    axes = figure.subplots()
    distances = np.arange(0.0, 300e3, 500.0)
    for index, mast in enumerate((10.0, 100.0, 1000.0)):
        for factor, style in ((horizon.REFRACTION, "-"), (1.0, ":")):
            lowest = np.empty_like(distances)
            profile.visible_profile(np.zeros_like(distances), distances, mast, 1 / (factor * 6371e3), lowest)
            name = f"antenna at {mast:.0f} m" if style == "-" else None
            axes.plot(distances / 1e3, lowest / 1e3, style, color=f"C{index}", label=name)
    axes.plot([], [], ":", color="#666666", label="straight rays (k = 1)")
    axes.set(xlabel="distance [km]", ylabel="lowest visible height [km]", ylim=(0, 6), xlim=(0, 300))
    axes.legend(loc="upper left")


def draw_terrain(figure: Figure) -> None:
    """Where a radar sees a low flyer, and the ground and the mask along one ray."""
    iraq = load_terrain("iraq")
    mask = masking.computed_map(iraq, masking.site_of(iraq, *SITE, MAST, 0.0), REACH)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    draw_seen(left, iraq, mask)
    draw_ray(right, iraq, mask, 62.0)


def draw_seen(axes, iraq, mask) -> None:
    """Map of the ground over which a flyer at one height above ground is seen."""
    across = np.linspace(-REACH, REACH, 401)
    shade, seen = np.full((401, 401), np.nan), np.zeros((401, 401, 4))
    for row, north in enumerate(across):
        for column, east in enumerate(across):
            azimuth, _, distance = frames.enu_to_aer(east, north, 0.0)
            if distance > REACH:
                continue
            ground = iraq.ground_at(*rays.point_on_ray(rays.ray_from(*SITE, azimuth), distance))
            shade[row, column] = ground
            lowest = masking.mask_height(mask.height, mask.range_step, azimuth, distance)
            seen[row, column] = (0.11, 0.29, 0.4, 0.55 * (lowest <= ground + ABOVE))
    frame = [-REACH / 1e3, REACH / 1e3, -REACH / 1e3, REACH / 1e3]
    axes.imshow(shade, cmap="gray_r", origin="lower", extent=frame, vmin=-800, vmax=4500)
    axes.imshow(seen, origin="lower", extent=frame)
    axes.plot(0, 0, "o", color="#9b2226", ms=4)
    axes.set(xlabel="east [km]", ylabel="north [km]", title=f"seen at {ABOVE:.0f} m above ground (blue)")
    axes.title.set_fontsize(9.5)
    axes.grid(False)


def draw_ray(axes, iraq, mask, azimuth_deg: float) -> None:
    """Ground and lowest visible height along one direction."""
    azimuth = math.radians(azimuth_deg)
    ray = rays.ray_from(*SITE, azimuth)
    distances = np.arange(0.0, REACH + 1.0, 500.0)
    ground = [iraq.ground_at(*rays.point_on_ray(ray, distance)) for distance in distances]
    lowest = [masking.mask_height(mask.height, mask.range_step, azimuth, distance) for distance in distances]
    axes.fill_between(distances / 1e3, ground, color="#c9b79c", label="ground")
    axes.fill_between(distances / 1e3, ground, lowest, color="#1b4965", alpha=0.18, label="hidden")
    axes.plot(distances / 1e3, lowest, label="lowest visible height")
    axes.set(
        xlabel=f"distance towards {azimuth_deg:.0f}° [km]", ylabel="height [m]", ylim=0, xlim=(0, REACH / 1e3)
    )
    axes.legend(loc="upper left")


def main() -> None:
    """Write one SVG for each `draw_` function named after a page."""
    mpl.rcParams.update(STYLE)
    drawings: dict[str, tuple[Callable[[Figure], None], float]] = {
        "frames": (draw_frames, 3.2),
        "horizon": (draw_horizon, 3.6),
        "terrain": (draw_terrain, 3.6),
    }
    for name, (draw, height) in drawings.items():
        figure = plt.figure(figsize=(7.2, height))
        draw(figure)
        figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()
