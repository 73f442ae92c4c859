"""Checks: what of a scenario cannot be meant, or can never happen."""
