"""Findings over the control API: page by page, counted, each by its address."""

from typing import Any

import pytest

from tests.edge.conftest import KEY, OTHER_KEY, Running


@pytest.fixture
async def hasty(server: Running) -> Running:
    """Return a server whose clients have placed orders twice, in two spaces."""
    for key in (KEY, KEY, OTHER_KEY, OTHER_KEY):
        await server.draw(key)
    await server.client.get("/sketch/nothing")
    return server


async def _pages(server: Running, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = await server.get("/findings", **query, **after)
        assert len(page["findings"]) <= query["limit"]
        found += page["findings"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


async def test_pages_follow_each_other(hasty: Running) -> None:
    whole = await hasty.get("/findings")

    pages = await _pages(hasty, limit=1)

    assert [(one["rule"], one["space"]) for one in pages] == [
        ("unknown-path", ""),
        ("submit-twice", "sketch.main"),
        ("submit-twice", "sketch.other"),
    ]
    assert pages == whole["findings"]
    assert whole["next"] is None


async def test_a_page_goes_on_where_its_last_one_was(hasty: Running) -> None:
    """Also if that is seen no more."""
    first = await hasty.get("/findings", limit=2)
    await hasty.ask("DELETE", "/spaces/sketch.main")

    second = await hasty.get("/findings", limit=1, after=first["next"])

    assert [one["space"] for one in second["findings"]] == ["sketch.other"]


async def test_what_fits_is_counted(hasty: Running) -> None:
    counts = [
        (await hasty.get("/findings/count", **query))["count"]
        for query in ({}, {"space": "sketch.main"}, {"text": "SUBMIT"}, {"text": "xyz"})
    ]

    assert counts == [3, 1, 2, 0]


async def test_one_has_its_address_as_long_as_it_is_seen(hasty: Running) -> None:
    (one, *_) = (await hasty.get("/findings"))["findings"]

    shown = await hasty.get(f"/findings/{one['id']}")
    await hasty.post("/exchanges/clear")

    assert shown == one
    assert await hasty.refused("GET", f"/findings/{one['id']}") == (
        404,
        f"finding: found {one['id'][:40]!r}, expected one that is seen now",
    )


@pytest.mark.parametrize("after", ["nobody", "ü", "W10", "MTI", "WzFd"])
async def test_after_what_is_no_finding_is_400(server: Running, after: str) -> None:
    assert await server.refused("GET", "/findings", after=after) == (
        400,
        f"query/after: found {after!r}, expected the id of a finding",
    )
