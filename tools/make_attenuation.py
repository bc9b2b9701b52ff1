"""Make src/rempart/physics/gas_attenuation.csv: specific attenuation by oxygen and water vapour.

Line-by-line sums of Recommendation ITU-R P.676-12 (Annex 1) at sea level: dry air 1013.25 hPa,
15 °C, 7.5 g/m³ of water vapour. The frequencies are chosen so that linear interpolation between
logarithms stays within `TOLERANCE` of the sums.

Run in an environment of its own, for the ITU library is large and Rempart does not need it:

    python -m venv /tmp/itur && /tmp/itur/bin/pip install itur==0.4.0
    /tmp/itur/bin/python tools/make_attenuation.py
"""

from __future__ import annotations

from pathlib import Path

import itur.models.itu676 as itu676
import numpy as np

PRESSURE_HPA, VAPOUR_G_M3, TEMPERATURE_K = 1013.25, 7.5, 288.15
LOWEST_GHZ, HIGHEST_GHZ = 0.1, 200.0
TOLERANCE = 8e-4
TARGET = Path(__file__).resolve().parent.parent / "src/rempart/physics/gas_attenuation.csv"


def specific_attenuation(frequency_ghz: np.ndarray) -> np.ndarray:
    """Attenuation (n, 2) [dB/km] by oxygen and by water vapour."""
    oxygen = itu676.gamma0_exact(frequency_ghz, PRESSURE_HPA, VAPOUR_G_M3, TEMPERATURE_K)
    vapour = itu676.gammaw_exact(frequency_ghz, PRESSURE_HPA, VAPOUR_G_M3, TEMPERATURE_K)
    return np.stack([np.asarray(part.value, dtype=float) for part in (oxygen, vapour)], axis=1)


def worst_error(nodes: np.ndarray, values: np.ndarray) -> tuple[float, np.ndarray]:
    """Largest relative error between nodes, and which intervals are too wide."""
    steps = np.linspace(0.1, 0.9, 9)
    between = np.exp(np.log(nodes[:-1, None]) * (1 - steps) + np.log(nodes[1:, None]) * steps)
    exact = specific_attenuation(between.ravel()).reshape(*between.shape, 2)
    logs = np.log(values)
    drawn = np.exp(logs[:-1, None] * (1 - steps[:, None]) + logs[1:, None] * steps[:, None])
    error = np.abs(drawn / exact - 1).max(axis=(1, 2))
    return float(error.max()), error > TOLERANCE


def main() -> None:
    """Halve every interval that is too wide until none is, then write the table."""
    nodes = np.geomspace(LOWEST_GHZ, HIGHEST_GHZ, 24)
    while True:
        nodes = np.round(nodes, 4)
        values = specific_attenuation(nodes)
        error, is_wide = worst_error(nodes, values)
        if not is_wide.any():
            break
        nodes = np.sort(np.concatenate([nodes, np.sqrt(nodes[:-1] * nodes[1:])[is_wide]]))
    head = (
        "# ITU-R P.676-12 Annex 1, line by line (itur 0.4.0), made by tools/make_attenuation.py\n"
        f"# dry air {PRESSURE_HPA} hPa, {TEMPERATURE_K} K, {VAPOUR_G_M3} g/m3 of water vapour\n"
        f"# log-log interpolation is within {error:.1e} of the sum over lines\n"
        "# frequency [GHz], oxygen [dB/km], water vapour [dB/km]\n"
    )
    rows = [f"{f:.4f},{o:.6g},{w:.6g}\n" for f, (o, w) in zip(nodes, values, strict=True)]
    TARGET.write_text(head + "".join(rows))


if __name__ == "__main__":
    main()
