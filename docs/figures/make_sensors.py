"""Make the figures of what sensors report and lose, from the model: `python docs/figures/make_sensors.py`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.physics import (
    detection,
    direction_finding,
    doppler,
    jamming,
    measurement,
    multipath,
    radar,
)

SEARCH = radar.search_radar(200e3, 1.0, 0.5, 1e-6, 1, 1)
LEVEL = detection.threshold(1e-6, 1)


def draw_reports(axes: Axes) -> None:
    """Errors of a report over range: published, as the signal makes it, and in metres across."""
    ranges = np.linspace(10e3, 220e3, 400)
    for rcs, name in ((10.0, "10 m²"), (1.0, "1 m², as published"), (0.1, "0.1 m²")):
        snr = [radar.search_snr(SEARCH, r, rcs, 0.0) for r in ranges]
        share = [measurement.error_share(one, SEARCH.snr) for one in snr]
        axes.plot(ranges / 1e3, share, label=name)
    axes.plot(200, 1.0, "o", color="#222222", ms=5)
    axes.annotate("published pair ", (198, 1.02), ha="right", va="bottom", fontsize=8.5)
    axes.set(xlabel="range [km]", ylabel="error over that published", ylim=(0, 1.6))
    axes.legend(loc="upper left")


def draw_doppler(axes: Axes) -> None:
    """Part of an echo that passes the filter, over radial speed."""
    speeds = np.linspace(0.0, 120.0, 600)
    for least in (10.0, 20.0):
        filtered = doppler.Doppler(least, math.inf)
        axes.plot(speeds, [doppler.doppler_response(filtered, v) for v in speeds], label=f"{least:.0f} m/s")
    blind = doppler.Doppler(10.0, 90.0)
    passed = [doppler.doppler_response(blind, v) for v in speeds]
    axes.plot(speeds, passed, "--", label="10 m/s, blind at 90 m/s")
    axes.set(xlabel="radial speed [m/s]", ylabel="part of the echo that passes", ylim=(0, 1.05))
    axes.legend(loc="center", bbox_to_anchor=(0.45, 0.3), title="least speed")


def draw_lobes(axes: Axes) -> None:
    """Detection over range of a low flight, over rough and over flat ground."""
    ranges = np.linspace(2e3, 60e3, 1500)
    for frequency, antenna, name in (
        (0.0, 10.0, "rough ground"),
        (0.2e9, 10.0, "flat, 200 MHz"),
        (1.3e9, 10.0, "flat, 1.3 GHz"),
    ):
        ground = multipath.FlatGround(frequency, antenna, math.inf, 6371e3)
        search = radar.search_radar(60e3, 1.0, 0.5, 1e-6, 1, 1)
        snr = [
            radar.search_snr(search, r, 1.0, 0.0) * multipath.lobing_gain(ground, 500.0, r) for r in ranges
        ]
        pd = [detection.detection_probability(one, LEVEL, 1, 1) for one in snr]
        axes.plot(ranges / 1e3, pd, lw=1.2, label=name)
    axes.set(
        xlabel="range over ground [km], target at 500 m",
        ylabel="detection probability of one look",
        ylim=(0, 1.02),
    )
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)


def draw_jamming(axes: Axes) -> None:
    """Range of detection over the density of jamming, for a jammer on the target and one that stands off."""
    densities = np.geomspace(1e-12, 1e-3, 300)
    gain = jamming.jam_gain(3e9, jamming.antenna_gain(math.radians(3.0), math.radians(3.0)))
    strength = SEARCH.snr * 200e3**4
    screened = [jamming.burn_through_range(strength, density * gain, SEARCH.snr) for density in densities]
    axes.loglog(densities, np.array(screened) / 1e3, label="jammer on the target")
    for share, name in ((1.0, "in the main beam"), (1e-3, "in sidelobes of -30 dB")):
        floor = [jamming.jamming_to_noise(density, gain, share, 150e3) for density in densities]
        reach = [jamming.escorted_range(strength, one, SEARCH.snr) for one in floor]
        axes.loglog(densities, np.array(reach) / 1e3, label=f"150 km away, {name}")
    axes.axvline(2e-5, color="#777777", ls=":", lw=1.2)
    axes.annotate(" 10 kW over\n 500 MHz", (2e-5, 110), fontsize=8.5)
    axes.set(
        xlabel="jamming towards the radar [W/Hz]", ylabel="range at pd 0.5 against 1 m² [km]", ylim=(0.3, 300)
    )
    axes.legend(loc="lower left")


def draw_triangulation(axes: Axes) -> None:
    """Errors of crossed bearings over range, along and across."""
    ranges = np.linspace(30e3, 400e3, 300)
    for baseline, style in ((30e3, "-"), (60e3, "--")):
        errors = np.array(
            [direction_finding.triangulation_errors(r, baseline, math.radians(0.1)) for r in ranges]
        )
        axes.semilogy(
            ranges / 1e3,
            errors[:, 0] / 1e3,
            style,
            color="#1b4965",
            label=f"along, stations {baseline / 1e3:.0f} km apart",
        )
    axes.semilogy(ranges / 1e3, errors[:, 1] * ranges / 1e3, color="#ca6702", label="across")
    axes.set(xlabel="range [km]", ylabel="error of the place [km], bearings ± 0.1 deg")
    axes.legend(loc="lower right")


FIGURES: dict[str, Callable[[Axes], None]] = {
    "reports": draw_reports,
    "doppler": draw_doppler,
    "multipath": draw_lobes,
    "jamming": draw_jamming,
    "direction_finding": draw_triangulation,
}


if __name__ == "__main__":
    write_figures(FIGURES)
