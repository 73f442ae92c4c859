"""Storing: what a server keeps beyond its life, and the care for it."""
