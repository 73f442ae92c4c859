"""Providers: one folder each, and what they are written against."""

from mockserver.providers.discovery import discover, known_slugs
from mockserver.providers.provider import Credential, Provider, Secrets, Setting

__all__ = ["Credential", "Provider", "Secrets", "Setting", "discover", "known_slugs"]
