"""What each stream of dice is for; the numbers are part of every result, so they never change."""

DETECTION, PLOT_ERROR, TAKEOFF_TIME, ROUTE, TRANSPONDER, CONFORMITY, REPLY, TURN_PHASE, KILL, ASSESSMENT = range(10)
