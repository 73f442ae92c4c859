"""What rules change about answers, as the client gets them."""

from typing import Any

import pytest

from tests.scenarios.faults.conftest import FILM, Open, Theatre


def change(theatre: Theatre, operation: str = "status", **answer: Any) -> None:
    """Let a rule change answers."""
    theatre.rule({"on": {"operation": operation}, "answer": answer})


async def test_members_of_an_answer_are_set_and_removed(theatre: Theatre) -> None:
    change(theatre, set={"/state": "thinking", "/eta": 5}, remove=["/id"])

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"state":"thinking","eta":5}'
    assert heard.headers["Content-Length"] == "28"
    assert theatre.told() == [(200, "play/1")]


async def test_what_is_set_stands_even_where_the_same_is_removed(
    theatre: Theatre,
) -> None:
    change(theatre, set={"/state": "thinking"}, remove=["/state"])

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"id":"film","state":"thinking"}'


async def test_status_and_headers_are_changed(theatre: Theatre) -> None:
    change(theatre, status=202, headers={"X-More": "yes"})

    heard = await theatre.hear("/films/film")

    assert heard.line == b"HTTP/1.1 202 Accepted"
    assert heard.headers["X-More"] == "yes"
    assert heard.body == b'{"id":"film","state":"queued"}'


async def test_the_whole_body_is_another_document(theatre: Theatre) -> None:
    change(theatre, body={"null": None})

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"null":null}'


async def test_a_file_becomes_a_text(theatre: Theatre) -> None:
    change(theatre, "media", text="gone fishing")

    heard = await theatre.hear("/files/film.mp4")

    assert heard.body == b"gone fishing"


async def test_what_is_no_json_keeps_its_members(theatre: Theatre) -> None:
    change(theatre, "media", set={"/a": 1})

    heard = await theatre.hear("/files/film.mp4")

    assert heard.body == FILM


async def test_a_patched_answer_may_be_broken_as_well(theatre: Theatre) -> None:
    change(theatre, set={"/state": "thinking"})
    theatre.use({"kind": "truncated-json", "bytes": 10})

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"id":"fil'


async def test_an_error_is_not_patched(theatre: Theatre) -> None:
    change(theatre, set={"/state": "thinking"})
    theatre.use({"kind": "error", "status": 500})

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"detail":"An internal error occurred"}'


@pytest.mark.parametrize("kind", ["error", "hang", "reset"])
async def test_credentials_come_first(open_theatre: Open, kind: str) -> None:
    """No rule of a space acts for somebody who is not let into it."""
    theatre = await open_theatre()
    theatre.use({"kind": kind, "status": 503} if kind == "error" else {"kind": kind})

    heard = await theatre.hear("/films/film", **{"X-Api-Key": ""})

    assert heard.line == b"HTTP/1.1 401 Unauthorized"


async def test_an_answer_shows_values_of_call_job_and_space(theatre: Theatre) -> None:
    change(
        theatre,
        set={"/state": "${moment.phase}", "/age": "${moment.age + 1}"},
        headers={"X-Next": "/films/${job.id}?try=${call.number + 1}"},
    )

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"id":"film","state":"waiting","age":1}'
    assert heard.headers["X-Next"] == "/films/film?try=2"


async def test_a_value_cannot_add_a_header(theatre: Theatre) -> None:
    change(theatre, headers={"X-Page": "${call.query.page}"})

    heard = await theatre.hear("/films/film?page=1%0d%0aX-Evil:%20yes")

    assert heard.headers["X-Page"] == "1 X-Evil: yes"
    assert "X-Evil" not in heard.headers


async def test_an_error_in_own_words_shows_what_was_asked(theatre: Theatre) -> None:
    theatre.rule(
        {
            "on": {"operation": "create"},
            "fault": {
                "kind": "error",
                "status": 402,
                "body": {"lacking": "${call.body/credits or 0}"},
            },
        }
    )

    body, ending = '{"credits": 12}', "close"
    line = await theatre.call("/films", "POST", body, Connection=ending)
    heard = await line.read_all()

    assert heard.body == b'{"lacking":12}'
