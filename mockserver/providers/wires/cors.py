"""CORS: lets pages of any origin call a provider, or a part of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes

__all__ = ["Cors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """What a provider lets browsers do; the journal calls such a question `preflight`.

    Attributes:
        methods: The methods that pages may use.
        headers: The request headers that they may send.
        exposes: The response headers that they may read, if any are named.
        max_age_s: How long browsers keep the answer, if that is said.
        covers: Says whether a path below the root is open to pages.
    """

    methods: str
    headers: str
    exposes: str = ""
    max_age_s: int | None = None
    covers: Callable[[str], bool] = lambda _: True

    def cover(self, table: Routes[Call], paths: Iterable[str] | None = None) -> None:
        """Add a `preflight` without credentials for paths that the table has by now.

        Args:
            table: The provider's routes.
            paths: Templates of paths; all that are covered if none are given.
        """
        known = dict.fromkeys(route.path for route in table)
        for path in filter(self.covers, known) if paths is None else paths:
            table.add("OPTIONS", path, "preflight", public=_nobody)(self.preflight)

    async def preflight(self, call: Call) -> Reply:
        """Tell a browser what a page may send; needs no credentials."""
        del call
        return Reply.empty(204, self._allowed())

    def decorate(self, call: Call, reply: Reply) -> Reply:
        """Let pages read an answer, and ask on every covered path, known or not."""
        if not self.covers(call.path):
            return reply
        if call.request.method == "OPTIONS":
            return Reply.empty(204, self._allowed())
        return reply.with_headers(_ANY_ORIGIN)

    def _allowed(self) -> dict[str, str]:
        said = {
            **_ANY_ORIGIN,
            "Access-Control-Allow-Methods": self.methods,
            "Access-Control-Allow-Headers": self.headers,
        }
        if self.exposes:
            said["Access-Control-Expose-Headers"] = self.exposes
        if self.max_age_s is not None:
            said["Access-Control-Max-Age"] = str(self.max_age_s)
        return said


_ANY_ORIGIN: Final = {"Access-Control-Allow-Origin": "*"}


def _nobody(call: Call) -> None:
    del call
