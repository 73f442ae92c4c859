"""Errors and refusals: the provider says no, and for how long."""
