"""The page of a video: each state has one, and nothing in it is taken for markup."""

from html.parser import HTMLParser

import pytest

from mockserver.media.sound.cues import Cue
from mockserver.providers.wires.player import Page, Showing, data_link, player_page

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"


class Reader(HTMLParser):
    """Notes which elements a page has, and what is written in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(showing: Showing = Showing.READY, **more: object) -> Reader:
    told = {"provider": "Acme", "title": "Spring", "showing": showing, **more}
    return Reader(player_page(Page(**told)))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("showing", "head"),
    [
        (Showing.WAITING, "Your video is being made"),
        (Showing.EXPIRED, "This video has expired"),
        (Showing.FAILED, "This video could not be made"),
    ],
)
def test_a_page_without_a_video_says_why(showing: Showing, head: str) -> None:
    found = page(showing, video="/v.mp4")

    assert head in found.texts
    assert found.all("video") == []


def test_a_video_has_its_poster_and_what_is_said() -> None:
    found = page(
        video="/v.mp4",
        poster=data_link(b"jpeg", "image/jpeg"),
        cues=[Cue(61.0, 63.0, ("Hello", "there."))],
    )

    (video,) = found.all("video")
    assert video["src"] == "/v.mp4"
    assert video["poster"] == "data:image/jpeg;base64,anBlZw=="
    (track,) = found.all("track")
    assert str(track["src"]).startswith("data:text/vtt;base64,V0VCVlRU")
    assert {"1:01", "Hello there."} <= {*found.texts}


def test_only_who_waits_looks_again() -> None:
    waiting = page(Showing.WAITING, progress=42)

    assert {"http-equiv": "refresh", "content": "3"} in waiting.all("meta")
    assert waiting.all("progress")[0]["value"] == "42"
    assert all("http-equiv" not in one for one in page().all("meta"))
    assert all("http-equiv" not in one for one in page(Showing.FAILED).all("meta"))


@pytest.mark.parametrize("showing", Showing)
def test_nothing_that_was_sent_is_markup(showing: Showing) -> None:
    found = page(
        showing,
        provider=HOSTILE,
        title=HOSTILE,
        video=HOSTILE,
        poster=HOSTILE,
        told=((HOSTILE, HOSTILE),),
        cues=[Cue(0.0, 1.0, (HOSTILE,))],
        language=HOSTILE,
        reason=HOSTILE,
        marks=(("data-page", HOSTILE),),
    )

    assert found.all("script") == found.all("img") == []
    assert found.all("body") == [{"data-page": HOSTILE}]
    assert HOSTILE in found.texts


def test_a_stage_has_the_form_of_its_video() -> None:
    styles = [one.get("style") for one in page(size=(720, 1280)).all("div")]

    assert styles[0] == "aspect-ratio:720/1280;--form:0.5625"
    assert page(size=(0, 0)).all("div")[0]["style"] == "aspect-ratio:1/1;--form:1.0000"
