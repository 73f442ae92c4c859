"""An index that is written anew is the one that PyAV would have written."""

import struct

import pytest

from mockserver.media.indexes import Index, lengthened


def box(name: bytes, *inside: bytes) -> bytes:
    data = b"".join(inside)
    return struct.pack(">I4s", 8 + len(data), name) + data


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def an_mp4(sizes: tuple[int, ...], mean: int, places: tuple[int, ...]) -> bytes:
    """Return what matters here of a file with one track, a chunk for each sample."""
    even = len(set(sizes)) == 1
    told = numbers(0, sizes[0], len(sizes)) if even else numbers(0, 0, len(sizes))
    rates = box(b"btrt", numbers(0, mean, mean))
    table = box(
        b"stbl",
        box(b"stsd", numbers(0, 1), box(b"avc1", bytes(78), rates)),
        box(b"stsc", numbers(0, 1, 1, len(sizes), 1)),
        box(b"stsz", told, b"" if even else numbers(*sizes)),
        box(b"stco", numbers(0, len(places), *places)),
    )  # fmt: skip
    media = box(
        b"mdia", box(b"mdhd", numbers(0, 0, 0, 1000, 2000)), box(b"minf", table)
    )
    return box(b"moov", box(b"trak", media))


HEAD = len(an_mp4((3, 5), 0, (0,)))
START = HEAD + 8
FIRST = an_mp4((3, 5), 32, (START,)) + box(b"mdat", b"abcdefgh")


def test_an_index_is_written_for_other_samples() -> None:
    index = Index.of(FIRST, [[b"abc", b"defgh"]], [0])

    assert index is not None
    # Ten bytes in two seconds are 40 bits a second.
    expected = an_mp4((6, 4), 40, (START,)) + box(b"mdat", b"ABCDEFGHIJ")
    assert index.written([[b"ABCDEF", b"GHIJ"]]) == expected


def test_an_index_tells_no_less_than_the_rate_that_was_asked_for() -> None:
    told = an_mp4((3, 5), 32, (START,)).replace(numbers(0, 32, 32), numbers(0, 50, 32))
    index = Index.of(told + box(b"mdat", b"abcdefgh"), [[b"abc", b"defgh"]], [50])

    assert index is not None
    assert numbers(0, 50, 40) in (index.written([[b"ABCDEF", b"GHIJ"]]) or b"")
    assert numbers(0, 80, 80) in (index.written([[b"A" * 9, b"B" * 11]]) or b"")


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param([[b"abc"]], id="another number of them"),
        pytest.param([[b"abc", b"def"]], id="equal ones, which are told otherwise"),
        pytest.param([[b"a", bytes(1 << 20)]], id="more than a chunk takes"),
    ],
)
def test_an_index_is_not_written_for_what_it_has_no_room_for(
    samples: list[list[bytes]],
) -> None:
    index = Index.of(FIRST, [[b"abc", b"defgh"]], [0])

    assert index is not None
    assert index.written(samples) is None


@pytest.mark.parametrize(
    ("file", "samples", "floor"),
    [
        pytest.param(FIRST, [b"abc", b"defgX"], 0, id="other samples"),
        pytest.param(FIRST, [b"abc", b"defgh"], 64, id="another rate"),
        pytest.param(FIRST[:-9], [b"abc", b"defgh"], 0, id="cut"),
        pytest.param(b"\x00\x00\x00\x01moov", [b"abc"], 0, id="no boxes"),
        pytest.param(box(b"mdat", b"abcdefgh"), [b"abc", b"defgh"], 0, id="none"),
    ],
)
def test_what_cannot_be_written_as_it_was_has_no_index(
    file: bytes, samples: list[bytes], floor: int
) -> None:
    assert Index.of(file, [samples], [floor]) is None


def test_lengths_stand_in_place_of_start_codes() -> None:
    picture = b"\x00\x00\x00\x01\x65abc\x00\x00\x00\x01\x41de"

    assert lengthened(picture) == b"\x00\x00\x00\x04\x65abc\x00\x00\x00\x03\x41de"


@pytest.mark.parametrize(
    "picture",
    [
        b"\x65abc",
        b"\x00\x00\x00\x01\x65a\x00\x00\x01\x41de",
        b"\x00\x00\x00\x01\x65abc\x00",
        b"\x00\x00\x00\x01",
    ],
)
def test_pictures_with_other_start_codes_are_left_to_pyav(picture: bytes) -> None:
    assert lengthened(picture) is None
