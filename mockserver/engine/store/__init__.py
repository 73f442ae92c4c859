"""Stores: where mutable state lives."""
