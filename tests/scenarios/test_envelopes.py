"""A status that a fault asks for is the one that the provider's envelope speaks of."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

import pytest

from tests.deep import some
from tests.scenarios.conftest import Play
from tests.scenarios.players import Player

BUMMER = "Bummer! We ran into a problem on our side. Please try again later."


def rule(**fault: Any) -> dict[str, Any]:
    return {"scenario": "refused", "rules": [{"fault": {"kind": "error", **fault}}]}


def impossible(status: int, text: str) -> dict[str, Any]:
    return {"statusCode": status, "message": text, "Message": text, "error": text,
            "Project-UID": "demo-project"}  # fmt: skip


def task(name: str, location: str, text: str) -> dict[str, Any]:
    entry = {"name": name, "location": location, "description": text}
    return {"status": "error", "errors": [entry]}


def idomoo(text: str) -> dict[str, Any]:
    entry = {"error_code": 20, "error_message": "General", "error_description": text}
    return {"status": "GENERATION_FAILED", "errors": [entry]}


CASES: list[tuple[str, int, dict[str, Any]]] = [
    ("impossible", 400, impossible(400, "Invalid request: movie: is required")),
    ("impossible", 402, impossible(402, "Payment Required")),
    ("impossible", 405, impossible(405, "Method not allowed")),
    ("impossible", 410, impossible(410, "Token expired")),
    ("impossible", 422, impossible(422, "Unprocessable Content")),
    ("impossible", 500, impossible(500, "Internal server error")),
    ("impossible", 501, impossible(501, "Not Implemented")),
    ("impossible", 502, impossible(502, "Bad Gateway")),
    ("impossible", 503, impossible(503, "Service Unavailable")),
    ("impossible", 504, impossible(504, "Render timed out")),
    ("impossible", 599, impossible(599, "Internal Server Error")),
    ("hourone", 400, {"detail": "There was an error parsing the body"}),
    ("hourone", 405, {"detail": "Method Not Allowed"}),
    ("hourone", 502, {"detail": "Bad Gateway"}),
    ("hourone", 503, {"detail": "Service Unavailable"}),
    ("digitalcarbon", 400, {"detail": "value is not a valid list"}),
    ("digitalcarbon", 402, {"detail": "Payment Required"}),
    ("digitalcarbon", 503, {"detail": "An internal error occurred"}),
    ("idomoo", 405, idomoo("This method is not allowed here.")),
    ("idomoo", 410, idomoo("Gone.")),
    ("idomoo", 503, idomoo(BUMMER)),
    ("stupeflix", 403, task("request", "header", "forbidden")),
    ("stupeflix", 500, task("request", "header", "internal error")),
    ("stupeflix", 502, task("request", "header", "bad gateway")),
    ("stupeflix", 503, task("request", "header", "try later")),
]


@pytest.mark.parametrize(("slug", "status", "said"), CASES)
async def test_an_asked_status_has_its_own_words(
    player: Play, slug: str, status: int, said: dict[str, Any]
) -> None:
    customer = await player(slug, rule(status=status))

    found, document = await customer.ask(*customer.creation())

    ids = ("requestId", "request_id")
    told = {name: value for name, value in document.items() if name not in ids}
    assert (found, told) == (status, said)


UNAVAILABLE = [
    ("digitalcarbon", {"detail": "An internal error occurred"}),
    ("hourone", {"detail": "Service Unavailable"}),
    ("stupeflix", task("request", "header", "try later")),
]


@pytest.mark.parametrize(("slug", "said"), UNAVAILABLE)
async def test_unavailable_is_503(
    player: Play, slug: str, said: dict[str, Any]
) -> None:
    customer = await player(slug, rule(problem="unavailable"))

    assert await customer.ask(*customer.creation()) == (503, said)


async def test_an_error_of_a_name_keeps_its_words_under_another_status(
    player: Play,
) -> None:
    customer = await player("impossible", rule(problem="render-failed", status=502))

    status, document = await customer.ask(*customer.creation())

    assert (status, document["statusCode"]) == (502, 502)
    assert document["message"] == "Render failed"


async def test_an_error_inside_a_200_says_that_it_is_one(player: Play) -> None:
    customer = await player("impossible", rule(problem="internal", status=200))

    status, document = await customer.ask(*customer.creation())

    assert (status, document["statusCode"]) == (200, 500)


# RFC 9110 and its relatives; what has no name is called like the first of its hundred.
PHRASES = {
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict",
    410: "Gone", 411: "Length Required", 412: "Precondition Failed",
    413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    416: "Range Not Satisfiable", 417: "Expectation Failed", 418: "I'm a Teapot",
    421: "Misdirected Request", 422: "Unprocessable Content", 423: "Locked",
    424: "Failed Dependency", 425: "Too Early", 426: "Upgrade Required",
    428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
    505: "HTTP Version Not Supported", 506: "Variant Also Negotiates",
    507: "Insufficient Storage", 508: "Loop Detected", 510: "Not Extended",
    511: "Network Authentication Required",
}  # fmt: skip
WORDS: dict[str, dict[int, str]] = {
    "digitalcarbon": {
        400: "value is not a valid list", 401: "API Key is missing or invalid",
        404: "Job not found", 413: "Request Entity Too Large",
        **dict.fromkeys(range(500, 600), "An internal error occurred"),
    },
    "fal": {401: "invalid key credentials", 413: "Request Entity Too Large"},
    "hourone": {
        400: "There was an error parsing the body", 401: "Not authenticated",
        413: "Request Entity Too Large",
    },
    "idomoo": {
        400: "Schema error: $.storyboard_id: string found, integer expected",
        401: "Account ID or API Secret Key is not valid.", 403: "This is not allowed.",
        404: "There is nothing at this address.",
        405: "This method is not allowed here.", 409: "This is not possible now.",
        413: "The request is too large.",
        429: "Too many API calls. 10 calls per minute are allowed.",
        **dict.fromkeys(range(500, 600), BUMMER),
    },
    "impossible": {
        400: "Invalid request: movie: is required", 404: "Not found",
        405: "Method not allowed", 410: "Token expired", 413: "Request too large",
        429: "Too many requests", 500: "Internal server error",
        504: "Render timed out",
    },
    "luma": {
        401: "Invalid API key", 413: "Request Entity Too Large",
        429: "Too many requests",
    },
    "openai": {
        400: "Missing required parameter: 'prompt'.",
        401: (
            "Incorrect API key provided: open****-key. You can find your API key at"
            " https://platform.openai.com/account/api-keys."
        ),
        403: "You are not allowed to do that.", 404: "Not found.",
        413: "Maximum content size limit exceeded.",
        422: "Missing required parameter: 'prompt'.",
        429: (
            "Rate limit reached for sora-2 in organization org-mock on requests per min"
            " (RPM): Limit 25, Used 25, Requested 1. Please try again in 60s. Visit"
            " https://platform.openai.com/account/rate-limits to learn more."
        ),
        500: "The server had an error while processing your request. Sorry about that!",
        503: "The engine is currently overloaded, please try again later.",
    },
    "replicate": {
        400: "The request body is not valid JSON.",
        401: "Invalid or expired API token.",
        402: (
            "You have insufficient credit to run this model. Go to"
            " https://replicate.com/account/billing#billing to purchase credit. Once"
            " you purchase credit, please wait a few minutes before trying again."
        ),
        404: "The requested resource could not be found.",
        413: "Request Entity Too Large", 422: "- input: prompt is required\n",
        429: "Request was throttled. Your rate limit resets in ~60s.",
        500: "Internal server error",
    },
    "runway": {
        400: "Validation of body failed", 401: "The API key is not valid.",
        404: "Not found", 405: "Method not allowed", 413: "Request body is too large",
        429: "Your daily task limit has been reached.", 500: "Internal server error",
    },
    "stupeflix": {
        400: "invalid request", 401: "bad credentials", 413: "the body is too large",
        500: "internal error", 503: "try later",
    },
}  # fmt: skip
# What is no text, or is told beside it: where, and for which statuses.
ENTRIES = {
    ("digitalcarbon", 422), ("fal", 422), ("hourone", 422), ("hourone", 500),
    ("luma", 422),
}  # fmt: skip
CODES = {400: 2030, 401: 1000}
PLACES = {
    400: ("body", "body"), 401: ("secret", "header"), 404: ("path", "url"),
    405: ("method", "url"), 413: ("body", "body"),
}  # fmt: skip
EVERY = range(400, 600)


def worded(slug: str, status: int) -> str:
    """Return what a provider says of a status."""
    phrase = PHRASES.get(status) or PHRASES[status // 100 * 100]
    own = WORDS[slug].get(status)
    return own or {"idomoo": f"{phrase}.", "stupeflix": phrase.lower()}.get(
        slug, phrase
    )


def _entry(*names: str) -> Callable[[Any], object]:
    return lambda document: tuple(document["errors"][0][name] for name in names)


# All that an envelope says of the status.
SAID: dict[str, Callable[[Any], object]] = {
    "idomoo": _entry("error_code", "error_description"),
    "impossible": lambda said: (said["statusCode"], said["message"], said["error"]),
    "openai": lambda said: (
        said["error"]["type"] == "server_error",
        said["error"]["message"],
    ),
    "replicate": lambda said: (said.get("status"), said["detail"]),
    "stupeflix": _entry("name", "location", "description"),
    **dict.fromkeys(("digitalcarbon", "fal", "hourone", "luma"), itemgetter("detail")),
    "runway": itemgetter("error"),
}


def told(slug: str, status: int) -> object:
    """Return what the envelope of a status has to say."""
    text = worded(slug, status)
    envelopes: dict[str, object] = {
        "impossible": (status, text, text),
        "idomoo": (CODES.get(status, 20), text),
        "openai": (status >= 500, text),
        # Replicate's 429 has no status inside.
        "replicate": (None if status == 429 else status, text),
        "stupeflix": (*PLACES.get(status, ("request", "header")), text),
    }
    return envelopes.get(slug, text)


async def _answered(customer: Player, statuses: Iterable[int]) -> dict[Any, object]:
    """Return what the customer's create says under each of some statuses."""
    found = {}
    for status in statuses:
        customer.use(rule(status=status))
        number, document = await customer.ask(*customer.creation())
        customer.space.script.clear()  # type: ignore[attr-defined]  # a book
        found[number] = SAID[customer.slug](document)
    return found


@pytest.mark.parametrize("slug", some(WORDS, of=3))
async def test_every_status_has_an_envelope_that_fits_it(
    player: Play, slug: str
) -> None:
    wanted = {one: told(slug, one) for one in EVERY if (slug, one) not in ENTRIES}

    assert await _answered(await player(slug), wanted) == wanted
