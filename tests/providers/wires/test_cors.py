"""Pages may call what a provider has opened to them, and ask before they do."""

import pytest

from mockserver.providers.call import Call
from mockserver.providers.reply import Reply
from mockserver.providers.routes import Routes
from mockserver.providers.wires.cors import Cors
from tests.providers.wires.conftest import Ask

OPEN = Cors(methods="GET, PUT", headers="X-Key")
PART = Cors(
    methods="GET",
    headers="X-Key",
    exposes="X-Id",
    max_age_s=60,
    covers=lambda path: path.startswith("/open"),
)
ALLOWED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "X-Key",
    "Access-Control-Expose-Headers": "X-Id",
    "Access-Control-Max-Age": "60",
}


async def empty(call: Call) -> Reply:
    """Answer nothing."""
    return Reply.empty()


def routes() -> Routes[Call]:
    table = Routes[Call]()
    table.get("/open/{id}", "read")(empty)
    table.put("/open/{id}", "write")(empty)
    table.get("/closed", "closed")(empty)
    return table


def test_any_page_may_read_an_answer(ask: Ask) -> None:
    reply = OPEN.decorate(ask("/any"), Reply.json({}, headers={"X-Id": "1"}))

    assert reply.headers == {"X-Id": "1", "Access-Control-Allow-Origin": "*"}


def test_what_is_not_covered_stays_as_it_is(ask: Ask) -> None:
    reply = Reply.json({})

    assert PART.decorate(ask("/closed"), reply) is reply
    assert PART.decorate(ask("/closed", method="OPTIONS"), reply) is reply


def test_a_page_may_ask_on_a_path_that_does_not_exist(ask: Ask) -> None:
    reply = PART.decorate(ask("/open/x", method="OPTIONS"), Reply.json({}, 404))

    assert (reply.status, reply.body, reply.headers) == (204, b"", ALLOWED)


def test_what_is_not_said_is_left_out(ask: Ask) -> None:
    reply = OPEN.decorate(ask("/", method="OPTIONS"), Reply.json({}, 404))

    assert reply.headers == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, PUT",
        "Access-Control-Allow-Headers": "X-Key",
    }


async def test_covered_paths_have_a_preflight(ask: Ask) -> None:
    table = routes()

    PART.cover(table)

    match = table.match("OPTIONS", "/open/7")
    assert match.allowed == ("GET", "PUT", "OPTIONS")
    assert match.route is not None
    assert match.route.operation == "preflight"
    reply = await match.route.handler(ask("/open/7", method="OPTIONS"))
    assert (reply.status, reply.headers) == (204, ALLOWED)


@pytest.mark.parametrize(
    ("cors", "paths", "allowed"),
    [
        (PART, None, ("GET",)),
        (PART, ["/closed"], ("GET", "OPTIONS")),
        (OPEN, None, ("GET", "OPTIONS")),
    ],
)
def test_other_paths_have_none_unless_they_are_named(
    cors: Cors, paths: list[str] | None, allowed: tuple[str, ...]
) -> None:
    table = routes()

    cors.cover(table, paths)

    assert table.match("OPTIONS", "/closed").allowed == allowed


def test_a_preflight_needs_no_credentials() -> None:
    table = routes()
    OPEN.cover(table)

    route = table.match("OPTIONS", "/closed").route

    assert route is not None
    assert route.public is not None
