"""Made-up libraries, scenes and storyboards: enough to page through."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mockserver.engine.chance import Chance
from mockserver.providers.people import people

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["Scenery", "scenery"]

Scenery = Mapping[str, list[dict[str, Any]]]

_SIZES: Final = ((1920, 1080), (1280, 720), (1080, 1080), (1080, 1920))
_SECONDS: Final = (6.0, 10.0, 15.0, 20.0, 30.0, 45.0)
_THEMES: Final = ("Welcome", "Birthday", "Renewal", "Year in review", "Bill explained")


def scenery(
    chance: Chance, firsts: Mapping[str, int], counts: Mapping[str, int]
) -> Scenery:
    """Return an account's made-up things by kind; equal chances make equal things.

    Args:
        chance: Where they come from.
        firsts: The lowest identifier of each kind.
        counts: How many there are of each kind.
    """
    faker = people(chance.fork("scenery"))
    libraries = [
        _library(faker, firsts["library"] + index) for index in range(counts["library"])
    ]
    scenes = [
        _scene(
            faker,
            firsts["scene"] + index,
            libraries[index % len(libraries)]["library_id"],
        )
        for index in range(counts["scene"])
    ]
    storyboards = [
        _storyboard(faker, firsts["storyboard"] + index)
        for index in range(counts["storyboard"])
    ]
    return {"library": libraries, "scene": scenes, "storyboard": storyboards}


def _library(faker: "Faker", library_id: int) -> dict[str, Any]:
    return {
        "library_id": library_id,
        "name": f"{faker.company()} {faker.random_element(_THEMES).lower()}",
        "description": faker.catch_phrase(),
    }


def _scene(faker: "Faker", scene_id: int, library_id: int) -> dict[str, Any]:
    width, height = faker.random_element(_SIZES)
    return {
        "scene_id": scene_id,
        "library_id": library_id,
        "scene_name": f"{faker.random_element(_THEMES)} {faker.word()}",
        "scene_width": width,
        "scene_height": height,
        "duration_in_seconds": faker.random_element(_SECONDS),
        "fps": faker.random_element((25, 30)),
        "media": [{"key": "image", "val": "", "height": height, "width": width}],
        "text": [{"key": "text1", "val": [{"text": faker.first_name()}]}],
        "audio": [],
    }


def _storyboard(faker: "Faker", storyboard_id: int) -> dict[str, Any]:
    width, height = faker.random_element(_SIZES)
    return {
        "storyboard_id": storyboard_id,
        "name": f"{faker.company()}: {faker.random_element(_THEMES).lower()}",
        "width": width,
        "height": height,
        "fps": faker.random_element((25, 30)),
        "duration_in_seconds": faker.random_element(_SECONDS),
        "last_modified": faker.random_int(1_514_764_800, 1_577_836_799),
        "data": [
            {
                "key": "name",
                "val": faker.first_name(),
                "type": "text",
                "description": "First name of the viewer",
            },
            {
                "key": "company",
                "val": faker.company(),
                "type": "text",
                "description": "Who sends the video",
            },
        ],
    }
