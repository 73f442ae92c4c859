"""Errors: which status and words each error has on one provider's wire."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from string import Formatter
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
    UnreadableBodyError,
)
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.wires.statuses import phrase
from mockserver.scenarios.faults.retry import retry_after

__all__ = ["ErrorTable", "Told"]

Key = type[ProviderError] | tuple[type[ProviderError], str]
Row = tuple[int, str] | tuple[int, str, Any]

_NOTHING: Final[Mapping[str, object]] = {}
_USUAL: Final[Mapping[type[ProviderError], int]] = {
    InvalidPayloadError: 400,
    UnreadableBodyError: 400,
    UnauthorizedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    MethodNotAllowedError: 405,
    ConflictError: 409,
    NotReadyError: 409,
    PayloadTooLargeError: 413,
    RateLimitError: 429,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of an error.

    Attributes:
        status: The HTTP status that goes out.
        text: The message, with the error's values put in.
        code: What else the provider says of such an error, such as a code of its own.
    """

    status: int
    text: str
    code: Any = None


class ErrorTable:
    """The errors of one provider; whatever is rendered with it agrees with its status.

    A row belongs to a kind of error, or to a kind and one of its codes; an error of
    an unknown code is told as its kind. A text may have places such as `{id}`, which
    the error's `detail` fills; it is empty where the provider words each case itself.
    An error without a row has the status that its kind mostly has.

    A rule may ask for another status (`ProviderError.status`). An error with a row for
    its code keeps its words; in general the words are those of the new status: those
    of a kind that has it, or of a code, else what `words` says.

    Args:
        rows: `(status, text)` or `(status, text, code)` by kind, or kind and code.
        words: What is said of a status that no row has; its reason phrase.
        code: The code of those.
        tells_retry: `Retry-After` says when a limit ends, if that is known.
    """

    def __init__(
        self,
        rows: Mapping[Key, Row],
        *,
        words: Callable[[int], str] = phrase,
        code: Any = None,
        tells_retry: bool = True,
    ) -> None:
        self._rows = {
            key if isinstance(key, tuple) else (key, ""): Told(*row)
            for key, row in rows.items()
        }
        self._words, self._code, self._tells_retry = words, code, tells_retry
        self._kinds = _by_status(self._rows, lambda code: not code)
        self._codes = _by_status(self._rows, bool)

    def __contains__(self, key: Key) -> bool:
        """Say whether there is a row for exactly this kind, or kind and code."""
        return (key if isinstance(key, tuple) else (key, "")) in self._rows

    def find(
        self,
        error: ProviderError,
        *,
        status: int | None = None,
        values: Mapping[str, object] = _NOTHING,
    ) -> Told:
        """Return what is said of an error.

        Args:
            error: The error.
            status: The status that its row has for this call, if a setting says so.
            values: More values for the places in texts, beside the error's own.
        """
        special = self._rows.get((type(error), error.code)) if error.code else None
        row = special or self._rows.get((type(error), ""))
        row = row or self._general(_USUAL.get(type(error), 500))
        own = row.status if status is None else status
        wanted = own if error.status is None else error.status
        if wanted != own and not (special and special.text):
            is_of_kind = wanted in self._kinds or wanted not in self._codes
            row = self._general(wanted) if is_of_kind else self._codes[wanted]
        text = row.text.format_map(_Known({**values, **error.detail}))
        return replace(row, status=wanted, text=text)

    def reply(
        self,
        error: ProviderError,
        write: Callable[[Told], Reply],
        *,
        status: int | None = None,
        values: Mapping[str, object] = _NOTHING,
    ) -> Reply:
        """Return the answer: what `write` makes of it, under the status that it says.

        `Allow` and `Retry-After` are put in where they belong, unless `write` has.
        """
        told = self.find(error, status=status, values=values)
        reply = write(told)
        reply.status = told.status
        for name, value in self._headers(error, told).items():
            reply.headers.setdefault(name, value)
        return reply

    def as_json(
        self, document: Callable[[Told], Any]
    ) -> Callable[[Call, ProviderError], Reply]:
        """Return what renders all errors as JSON: `document` makes it of each."""

        def render_error(call: Call, error: ProviderError) -> Reply:
            del call
            return self.reply(error, lambda told: Reply.json(document(told)))

        return render_error

    def _general(self, status: int) -> Told:
        known = self._kinds.get(status)
        return known or Told(status, self._words(status), self._code)

    def _headers(self, error: ProviderError, told: Told) -> Mapping[str, str]:
        if isinstance(error, MethodNotAllowedError) and told.status == 405:
            return {"Allow": str(error.detail.get("allow", ""))}
        if isinstance(error, RateLimitError) and self._tells_retry:
            return retry_after(error.retry_after_s) if error.retry_after_s > 0 else {}
        return {}


class _Known(dict[str, object]):
    """Values for a text; a place for which there is none becomes a `?`."""

    def __missing__(self, name: str) -> str:
        return "?"


def _by_status(
    rows: Mapping[tuple[type[ProviderError], str], Told], fits: Callable[[str], bool]
) -> Mapping[int, Told]:
    """Return what can be said of a status alone: the first row whose code fits."""
    found: dict[int, Told] = {}
    for (_, code), told in rows.items():
        places = (name for _, name, _, _ in Formatter().parse(told.text) if name)
        if fits(code) and told.text and not any(places):
            found.setdefault(told.status, told)
    return found
