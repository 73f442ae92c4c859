"""Every exception that is raised on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final, Self

from msgspec import Struct

__all__ = [
    "VIOLATIONS_MAX",
    "ClockError",
    "ConfigError",
    "ConflictError",
    "DeliveryError",
    "FixtureError",
    "ForbiddenError",
    "InvalidPayloadError",
    "MediaError",
    "MethodNotAllowedError",
    "Mistake",
    "MockserverError",
    "NotFoundError",
    "NotReadyError",
    "PayloadTooLargeError",
    "ProviderError",
    "RateLimitError",
    "ScenarioError",
    "SchemaError",
    "SpaceElsewhereError",
    "StartError",
    "StoreError",
    "UnauthorizedError",
    "UnavailableError",
    "UnreadableBodyError",
    "Violation",
    "starting",
]

VIOLATIONS_MAX = 100
"""How many are told of one value: half a million wrong items make no longer answer."""


_TYPES: Final = MappingProxyType(
    {
        "object": "an object",
        "array": "a list",
        "string": "a text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "null": "null",
    }
)


class Violation(Struct, frozen=True):
    """One way in which a value breaks its schema.

    Attributes:
        path: Where in the value, from its root: names and 0-based indexes.
        keyword: The JSON Schema keyword that failed, such as `required`.
        expected: The keyword's value in the schema; for `required` the one
            missing name.
        found: The offending value.
        schema_path: Where in the schema, from its root.
    """

    path: tuple[str | int, ...]
    keyword: str
    expected: object
    found: object
    schema_path: tuple[str | int, ...] = ()

    def describe(self) -> str:
        """Return one line for people: place, what was found, what would be right."""
        place = "/".join(str(part) for part in self.path) or "(root)"
        if self.keyword == "required":
            return f"{place}: {self.expected!r} is missing"
        found = repr(self.found)
        shown = found if len(found) <= 80 else found[:77] + "..."
        if self.keyword == "type":
            wanted = self.expected
            kinds = wanted if isinstance(wanted, list | tuple) else (wanted,)
            right = " or ".join(_TYPES.get(str(kind), str(kind)) for kind in kinds)
            return f"{place}: found {shown}, expected {right}"
        return f"{place}: found {shown}, expected {self.keyword} {self.expected!r}"


class MockserverError(Exception):
    """Anything this package raises on purpose."""


class ConfigError(MockserverError):
    """A setting is wrong; the message names it, its source and what would be right."""


class SchemaError(MockserverError):
    """One of our schema files is not a valid JSON Schema."""


class FixtureError(MockserverError):
    """A fixture file does not fit; the message names file and place."""


class Mistake(Struct, frozen=True):
    """One thing that is wrong with a document; as a text, a line that says all of it.

    Attributes:
        where: The file as people know it, or what the document came from.
        found: What stands there, as it is shown.
        expected: What would be right; empty if nothing can be said.
        line: Of the file, from 1; None if it is no text, or about the whole.
        path: Names and indexes, such as `rules/0/on`; empty for the whole.
        by: Where the document is included, from the innermost outwards.
    """

    where: str
    found: str
    expected: str = ""
    line: int | None = None
    path: str = ""
    by: tuple[str, ...] = ()

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        path = f"{self.path}: " if self.path else ""
        expected = f", expected {self.expected}" if self.expected else ""
        way = "".join(f", included by {place}" for place in self.by)
        return f"{self.where}{line}: {path}found {self.found}{expected}{way}"


class ScenarioError(MockserverError):
    """A scenario is refused; the message names file, place and what would fit.

    Args:
        mistakes: What is wrong, one by one; a text where it is about no document.

    Attributes:
        mistakes: The same.
    """

    def __init__(self, *mistakes: Mistake | str) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class ClockError(MockserverError):
    """A clock was asked for something impossible, such as going back."""


class StartError(MockserverError):
    """The server cannot start; the message says why, such as a port in use."""


class StoreError(MockserverError):
    """The store cannot be read or written; what was to be kept is not safe."""


@contextmanager
def starting(of: str = "") -> Iterator[None]:
    """Tell what is wrong with a store as the reason why a server cannot start.

    Args:
        of: The store, where what is told does not name it.

    Raises:
        StartError: In place of each `StoreError`.
    """
    try:
        yield
    except StoreError as error:
        raise StartError(f"store: {of}{': ' * bool(of)}{error}") from error


class SpaceElsewhereError(MockserverError):
    """A space is not this worker's, or that has to be found out; nothing was done yet.

    Attributes:
        space: The space; empty if it is not known which one.
        link: The public thing that leads to it, as the store has it.
        sent: The body of the request that it is for, if that has been read.
    """

    def __init__(self, space: str = "", link: bytes = b"") -> None:
        super().__init__(f"space {space}" if space else "a public thing")
        self.space, self.link = space, link
        self.sent: bytes | None = None


class MediaError(MockserverError):
    """A media file could not be made; the message says how to mend it."""


class DeliveryError(MockserverError):
    """An outgoing request failed.

    Attributes:
        kind: `refused` (guard), `invalid` (no address, or nothing that can be sent),
            `connect`, `timeout`, `redirects` or `status`.
        status: The destination's status, for kind `status`.
    """

    def __init__(self, kind: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status


class ProviderError(MockserverError):
    """An outcome that the provider's error table renders on its own wire.

    Attributes:
        code: A provider's own word for the case, when its table has several.
        detail: Values for the provider's message, such as an id.
        status: The HTTP status that a rule asks for, whatever the table says.
        undoes: The jobs that its call has made before are taken back.
    """

    def __init__(self, code: str = "", /, **detail: object) -> None:
        super().__init__(code or type(self).__name__)
        self.code = code
        self.detail = detail
        self.status: int | None = None
        self.undoes = False

    def __str__(self) -> str:
        """Return the case, with the identifier that it is about if there is one."""
        told = super().__str__()
        return f"{told}: found {self.detail['id']!r}" if "id" in self.detail else told

    def with_status(self, status: int) -> Self:
        """Return the error, which has to be answered with a status from now on."""
        self.status = status
        return self


class UnauthorizedError(ProviderError):
    """Credentials are missing, malformed or unknown."""


class ForbiddenError(ProviderError):
    """Credentials are fine, but not for this."""


class NotFoundError(ProviderError):
    """There is no such thing in this space, or no such route."""


class MethodNotAllowedError(ProviderError):
    """The path exists, but not with this method; `detail["allow"]` lists those."""


class NotReadyError(ProviderError):
    """The job has not come that far yet."""


class ConflictError(ProviderError):
    """The thing is in a state that forbids this."""


class PayloadTooLargeError(ProviderError):
    """The body is larger than the provider's or our own bound."""


class UnreadableBodyError(ProviderError):
    """The body cannot be decoded; `detail` has `message` and, if known, `offset`."""


class InvalidPayloadError(ProviderError):
    """The payload breaks its schema or a rule of the provider."""

    def __init__(
        self, violations: tuple[Violation, ...] = (), code: str = "", **detail: object
    ) -> None:
        super().__init__(code, **detail)
        self.violations = violations


class RateLimitError(ProviderError):
    """Too many calls; `retry_after_s` says when the window opens again."""

    def __init__(self, retry_after_s: float = 0.0, code: str = "") -> None:
        super().__init__(code)
        self.retry_after_s = retry_after_s


class UnavailableError(ProviderError):
    """The emulated service itself has failed, on purpose."""
