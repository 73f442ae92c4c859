"""Previews show what they belong to: its name, scenes, placeholders and values."""

from typing import Any

import pytest

from mockserver.media.sound.heard import Music
from mockserver.providers.idomoo import previews
from tests.providers.idomoo.conftest import OTHER, Api

SCENE: dict[str, Any] = {
    "scene_id": 7,
    "scene_name": "Intro",
    "scene_width": 1080,
    "scene_height": 1920,
    "duration_in_seconds": 5.0,
    "fps": 25,
    "media": [
        {"key": "photo", "val": "https://example.com/a.jpg?x=1"},
        {"key": "film", "val": "https://example.com/b.mp4"},
        {"key": "ground", "val": "rgb(17, 34, 51)"},
        {"key": "empty", "val": ""},
    ],
    "text": [{"key": "headline", "val": [{"text": "Your"}, {"text": "year"}]}],
    "audio": [{"key": "voice", "val": "https://example.com/v.mp3"}],
}


def test_a_scene_shows_its_placeholders_in_its_own_form() -> None:
    spec = previews.of_scene(SCENE)

    (card,) = spec.cards
    assert (spec.width_px, spec.height_px, spec.seconds) == (360, 640, 5.0)
    assert (card.title, card.label) == ("Intro", "Scene 7 · 1080 x 1920")
    assert card.facts == (("headline", "Your year"),)
    assert [(slot.name, slot.kind) for slot in card.slots] == [
        ("photo: a.jpg", "image"),
        ("film: b.mp4", "video"),
        ("empty", "image"),
    ]
    assert card.color == "#112233"
    assert card.lines == ("voice: v.mp3",)
    assert spec.heard == (Music("https://example.com/v.mp3"),)


def test_a_storyboard_shows_its_keys_at_the_moment_of_its_thumbnail() -> None:
    spec = previews.of_storyboard(
        {
            "storyboard_id": 8,
            "name": "Birthday",
            "width": 1280,
            "height": 720,
            "fps": 30,
            "duration_in_seconds": 10.0,
            "thumbnail_time": 2.0,
            "soundtrack": {"val": "https://example.com/m.mp3"},
            "data": [
                {"key": "name", "val": "Ann", "type": "text"},
                {"key": "photo", "val": "https://example.com/p.jpg", "type": "media"},
            ],
        }
    )

    (card,) = spec.cards
    assert (card.title, card.label) == ("Birthday", "Storyboard 8 · 1280 x 720")
    assert card.facts == (("name", "Ann"),)
    assert [slot.name for slot in card.slots] == ["photo: p.jpg"]
    assert card.lines == ("soundtrack: m.mp3",)
    assert (spec.frame, spec.frames) == (60, 300)


def test_a_library_shows_its_scenes() -> None:
    library = {"library_id": 9, "name": "Spring", "description": "All of it"}
    scenes = [{"scene_name": "One"}, {"scene_name": "Two"}]

    (card,) = previews.of_library(library, scenes).cards

    assert (card.title, card.label) == ("Spring", "Library 9 · 2 scenes")
    assert card.lines == ("All of it",)
    assert [(slot.name, slot.number) for slot in card.slots] == [("One", 1), ("Two", 2)]


async def test_a_name_that_changes_is_seen_behind_the_same_link(api: Api) -> None:
    before = await api.read("/scenes/1234")
    old = await (await api.file(before["thumbnail"])).read()

    patched = await api.ask("PATCH", "/scenes/1234", json={"scene_name": "Renamed"})
    after = await api.read("/scenes/1234")
    new = await (await api.file(after["thumbnail"])).read()

    assert patched.status == 200
    assert after["thumbnail"] == before["thumbnail"]
    assert old != new


async def test_equal_numbers_of_two_accounts_have_pictures_of_their_own(
    api: Api,
) -> None:
    await api.ask("GET", "/scenes/31337")
    own = await api.read("/scenes/31337")
    theirs = await api.ask("GET", "/scenes/31337", headers=OTHER)
    link = (await theirs.json())["thumbnail"]

    assert link != own["thumbnail"]
    assert (await api.file(link)).status == 200


@pytest.mark.parametrize("kind", ["library", "scene", "storyboard"])
async def test_a_picture_goes_with_what_it_shows(api: Api, kind: str) -> None:
    plural = {"library": "libraries"}.get(kind, f"{kind}s")
    link = (await api.read(f"/{plural}/1235"))["thumbnail"]
    seen = await api.file(link)

    other = link.replace("1235", "404404404")

    assert seen.headers["Content-Type"] == "image/jpeg"
    assert (await api.file(other)).status == 404


async def test_a_deleted_scene_has_no_picture(api: Api) -> None:
    link = (await api.read("/scenes/1234"))["thumbnail"]

    gone = await api.ask("DELETE", "/libraries/501/scenes/1234")

    assert gone.status == 200
    assert (await api.file(link)).status == 404
