"""Doors: a header may say that a request to our root is for a provider."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import make_mocked_request

from mockserver.edge.doors import Doors
from mockserver.providers.hourone import PROVIDER as HOURONE
from mockserver.providers.stupeflix import PROVIDER as STUPEFLIX

HERALDED = {"Acme-Flavor": "any"}


@pytest.fixture
def doors() -> Doors:
    acme = replace(STUPEFLIX, slug="acme", herald="Acme-Flavor")
    return Doors({"acme": acme, "hourone": HOURONE})


def test_a_header_leads_from_the_root_to_its_provider(doors: Doors) -> None:
    request = make_mocked_request("GET", "/v1/instance", headers=HERALDED)

    entry = doors.enter(request)

    assert entry.provider is not None
    assert (entry.provider.slug, entry.path) == ("acme", "/v1/instance")
    assert (entry.door.name, entry.door.prefix) == ("host", "")


@pytest.mark.parametrize("path", ["/", "/v1/instance"])
def test_without_it_the_root_is_ours(doors: Doors, path: str) -> None:
    assert doors.enter(make_mocked_request("GET", path)).provider is None


def test_our_own_pages_stay_ours(doors: Doors) -> None:
    request = make_mocked_request("GET", "/_mock/", headers=HERALDED)

    assert doors.enter(request).provider is None


def test_paths_of_other_providers_stay_theirs(doors: Doors) -> None:
    request = make_mocked_request("GET", "/hourone/api/v1/videos", headers=HERALDED)

    entry = doors.enter(request)

    assert entry.provider is not None
    assert entry.provider.slug == "hourone"
