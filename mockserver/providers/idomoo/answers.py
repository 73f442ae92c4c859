"""Parts of answers that several operations share: request ids, and version 1's body."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from mockserver.errors import PayloadTooLargeError, UnreadableBodyError
from mockserver.numbers import whole
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.wires.requests import request_chance

__all__ = ["account_id", "classic_failure", "classic_reply", "request_id"]

# Above the numbers that accounts are named by.
_DRAWN: Final = (10**9, 10**10 - 1)


def account_id(call: Call) -> str:
    """Return the number of the account that calls, as text; `0` if nobody does.

    An account may be opened by any name here, but clients expect a number.

    Source: contract idomoo, section 3.3.
    """
    if call.grant is None or call.known_space is None:
        return "0"
    key = call.grant.key
    return (
        key if whole(key) is not None else str(call.chance.integer("account", *_DRAWN))
    )


def request_id(call: Call) -> str:
    """Return the identifier of a request: account, unix time, three numbers.

    Source: contract idomoo, section 3.2.
    """
    chance, space = request_chance(call), call.known_space
    clock = call.services.spaces.settings.clock() if space is None else space.clock
    numbers = (
        chance.integer("first", 100, 999),
        chance.integer("second", 100, 999),
        chance.integer("third", 1_000_000, 9_999_999),
    )
    return ".".join(map(str, (account_id(call), int(clock.now()), *numbers)))


def classic_failure(description: str) -> dict[str, Any]:
    """Return the body of a version 1 error.

    Source: contract idomoo, section 3.9.
    """
    return {
        "status": "ERROR",
        "errorDescription": description,
        "video": {"output_formats": []},
    }


def classic_reply(call: Call, document: Mapping[str, Any], status: int = 200) -> Reply:
    """Return an answer of version 1: JSON, unless `response_format` is `xml`."""
    if _wants_xml(call):
        body = ET.tostring(_element("response", document), encoding="utf-8")
        return Reply(status, body, content_type="application/xml")
    return Reply.json(document, status)


_ITEMS: Final = {"output_formats": "output_format", "links": "link"}


def _wants_xml(call: Call) -> bool:
    try:
        document = call.parse(call.read_body or b"")
    except (UnreadableBodyError, PayloadTooLargeError):
        return False
    return isinstance(document, dict) and document.get("response_format") == "xml"


def _element(name: str, value: Any) -> ET.Element:
    element = ET.Element(name)
    members: Iterable[tuple[str, Any]] = ()
    if isinstance(value, Mapping):
        members = value.items()
    elif isinstance(value, list):
        members = ((_ITEMS[name], item) for item in value)
    elif value is not None:
        element.text = str(value)
    element.extend(_element(*member) for member in members)
    return element
