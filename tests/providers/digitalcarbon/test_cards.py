"""What was sent is seen: photos in order, names, logo, and the texts."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from mockserver.media.spec import Card
from mockserver.providers.digitalcarbon import clips
from tests.providers.conftest import Serve
from tests.providers.digitalcarbon.conftest import Api


async def cards_of(api: Api, **changes: Any) -> tuple[Card, ...]:
    job_id = await api.finished(**changes)
    space = api.running.space("digitalcarbon", "main")
    job = space.jobs("digitalcarbon").get(job_id)
    return clips.video(api.running.instance.services, space, job).cards


async def test_all_of_a_hundred_photos_are_seen_in_order(api: Api) -> None:
    files = [{"url": f"https://example.com/p/{n:03}.jpg?s=1"} for n in range(1, 101)]

    cards = await cards_of(api, files=files)

    assert len(cards) == 100
    assert [card.slots[0].number for card in cards] == [*range(1, 101)]
    assert (cards[0].slots[0].name, cards[99].slots[0].name) == ("001.jpg", "100.jpg")
    assert cards[6].label == "Photo 7 of 100 · ActiveListing1"
    assert cards[6].title == "007"


@pytest.mark.parametrize(
    "links",
    [
        ["https://example.com/p/1.jpg"],
        ["https://example.com/p/1.jpg", "https://example.com/p/1.jpg"],
        ["https://example.com/p/1.jpg", "https://example.com/p/12.jpg?s=é"],
        ["https://one.example/1.jpg", "https://two.example/1.jpg"],
    ],
)
async def test_a_photo_is_shown_by_the_link_that_was_sent(
    api: Api, links: list[str]
) -> None:
    """What many have in common is kept once, which no link shows."""
    cards = await cards_of(api, files=[{"url": link} for link in links])

    assert [card.slots[0].url for card in cards] == links


async def test_texts_and_logo_stand_where_they_belong(api: Api) -> None:
    files = [{"url": f"https://example.com/{n}.jpg"} for n in (1, 2, 3)]

    first, middle, last = await cards_of(
        api,
        files=files,
        logo_url="https://example.com/brand.png",
        property_details={"address": "1 Elm St", "price": "$1"},
        contact_details={"name": "Ann", "phone": "555"},
    )

    assert (first.title, first.lines) == ("1 Elm St", ("$1",))
    assert (middle.title, middle.lines) == ("2", ())
    assert (last.title, last.lines) == ("Ann", ("555",))
    assert {card.overlays[0].slot.name for card in (first, middle, last)} == {
        "brand.png"
    }


@pytest.fixture
async def photo() -> AsyncIterator[str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 40)).save(out, "PNG")

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=out.getvalue(), content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", answer)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/a.png"))
    await server.close()


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_photo_itself_is_seen_if_that_is_wanted(
    serve: Serve, photo: str, wanted: bool
) -> None:
    api = Api(await serve(shows_sent=wanted))
    job = await api.finished(files=[{"url": photo}])

    answer = await api.running.client.get(f"/digitalcarbon/media/{job}.jpg")
    with Image.open(io.BytesIO(await answer.read())) as image:
        data, width = image.convert("RGB").tobytes(), image.width
    at = 3 * (width * 60 + 60)

    near = [
        abs(a - b) < 12 for a, b in zip(data[at : at + 3], (200, 30, 40), strict=True)
    ]
    assert all(near) is wanted
