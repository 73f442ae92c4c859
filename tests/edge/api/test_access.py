"""Who may ask the control API."""

import pytest
from aiohttp import ClientResponse

from mockserver.edge.api.access import is_loopback
from tests.edge.conftest import Running, Serve

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a setting; nothing is bound to it here


async def _error(response: ClientResponse) -> str:
    document = await response.json()
    return str(document["error"])


async def test_without_a_token_everybody_on_the_machine_may_ask(
    server: Running,
) -> None:
    response = await server.ask("GET", "/spaces")

    assert response.status == 200


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Basic dGhlLXRva2Vu", "Bearer"])
async def test_a_set_token_is_asked_for_even_on_loopback(
    serve: Serve, given: str
) -> None:
    server = await serve(control_token="the-token")

    response = await server.client.get(
        "/_mock/api/spaces", headers={"Authorization": given}
    )

    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="video-mockserver"'
    assert "expected Bearer and the control token" in await _error(response)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_the_right_token_opens(serve: Serve, scheme: str) -> None:
    server = await serve(control_token="the-token")

    response = await server.client.get(
        "/_mock/api/spaces", headers={"Authorization": f"{scheme} the-token"}
    )

    assert response.status == 200


async def test_a_token_that_is_no_ascii_is_refused_without_a_bug(serve: Serve) -> None:
    server = await serve(control_token="the-token")

    response = await server.client.get(
        "/_mock/api/spaces", headers={"Authorization": "Bearer t\u00f6ken"}
    )

    assert response.status == 401


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_health_needs_no_token(serve: Serve, path: str) -> None:
    server = await serve(control_token="the-token")

    response = await server.ask("GET", path)

    assert response.status == 200


async def test_unknown_paths_tell_nothing_without_a_token(serve: Serve) -> None:
    server = await serve(control_token="the-token")

    response = await server.ask("GET", "/no-such-thing")

    assert response.status == 401


async def test_beyond_loopback_nothing_is_open_without_a_token(serve: Serve) -> None:
    server = await serve(host=EVERYWHERE)

    response = await server.ask("GET", "/spaces")

    assert response.status == 401
    assert "start it with --control-token" in await _error(response)


async def test_beyond_loopback_any_name_will_do_with_the_token(serve: Serve) -> None:
    server = await serve(host=EVERYWHERE, control_token="the-token")

    response = await server.client.get(
        "/_mock/api/spaces",
        headers={"Host": "mock:7357", "Authorization": "Bearer the-token"},
    )

    assert response.status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7357",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[fe80::1]",
        "[::1].evil.com",
        "[::1]evil.com:80",
        "localhost:80:evil.com",
        "localhost:evil.com",
        "evil.com@localhost",
        "localhost/evil.com",
        "evil.com#.localhost",
        "localhost,evil.com",
        "::1",
        "[localhost]",
    ],
)
async def test_on_loopback_foreign_names_are_refused(
    server: Running, host: str
) -> None:
    response = await server.client.get("/_mock/api/spaces", headers={"Host": host})

    assert response.status == 403
    assert repr(host) in await _error(response)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:1",
        "localhost.",
        "localhost:",
        "127.0.0.1:7357",
        "127.9.9.9",
        "[::1]",
        "[::1]:7357",
    ],
)
async def test_on_loopback_its_own_names_will_do(server: Running, host: str) -> None:
    response = await server.client.get("/_mock/api/spaces", headers={"Host": host})

    assert response.status == 200


async def test_the_host_of_the_external_url_will_do(serve: Serve) -> None:
    server = await serve(external_url="https://mock.example:8443")

    response = await server.client.post(
        "/_mock/api/reset",
        headers={"Host": "mock.example:8443", "Origin": "https://mock.example:8443"},
    )

    assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
async def test_pages_of_other_sites_may_change_nothing(
    server: Running, headers: dict[str, str]
) -> None:
    response = await server.client.post("/_mock/api/reset", headers=headers)

    assert response.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
async def test_pages_of_other_sites_may_read_nothing(
    server: Running, headers: dict[str, str]
) -> None:
    response = await server.client.get("/_mock/api/spaces", headers=headers)

    assert response.status == 403


@pytest.mark.parametrize("path", ["/_mock/", "/_mock/api/spaces"])
async def test_a_link_on_another_page_may_lead_here(server: Running, path: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    response = await server.client.get(path, headers=headers)

    assert response.status == 200


async def test_our_own_page_may_change_things(server: Running) -> None:
    origin = str(server.client.make_url("/")).rstrip("/")

    response = await server.client.post("/_mock/api/reset", headers={"Origin": origin})

    assert response.status == 200


@pytest.mark.parametrize("path", ["/", "/_mock/", "/_mock/api/spaces", "/_mock/api/x"])
async def test_nobody_is_told_what_we_are_made_of(server: Running, path: str) -> None:
    response = await server.client.get(path, allow_redirects=False)

    assert response.headers["Server"] == "video-mockserver"


async def test_answers_are_not_for_other_sites(server: Running) -> None:
    response = await server.client.get(
        "/_mock/api/spaces", headers={"Origin": "https://evil.example"}
    )

    assert not [name for name in response.headers if name.startswith("Access-Control")]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_a_providers_host_has_no_control_api(server: Running) -> None:
    response = await server.client.get(
        "/_mock/api/spaces", headers={"Host": "api.sketch.example"}
    )

    assert response.status == 404
    assert await response.json() == {"wrong": "route"}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("sketch.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        (EVERYWHERE, False),
        ("::", False),
        ("192.168.0.1", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_name_and_address(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


async def test_a_host_name_is_judged_by_the_address_it_stands_for(
    serve: Serve,
) -> None:
    server = await serve(host="machine.example")

    response = await server.client.get(
        "/_mock/api/spaces", headers={"Host": "machine.example:7357"}
    )

    assert response.status == 200


async def test_keys_of_a_users_world_are_not_shown_as_something_to_try(
    serve: Serve,
) -> None:
    """They may be real ones; those of the shipped fixtures are nobody's."""
    world = {"sketch": {"accounts": {"main": {"keys": ["a-key-of-mine"]}}}}
    server = await serve(world=(world,))
    keyring = server.instance.services.spaces.keyring
    await server.get("/providers/sketch")
    for grant in keyring.grants(slug="sketch"):
        if grant.key != "a-key-of-mine":
            keyring.revoke(grant)

    told = await server.get("/providers/sketch")

    assert "a-key-of-mine" not in str(told)
