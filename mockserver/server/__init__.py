"""Servers: listening, and the Python face of a running one."""

from mockserver.server.listener import Listener, bind, is_loopback, write_port
from mockserver.server.mock import AsyncMockServer, MockServer
from mockserver.server.spaces import SpaceHandle

__all__ = [
    "AsyncMockServer",
    "Listener",
    "MockServer",
    "SpaceHandle",
    "bind",
    "is_loopback",
    "write_port",
]
