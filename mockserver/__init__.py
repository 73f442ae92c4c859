"""A fake backend for asynchronous video-generation APIs; the public names."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from mockserver.version import __version__

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState, Record
    from mockserver.engine.timeline import Phase
    from mockserver.providers.provider import Provider
    from mockserver.scenarios.book.firings import Firing
    from mockserver.server.credentials import ClientCredential
    from mockserver.server.faults import FaultHandle, Faults, FiredRule
    from mockserver.server.handles import JobHandle
    from mockserver.server.jobs import Jobs
    from mockserver.server.mock import AsyncMockServer, MockServer
    from mockserver.server.receiver import Webhook
    from mockserver.server.sleeping import Sleeping
    from mockserver.server.spaces import SpaceHandle
    from mockserver.server.webhooks import Webhooks
    from mockserver.verdict.journal import Exchange

__all__ = [
    "AsyncMockServer",
    "Attempt",
    "ClientCredential",
    "Delivery",
    "DeliveryState",
    "Exchange",
    "FaultHandle",
    "Faults",
    "FiredRule",
    "Firing",
    "JobHandle",
    "Jobs",
    "MockServer",
    "Phase",
    "Provider",
    "Record",
    "Sleeping",
    "SpaceHandle",
    "Webhook",
    "Webhooks",
    "__version__",
    "create_app",
]

_HOMES: Final = {
    "AsyncMockServer": "mockserver.server.mock",
    "Attempt": "mockserver.delivery.delivery",
    "ClientCredential": "mockserver.server.credentials",
    "Delivery": "mockserver.delivery.delivery",
    "DeliveryState": "mockserver.delivery.delivery",
    "Exchange": "mockserver.verdict.journal",
    "FaultHandle": "mockserver.server.faults",
    "Faults": "mockserver.server.faults",
    "FiredRule": "mockserver.server.faults",
    "Firing": "mockserver.scenarios.book.firings",
    "JobHandle": "mockserver.server.handles",
    "Jobs": "mockserver.server.jobs",
    "MockServer": "mockserver.server.mock",
    "Phase": "mockserver.engine.timeline",
    "Provider": "mockserver.providers.provider",
    "Record": "mockserver.delivery.delivery",
    "Sleeping": "mockserver.server.sleeping",
    "SpaceHandle": "mockserver.server.spaces",
    "Webhook": "mockserver.server.receiver",
    "Webhooks": "mockserver.server.webhooks",
    "create_app": "mockserver.app",
}


def __getattr__(name: str) -> Any:
    """Load a public name at its first use: `--version` needs no web framework."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
