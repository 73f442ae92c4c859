"""A model is data: what it takes, and what its videos look like."""

from typing import Any

import pytest

from mockserver.errors import ConfigError
from mockserver.providers.kinds import Thing
from mockserver.providers.models import check, models_kind, picture, with_defaults

KIND = models_kind(nowhere="nobody/nothing", ids=r"[a-z/]+")
VEO = {
    "type": "object",
    "required": ["prompt"],
    "properties": {
        "prompt": {"type": "string"},
        "duration": {"enum": ["4s", "6s", "8s"], "default": "8s"},
        "resolution": {"enum": ["720p", "1080p"], "default": "720p"},
        "generate_audio": {"type": "boolean", "default": True},
    },
}


def model(schema: dict[str, Any] | None = None) -> Thing:
    return KIND.complete("acme/veo", {} if schema is None else {"input": schema})


def test_an_input_is_held_against_the_model() -> None:
    found = check(model(VEO), {"duration": "5s"})

    assert [(one.path, one.keyword) for one in found] == [
        ((), "required"),
        (("duration",), "enum"),
    ]


def test_a_model_that_nobody_has_declared_takes_anything() -> None:
    assert check(model(), {"whatever": 1}) == ()
    assert [one.keyword for one in check(model(), {"prompt": 1})] == ["type"]


def test_what_is_not_said_is_as_by_default() -> None:
    assert with_defaults(model(VEO), {"prompt": "x", "duration": "4s"}) == {
        "prompt": "x",
        "duration": "4s",
        "resolution": "720p",
        "generate_audio": True,
    }


def test_a_schema_that_is_none_is_refused_with_its_model() -> None:
    with pytest.raises(ConfigError, match=r"^models/acme/veo/input: "):
        model({"type": "nonsense"})


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"resolution": "720p"}, (1280, 720)),
        ({"resolution": "1080p", "aspect_ratio": "9:16"}, (1080, 1920)),
        ({"resolution": "720p", "aspect_ratio": "1:1"}, (960, 960)),
        ({"resolution": "768P"}, (1366, 768)),
        ({"resolution": "4k"}, (3840, 2160)),
        ({"quality": "540p"}, (960, 540)),
        ({"width": 864, "height": 480}, (864, 480)),
        ({"width": 100000, "height": 480}, (8192, 480)),
        ({"resolution": "720p", "aspect_ratio": "portrait"}, (720, 1280)),
        ({"resolution": "720p", "aspect_ratio": "auto"}, (1280, 720)),
        ({"resolution": "720p", "aspect_ratio": "0:0"}, (1280, 720)),
        ({}, (1280, 720)),
    ],
)
def test_the_size_is_what_was_asked_for(
    asked: dict[str, Any], size: tuple[int, int]
) -> None:
    found = picture(model(), asked, small=False)

    assert (found.width_px, found.height_px) == size


def test_where_nobody_asks_a_small_one_will_do() -> None:
    found = picture(model(), {"aspect_ratio": "1:1"}, small=True)

    assert (found.width_px, found.height_px) == (192, 192)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ({"duration": "8s"}, 8.0),
        ({"duration": "5"}, 5.0),
        ({"duration": 6}, 6.0),
        ({"seconds": "4"}, 4.0),
        ({"duration": -1}, 5.0),
        ({"duration": "auto"}, 5.0),
        ({"duration": True}, 5.0),
        ({"num_frames": 81, "frames_per_second": 27}, 3.0),
        ({"duration": 1e9}, 600.0),
        ({}, 5.0),
    ],
)
def test_the_length_is_what_was_asked_for(
    asked: dict[str, Any], seconds: float
) -> None:
    assert picture(model(), asked, small=True).seconds == seconds


def test_the_model_says_what_is_usual() -> None:
    found = picture(model(VEO), {"prompt": "x"}, small=False)

    assert (found.seconds, found.fps, found.has_sound) == (8.0, 24, True)
