"""What each stream of dice is for; the numbers are part of every result, so they never change."""

DETECTION, PLOT_ERROR, TAKEOFF_TIME, ROUTE, TRANSPONDER, CONFORMITY, REPLY, TURN_PHASE, KILL, ASSESSMENT = range(10)

ROUTE_JITTER = 10
"""Sideways shift of a prepared route; drawn once, the same for every seed and trial."""
