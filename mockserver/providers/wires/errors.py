"""Errors: which status and words each error has on one provider's wire."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from string import Formatter
from typing import Any, Final

from mockserver.errors import MethodNotAllowedError, ProviderError, RateLimitError
from mockserver.providers.reply import Reply
from mockserver.providers.wires.statuses import phrase
from mockserver.scenarios.faults.retry import retry_after

__all__ = ["ErrorTable", "Told"]

Key = type[ProviderError] | tuple[type[ProviderError], str]
Row = tuple[int, str] | tuple[int, str, Any]

_NOTHING: Final[Mapping[str, object]] = {}


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
    An error that nothing is said of is a failure of the service, status 500.

    A rule may ask for another status (`ProviderError.status`). An error with a row for
    its code keeps its words; in general the words are those of the new status: those
    of a row that has it, else what `words` says.

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
        self._by_status: dict[int, Told] = {}
        for told in _general(self._rows):
            self._by_status.setdefault(told.status, told)

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
        row = special or self._rows.get((type(error), "")) or self._told(500)
        own = row.status if status is None else status
        wanted = own if error.status is None else error.status
        if wanted != own and not (special and special.text):
            row = self._told(wanted)
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

    def _told(self, status: int) -> Told:
        known = self._by_status.get(status)
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


def _general(rows: Mapping[tuple[type[ProviderError], str], Told]) -> Iterator[Told]:
    """Yield what can be said of a status alone: kinds first, then codes, in order."""
    for _, told in sorted(rows.items(), key=lambda row: bool(row[0][1])):
        places = (name for _, name, _, _ in Formatter().parse(told.text) if name)
        if told.text and not any(places):
            yield told
