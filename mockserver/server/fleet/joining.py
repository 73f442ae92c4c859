"""Joining: an instance becomes one of several workers that hand requests over."""

import secrets
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

from mockserver.edge.instance import Instance
from mockserver.engine.clock import pause
from mockserver.engine.store.directory import Directory, Worker
from mockserver.server.fleet.asking import Asking
from mockserver.server.fleet.handover import HandOver

__all__ = ["Joined", "join"]

_SECRET_BYTES: Final = 18


class Joined(Struct, frozen=True):
    """What an instance has for other workers.

    Attributes:
        sockets: Its inner door.
        secret: What has to be known there.
        hand_over: Lets other workers answer.
    """

    sockets: Sequence[socket.socket]
    secret: str
    hand_over: HandOver


def join(
    instance: Instance, directory: Directory, sockets: Sequence[socket.socket]
) -> Joined:
    """Let an instance hand requests over, and say where it takes them.

    Args:
        instance: The server.
        directory: Says which workers live.
        sockets: Where it takes requests from other workers.
    """

    def is_alive(worker: Worker) -> bool:
        return any(one.id == worker.id for one in directory.workers())

    secret = secrets.token_urlsafe(_SECRET_BYTES)
    instance.inner = f"{secret}@{_place(sockets[0])}"
    hand_over = instance.hand_over = HandOver(
        is_alive,
        pause,
        is_leaving=lambda: instance.is_leaving,
        is_trusted=directory.is_current,
        known_s=directory.beat_s,
    )
    instance.neighbours = Asking(is_alive, pause)
    return Joined(sockets, secret, hand_over)


def _place(bound: socket.socket) -> str:
    """Return where others reach a socket; by this machine's name if it is anywhere."""
    host, port = bound.getsockname()[:2]
    if ip_address(host.partition("%")[0]).is_unspecified:
        host = socket.gethostname()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
