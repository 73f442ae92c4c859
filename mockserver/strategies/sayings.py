"""Sayings: what stories may say about a provider, and whether it can happen there."""

from functools import cache
from typing import Any

from mockserver.edge.staging.sayable import Sayable
from mockserver.providers.discovery import discover
from mockserver.scenarios.checks.known import Known
from mockserver.scenarios.checks.warnings import warnings_of
from mockserver.scenarios.written.load import load
from mockserver.scenarios.written.source import Source

__all__ = ["can_happen", "known_of"]


@cache
def known_of(provider: str) -> Known:
    """Return a provider in the words of scenarios.

    Args:
        provider: Its slug, or the path of the file that describes it.

    Raises:
        ConfigError: There is no such provider.
    """
    (known,) = _catalogue(provider).values()
    return known


def can_happen(provider: str, rule: dict[str, Any]) -> bool:
    """Say whether a rule can act at a provider, as far as anybody can tell."""
    catalogue = _catalogue(provider)
    (slug,) = catalogue
    document = {"scenario": "story", "provider": slug, "rules": [rule]}
    return not warnings_of(load(Source.of(document), catalogue), catalogue)


@cache
def _catalogue(provider: str) -> Sayable:
    return Sayable(discover([provider]))
