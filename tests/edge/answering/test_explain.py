"""Explaining headers hold whatever the client has sent."""

import pytest

from mockserver.edge.answering.lines import line
from tests.edge.conftest import Serve


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\r\nX-Forged: 1", "a X-Forged: 1"),
        ("nul\x00bell\x07esc\x1b[2J\x7f", "nul?bell?esc?[2J?"),
        ("tab\tand  spaces ", "tab and spaces"),
        ("ü€\N{PARTY POPPER}\udcff", "????"),
        ("x" * 500, "x" * 400),
        ("", ""),
    ],
)
def test_a_line_is_printable_ascii(text: str, shown: str) -> None:
    assert line(text) == shown


@pytest.mark.parametrize("key", ["bell\x07", "esc\x1b[2J", "del\x7f", "c1\x9b", "ünï"])
async def test_a_key_of_control_characters_is_answered(serve: Serve, key: str) -> None:
    server = await serve(explain=True, auth="open")

    response = await server.client.get(
        "/sketch/drawings/none", params={"sketch_key": key}
    )

    assert response.status == 404
    assert response.headers["X-Mock-Operation"] == "look"
