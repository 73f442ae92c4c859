"""Stores: where jobs are kept, and what providers remember."""
