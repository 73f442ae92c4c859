"""Errors: the table of a declared provider, and how it says each of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from mockserver.errors import (
    ConflictError,
    ForbiddenError,
    InvalidPayloadError,
    MethodNotAllowedError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    ProviderError,
    RateLimitError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
)
from mockserver.providers.call import Call
from mockserver.providers.declared.documents import shown
from mockserver.providers.declared.model import Definition
from mockserver.providers.declared.words import Scene
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told

__all__ = ["KINDS", "error_of", "renderer"]

KINDS: Final[Mapping[str, type[ProviderError]]] = MappingProxyType(
    {
        "unauthorized": UnauthorizedError,
        "forbidden": ForbiddenError,
        "not-found": NotFoundError,
        "method-not-allowed": MethodNotAllowedError,
        "conflict": ConflictError,
        "not-ready": NotReadyError,
        "too-large": PayloadTooLargeError,
        "unreadable": UnreadableBodyError,
        "invalid": InvalidPayloadError,
        "rate-limited": RateLimitError,
        "unavailable": UnavailableError,
    }
)
"""The meanings that errors have, by the words of a file."""


def error_of(kind: str, code: str, **detail: object) -> ProviderError:
    """Return an error of a kind and a code."""
    if kind == "invalid":
        return InvalidPayloadError((), code, **detail)
    if kind == "rate-limited":
        return RateLimitError(0.0, code)
    return KINDS[kind](code, **detail)


def renderer(definition: Definition) -> Callable[[Call, ProviderError], Reply]:
    """Return what words all errors of a provider as its file says."""
    table = ErrorTable(
        {
            (KINDS[row.kind], row.code) if row.code else KINDS[row.kind]: (
                row.status,
                row.text,
                definition.error_code if row.own is None else row.own,
            )
            for row in definition.rows
        },
        code=definition.error_code,
    )

    def render_error(call: Call, error: ProviderError) -> Reply:
        def write(told: Told) -> Reply:
            space = call.known_space
            scene = Scene(
                services=call.services,
                slug=definition.slug,
                functions=definition.functions,
                now=0.0 if space is None else space.clock.now(),
                space=space,
                call=call,
                told=told,
                error=error,
            )
            return Reply.json(shown(definition.error_body, scene))

        return table.reply(error, write, values=_values(error))

    return render_error


def _values(error: ProviderError) -> Mapping[str, object]:
    """Return what the texts of a table may show beside an error's own values."""
    if isinstance(error, InvalidPayloadError) and error.violations:
        first = error.violations[0]
        at = ".".join(map(str, first.path))
        if first.keyword == "required":
            at = f"{at}.{first.expected}" if at else str(first.expected)
        told: dict[str, Any] = {"problem": first.describe(), "at": at}
        return told
    return {"problem": error.detail.get("message", str(error)), "at": ""}
