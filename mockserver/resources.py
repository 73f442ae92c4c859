"""Where schemas, fixtures and scenarios lie: in a checkout or in a wheel."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from mockserver.errors import ConfigError

__all__ = ["fixtures", "providers", "scenarios", "schemas"]

_OURS: Final = "mockserver"


def schemas(slug: str = "", *, package: str | Traversable = _OURS) -> Traversable:
    """Return the folder of a provider's schemas; without slug, of our own.

    Args:
        slug: The provider.
        package: The import package that ships them; a provider of another
            distribution names its own. Or the folder that holds them.

    Raises:
        ConfigError: The package holds no such folder.
    """
    return _folder(package, "schemas", slug)


def fixtures(slug: str, *, package: str | Traversable = _OURS) -> Traversable:
    """Return the folder with a provider's `world.yaml` and `examples/`.

    Raises:
        ConfigError: The package holds no such folder.
    """
    return _folder(package, "fixtures", slug)


def scenarios(*, package: str = _OURS) -> Traversable:
    """Return the folder of ready-made scenarios.

    Raises:
        ConfigError: The package holds no such folder.
    """
    return _folder(package, "scenarios")


def providers(*, package: str = _OURS) -> Traversable:
    """Return the folder of the providers that are files.

    Raises:
        ConfigError: The package holds no such folder.
    """
    return _folder(package, "fixtures", "providers")


def _folder(package: str | Traversable, kind: str, slug: str = "") -> Traversable:
    roots = _roots(package) if isinstance(package, str) else (package,)
    for root in roots:
        folder = root / kind / slug if slug else root / kind
        if folder.is_dir():
            return folder
    wanted = f"{kind}/{slug}" if slug else kind
    where = f"package {package}" if isinstance(package, str) else str(package)
    raise ConfigError(
        f"{where}: found no folder {wanted}, expected it in the package or in its"
        " _data/"
    )


def _roots(package: str) -> tuple[Traversable, ...]:
    """Say where a package's data may lie, the wheel's place first."""
    home = files(package)
    # Our checkout has them beside the package, where `scenarios` is a room's name.
    if package == _OURS and isinstance(home, Path):
        return (home / "_data", home.parent)
    return (home / "_data", home)
