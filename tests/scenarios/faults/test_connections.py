"""Connections that end late, though the answer is whole."""

import asyncio

from tests.scenarios.faults.conftest import FILM, Theatre


async def test_a_whole_answer_may_be_followed_by_a_late_end(theatre: Theatre) -> None:
    theatre.use({"kind": "slow-close", "for": "20s"})
    theatre.pauses.opened.clear()

    line = await theatre.call("/films/film")
    head = await line.read_head()
    body = await line.reader.readexactly(30)
    await theatre.pauses.begun.wait()
    is_open = not line.reader.at_eof()
    theatre.pauses.opened.set()
    rest = await line.read_all()

    assert b"\r\nContent-Length: 30\r\n" in head
    assert b"\r\nConnection: close\r\n" in head
    assert body == b'{"id":"film","state":"queued"}'
    assert (is_open, rest.raw, rest.ending) == (True, b"", "closed")
    assert theatre.pauses.total_s == 20


async def test_the_end_may_be_all_that_says_how_long_it_is(theatre: Theatre) -> None:
    theatre.use({"kind": "slow-close", "for": "2s", "length": False})

    heard = await theatre.hear("/films/film")

    assert heard.headers == {"Content-Type": "application/json", "Connection": "close"}
    assert heard.body == b'{"id":"film","state":"queued"}'


async def test_a_file_may_come_so(theatre: Theatre) -> None:
    theatre.use({"kind": "slow-close", "for": "2s", "length": False}, operation="media")
    theatre.space.clock.advance(60)

    heard = await theatre.hear("/files/film.mp4")

    assert "Content-Length" not in heard.headers
    assert heard.body == FILM


async def test_a_stream_that_ends_late_is_whole(theatre: Theatre) -> None:
    theatre.use({"kind": "slow-close", "for": "2s"}, operation="results")
    theatre.pauses.opened.clear()

    line = await theatre.call("/streams/film")
    said = await line.reader.readuntil(b"\r\n0\r\n\r\n")
    theatre.pauses.opened.set()
    rest = await line.read_all()

    assert said.endswith(b'6\r\n"c":3}\r\n0\r\n\r\n')
    assert (rest.raw, rest.ending) == (b"", "closed")


async def test_who_hangs_up_is_not_waited_for(theatre: Theatre) -> None:
    theatre.use({"kind": "slow-close", "for": "1h"})
    theatre.pauses.opened.clear()
    recorded = theatre.recorded()

    line = await theatre.call("/films/film")
    await line.read_head()
    await line.hang_up()
    theatre.pauses.opened.set()
    await asyncio.wait_for(recorded.wait(), 5)

    assert len(theatre.pauses.asked) < 100
