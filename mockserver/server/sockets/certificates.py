"""Certificates: one TLS context for each host, made when it is first asked for."""

import os
import ssl
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Final

from mockserver.scenarios.faults.handshake import Flaw
from mockserver.server.sockets.authority import (
    Authority,
    Leaf,
    new_authority,
    open_authority,
)

__all__ = ["Certificates"]

_CONTEXTS_MAX: Final = 200
_OTHER_HOST: Final = "wrong.name.invalid"


class Certificates:
    """Makes what TLS with each host needs; at most some of it is kept.

    Args:
        folder: Where the authority lives.

    Raises:
        StartError: The folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.authority = open_authority(folder)
        self._stranger: Authority | None = None
        self._contexts: OrderedDict[tuple[str, Flaw], ssl.SSLContext] = OrderedDict()

    def known(self, host: str, flaw: Flaw = Flaw.NONE) -> ssl.SSLContext | None:
        """Return the context for a host if it has been made."""
        found = self._contexts.get((host, flaw))
        if found is not None:
            self._contexts.move_to_end((host, flaw))
        return found

    def context(self, host: str, flaw: Flaw = Flaw.NONE) -> ssl.SSLContext:
        """Return the context for a host; making it takes some milliseconds.

        No protocol is offered by ALPN: what speaks HTTP/2 and 1.1 takes 1.1 then.
        """
        found = self.known(host, flaw)
        if found is None:
            pem = self._signer(flaw).issue(_leaf(host, flaw))
            found = self._contexts[host, flaw] = self._loaded(pem)
            if len(self._contexts) > _CONTEXTS_MAX:
                self._contexts.popitem(last=False)
        return found

    def _signer(self, flaw: Flaw) -> Authority:
        if flaw is not Flaw.UNTRUSTED:
            return self.authority
        if self._stranger is None:
            self._stranger = new_authority()
        return self._stranger

    def _loaded(self, pem: bytes) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Python's ssl reads keys from files only.
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".leaf-")
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(pem)
            made.load_cert_chain(name)
        finally:
            Path(name).unlink()
        return made


def _leaf(host: str, flaw: Flaw) -> Leaf:
    named = _OTHER_HOST if flaw is Flaw.WRONG_NAME else host
    return Leaf(host=named, is_expired=flaw is Flaw.EXPIRED)
