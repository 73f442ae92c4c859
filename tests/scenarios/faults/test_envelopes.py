"""A status that a fault asks for is the one that the provider's envelope speaks of."""

from typing import Any

import pytest

from tests.scenarios.conftest import Play

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
