"""What faults on files look like on the wire: every byte, and how it ends."""

import pytest

from mockserver.scenarios.faults.files.moov_at_end import moov_last
from tests.scenarios.faults.conftest import FILM, Theatre

FILE = "/files/film.mp4"


def spoil(theatre: Theatre, kind: str, **parameters: object) -> None:
    """Let a fault act on each file."""
    theatre.use({"kind": kind, **parameters}, operation="media")


async def test_without_rules_a_file_is_whole(theatre: Theatre) -> None:
    heard = await theatre.hear(FILE)

    assert heard.line == b"HTTP/1.1 200 OK"
    assert heard.headers["Content-Length"] == "100"
    assert heard.headers["Content-Type"] == "video/mp4"
    assert heard.headers["Accept-Ranges"] == "bytes"
    assert heard.body == FILM


async def test_faults_of_files_leave_other_answers_alone(theatre: Theatre) -> None:
    theatre.use({"kind": "zero-bytes"}, operation=["status", "media"])

    heard = await theatre.hear("/films/film")

    assert heard.body == b'{"id":"film","state":"queued"}'
    assert theatre.told() == [(200, "")]


async def test_a_file_may_be_truncated(theatre: Theatre) -> None:
    spoil(theatre, "truncated-file", at=0.25)

    heard = await theatre.hear(FILE)

    assert heard.headers["Content-Length"] == "25"
    assert heard.body == FILM[:25]
    assert theatre.told() == [(200, "play/1")]


async def test_a_range_of_a_truncated_file_ends_with_it(theatre: Theatre) -> None:
    spoil(theatre, "truncated-file", bytes=30)

    heard = await theatre.hear(FILE, Range="bytes=20-99")

    assert heard.line == b"HTTP/1.1 206 Partial Content"
    assert heard.headers["Content-Range"] == "bytes 20-29/30"
    assert heard.body == FILM[20:30]


async def test_a_file_may_be_empty(theatre: Theatre) -> None:
    spoil(theatre, "zero-bytes")

    heard = await theatre.hear(FILE)

    assert heard.line == b"HTTP/1.1 200 OK"
    assert heard.headers["Content-Length"] == "0"
    assert heard.headers["Content-Type"] == "video/mp4"
    assert heard.body == b""


async def test_a_length_may_be_too_great(theatre: Theatre) -> None:
    spoil(theatre, "lying-length", factor=1.5)

    heard = await theatre.hear(FILE)

    assert heard.headers["Content-Length"] == "150"
    assert (heard.body, heard.ending) == (FILM, "closed")


async def test_a_length_may_be_too_small(theatre: Theatre) -> None:
    spoil(theatre, "lying-length", factor=0.5)

    heard = await theatre.hear(FILE)

    assert heard.headers["Content-Length"] == "50"
    assert (heard.body, heard.ending) == (FILM, "closed")


async def test_a_type_may_be_wrong(theatre: Theatre) -> None:
    spoil(theatre, "content-type", type="text/html")

    heard = await theatre.hear(FILE)

    assert heard.headers["Content-Type"] == "text/html"
    assert heard.body == FILM


async def test_a_range_may_be_ignored(theatre: Theatre) -> None:
    spoil(theatre, "range-ignored")

    heard = await theatre.hear(FILE, Range="bytes=10-19")

    assert heard.line == b"HTTP/1.1 200 OK"
    assert "Accept-Ranges" not in heard.headers
    assert heard.body == FILM


async def test_a_cdn_may_be_slow(theatre: Theatre) -> None:
    spoil(theatre, "slow-cdn", rate=200, delay="100ms")

    heard = await theatre.hear(FILE)

    assert heard.body == FILM
    assert theatre.pauses.asked == pytest.approx([0.1] * 5)


async def test_a_part_comes_slowly_too(theatre: Theatre) -> None:
    spoil(theatre, "slow-cdn", rate=200)

    heard = await theatre.hear(FILE, Range="bytes=0-39")

    assert heard.line == b"HTTP/1.1 206 Partial Content"
    assert heard.body == FILM[:40]
    assert theatre.pauses.asked == pytest.approx([0.1])


async def test_a_download_may_be_reset(theatre: Theatre) -> None:
    spoil(theatre, "reset-mid-download", at=0.7)

    heard = await theatre.hear(FILE)

    assert heard.headers["Content-Length"] == "100"
    assert (heard.body, heard.ending) == (FILM[:70], "reset")


async def test_the_journal_tells_how_much_of_a_file_went_out(theatre: Theatre) -> None:
    spoil(theatre, "reset-mid-download", at=0.7)

    await theatre.hear(FILE)

    (exchange,) = theatre.instance.services.journal.exchanges()
    assert (exchange.size_bytes, exchange.response_body) == (70, None)


async def test_the_journal_tells_how_long_a_whole_file_was(theatre: Theatre) -> None:
    await theatre.hear(FILE)

    (exchange,) = theatre.instance.services.journal.exchanges()
    assert (exchange.size_bytes, exchange.response_body) == (100, None)


async def test_the_rest_of_a_reset_download_can_be_fetched(theatre: Theatre) -> None:
    theatre.use({"kind": "reset-mid-download", "bytes": 70}, operation="media", times=1)

    await theatre.hear(FILE)
    heard = await theatre.hear(FILE, Range="bytes=70-")

    assert heard.body == FILM[70:]


async def test_the_head_of_a_broken_download_is_whole(theatre: Theatre) -> None:
    spoil(theatre, "reset-mid-download")

    line = await theatre.call(FILE, "HEAD")
    head = await line.read_head()

    assert b"\r\nContent-Length: 100\r\n" in head


async def test_a_file_may_be_at_another_host(theatre: Theatre) -> None:
    spoil(theatre, "redirect")
    port = theatre.port

    sent_away = await theatre.hear(FILE)
    where = f"http://localhost:{port}/digitalcarbon{FILE}?mock-redirected=1"
    arrived = await theatre.hear(f"{FILE}?mock-redirected=1")

    assert sent_away.line == b"HTTP/1.1 302 Found"
    assert sent_away.headers["Location"] == where
    assert sent_away.body == b""
    assert arrived.body == FILM
    assert theatre.told() == [(302, "play/1"), (200, "")]


async def test_the_other_host_may_be_named(theatre: Theatre) -> None:
    spoil(theatre, "redirect", to="http://cdn.example:81", status=307)

    heard = await theatre.hear(f"{FILE}?a=1")

    assert heard.line == b"HTTP/1.1 307 Temporary Redirect"
    assert heard.headers["Location"] == (
        "http://cdn.example:81/digitalcarbon/files/film.mp4?a=1&mock-redirected=1"
    )


async def test_a_checksum_may_not_fit(theatre: Theatre) -> None:
    good = await theatre.hear(FILE)
    spoil(theatre, "checksum-mismatch", bytes=1)

    heard = await theatre.hear(FILE)

    wrong = [at for at in range(100) if heard.body[at] != FILM[at]]
    assert len(wrong) == 1
    assert heard.headers["Etag"] == good.headers["Etag"]
    assert heard.headers["Content-Length"] == "100"


async def test_a_file_that_is_no_mp4_keeps_its_order(theatre: Theatre) -> None:
    spoil(theatre, "moov-at-end")

    heard = await theatre.hear(FILE)

    assert heard.body == FILM


# Where the index stands


def box(kind: bytes, content: bytes) -> bytes:
    """Return one box of an MP4."""
    return (8 + len(content)).to_bytes(4) + kind + content


def offsets(kind: bytes, width: int, *places: int) -> bytes:
    """Return an index with one table of places."""
    table = b"".join(place.to_bytes(width) for place in places)
    inner = box(kind, bytes(4) + len(places).to_bytes(4) + table)
    for around in (b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        inner = box(around, inner)
    return inner


@pytest.mark.parametrize(("kind", "width"), [(b"stco", 4), (b"co64", 8)])
def test_the_index_moves_behind_the_media(kind: bytes, width: int) -> None:
    """Each place in the index points at the same bytes as before."""
    start = box(b"ftyp", b"isom")
    size = len(offsets(kind, width, 0, 0))
    media = box(b"mdat", b"firstsecond")
    at = len(start) + size + 8

    moved = moov_last(start + offsets(kind, width, at, at + 5) + media)

    assert moved[: len(start)] == start
    assert moved[len(start) : len(start) + len(media)] == media
    assert moved[-size:] == offsets(kind, width, at - size, at - size + 5)


def test_an_index_that_is_last_stays_there() -> None:
    whole = box(b"ftyp", b"isom") + box(b"mdat", b"x") + box(b"moov", b"")

    assert moov_last(whole) == whole


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", box(b"ftyp", b"")[:-1], box(b"ftyp", b"") + b"\0\0\0\x05moov"],
)
def test_what_is_no_mp4_stays_as_it_is(data: bytes) -> None:
    assert moov_last(data) == data


def test_an_index_that_ends_in_the_middle_is_left_alone() -> None:
    whole = box(b"ftyp", b"isom") + (99).to_bytes(4) + b"moov" + box(b"mdat", b"x")

    assert moov_last(whole) == whole


def test_boxes_of_a_long_size_are_read() -> None:
    start, index = box(b"ftyp", b"isom"), box(b"moov", b"")
    media = (1).to_bytes(4) + b"mdat" + (20).to_bytes(8) + b"data"

    assert moov_last(start + index + media) == start + media + index


def test_a_box_of_no_size_goes_to_the_end() -> None:
    start, index = box(b"ftyp", b"isom"), box(b"moov", b"")
    media = (0).to_bytes(4) + b"mdat" + b"data"

    assert moov_last(start + index + media)[-8:] == index


async def test_a_redirect_may_lead_to_a_url_made_for_the_job(theatre: Theatre) -> None:
    spoil(theatre, "redirect", to="https://cdn-${job.number}.test/new/${job.id}.mp4")

    heard = await theatre.hear(FILE)

    assert heard.headers["Location"] == "https://cdn-1.test/new/film.mp4"
