"""A fake backend for asynchronous video-generation APIs; the public names."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from mockserver.version import __version__

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.providers.provider import Provider
    from mockserver.server.mock import AsyncMockServer, MockServer

__all__ = ["AsyncMockServer", "MockServer", "Provider", "__version__", "create_app"]

_HOMES: Final = {
    "AsyncMockServer": "mockserver.server.mock",
    "MockServer": "mockserver.server.mock",
    "Provider": "mockserver.providers.provider",
    "create_app": "mockserver.app",
}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use: `--version` needs no web framework."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
