"""Make the figure of docs/guide/traffic.md from the cleaning: `python docs/figures/make_traffic.py`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from style import write_figures

from rempart.scenario.recording.cleaning import cleaned_flights
from rempart.scenario.recording.rules import Tally
from rempart.scenario.recording.states import STATE

SPEED_DEG = 0.002
"""Latitude that an airliner covers in a second [deg]."""


def recorded() -> np.ndarray:
    """One address with a jump, repeated positions, a silence and a second aircraft."""
    time = np.arange(0.0, 1800.0, 10.0)
    first = np.zeros(len(time), STATE)
    first["time"], first["lat_deg"] = time, 48.0 + SPEED_DEG * time
    first["lat_deg"][[30, 31, 95]] += [0.9, 0.9, -1.2]
    first["lat_deg"][60:70] = first["lat_deg"][60]
    first = first[(time < 1050.0) | (time > 1400.0)]
    second = np.zeros(60, STATE)
    second["time"], second["lat_deg"] = 205.0 + 10.0 * np.arange(60), 50.6 - SPEED_DEG * 10.0 * np.arange(60)
    records = np.concatenate([first, second])
    records["address"], records["height"] = b"3c4591", 10_000.0
    records["lon_deg"] = np.repeat([2.0, 2.1], [len(first), len(second)])
    return records


def draw_cleaning(axes: Axes) -> None:
    """What the rules make of the records of one address."""
    records, tally = recorded(), Tally()
    flights = list(cleaned_flights(records, (0.0, 3600.0), tally))
    axes.plot(records["time"] / 60, records["lat_deg"], "o", color="#c2c9ce", ms=5, label="records, as read")
    for flight in flights:
        axes.plot(flight.time / 60, np.degrees(flight.lat), ".-", ms=4, lw=1.2, label=f"flight {flight.name}")
    for rule, where, words in (
        ("jump", (5.7, 49.52), f"{tally['jump']} jumps"),
        ("stale", (10.4, 48.93), f"{tally['stale']} repeated positions"),
        ("gap", (18.6, 50.4), f"{tally['gap']} silence splits"),
        ("shared_address", (4.0, 50.75), f"{tally['shared_address']} more aircraft under the address"),
    ):
        assert tally[rule], rule
        axes.annotate(words, where, fontsize=8.5, color="#444444")
    axes.set(xlabel="time [min]", ylabel="latitude [deg]", ylim=(47.8, 51.9))
    axes.legend(loc="lower right", fontsize=8.5)


if __name__ == "__main__":
    write_figures({"cleaning": draw_cleaning})
