"""Moov: the length of a video, from its header."""

import pytest

from mockserver.providers.google.moov import seconds_of


def box(name: bytes, data: bytes) -> bytes:
    return (8 + len(data)).to_bytes(4) + name + data


def movie(version: int, scale: int, length: int) -> bytes:
    size = 8 if version else 4
    times = bytes(2 * size) + scale.to_bytes(4) + length.to_bytes(size)
    header = box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))
    return box(b"ftyp", b"isom") + box(b"moov", box(b"free", b"") + header)


@pytest.mark.parametrize("version", [0, 1])
def test_both_versions_of_the_header_tell_the_length(version: int) -> None:
    assert seconds_of(movie(version, 1000, 5250)) == 5.25


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no video at all, but long enough to be one",
        box(b"ftyp", b"isom"),
        box(b"moov", box(b"mvhd", b"\0" * 8)),
        movie(0, 0, 5),
        b"\0\0\0\1moov" + b"\xff" * 8,
        b"\0\0\0\2moov",
    ],
)
def test_what_says_no_length_has_none(data: bytes) -> None:
    assert seconds_of(data) is None
