"""Faults by chance: which of several there is."""
