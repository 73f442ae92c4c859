"""What the control API makes of requests that are not as they should be."""

import asyncio
from io import BytesIO

import pytest

from tests.edge.conftest import Running, Serve


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("GET", "/spaecs", None, 404,
         "path: found '/spaecs', expected '/spaces', the nearest known name"),
        ("PUT", "/seed", None, 405, "method: found PUT, expected GET, POST, HEAD"),
        ("POST", "/seed", {"sead": 1}, 400,
         "body: found 'sead', expected 'seed', the nearest known name"),
        ("POST", "/seed", {}, 400, "body: 'seed' is missing"),
        ("POST", "/seed", {"seed": "1"}, 400,
         "body/seed: found '1', expected a whole number"),
        ("POST", "/faults", {"scenario": 7}, 400,
         "body/scenario: found 7, expected a text or an object"),
        ("POST", "/faults", {"scenario": "flaky", "strict": "yes"}, 400,
         "body/strict: found 'yes', expected true or false"),
        ("POST", "/seed", [1], 400, "body: found [1], expected an object"),
        ("POST", "/reset", {"what": ["job"]}, 400,
         "body/what/0: found 'job', expected 'jobs', the nearest known name"),
        ("GET", "/jobs?limit=x", None, 400,
         "query/limit: found 'x', expected a whole number from 0 to 1000"),
        ("GET", "/jobs?limit=1001", None, 400,
         "query/limit: found '1001', expected a whole number from 0 to 1000"),
        ("GET", "/jobs?phase=sucseeded", None, 400,
         ("query/phase: found 'sucseeded', expected 'succeeded', the nearest known"
         " name")),
        ("GET", "/jobs?provder=x", None, 400,
         "query: found 'provder', expected 'provider', the nearest known name"),
        ("GET", "/jobs?provider=skech", None, 400,
         "query/provider: found 'skech', expected 'sketch', the nearest known name"),
        ("GET", "/jobs?space=nowhere", None, 400,
         "query/space: found 'nowhere', expected one of: nothing, there is none"),
        ("GET", "/exchanges?base64=perhaps", None, 400,
         "query/base64: found 'perhaps', expected true or false"),
        ("GET", "/events?kinds=jobs", None, 400,
         "query/kinds: found 'jobs', expected 'job', the nearest known name"),
        ("POST", "/exchanges/find", {"limit": -1}, 400,
         "body/limit: found -1, expected minimum 0"),
        ("POST", "/exchanges/find", {"status": "6xx"}, 400,
         "status: found '6xx', expected 404, 4xx or such"),
    ],
)  # fmt: skip
async def test_a_refusal_tells_place_found_and_expected(
    server: Running, method: str, path: str, body: object, status: int, error: str
) -> None:
    response = await server.client.request(method, f"/_mock/api{path}", json=body)

    assert (response.status, await response.json()) == (status, {"error": error})


async def test_a_405_names_the_methods(server: Running) -> None:
    response = await server.ask("PUT", "/seed")

    assert response.headers["Allow"] == "GET, POST, HEAD"


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[" * 100_000, b'{"seed": NaN}'])
async def test_what_is_no_json_is_400(server: Running, raw: bytes) -> None:
    response = await server.client.post("/_mock/api/seed", data=raw)

    document = await response.json()
    assert response.status == 400
    assert document["error"].startswith("body: found no JSON")


async def test_a_body_beyond_4_mib_is_413(server: Running) -> None:
    response = await server.client.post(
        "/_mock/api/seed", data=BytesIO(b" " * (4 * 1024 * 1024 + 1))
    )

    assert response.status == 413


async def test_the_content_type_does_not_matter(server: Running) -> None:
    response = await server.client.post("/_mock/api/seed", data=b'{"seed": 5}')

    assert await response.json() == {"seed": 5}


async def test_head_is_get_without_a_body(server: Running) -> None:
    response = await server.client.head("/_mock/api/seed")

    assert (response.status, await response.read()) == (200, b"")


@pytest.mark.parametrize("path", ["", "/", "//seed", "/seed/", "/%2e"])
async def test_other_paths_are_404(server: Running, path: str) -> None:
    response = await server.client.get(f"/_mock/api{path}")

    assert response.status == 404
    assert [*await response.json()] == ["error"]


async def test_a_bug_of_ours_is_told_as_one(server: Running) -> None:
    server.instance.services.journal.clear = None  # type: ignore[assignment,method-assign]  # to break it

    response = await server.ask("POST", "/exchanges/clear")

    assert response.status == 500
    assert response.headers["X-Mock-Bug"] == "1"
    assert server.instance.bugs.count == 1
    server.instance.bugs.latest.clear()


async def test_shutdown_tells_who_runs_the_server(server: Running) -> None:
    answer = await server.post("/shutdown")
    ready = await server.ask("GET", "/ready")

    assert answer == {"stopping": True}
    assert ready.status == 503


async def test_a_whole_number_may_be_written_with_a_point(server: Running) -> None:
    seed = await server.post("/seed", {"seed": 5.0})
    found = await server.post("/exchanges/find", {"limit": 1.0})

    assert (seed, found) == ({"seed": 5}, {"exchanges": []})


@pytest.mark.parametrize("seed", [1e300, 2**70, -(2**70), 2**53 + 1])
async def test_a_seed_that_no_json_can_hold_is_refused(
    server: Running, seed: float
) -> None:
    """Once it was kept, every page that shows it was a bug of ours."""
    status, _ = await server.refused("POST", "/seed", {"seed": seed})
    shown = await server.get("/seed")

    assert (status, shown) == (400, {"seed": 1})


@pytest.mark.parametrize(
    "path", ["/exchanges", "/exchanges/unmatched", "/exchanges/har", "/spaces"]
)
async def test_bytes_that_are_no_text_do_not_spoil_what_is_shown(
    serve: Serve, path: str
) -> None:
    """One such header in the journal was enough."""
    server = await serve(auth="open")
    raw = b"GET /sketch/x HTTP/1.1\r\nHost: localhost\r\nX-Sketch-Key: \xfe\xff\r\n"
    reader, writer = await asyncio.open_connection(
        server.client.host, server.client.port
    )
    for target in (b"/sketch/drawings/x", b"/nowhere"):
        writer.write(raw.replace(b"/sketch/x", target) + b"X-Other: \xe9\r\n\r\n")
        await reader.readuntil(b"}")
    writer.close()

    shown = await server.get(path)

    assert shown
