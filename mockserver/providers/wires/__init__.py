"""Wires: what the HTTP APIs of many providers have in common, one tool a module."""
