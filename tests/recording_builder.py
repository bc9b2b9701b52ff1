"""Recordings made to order: steady flights, and files of them."""

from __future__ import annotations

import csv
from pathlib import Path

COLUMNS = ("time", "icao24", "lat", "lon", "geoaltitude", "baroaltitude", "callsign", "onground")


def steady(address="3c4591", n=60, start=1_600_000_000.0, step=10.0, lat=48.0, lon=2.0, height=10_000.0):
    """Records of one aircraft that flies north at about 222 m/s."""
    return [
        {
            "time": start + step * i,
            "icao24": address,
            "lat": round(lat + 0.002 * step * i, 7),
            "lon": lon,
            "geoaltitude": height,
            "baroaltitude": height - 100.0,
            "callsign": "TEST1",
            "onground": False,
        }
        for i in range(n)
    ]


def write_csv(path: Path, records: list[dict]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(records)
    return path
