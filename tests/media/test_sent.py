"""Pictures that were sent as links come into their places, each fetched once."""

import io
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from mockserver.media.cards.card import Card, Overlay, Slot
from mockserver.media.formats import mp4
from mockserver.media.sent import SentPictures, bytes_of
from mockserver.media.shelf import Shelf


def red() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


DATA = f"data:image/png;base64,{b64encode(red()).decode()}"


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
    sound = Slot("c", 3, "audio", url="http://h/c")
    logo = Overlay(Slot("logo", url="http://h/a"))
    spec = mp4(64, 64, cards=(Card(slots=(one, gone, sound), overlays=(logo,)),))
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


async def test_without_a_fetch_only_what_is_here_is_shown(tmp_path: Path) -> None:
    sent = SentPictures(shelf=Shelf(tmp_path, 1 << 20))
    link = await sent.keep(red())
    slots = (Slot("a", url=link), Slot("b", url="http://h/b"), Slot("c", url=DATA))
    spec = mp4(64, 64, cards=(Card(slots=slots),))

    (card,) = (await sent.filled(spec)).cards

    assert [slot.picture is not None for slot in card.slots] == [True, False, True]
    assert card.slots[0].picture == card.slots[2].picture


async def test_what_is_kept_is_there_after_the_server_has_ended(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1 << 20)
    link = await SentPictures(shelf=shelf).keep(red())
    spec = mp4(64, 64, cards=(Card(slots=(Slot("a", url=link),)),))

    after = await SentPictures(shelf=shelf).filled(spec)
    elsewhere = await SentPictures().filled(spec)

    assert after.cards[0].slots[0].picture is not None
    assert elsewhere.cards[0].slots[0].picture is None


async def test_without_a_folder_pictures_are_kept_in_memory() -> None:
    sent = SentPictures()
    spec = mp4(64, 64, cards=(Card(slots=(Slot("a", url=await sent.keep(red())),)),))

    assert (await sent.filled(spec)).cards[0].slots[0].picture is not None


async def test_what_is_no_picture_is_not_kept() -> None:
    assert await SentPictures().keep(b"no picture") == ""
    assert await SentPictures().keep(bytes(4) + b"ftypisom") == ""


@pytest.mark.parametrize(
    ("link", "data"),
    [
        ("data:image/png;base64,QUJD", b"ABC"),
        ("data:;base64,QUJD", b"ABC"),
        ("data:text/plain;charset=utf-8,A%42C", b"ABC"),
        ("data:image/png;base64,?", None),
        ("http://h/a", None),
    ],
)
def test_what_is_in_a_link_is_read(link: str, data: bytes | None) -> None:
    assert bytes_of(link) == data
