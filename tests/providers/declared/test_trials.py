"""The calls with which people begin, as a provider's file implies them."""

import pytest

from mockserver.providers import discover
from mockserver.providers.declared.auth import told
from mockserver.providers.facts import Trial

PROVIDERS = discover()


def test_the_film_is_fetched_where_a_link_to_it_is_told() -> None:
    order, look, fetch = PROVIDERS["shotstack"].start

    assert (order.method, order.path) == ("POST", "/edit/v1/render")
    assert order.keeps == {"job": "/response/id"}
    assert look == Trial(
        about="Look at it until it has ended",
        path="/edit/v1/render/{job}",
        headers={"x-api-key": "{key}"},
        until=("/response/status", ("done", "failed")),
        keeps={"film": "/response/url"},
    )
    assert fetch == Trial(about="Fetch its film", path="{film}", saves="film.mp4")


def test_a_job_without_a_link_is_deleted() -> None:
    *_, last = PROVIDERS["mux"].start

    assert last == Trial(
        about="Delete it",
        method="DELETE",
        path="/video/v1/assets/{job}",
        is_basic=True,
    )


@pytest.mark.parametrize(
    ("way", "goes"),
    [
        ("bearer", ({"Authorization": "Bearer {key}"}, "", False)),
        ("scheme Key", ({"Authorization": "Key {key}"}, "", False)),
        ("header X-Key", ({"X-Key": "{key}"}, "", False)),
        ("query key", ({}, "?key={key}", False)),
        ("basic", ({}, "", True)),
    ],
)
def test_a_credential_goes_along_as_the_file_says(
    way: str, goes: tuple[dict[str, str], str, bool]
) -> None:
    assert told((way,)) == goes
