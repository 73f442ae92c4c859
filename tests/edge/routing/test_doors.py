"""Doors: a host or the beginning of a path says which provider a request is for."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import make_mocked_request

from mockserver.edge.routing.doors import Doors
from mockserver.providers import discover
from mockserver.providers.hourone import PROVIDER as HOURONE
from mockserver.providers.stupeflix import PROVIDER as STUPEFLIX

HOST = "api.digitalcarbon.ai"
OWN = "127.0.0.1:7357"
HERALDED = {"Acme-Flavor": "any"}


@pytest.fixture
def doors() -> Doors:
    return Doors(discover())


@pytest.mark.parametrize(
    ("host", "path", "slug"),
    [
        (HOST, "/v1-beta/x", "digitalcarbon"),
        (f"{HOST}:443", "/v1-beta/x", "digitalcarbon"),
        (f"{HOST}.", "/", "digitalcarbon"),
        (f"{HOST}.:443", "/", "digitalcarbon"),
        (HOST.upper(), "/", "digitalcarbon"),
        (f"{HOST}.example", "/", None),
        (f"not-{HOST}", "/", None),
        ("hourone.localhost:7357", "/", "hourone"),
        ("hourone.example", "/", None),
        ("nobody.localhost", "/", None),
        (OWN, "/hourone/api/v1", "hourone"),
        (OWN, "/hourone", "hourone"),
        (OWN, "/houron", None),
        (OWN, f"/{HOST}/v1-beta/x", "digitalcarbon"),
        (OWN, "/", None),
        ("", "/", None),
        ("[::1]:7357", "/", None),
    ],
)
def test_a_request_is_for(doors: Doors, host: str, path: str, slug: str | None) -> None:
    found = doors.at(host, path)

    assert (None if found is None else found.slug) == slug


@pytest.mark.parametrize(
    ("path", "below"),
    [("/hourone", "/"), ("/hourone/", "/"), ("/hourone/a%2Fb/c", "/a%2Fb/c")],
)
def test_what_is_below_a_path_door_is_as_it_was_sent(
    doors: Doors, path: str, below: str
) -> None:
    entry = doors.enter(make_mocked_request("GET", path, headers={"Host": OWN}))

    assert (entry.path, entry.door.name) == (below, "path")


@pytest.mark.parametrize(
    ("method", "target", "slug", "is_proxied"),
    [
        ("GET", f"http://{HOST}/v1-beta/x", "digitalcarbon", False),
        ("GET", "http://elsewhere.example/x", None, True),
        ("OPTIONS", "*", None, False),
    ],
)
def test_a_target_may_be_more_than_a_path(
    doors: Doors, method: str, target: str, slug: str | None, is_proxied: bool
) -> None:
    entry = doors.enter(make_mocked_request(method, target, headers={"Host": HOST}))

    found = None if entry.provider is None else entry.provider.slug
    assert (found, entry.is_proxied) == (slug, is_proxied)


@pytest.fixture
def heralded() -> Doors:
    acme = replace(STUPEFLIX, slug="acme", herald="Acme-Flavor")
    return Doors({"acme": acme, "hourone": HOURONE})


def test_a_header_leads_from_the_root_to_its_provider(heralded: Doors) -> None:
    request = make_mocked_request("GET", "/v1/instance", headers=HERALDED)

    entry = heralded.enter(request)

    assert entry.provider is not None
    assert (entry.provider.slug, entry.path) == ("acme", "/v1/instance")
    assert (entry.door.name, entry.door.prefix) == ("host", "")


@pytest.mark.parametrize("path", ["/", "/v1/instance"])
def test_without_it_the_root_is_ours(heralded: Doors, path: str) -> None:
    assert heralded.enter(make_mocked_request("GET", path)).provider is None


def test_our_own_pages_stay_ours(heralded: Doors) -> None:
    request = make_mocked_request("GET", "/_mock/", headers=HERALDED)

    assert heralded.enter(request).provider is None


def test_paths_of_other_providers_stay_theirs(heralded: Doors) -> None:
    request = make_mocked_request("GET", "/hourone/api/v1/videos", headers=HERALDED)

    entry = heralded.enter(request)

    assert entry.provider is not None
    assert entry.provider.slug == "hourone"
