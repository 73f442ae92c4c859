"""What a request's video shows."""

from typing import Any

import pytest

from mockserver.providers.fal import clips
from tests.providers.fal.conftest import VEO, Api


async def lines(api: Api, link: str) -> tuple[str, ...]:
    """Return what is written on the card of a video that was made of a file."""
    said: dict[str, Any] = {"prompt": "x", "image_url": link}
    made = await api.submit(f"{VEO}/image-to-video", said)
    job = api.running.space("fal", "main").jobs("fal").get(made["request_id"])
    (card,) = clips.video(job).cards
    assert card.title == "x"
    assert card.art is not None
    return tuple(slot.name for slot in card.slots)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://a.example/b/in.png", "image_url: in.png"),
        ("data:image/png;base64,AAAA/BBB", "image_url: data:image/png"),
    ],
)
async def test_the_card_names_the_file_that_it_was_made_of(
    api: Api, link: str, shown: str
) -> None:
    assert await lines(api, link) == (shown,)


async def test_without_a_link_it_names_none(api: Api) -> None:
    assert await lines(api, "in.png") == ()
