"""Declared: providers that are one file of YAML, compiled into the same value."""
