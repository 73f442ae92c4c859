"""Pictures that were sent as links come into their places, each fetched once."""

import io

from PIL import Image

from mockserver.media.cards.card import Card, Overlay, Slot
from mockserver.media.formats import mp4
from mockserver.media.sent import SentPictures


def red() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


class Web:
    """Answers with red pictures, but for what has `gone` in its name."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, url: str) -> bytes | None:
        self.asked.append(url)
        return None if "gone" in url else red()


async def test_slots_and_overlays_get_their_pictures_and_are_asked_for_once() -> None:
    web = Web()
    one, gone = Slot("a", 1, url="http://h/a"), Slot("b", 2, url="http://h/gone")
    film = Slot("c", 3, "video", url="http://h/c")
    logo = Overlay(Slot("logo", url="http://h/a"))
    spec = mp4(64, 64, cards=(Card(slots=(one, gone, film), overlays=(logo,)),))
    sent = SentPictures(web)

    first, again = await sent.filled(spec), await sent.filled(spec)

    (card,) = first.cards
    pictures = [slot.picture for slot in card.slots]
    assert [picture is not None for picture in pictures] == [True, False, False]
    assert card.overlays[0].slot.picture == pictures[0]
    assert first == again
    assert sorted(web.asked) == ["http://h/a", "http://h/gone"]


async def test_a_spec_without_links_stays_as_it_is() -> None:
    spec = mp4(64, 64, cards=(Card(slots=(Slot("a", 1),)),))

    assert await SentPictures(Web()).filled(spec) is spec


async def test_other_pictures_behind_a_link_make_another_file() -> None:
    spec = mp4(64, 64, cards=(Card(slots=(Slot("a", 1, url="http://h/a"),)),))

    filled = await SentPictures(Web()).filled(spec)

    assert filled.digest() != spec.digest()
