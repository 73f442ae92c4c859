"""Client: the control API of a running server, as verbs use it."""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mockserver.cli.tools.output import print_error
from mockserver.errors import MockserverError, StartError

__all__ = ["Client", "RefusedError", "UnreachableError", "add_client_options"]

DEFAULT_PORT = "7357"
TIMEOUT_S = 30.0
_API = "/_mock/api"
_SILENCE_S = 60.0  # the server says every 15 s that it is still there


class RefusedError(MockserverError):
    """The server has refused a request; the message is its own."""


class UnreachableError(StartError):
    """No server answers at that URL."""


class Client:
    """Asks one server.

    Args:
        url: Where it is, such as `http://127.0.0.1:7357`.
        token: Its control token, if it has one.
        timeout_s: How long an answer may take.

    Raises:
        RefusedError: The URL is none.
    """

    def __init__(
        self, url: str, token: str | None = None, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        try:
            self._port = parts.port
        except ValueError as error:
            raise RefusedError(f"--url: found {url!r}, expected a URL") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RefusedError(f"--url: found {url!r}, expected an http or https URL")
        self._url, self._host, self._scheme = url, parts.hostname, parts.scheme
        self._base = parts.path.rstrip("/")
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._timeout_s = timeout_s

    @staticmethod
    def of(
        options: Namespace,
        environ: Mapping[str, str] | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> "Client":
        """Return the client for `--url` and `--token`, or what the environment says.

        Raises:
            RefusedError: The URL is none.
        """
        environ = os.environ if environ is None else environ
        port = environ.get("MOCKSERVER_PORT") or DEFAULT_PORT
        default = environ.get("MOCKSERVER_URL") or f"http://127.0.0.1:{port}"
        token = options.token or environ.get("MOCKSERVER_TOKEN")
        # In the server's own container its settings are there, too.
        token = token or environ.get("MOCKSERVER_CONTROL_TOKEN") or None
        return Client(options.url or default, token, timeout_s=timeout_s)

    def get(self, *path: str, **query: object) -> Any:
        """Return the document at a path below the control API.

        Raises:
            RefusedError: The server says no.
            UnreachableError: It does not answer.
        """
        return self._ask("GET", path, None, query)

    def post(
        self, *path: str, body: Mapping[str, Any] | None = None, **query: object
    ) -> Any:
        """Let something be done, and return what the server says about it.

        Raises:
            RefusedError: The server says no.
            UnreachableError: It does not answer.
        """
        return self._ask("POST", path, dict(body or {}), query)

    def delete(self, *path: str, **query: object) -> Any:
        """Let something be no more, and return what the server says about it.

        Raises:
            RefusedError: The server says no.
            UnreachableError: It does not answer.
        """
        return self._ask("DELETE", path, None, query)

    def events(self, kinds: str, space: str | None) -> Iterator[tuple[str, Any]]:
        """Yield what happens, as pairs of kind and document, until the server ends.

        The first pair is `("", None)`: from then on nothing is missed.

        Raises:
            RefusedError: The server says no.
            UnreachableError: It does not answer.
        """
        wanted = {"kinds": kinds, **({} if space is None else {"space": space})}
        target = f"{self._base}{_API}/events?{urlencode(wanted)}"
        connection = self._connection(_SILENCE_S)
        try:
            connection.request("GET", target, headers=self._headers)
            response = connection.getresponse()
            if response.status >= 400:
                document = self._document(response.status, response.read())
                raise RefusedError(str(document.get("error", response.status)))
            kind = ""
            for raw in response:
                name, _, value = raw.decode().rstrip("\r\n").partition(": ")
                if not name and value == "listening":
                    yield "", None
                kind = value if name == "event" else kind
                if name == "data":
                    yield kind, json.loads(value)
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()

    def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None,
        query: Mapping[str, object],
    ) -> Any:
        parts = "/".join(quote(part, safe="") for part in path)
        wanted = {name: value for name, value in query.items() if value is not None}
        target = f"{self._base}{_API}/{parts}"
        target += f"?{urlencode(wanted)}" if wanted else ""
        status, raw = self._send(method, target, body)
        document = self._document(status, raw)
        if status >= 400:
            raise RefusedError(str(document.get("error", f"status {status}")))
        for one in document.get("missing", ()):
            print_error(f"warning: {one}; what it has is not here")
        return document

    def _send(
        self, method: str, target: str, body: Mapping[str, Any] | None
    ) -> tuple[int, bytes]:
        connection = self._connection(self._timeout_s)
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self._headers}
        try:
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()

    def _connection(self, timeout_s: float) -> HTTPConnection:
        kind = HTTPSConnection if self._scheme == "https" else HTTPConnection
        return kind(self._host, self._port, timeout=timeout_s)

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(
            f"no server answers at {self._url} ({error}); start one with"
            " mockserver serve, or name it with --url or MOCKSERVER_URL"
        )

    def _document(self, status: int, raw: bytes) -> Any:
        try:
            document = json.loads(raw)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise UnreachableError(
                f"what answers at {self._url} is no video-mockserver (status {status})"
            )
        return document


def add_client_options(parser: ArgumentParser, *, has_space: bool = True) -> None:
    """Give a parser the options of all verbs that talk to a server."""
    parser.add_argument(
        "--url",
        help=f"Where the server is (MOCKSERVER_URL, else http://127.0.0.1:{DEFAULT_PORT}).",
    )
    parser.add_argument(
        "--token", help="Its control token, if it has one (MOCKSERVER_TOKEN)."
    )
    parser.add_argument("--json", action="store_true", help="Print the raw JSON.")
    if has_space:
        parser.add_argument("--space", metavar="NAME", help="Only this space.")
