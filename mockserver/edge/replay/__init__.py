"""Replay: what was seen, as something that runs: a test, a scenario, a curl line."""
