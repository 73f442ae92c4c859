"""Finding providers: the folders beside this file, then installed entry points."""

import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from mockserver.errors import ConfigError
from mockserver.providers.plugin import AnyPlugin, Plugin

__all__ = ["GROUP", "discover", "known_slugs"]

GROUP = "mockserver.providers"
TOOLS = "wires"  # beside the providers' folders, and none itself


def known_slugs() -> list[str]:
    """Return the slugs of all providers that can be served, without loading them."""
    return [*sorted(_folders()), *sorted(point.name for point in _points())]


def discover(slugs: Iterable[str] = ()) -> Mapping[str, AnyPlugin]:
    """Return the providers of those slugs, or all; each is loaded when first used.

    Raises:
        ConfigError: A slug is unknown; later, that an installed provider does not load.
    """
    folders = _folders()
    points = {point.name: point for point in _points()}
    known = [*sorted(folders), *sorted(points)]
    wanted = list(dict.fromkeys(slugs)) or known
    for slug in wanted:
        if slug not in known:
            raise ConfigError(f"provider: found {slug!r}, expected one of {known}")
    return _Providers({slug: points.get(slug) for slug in wanted})


class _Providers(Mapping[str, AnyPlugin]):
    """Providers by slug; what nobody asks for is never imported."""

    def __init__(self, places: Mapping[str, EntryPoint | None]) -> None:
        self._places = places
        self._loaded: dict[str, AnyPlugin] = {}

    def __getitem__(self, slug: str) -> AnyPlugin:
        loaded = self._loaded.get(slug)
        if loaded is None:
            loaded = self._loaded[slug] = _load(slug, self._places[slug])
        return loaded

    def __contains__(self, slug: object) -> bool:
        return slug in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _load(slug: str, point: EntryPoint | None) -> AnyPlugin:
    if point is None:
        provider = import_module(f"mockserver.providers.{slug}").PROVIDER
    else:
        try:
            provider = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"provider {slug}: {point.value}: {error}") from error
    if not isinstance(provider, Plugin) or provider.slug != slug:
        raise ConfigError(f"provider {slug}: found {provider!r}, expected Provider")
    return provider


@cache
def _folders() -> frozenset[str]:
    """Return the providers that are ours; a process looks for them once.

    Programs start servers by the hundred, and looking takes half of a start.
    """
    beside = pkgutil.iter_modules([str(Path(__file__).parent)])
    return frozenset(module.name for module in beside if module.ispkg) - {TOOLS}


def _points() -> Iterable[EntryPoint]:
    return _points_on(tuple(sys.path))


@lru_cache(maxsize=8)
def _points_on(path: tuple[str, ...]) -> Iterable[EntryPoint]:
    """Return what is installed on Python's search path, which is to be `sys.path`.

    Reading what every distribution offers takes longer than all else that a server
    does when it starts, and programs start servers by the hundred.
    """
    del path
    return entry_points(group=GROUP)
