"""Make the figures of docs/model from the model itself: `python docs/figures/make_physics.py`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.physics import ballistic, detection, flight, guns, intercept, lethality, propagation, radar, rcs

MM_PER_HOUR = 1e-3 / 3600


def draw_radar(axes: Axes) -> None:
    """Detection over range for three targets, and the pair that calibrates."""
    search = radar.search_radar(300e3, 4.0, 0.5, 1e-6, 8, 1)
    clear = propagation.weather(3e9)
    ranges = np.linspace(5e3, 450e3, 400)
    for cross, name in ((40.0, "40 m² airliner"), (4.0, "4 m² fighter"), (0.1, "0.1 m² cruise missile")):
        losses = [propagation.excess_loss_db(clear, r, 300e3, 100.0, 5e3) for r in ranges]
        pd = [radar.look_pd(search, r, cross, x, 1) for r, x in zip(ranges, losses, strict=True)]
        axes.plot(ranges / 1e3, pd, label=name)
    axes.plot(300, 0.5, "o", color="#222222", ms=5)
    axes.annotate("published pair:\n4 m² at 300 km ", (292, 0.42), ha="right", fontsize=8.5)
    axes.set(xlabel="range [km]", ylabel="detection probability of one look", ylim=(0, 1.02))
    axes.legend(loc="lower left")


def draw_detection(axes: Axes) -> None:
    """Detection over signal to noise for the five Swerling cases."""
    level = detection.threshold(1e-6, 10)
    decibels = np.linspace(-5, 20, 300)
    for swerling in range(5):
        pd = [detection.detection_probability(10 ** (x / 10), level, 10, swerling) for x in decibels]
        axes.plot(decibels, pd, label="steady (0)" if swerling == 0 else f"Swerling {swerling}")
    axes.set(xlabel="signal to noise per pulse [dB]", ylabel="detection probability, 10 pulses, pfa 1e-6")
    axes.set_ylim(0, 1.02)
    axes.legend(loc="upper left")


def draw_propagation(axes: Axes) -> None:
    """Specific loss by gas and rain over frequency."""
    frequencies = np.geomspace(0.1e9, 200e9, 900)
    gas = np.array([propagation.gas_attenuation_db(f) for f in frequencies]) * 1e3
    axes.loglog(frequencies / 1e9, gas[:, 0], label="oxygen")
    axes.loglog(frequencies / 1e9, gas[:, 1], label="water vapour, 7.5 g/m³")
    wet = frequencies[frequencies >= 1e9]
    for rate, style in ((5, ":"), (25, "--"), (100, "-")):
        loss = [propagation.rain_attenuation_db(f, rate * MM_PER_HOUR) * 1e3 for f in wet]
        axes.loglog(wet / 1e9, loss, style, color="#5a8f29", label=f"rain, {rate} mm/h")
    axes.set(xlabel="frequency [GHz]", ylabel="one-way loss at sea level [dB/km]", ylim=(1e-5, 60))
    axes.legend(loc="upper left", fontsize=8.5)


def draw_rcs(axes: Axes) -> None:
    """Cross-section over aspect of two targets."""
    aspects = np.linspace(-math.pi, math.pi, 721)
    for values, name in (
        ((1.0, 20.0, 5.0), "nose 1, side 20, tail 5 m²"),
        ((0.05, 1.0, 0.2), "0.05, 1, 0.2 m²"),
    ):
        decibels = [10 * math.log10(rcs.rcs_at(*values, math.cos(a))) for a in aspects]
        axes.plot(np.degrees(aspects), decibels, label=name)
    axes.set(xlabel="aspect [deg], 0 is the nose", ylabel="radar cross-section [dBsm]", xlim=(-180, 180))
    axes.set_xticks(range(-180, 181, 45))
    axes.set_ylim(-15, 22)
    axes.legend(loc="upper center", ncols=2)


def draw_flight(axes: Axes) -> None:
    """Flight over hilly ground, and a last dive."""
    distance = np.arange(0, 60.01, 0.25) * 1e3
    ground = 250 + 220 * np.sin(distance / 7e3) + 120 * np.sin(distance / 2.3e3 + 1) + distance / 400
    flown = flight.fly_over(ground + 80.0, distance, math.radians(3.0))
    flown = flight.dive_onto(flown, ground, distance, math.radians(8.0))
    axes.fill_between(distance / 1e3, ground, color="#d8d2c4", label="ground")
    axes.plot(distance / 1e3, ground + 80.0, ":", color="#777777", label="wanted: 80 m above ground")
    axes.plot(distance / 1e3, flown, color="#ca6702", label="flown: no steeper than 3°, last dive 8°")
    axes.set(xlabel="distance along the route [km]", ylabel="height [m]", xlim=(0, 60), ylim=(0, 850))
    axes.legend(loc="upper left")


def draw_ballistic(axes: Axes) -> None:
    """Three arcs over 300 km."""
    start, span = (0.6, 0.7, 0.0), 300e3 / flight.EARTH_RADIUS
    end = (0.6 + span, 0.7, 0.0)
    for apogee, name in ((40e3, "depressed"), (None, "least energy"), (140e3, "lofted")):
        arc = ballistic.ballistic_arc(start, end, apogee)
        places = ballistic.sample_arc(start, end, arc, 2.0)
        speed = ballistic.arc_speed(arc, flight.EARTH_RADIUS)
        label = f"{name}: {arc.flight_time:.0f} s, {speed:,.0f} m/s at the ground"
        axes.plot((places[:, 0] - 0.6) * flight.EARTH_RADIUS / 1e3, places[:, 2] / 1e3, label=label)
    axes.set(xlabel="distance over the ground [km]", ylabel="height [km]", ylim=(0, 190), xlim=(0, 300))
    axes.legend(loc="upper left")


def draw_intercept(axes: Axes) -> None:
    """Range over time of a round and three targets, and where they meet."""
    reach, delay = 40e3, 8.0
    table = intercept.flight_time_table(reach, 1000.0, 2.0, 0.4, 64)
    edges = np.linspace(0, reach, 65)
    axes.plot(table + delay, edges / 1e3, label="interceptor, launched after 8 s")
    times = np.linspace(0, 110, 200)
    for start, speed in ((60e3, 250.0), (32e3, 250.0), (6e3, -250.0)):
        motion = intercept.Motion(start, 2e3, 1e3, -speed, 0.0, 0.0, 0.0)
        ranges = [intercept.slant_range(intercept.advanced(motion, t)) for t in times]
        axes.plot(times, np.array(ranges) / 1e3, color="#9b2226", lw=1.2)
        met = intercept.intercept(motion, delay, 0.0, reach, table)
        axes.plot(met.time, met.range / 1e3, "o", color="#222222", ms=5)
    axes.plot([], [], color="#9b2226", lw=1.2, label="targets, 250 m/s")
    axes.plot([], [], "o", color="#222222", ms=5, label="earliest intercept")
    axes.axhline(reach / 1e3, color="#777777", ls=":", lw=1.2, label="reach")
    axes.set(xlabel="time from now [s]", ylabel="slant range [km]", xlim=(0, 110), ylim=(0, 62))
    axes.legend(loc="upper right", fontsize=8.5)


def draw_lethality(axes: Axes) -> None:
    """Kill probability over range."""
    reach = 40e3
    ranges = np.linspace(0, 44e3, 500)
    for pk in (0.8, 0.6, 0.4):
        values = [
            lethality.pk_at(r, reach, pk, lethality.FLAT_FRACTION, lethality.EDGE_SHARE) for r in ranges
        ]
        axes.plot(ranges / 1e3, values, label=f"pk {pk}")
    axes.set(xlabel="range [km], reach 40 km", ylabel="pk of one round that arrives", ylim=(0, 1))
    axes.legend(loc="lower left")


def draw_guns(axes: Axes) -> None:
    """Kill probability of a burst over range."""
    ranges = np.linspace(100, 4000, 300)
    for area, needed, name in (
        (4.0, 1, "4 m², 1 hit kills"), (0.5, 1, "0.5 m², 1 hit"), (0.5, 3, "0.5 m², 3 hits")
    ):  # fmt: skip
        gun = guns.Gun(150, 2.5e-3, 3e-3, area, needed)
        axes.plot(ranges / 1e3, [guns.burst_pk(r, gun) for r in ranges], label=name)
    axes.set(xlabel="range [km]", ylabel="pk of one burst of 150 rounds", ylim=(0, 1.02))
    axes.legend(loc="upper right")


FIGURES: dict[str, Callable[[Axes], None]] = {
    "radar": draw_radar,
    "detection": draw_detection,
    "propagation": draw_propagation,
    "rcs": draw_rcs,
    "flight": draw_flight,
    "ballistic": draw_ballistic,
    "intercept": draw_intercept,
    "lethality": draw_lethality,
    "guns": draw_guns,
}


if __name__ == "__main__":
    write_figures(FIGURES)
