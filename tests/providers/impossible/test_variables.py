"""Variables of a movie: found wherever a movie may ask for one, within bounds."""

import pytest

from mockserver.providers.impossible.variables import FIELDS_MAX, variables_of
from tests.providers.impossible.conftest import MOVIE


def field(number: int, value: bytes | int) -> bytes:
    """Return one field of a protobuf message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    rest, low = value >> 7, value & 0x7F
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def from_map(key: bytes, default: bytes = b"") -> bytes:
    """Return a variable whose value comes with the request."""
    said = field(8, default) if default else b""
    return field(1, 3) + field(7, key) + said


def scene(track: bytes, frames: int = 20) -> bytes:
    return field(3, field(2, frames) + field(5, track))


PLACES = {
    "text": (field(2, field(1, 7) + field(18, from_map(b"n"))), "text"),
    "image": (field(2, field(1, 9) + field(2, field(5, from_map(b"n")))), "image"),
    "shown or not": (field(20, from_map(b"n")), "text"),
    "added": (field(2, field(18, field(1, 5) + field(6, from_map(b"n")))), "text"),
    "points": (field(10, field(1, 7) + field(12, from_map(b"n"))), "points"),
    "inner scene": (field(2, field(33, field(2, field(5, field(20, from_map(b"n")))))),
                    "text"),
}  # fmt: skip


@pytest.mark.parametrize(("track", "kind"), PLACES.values(), ids=PLACES)
def test_a_variable_is_found(track: bytes, kind: str) -> None:
    found = variables_of(MOVIE + scene(track))

    assert found == [{"name": "n", "type": kind, "offset": 0, "numframes": 20}]


def test_a_sounds_file_is_a_sound() -> None:
    sound = field(2, field(5, field(5, from_map(b"song"))))

    (found,) = variables_of(MOVIE + scene(b"", 30) + field(4, sound))

    assert found == {"name": "song", "type": "audio", "offset": 0, "numframes": 30}


def test_frames_are_those_of_scene_and_track() -> None:
    """The second scene begins at 20; its track 5 frames later, for 10 frames."""
    track = field(2, field(18, from_map(b"n"))) + field(3, 10) + field(4, 5)

    (found,) = variables_of(MOVIE + scene(b"", 20) + scene(track, 30))

    assert (found["offset"], found["numframes"]) == (25, 10)


def test_variables_are_named_once_in_order() -> None:
    tracks = [field(20, from_map(name)) for name in (b"b", b"a", b"b")]

    found = variables_of(MOVIE + b"".join(map(scene, tracks)))

    assert [one["name"] for one in found] == ["a", "b"]


def test_a_constant_is_no_variable() -> None:
    constant = field(1, 0) + field(4, b"Hello") + field(7, b"n")

    assert variables_of(MOVIE + scene(field(20, constant))) == []


def test_what_a_movie_tells_of_its_keys_counts() -> None:
    entry = field(2, field(2, b"language") + field(3, b"de"))

    (found,) = variables_of(MOVIE + scene(b"", 20) + field(18, entry))

    assert found["name"] == "language"


@pytest.mark.parametrize(
    ("movie", "problem"),
    [
        (field(1, 0) * (FIELDS_MAX + 1), "more than 200000 fields"),
        (scene(b"\x12\x7f"), "field 2 of kind 2"),
    ],
)
def test_what_is_too_much_or_broken_is_refused(movie: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        variables_of(MOVIE + movie)


def test_a_movie_is_not_read_deeper_than_64_messages() -> None:
    track = b""
    for _ in range(70):
        track = field(2, field(3, track))

    with pytest.raises(ValueError, match="deeper than 64"):
        variables_of(MOVIE + scene(track))
