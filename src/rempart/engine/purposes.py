"""What each stream of dice is for; the numbers are part of every result, so they never change."""

DETECTION = 0
PLOT_ERROR = 1
TAKEOFF_TIME = 2
ROUTE = 3
TRANSPONDER = 4
CONFORMITY = 5
REPLY = 6
TURN_PHASE = 7
KILL = 8
ASSESSMENT = 9
ROUTE_JITTER = 10
"""Sideways shift of a prepared route; drawn once, the same for every seed and trial."""
DAMAGE = 11
CROSS_SECTION = 12
"""Error of a group's estimate of a vehicle's radar cross-section."""
FALSE_PLOT = 13
RATE_ERROR = 14
REGISTRATION = 15
"""Faults of range and azimuth that a sensor keeps throughout a trial."""
MESSAGE_LOSS = 17
"""Whether a message from one group reaches another."""
EMISSION = 16
"""Whether a vehicle radiates in a trial, so that a direction finder hears it."""
