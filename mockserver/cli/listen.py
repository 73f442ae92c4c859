"""listen: receive webhooks, print them, verify and answer them as told."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mockserver.cli.tools.arguments import Parser
from mockserver.cli.tools.lines import printable, printable_lines
from mockserver.cli.tools.output import print_json, print_line
from mockserver.config import parse_duration
from mockserver.providers.discovery import discover
from mockserver.providers.provider import Provider
from mockserver.server.receiver import Answer, Receiver, Webhook
from mockserver.server.signatures import trouble

__all__ = ["run"]

SHOWN_MAX: Final = 4000


def run(verb: str, given: list[str]) -> int:
    """Listen until Ctrl-C, or until so many have come; 1 if a signature was wrong.

    Raises:
        StartError: The port is in use.
    """
    options = _options(verb, given)
    providers = {} if options.secret is None else discover()
    return asyncio.run(_listen(options, providers))


class _Listening:
    """What is to be done with each webhook."""

    def __init__(self, options: Namespace, providers: Mapping[str, Provider]) -> None:
        self._options, self._providers = options, providers
        self._count = 0
        self.is_done = asyncio.Event()
        self.code = 0

    def take(self, name: str, webhook: Webhook) -> Answer:
        """Print what has arrived, and return what is to be answered."""
        options = self._options
        self._count += 1
        is_told = options.times is None or self._count <= options.times
        answer = Answer(
            options.status if is_told else 200,
            options.body.encode() if is_told else b"",
            delay_s=options.after if is_told else 0.0,
        )
        wrong = self._wrong(webhook)
        self.code = 1 if wrong else self.code
        path = f"/{name}{webhook.path}" if webhook.path != "/" else f"/{name}"
        document = {
            "number": self._count,
            "at": datetime.fromtimestamp(webhook.wall_at, tz=UTC).isoformat(),
            "method": webhook.method,
            "path": path,
            "query": webhook.query,
            "headers": [[*pair] for pair in webhook.headers.items()],
            "body": webhook.text,
            "answered": answer.status,
            "signature": None if wrong is None else wrong or "right",
        }
        _print(document, webhook, is_json=options.json)
        if self._count == options.count:
            self.is_done.set()
        return answer

    def _wrong(self, webhook: Webhook) -> str | None:
        """Return what is wrong with its signature; None if nobody asked."""
        secret = self._options.secret
        if secret is None:
            return None
        return trouble(webhook, self._providers, lambda _: [secret])


async def _listen(options: Namespace, providers: Mapping[str, Provider]) -> int:
    listening = _Listening(options, providers)
    receiver = Receiver(listening.take)
    await receiver.start(options.host, options.port)
    try:
        print_line(receiver.url)
        sys.stdout.flush()
        await listening.is_done.wait()
    finally:
        await receiver.close()
    return listening.code


def _print(document: Mapping[str, Any], webhook: Webhook, *, is_json: bool) -> None:
    if is_json:
        print_json(document)
    else:
        at = datetime.fromtimestamp(webhook.wall_at, tz=UTC).astimezone()
        query = f"?{webhook.query}" if webhook.query else ""
        said = document["signature"]
        signature = "" if said is None else f"  signature: {said}"
        target = printable(f"{document['path']}{query}")
        print_line(
            f"{at:%H:%M:%S} {webhook.method} {target}  {len(webhook.body)} bytes,"
            f" answered {document['answered']}{signature}"
        )
        text = webhook.text
        shown = text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."
        if shown:
            print_line(printable_lines(shown))
    sys.stdout.flush()


def _options(verb: str, given: list[str]) -> Namespace:
    parser = Parser(
        verb,
        "Receive webhooks: the first line is the URL; what arrives is printed, verified"
        " and answered.",
    )
    parser.add_argument("--host", "-H", default="127.0.0.1", help="Where to listen.")
    parser.add_argument(
        "--port", "-p", type=int, default=0, help="Which port; a free one if missing."
    )
    parser.add_argument(
        "--status", type=int, default=200, help="What is answered; 200 if missing."
    )
    parser.add_argument("--body", default="", help="The answer's body.")
    parser.add_argument(
        "--after", default="0s", help="Answer so much later, such as 3s."
    )
    parser.add_argument(
        "--times", type=int, help="Answer so only that often, then 200 at once."
    )
    parser.add_argument("--secret", help="Check signatures with this secret.")
    parser.add_argument(
        "--count", type=int, help="End after so many; 1 if a signature was wrong."
    )
    parser.add_argument("--json", action="store_true", help="Print JSON documents.")
    options = parser.parse(given)
    if not 200 <= options.status <= 599:
        parser.error(f"--status: found {options.status}, expected 200 to 599")
    try:
        options.after = parse_duration(options.after)
    except ValueError as error:
        parser.error(f"--after: {error}")
    return options
