"""Numbers and names as people read them: one place for digits, intervals, times and plurals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from rempart.analysis.estimates import Estimate

_THIN = "\u202f"
_HARD = "\u00a0"
NOTHING = "–"


def number(value: float, digits: int = 3) -> str:
    """A value with so many significant digits, thousands apart, a true minus; integers stay whole."""
    if not math.isfinite(value):
        return NOTHING if math.isnan(value) else ("∞" if value > 0 else "−∞")
    decimals = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 12)}f}"
    if float(value).is_integer() and abs(value) < 1e9:
        text = f"{value:,.0f}"
    return _signed(text)


def fixed(value: float, decimals: int) -> str:
    """A value with so many decimals."""
    return _signed(f"{value:,.{decimals}f}") if math.isfinite(value) else NOTHING


def percent(share: float, decimals: int = 1) -> str:
    """A share as `18.4 %`."""
    return f"{fixed(100 * share, decimals)}{_HARD}%"


def in_millions(estimate: Estimate) -> Estimate:
    """Money in millions, as its digits are told best; all else as it is."""
    if estimate.unit != "USD":
        return estimate
    low, value, high = (part / 1e6 for part in (estimate.low, estimate.value, estimate.high))
    return replace(estimate, low=low, value=value, high=high)


def estimate_value(estimate: Estimate) -> str:
    """The value alone, a share in per cent, with the digits that its interval supports."""
    if estimate.unit == "1":
        return percent(estimate.value)
    if not math.isfinite(estimate.high - estimate.low):
        return number(estimate.value)
    return fixed(estimate.value, _decimals(estimate))


def estimate_interval(estimate: Estimate) -> str:
    """The interval alone: `17.6 to 19.2 %`, or that there is none."""
    if estimate.n < 2:
        return "none (one trial)"
    if math.isnan(estimate.value):
        return "undefined"
    if estimate.unit == "1":
        return f"{fixed(100 * estimate.low, 1)} to {percent(estimate.high)}"
    decimals = _decimals(estimate)
    return f"{fixed(estimate.low, decimals)} to {fixed(estimate.high, decimals)}"


def estimate_text(estimate: Estimate) -> str:
    """`18.4 % (95 % interval 17.6 to 19.2 %)`."""
    if estimate.n < 2:
        return f"{estimate_value(estimate)} (one trial, no interval)"
    if math.isnan(estimate.value):
        return f"{NOTHING} (undefined)"
    return f"{estimate_value(estimate)} (95{_HARD}% interval {estimate_interval(estimate)})"


def moment(seconds: float) -> str:
    """A time of the scenario as `T+12:34`."""
    if not math.isfinite(seconds):
        return NOTHING
    whole = round(abs(seconds))
    return f"T{'+' if seconds >= 0 else '−'}{whole // 60:02d}:{whole % 60:02d}"


def duration(seconds: float) -> str:
    """A span of time in the unit that suits it."""
    if not math.isfinite(seconds):
        return NOTHING
    if abs(seconds) < 120:
        return f"{fixed(seconds, 1 if abs(seconds) < 10 else 0)}{_HARD}s"
    return f"{fixed(seconds / 60, 1)}{_HARD}min"


def words(name: str) -> str:
    """A name of the program as words: `kill_wrongly_assessed` → `kill wrongly assessed`."""
    return name.replace("_", " ")


def plural(count: float, noun: str, many: str = "") -> str:
    """`1 threat`, `2 threats`."""
    return f"{number(count)}{_HARD}{noun if count == 1 else many or noun + 's'}"


def whole_percentages(counts: Mapping[str, float], decimals: int = 1) -> dict[str, float]:
    """Percentages of a total, rounded so that the rounded figures still add up to exactly 100.

    Returns
    -------
    dict
        Each within one unit of its last decimal of the true share (largest remainders); empty
        when there is nothing to share.
    """
    total = sum(counts.values())
    if total <= 0:
        return {}
    steps = 100 * 10**decimals
    exact = {name: steps * count / total for name, count in counts.items()}
    floors = {name: math.floor(value) for name, value in exact.items()}
    missing = steps - sum(floors.values())
    by_remainder = sorted(exact, key=lambda name: floors[name] - exact[name])
    for name in by_remainder[:missing]:
        floors[name] += 1
    return {name: floors[name] / 10**decimals for name in counts}


def _decimals(estimate: Estimate) -> int:
    half = (estimate.high - estimate.low) / 2
    if not math.isfinite(half) or half <= 0:
        return 2
    return min(6, max(0, -math.floor(math.log10(half))))


def _signed(text: str) -> str:
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]
    return text.replace("-", "−").replace(",", _THIN)
