"""Asked: a request to a provider, and what it says."""

from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web
from multidict import CIMultiDictProxy, MultiMapping
from orjson import loads

from mockserver.errors import InvalidPayloadError, UnreadableBodyError
from mockserver.providers import incoming
from mockserver.providers.bodies import ROOM_BYTES, off_loop, parse_json
from mockserver.providers.door import Door
from mockserver.providers.hints import Hint
from mockserver.providers.plugin import Plugin
from mockserver.providers.routes import Route
from mockserver.providers.services import Services

__all__ = ["Asked"]


class Asked:
    """One request with its headers, its query and its body.

    Attributes:
        request: The request as aiohttp has it.
        services: The server's rooms.
        provider: Whom the request is for.
        door: How it has come.
        route: The operation; None when there is none for this path and method.
        parameters: Percent-decoded path parameters.
        path: The raw path below the provider's root.
        notes: What the journal says beyond the wire.
        hints: Why it was refused, and what would allow it.
        sent: The body as it was sent, if it has been read.
    """

    # Most calls leave these as they are.
    notes: list[str] | None = None
    hints: tuple[Hint, ...] = ()
    sent: bytes | None = None
    _body: bytes | None = None

    def __init__(
        self,
        request: web.Request,
        services: Services,
        provider: Plugin[Any, Services],
        door: Door,
        path: str,
        route: Route[Any] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self.request = request
        self.services = services
        self.provider = provider
        self.door = door
        self.path = path
        self.route = route
        self.parameters = parameters or {}

    @property
    def operation(self) -> str:
        """Name of the operation, or an empty text."""
        return "" if self.route is None else self.route.operation

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """The request's headers."""
        return self.request.headers

    @property
    def query(self) -> MultiMapping[str]:
        """The request's decoded query parameters."""
        return self.request.query

    async def body(self) -> bytes:
        """Return the whole body.

        Raises:
            PayloadTooLargeError: It is longer than `body_max_bytes`.
            UnreadableBodyError: It is not encoded as its headers say.
        """
        if self._body is None:
            request, bound = self.request, self.body_max_bytes
            try:
                if self.sent is None:
                    patience_s = self.services.options.idle_timeout_s
                    self.sent = await incoming.receive(
                        request, bound, patience_s=patience_s
                    )
                coded = hdrs.CONTENT_ENCODING in request.headers
                self._body = (
                    await incoming.decoded(request, self.sent, bound)
                    if coded
                    else self.sent
                )
            except UnreadableBodyError as error:
                self.note(str(error.detail["message"]))
                raise
        return self._body

    @property
    def body_max_bytes(self) -> int:
        """How long a body may be: as the provider's is, within the server's own."""
        most = self.services.options.body_max_bytes
        return min(most, self.provider.body_max_bytes or most)

    @property
    def read_body(self) -> bytes | None:
        """The body if it has been read, for the journal."""
        return self._body

    async def payload(self, schema: str | None = None) -> Any:
        """Return the JSON body, valid against the operation's request schema.

        Raises:
            UnreadableBodyError: It is not JSON.
            InvalidPayloadError: It breaks the schema.
        """
        name, body = schema or f"{self.operation}.request", await self.body()
        if len(body) <= ROOM_BYTES:
            valid, slug = self.services.valid, self.provider.slug
            if valid.has(slug, name, body):
                return loads(body)
            # Asked here, too: most bodies are short, and nothing is waited for.
            document = self.parse(body)
            self.check(document, name)
            valid.add(slug, name, body)
            return document
        document = await off_loop(len(body), self.parse, body)
        await off_loop(len(body), self.check, document, name)
        return document

    async def document(self) -> Any:
        """Return the JSON body, whatever it says; None for no body.

        Raises:
            PayloadTooLargeError: It has too many values.
            UnreadableBodyError: It is not JSON.
        """
        body = await self.body()
        return await off_loop(len(body), self.parse, body)

    def parse(self, text: bytes) -> Any:
        """Return some JSON that has been sent; errors are those of `document`."""
        return parse_json(text, self.services.options.json_values_max)

    def check(self, document: Any, schema: str) -> None:
        """Validate a document against one of the provider's schemas.

        Raises:
            InvalidPayloadError: It breaks the schema.
        """
        violations = self.services.schemas(self.provider.slug).check(schema, document)
        if violations:
            for violation in violations[:5]:
                self.note(f"{schema}: {violation.describe()}")
            raise InvalidPayloadError(violations)

    def note(self, text: str) -> None:
        """Tell the journal something that the wire does not say."""
        if self.notes is None:
            self.notes = []
        self.notes.append(text)

    def hint(self, hint: Hint) -> None:
        """Say why the call will be refused, and what would allow it."""
        self.hints = (*self.hints, hint)
