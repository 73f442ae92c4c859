"""Finding providers: the folders beside this file, then installed entry points."""

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from mockserver.errors import ConfigError
from mockserver.providers.provider import Provider

__all__ = ["GROUP", "discover", "known_slugs"]

GROUP = "mockserver.providers"


def known_slugs() -> list[str]:
    """Return the slugs of all providers that can be served, without loading them."""
    folders = (
        module.name
        for module in pkgutil.iter_modules([str(Path(__file__).parent)])
        if module.ispkg
    )
    return [*sorted(folders), *sorted(point.name for point in _points())]


def discover(slugs: Iterable[str] = ()) -> dict[str, Provider]:
    """Return the providers of those slugs, or all, by slug.

    Raises:
        ConfigError: A slug is unknown, or an installed provider does not load.
    """
    known = known_slugs()
    wanted = list(dict.fromkeys(slugs)) or known
    for slug in wanted:
        if slug not in known:
            raise ConfigError(f"provider: found {slug!r}, expected one of {known}")
    installed = {point.name: point for point in _points()}
    return {slug: _load(slug, installed.get(slug)) for slug in wanted}


def _load(slug: str, point: EntryPoint | None) -> Provider:
    if point is None:
        provider = import_module(f"mockserver.providers.{slug}").PROVIDER
    else:
        try:
            provider = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"provider {slug}: {point.value}: {error}") from error
    if not isinstance(provider, Provider) or provider.slug != slug:
        raise ConfigError(f"provider {slug}: found {provider!r}, expected Provider")
    return provider


def _points() -> Iterable[EntryPoint]:
    return entry_points(group=GROUP)
