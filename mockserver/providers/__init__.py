"""Providers: one folder each, and what they are written against."""

from mockserver.providers.discovery import discover, known_slugs

__all__ = ["discover", "known_slugs"]
