"""Finding providers: folders beside this file, files of YAML, entry points."""

import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from mockserver import resources
from mockserver.errors import ConfigError
from mockserver.names import nearest
from mockserver.providers.plugin import AnyPlugin, Plugin

__all__ = ["GROUP", "Providers", "discover", "is_file", "known_slugs"]

GROUP = "mockserver.providers"
TOOLS: Final = frozenset({"declared", "wires"})
"""Folders beside the providers' that are none themselves."""
_SUFFIXES: Final = (".yaml", ".yml")

Place = EntryPoint | Traversable | None


def known_slugs() -> list[str]:
    """Return the slugs of all providers that can be served, without loading them."""
    return [*_places()]


def is_file(name: str) -> bool:
    """Say whether a provider is asked for by the path of its file."""
    return "/" in name or name.endswith(_SUFFIXES)


def discover(asked: Iterable[str] = ()) -> "Providers":
    """Return providers, or all of them; each is loaded when first used.

    Args:
        asked: Slugs, and paths of files that describe a provider.

    Raises:
        ConfigError: A slug is unknown, or a file does not fit; later, that an installed
            provider does not load.
    """
    known, wanted = _places(), [*asked]
    places: dict[str, Place] = {}
    own: dict[str, AnyPlugin] = {}
    for name in wanted or known:
        if is_file(name):
            provider = _declared(Path(name), name)
            if provider.slug in places:
                raise ConfigError(f"{name}: found a second provider {provider.slug!r}")
            places[provider.slug] = Path(name)
            own[provider.slug] = provider
        elif name in known:
            places.setdefault(name, known[name])
        else:
            right = f"{nearest(name, known)}, or the path of a file such as ./acme.yaml"
            raise ConfigError(f"provider: found {name!r}, expected {right}")
    return Providers(places, own)


class Providers(Mapping[str, AnyPlugin]):
    """Providers by slug; what nobody asks for is never imported."""

    def __init__(
        self, places: Mapping[str, Place], loaded: Mapping[str, AnyPlugin]
    ) -> None:
        self._places = places
        self._loaded = dict(loaded)

    def __getitem__(self, slug: str) -> AnyPlugin:
        loaded = self._loaded.get(slug)
        if loaded is None:
            loaded = self._loaded[slug] = _first(slug, self._places[slug])
        return loaded

    def __contains__(self, slug: object) -> bool:
        return slug in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def files(self) -> Mapping[str, Path]:
        """The files that may change, by slug: those of users, and of a checkout."""
        return {
            slug: place
            for slug, place in self._places.items()
            if isinstance(place, Path)
        }

    def sources(self, slug: str) -> list[Path]:
        """Return all files of which a provider is made that is a file."""
        found: list[Path] = _loading().files_of(self.files[slug])
        return found

    def renew(self, slug: str) -> None:
        """Load a provider anew from its file.

        Raises:
            ConfigError: It does not fit; the provider stays as it is.
        """
        provider = _load(slug, self._places[slug])
        self._loaded[slug] = provider


def _first(slug: str, place: Place) -> AnyPlugin:
    """Load what ships or is installed; servers of one process share what they load."""
    if place is None or isinstance(place, EntryPoint):
        return _load(slug, place)
    file: Any = place  # a path, and so something that a cache can know again
    try:
        data = file.read_bytes()
    except OSError:
        return _load(slug, place)  # which says what is the matter
    return _shipped(slug, file, data)


@lru_cache(maxsize=32)
def _shipped(slug: str, file: Any, data: bytes) -> AnyPlugin:
    """Load a file that ships, once for what stands in it: that takes 20 ms and more."""
    del data
    return _load(slug, file)


def _load(slug: str, place: Place) -> AnyPlugin:
    if place is None:
        provider = import_module(f"mockserver.providers.{slug}").PROVIDER
    elif isinstance(place, EntryPoint):
        try:
            provider = place.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"provider {slug}: {place.value}: {error}") from error
    else:
        provider = _declared(place, str(place))
    if not isinstance(provider, Plugin) or provider.slug != slug:
        found = provider.slug if isinstance(provider, Plugin) else provider
        raise ConfigError(f"provider {slug}: found {found!r}, expected Provider")
    return provider


def _declared(file: Traversable, name: str) -> AnyPlugin:
    provider: AnyPlugin = _loading().load(file, name)
    return provider


def _loading() -> Any:
    """Import what reads files once there is one: most servers start without."""
    return import_module("mockserver.providers.declared.loading")


def _places() -> dict[str, Place]:
    """Return where each provider is, those that ship first."""
    shipped: dict[str, Place] = {**dict.fromkeys(_folders()), **_files()}
    points = {point.name: point for point in _points()}
    return {
        **dict(sorted(shipped.items())),
        **dict(sorted(points.items())),
    }


@cache
def _folders() -> frozenset[str]:
    """Return the providers that are ours; a process looks for them once.

    Programs start servers by the hundred, and looking takes half of a start.
    """
    beside = pkgutil.iter_modules([str(Path(__file__).parent)])
    return frozenset(module.name for module in beside if module.ispkg) - TOOLS


@cache
def _files() -> dict[str, Traversable]:
    try:
        folder = resources.providers()
    except ConfigError:
        return {}
    return {
        file.name.removesuffix(".yaml"): file
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }


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
