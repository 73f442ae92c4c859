"""An error table says the same in the status line, in the headers and in the body."""

import json
from typing import Any

import pytest

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
from mockserver.providers.reply import Reply
from mockserver.providers.wires.errors import ErrorTable, Told
from tests.providers.wires.conftest import Ask

TABLE = ErrorTable(
    {
        NotFoundError: (404, "Nothing here", "lost"),
        (NotFoundError, "film"): (404, "No film {id}", "lost"),
        MethodNotAllowedError: (405, "Not so", "method"),
        (ConflictError, "gone"): (410, "Gone away", "gone"),
        ConflictError: (409, "Busy with {what}", "busy"),
        (ConflictError, "later"): (409, "Come later", "busy"),
        RateLimitError: (429, "Slowly", "slow"),
        InvalidPayloadError: (400, "", "wrong"),
        (InvalidPayloadError, "list"): (422, "", "wrong"),
        UnavailableError: (500, "Broken", "broken"),
        (UnavailableError, "burnt"): (500, "The film burnt", "broken"),
    },
    code="other",
)


def written(told: Told) -> Reply:
    return Reply.json([told.status, told.text, told.code])


ROWS: dict[str, tuple[ProviderError, list[Any]]] = {
    "a kind": (NotFoundError(), [404, "Nothing here", "lost"]),
    "a kind and a code": (NotFoundError("film", id=7), [404, "No film 7", "lost"]),
    "a code without a row": (NotFoundError("actor"), [404, "Nothing here", "lost"]),
    "a value that is not there": (NotFoundError("film"), [404, "No film ?", "lost"]),
    "a value that looks like a place": (
        NotFoundError("film", id="{id}"),
        [404, "No film {id}", "lost"],
    ),
    "a code whose kind has no row": (ForbiddenError("x"), [403, "Forbidden", "other"]),
    "a kind whose status only codes have": (
        NotReadyError(),
        [409, "Conflict", "other"],
    ),
}


@pytest.mark.parametrize(("error", "said"), ROWS.values(), ids=ROWS)
def test_an_error_has_the_words_of_its_row(
    error: ProviderError, said: list[Any]
) -> None:
    reply = TABLE.reply(error, written)

    assert (reply.status, json.loads(reply.body)) == (said[0], said)


ASKED: dict[str, tuple[ProviderError, int, list[Any]]] = {
    "its own": (NotFoundError(), 404, [404, "Nothing here", "lost"]),
    "one of another kind": (NotFoundError(), 429, [429, "Slowly", "slow"]),
    "one that only a code has": (NotFoundError(), 410, [410, "Gone away", "gone"]),
    "one whose kind needs values": (NotFoundError(), 409, [409, "Come later", "busy"]),
    "one whose row has no text": (NotFoundError(), 400, [400, "Bad Request", "other"]),
    "one that no row has": (UnavailableError(), 502, [502, "Bad Gateway", "other"]),
    "any, of a code": (
        UnavailableError("burnt"),
        502,
        [502, "The film burnt", "broken"],
    ),
    "any, of a code without a text": (
        InvalidPayloadError(code="list"),
        502,
        [502, "Bad Gateway", "other"],
    ),
    "any, of an unknown code": (
        UnavailableError("wet"),
        502,
        [502, "Bad Gateway", "other"],
    ),
    "any, of a kind without a row": (
        ForbiddenError(),
        404,
        [404, "Nothing here", "lost"],
    ),
}


@pytest.mark.parametrize(("error", "status", "said"), ASKED.values(), ids=ASKED)
def test_a_status_that_is_asked_for_is_told_everywhere(
    error: ProviderError, status: int, said: list[Any]
) -> None:
    reply = TABLE.reply(error.with_status(status), written)

    assert (reply.status, json.loads(reply.body)) == (status, said)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (UnreadableBodyError, 400),
        (InvalidPayloadError, 400),
        (UnauthorizedError, 401),
        (ForbiddenError, 403),
        (NotFoundError, 404),
        (MethodNotAllowedError, 405),
        (NotReadyError, 409),
        (ConflictError, 409),
        (PayloadTooLargeError, 413),
        (RateLimitError, 429),
        (UnavailableError, 500),
    ],
)
def test_a_kind_without_a_row_has_its_usual_status(
    kind: type[ProviderError], status: int
) -> None:
    assert ErrorTable({}).find(kind()).status == status


def test_a_table_renders_all_errors_as_json(ask: Ask) -> None:
    render = TABLE.as_json(lambda told: {"code": told.status, "error": told.text})

    reply = render(ask(), MethodNotAllowedError(allow="PUT"))

    assert (reply.status, reply.content_type) == (405, "application/json")
    assert reply.body == b'{"code":405,"error":"Not so"}'
    assert reply.headers == {"Allow": "PUT"}


def test_a_setting_may_give_a_row_another_status() -> None:
    found = TABLE.find(NotFoundError(), status=410)

    assert found == Told(410, "Nothing here", "lost")


def test_what_a_rule_asks_for_comes_before_a_setting() -> None:
    found = TABLE.find(NotFoundError().with_status(429), status=410)

    assert found == Told(429, "Slowly", "slow")


def test_a_call_may_have_values_of_its_own() -> None:
    found = TABLE.find(ConflictError(), values={"what": "a cut"})

    assert found.text == "Busy with a cut"


def test_an_errors_own_value_comes_first() -> None:
    found = TABLE.find(ConflictError(what="a take"), values={"what": "a cut"})

    assert found.text == "Busy with a take"


def test_the_words_for_a_status_may_be_the_providers() -> None:
    table = ErrorTable({}, words=lambda status: f"Error {status}")

    assert table.find(UnavailableError()) == Told(500, "Error 500")


def test_the_written_status_never_goes_out() -> None:
    reply = TABLE.reply(NotFoundError(), lambda _: Reply.text("x", 200))

    assert reply.status == 404


def test_a_wrong_method_names_the_right_ones() -> None:
    reply = TABLE.reply(MethodNotAllowedError(allow="GET, PUT"), written)

    assert reply.headers == {"Allow": "GET, PUT"}


@pytest.mark.parametrize(("seconds", "said"), [(60.0, "60"), (0.2, "1"), (1.5, "2")])
def test_a_limit_says_when_it_ends_in_whole_seconds(seconds: float, said: str) -> None:
    reply = TABLE.reply(RateLimitError(seconds), written)

    assert reply.headers == {"Retry-After": said}


def test_a_limit_of_unknown_end_does_not() -> None:
    assert TABLE.reply(RateLimitError(), written).headers == {}


def test_a_provider_may_never_say_when() -> None:
    table = ErrorTable({RateLimitError: (429, "Slowly")}, tells_retry=False)

    assert table.reply(RateLimitError(60.0), written).headers == {}


def test_a_header_that_was_written_stays() -> None:
    reply = TABLE.reply(
        RateLimitError(60.0), lambda _: Reply.json({}, headers={"Retry-After": "soon"})
    )

    assert reply.headers == {"Retry-After": "soon"}


@pytest.mark.parametrize(
    ("key", "is_there"),
    [
        (NotFoundError, True),
        ((NotFoundError, "film"), True),
        ((NotFoundError, "actor"), False),
        (ForbiddenError, False),
    ],
)
def test_a_table_knows_its_rows(key: Any, is_there: bool) -> None:
    assert (key in TABLE) is is_there
