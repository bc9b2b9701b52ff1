"""Where the scenario meets the engine: campaigns of trials, their results, replays."""
